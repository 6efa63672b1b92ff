# SPDX-License-Identifier: MIT
"""Orders about members with a configuration that knows roles and people in no queue, each seen in the queue, queue_log and the audit
log; two shells at once; each way in which an order can fail has an exit code of its own and has sent nothing."""
import json
import pathlib
import shlex
import tempfile
import threading

import lab
import scenes

DONE, REFUSED, UNKNOWN, WRONG, NO_SUCH, NO_LINK, FORBIDDEN = 0, 1, 2, 64, 66, 69, 77
CONFIG = """agent_interface = "PJSIP/{ext}"
roles = ( { name = "expert"; penalty = 0; }, { name = "second"; penalty = 3; } )
audit_log = "%s"
"""


class Ordering(lab.PbxTest):
    """`order` gives one; 104 is in no queue and known by the configuration alone."""
    agents = 4
    options = {"members": {"support": [(101, 0), (102, 1)], "sales": [(101, 2)], "orders": [(103, 0)]}, "churn": False}

    def setUp(self):
        super().setUp()
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.audit, self.config = pathlib.Path(folder.name) / "audit.log", pathlib.Path(folder.name) / "acdtop.conf"
        self.config.write_text(CONFIG % self.audit)
        self.addCleanup(self.clear)

    def clear(self):
        for queue in ("support", "sales", "empty"):
            for member in scenes.snapshot(self.ami, queue)[1]:
                if member["Membership"] == "dynamic":
                    scenes.remove_member(self.floor, queue, member["Location"])
                elif member["Paused"] == "1":
                    self.ami.action("QueuePause", Queue=queue, Interface=member["Location"], Paused="false")

    def run_order(self, *words, **more):
        return self.floor.run_acdtop("--config", str(self.config), *map(str, words), **more)

    def order(self, *words, code=DONE, **more):
        """Gives an order as JSON; its document, after its exit code was the one expected."""
        done = self.run_order("--json", *words, **more)
        self.assertEqual(done.returncode, code, f"{words}: {done.stdout} {done.stderr}")
        return json.loads(done.stdout) if done.stdout else {}

    def member(self, queue, number=104):
        return next((m for m in scenes.snapshot(self.ami, queue)[1] if m["Location"] == f"PJSIP/{number}"), None)

    def rows(self, *events):
        return [row for row in self.floor.queue_log()[self.log_start:] if row.event in events and row.callid != "REALTIME"]

    def quiet(self):
        """Nothing was sent that queue_log would tell."""
        self.assertEqual([row.event for row in self.floor.queue_log()[self.log_start:]
                          if row.callid != "REALTIME" and row.event not in ("CONFIGRELOAD", "QUEUESTART")], [])


class Members(Ordering):
    def test_in_and_out(self):
        said = self.order("add", 104, "empty", "second")
        self.assertEqual((said["state"], said["answer"]), ("done", "confirmed"))
        self.assertEqual((self.member("empty")["Penalty"], self.member("empty")["Paused"]), ("3", "0"))
        self.assertEqual(self.rows("ADDMEMBER")[0].queue, "empty")
        self.assertIn("already", self.order("add", 104, "empty")["answer"])
        self.assertEqual(len(self.rows("ADDMEMBER")), 1)
        self.order(*said["undo"].split())
        self.assertIsNone(self.member("empty"))
        self.assertEqual(len(self.rows("REMOVEMEMBER")), 1)
        self.assertIn("not in", self.order("remove", 104, "empty")["answer"])

    def test_paused_from_the_first_moment(self):
        self.order("add", 104, "empty", "--paused", "lunch break")
        self.assertEqual((self.member("empty")["Paused"], self.member("empty")["PausedReason"]), ("1", "lunch break"))
        self.assertEqual(self.rows("ADDMEMBER")[0].data[0], "PAUSED")

    def test_role(self):
        self.order("add", 104, "empty", "expert")
        said = self.order("role", 104, "empty", "second")
        self.assertEqual(self.member("empty")["Penalty"], "3")
        self.order("role", 104, "empty", "7")
        self.order(*said["undo"].split())
        self.assertEqual([row.data[0] for row in self.rows("PENALTY")], ["3", "7", "0"])
        self.order("role", 104, "empty", "guru", code=WRONG)
        self.order("role", 104, "sales", "expert", code=NO_SUCH)

    def test_ringinuse(self):
        self.order("add", 104, "empty")
        said = self.order("ringinuse", 104, "empty", "on")
        self.order(*said["undo"].split())
        self.assertEqual([row.data[0] for row in self.rows("RINGINUSE")], ["1", "0"])

    def test_move_carries_what_he_has(self):
        self.order("add", 104, "empty", "second", "--paused", "form")
        self.order("move", 104, "empty", "sales")
        self.assertIsNone(self.member("empty"))
        moved = self.member("sales")
        self.assertEqual((moved["Penalty"], moved["Paused"], moved["PausedReason"]), ("3", "1", "form"))
        self.assertEqual([(row.event, row.queue) for row in self.rows("ADDMEMBER", "REMOVEMEMBER")][1:], [("ADDMEMBER", "sales"), ("REMOVEMEMBER", "empty")])

    def test_static_and_realtime_stay(self):
        """They would be back at the next reload: said, and nothing sent."""
        self.assertIn("static", self.order("remove", 101, "support", code=REFUSED)["answer"])
        self.order("remove", 103, "orders", code=REFUSED)
        self.order("move", 101, "support", "empty", code=REFUSED)
        self.quiet()


