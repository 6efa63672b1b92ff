#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""The audit log as a user meets it: what is told when it cannot be written, what is refused then, and acdtop audit, which reads it back."""
import csv
import datetime
import gzip
import io
import json
import lzma
import pathlib
import re
import signal
import sys

sys.dont_write_bytecode = True
from cli import GUARD_S, CliTest
import tap
import test_shared

ISSUE = '2026-11-22T12:00:0%d.000Z event=issue order=%s who="%s" uid=1001 pbx="hq" queue="sales" agent="PJSIP/401" name="Ann Li" line="pause 401 sales" what="pause Ann Li in sales" state="pending"\n'
OUTCOME = ISSUE.replace("event=issue", "event=outcome").replace('state="pending"\n', 'state="%s" answer="%s" ms=12\n')


def outcome(second, order, who, state, answer):
    return OUTCOME % (second, order, who, state, answer)


class Writing(CliTest):
    def demo(self, settings, *words):
        config = self.file("c.conf", settings)
        return self.run_it("--demo", "--config", config, *words)

    def test_who_gave_it_and_from_where(self):
        self.env["SSH_CONNECTION"] = "192.0.2.7 51234 10.0.0.1 22"
        self.env["SUDO_USER"] = 'eva" state="done'
        log = self.home / "audit.log"
        self.assertEqual(self.demo(f'audit_log = "{log}";', "pause", "301", "lunch").returncode, 0)
        self.assertEqual(self.demo(f'audit_log = "{log}";', "pause", "999", "lunch").returncode, 66)
        lines = log.read_text().splitlines()
        self.assertEqual([re.search(r"event=(\w+)", line)[1] for line in lines], ["issue", "outcome", "outcome"])
        self.assertTrue(all('says_from="192.0.2.7 port 51234"' in line and re.search(r'who="[^"]+" uid=\d+', line) for line in lines), lines)
        config = str(self.home / "c.conf")
        rows = [json.loads(line) for line in self.run_it("--config", config, "audit", "--json").stdout.splitlines()]
        self.assertEqual([r["outcome"] for r in rows], ["done", "no such"])
        self.assertTrue({r["says_login"] for r in rows} <= {None, 'eva" state="done'}, rows)  # none where the kernel knows better
        self.assertRegex(lines[1], r'state="done" answer="confirmed" ms=\d+$')
        self.assertEqual(re.search("order=(\\S+)", lines[0])[1], re.search("order=(\\S+)", lines[1])[1])
        self.assertNotEqual(re.search("order=(\\S+)", lines[0])[1], re.search("order=(\\S+)", lines[2])[1])

    def test_of_a_dry_run_there_is_no_record(self):
        log = self.home / "audit.log"
        self.assertEqual(self.demo(f'audit_log = "{log}";', "--dry-run", "pause", "301").returncode, 0)
        self.assertFalse(log.exists())

    def test_a_log_that_cannot_be_written_is_told(self):
        self.file("plain", "")
        for path, why in (("/dev/full", "No space left on device (make room on that disk)"), (str(self.home / "plain/audit.log"), "Not a directory (a part of its path is no folder)")):
            done = self.demo(f'audit_log = "{path}";', "pause", "301", "lunch")
            self.assertEqual(done.returncode, 0, done.stderr)
            self.assertIn(f"the audit log {path} cannot be written: {why}; orders are given all the same", done.stderr)
            done = self.demo(f'audit_log = "{path}"; audit = "required";', "pause", "301", "lunch")
            self.assertEqual((done.returncode, done.stdout), (1, ""))
            self.assertIn(f'no order is given (audit = "required")', done.stderr)
            self.assertIn(f'refused: not sent: audit = "required", and the audit log {path} cannot be written: {why}', done.stderr)

    def test_required_and_written(self):
        log = self.home / "audit.log"
        done = self.demo(f'audit_log = "{log}"; audit = "required";', "pause", "301", "lunch")
        self.assertEqual((done.returncode, done.stderr), (0, ""))
        self.assertEqual(len(log.read_text().splitlines()), 2)

    def test_a_shell_and_a_machine_read_the_same(self):
        log = self.home / "audit.log"
        config = self.file("c.conf", f'audit_log = "{log}";')
        self.run_it("--demo", "--config", config, "pause", "301", "lunch")
        rows = [json.loads(line) for line in self.run_it("--config", config, "audit", "--json").stdout.splitlines()]
        self.assertEqual([(r["outcome"], r["agent"], r["line"], r["end"]) for r in rows], [("done", "PJSIP/301", "pause 301 lunch", None)])
        self.assertIsInstance(rows[0]["ms"], int)
        table = list(csv.DictReader(io.StringIO(self.run_it("--config", config, "audit", "--csv").stdout)))
        self.assertEqual([r["order"] for r in table], [r["order"] for r in rows])


