# SPDX-License-Identifier: MIT
"""The simulated PBX against the real Asterisk 22: the same scenarios on both, the same events in the same order.

Asterisk's threads interleave, so each stream that one thread makes is compared by itself: what the queue does for a caller,
each channel, each bridge, each membership, each device; and the order between streams where it is promised (PROMISED).
A difference is a defect of the simulator.
"""
import os
import subprocess
import unittest

import lab
import pbx
from ami import Message

BUILD = os.environ.get("BUILD", "build")
PLAYER = str(pbx.HERE.parent.parent / BUILD / "tests" / "pbx" / "sim_player")

# Not simulated: variables, dialplan, hints, music, media, and what the lab's own dialplan and users do.
IGNORED = {"VarSet", "Newexten", "ExtensionStatus", "MusicOnHoldStart", "MusicOnHoldStop", "RTCPSent", "RTCPReceived",
           "TestEvent", "SuccessfulAuth", "ChallengeSent", "UserEvent", "NewAccountCode", "NewCallerid", "FullyBooted",
           "ContactStatus", "PeerStatus", "Registry", "QueueSummary"}
# Repeated or late at Asterisk's will: their fields are compared, their places are not.
UNORDERED = {"NewConnectedLine", "DialState"}
# Told with a value: what makes an event of that name this one.
TELLING = ("DialStatus", "Reason", "Status", "Paused", "PausedReason", "Penalty", "Ringinuse", "CallsTaken", "Position",
           "OriginalPosition", "Count", "ChannelStateDesc", "State", "BridgeNumChannels", "Cause", "Cause-txt")
QUEUE_EVENTS = {"QueueCallerJoin", "QueueCallerLeave", "QueueCallerAbandon", "AgentCalled", "AgentConnect",
                "AgentRingNoAnswer", "DialBegin", "DialEnd"}
# (earlier, later): the first of each, wherever both happen. ami.md 5.
PROMISED = [("QueueCallerJoin", "AgentCalled"), ("AgentCalled", "QueueCallerLeave"), ("DialEnd", "QueueCallerLeave"),
            ("QueueCallerLeave", "AgentConnect"), ("AgentConnect", "BridgeEnter"), ("BridgeCreate", "BridgeEnter"),
            ("HangupRequest", "AgentComplete"), ("HangupRequest", "BridgeLeave"), ("BridgeLeave", "BridgeDestroy"),
            ("QueueCallerAbandon", "QueueCallerLeave"), ("HangupRequest", "QueueCallerAbandon"), ("Hold", "Unhold")]
# Fields that depend on the site: its channel variables and its music.
OPTIONAL_FIELDS = {"MusicClass", "TechCause", "ChanVariable"}


class Stage:
    """What a scenario does, on either PBX; `messages` since begin()."""

    def add(self, queue, agent, **more):
        return self.ask("QueueAdd", Queue=queue, Interface=f"PJSIP/{agent}", MemberName=f"Agent {agent}", **more)

    def remove(self, queue, agent):
        return self.ask("QueueRemove", Queue=queue, Interface=f"PJSIP/{agent}")

    def await_free(self, agent, count=1):
        """The phone is idle again after `count` calls or rings."""
        self.wait("QueueMemberStatus", count, Interface=f"PJSIP/{agent}", Status="1")

    @staticmethod
    def fits(message, event, fields):
        return message["Event"] == event and all(message[key] == value for key, value in fields.items())


class RealStage(Stage):
    def __init__(self, floor):
        self.floor, self.ami, self.start = floor, floor.ami(), 0

    def begin(self):
        self.start = self.ami.mark()

    def ask(self, name, **headers):
        return self.ami.action(name, **headers)

    def list(self, name, **headers):
        return self.ami.list(name, **headers)

    def wait(self, event, count=1, **fields):
        self.floor.until(lambda: sum(self.fits(m, event, fields) for m in self.ami.since(self.start)) >= count,
                         f"{count} {event} {fields}", 40)

    def phone(self, agent, mode, ring_s=0.5):
        phone = self.floor.agent(agent)
        phone.mode, phone.ring_s = mode, ring_s

    def call(self, queue, count=1):
        return self.floor.caller(queue, name="Bob", number="+4912345")

    def hangup(self, call):
        call.hangup()

    def agent_hangup(self, call, agent):
        self.floor.agent(agent).hangup()

    def transfer(self, call, agent, queue):
        self.floor.agent(agent).wait_up().transfer({"vip": "8004"}[queue])

    def hold(self, call, agent, on):
        self.floor.agent(agent).wait_up().hold(on)

    def finish(self):
        self.floor.until(lambda: not self.ami.list("CoreShowChannels"), "every call is over", 40)
        token = f"done-{len(self.ami.messages)}"
        self.ami.action("Setvar", Variable="COMPARED", Value=token)
        self.ami.event("VarSet", start=self.start, Variable="COMPARED", Value=token)
        return self.ami.since(self.start)

    def close(self):
        self.ami.close()


