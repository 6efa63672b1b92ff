# SPDX-License-Identifier: MIT
"""Two consoles at one PBX, each with a keeper and an AMI user of its own or both at the keeper of the host: how one listens is seen by the other
at each switch, and orders given at once, the same or opposite ones, end in a state that both show and that the PBX has."""
import re

import scenes
import test_hands
from console import MEMBERS, Console
from test_hands import USER, AtOneKeeper


class Ears(test_hands.Talking):
    """There is media, as with ChanSpy there must be. 105 is the supervisor's phone."""
    tone, looks_on = 0, "wallboard"

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.other = cls.open_other()
        for number in (101, 105):
            cls.floor.agent(number).tone = cls.tone

    @classmethod
    def open_other(cls):
        """Of another AMI user, who may change nothing."""
        console = Console(cls.floor, "--config", str(cls.state / "acdtop.conf"), user=cls.looks_on)
        cls.addClassCleanup(console.close)
        return console

    def modes(self, user):
        """As one sees it who begins to look now."""
        return [s["mode"] for s in self.floor.acdtop("status", "--json", user=user)["pbx"][0]["spies"]]

    def sees(self, console, mode):
        console.until(lambda: re.search(rf"─ Listening  1 ─[^▌]*{USER} +\S {mode} ", console.text()), f"it is seen that he is in mode {mode}")

    def test_each_switch_is_seen_by_others(self):
        self.talk()
        self.at(self.console)
        self.other.go("view calls", "Calls")
        for key, mode in (("l", "listen"), ("B", "barge"), ("b", "whisper"), ("B", "barge"), ("l", "listen"), ("l", "listen"), ("b", "whisper")):
            self.console.press(key)
            self.console.until(lambda: "done: " in self.console.foot(), f"{mode} is done")
            self.console.press("\t")
            self.sees(self.console, mode)
            self.sees(self.other, mode)
            for user in ("acdtop", "single", self.looks_on):
                self.assertEqual(self.modes(user), [mode])
        self.other.go("agent PJSIP/101", "Anna Berg")
        self.other.until(lambda: f"{USER} whispers" in self.other.text(), "it is said beside the agent, too")
        self.console.press("X")
        self.console.until(lambda: "done: " in self.console.foot(), "it is over")
        self.assertEqual(self.modes(self.looks_on), [])

    def test_of_others_nobody_knows(self):
        """One who listens without acdtop: that he does is shown, and how is not guessed, whatever his phone is called."""
        self.talk()
        agent = next(c["Channel"] for c in self.ami.list("CoreShowChannels") if c["Channel"].startswith("PJSIP/101-"))
        self.ami.action("Originate", Channel="PJSIP/105", Application="ChanSpy", Data=f"{agent},qduES", Async="true", CallerID='"barge Eva" <105>')
        for console in (self.console, self.other):
            console.go("agent PJSIP/101", "Anna Berg")
            console.until(lambda console=console: "barge Eva listens (how is not known)" in console.text(), "that he listens is shown")
        self.assertEqual(self.modes("acdtop"), ["unknown"])

    def test_the_end_in_silence(self):
        """Where no side of the call makes a sound, Asterisk ends a listening with the call: that is said, and then it is settled."""
        self.floor.agent(101).tone = type(self).tone = None
        self.addCleanup(setattr, type(self), "tone", 0)
        self.addCleanup(setattr, self.floor.agent(101), "tone", 0)
        self.talk()
        self.at(self.console)
        self.console.press("l")
        self.console.until(lambda: "done: " in self.console.foot(), "it listens")
        self.console.press("X")
        self.console.until(lambda: "with the next sound of the call" in self.console.foot(), "it is said why that lasts", 40)
        self.assertTrue(self.channels("!ChanSpy!"))
        self.call.hangup()
        self.console.press(":view orders\r")
        self.console.until(lambda: re.search(r"listen no more to Anna Berg +\S done ", self.console.text()), "it is settled")


class EarsAtOneKeeper(AtOneKeeper, Ears):
    @classmethod
    def open_other(cls):
        return cls.open_console()


