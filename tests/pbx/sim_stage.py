# SPDX-License-Identifier: MIT
"""What the comparisons of the simulated PBX with the real one share: a stage on which either plays, and what counts as the same.

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
           "DTMFBegin", "ContactStatus", "PeerStatus", "Registry", "QueueSummary"}
# Repeated or late at Asterisk's will: their fields are compared, their places are not.
UNORDERED = {"NewConnectedLine", "DialState"}
# Told with a value: what makes an event of that name this one.
TELLING = ("DialStatus", "Reason", "Status", "Paused", "PausedReason", "Penalty", "Ringinuse", "CallsTaken", "Position",
           "OriginalPosition", "Count", "ChannelStateDesc", "State", "BridgeNumChannels", "Cause", "Cause-txt", "Response",
           "Result", "Digit", "DurationMs", "Direction", "ParkingSpace", "Parkinglot", "ParkerDialString", "Conference", "Admin")
# A thread of their own tells them.
APART = {"OriginateResponse": "originate", "ChanSpyStart": "spy", "ChanSpyStop": "spy", "ConfbridgeJoin": "conference", "ConfbridgeLeave": "conference",
         "ConfbridgeStart": "conference", "ConfbridgeEnd": "conference"}
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

    def ask(self, name, **headers):
        """The answer; it is compared too, but for what is in its values."""
        answer = self._ask(name, **headers)
        self.answers.append((name, sorted(headers), answer["Response"], answer["Message"], [k for k, _ in answer.pairs if k != "ActionID"]))
        return answer

    def channel(self, who="PJSIP/trunk"):
        """The name of the newest channel of a phone, or of a caller."""
        return [m["Channel"] for m in self.since() if m["Event"] == "Newchannel" and m["Channel"].startswith(who + "-")][-1]

    def talk(self, agent=101, queue="empty"):
        """A caller who talks to that agent, who is no member any more; the call."""
        self.phone(agent, "answer")
        self.add(queue, agent)
        call = self.call(queue)
        self.await_talk(agent)
        self.remove(queue, agent)
        return call

    def await_talk(self, agent=101):
        """A member talks, and his queue has seen it."""
        self.wait("BridgeEnter", 2)
        self.wait("QueueMemberStatus", Interface=f"PJSIP/{agent}", Status="2")

    def originate(self, agent, **headers):
        headers.setdefault("ActionID", "origin")
        return self.ask("Originate", Channel=f"PJSIP/{agent}", Async="true", **headers)

    def listen(self, agent, supervisor, options="qduES"):
        """The supervisor's phone is called to listen; its channel as soon as it does."""
        self.originate(supervisor, Application="ChanSpy", Data=f"{self.channel(f'PJSIP/{agent}')},{options}", CallerID='"Listen" <9>')
        self.wait("ChanSpyStart")
        return self.channel(f"PJSIP/{supervisor}")

    def redirect(self, channel, context, exten, **more):
        return self.ask("Redirect", Channel=channel, Context=context, Exten=exten, Priority="1", **more)

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
        self.start, self.answers = self.ami.mark(), []

    def since(self):
        return self.ami.since(self.start)

    def phone_hangup(self, agent):
        self.floor.agent(agent).hangup()

    def _ask(self, name, **headers):
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
        call = self.floor.caller(queue, name="Bob", number="+4912345")
        self.wait("QueueCallerJoin", count)
        return call

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
    def __init__(self, agents, user="demo"):
        self.program = subprocess.Popen([PLAYER, str(lab.VERSION)], stdin=subprocess.PIPE, stdout=subprocess.PIPE)
        self.text, self.messages, self.start, self.calls, self.answers = b"", [], 0, 0, []
        self.play("queue", "empty", "rrmemory", "12", "1", "3")
        self.play("queue", "vip", "ringall", "12", "1", "3")
        self.play("queue", "sales", "leastrecent", "12", "1", "3")
        for agent in agents:
            self.play("agent", f"PJSIP/{agent}", str(agent), f"Agent {agent}")
        self._ask("Login", Username=user, Secret=user, Events="on")

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
        self.start, self.answers = len(self.messages), []

    def since(self):
        return self.messages[self.start:]

    def phone_hangup(self, agent):
        self.play("phone-hangup", f"PJSIP/{agent}")

    def _ask(self, name, **headers):
        at = len(self.messages)
        self.play("ask", f"Action: {name}", *(f"{key}: {value}" for key, value in headers.items()))
        return next(m for m in self.messages[at:] if m["Response"])

    def list(self, name, **headers):
        at = len(self.messages)
        self._ask(name, **headers)
        return [m for m in self.messages[at:] if m["Event"] and not m["EventList"] and not m["Timestamp"]]

    def wait(self, event, count=1, **fields):
        for _ in range(1200):
            if sum(self.fits(m, event, fields) for m in self.messages[self.start:]) >= count:
                return
            self.play("run", "50")
        raise AssertionError(f"the simulator does not come to {count} {event} {fields}")

    def phone(self, agent, mode, ring_s=0.5):
        self.play("phone", f"PJSIP/{agent}", {"answer": str(int(ring_s * 1000)), "ring": "0", "busy": "-1", "decline": "-2", "away": "-3"}[mode])

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
    if name.startswith("Local/"):
        return "half " + name[-1]
    base = name.rpartition("-")[0]
    return base if base.startswith("PJSIP/1") else "caller"


