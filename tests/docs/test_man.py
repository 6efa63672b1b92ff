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
        self.assertEqual([p.name for p in PAGES], ["acdtop-keys.7.in", "acdtop.1.in", "acdtop.conf.5.in"])

    def test_the_readme_says_how_to_read_them_from_the_clone(self):
        readme = (TOP / "README.md").read_text()
        self.assertEqual(sorted(set(re.findall(r"`(?:man -l )?(build/man/[^`]+)`", readme))), ["build/man/" + page.name[:-3] for page in PAGES])
        # What make man would make is what the README names.
        would = subprocess.run(["make", "-n", "--always-make", "-C", str(TOP), "BUILD=build", "man"], stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, check=False, text=True,
                               env={k: v for k, v in os.environ.items() if k not in ("MAKEFLAGS", "BUILD")}).stdout
        for page in PAGES:
            self.assertIn("build/man/" + page.name[:-3], would)

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

    @unittest.skipUnless(shutil.which("mandoc"), "mandoc is not installed")
    def test_every_action_is_in_acdtop_keys_7(self):
        page = rendered(TOP / "man/acdtop-keys.7.in")
        names = set(re.findall(r'(?m)^ACTION\(\w+, \w+, "([a-z_]+)"', (TOP / "tui/keys/actions.def").read_text()))
        self.assertGreater(len(names), 50)
        self.assertEqual([name for name in sorted(names) if "(%s)" % name not in page], [])


