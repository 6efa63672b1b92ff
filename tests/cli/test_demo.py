#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""The printing commands, end to end on the demo: keeper, wire, store, text and JSON."""
import csv
import io
import re
import socket

from cli import CliTest, children_of, json, os, signal
import tap

PBX = {"name", "link", "asterisk", "drift", "queues"}
QUEUE = {"name", "state", "waiting", "longest_wait_s", "callers", "members", "today"}
CALLER = {"uniqueid", "channel", "number", "name", "position", "priority", "wait_s"}
MEMBER = {"interface", "name", "state", "paused", "paused_reason", "penalty", "membership", "calls_taken", "peer", "since_s"}
TODAY = {"since", "offered", "answered", "answered_in_sl", "abandoned", "timeout", "empty", "key", "withdrawn", "redirected"}
UNPRINTABLE = re.compile("[\x00-\x09\x0b-\x1f\x7f-\x9f\u200e\u200f\u2028\u2029\u202a-\u202e\u2066-\u2069]")


class Status(CliTest):
    def check(self, doc):
        self.assertEqual(doc["schema"], 1)
        for pbx in doc["pbx"]:
            self.assertLessEqual(PBX, set(pbx))
            self.assertEqual((pbx["link"], pbx["drift"]), ("live", 0))
            for queue in pbx["queues"]:
                self.assertLessEqual(QUEUE, set(queue))
                self.assertLessEqual(TODAY, set(queue["today"]))
                self.assertEqual(len(queue["callers"]), queue["waiting"])
                self.assertEqual([c["position"] for c in queue["callers"]], list(range(1, queue["waiting"] + 1)))
                self.assertEqual(len(queue["members"]), queue["member_count"])
                for caller in queue["callers"]:
                    self.assertLessEqual(CALLER, set(caller))
                for member in queue["members"]:
                    self.assertLessEqual(MEMBER, set(member))

    def test_json_is_complete(self):
        done = self.run_it("--demo", "status", "--json")
        self.assertEqual((done.returncode, done.stderr, done.stdout.count("\n")), (0, "", 1))
        doc = json.loads(done.stdout)
        self.check(doc)
        self.assertGreater(len(doc["pbx"][0]["queues"]), 1)
        self.assertGreater(sum(len(q["members"]) for q in doc["pbx"][0]["queues"]), 5)
        self.assertNotRegex(done.stdout, r"[:\[,]-1[,}\]]")

    def test_only_the_named_queues_leave_the_keeper(self):
        """Not even the raw stream of facts knows of another queue, of its callers, or of who serves only there."""
        doc = json.loads(self.run_it("--demo", "status", "--json", "--queues", "sup*").stdout)
        (queue,) = doc["pbx"][0]["queues"]
        self.assertEqual(queue["name"], "support")
        self.assertEqual({agent["interface"] for agent in doc["pbx"][0]["agents"]}, {member["interface"] for member in queue["members"]})
        self.assertLessEqual({call["queue"] for call in doc["pbx"][0]["calls"]}, {"support", None})
        done = self.run_it("--demo", "watch", "--json", "--all", "--queues", "support", "--for", "2s")
        self.assertIn("support", done.stdout)
        for other in ("sales", "billing", "vip"):
            self.assertNotIn(f'"{other}"', done.stdout)
        self.refused(64, "--queues", "--demo", "status", "--queues", "")

    def test_lists_as_csv(self):
        done = self.run_it("--demo", "status", "--csv", "queues")
        rows = list(csv.DictReader(io.StringIO(done.stdout, newline="")))
        self.assertEqual((done.returncode, done.stderr), (0, ""))
        self.assertEqual([row["name"] for row in rows], sorted(row["name"] for row in rows))
        doc = json.loads(self.run_it("--demo", "status", "--json").stdout)
        self.assertEqual([row["name"] for row in rows], sorted(queue["name"] for queue in doc["pbx"][0]["queues"]))
        self.assertLessEqual(QUEUE - {"callers", "members", "today", "kpi", "asterisk"}, set(rows[0]))
        self.assertLessEqual(TODAY, set(rows[0]))
        done = self.run_it("--demo", "status", "--csv", "members", "support")
        self.assertEqual({row["queue"] for row in csv.DictReader(io.StringIO(done.stdout, newline=""))}, {"support"})
        self.refused(64, "there is no list 'quues'; did you mean 'queues'?", "--demo", "status", "--csv", "quues")
        self.refused(64, "two ways to print", "--demo", "status", "--csv", "queues", "--json")

    def test_text(self):
        done = self.run_it("--demo", "status")
        self.assertEqual((done.returncode, done.stderr), (0, ""))
        self.assertRegex(done.stdout, r"demo: live, Asterisk")
        self.assertRegex(done.stdout, r"(?m)^Calls of today since [0-2]\d:[0-5]\d\.$")
        self.assertIsNone(UNPRINTABLE.search(done.stdout))
        self.assertNotRegex(done.stdout, r" \n")

    def tables(self, *words):
        """The tables of a text by their first title: rows of {title: figure}. True for columns that stand on the right."""
        done = self.run_it("--demo", "status", *words)
        self.assertEqual((done.returncode, done.stderr), (0, ""))
        tables = {}
        for block in done.stdout.split("\n\n")[1:]:
            head, *lines = block.splitlines()
            ends = [(m.group(), m.end()) for m in re.finditer(r"\S+", head)]
            rows = [{title: line[:end].rsplit(" ", 1)[-1] for title, end in ends} for line in lines]
            tables.setdefault(ends[0][0] + (" #" if "#" in head else ""), rows)
        return tables

    def test_an_agent_counts_once(self):
        for words in ((), ("sales", "vip", "orders", "billing")):
            tables = self.tables(*words)
            *each, whole = [sum(int(row[s]) for s in ("Free", "Ring", "Talk", "Hold", "Other", "Wrap", "Paus", "Away")) for row in tables["Queue"]]
            self.assertEqual(whole, len(tables["Agent"]))
            self.assertGreater(sum(each), whole)  # some serve several queues

    def test_a_refusal_is_said_once(self):
        with socket.create_server(("127.0.0.1", 0)) as gone:
            host = "127.0.0.1:%d" % gone.getsockname()[1]
        words = ("--url", "ami://wall@" + host, "--secret-file", self.file("s", "xyzzy\n"), "--timeout", "1s")
        done = self.run_it("status", *words)
        self.assertEqual((done.returncode, done.stdout, done.stderr.count("\n")), (69, "", 1), done.stderr)
        self.assertTrue(done.stderr.startswith("acdtop: %s refuses" % host), done.stderr)
        done = self.run_it("status", *words, "--name", "geneva")
        self.assertTrue(done.stderr.startswith("acdtop: geneva: %s refuses" % host), done.stderr)
        # A script reads a document even then, and -b says beside each picture why there is none; a table without a line says nothing.
        self.assertEqual(json.loads(self.run_it("status", "--json", *words).stdout)["pbx"][0]["queues"], [])
        done = self.run_it("-b", "-n", "1", *words)
        self.assertIn("refuses", done.stdout)
        self.assertNotIn("queue  ", done.stdout.lower())

    def test_ascii(self):
        for words, locale in ((("--ascii",), "C.UTF-8"), ((), "C")):
            self.env["LC_ALL"] = locale
            self.assertTrue(self.run_it("--demo", "status", *words).stdout.isascii())

    def test_named_queues(self):
        done = self.run_it("--demo", "status", "--json")
        names = [q["name"] for q in json.loads(done.stdout)["pbx"][0]["queues"]]
        done = self.run_it("--demo", "status", "--json", names[1].upper())
        self.assertEqual([q["name"] for q in json.loads(done.stdout)["pbx"][0]["queues"]], [names[1]])
        done = self.run_it("--demo", "status", names[0] + "x")
        self.assertEqual(done.returncode, 66)
        self.assertIn("did you mean '%s'?" % names[0], done.stderr)