class Sets(Ordering):
    """Several memberships at once: a set of queues, and another device for all of them."""
    def setUp(self):
        super().setUp()
        with self.config.open("a") as file:
            file.write('queue_sets = ( { name = "front"; queues = [ "sales", "empty" ]; role = "second"; }, { name = "home"; queues = [ "support" ]; } )\n')

    def test_login_and_logout(self):
        said = self.order("login", 104, "front")
        self.assertEqual([self.member(queue)["Penalty"] for queue in ("sales", "empty")], ["3", "3"])
        self.assertIn("logged in to front already", self.order("login", 104, "front")["answer"])
        self.assertEqual([row.event for row in self.rows("ADDMEMBER")], ["ADDMEMBER", "ADDMEMBER"])
        self.order("logout", 104)
        self.assertEqual([self.member(queue) for queue in ("sales", "empty")], [None, None])
        self.assertEqual(len(self.rows("REMOVEMEMBER")), 2)
        self.assertEqual(said["undo"].splitlines(), ["remove PJSIP/104 empty", "remove PJSIP/104 sales"])

    def test_a_static_member_is_paused(self):
        """It would be back at the next reload: logging out is a pause, which logging in ends."""
        self.order("logout", 101, "home")
        self.assertEqual(self.member("support", 101)["PausedReason"], "logged out")
        self.order("login", 101, "home")
        self.assertEqual(self.member("support", 101)["Paused"], "0")
        self.assertEqual([row.event for row in self.rows("PAUSE", "UNPAUSE")], ["PAUSE", "UNPAUSE"])

    def test_another_device(self):
        """The same name, role and pause in each queue; afterwards none is left under the old one, and undo brings all back."""
        self.order("login", 104, "front")
        self.order("pause", 104, "empty", "lunch")
        said = self.order("agent", "set", 104, "number", 103)
        self.assertEqual([self.member(queue) for queue in ("sales", "empty")], [None, None])
        sales, empty = (self.member(queue, 103) for queue in ("sales", "empty"))
        self.assertEqual((sales["Penalty"], sales["Paused"], empty["Penalty"], empty["PausedReason"]), ("3", "0", "3", "lunch"))
        for line in said["undo"].splitlines():
            self.order(*shlex.split(line))
        self.assertEqual([self.member(queue, 103) for queue in ("sales", "empty")], [None, None])
        self.assertEqual((self.member("sales")["Penalty"], self.member("empty")["PausedReason"]), ("3", "lunch"))


