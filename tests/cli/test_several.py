#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""Three simulated PBXs with the same queues: printed each for itself and added up, as one, one of them alone, and what is said
when one of them is gone."""
import pathlib
import sys

from cli import ACDTOP, CliTest, children_of, json, signal, words_of
import tap

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent.parent / "pbx"))
from terminal import Terminal  # noqa: E402  (stands in the folder of the real PBX's tests)

NAMES = ("geneva", "lyon", "zurich")


class Several(CliTest):
    def setUp(self):
        super().setUp()
        secret = self.file("secret", "demo\n")
        self.demos, self.urls = [], []
        for _ in NAMES:
            child = self.start("--demo", "-b", "-d", "1h")
            self.line(child)
            self.demos.append(child)
            self.urls.append(next(word for pid in children_of(child.pid) for word in words_of(pid) if word.startswith("unix://")))
        entries = ["{ url = \"%s\"; name = \"%s\"; secret_file = \"%s\"; }" % (url, name, secret) for url, name in zip(self.urls, NAMES)]
        self.config = self.file(".config/acdtop/acdtop.conf", "pbx = (\n%s\n);\n" % ",\n".join(entries))

    def lose(self, i):
        """This PBX goes, and with it everything that its demo started."""
        pids = children_of(self.demos[i].pid)
        self.demos[i].send_signal(signal.SIGTERM)
        self.demos[i].wait()
        self.gone(pids)

    def table(self, text):
        """The rows of the table of queues: [(name, the words after it)]."""
        rows = text.split("\n\n")[1].splitlines()
        self.assertTrue(rows[0].startswith("Queue"), rows[0])
        return [(row.split()[0], row.split()[1:]) for row in rows[1:]]

    def test_each_for_itself_with_its_totals(self):
        done = self.run_it("status")
        self.assertEqual(done.returncode, 0, done.stderr)
        rows = self.table(done.stdout)
        queues = {name for name, _ in rows} - {"all"}
        self.assertEqual(len(rows), 3 * len(queues) + 4)
        self.assertEqual([words[0] for name, words in rows if name == "all"], [*NAMES, "-"])
        for name in queues:
            self.assertEqual([words[0] for row, words in rows if row == name], list(NAMES))
        waiting = [int(words[1]) for name, words in rows if name == "all"]
        self.assertEqual(sum(waiting[:3]), waiting[3])
        for pbx, total in zip(NAMES, waiting):
            self.assertEqual(sum(int(words[1]) for name, words in rows if name != "all" and words[0] == pbx), total)

    def test_as_one(self):
        rows = self.table(self.run_it("status", "--merge").stdout)
        self.assertEqual(len(rows), len({name for name, _ in rows}))
        self.assertEqual({" ".join(words[:2]) for name, words in rows if name != "all"}, {"3 PBXs"})

    def test_one_alone(self):
        for words in (["status", "@lyon"], ["status", "--pbx", "lyon"], ["--pbx=LYON", "status"], ["status", "--json", "@lyon"]):
            done = self.run_it(*words)
            self.assertEqual((done.returncode, done.stderr), (0, ""))
            self.assertIn("lyon", done.stdout)
            self.assertNotIn("geneva", done.stdout)
        self.assertEqual([pbx["name"] for pbx in json.loads(done.stdout)["pbx"]], ["lyon"])
        self.assertEqual(len(json.loads(self.run_it("status", "--json", "--pbx", "lyon", "@").stdout)["pbx"]), 3)
        queue = json.loads(done.stdout)["pbx"][0]["queues"][0]["name"]
        found = json.loads(self.run_it("status", "--json", queue + "@zurich").stdout)["pbx"]
        self.assertEqual([(pbx["name"], len(pbx["queues"])) for pbx in found], [("geneva", 0), ("lyon", 0), ("zurich", 1)])

    def test_a_name_that_none_has(self):
        for words in (["status", "@genova"], ["status", "--pbx", "genova"], ["--pbx", "genova"], ["watch", "@genova"]):
            self.refused(64, "no PBX is called 'genova': there are geneva, lyon and zurich", *words)

    def test_one_down(self):
        self.lose(1)
        done = self.run_it("status", "--timeout", "3")
        self.assertEqual(done.returncode, 75)
        self.assertIn("lyon", done.stderr)
        self.assertIn("of 2 of 3 PBXs", done.stdout)
        self.assertEqual([words[0] for name, words in self.table(done.stdout) if name == "all"], ["geneva", "zurich", "-"])
        self.assertEqual(self.run_it("status", "@geneva").returncode, 0)  # what is wrong with another one is not asked for
        self.assertEqual(self.run_it("status", "@lyon", "--timeout", "3").returncode, 69)

    def test_the_console(self):
        with Terminal([ACDTOP, "--config", self.config], rows=50, cols=150) as t:
            t.until(lambda: all("● %s live" % name in t.text() for name in NAMES), "all three are live")
            t.until(lambda: t.text().count("zurich") > 3, "each for itself")
            t.type(b"M")
            t.until(lambda: t.text().count("3 PBXs") > 3, "queues as one")
            t.type(b"j\r")
            t.until(lambda: "Floor ›" in t.text() and all(t.text().count(name) > 1 for name in NAMES), "the members of all three")
            t.type(b"1:@lyon\r")
            t.until(lambda: "@lyon 1 of 3 PBXs" in t.text() and "geneva" not in t.text(), "lyon alone")
            t.type(b"@\r")
            t.until(lambda: "● geneva live" in t.text() and t.text().count("3 PBXs") > 3, "all of them again, still as one")
            self.lose(1)
            t.until(lambda: "▲ lyon lost" in t.text() and "2 of 3 PBXs" in t.text() and t.text().count("2/3") > 3, "totals without lyon")
            t.type(b"M")
            t.until(lambda: "2/3" not in t.text() and "2 of 3 PBXs" in t.text(), "each for itself, one down")
            t.type(b"q")


if __name__ == "__main__":
    tap.main()