class SimStage(Stage):
    def __init__(self, agents):
        self.program = subprocess.Popen([PLAYER], stdin=subprocess.PIPE, stdout=subprocess.PIPE)
        self.text, self.messages, self.start, self.calls = b"", [], 0, 0
        self.play("queue", "empty", "rrmemory", "12", "1", "3")
        self.play("queue", "vip", "ringall", "12", "1", "3")
        for agent in agents:
            self.play("agent", f"PJSIP/{agent}", str(agent), f"Agent {agent}")
        self.ask("Login", Username="demo", Secret="demo", Events="on")

    def play(self, *words):
        self.program.stdin.write(("\t".join(words) + "\n").encode())
        self.program.stdin.flush()
        length = int(self.program.stdout.readline())
        self.text += self.program.stdout.read(length)
        if self.text.startswith(b"Asterisk Call Manager/"):
            self.text = self.text.partition(b"\r\n")[2]
        *whole, self.text = self.text.split(b"\r\n\r\n")
        for block in whole:
            lines = block.decode("utf-8", "surrogateescape").replace("\r\n", "\n").strip("\n").split("\n")
            self.messages.append(Message([(name, value[1:] if value[:1] == " " else value)
                                          for name, _, value in (line.partition(":") for line in lines)]))

    def begin(self):
        self.start = len(self.messages)

    def ask(self, name, **headers):
        at = len(self.messages)
        self.play("ask", f"Action: {name}", *(f"{key}: {value}" for key, value in headers.items()))
        return next(m for m in self.messages[at:] if m["Response"])

    def list(self, name, **headers):
        at = len(self.messages)
        self.ask(name, **headers)
        return [m for m in self.messages[at:] if m["Event"] and not m["EventList"] and not m["Timestamp"]]

    def wait(self, event, count=1, **fields):
        for _ in range(1200):
            if sum(self.fits(m, event, fields) for m in self.messages[self.start:]) >= count:
                return
            self.play("run", "50")
        raise AssertionError(f"the simulator does not come to {count} {event} {fields}")

    def phone(self, agent, mode, ring_s=0.5):
        self.play("phone", f"PJSIP/{agent}", {"answer": str(int(ring_s * 1000)), "ring": "0", "busy": "-1"}[mode])

    def call(self, queue, count=1):
        self.play("call", queue, "+4912345", "Bob")
        self.calls += 1
        self.wait("QueueCallerJoin", count)
        return str(self.calls)

    def hangup(self, call):
        self.play("hangup", call)

    def agent_hangup(self, call, agent):
        self.play("agent-hangup", call)

    def hold(self, call, agent, on):
        self.play("hold" if on else "unhold", call)

    def transfer(self, call, agent, queue):
        self.play("transfer", call, queue)

    def finish(self):
        self.play("run", "100")
        return self.messages[self.start:]

    def close(self):
        self.program.stdin.close()
        self.program.stdout.close()
        self.program.wait(20)


def role(message, prefix=""):
    """Who a channel is, whatever its name on this PBX."""
    name = message[prefix + "Channel"]
    base = name.rpartition("-")[0]
    return base if base.startswith("PJSIP/1") else "caller"


def streams(messages):
    """{stream: [what happened in it]}."""
    found, is_transfer = {}, any(m["Event"] == "BlindTransfer" for m in messages)
    for m in messages:
        name = m["Event"]
        if not name or name in IGNORED | UNORDERED or m["ActionID"]:
            continue
        told = " ".join([name] + [f"{key}={m[key]}" for key in TELLING if any(key == k for k, _ in m.pairs)])
        if is_transfer and name == "BridgeLeave":
            told = name  # who leaves first, and so how many are left, is a race of two threads
        if name == "AgentComplete":
            told = f"{name} Reason={m['Reason']}"  # either channel may have gone already, and its fields with it
        if name == "DeviceStateChange":
            if not m["Device"].startswith(("PJSIP/1", "Queue:")):
                continue
            key = "device " + m["Device"]
            if found.get(key, [""])[-1] == told or (key not in found and "_pause_" in key and m["State"] == "NOT_INUSE"):
                continue  # said before, perhaps by an earlier test
        elif name.startswith("QueueMember"):
            key = f"member {m['Queue']} {m['Interface']}"
        elif name in QUEUE_EVENTS:
            key = "queue for " + (role(m, "Dest") if m["DestChannel"] else "caller")
        elif name == "AgentComplete":
            key = "complete"
        elif name in ("BridgeCreate", "BridgeDestroy"):
            key = "bridge"
        elif m["Channel"]:
            key = "channel " + role(m)
        else:
            key = name
        found.setdefault(key, []).append(told)
    return found