class Completions(unittest.TestCase):
    """What each shell loads: it reads it without a complaint, and knows every command and option."""

    def script(self, shell):
        return subprocess.run([ACDTOP, "--dump", "completion-" + shell], stdout=subprocess.PIPE, check=True, text=True).stdout

    def test_every_option_and_command_is_in_each(self):
        usage = subprocess.run([ACDTOP, "--help"], stdout=subprocess.PIPE, check=True, text=True).stdout
        flags = set(re.findall(r"(?m)^  (?:-\w, )?--([a-z][a-z-]+)", usage))
        commands = re.findall(r"(?m)^  ([a-z]+)", usage.split("Options:")[0])
        self.assertGreater(len(flags), 20)
        for shell in ("bash", "zsh", "fish"):
            text = self.script(shell)
            self.assertEqual([flag for flag in sorted(flags) if not re.search(r"(--|-l )%s\b" % flag, text)], [], shell)
            self.assertEqual([command for command in commands if not re.search(r"\b%s\b" % command, text)], [], shell)

    def check(self, shell, *arguments):
        if not shutil.which(shell):
            self.skipTest(shell + " is not installed")
        done = subprocess.run([shell, *arguments], input=self.script(shell), stdout=subprocess.PIPE, stderr=subprocess.STDOUT, check=False, text=True)
        self.assertEqual((done.returncode, done.stdout), (0, ""))

    def test_bash_reads_it(self):
        self.check("bash", "-n")

    def test_zsh_reads_it(self):
        self.check("zsh", "-n")

    def test_fish_reads_it(self):
        self.check("fish", "--no-execute")

    def test_bash_completes(self):
        if not shutil.which("bash"):
            self.skipTest("bash is not installed")
        ask = self.script("bash") + """
try() { COMP_WORDS=("$@"); COMP_CWORD=$(($# - 1)); _acdtop; echo "${COMPREPLY[*]}"; }
compopt() { :; }
try "$ACDTOP" sta
try "$ACDTOP" --demo config ch
try "$ACDTOP" --theme fj
try "$ACDTOP" --allow
try "$ACDTOP" --profile n
try "$ACDTOP" status sa
try "$ACDTOP" status x
try "$ACDTOP" status nobody
try "$ACDTOP" add PJ
try "$ACDTOP" add PJSIP/401 sup
try "$ACDTOP" --demo add --for 5m PJSIP/401 --paused lunch sup
try "$ACDTOP" add PJSIP/401 --for sup
try "$ACDTOP" add PJSIP/401 support --pau
try "$ACDTOP" ringinuse PJSIP/401 support o
try "$ACDTOP" status sales sup
try "$ACDTOP" remove PJSIP/401 support sup
"""
        with tempfile.TemporaryDirectory() as home:
            folder = pathlib.Path(home)
            (folder / "acdtop/profiles").mkdir(parents=True)
            (folder / "acdtop/profiles/north.conf").write_text("")
            # What a PBX calls its queues is no command of this shell's.
            (folder / "acdtop/names").write_text("queue sales\nqueue x $(touch %s/evil)`touch %s/evil`;'\nqueue support\nagent PJSIP/401\n" % (home, home))
            env = dict(os.environ, ACDTOP=ACDTOP, HOME=home, XDG_CONFIG_HOME=home, XDG_STATE_HOME=home)
            done = subprocess.run(["bash"], input=ask, stdout=subprocess.PIPE, check=True, text=True, env=env)
            self.assertFalse((folder / "evil").exists())
        lines = done.stdout.splitlines()
        self.assertEqual(lines[:6] + lines[7:], ["status", "check", "fjord", "--allow-plain-secret", "north", "sales", "",
                                                 "PJSIP/401", "support", "support", "", "--paused", "on off", "support", ""])
        self.assertEqual(subprocess.run(["bash", "-c", "printf %s " + lines[6]], stdout=subprocess.PIPE, check=True, text=True).stdout,
                         "x $(touch %s/evil)`touch %s/evil`;'" % (home, home))

    def test_zsh_completes(self):
        """Its own functions, with what zsh would call and tell them in their place."""
        if not shutil.which("zsh"):
            self.skipTest("zsh is not installed")
        ask = "compdef() { :; }\n" + self.script("zsh") + """
compadd() { print -r -- "offers: $*"; }
_acdtop_names() { print -r -- "names: $1"; }
try() { words=("$@"); CURRENT=$#; _acdtop_word; }
try add ''
try add PJSIP/401 ''
try add --for 5m PJSIP/401 --paused lunch ''
try add PJSIP/401 --for ''
try add PJSIP/401 sales --
try ringinuse PJSIP/401 sales ''
try status sales ''
try remove PJSIP/401 sales ''
"""
        done = subprocess.run(["zsh", "-f"], input=ask, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, check=False, text=True)
        self.assertEqual(done.stdout.splitlines(), ["names: agents", "names: queues", "names: queues", "offers: -- --paused --for --calls --unpaused --name --state",
                                                    "offers: -- on off", "names: queues"])

    def test_fish_completes(self):
        if not shutil.which("fish"):
            self.skipTest("fish is not installed")
        with tempfile.TemporaryDirectory() as home:
            folder = pathlib.Path(home)
            (folder / "bin").mkdir()
            (folder / "bin/acdtop").symlink_to(pathlib.Path(ACDTOP).resolve())
            (folder / "acdtop").mkdir()
            (folder / "acdtop/names").write_text("queue sales\nqueue support\nagent PJSIP/401\n")
            env = dict(os.environ, HOME=home, XDG_CONFIG_HOME=home, XDG_STATE_HOME=home, PATH="%s/bin:%s" % (home, os.environ["PATH"]))

            def offered(line):
                ask = self.script("fish") + "\ncomplete -C %r" % line
                done = subprocess.run(["fish"], input=ask, stdout=subprocess.PIPE, check=True, text=True, env=env)
                return [row.split("\t")[0] for row in done.stdout.splitlines()]

            self.assertEqual(offered("acdtop add PJ"), ["PJSIP/401"])
            self.assertEqual(offered("acdtop add PJSIP/401 "), ["sales", "support"])
            self.assertEqual(offered("acdtop add --for 5m PJSIP/401 su"), ["support"])
            self.assertEqual(offered("acdtop status sales su"), ["support"])
            self.assertEqual(offered("acdtop ringinuse PJSIP/401 sales o"), ["off", "on"])
            self.assertEqual(offered("acdtop remove PJSIP/401 sales s"), [])


if __name__ == "__main__":
    tap.main()
