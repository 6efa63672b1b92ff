# SPDX-License-Identifier: MIT
"""The audit log on the real PBX: lines of our own in its queue_log where that is wanted and permitted, nothing sent without a record where one is
required, and the end of a listening that a command began."""
import json
import os
import pathlib
import re
import subprocess
import tempfile

import lab
import scenes

CONFIG = """agent_interface = "PJSIP/{ext}"
audit_log = "%s"
audit_queue_log = true
"""


class Audited(lab.PbxTest):
    agents = 4
    options = {"members": {"support": [(101, 0), (102, 1)], "sales": [(101, 2)]}, "churn": False}

    def setUp(self):
        super().setUp()
        lab.need_acdtop()
        self.addCleanup(self.put_back)
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.home = pathlib.Path(folder.name)
        self.config = self.home / "acdtop.conf"
        self.config.write_text(CONFIG % (self.home / "audit.log"))

    def put_back(self):
        if any(m["Location"] == "PJSIP/103" for m in scenes.snapshot(self.ami, "empty")[1]):
            scenes.remove_member(self.floor, "empty", "PJSIP/103")
        self.ami.action("QueuePause", Queue="support", Interface="PJSIP/101", Paused="false")

    def order(self, *words, user="acdtop", code=0):
        done = subprocess.run([lab.ACDTOP, *map(str, words), "--config", str(self.config), *self.floor.connect_args(user), "--timeout", "40"], stdin=subprocess.DEVNULL,
                              capture_output=True, text=True, timeout=120, check=False,
                              env={**os.environ, "XDG_STATE_HOME": str(self.home), "SSH_CONNECTION": "192.0.2.7 51234 10.0.0.1 22"})
        self.assertEqual(done.returncode, code, (words, done.stdout, done.stderr))
        return done

    def audit(self, *words):
        done = subprocess.run([lab.ACDTOP, "audit", "--config", str(self.config), "--json", *words], stdin=subprocess.DEVNULL, capture_output=True, text=True,
                              timeout=60, check=False)
        self.assertEqual((done.returncode, done.stderr), (0, ""), done.stdout)
        return [json.loads(line) for line in done.stdout.splitlines()]

    def ours(self, count, least=False):
        """The lines of acdtop in this test's part of queue_log."""
        def rows():
            found = [row for row in self.floor.queue_log()[self.log_start:] if row.event == "ACDTOP"]
            return found if len(found) >= count else None
        found = self.floor.until(rows, f"{count} lines of acdtop in queue_log")
        self.assertTrue(least or len(found) == count, found)
        return found


class Lines(Audited):
    def test_each_order_that_reached_the_pbx(self):
        self.order("add", 103, "empty")
        self.order("pause", 101, "support", "a \"c\"")
        self.order("pause", 999, "lunch", code=66)  # never left
        self.order("remove", 103, "empty")
        self.order("unpause", 101, "support")
        rows, log = self.ours(4), self.audit()
        self.assertEqual([r["outcome"] for r in log], ["done", "done", "no such", "done", "done"])
        self.assertTrue(all(r["says_from"] == "192.0.2.7 port 51234" and r["uid"] == os.getuid() for r in log), log)
        first = rows[0]
        self.assertEqual((first.callid, first.queue, first.agent, first.data[:3]), ("NONE", "empty", "PJSIP/103", [log[0]["who"], "add 103 empty", "done"]))
        self.assertEqual(first.data[3:], [str(log[0]["ms"]), log[0]["order"]])
        self.assertEqual((rows[1].queue, rows[1].data[1], len(rows[1].data)), ("support", "pause 101 support \"a \\\"c\\\"\"", 5))
        self.assertEqual([row.data[4] for row in rows], [r["order"] for r in log if r["outcome"] == "done"])

    def test_what_is_forbidden_leaves_no_line(self):
        done = self.order("pause", 101, "support", user="single", code=77)
        self.assertNotIn("queue_log", done.stderr)
        self.assertEqual([row for row in self.floor.queue_log()[self.log_start:] if row.event == "ACDTOP"], [])
        self.assertEqual(self.audit()[-1]["outcome"], "forbidden")

    def test_required(self):
        self.config.write_text(CONFIG % "/dev/full" + 'audit = "required";\n')
        done = self.order("pause", 101, "support", code=1)
        self.assertIn('not sent: audit = "required", and the audit log /dev/full cannot be written', done.stderr)
        self.assertEqual([m["Paused"] for m in scenes.snapshot(self.ami, "support")[1]], ["0", "0"])
        self.config.write_text(CONFIG % (self.home / "audit.log") + 'audit = "required";\n')
        self.order("pause", 101, "support")
        self.order("unpause", 101, "support")
        self.assertEqual([(r["outcome"], r["line"]) for r in self.audit()], [("done", "pause 101 support"), ("done", "unpause 101 support")])
        self.assertEqual([row.data[1] for row in self.ours(2)], ["pause 101 support", "unpause 101 support"])


