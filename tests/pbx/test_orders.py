# SPDX-License-Identifier: MIT
"""Orders from the command line on the real PBX: exit 0 only for what queue_log and QueueStatus show as done, every refusal with its own
exit code, and the audit log that tells of each."""
import json
import os
import pathlib
import subprocess
import tempfile

import lab


class Orders(lab.PbxTest):
    agents, options = 3, {"churn": False}

    def order(self, *words, user="acdtop", code=0):
        lab.need_acdtop()
        with tempfile.TemporaryDirectory() as state:
            done = subprocess.run([lab.ACDTOP, *words, *self.floor.connect_args(user), "--timeout", "30"], stdin=subprocess.DEVNULL, capture_output=True, text=True, timeout=120, check=False, env={**os.environ, "XDG_STATE_HOME": state})
            self.assertEqual(done.returncode, code, (words, done.stdout, done.stderr))
            self.audit = (pathlib.Path(state) / "acdtop/audit.log").read_text(encoding="utf-8")
        return done.stdout if code == 0 else done.stderr

    def member(self, queue, interface):
        rows = self.ami.list("QueueStatus", Queue=queue)
        found = [r for r in rows if r.get("Event") == "QueueMember" and r.get("Location") == interface]
        return found[0] if found else None

    def test_into_a_queue_and_out_again(self):
        self.assertIn("done: add", self.order("add", "101", "hall", "4", "--paused", "lunch"))
        m = self.member("hall", "PJSIP/101")
        self.assertEqual((m["Penalty"], m["Paused"], m["PausedReason"]), ("4", "1", "lunch"))
        self.assertIn("already", self.order("add", "101", "hall"))
        self.order("role", "101", "hall", "7")
        self.order("ringinuse", "101", "hall", "on")
        m = self.member("hall", "PJSIP/101")
        self.assertEqual(m["Penalty"], "7")
        gone = json.loads(self.order("remove", "101", "hall", "--json"))
        self.assertEqual((gone["state"], gone["answer"]), ("done", "confirmed"))
        self.assertIsNone(self.member("hall", "PJSIP/101"))
        undo = gone["undo"]
        self.assertRegex(undo, r'^add PJSIP/101 hall 7 --paused lunch')
        self.assertRegex(self.audit, r'who="\w+" pbx=".*" line="remove 101 hall" .* state="pending"(?s:.)*state="done" answer="confirmed"')

    def test_pause_everywhere_and_in_one(self):
        self.order("add", "102", "hall")
        self.order("pause", "102", "Zoë's Pause")
        for queue in ("hall", "support"):
            m = self.member(queue, "PJSIP/102")
            if m:
                self.assertEqual((m["Paused"], m["PausedReason"]), ("1", "Zoë's Pause"))
        self.order("unpause", "102", "hall")
        self.assertEqual(self.member("hall", "PJSIP/102")["Paused"], "0")
        self.order("unpause", "102")
        self.order("remove", "102", "hall")

    def test_move(self):
        self.order("add", "103", "hall", "3")
        self.order("move", "103", "hall", "empty")
        self.assertIsNone(self.member("hall", "PJSIP/103"))
        self.assertEqual(self.member("empty", "PJSIP/103")["Penalty"], "3")
        self.order("remove", "103", "empty")

    def test_refusals_have_exit_codes(self):
        self.assertIn("static member", self.order("remove", "101", "sales", code=1))
        self.assertIn("there is no queue", self.order("add", "101", "nowhere", code=66))
        self.assertIn("manager.conf", self.order("add", "101", "hall", user="poor", code=77))
        self.assertIn("no duration", self.order("add", "101", "hall", "--for", "soon", code=64))
        self.assertIsNone(self.member("hall", "PJSIP/101"))

    def test_a_dry_run_changes_nothing(self):
        said = self.order("add", "101", "hall", "2", "--dry-run")
        self.assertIn("Action: QueueAdd\nQueue: hall\nInterface: PJSIP/101\nPenalty: 2\n", said)
        self.assertIsNone(self.member("hall", "PJSIP/101"))
