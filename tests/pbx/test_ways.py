# SPDX-License-Identifier: MIT
"""Each way out of a queue, one call at a time: acdtop counts it under its own name and under no other, with its own rights
and with a wallboard's. What takes a caller away without a word of the PBX leaves no ghost."""
import collections

import lab
import scenes
from batch import Batch

OUT = ("answered", "abandoned", "timeout", "empty", "key", "withdrawn", "redirected")


class Watched(lab.PbxTest):
    """A floor that acdtop -b watches."""
    user = "acdtop"

    def setUp(self):
        super().setUp()
        self.batch = Batch(self.floor, self.user)
        self.addCleanup(self.batch.close)
        self.floor.until(lambda: (self.batch.latest() or {}).get("link") == "live", "a live document")

    def queue(self, name):
        return next(q for q in self.batch.latest()["queues"] if q["name"] == name)

    def expect(self, name, **counted):
        """Waits until today's ways out of the queue are these, all others 0, and nobody waits in it; offered is their sum."""
        wanted = {"waiting": 0, "callers": 0, "offered": sum(counted.values()), **dict.fromkeys(OUT, 0), **counted}

        def shown():
            queue = self.queue(name)
            return {**{key: queue["today"][key] for key in OUT}, "offered": queue["today"]["offered"],
                    "waiting": queue["waiting"], "callers": len(queue["callers"])}
        try:
            lab.until(lambda: shown() == wanted, "", 20)
        except AssertionError:
            self.assertEqual(shown(), wanted)


class Ways(Watched):
    def test_answered(self):
        scenes.talk(self.floor, "sales").call.hangup()
        self.expect("sales", answered=1)
        self.assertEqual(self.queue("sales")["today"]["answered_in_sl"], 1)

    def test_abandoned(self):
        self.floor.caller("empty").hangup()
        self.expect("empty", abandoned=1)

    def test_abandoned_while_ringing(self):
        scenes.abandon_while_ringing(self.floor)
        self.expect("support", abandoned=1)

    def test_timeout(self):
        self.floor.caller("empty-short")
        self.expect("empty", timeout=1)

    def test_timeout_unasked(self):
        """The dialplan hangs up right behind Queue(): there is no channel left to be asked, and acdtop says that it guesses."""
        with scenes.modes(self.floor, "ring"):
            self.floor.caller("support-brief")
            self.expect("support", timeout=1)
        self.assertEqual(self.queue("support")["today"]["guessed"], 1)

    def test_key(self):
        with scenes.modes(self.floor, "ring"):
            self.floor.caller("support").press("1")
            self.expect("support", key=1)

    def test_empty(self):
        self.floor.agent(101).mode = "ring"
        self.floor.caller("closing")
        self.ami.action("QueuePause", Interface="PJSIP/101", Paused="true", Queue="closing")
        self.addCleanup(self.ami.action, "QueuePause", Interface="PJSIP/101", Paused="false", Queue="closing")
        self.expect("closing", empty=1)

    def test_withdrawn(self):
        scenes.withdraw(self.floor, self.floor.caller("empty"), "empty")
        self.expect("empty", withdrawn=1)

    def test_redirected(self):
        scenes.redirect_waiting(self.floor)
        self.expect("empty", redirected=1)

    def test_same_caller_again(self):
        call = self.floor.caller("empty-again")
        scenes.withdraw(self.floor, call, "empty")
        self.floor.wait_log("ENTERQUEUE", 2, start=self.log_start, callid=call.uniqueid)
        self.expect("empty", withdrawn=1, waiting=1, callers=1, offered=2)
        call.hangup()
        self.expect("empty", withdrawn=1, abandoned=1)


class WaysOfTheWall(Watched):
    """The rights of a wallboard are enough for the ways that only the channel knows."""
    user = "wallboard"
    test_timeout, test_withdrawn, test_redirected = Ways.test_timeout, Ways.test_withdrawn, Ways.test_redirected


class NoGhosts(Watched):
    """Callers who leave, come or change without a queue event."""

    def balanced(self, name):
        """Nobody is shown as waiting, and everybody who came has left in one way."""
        def shown():
            queue = self.queue(name)
            today = collections.Counter({key: queue["today"][key] for key in OUT})
            return queue["waiting"], len(queue["callers"]), queue["today"]["offered"] - sum(today.values())
        try:
            lab.until(lambda: shown() == (0, 0, 0), "", 20)
        except AssertionError:
            self.assertEqual(shown(), (0, 0, 0), self.queue(name)["today"])

    def test_bridge(self):
        scenes.yank_by_bridge(self.floor)
        self.balanced("empty")

    def test_park(self):
        scenes.yank_by_park(self.floor)
        self.balanced("empty")

    def shown_as(self, uniqueid):
        lab.until(lambda: [c["uniqueid"] for c in self.queue("empty")["callers"]] == [uniqueid], f"{uniqueid} waits", 20)

    def test_attended_transfer(self):
        scene, _ = scenes.attended_transfer(self.floor)
        self.shown_as(scene.call.uniqueid)
        scene.call.hangup()
        self.balanced("empty")

    def test_atxfer(self):
        scene, entry = scenes.atxfer(self.floor)
        self.shown_as(entry)
        scene.call.hangup()
        self.balanced("empty")

    def test_blind_transfer(self):
        scene = scenes.blind_transfer(self.floor)
        self.shown_as(scene.call.uniqueid)
        scene.call.hangup()
        self.balanced("empty")
        self.assertEqual(self.batch.next()["drift"], 0)