class Batch(CliTest):
    def test_documents_one_a_line(self):
        done = self.run_it("--demo", "-b", "-n", "2", "-d", "1", "--json")
        self.assertEqual((done.returncode, done.stderr), (0, ""))
        documents = [json.loads(line) for line in done.stdout.splitlines()]
        self.assertEqual([d["schema"] for d in documents], [1, 1])
        self.assertLess(documents[0]["at"], documents[1]["at"])

    def test_for_ends_it(self):
        self.assertEqual(self.run_it("--demo", "--json", "--for", "1s", "-d", "1").returncode, 0)

    def test_a_reader_that_goes_away_ends_it(self):
        child = self.start("--demo", "-b", "-d", "1")
        self.line(child)
        child.stdout.close()
        self.assertEqual(child.wait(60), 0)
        self.assertEqual(child.stderr.read(), b"")

    def test_output_that_cannot_be_written(self):
        with open("/dev/full", "w", encoding="ascii") as full:
            done = self.run_to(full, "--demo", "-b", "-n", "1")
        self.assertEqual(done.returncode, 74)
        self.assertIn("cannot write", done.stderr)

    def test_signals_end_it_and_its_keeper(self):
        for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
            child = self.start("--demo", "-b", "-d", "1h")
            self.line(child)
            below = children_of(child.pid)
            self.assertGreaterEqual(len(below), 2)  # keeper and simulated PBX
            child.send_signal(number)
            self.assertEqual(child.wait(60), 0)
            self.gone(below)

    def test_a_killed_console_leaves_nothing(self):
        child = self.start("--demo", "-b", "-d", "1h")
        self.line(child)
        below = children_of(child.pid)
        child.kill()
        child.wait(60)
        self.gone(below)

    def test_a_loan_ends_with_the_demo(self):
        done = self.run_it("--demo", "add", "301", "vip", "--for", "1h")
        self.assertEqual(done.returncode, 0, done.stderr)
        self.gone(self.left_behind())
        self.assertEqual([str(path) for path in self.home.rglob("*.lease")], [])

    def left_behind(self):
        """Every process that has this test's home, whosever child it is now."""
        mine = b"HOME=" + os.fsencode(self.home)
        for entry in filter(str.isdigit, os.listdir("/proc")):
            try:
                with open(f"/proc/{entry}/environ", "rb") as file:
                    if mine in file.read().split(b"\0"):
                        yield int(entry)
            except OSError:
                continue


