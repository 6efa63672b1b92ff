#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""The man pages: built by the program, without a complaint of mandoc, complete, and true to what the program prints."""
import os
import pathlib
import re
import shutil
import subprocess
import sys
import tempfile
import unittest

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent.parent))
sys.dont_write_bytecode = True
import tap

TOP = pathlib.Path(__file__).resolve().parents[2]
ACDTOP = os.environ.get("ACDTOP", str(TOP / "acdtop"))
PAGES = sorted((TOP / "man").glob("*.in"))


def built(page):
    with page.open() as source:
        return subprocess.run(["sh", str(TOP / "man/tables"), ACDTOP], stdin=source, stdout=subprocess.PIPE, check=True, text=True).stdout


def rendered(page):
    with tempfile.NamedTemporaryFile("w", suffix=page.stem[-2:]) as out:
        out.write(built(page))
        out.flush()
        text = subprocess.run(["mandoc", "-T", "utf8", "-O", "width=500", out.name], stdout=subprocess.PIPE, check=True, text=True).stdout
        return re.sub(".\b", "", text)


class Pages(unittest.TestCase):
    def test_there_are_pages(self):
        self.assertEqual([p.name for p in PAGES], ["acdtop.1.in", "acdtop.conf.5.in"])

    def test_every_marker_is_filled(self):
        for page in PAGES:
            text = built(page)
            self.assertNotRegex(text, r'(?m)^\.\\" TABLE ')
            self.assertNotRegex(text, r"(?s)\.Bl [^\n]*\n\.El", page.name + ": an empty list")

    @unittest.skipUnless(shutil.which("mandoc"), "mandoc is not installed")
    def test_mandoc_has_nothing_to_say(self):
        for page in PAGES:
            with tempfile.NamedTemporaryFile("w", suffix=page.stem[-2:]) as out:
                out.write(built(page))
                out.flush()
                done = subprocess.run(["mandoc", "-T", "lint", out.name], stdout=subprocess.PIPE, stderr=subprocess.STDOUT, check=False, text=True)
                # Cross references to pages that are not installed here say nothing about the page.
                said = [line for line in done.stdout.splitlines() if "referenced manual not found" not in line]
                self.assertEqual(said, [], page.name)

    @unittest.skipUnless(shutil.which("mandoc"), "mandoc is not installed")
    def test_everything_of_help_is_in_acdtop_1(self):
        page = rendered(TOP / "man/acdtop.1.in")
        usage = subprocess.run([ACDTOP, "--help"], stdout=subprocess.PIPE, check=True, text=True).stdout
        flags = set(re.findall(r"--[a-z][a-z-]+", usage))
        self.assertGreater(len(flags), 20)
        self.assertEqual([flag for flag in sorted(flags) if flag not in page], [])
        for command in re.findall(r"(?m)^  ([a-z]+)", usage.split("Options:")[0]):
            self.assertRegex(page, r"(?m)^\s+%s\b" % command)

    @unittest.skipUnless(shutil.which("mandoc"), "mandoc is not installed")
    def test_every_option_is_in_acdtop_conf_5(self):
        page = rendered(TOP / "man/acdtop.conf.5.in")
        shown = subprocess.run([ACDTOP, "config", "show", "--url", "ami://a@b"], stdout=subprocess.PIPE, check=True, text=True, env={"HOME": "/"}).stdout
        names = set(re.findall(r"(?m)^\s*(?:# )?([a-z_]+)(?: = | is (?:not )?set)", shown))
        self.assertGreater(len(names), 12)
        self.assertEqual([name for name in sorted(names) if not re.search(r"(?m)^\s+%s\b" % name, page)], [])


if __name__ == "__main__":
    tap.main()