def shapes(messages):
    """{event: the sets of field names it was seen with, in their order}."""
    found = {}
    for m in messages:
        name = m["Event"]
        if name and name not in IGNORED and not m["EventList"]:
            names = tuple(k for k, _ in m.pairs if k not in OPTIONAL_FIELDS and k not in ("ActionID", "Timestamp"))
            if name == "AgentComplete":  # without the agent's channel, or the caller's, where that has gone already
                names = tuple(k for k in names if not k.startswith("Dest"))
                if not m["Channel"]:
                    continue
            found.setdefault(name, set()).add(names)
    return found


def first(messages, name):
    return next((i for i, m in enumerate(messages) if m["Event"] == name), None)


class Compare(lab.PbxTest):
    agents = 3
    options = {"members": {}, "churn": False}

    @classmethod
    def setUpClass(cls):
        if not os.access(PLAYER, os.X_OK):
            raise unittest.SkipTest(f"{PLAYER} is not built")
        super().setUpClass()

    def setUp(self):
        super().setUp()
        self.real, self.sim = RealStage(self.floor), SimStage((101, 102, 103))
        self.addCleanup(self.real.close)
        self.addCleanup(self.sim.close)

    def compare(self, scenario, unpromised=()):
        said = []
        for stage in (self.real, self.sim):
            stage.begin()
            scenario(stage)
            said.append(stage.finish())
        real, sim = said
        self.maxDiff = None
        for earlier, later in [pair for pair in PROMISED if pair[0] not in unpromised]:
            for who, messages in (("Asterisk", real), ("the simulator", sim)):
                a, b = first(messages, earlier), first(messages, later)
                if a is not None and b is not None:
                    self.assertLess(a, b, f"{who}: {earlier} is not before {later}")
        self.assertEqual(streams(sim), streams(real))
        wanted, got = shapes(real), shapes(sim)
        for name in got:
            self.assertIn(name, wanted, "Asterisk said no such event")
            self.assertTrue(got[name] <= wanted[name], f"{name}: {sorted(got[name] - wanted[name])} are not among {sorted(wanted[name])}")
        self.assertEqual(sorted(got), sorted(wanted))

    def test_answered_caller_hangs_up(self):
        def scenario(s):
            s.phone(101, "answer")
            s.add("empty", 101)
            call = s.call("empty")
            s.wait("BridgeEnter", 2)
            s.hangup(call)
            s.await_free(101)
            s.remove("empty", 101)
        self.compare(scenario)

    def test_answered_agent_hangs_up(self):
        def scenario(s):
            s.phone(101, "answer")
            s.add("empty", 101)
            call = s.call("empty")
            s.wait("BridgeEnter", 2)
            s.agent_hangup(call, 101)
            s.await_free(101)
            s.remove("empty", 101)
        self.compare(scenario)

    def test_abandoned_while_waiting(self):
        def scenario(s):
            s.hangup(s.call("empty"))
            s.wait("Hangup")
        self.compare(scenario)

    def test_abandoned_while_ringing(self):
        def scenario(s):
            s.phone(101, "ring")
            s.add("empty", 101)
            call = s.call("empty")
            s.wait("QueueMemberStatus", Status="6")
            s.wait("DialState")
            s.hangup(call)
            s.await_free(101)
            s.remove("empty", 101)
        self.compare(scenario)

    def test_no_answer(self):
        def scenario(s):
            s.phone(101, "ring")
            s.add("empty", 101)
            call = s.call("empty")
            s.wait("AgentRingNoAnswer")
            s.await_free(101)
            s.remove("empty", 101)
            s.hangup(call)
            s.wait("Hangup", 2)
        self.compare(scenario)

    def test_busy(self):
        def scenario(s):
            s.phone(101, "busy")
            s.add("empty", 101)
            call = s.call("empty")
            s.wait("AgentRingNoAnswer")
            s.wait("Hangup")
            s.remove("empty", 101)
            s.hangup(call)
            s.wait("Hangup", 2)
        self.compare(scenario)

    def test_busy_and_the_next_one_answers(self):
        def scenario(s):
            s.phone(101, "busy")
            s.phone(102, "answer")
            s.add("empty", 101)
            s.add("empty", 102, Penalty="1")
            call = s.call("empty")
            s.wait("BridgeEnter", 2)
            s.hangup(call)
            s.await_free(102)
            s.remove("empty", 101)
            s.remove("empty", 102)
        self.compare(scenario, unpromised=("HangupRequest",))  # the busy phone's is the first

    def test_two_callers_and_the_first_gives_up(self):
        def scenario(s):
            first = s.call("empty")
            second = s.call("empty", 2)
            s.hangup(first)
            s.wait("Hangup")
            s.hangup(second)
            s.wait("Hangup", 2)
        self.compare(scenario)

    def test_everybody_rings_and_one_wins(self):
        def scenario(s):
            s.phone(101, "ring")
            s.phone(102, "answer", 1.5)
            s.add("vip", 101)
            s.add("vip", 102)
            call = s.call("vip")
            s.wait("BridgeEnter", 2)
            s.await_free(101)
            s.hangup(call)
            s.await_free(102)
            s.remove("vip", 101)
            s.remove("vip", 102)
        self.compare(scenario)

    def test_hold(self):
        def scenario(s):
            s.phone(101, "answer")
            s.add("empty", 101)
            call = s.call("empty")
            s.wait("BridgeEnter", 2)
            s.hold(call, 101, True)
            s.wait("Hold")
            s.hold(call, 101, False)
            s.wait("Unhold")
            s.hangup(call)
            s.await_free(101)
            s.remove("empty", 101)
        self.compare(scenario)

    def test_blind_transfer_into_a_queue(self):
        def scenario(s):
            s.phone(101, "answer")
            s.add("empty", 101)
            call = s.call("empty")
            s.wait("BridgeEnter", 2)
            s.transfer(call, 101, "vip")
            s.wait("QueueCallerJoin", 2)
            s.await_free(101)
            s.hangup(call)
            s.wait("QueueCallerLeave", 2)
            s.remove("empty", 101)
        self.compare(scenario, unpromised=("HangupRequest", "QueueCallerAbandon"))  # those come with the second queue

    def test_members_are_changed(self):
        def scenario(s):
            one = {"Interface": "PJSIP/101"}
            s.add("empty", 101, Penalty="2")
            s.add("vip", 101, Paused="yes")
            s.ask("QueuePause", Paused="true", Reason="Lunch", **one)
            s.ask("QueuePause", Paused="true", Queue="empty", Reason="Coffee", **one)
            s.ask("QueuePause", Paused="false", **one)
            s.ask("QueuePenalty", Penalty="7", Queue="empty", **one)
            s.ask("QueuePenalty", Penalty="x", **one)
            s.ask("QueueMemberRingInUse", RingInUse="yes", **one)
            s.remove("empty", 101)
            s.remove("vip", 101)
        self.compare(scenario)

    def test_lists(self):
        def items(s):
            s.phone(101, "answer")
            s.add("empty", 101)
            call = s.call("empty")
            s.wait("BridgeEnter", 2)
            waiting = s.call("vip", 2)
            got = {}
            for action, headers in (("QueueStatus", {"Queue": "empty"}), ("QueueStatus", {"Queue": "vip"}),
                                    ("QueueSummary", {"Queue": "vip"}), ("CoreShowChannels", {}), ("Status", {})):
                for m in s.list(action, ActionID=f"list-{action}", **headers):
                    got.setdefault(m["Event"], set()).add(tuple(k for k, _ in m.pairs))
            s.hangup(call)
            s.hangup(waiting)
            s.await_free(101)
            s.remove("empty", 101)
            s.finish()
            return got
        real, sim = [], []
        for stage, got in ((self.real, real), (self.sim, sim)):
            stage.begin()
            got.append(items(stage))
        self.maxDiff = None
        self.assertEqual(sim, real)

    def test_answers_are_asterisks_words(self):
        both = []
        for stage in (self.real, self.sim):
            stage.begin()
            said = []
            for action, headers in ANSWERS:
                answer = stage.ask(action, **headers)
                said.append((action, headers, answer["Response"], answer["Message"], [k for k, _ in answer.pairs if k != "ActionID"]))
            both.append(said)
        self.maxDiff = None
        self.assertEqual(both[1], both[0])


Q, I = {"Queue": "empty"}, {"Interface": "PJSIP/102"}
ANSWERS = [
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
]


def load_tests(_loader, tests, _pattern):
    """The simulator speaks as Asterisk 22 does: on another version there is nothing to compare, which is no skipped test."""
    return tests if lab.VERSION == 22 else unittest.TestSuite()
