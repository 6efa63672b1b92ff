# SPDX-License-Identifier: MIT
"""Orders about calls that are not as they were a moment ago: whom they were for has gone, is on hold, talks twice, is being transferred, has a
name that no terminal and no request may obey; and the keeper, or Asterisk, begins anew while somebody listens."""

import scenes
import shared
import test_calls

HOSTILE = 'Zo"\\<e>\x1b]0;owned\x07,${EVAL(1)};PJSIP/101\t'


class Rough(test_calls.Ordering):
    def test_whoever_has_gone_is_said_to_have_gone(self):
        """Every order about a call or a caller, with what was its name."""
        call, waiting = self.talk(), self.floor.caller("empty")
        phone = self.floor.agent(101).talking[0]
        for gone in (call, waiting):
            gone.hangup()
        self.assertTrue(phone.wait("ended"))
        for words in (("hangup",), ("transfer", "103"), ("transfer", "103", "--attended"), ("handover", "103"), ("park",), ("hold",), ("conference", "103"), ("tape", "start")):
            self.assertRegex(self.order(words[0], call.uniqueid, *words[1:], user="admin", code=66), "no such: .*" + call.uniqueid, words)
        for words in (("send", "103"), ("moveto", "hall"), ("priority", "3"), ("withdraw",)):
            self.assertIn("waits any more", self.order(words[0], waiting.uniqueid, *words[1:], code=66), words)
        self.assertIn("waits any more", self.order("take", "empty", waiting.uniqueid, "--to", "105", code=66))
        self.assertFalse(self.floor.agent(103).talking)

    def test_a_name_that_nobody_should_obey(self):
        call = self.floor.caller("closing", name=HOSTILE)
        self.assertTrue(self.floor.agent(101).wait_up())
        self.log("CONNECT", queue="closing", callid=call.uniqueid)
        planned = self.order("transfer", call.uniqueid, "103", "--dry-run")
        self.assertNotIn(HOSTILE[:4], "".join(planned["requests"]) if planned.get("requests") else "")
        for char in "\x1b\x07\t":
            self.assertNotIn(char, self.order("transfer", call.uniqueid, "12345", code=1))
        self.order("transfer", call.uniqueid, "103")
        self.talks(103)
        self.assertEqual(call.state, "up")

    def test_a_call_on_hold(self):
        """It can be transferred, and the caller talks; a held one is no other than before."""
        call = self.talk()
        phone = self.floor.agent(101).talking[0]
        start = self.ami.mark()
        phone.hold()
        scenes.must(self.ami.event("Hold", start=start), "it is on hold")
        self.order("transfer", call.uniqueid, "103")
        self.talks(103)
        self.assertEqual(call.state, "up")
        self.assertTrue(phone.wait("ended"))

    def keeper(self):
        """One that has seen the calls from their beginning."""
        keeper = shared.Shared(self.floor, test_calls.CONFIG)
        self.addCleanup(keeper.close)
        return keeper

    def test_a_consultation_in_progress(self):
        """The caller waits on hold, and the agent's call is the one with whom he asks: an order for the caller takes neither of them away, until the
        call is the other one's."""
        keeper = self.keeper()
        call = self.talk()
        phone = self.floor.agent(101).talking[0]
        done = keeper.run("transfer", call.uniqueid, "103", "--attended", "--yes")
        self.assertEqual(done.returncode, 0, done.stderr)
        self.talks(103)
        for words in (("hangup",), ("transfer", "104"), ("park",)):
            done = keeper.run(words[0], call.uniqueid, *words[1:], "--yes")
            self.assertEqual(done.returncode, 66, (words, done.stdout, done.stderr))
        self.assertEqual((call.state, phone.state), ("up", "up"))
        phone.hangup()
        self.log("ATTENDEDTRANSFER")
        self.assertEqual(call.state, "up")
        self.floor.until(lambda: keeper.run("hangup", "103", "--yes").returncode == 0, "then it is the call of 103, and is ended")
        self.assertTrue(call.wait("ended"))

    def test_three_in_a_room(self):
        """The agent is in a conference: an order for the caller is for the caller."""
        keeper = self.keeper()
        call = self.talk()
        done = keeper.run("conference", call.uniqueid, "103", "--yes")
        self.assertEqual(done.returncode, 0, done.stderr)
        self.talks(103)
        done = keeper.run("hangup", call.uniqueid, "--yes")
        self.assertEqual(done.returncode, 0, done.stderr)
        self.assertTrue(call.wait("ended"))
        self.assertTrue(self.floor.agent(103).talking)

    def test_what_listens_outlives_the_keeper(self):
        """Who listens, to whom and how is known to the next keeper, which switches and ends it; the audit log has the end of each."""
        for end in ("terminate", "kill"):
            with self.subTest(end=end):
                self.floor.agent(101).tone = self.floor.agent(105).tone = 0
                keeper = shared.Shared(self.floor, 'phone = "PJSIP/105";\n')
                self.addCleanup(keeper.close)
                self.talk()
                for mode in ("listen", "whisper"):
                    self.assertEqual(keeper.run(mode, "101", "--yes").returncode, 0)
                before = [(s["who"], s["mode"], s["agent"]) for s in keeper.status()["spies"]]
                self.assertEqual([row[1:] for row in before], [("whisper", "PJSIP/101")])
                getattr(keeper.process, end)()
                keeper.process.wait()
                keeper.serve()
                self.floor.until(lambda keeper=keeper, before=before: [(s["who"], s["mode"], s["agent"]) for s in keeper.status()["spies"]] == before, "it is known who listens, and how")
                self.assertEqual(keeper.run("barge", "101", "--yes").returncode, 0)
                self.floor.until(lambda keeper=keeper: [s["mode"] for s in keeper.status()["spies"]] == ["barge"], "it is switched, and not rung again")
                self.assertEqual(len(self.floor.agent(105).talking), 1)
                self.assertEqual(keeper.run("unlisten", "--yes").returncode, 0)
                self.floor.until(lambda keeper=keeper: not keeper.status()["spies"], "nobody listens")
                said = keeper.run("audit").stdout
                self.assertRegex(said, r"listen to Anna Berg.*end unknown: ")
                self.assertRegex(said, r"listen no more to Anna Berg")
                self.tidy()


class Anew(test_calls.Ordering):
    """Asterisk is restarted: what was a call then is none now, and its channel's name is somebody else's."""

    def test_the_name_of_a_call_of_before(self):
        call = self.talk()
        name = call.channel
        scenes.stop(self.floor, "now")
        self.floor.pbx.start()
        again = self.talk()
        self.assertEqual(again.channel, name)  # they count from 0 again
        self.assertNotEqual(again.uniqueid, call.uniqueid)
        self.assertRegex(self.order("hangup", call.uniqueid, code=66), "no such")
        self.assertEqual(again.state, "up")
