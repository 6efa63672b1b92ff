# SPDX-License-Identifier: MIT
"""The policy of a shared keeper on the real PBX: three users of this host, one login, and what `queue show` says afterwards."""
import os
import re
import shutil
import unittest

import lab
import scenes
import shared
from shared import AGENT, LEAD, VIEWER

POLICY = ('agent_interface = "PJSIP/{ext}";\n'
          'access_roles = ( { name = "agent"; queues = [ "empty" ]; },\n'
          '                 { name = "lead"; like = "supervisor"; numbers = "masked"; deny = [ "membership" ]; } );\n'
          'access = ( { user = "nobody"; role = "agent"; agent = "101"; }, { user = "daemon"; role = "lead"; }, { user = "bin"; role = "viewer"; } );\n')
NUMBER = "+41791234534"


@unittest.skipUnless(os.getuid() == 0 and shutil.which("setpriv"), "other users take root and setpriv")
class Policy(lab.PbxTest):
    agents, options = 3, {"churn": False}

    def setUp(self):
        super().setUp()
        self.keeper = shared.Shared(self.floor, POLICY)
        self.addCleanup(self.keeper.close)

    def tidy(self):
        for member in scenes.snapshot(self.ami, "empty")[1]:
            self.ami.action("QueueRemove", Queue="empty", Interface=member["Location"])
        self.ami.action("QueuePause", Interface="PJSIP/101", Paused="false")
        super().tidy()

    def gives(self, who, *words, code=0, says=""):
        done = self.keeper.run(*words, who=who)
        self.assertEqual(done.returncode, code, (words, done.stdout, done.stderr))
        self.assertIn(says, done.stdout + done.stderr)
        return done.stdout

    def shown(self, queue):
        return self.floor.cli(f"queue show {queue}")

    def test_an_agent_moves_himself(self):
        own = self.keeper.status(AGENT)
        self.assertEqual([agent["interface"] for agent in own["agents"]], ["PJSIP/101"])
        self.gives(AGENT, "add", "101", "empty")
        self.assertRegex(self.shown("empty"), r"PJSIP/101")
        self.gives(AGENT, "pause", "101", "empty", "lunch")
        self.assertRegex(self.shown("empty"), r"PJSIP/101.*paused")
        self.gives(AGENT, "remove", "101", "empty")
        self.assertNotRegex(self.shown("empty"), r"PJSIP/101")
        self.log("ADDMEMBER", queue="empty")
        self.log("REMOVEMEMBER", queue="empty")

    def test_an_agent_does_not_move_others(self):
        before = self.shown("empty")
        for words in (("add", "102", "empty"), ("add", "PJSIP/102", "empty"), ("pause", "102", "lunch"), ("take", "empty", "--to", "102")):
            self.gives(AGENT, *words, code=77, says="for himself alone")
        self.gives(AGENT, "role", "101", "empty", "5", code=77, says="class membership")
        self.gives(VIEWER, "pause", "101", "lunch", code=77, says="role viewer")
        self.gives(LEAD, "add", "102", "empty", code=77, says="class membership")
        self.assertEqual(len(before.splitlines()), len(self.shown("empty").splitlines()))
        self.assertNotIn("PJSIP/102", self.shown("empty"))

    def test_a_masked_caller_is_hung_up_by_identity(self):
        call = self.floor.caller("empty", name="Jo", number=NUMBER)
        lab.until(lambda: any(c["uniqueid"] == call.uniqueid for q in self.keeper.status(LEAD)["queues"] for c in q["callers"]), "the caller is seen")
        told = self.keeper.run("status", "--json", who=LEAD).stdout
        self.assertNotIn(NUMBER[3:], told)
        self.assertIn("+4179*****34", told)
        self.assertIn(NUMBER, self.keeper.run("status", "--json").stdout)
        self.gives(LEAD, "hangup", "--yes", NUMBER, code=66)
        said = self.gives(LEAD, "hangup", "--yes", call.uniqueid)
        self.assertIsNone(re.search(r"[0-9]{7}(?![0-9.])", said), said)
        self.log("ABANDON", queue="empty", callid=call.uniqueid)
        audit = (self.keeper.folder / ".local/state/acdtop/audit.log").read_text(encoding="utf-8")
        self.assertIn('who="daemon"', audit)

    def test_all_of_them_are_one_login(self):
        watching = [self.keeper.start("watch", "--json", who=who) for who in (AGENT, LEAD, VIEWER, None) for _ in range(3)]
        try:
            lab.until(lambda: all(child.poll() is None for child in watching), "they watch")
            self.keeper.status(VIEWER)
            self.assertEqual(shared.sessions(self.floor), 1)
        finally:
            for child in watching:
                child.kill()
                child.wait()


if __name__ == "__main__":
    unittest.main()
