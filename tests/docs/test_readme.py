#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""README.md: what it shows for the shell does what it says on the demo, as it is printed, and what it names is there."""
import os
import pathlib
import re
import shlex
import subprocess
import sys
import unittest

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent.parent))
sys.dont_write_bytecode = True
import tap

TOP = pathlib.Path(__file__).resolve().parents[2]
ACDTOP = os.environ.get("ACDTOP", str(TOP / "acdtop"))
README = (TOP / "README.md").read_text(encoding="utf-8")
ORDERS = re.findall(r'^COMMAND\(\w+, "(\w+)", O\b', (TOP / "core/control/commands.def").read_text(encoding="utf-8"), re.MULTILINE)


def lines():
    """The indented lines that begin with acdtop, each as the words of a shell."""
    return [shlex.split(line, comments=True) for line in README.splitlines() if line.startswith("    acdtop ")]


def run(words):
    return subprocess.run([ACDTOP] + words[1:], stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.PIPE, check=False, text=True, timeout=120)


class Shell(unittest.TestCase):
    def test_orders_are_shown_on_the_demo(self):
        shown = [words for words in lines() if set(words) & set(ORDERS)]
        self.assertGreaterEqual(len(shown), 5)
        for words in shown:
            self.assertEqual(words[1], "--demo", words)

    def test_each_order_shown_is_done(self):
        for words in lines():
            if not set(words) & set(ORDERS):
                continue
            done = run(words)
            said = done.stdout + done.stderr
            self.assertEqual(done.returncode, 0, f"{words}: {said}")
            self.assertRegex(said, r"^(done: .* \(confirmed\)$|Action: )", f"{words}: {said}")

    def test_a_word_near_a_queue_is_refused(self):
        done = run(["acdtop", "--demo", "pause", "301", "salse"])
        self.assertEqual(done.returncode, 66)
        self.assertIn("there is no queue 'salse': did you mean 'sales'? For a reason in all queues: pause 301 --reason salse", done.stderr)

    def test_add_of_who_is_there_changes_no_role(self):
        done = run(["acdtop", "--demo", "add", "301", "sales", "second line"])
        self.assertEqual(done.returncode, 1)
        self.assertIn("""'role PJSIP/301 sales "second line"' changes that""", done.stderr)
        self.assertEqual(run(["acdtop", "--demo", "add", "301", "sales"]).returncode, 0)

    def test_words_behind_two_dashes_are_no_options(self):
        done = run(["acdtop", "--demo", "pause", "301", "sales", "--", "--reason"])
        self.assertEqual(done.returncode, 0, done.stderr)
        self.assertIn("in sales: --reason (confirmed)", done.stdout)
        done = run(["acdtop", "--demo", "--dry-run", "add", "301", "support", "--name=Jo Li"])
        self.assertIn("MemberName: Jo Li", done.stdout)

    def test_the_actions_that_it_names_are_there(self):
        actions = subprocess.run([ACDTOP, "--dump", "actions"], stdout=subprocess.PIPE, check=True, text=True).stdout
        named = set(re.findall(r"\b(order_[a-z]+)\b", README))
        self.assertGreaterEqual(len(named), 4)
        for name in named:
            self.assertIn(f"Ic {name} ", actions)


if __name__ == "__main__":
    tap.main()
