# SPDX-License-Identifier: MIT
"""The simulated PBX against the real Asterisk: what is answered to every action, to all that is wrong with it, and to whom."""
from sim_stage import Compare, SimStage

# Who may as much on either: with all rights, with few, with none.
USERS = {"admin": "demo", "wallboard": "wall", "poor": "nobody", "acdtop": "acdtop"}
# ListCommands has them, but they are not simulated, and what they are called is not our affair.
NAMES_ONLY = {"MixMonitor", "SendText"}


def said(answer):
    return answer["Response"], answer["Message"], [k for k, _ in answer.pairs if k != "ActionID"]


class Words(Compare):
    def test_what_is_wrong(self):
        both = [[(action, headers, *said(stage.ask(action, **headers))) for action, headers in ASKED] for stage in self.stages()]
        self.maxDiff = None
        self.assertEqual(both[1], both[0])

    def test_values(self):
        both = [[(name, stage.ask("Getvar", Variable=name)["Value"]) for name in VALUES] for stage in self.stages()]
        self.maxDiff = None
        self.assertEqual(both[1], both[0])

    def test_values_of_channels(self):
        def scenario(s):
            call = s.talk()
            values.append([(name, who, self.plain(s, s.ask("Getvar", Channel=s.channel(who), Variable=name)["Value"]))
                           for name in CHANNEL_VALUES for who in ("PJSIP/trunk", "PJSIP/101")])
            s.ask("Setvar", Channel=s.channel(), Variable="FOO", Value="it's")
            values[-1].append(s.ask("Getvar", Channel=s.channel(), Variable="FOO")["Value"])
            s.hangup(call)
            s.wait("Hangup", 2)
        values = []
        self.compare(scenario)
        self.assertEqual(values[1], values[0])

    @staticmethod
    def plain(stage, value):
        """Without the number of the channel."""
        return value.rpartition("-")[0] if value in (stage.channel(), stage.channel("PJSIP/101")) else value

    def test_recordings_keys_and_texts(self):
        def scenario(s):
            call = s.talk()
            agent, caller = s.channel("PJSIP/101"), s.channel()
            for name, headers in CHANNEL_ORDERS:
                s.ask(name, **{"Channel": agent, **headers})
            s.ask("MixMonitorMute", Channel=caller, Direction="both", State="1")
            s.ask("StopMixMonitor", Channel=caller)
            s.hangup(call)
            s.wait("Hangup", 2)
        self.compare(scenario)

    def test_priorities(self):
        def scenario(s):
            calls, channels = [], []
            for count in (1, 2, 3):
                calls.append(s.call("empty", count))
                channels.append(s.channel())
            for channel, more in ((channels[1], {"Priority": "3"}), (channels[2], {"Priority": "3", "Immediate": "yes"}), (channels[0], {"Priority": "-1"})):
                s.ask("QueueChangePriorityCaller", Queue="empty", Caller=channel, **more)
                order = [m["Channel"] for m in s.list("QueueStatus", Queue="empty", ActionID="q") if m["Event"] == "QueueEntry"]
                seen.append([channels.index(c) for c in order])
            for count, call in enumerate(calls, 1):
                s.hangup(call)
                s.wait("Hangup", count)
        seen = []
        self.compare(scenario)
        self.assertEqual(seen[3:], seen[:3])

    def test_who_may_what(self):
        for real, simulated in USERS.items():
            with self.subTest(real):
                ami = self.floor.ami(real)
                self.addCleanup(ami.close)
                sim = SimStage((101,), simulated)
                self.addCleanup(sim.close)
                sim.begin()
                known = {name for name, _ in sim.ask("ListCommands").pairs if name not in ("Response", "ActionID")}
                listed = [{name: "" if name in NAMES_ONLY else what for name, what in answer.pairs if name in known}
                          for answer in (ami.action("ListCommands"), sim.ask("ListCommands"))]
                self.maxDiff = None
                self.assertEqual(listed[1], listed[0])
                tried = sorted({action for action, _ in ASKED if action not in ("Login", "Challenge", "NoSuchAction")} & self.simulated())
                self.assertEqual([(a, said(sim.ask(a))) for a in tried], [(a, said(ami.action(a))) for a in tried])
                self.assertEqual([(h["Data"], said(sim.ask("Originate", **h))) for h in BLACKLISTED],
                                 [(h["Data"], said(ami.action("Originate", **h))) for h in BLACKLISTED])

    def simulated(self):
        """All that the simulator knows, which is more than what this user may."""
        return {name for name, _ in self.sim.ask("ListCommands").pairs}

    def stages(self):
        for stage in (self.real, self.sim):
            stage.begin()
        return self.real, self.sim


