# SPDX-License-Identifier: MIT
"""Two consoles at one PBX, each with a keeper and an AMI user of its own or both at the keeper of the host: how one listens is seen by the other
at each switch, and orders given at once, the same or opposite ones, end in a state that both show and that the PBX has."""
import json
import re

import lab
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