class Watch(CliTest):
    def test_json_lines_are_facts(self):
        child = self.start("--demo", "watch", "--json", "--all")
        seen = set()
        while not {"pbx", "queue", "member", "agent"} <= seen:
            fact = json.loads(self.line(child))
            self.assertLessEqual({"schema", "at", "kind", "pbx", "gone"}, set(fact))
            self.assertNotIn("id", fact)
            seen.add(fact["kind"])
        child.send_signal(signal.SIGINT)
        self.assertEqual(child.wait(60), 0)

    def test_text_tells_changes(self):
        child = self.start("--demo", "watch")
        self.assertRegex(self.line(child), r"^\d\d:\d\d:\d\d  (pbx|queue|agent|member|caller|call|spy) +\S.*( -> |  new|  gone)")


class Record(CliTest):
    def test_what_was_recorded_is_replayed(self):
        path = str(self.home / "day.acd")
        done = self.run_it("--demo", "record", "--for", "2s", path)
        self.assertEqual(done.returncode, 0, done.stderr)
        self.assertEqual(os.stat(path).st_mode & 0o777, 0o600)
        text = open(path, "rb").read()
        self.assertIn(b"QueueMember", text)
        done = self.run_it("replay", "--speed", "max", "--json", path)
        self.assertEqual(done.returncode, 0, done.stderr)
        last = json.loads(done.stdout.splitlines()[-1])
        self.assertGreater(len(last["pbx"][0]["queues"]), 1)
        # A file that is there is not written over, and one that is not a recording is said to be none.
        done = self.run_it("--demo", "record", "--for", "1s", path)
        self.assertNotEqual(done.returncode, 0)
        self.assertIn(path, done.stderr)
        self.assertEqual(open(path, "rb").read(), text)
        self.refused(76, "it does not begin with", "replay", "-b", self.file("not", "hello\n"))
        self.refused(71, "nowhere.acd", "replay", "-b", "nowhere.acd")

    def test_a_damaged_recording_shows_what_it_has_and_fails(self):
        path = str(self.home / "day.acd")
        self.assertEqual(self.run_it("--demo", "record", "--for", "1s", path).returncode, 0)
        whole = open(path, "rb").read()
        for damaged, why in ((whole[:-3], "ends in the middle"), (whole + b"what is this\n", "a line is not")):
            with open(path, "wb") as f:
                f.write(damaged)
            done = self.run_it("replay", "--speed", "max", "--json", path)
            self.assertEqual(done.returncode, 76, done.stderr)
            self.assertIn(why, done.stderr)
            self.assertGreater(len(json.loads(done.stdout.splitlines()[-1])["pbx"][0]["queues"]), 1)


class Traces(CliTest):
    def test_of_a_demo_nothing_is_written_down_unless_a_file_is_named(self):
        done = self.run_it("--demo", "pause", "301", "lunch")
        self.assertEqual((done.returncode, done.stderr), (0, ""))
        self.assertEqual(list(self.home.iterdir()), [])
        log = self.home / "there/orders"
        config = self.file("c.conf", f'audit_log = "{log}";')
        done = self.run_it("--demo", "--config", config, "pause", "301", "lunch")
        self.assertEqual(done.returncode, 0, done.stderr)
        self.assertEqual((log.stat().st_mode & 0o777, log.parent.stat().st_mode & 0o777), (0o600, 0o700))
        self.assertIn('line="pause 301 lunch"', log.read_text())


if __name__ == "__main__":
    tap.main()
