#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""doctor: each thing that can be wrong before a PBX is reached is found, told with what to do, and in the exit code."""
import re
import socket

from cli import CliTest, children_of, json, words_of
from dialogue import Dialogue
import tap


def by_name(text):
    """{(pbx or None, check): (level, line)} of the text; of several of one name the last."""
    found, pbx = {}, None
    for line in text.splitlines():
        match = re.match(r"(ok|warn|bad) +(.{14})(.*)", line)
        if match:
            found[pbx, match[2].strip()] = match[1], match[3]
        elif line and not line.startswith(" "):
            pbx = line
    return found


class Doctor(CliTest):
    def doctor(self, code, *words):
        done = self.run_it(*words, "doctor")
        self.assertEqual((done.returncode, done.stderr), (code, ""), done.stdout)
        return by_name(done.stdout)

    def dead(self):
        with socket.create_server(("127.0.0.1", 0)) as gone:
            return "ami://wall@127.0.0.1:%d" % gone.getsockname()[1]

    def test_demo_is_well(self):
        found = self.doctor(0, "--demo")
        self.assertEqual({level for level, _ in found.values()}, {"ok"})
        for name in ("address", "link", "login", "version", "rights", "barrier", "peers", "telephones", "events", "clock", "round trip", "writetimeout",
                     "queues", "drift"):
            self.assertIn(("demo", name), found)
        self.assertRegex(found["demo", "events"][1], r"^\d+ in 2.0 s$|quiet")
        self.assertLessEqual({"agent", "call", "reporting"}, set(re.search(r"write: ([a-z,]+)", found["demo", "rights"][1]).group(1).split(",")))

    def test_json(self):
        done = self.run_it("--demo", "doctor", "--json")
        self.assertEqual((done.returncode, done.stderr, done.stdout.count("\n")), (0, "", 1))
        document = json.loads(done.stdout)
        self.assertEqual((document["schema"], document["verdict"]), (1, "ok"))
        self.assertEqual({tuple(check) for check in document["checks"]}, {("pbx", "check", "level", "found", "todo")})
        self.assertEqual({check["pbx"] for check in document["checks"]}, {None, "demo"})

    def test_nothing_configured(self):
        found = self.doctor(78)
        self.assertEqual(found[None, "settings"][0], "bad")
        self.assertIn("acdtop setup", found[None, "settings"][1])

    def test_a_file_with_a_fault_is_told_and_the_rest_is_looked_at(self):
        self.file(".config/acdtop/acdtop.conf", "refersh = 5;\n")
        found = self.doctor(78)
        self.assertEqual(found[None, "configuration"][0], "bad")
        self.assertIn("acdtop.conf:1: ", found[None, "configuration"][1])
        self.assertEqual(found[None, "program"][0], "ok")
        self.assertNotIn((None, "settings"), found)
        self.assertEqual(json.loads(self.run_it("doctor", "--json").stdout)["verdict"], "bad")

    def test_who_may_write_the_configuration(self):
        secret = self.file("s", "xyzzy\n")
        self.file(".config/acdtop/acdtop.conf", 'pbx = ( { url = "%s"; secret_file = "%s"; } );\n' % (self.dead(), secret), 0o622)
        found = self.doctor(69)
        self.assertEqual(found[None, "configuration"][0], "warn")
        self.assertIn("chmod go-w", found[None, "configuration"][1])

    def test_a_theme_that_is_not_there(self):
        found = self.doctor(78, "--demo", "--theme", "dark")
        self.assertIn("no theme is called 'dark'", found[None, "settings"][1])

    def test_a_secret_that_others_can_read(self):
        found = self.doctor(78, "--url", self.dead(), "--secret-file", self.file("s", "xyzzy\n", 0o644))
        self.assertEqual(found[None, "secret"][0], "bad")
        self.assertIn("chmod 600", found[None, "secret"][1])
        self.assertEqual(found["127.0.0.1", "login"][0], "bad")
        self.assertNotIn(("127.0.0.1", "version"), found)

    def test_a_dead_one_and_a_name_that_nobody_knows(self):
        secret = self.file("s", "xyzzy\n")
        found = self.doctor(69, "--url", self.dead(), "--name", "dead", "--secret-file", secret,
                            "--url", "ami://wall@nowhere.invalid", "--name", "lost", "--secret-file", secret)
        self.assertEqual(found["dead", "link"][0], "bad")
        self.assertIn("refuses the connection", found["dead", "link"][1])
        self.assertEqual([name for pbx, name in found if pbx == "lost"], ["address"])
        self.assertIn("no name server gives its address", found["lost", "address"][1])

    def test_one_lives_and_one_is_dead(self):
        child = self.start("--demo", "-b", "-d", "1h")
        self.line(child)
        url = next(word for pid in children_of(child.pid) for word in words_of(pid) if word.startswith("unix://"))
        found = self.doctor(75, "--url", url, "--name", "alive", "--secret-file", self.file("d", "demo\n"),
                            "--url", self.dead(), "--name", "dead", "--secret-file", self.file("s", "xyzzy\n"))
        self.assertEqual(found["alive", "barrier"][0], "ok")
        self.assertEqual(found["dead", "link"][0], "bad")

    def on_a_terminal(self, term, **size):
        self.env["TERM"] = term
        d = Dialogue(self, "--demo", "doctor", **size)
        code = d.over()
        return code, d.text()

    def fits(self, text, cols):
        """A word that is longer than the room beside the names (a path) is not broken: nobody could copy it."""
        lines = [line for line in text.splitlines() if max(map(len, line.split() or [""])) <= cols - 20]
        self.assertLessEqual(max(map(len, lines)), cols)

    def test_terminals(self):
        code, text = self.on_a_terminal("xterm-256color")
        self.assertEqual((code, by_name(text)[None, "terminal"]), (0, ("ok", "xterm-256color, 100 columns by 30 rows, colours (256 or more)")))
        self.fits(text, 100)
        self.assertRegex(text, r"(?m)^ {20}\S")  # longer findings go on in their own column
        code, text = self.on_a_terminal("xterm", rows=20, cols=78)
        self.assertEqual((code, by_name(text)[None, "terminal"][0]), (0, "warn"))
        self.fits(text, 78)
        for term, why in (("dumb", "cannot move its"), ("nonesuch", "no terminal of the kind")):
            code, text = self.on_a_terminal(term)
            self.assertEqual((code, by_name(text)[None, "terminal"][0]), (71, "bad"))
            self.assertIn(why, " ".join(text.split()))
            self.assertIn(("demo", "queues"), by_name(text))  # the rest is looked at all the same

    def test_a_locale_without_utf8(self):
        self.env["LC_ALL"] = "C"
        found = self.doctor(0, "--demo")
        self.assertEqual(found[None, "locale"][0], "warn")
        self.assertTrue(found[None, "locale"][1].isascii())


if __name__ == "__main__":
    tap.main()
