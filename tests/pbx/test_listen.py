# SPDX-License-Identifier: MIT
"""listen, whisper, barge and unlisten from the command line on the real PBX, proved by ear: who hears whom before, while and after one
becomes another, in any order; and what is said when an ear is not to be had."""
import json
import os
import subprocess
import threading

import lab
import scenes
import sound
from test_sound import AGENT, CALLER, SUPERVISOR, Heard, table


class Listen(Heard):
    def setUp(self):
        super().setUp()
        self.state = self.own_folder()
        self.supervisor = self.floor.agent(104)
        self.supervisor.mode = "answer"

    def order(self, *words, user="acdtop", code=0):
        done = subprocess.run([lab.ACDTOP, *words, *self.floor.connect_args(user), "--timeout", "40"], stdin=subprocess.DEVNULL, capture_output=True,
                              text=True, timeout=120, check=False, env={**os.environ, "XDG_STATE_HOME": str(self.state)})
        self.assertEqual(done.returncode, code, (words, done.stdout, done.stderr))
        return done.stdout if code == 0 else done.stderr

    def audit(self):
        return (self.state / "acdtop/audit.log").read_text(encoding="utf-8")

    def begin(self, mode, agent="101", *words):
        """The first order: the supervisor's phone rings and is answered."""
        said = self.order(mode, agent, *words)
        dialog = self.supervisor.wait_up()
        self.lines["supervisor"] = dialog.line
        return said, dialog

    def end(self, dialog, *words):
        self.assertIn("done: listen no more", self.order("unlisten", *words))
        self.assertTrue(dialog.wait("ended"))
        del self.lines["supervisor"]
        self.floor.until(lambda: not any(m["Channel"].startswith("PJSIP/104-") for m in self.ami.list("CoreShowChannels")), "the phone is free again")

    def test_any_order(self):
        """One leg, switched by key: it is not rung again."""
        talk = self.talk()
        marks = {name: line.mark() for name, line in self.lines.items()}
        said, dialog = self.begin("listen", "101", "--on", "PJSIP/104")
        self.assertRegex(said, r"^done: listen to .*, in a call with \S+, on PJSIP/104 \(confirmed\)")
        sound.expect(self.lines, table("listen"), 10)
        for name, mark in marks.items():
            self.assertNotIn(SUPERVISOR, set().union(*self.lines[name].since(mark)))
        before = "listen"
        for mode in ("whisper", "barge", "listen", "barge", "whisper", "listen"):
            self.change(before, mode, lambda mode=mode: self.order(mode, "101"))
            before = mode
        self.assertEqual(self.supervisor.talking, [dialog])
        self.end(dialog)
        self.assertEqual(talk.call.state, "up")
        self.assertIn("you listen to nobody", self.order("unlisten"))
        self.assertRegex(self.audit(), r'line="listen 101 --on PJSIP/104" what="listen to [^"]* in a call with [^"]*" state="pending"')

    def test_begins_as_it_is_asked_and_the_phone_is_remembered(self):
        self.talk()
        _, dialog = self.begin("whisper", "101", "--on", "PJSIP/104")
        sound.expect(self.lines, table("whisper"), 10)
        self.end(dialog, "101")
        self.begin("barge")
        sound.expect(self.lines, table("barge"), 10)
        spies = json.loads(self.order("status", "--json"))["pbx"][0]["spies"]
        self.assertEqual([(s["agent"], s["who"] is not None, s["spyer_channel"][:10]) for s in spies], [("PJSIP/101", True, "PJSIP/104-")])

    def test_a_supervisor_who_hangs_up_ends_it_in_the_audit_log(self):
        """Once, whatever the mode was in between; a switch of mode is an order of its own, and nothing that was only tried is one."""
        self.talk()
        _, dialog = self.begin("listen", "101", "--on", "PJSIP/104")
        self.change("listen", "barge", lambda: self.order("barge", "101"))
        self.order("whisper", "101", "--dry-run")
        dialog.hangup()
        self.floor.until(lambda: "event=end" in self.audit(), "the end of the listening")
        records = [line.split("event=")[1].split()[0] for line in self.audit().splitlines()]
        self.assertEqual(records, ["issue", "outcome", "issue", "outcome", "end"])
        self.assertRegex(self.audit().splitlines()[-1], r'line="listen 101 --on PJSIP/104" .*answer="confirmed; it ended after \d+ s" .*lasted_s=\d+$')
        del self.lines["supervisor"]

    def test_a_local_channel(self):
        """The phone's own channel, whatever the queue calls."""
        scenes.add_member(self.floor, "empty", "Local/101@from-queue/n", StateInterface="hint:101@agents")
        self.addCleanup(scenes.remove_member, self.floor, "empty", "Local/101@from-queue/n")
        self.talk("empty")
        self.begin("whisper", "Local/101@from-queue/n", "--on", "PJSIP/104")
        sound.expect(self.lines, table("whisper"), 10)
        self.change("whisper", "barge", lambda: self.order("barge", "Local/101@from-queue/n"))

    def test_over_before_the_supervisor_answers(self):
        """His phone stops to ring; it is never put through to anything."""
        talk = self.talk()
        self.supervisor.mode = "ring"
        said = []
        order = threading.Thread(target=lambda: said.append(self.order("listen", "101", "--on", "PJSIP/104", code=1)))
        order.start()
        self.assertTrue(self.supervisor.wait_ringing())
        ringing = self.supervisor.ringing
        talk.call.hangup()
        order.join(60)
        self.assertIn("the call ended before PJSIP/104 was answered", said[0])
        self.assertTrue(ringing.wait("ended"))

    def test_refusals(self):
        self.assertIn("is in no call", self.order("listen", "101", "--on", "PJSIP/104", code=66))
        talk = self.talk()
        self.assertIn("your own phone is not known", self.order("listen", "101", code=64))
        self.assertIn("nobody can listen to himself", self.order("listen", "101", "--on", "PJSIP/101", code=64))
        self.assertIn("PJSIP/999 cannot be reached", self.order("listen", "101", "--on", "PJSIP/999", code=1))
        self.assertIn("that call has ended", self.order("listen", "101", "--on", "PJSIP/104", "--call", "1.1", code=66))
        self.assertIn("add originate to its write", self.order("listen", "101", "--on", "PJSIP/104", user="single", code=77))
        for mode, words in (("busy", "PJSIP/104 is busy"), ("decline", "PJSIP/104 declined")):
            self.supervisor.mode = mode
            self.assertIn(words, self.order("barge", "101", "--on", "PJSIP/104", code=1))
        self.supervisor.mode = "answer"
        said = self.order("whisper", "101", "--on", "PJSIP/104", "--call", talk.connect["Uniqueid"], "--dry-run")
        self.assertRegex(said, r"(?s)Action: Originate\nChannel: PJSIP/104\nChannelId: acdtop-\w{16}-\S+\nApplication: ChanSpy\nData: [\d.]+,qduESw\n.*Async: true\n")
        sound.expect(self.lines, {"caller": {AGENT}, "agent": {CALLER}}, 5)
