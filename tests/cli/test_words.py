#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""Every argument of every order, from the shell, given what no argument should be: refused with one line before anybody is asked
for anything, or carried as the one value that it is; and nothing of it reaches the terminal as it is."""
import re

from cli import CliTest
import tap

HOSTILE = {"line end": "a\nb", "carriage return": "a\rb", "request": "a\r\nAction: Hangup\r\nChannel: /./\r\n\r\n", "10 kB": "x" * 10000}
CARRIED = ("\x1b[2J\x1b]0;x\x07", "a\u202eb\u2066c", "\x9b2J", '"a\'b\\c"', "a; core stop now", "--for", "%s%n", "${SHELL(id)}")


def orders(text):
    """{order: the names of its arguments} out of the help."""
    found = {}
    for line in text[text.index("\nOrders"):text.index("\nOptions:")].splitlines()[1:]:
        usage = re.match(r"  ([a-z]+) (.+?)(?:  |$)", line)
        if usage:
            found[usage[1]] = re.findall(r"\[?(--[a-z]+ [A-Z]+|[A-Za-z][A-Za-z|]*)\]?", usage[2])
        elif found and line.startswith("      [") and not line.startswith("        "):
            found[list(found)[-1]] += re.findall(r"\[(--[a-z]+ [A-Z]+)\]", line)
    return found


class Words(CliTest):
    def words(self, arguments, wrong, value):
        """Each argument in its place, one of them this value."""
        found = []
        for place, name in enumerate(arguments):
            option, _, rest = name.partition(" ")
            if name.startswith("--") and place == wrong:
                found += [option, value]
            elif not rest:
                found.append(value if place == wrong else name.partition("|")[0].lower())
        return found

    def test_what_is_in_no_line(self):
        secret = self.file("secret", "s")
        table = orders(self.run_it("--help").stdout)
        self.assertGreater(len(table), 20)
        self.assertIn("--paused REASON", table["add"])
        for order, arguments in table.items():
            for wrong in range(len(arguments)):
                for what, value in HOSTILE.items():
                    with self.subTest(order=order, argument=arguments[wrong], given=what):
                        words = self.words(arguments, wrong, value)
                        done = self.run_it("--url", "ami://x@127.0.0.1:1", "--secret-file", secret, order, *words)
                        self.assertEqual((done.returncode, done.stdout), (64, ""))
                        self.assertRegex(done.stderr, r"\Aacdtop: [^\x00-\x1f\x7f]{1,1100}\n\Z")

    def test_what_is_carried(self):
        for value in CARRIED:
            for words in (("pause", value, "support"), ("message", "401", value), ("pause", "401", "support", value), ("role", "401", value, "3")):
                with self.subTest(words=words):
                    done = self.run_it("--demo", "--dry-run", words[0], "--", *words[1:])
                    self.assertIn(done.returncode, (0, 1, 64, 66, 77))
                    self.assertNotRegex(done.stdout + done.stderr, "[\x00-\x08\x0b-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069]")
                    self.assertRegex(done.stderr, r"\A(acdtop: [^\n]+\n)?\Z")


if __name__ == "__main__":
    tap.main()