class Refused(test_shared.Host):
    """What a role may not is written down too, and never as something that was about to be sent."""

    def test_by_a_role(self):
        done = self.run_it("--role=viewer", "--config", self.file("own.conf", f'keeper_socket = "{self.socket}";\n'), "pause", "301", "lunch")
        self.assertEqual(done.returncode, 77, done.stderr)
        log = self.home / ".local/state/acdtop/audit.log"
        self.until(log.exists, "it is written down")
        self.until(lambda: log.read_text().endswith("\n"), "all of it")
        self.assertEqual(log.read_text().count("event="), 1)
        self.assertRegex(log.read_text(), r'event=outcome .* line="pause 301 lunch" .*state="forbidden" answer="[^"]*role')


class Reading(CliTest):
    def audit(self, *words):
        done = self.run_it("audit", *words)
        self.assertEqual(done.returncode, 0, done.stderr)
        return done

    def rows(self, *words):
        return [json.loads(line) for line in self.audit("--json", *words).stdout.splitlines()]

    def refused(self, code, why, *words):
        done = self.run_it("audit", *words)
        self.assertEqual((done.returncode, done.stdout), (code, ""), done.stderr)
        self.assertIn(why, done.stderr)

    def packed(self, name, content):
        self.file(".local/state/acdtop/" + name, "")
        (self.home / ".local/state/acdtop" / name).write_bytes(content)

    def log(self, text, name="audit.log"):
        return self.file(".local/state/acdtop/" + name, text)

    def test_issue_and_outcome_are_one_order(self):
        self.log(ISSUE % (1, "aa-1", "eva") + ISSUE % (2, "aa-2", "tom") + outcome(3, "aa-1", "eva", "unknown", "no answer") +
                 outcome(4, "aa-1", "eva", "done", "confirmed by a re-read"))
        rows = self.rows()
        self.assertEqual([(r["order"], r["who"], r["outcome"]) for r in rows], [("aa-1", "eva", "done"), ("aa-2", "tom", "pending")])
        self.assertEqual(rows[0]["answer"], "confirmed by a re-read")
        text = self.audit().stdout.splitlines()
        self.assertEqual(text[0].split(), ["Time", "Who", "From", "PBX", "Order", "Outcome", "ms", "Number", "Answer"])
        self.assertRegex(text[1], r"done +\d+ +aa-1 +confirmed by a re-read$")
        self.assertIn("no outcome was written down", text[2])
        self.assertEqual(len(text), 3)

    def test_what_is_cut_says_so(self):
        self.log((ISSUE % (1, "aa-1", "eva")).replace("pause Ann Li in sales", "pause Ann Li in " + "sales, " * 20))
        row = self.audit().stdout.splitlines()[1]
        self.assertRegex(row, r"pause Ann Li in (sales, )+[sales,]*\.\.\.  ")
        self.assertIn("sales, " * 20, self.audit("--json").stdout)

    def test_rotated_files_count_in_any_order(self):
        self.log(outcome(3, "aa-1", "eva", "done", "confirmed"))
        self.log(ISSUE % (1, "aa-1", "eva"), "audit.log.1")
        self.log(ISSUE % (0, "bb-1", "tom") + outcome(1, "bb-1", "tom", "refused", "no"), "audit.log-20261121")
        packed = gzip.compress((ISSUE % (0, "cc-1", "ida") + outcome(2, "cc-1", "ida", "done", "yes")).encode())
        self.packed("audit.log.2.gz", packed)
        self.packed("audit.log-20261120.xz", lzma.compress((ISSUE % (0, "dd-1", "ida")).encode()))
        self.packed("audit.log.3.gz", packed[:-9])
        self.log("x", "audit.log.4.bz2")
        self.log("not this", "audit.log.old.gz")
        self.log("not this", "audit.log.old")
        self.log("not this", "audit.login")
        done = self.audit("--json")
        self.assertEqual([(r["order"], r["outcome"]) for r in map(json.loads, done.stdout.splitlines())],
                         [("bb-1", "refused"), ("cc-1", "done"), ("dd-1", "pending"), ("aa-1", "done")])
        self.assertEqual(len(done.stderr.splitlines()), 2, done.stderr)
        self.assertRegex(done.stderr, r"acdtop: \S+audit.log.3.gz was not read to its end: gzip says that it is damaged\n")
        self.assertRegex(done.stderr, r"acdtop: \S+audit.log.4.bz2 was not read( to its end)?: .*bzip2")
        self.env["PATH"] = "/nowhere"
        done = self.audit("--json")
        self.assertRegex(done.stderr, r"acdtop: \S+audit.log.2.gz was not read: it is packed, and there is no program gzip\n")
        self.assertEqual(len(done.stdout.splitlines()), 2)
        self.refused(71, "there is no program gzip", str(self.home / ".local/state/acdtop/audit.log.2.gz"))

    def test_a_year_of_it_is_read_to_its_end(self):
        """More than a table, and more than is printed at once."""
        line = outcome(1, "aa-%d", "eva", "done", "ok")
        self.log("".join(line % i for i in range(20500)) + ISSUE % (2, "bb-1", "tom"))
        rows = self.rows()
        self.assertEqual((len(rows), len({r["order"] for r in rows})), (20501, 20501))
        text = self.audit().stdout.splitlines()
        self.assertEqual(sum(line.startswith("Time") for line in text), 2)
        self.assertEqual(len(text), 20503)
        self.assertEqual(len(list(csv.DictReader(io.StringIO(self.audit("--csv").stdout)))), 20501)

    def test_what_is_written_now(self):
        """Each order again when more is known of it, whatever becomes of the file."""
        path = pathlib.Path(self.log(outcome(1, "aa-1", "eva", "done", "ok") + (ISSUE % (2, "aa-2", "eva"))[:40]))
        child = self.start("audit", "--follow", "--json", "--who", "eva")
        self.assertEqual(json.loads(self.line(child))["order"], "aa-1")
        with path.open("a") as log:
            log.write((ISSUE % (2, "aa-2", "eva"))[40:] + ISSUE % (2, "bb-1", "tom"))
        self.assertEqual(json.loads(self.line(child))["outcome"], "pending")
        path.rename(path.with_name("audit.log.1"))
        path.write_text(outcome(3, "aa-2", "eva", "done", "ok"))
        row = json.loads(self.line(child))
        self.assertEqual((row["order"], row["outcome"], row["at"]), ("aa-2", "done", "2026-11-22T12:00:02.000Z"))
        path.write_text(ISSUE % (4, "aa-4", "eva"))  # cut short, as by copytruncate
        self.assertEqual(json.loads(self.line(child))["order"], "aa-4")
        child.send_signal(signal.SIGTERM)  # a job in the background inherits the other one ignored
        child.wait(timeout=GUARD_S)
        text = self.start("audit", "--follow")
        self.assertIn("Outcome", self.line(text))
        said = [self.line(text) for _ in range(4)]
        self.assertIn("pause Ann Li in sales", said[0])
        self.assertIn("no outcome was written down", said[-1])
        with path.open("a") as log:
            log.write((ISSUE % (5, "aa-5", "eva")).replace("pause", "unpause") + outcome(6, "aa-6", "eva", "done", "ok").replace("ms=12", 'ms=12 leg="acdtop-1-eva"'))
        said = [self.line(text) for _ in range(2)]  # both have just been written: what is not there may come
        self.assertIn("unpause", "".join(said))
        self.assertNotRegex("".join(said), "no outcome|end unknown")
        self.refused(64, "goes on with one file", "--follow", "-")
        self.refused(64, "goes on with one file, and has no end: leave out --until", "--follow", "--until", "10:00")

    def test_a_file_that_is_none_is_told(self):
        other = self.file("mail.log", "Nov 22 hello\nNov 23 there\n")
        self.refused(71, "mail.log is no audit log: none of its lines is a record", other)
        self.assertEqual(self.rows(self.file("empty", "")), [])
        half = self.file("half", outcome(1, "aa-1", "eva", "done", "ok") + outcome(2, "aa-2", "eva", "done", "ok")[:70])
        done = self.audit("--json", half)
        self.assertEqual((len(done.stdout.splitlines()), done.stderr), (1, f"acdtop: the last line of {half} is not whole: it is being written, or the disk was full\n"))
        self.refused(71, "cannot read the audit log", str(self.home))

    def test_an_order_and_what_its_lease_did(self):
        lent = outcome(1, "aa-1", "eva", "active", "confirmed; it ends by itself")
        self.log(ISSUE % (1, "aa-1", "eva") + lent + outcome(5, "bb-1", "eva", "done", "confirmed").replace("pause 401 sales", "remove 401 sales").rstrip() + " of=aa-1\n" + outcome(6, "cc-1", "tom", "done", "ok"))
        self.assertEqual([(r["order"], r["of"]) for r in self.rows("--order", "aa-1")], [("aa-1", None), ("bb-1", "aa-1")])
        self.assertIn("it ends by itself", self.audit("--order", "aa-1").stdout)
        self.assertEqual([r["order"] for r in self.rows("--until", "2026-11-22 00:00")], [])
        self.assertEqual(len(self.rows("--until", "2099-01-01 00:00")), 3)
        self.assertEqual(len(self.rows("--since", "2099-01-01 00:00")), 0)

    def test_what_is_asked_for(self):
        other = outcome(5, "aa-3", "tom", "no such", "gone").replace("sales", "billing").replace("401", "402").replace("Ann Li", "Bob")
        self.log(outcome(1, "aa-1", "eva", "done", "confirmed") + outcome(2, "aa-2", "eva", "refused", "no").replace("uid=1001", 'uid=1001 login="root"') + other)
        asked = {("--who", "tom"): "3", ("--who", "root"): "2", ("--who", "nobody"): "", ("--agent", "401"): "12", ("--agent", "ann li"): "12", ("--agent", "PJSIP/402"): "3",
                 ("--agent", "40"): "", ("--queue", "billing"): "3", ("--queue", "SALES"): "12", ("--outcome", "no-such"): "3", ("--outcome", "no such"): "3",
                 ("--outcome", "done"): "1", ("--since", "2026-11-22 00:00"): "123", ("--since", "1999-01-01 10:00"): "123", ("--pbx", "hq", "--who", "tom"): "3",
                 ("--since", "start"): "123", ("--who", "eva", "--outcome", "refused"): "2"}
        for words, wanted in asked.items():
            self.assertEqual("".join(r["order"][-1] for r in self.rows(*words)), wanted, words)

    def test_whose_it_was_though_another_acdtop_ended_it(self):
        """Who takes over a lease knows the user, and not who had logged in as that user."""
        issue, lent = ISSUE % (1, "aa-1", "ops"), outcome(2, "aa-1", "ops", "active", "confirmed; it ends by itself")
        mine = 'uid=1001 login="eva"'
        ended = outcome(5, "aa-1", "ops", "done", "put back")
        self.log(issue.replace("uid=1001", mine) + lent.replace("uid=1001", mine) + ended + ISSUE % (6, "cc-1", "ops"))
        for name in ("eva", "ops"):
            rows = [row for row in self.rows("--who", name) if row["order"] == "aa-1"]
            self.assertEqual([(row["outcome"], row["answer"], row["login"]) for row in rows], [("done", "put back", "eva")], name)
        self.assertEqual([row["order"] for row in self.rows("--who", "eva")], ["aa-1"])

    def test_since_counts_from_the_last_that_is_known(self):
        now = datetime.datetime.now(datetime.timezone.utc)
        line = outcome(1, "aa-%d", "eva", "done", "ok").replace("2026-11-22T12:00:01.000Z", "%s")
        ago = lambda **d: (now - datetime.timedelta(**d)).strftime("%Y-%m-%dT%H:%M:%S.000Z")
        self.log(line % (ago(hours=5), 1) + line % (ago(minutes=5), 2))
        self.assertEqual([r["order"] for r in self.rows("--since", "-1h")], ["aa-2"])
        self.assertEqual([r["order"] for r in self.rows("--since", "-9h")], ["aa-1", "aa-2"])
        self.refused(64, "'25:00' is no time", "--since", "25:00")

    def test_a_listening_has_an_end_or_none_is_known(self):
        begun = outcome(1, "aa-1", "eva", "done", "confirmed").replace("ms=12", 'ms=12 leg="acdtop-1-eva"')
        self.log(begun)
        self.assertEqual(self.rows()[0]["end"], "unknown")
        self.assertIn("confirmed; end unknown", self.audit().stdout)
        self.log(begun + begun.replace("event=outcome", "event=end").replace(" ms=12", " ").replace("confirmed", "confirmed; it ended after 35 s").rstrip() + " lasted_s=35\n")
        row = self.rows()[0]
        self.assertEqual((row["end"], row["lasted_s"], row["ms"], row["outcome"]), ("seen", 35, 12, "done"))
        self.assertNotIn("unknown", self.audit().stdout)

    def test_what_is_lost_or_broken_is_told(self):
        path = self.log(outcome(1, "aa-1", "eva", "done", "ok") + "half a rec\n" + '2026-11-22T12:00:02.000Z event=lost answer="7 records could not be written"\n' + "\x1b]0;x\x07\n")
        done = self.audit()
        self.assertEqual(done.stderr, f"acdtop: 2 lines of {path} are no records, the first of them line 2\n")
        self.assertRegex(done.stdout.splitlines()[2], r"lost\s+7 records could not be written")

    def test_a_name_obeys_no_terminal_and_no_spreadsheet(self):
        self.log((ISSUE % (1, "aa-1", "eva")).replace("pause Ann Li in sales", r"=cmd|\x27x\x27!A1 \xe2\x80\xae").replace("Ann Li", r"\x1b[2J"))
        self.assertNotIn("\x1b", self.audit().stdout)
        self.assertIn(",'=cmd|", self.audit("--csv").stdout.replace('"', ""))

    def test_files_and_pipes(self):
        one, two = self.file("one", outcome(1, "aa-1", "eva", "done", "ok")), self.file("two words", ISSUE % (2, "aa-2", "eva"))
        self.assertEqual([r["order"] for r in self.rows(one, two)], ["aa-1", "aa-2"])
        self.assertEqual(self.rows("-"), [])  # nothing is piped in
        self.refused(71, "cannot read the audit log nowhere", "nowhere")
        self.refused(71, "there is no audit log")
        self.refused(64, "no outcome is called 'dune' (did you mean 'done'?)", "--outcome", "dune")
        self.refused(64, "one of them", "--csv", "--json", one)
        self.refused(64, "needs a value", "--who")
        self.refused(64, "--role", "--role=agent")


if __name__ == "__main__":
    tap.main()