def streams(messages, racing=(), shuffled=()):
    """{stream: [what happened in it]}; of the racing events only that they happened, of the shuffled ones nothing."""
    found = {}
    for m in messages:
        name = m["Event"]
        if not name or name in IGNORED | UNORDERED | set(shuffled) or (m["ActionID"] and name not in APART) or m["Direction"] == "Sent":
            continue
        told = " ".join([name] + [f"{key}={m[key]}" for key in TELLING if any(key == k for k, _ in m.pairs)])
        if name in racing:
            told = name
        if name == "AgentComplete":
            told = f"{name} Reason={m['Reason']}"  # either channel may have gone already, and its fields with it
        if name == "BridgeCreate" and m["BridgeType"] == "parking":
            continue  # once for all tests
        if name == "DeviceStateChange":
            if not m["Device"].startswith(("PJSIP/1", "Queue:empty", "Queue:vip")):
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
            key = "bridge " + m["BridgeType"]
        elif name in APART:
            key = APART[name]
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
        if name and name not in IGNORED and not m["EventList"] and (name, m["BridgeType"]) != ("BridgeCreate", "parking"):
            names = tuple(k for k, _ in m.pairs if k not in OPTIONAL_FIELDS and k not in ("ActionID", "Timestamp"))
            if name == "AgentComplete":  # without the agent's channel, or the caller's, where that has gone already
                names = names[names.index("Queue"):]
            if name == "AttendedTransfer":  # Asterisk may have lost sight of it
                names = tuple(k for k in names if not k.startswith("TransferTarget"))
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

    def compare(self, scenario, unpromised=(), racing=(), shuffled=()):
        """Once more where they differ: threads of the PBX race, and what races does not differ twice."""
        try:
            self.compare_once(scenario, unpromised, racing, shuffled)
        except AssertionError:
            self.compare_once(scenario, unpromised, racing, shuffled)

    def compare_once(self, scenario, unpromised, racing, shuffled):
        """`racing`: who of two threads is first is told by a field of these events; `unpromised`: earlier ones of PROMISED pairs
        that say something else here; `shuffled`: these come at any moment."""
        said, answers = [], []
        for stage in (self.real, self.sim):
            stage.begin()
            scenario(stage)
            said.append(stage.finish())
            answers.append(stage.answers)
        real, sim = said
        self.maxDiff = None
        self.assertEqual(answers[1], answers[0])
        for earlier, later in [pair for pair in PROMISED if pair[0] not in unpromised]:
            for who, messages in (("Asterisk", real), ("the simulator", sim)):
                a, b = first(messages, earlier), first(messages, later)
                if a is not None and b is not None:
                    self.assertLess(a, b, f"{who}: {earlier} is not before {later}")
        self.assertEqual(streams(sim, racing, shuffled), streams(real, racing, shuffled))
        wanted, got = shapes(real), shapes(sim)
        for name in got:
            self.assertIn(name, wanted, "Asterisk said no such event")
            self.assertTrue(got[name] <= wanted[name], f"{name}: {sorted(got[name] - wanted[name])} are not among {sorted(wanted[name])}")
        self.assertEqual(sorted(got), sorted(wanted))