BLACKLISTED = [{"Channel": "PJSIP/777", "Async": "true", "Application": app, "Data": data} for app, data in (
    ("ChanSpy", "PJSIP/FILE-1,q"), ("ChanSpy", "PJSIP/DBx,q"), ("System", "ls"), ("Exec", "x"), ("AGI", "x"), ("ChanSpy", "x,SHELLq"), ("MusicOnHold", "curl"))]
CHANNEL_VALUES = ["CHANNEL(state)", "CHANNEL", "EXTEN", "CALLERID(num)", "CHANNEL(channeltype)", "CONNECTEDLINE(num)", "BRIDGEPEER",
                  "QUEUESTATUS", "QUEUE_MIN_PENALTY", "DIALSTATUS", "NOSUCH", "CONTEXT"]
VALUES = ["NOPE", "DIALPLAN_EXISTS(agents,102,1)", "DIALPLAN_EXISTS(agents,0,1)", "DIALPLAN_EXISTS(nowhere,102,1)", "DIALPLAN_EXISTS(agents,102)",
          "DIALPLAN_EXISTS(agents)", "DIALPLAN_EXISTS(nowhere)", "DIALPLAN_EXISTS(others,moh,1)", "DIALPLAN_EXISTS(queues,vip,1)",
          "DIALPLAN_EXISTS(others,conf-bridge,1)", "NOSUCHFUNC(x)", "QUEUE_MEMBER(empty,count)", "QUEUE_MEMBER(nowhere,count)",
          "QUEUE_MEMBER(empty,paused,PJSIP/none)", "QUEUE_WAITING_COUNT(empty)", "QUEUE_GET_CHANNEL(empty,1)", "DEVICE_STATE(PJSIP/101)",
          "EXTENSION_STATE(101@agents)"]