class EveryRow(Audited):
    """Each row of the language that changes a queue, its members or its callers leaves its line, and so does what is put back."""
    agents = 5
    more = """dial_context = "agents"; queue_names = ( { name = "hall"; extension = "hall@queues"; } );
queue_sets = ( { name = "front"; queues = [ "empty", "hall" ]; } );
"""

    def setUp(self):
        super().setUp()
        self.config.write_text(CONFIG % (self.home / "audit.log") + self.more)
        self.given = []

    def put_back(self):
        for queue in ("empty", "hall"):
            for member in scenes.snapshot(self.ami, queue)[1]:
                scenes.remove_member(self.floor, queue, member["Location"])
        super().put_back()

    def give(self, *words, code=0):
        self.order(*words, "--yes", code=code)
        self.given.append(" ".join(str(w) for w in words))

    def caller(self, queue, name):
        return self.floor.caller(queue, name=name).uniqueid

    def test_members(self):
        for line in ("add 103 empty", "role 103 empty 3", "ringinuse 103 empty on", "pause 103 empty lunch", "unpause 103 empty", "move 103 empty hall", "device 103 104",
                     "remove 104 hall", "login 103 front", "logout 103 front", "add 103 empty --for 10m", "cancel 103 empty"):
            self.give(*line.split())
        self.give("take", "empty", "--to", "103", "--for", "1s", code=1)  # nobody calls
        self.check({"add", "role", "ringinuse", "pause", "unpause", "move", "device", "remove", "login", "logout", "cancel", "take"}, ("MEMBERS", "PAUSES"))

    def test_callers(self):
        first, second, third = (self.caller("empty", name) for name in ("Ev|il|done|0|x", "B\\nob", "Cy"))
        self.give("priority", first, 5)
        self.give("moveto", second, "hall")
        self.give("withdraw", first)
        self.give("send", third, "105")
        self.floor.until(lambda: self.floor.agent(105).talking, "105 talks")
        self.check({"priority", "moveto", "withdraw", "send"}, ("CALLERS",))

    def check(self, tried, classes):
        """Nothing that somebody else chose is more than its field, and no row of the table was left out."""
        table = (pathlib.Path(__file__).resolve().parents[2] / "core/control/commands.def").read_text()
        self.assertEqual(tried, set(re.findall(r'^COMMAND\(\w+, "(\w+)", O \| (?:%s),' % "|".join(classes), table, re.M)))
        log = {r["order"]: r for r in self.audit()}
        rows = self.ours(len([r for r in log.values() if r["ms"] is not None]), least=True)
        self.assertTrue(all(len(row.data) == 5 and row.callid == "NONE" for row in rows), rows)
        self.assertTrue(all(row.data[4] in log and row.data[1] == log[row.data[4]]["line"] for row in rows), rows)
        for line in self.given:
            mine = [row for row in rows if row.data[1] == line]
            self.assertTrue(mine, (line, rows))
            order = log[mine[-1].data[4]]
            self.assertEqual((mine[-1].data[0], mine[-1].data[2]), (order["who"], order["outcome"]), line)
            self.assertEqual((mine[-1].queue, mine[-1].agent), (order["queue"] or "NONE", order["agent"] or "NONE"), line)
        outs = [row for row in rows if row.data[0].endswith("(lease)")]
        self.assertEqual({log[row.data[4]]["of"] in log for row in outs}, {True} if outs else set())


class Trail(Audited):
    """What becomes of one order that goes on: all of it stands under its number."""
    def trail(self, line):
        log = self.audit()
        order = next(r["order"] for r in log if r["line"] == line)
        text = (self.home / "audit.log").read_text()
        return [(re.search(r"event=(\w+)", one)[1], re.search('line="((?:[^"\\\\]|\\\\.)*)"', one)[1].split()[0], re.search('state="([^"]*)"', one)[1])
                for one in text.splitlines() if f" order={order} " in one or one.endswith(f" of={order}")], log

    def test_a_take(self):
        self.floor.caller("empty", name="Jo")
        self.order("take", "empty", "--to", "103", "--for", "30s")
        trail, log = self.trail("take empty --to 103 --for 30s")
        self.assertEqual((trail[0], trail[-1]), (("issue", "take", "pending"), ("outcome", "take", "done")), trail)
        armed, out = trail.index(("outcome", "unpause", "done")), trail.index(("outcome", "remove", "done"))
        self.assertTrue(0 < trail.index(("issue", "unpause", "pending")) < armed < trail.index(("issue", "remove", "pending")) < out < len(trail) - 1, trail)
        self.assertIn(("outcome", "take", "active"), trail)
        self.assertEqual({r["uid"] for r in log}, {os.getuid()})
        self.assertEqual({r["who"].removesuffix(" (lease)") for r in log}, {log[0]["who"]})

    def test_who_is_lent(self):
        self.order("add", "103", "empty", "--for", "1s")
        self.floor.until(lambda: [r for r in self.audit() if r["line"].startswith("add") and r["outcome"] == "done"], "he is put back")
        self.floor.until(lambda: not list((self.home / "acdtop/leases").iterdir()), "the lease is settled, and nobody stays for it")
        trail, _ = self.trail("add 103 empty --for 1s")
        self.assertEqual(trail, [("issue", "add", "pending"), ("outcome", "add", "active"), ("issue", "remove", "pending"), ("outcome", "remove", "done"), ("outcome", "add", "done")])


class Listening(Audited):
    def test_its_end_is_written_down_though_the_command_has_gone(self):
        call = self.floor.caller("support")
        self.log("CONNECT")
        self.order("listen", "101", "--on", "PJSIP/104")
        row = self.audit()[-1]
        self.assertEqual((row["outcome"], row["end"], row["lasted_s"]), ("done", "unknown", None))
        call.hangup()
        row = self.floor.until(lambda: next((r for r in self.audit() if r["end"] == "seen"), None), "the end of the listening")
        self.assertEqual((row["outcome"], row["lasted_s"] >= 0), ("done", True))
        self.assertIn("it ended after", row["answer"])
        self.assertEqual([r.data[2] for r in self.ours(2)], ["done", "ended"])