class Pairs(test_hands.Talking):
    """Orders given at once at two consoles. Each pair: what the PBX has in the end, and how a console shows it; whatever of the two came first,
    they are the same, and nothing is left open."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.other = cls.open_console()

    def give(self, *lines):
        """(line, words it asks with or None) for each console, at the same time."""
        for console, (line, _) in zip((self.console, self.other), lines):
            console.press(f":{line}\r")
        for console, (_, words) in zip((self.console, self.other), lines):
            if words:
                console.until(lambda console=console, words=words: console.is_asked() and words in console.text(), f"it asks: {words}")
        for console, (_, words) in zip((self.console, self.other), lines):
            if words:
                console.press("y")

    def ended(self):
        """No order is open at either of them, and each has one of its own."""
        for console in (self.console, self.other):
            console.until(lambda console=console: re.search(r"(done|unknown|refused|no such|running|wrong): |already|paused", console.foot()), "its own order has ended", 60)
            console.go("view orders", "Orders")
            console.until(lambda console=console: "─ Orders " in console.text() and not re.search(r"… pending|▸ running", console.text()), "no order is open", 60)

    def same(self, truth, shown):
        """What the PBX has is what both show; that."""
        def seen():
            here = truth()
            return (here,) if all(shown(console) == here for console in (self.console, self.other)) else None
        return self.floor.until(seen, f"both show {truth()} and not {[shown(console) for console in (self.console, self.other)]}")[0]

    def waits(self):
        """A caller of `empty` whom both show."""
        name, number = self.somebody()
        call = self.floor.caller("empty", name=name, number=number)
        for console in (self.console, self.other):
            console.go("queue empty", "empty")
            console.until(lambda console=console: f" {name} " in console.text(), "he is shown")
        return name, call

    def members(self, *queues, number=102):
        """In which of these, that nobody else serves, he is: on the PBX, and on the screen that is opened for each."""
        def shown(console):
            found = []
            for queue in queues:
                console.go(f"queue {queue}", queue)
                console.until(lambda: "─ Members  " in console.text(), "the members are shown")
                found.append("─ Members  0 ─" not in console.text())
            return found
        return self.same(lambda: [bool(self.shows(queue, f"(PJSIP/{number})")) for queue in queues], shown)

    def test_add_and_remove(self):
        for first, second in (("add PJSIP/102 empty", "remove PJSIP/102 empty"), ("add PJSIP/102 empty", "add PJSIP/102 empty 3"), ("remove PJSIP/102 empty", "remove PJSIP/102 empty")):
            with self.subTest(first=first, second=second):
                self.give((first, None), (second, None))
                self.ended()
                self.members("empty")
        self.assertEqual(self.members("empty"), [False])

    def test_move_and_remove(self):
        self.joins(102)
        self.give(("move PJSIP/102 empty hall", None), ("remove PJSIP/102 empty", None))
        self.ended()
        self.assertFalse(self.members("empty", "hall")[0])

    def test_two_take_the_same_caller(self):
        """One of them talks with him, once; neither stays in the queue."""
        name, call = self.waits()
        self.give((f"take empty {call.uniqueid} --to PJSIP/102", None), (f"take empty {call.uniqueid} --to PJSIP/103", None))
        self.log("CONNECT", queue="empty", callid=call.uniqueid)
        self.ended()
        self.assertEqual([self.members("empty", number=number) for number in (102, 103)], [[False], [False]])
        rows = [row for row in self.floor.queue_log()[self.log_start:] if row.event == "CONNECT"]
        self.assertEqual(len(rows), 1)

        def shown(console):
            console.go("view calls", "Calls")
            console.until(lambda: name in console.text(), "the call is shown")
            return next((n for n in (102, 103) if re.search(rf"{name} .* {self.floor.names[n]} ", console.text())), None)
        self.same(lambda: next((n for n in (102, 103) if self.channels(f"PJSIP/{n}-", "!Up!")), None), shown)

    def test_priority_and_withdraw(self):
        name, call = self.waits()
        self.give((f"priority {call.uniqueid} 7", None), (f"withdraw {call.uniqueid}", "Zoë"))
        self.ended()

        def shown(console):
            console.go("queue empty", "empty")
            console.until(lambda: "─ Members " in console.text(), "the queue is shown")
            return name in console.text()
        self.assertFalse(self.same(lambda: bool(self.shows("empty", call.channel)), shown))
        for console in (self.console, self.other):
            console.go("view orders", "Orders")
            self.assertNotIn("unknown", console.text())

    def test_hang_up_and_transfer(self):
        self.talk()
        for console in (self.console, self.other):
            self.at(console)
        self.give((f"hangup {self.call.uniqueid}", "Zoë"), (f"transfer {self.call.uniqueid} 103", "103"))
        self.ended()

        def shown(console):
            console.go("view calls", "Calls")
            console.until(lambda: "─ Calls  " in console.text(), "the calls are shown")
            return "─ Calls  0 ─" not in console.text()
        self.same(lambda: bool(self.channels("PJSIP/101-")), shown)
        self.assertFalse(self.channels("PJSIP/101-"))


class PairsAtOneKeeper(AtOneKeeper, Pairs):
    pass


class Listeners(Pairs):
    """Two persons would have two phones; here it is one, with a phone each."""
    test_add_and_remove = test_move_and_remove = test_two_take_the_same_caller = test_priority_and_withdraw = test_hang_up_and_transfer = None

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        for number in (101, 104, 105):
            cls.floor.agent(number).tone = 0
        cls.tone = 0

    def listeners(self):
        def shown(console):
            console.go("view calls", "Calls")
            console.until(lambda: "─ Listening  " in console.text(), "the listeners are shown")
            return sorted(re.findall(rf"{USER} +\S (listen|whisper|barge) ", console.text()))
        return self.same(lambda: sorted(s["CallerIDName"].partition(" ")[0] for s in self.ami.list("CoreShowChannels") if s.get("Application") == "ChanSpy"), shown)

    def test_two_listen(self):
        self.talk()
        for console in (self.console, self.other):
            self.at(console)
        self.give(("listen PJSIP/101 --on PJSIP/105", None), ("whisper PJSIP/101 --on PJSIP/104", None))
        self.ended()
        self.assertEqual(self.listeners(), ["listen", "whisper"])
        self.give(("unlisten", None), ("unlisten PJSIP/101", None))
        self.ended()
        self.assertEqual(self.listeners(), [])

    def test_one_is_switched_twice_at_once(self):
        """Whichever key came last: what the name says is what is heard, or that nobody knows."""
        self.talk()
        for console in (self.console, self.other):
            self.at(console)
        self.console.line("listen PJSIP/101 --on PJSIP/105")
        self.console.until(lambda: "done: " in self.console.foot(), "it listens")
        for first, second in (("whisper", "barge"), ("listen", "barge"), ("whisper", "listen")):
            self.give((f"{first} PJSIP/101", None), (f"{second} PJSIP/101", None))
            self.ended()
            self.assertEqual(len(self.listeners()), 1)


class ListenersAtOneKeeper(AtOneKeeper, Listeners):
    pass