CHANNEL_ORDERS = [
    ("MixMonitor", {"File": "one.wav", "Options": "i(MMID)"}), ("MixMonitor", {"File": "two.wav", "Options": "b"}),
    ("MixMonitorMute", {"Direction": "both", "State": "1"}), ("MixMonitorMute", {"Direction": "read", "State": "0"}), ("StopMixMonitor", {}),
    ("StopMixMonitor", {}), ("StopMixMonitor", {}), ("StopMixMonitor", {"MixMonitorID": "0x123"}), ("MuteAudio", {"Direction": "in", "State": "on"}),
    ("MuteAudio", {"Direction": "all", "State": "off"}), ("MuteAudio", {"Direction": "x", "State": "off"}), ("SendText", {"Message": "Hello"}),
    ("PlayDTMF", {"Digit": "5", "Receive": "true", "Duration": "100"}), ("PlayDTMF", {"Digit": "5", "Duration": "x"}), ("PlayDTMF", {}),
    ("BridgeInfo", {}), ("Park", {"Parkinglot": "nowhere"}), ("Atxfer", {}), ("Redirect", {"Context": "others"}),
]
Q, I, X = {"Queue": "empty"}, {"Interface": "PJSIP/102"}, {"Channel": "x"}
PLACE = {"Context": "others", "Exten": "moh"}
ASKED = [
    ("NoSuchAction", {}), ("Ping", {}), ("Events", {"EventMask": "on"}), ("Events", {"EventMask": ""}), ("Events", {"EventMask": "agent,foo"}),
    ("Events", {"EventMask": "on"}), ("Challenge", {}), ("Challenge", {"AuthType": "MD5"}), ("Login", {"Username": "admin", "Secret": "x"}),
    ("QueueAdd", {}), ("QueueAdd", Q), ("QueueAdd", {**I, "Queue": "nowhere"}), ("QueueAdd", {**Q, **I}), ("QueueAdd", {**Q, **I}),
    ("QueueAdd", {"Queue": "EMPTY", **I}), ("QueuePause", {}), ("QueuePause", {**I}), ("QueuePause", {**I, "Paused": "yes"}),
    ("QueuePause", {**I, "Paused": "banana"}), ("QueuePause", {"Interface": "PJSIP/none", "Paused": "yes"}),
    ("QueuePause", {**I, "Paused": "yes", "Queue": "nowhere"}), ("QueuePenalty", {}), ("QueuePenalty", {**I, "Penalty": "3"}),
    ("QueuePenalty", {"Interface": "PJSIP/none", "Penalty": "3"}), ("QueueMemberRingInUse", {}),
    ("QueueMemberRingInUse", {**I, "RingInUse": "perhaps"}), ("QueueMemberRingInUse", {"Interface": "PJSIP/none", "RingInUse": "no"}),
    ("QueueMemberRingInUse", {**I, "RingInUse": "no"}), ("QueueRemove", {}), ("QueueRemove", {**I, "Queue": "nowhere"}),
    ("QueueRemove", {**Q, **I}), ("QueueRemove", {**Q, **I}), ("QueueChangePriorityCaller", {}), ("QueueChangePriorityCaller", Q),
    ("QueueChangePriorityCaller", {**Q, "Caller": "x"}), ("QueueChangePriorityCaller", {**Q, "Caller": "x", "Priority": "y"}),
    ("QueueChangePriorityCaller", {**Q, "Caller": "x", "Priority": "1"}),
    ("QueueChangePriorityCaller", {"Queue": "nowhere", "Caller": "x", "Priority": "1"}), ("QueueWithdrawCaller", {}), ("QueueWithdrawCaller", Q),
    ("QueueWithdrawCaller", {**Q, "Caller": "x"}), ("QueueWithdrawCaller", {"Queue": "nowhere", "Caller": "x"}), ("QueueReset", Q),
    ("QueueReset", {"Queue": "nowhere"}), ("QueueReload", Q), ("Hangup", {}), ("Hangup", {"Channel": "x"}), ("Getvar", {}),
    ("Getvar", {"Channel": "x", "Variable": "y"}), ("Setvar", {}), ("Setvar", {"Variable": "LAB", "Value": "1"}),
    ("Setvar", {"Channel": "x", "Variable": "y", "Value": "1"}), ("QueueStatus", {"Queue": "nowhere"}), ("QueueSummary", {"Queue": "nowhere"}),
    ("CoreSettings", {}),
    ("Originate", {}), ("Originate", X), ("Originate", {"Channel": "PJSIP/101"}), ("Originate", {"Channel": "PJSIP/101", "Exten": "moh"}),
    ("Originate", {"Channel": "PJSIP/101", "Exten": "0", "Context": "agents", "Priority": "1"}),
    ("Originate", {"Channel": "PJSIP/101", "Exten": "0", "Context": "agents", "Priority": "1", "Async": "true"}),
    ("Originate", {"Channel": "PJSIP/101", **PLACE, "Priority": "x"}), ("Originate", {"Channel": "PJSIP/101", **PLACE, "Priority": "0"}),
    ("Originate", {"Channel": "PJSIP/101", **PLACE, "Priority": "1", "Timeout": "x"}),
    ("Originate", {"Channel": "PJSIP/none", "Application": "MusicOnHold", "Async": "true"}), ("Originate", {"Channel": "PJSIP/none", "Application": "MusicOnHold"}),
    ("Originate", {"Channel": "PJSIP/101", "Application": "MusicOnHold", "Async": "true", "ChannelId": "a" * 150}),
    ("Redirect", {}), ("Redirect", X), ("Redirect", {**X, "Exten": "moh"}), ("Redirect", {**X, "Context": "others"}), ("Redirect", {**X, **PLACE}),
    ("Redirect", {**X, **PLACE, "Priority": "1"}), ("Redirect", {**X, **PLACE, "Priority": "x"}),
    ("Redirect", {**X, **PLACE, "Priority": "1", "ExtraChannel": "y"}),
    ("Redirect", {**X, **PLACE, "Priority": "1", "ExtraChannel": "y", "ExtraContext": "others", "ExtraExten": "moh", "ExtraPriority": "1"}),
    ("Hangup", {"Channel": "/x"}), ("Hangup", {**X, "Cause": "999"}), ("Hangup", {**X, "Cause": "y"}),
    ("Park", {}), ("Park", X), ("Park", {**X, "Timeout": "y"}), ("ParkedCalls", {"ParkingLot": "nowhere"}), ("Parkinglots", {}), ("ParkedCalls", {}),
    ("Atxfer", {}), ("Atxfer", X), ("Atxfer", {**X, "Exten": "102"}), ("CancelAtxfer", {}), ("CancelAtxfer", X),
    ("BlindTransfer", {}), ("BlindTransfer", X), ("BlindTransfer", {**X, "Exten": "102"}), ("MixMonitor", {}), ("MixMonitor", X),
    ("StopMixMonitor", {}), ("StopMixMonitor", X), ("MixMonitorMute", {}), ("MixMonitorMute", X), ("MixMonitorMute", {**X, "Direction": "up"}),
    ("MixMonitorMute", {**X, "Direction": "both"}), ("MixMonitorMute", {**X, "Direction": "both", "State": "1"}),
    ("PauseMonitor", {}), ("PauseMonitor", X), ("MuteAudio", {}), ("MuteAudio", X), ("MuteAudio", {**X, "Direction": "in", "State": "on"}),
    ("PlayDTMF", {}), ("PlayDTMF", X), ("PlayDTMF", {**X, "Digit": "5"}), ("Bridge", {}), ("Bridge", {"Channel1": "x"}),
    ("Bridge", {"Channel1": "x", "Channel2": "y"}), ("BridgeKick", {}), ("BridgeKick", X), ("BridgeDestroy", {}), ("BridgeDestroy", {"BridgeUniqueid": "x"}),
    ("BridgeInfo", {}), ("BridgeInfo", {"BridgeUniqueid": "x"}), ("ConfbridgeList", {}), ("ConfbridgeList", {"Conference": "900"}), ("ConfbridgeListRooms", {}),
    ("ConfbridgeKick", {}), ("ConfbridgeKick", {"Conference": "900", **X}), ("ConfbridgeMute", {"Conference": "900", **X}),
    ("SendText", {}), ("SendText", X), ("SendText", {**X, "Message": "m"}), ("MessageSend", {}), ("MessageSend", {"To": "pjsip:101", "Body": "hi"}),
    ("MessageSend", {"To": "nope:101", "Body": "hi"}), ("MessageSend", {"Destination": "pjsip:101", "Body": "hi"}), ("MessageSend", {"To": "pjsip:none", "Body": "hi"}),
    ("Setvar", {"Variable": "NOSUCHFUNC(x)", "Value": "1"}), ("Getvar", {"Variable": "LAB"}), ("QueueLog", {}), ("QueueLog", Q),
    ("QueueLog", {**Q, "Event": "ACDTOP", "Message": "m"}), ("QueueLog", {"Queue": "nowhere", "Event": "ACDTOP"}), ("ExtensionState", {}),
    ("ExtensionState", {"Exten": "101"}), ("ExtensionState", {"Exten": "101", "Context": "agents"}), ("UserEvent", {"UserEvent": "x", "Foo": "bar"}),
    ("CoreStatus", {}), ("Status", X), ("CoreShowChannels", {}), ("PJSIPShowEndpoints", {}),
]