class Pauses(Ordering):
    def test_one_queue(self):
        said = self.order("pause", 101, "support", "lunch")
        self.assertEqual((self.member("support", 101)["Paused"], self.member("support", 101)["PausedReason"], self.member("sales", 101)["Paused"]),
                         ("1", "lunch", "0"))
        self.order(*said["undo"].split())
        self.assertEqual(self.member("support", 101)["Paused"], "0")
        self.assertEqual([row.event for row in self.rows("PAUSE", "UNPAUSE", "PAUSEALL")], ["PAUSE", "UNPAUSE"])

    def test_all_queues(self):
        self.order("pause", 101, "lunch")
        self.assertEqual([self.member(queue, 101)["PausedReason"] for queue in ("support", "sales")], ["lunch", "lunch"])
        self.assertEqual(len(self.rows("PAUSEALL")), 1)
        self.order("unpause", 101)
        self.assertEqual([self.member(queue, 101)["Paused"] for queue in ("support", "sales")], ["0", "0"])

    def test_two_at_once_end_in_what_both_show(self):
        """Opposite orders from two shells, again and again: each is told how its own ended, and the PBX has one of the two states."""
        for _ in range(3):
            said = []
            threads = [threading.Thread(target=lambda words=words: said.append((words[0], self.run_order(*words)))) for words in
                       (("pause", "101", "support", "lunch"), ("unpause", "101", "support"))]
            for thread in threads:
                thread.start()
            for thread in threads:
                thread.join()
            for verb, done in said:
                self.assertIn(done.returncode, (DONE, UNKNOWN), f"{verb}: {done.stdout} {done.stderr}")
            state = self.member("support", 101)["Paused"]
            shown = next(m for q in self.floor.acdtop("status", "--json")["pbx"][0]["queues"] if q["name"] == "support"
                         for m in q["members"] if m["interface"] == "PJSIP/101")
            self.assertEqual(shown["paused"], state == "1")


class Failures(Ordering):
    """Nothing is sent where it would be wrong, and the exit code says which kind of wrong."""

    def test_codes(self):
        for words, code in ((("add", 104, "nope"), NO_SUCH), (("remove", "PJSIP/9999", "support"), DONE), (("add", 104), WRONG), (("add", 104, "empty", "x" * 10000), WRONG),
                            (("pause", 101, "support", "x\nremove 102 support"), WRONG), (("pause", 101, "support", "x\rAction: Originate"), WRONG),
                            (("pause", 101, "support", "ä" * 40), WRONG), (("ringinuse", 101, "support", "maybe"), WRONG)):
            with self.subTest(words=words):
                done = self.run_order(*words)
                self.assertEqual(done.returncode, code, done.stdout + done.stderr)
                self.assertTrue(code == DONE or done.stderr)
        self.quiet()

    def test_not_permitted(self):
        """Of a user who may not: said with the words of manager.conf."""
        done = self.run_order("pause", 101, "support", "lunch", user="wallboard")
        self.assertEqual(done.returncode, FORBIDDEN, done.stderr)
        self.assertIn("manager.conf", done.stderr)
        self.quiet()

    def test_readonly(self):
        done = self.run_order("--readonly", "pause", 101, "support", "lunch")
        self.assertNotIn(done.returncode, (DONE, UNKNOWN), done.stdout)
        self.quiet()

    def test_dry_run(self):
        done = self.run_order("--dry-run", "add", 104, "empty", "second")
        self.assertEqual(done.returncode, DONE, done.stderr)
        for line in ("Action: QueueAdd", "Queue: empty", "Interface: PJSIP/104", "Penalty: 3"):
            self.assertIn(line, done.stdout.splitlines())
        self.assertIn("not in", self.run_order("--dry-run", "remove", 104, "empty").stdout)
        self.quiet()

    def test_no_link(self):
        self.floor.pbx.stop()
        try:
            done = self.run_order("--timeout", "2", "unpause", 101, "support")
            self.assertEqual(done.returncode, NO_LINK, done.stderr)
        finally:
            self.floor.pbx.start()
            self.ami = self.floor.ami()


class Audit(Ordering):
    def test_each_order_with_its_outcome(self):
        self.order("add", 104, "empty")
        self.order("remove", 101, "support", code=REFUSED)
        lines = self.audit.read_text().splitlines()
        self.assertEqual(self.audit.stat().st_mode & 0o777, 0o600)
        self.assertEqual(sum("add 104 empty" in line for line in lines), 2, lines)  # at its issue, at its outcome
        self.assertTrue(any("remove 101 support" in line and "refused" in line for line in lines), lines)
        self.assertTrue(all("root" in line for line in lines), lines)
