#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""The command line: what is wrong is said in one line, with the nearest name and the right exit code."""
from cli import CliTest
import tap


class Usage(CliTest):
    def test_unknown_option_names_the_nearest(self):
        self.refused(64, "did you mean --secret-file?", "--secret-fil", "x")
        self.refused(64, "did you mean --demo?", "--dmo")
        self.refused(64, "'acdtop --help' lists them all", "--zzzzzzzz")
        self.refused(64, "unknown option '-x'", "-x")

    def test_unknown_command_names_the_nearest(self):
        self.refused(64, "did you mean 'status'?", "statsu")
        self.refused(64, "unknown command 'zzzzzzzz'", "zzzzzzzz")

    def test_values(self):
        self.refused(64, "needs a value", "--url")
        self.refused(64, "needs a value", "-n")
        self.refused(64, "takes no value", "--json=yes")
        self.refused(64, "names no role", "--role=", "status")  # as $ROLE does that nobody has set: it would lower nothing
        self.refused(64, "--count wants N", "-b", "-n", "many")
        self.refused(64, "--count wants N", "-bnmany")
        self.refused(64, "--for wants DURATION", "watch", "--for", "soon")
        self.refused(64, "--for wants DURATION", "watch", "--for=-1")
        self.refused(64, "from 0.001 to 1000, or max", "replay", "--speed", "0", "x")
        self.refused(64, "1 or more", "--demo", "-b", "-n", "0")

    def test_an_option_that_would_do_nothing(self):
        self.refused(64, "-n goes with -b, not with 'watch'", "--demo", "watch", "-n", "3")
        self.refused(64, "--for goes with -b, watch, record, add or take, not with 'status'", "--demo", "status", "--for", "5")
        self.refused(64, "-n goes with -b, not with the console", "--demo", "-n", "3")
        self.refused(64, "-b goes with the console or replay, not with 'status'", "--demo", "status", "-b")
        self.refused(64, "--all goes with watch, not with 'replay'", "replay", "--all", "-b", "x")
        self.refused(64, "--speed=2 goes with replay", "--demo", "--speed=2")
        self.refused(71, "nowhere", "replay", "--json", "-n", "1", "--for", "1s", "--speed", "max", "nowhere")

    def test_an_option_of_an_order_may_stand_before_it(self):
        self.refused(64, "--for goes with -b, watch, record, add or take, not with 'pause'", "--demo", "pause", "301", "lunch", "--for", "10m")
        for words in (("--for", "5m", "add", "301", "vip"), ("--for=5m", "add", "301", "vip"), ("add", "--for", "5m", "301", "vip")):
            said = self.run_it("--demo", "--dry-run", *words)
            self.assertEqual(said.returncode, 0, said.stderr)
            self.assertIn("QueueAdd", said.stdout)
        self.refused(64, "'add' wants AGENT", "--demo", "--for", "5m", "add")
        self.refused(64, "--for wants DURATION", "--for", "soon", "watch")

    def test_words(self):
        self.refused(64, "one word too many", "record", "a", "b")
        self.refused(64, "usage is 'acdtop help [COMMAND]'\n", "help", "me", "please")
        self.refused(64, "unknown command 'stats': did you mean 'status'?", "help", "stats")
        self.refused(66, "there is no queue 'nowhere'", "--demo", "status", "nowhere")

    def test_help_of_one_command(self):
        for words in (("help", "pause"), ("pause", "--help"), ("pause", "-h")):
            said = self.run_it(*words)
            self.assertEqual(said.returncode, 0, said.stderr)
            self.assertTrue(said.stdout.startswith("usage: acdtop [OPTION ...] pause AGENT [QUEUE] [REASON] [--reason REASON]\n"), said.stdout)
            self.assertNotIn("Also in the configuration file", said.stdout)
        self.refused(64, "'record' wants FILE", "--demo", "record")
        self.refused(64, "'config' wants check|show", "config")
        self.refused(64, "'config' wants check, show or profiles, not 'chekc'", "config", "chekc")

    def test_the_wall_and_its_layout(self):
        self.refused(78, "no layout of the wall is called 'tils' (did you mean 'tiles'?)", "--demo", "--wall", "tils")
        self.refused(78, "no layout of the wall is called 'tils'", "--demo", "--wall", "--wall-layout", "tils")
        self.refused(78, "cannot read '/nowhere/wall.conf'", "--demo", "--wall", "/nowhere/wall.conf")
        self.refused(64, "unknown command 'tiles'", "--demo", "--wall", "tiles", "more")
        self.refused(64, "unknown command 'tiles'", "--demo", "tiles")

    def test_demo_has_its_own_pbx(self):
        self.refused(64, "--demo goes with", "--demo", "replay", "-b", "x")
        self.refused(64, "not with 'config'", "--demo", "config", "check")
        self.refused(64, "--demo brings a PBX of its own", "--demo", "--url", "ami://a@b")

    def test_help_says_what_readonly_still_sends(self):
        self.assertIn("ACDTOP_SYNC", self.run_it("--help").stdout.split("--readonly", 1)[1].split("--log-file", 1)[0])

    def test_help_and_version(self):
        for words in (("--help",), ("help",), ("-h",)):
            done = self.run_it(*words)
            self.assertEqual((done.returncode, done.stderr), (0, ""))
            for name in ("status [QUEUE ...]", "--secret-file FILE", "-n, --count N", "-d, --refresh", "--json", "--demo"):
                self.assertIn(name, done.stdout)
            self.assertNotRegex(done.stdout, r"--keeper[ =\n]")
            self.assertLessEqual(max(map(len, done.stdout.splitlines())), 100)
        self.assertRegex(self.run_it("--version").stdout, r"^acdtop \d+\.\d+\.\d+\n$")


class Config(CliTest):
    def test_nothing_configured(self):
        self.refused(78, "--url", "status")

    def test_console_needs_a_terminal(self):
        done = self.run_it("--demo")
        self.assertNotEqual(done.returncode, 0)
        self.assertIn("-b", done.stderr)

    def test_check_and_show(self):
        self.file("s", "xyzzy\n")
        path = self.file("good.conf", 'refresh = "10s";\npbx = ( { url = "ami://wall@pbx.example.org"; secret_file = "s"; } );\n')
        done = self.run_it("--config", path, "config", "check")
        self.assertEqual((done.returncode, done.stderr), (0, ""))
        self.assertIn("ami://wall@pbx.example.org", done.stdout)
        done = self.run_it("config", "show", "--config=" + path, "--theme", "mono")
        self.assertEqual(done.returncode, 0)
        self.assertRegex(done.stdout, r'refresh = "10s";\s+# .*good.conf:1')
        self.assertRegex(done.stdout, r'theme = "mono";\s+# --theme')

    def test_check_finds_what_would_be_refused_later(self):
        pbx = 'pbx = ( { url = "ami://wall@pbx.example.org"; secret_file = "s"; } );\n'
        path = self.file("a.conf", pbx)
        self.refused(78, "cannot read the secret file", "--config", path, "config", "check")
        self.file("s", "xyzzy\n", 0o644)
        self.refused(78, "chmod 600", "--config", path, "config", "check")
        self.file("s", "", 0o600)
        self.refused(78, "empty secret", "--config", path, "config", "check")
        self.file("s", "xyzzy\n", 0o600)
        self.assertEqual(self.run_it("--config", path, "config", "check").returncode, 0)
        for line, said in (('theme = "dark";', "no theme is called 'dark'"), ('keymap = "vmi";', "no keymap is called 'vmi'"),
                           ('theme = "./nowhere.conf";', "cannot read the theme")):
            path = self.file("b.conf", line + "\n" + pbx)
            self.refused(78, said, "--config", path, "config", "check")
            self.refused(78, said, "--config", path, "status")
        self.refused(78, "no theme is called 'dark'", "--demo", "status", "--theme", "dark")
        self.refused(78, "no theme is called 'dark'", "replay", "-b", "--theme", "dark", "x")

    def test_usual_file(self):
        self.file(".config/acdtop/acdtop.conf", 'pbx = ( { url = "ami://wall@pbx.example.org"; name = "geneva"; } );\n')
        self.assertIn("geneva", self.run_it("config", "check").stdout)
        # A PBX on the command line puts those of the files aside.
        done = self.run_it("config", "check", "--url", "ami://w@oslo")
        self.assertIn("oslo", done.stdout)
        self.assertNotIn("geneva", done.stdout)

    def test_wrong_file_says_where(self):
        path = self.file("bad.conf", 'theme = "a";\nrefersh = 5;\n')
        self.refused(78, "bad.conf:2: ", "--config", path, "config", "check")
        self.refused(78, "'refresh'", "--config", path, "status")
        self.refused(78, "nowhere.conf", "--config", "nowhere.conf", "config", "check")

    def test_options_of_the_configuration(self):
        self.refused(64, "address_family", "config", "check", "--url", "ami://a@b", "--address-family", "7")
        self.refused(64, "--url", "config", "check", "--name", "x")

    def test_secret_does_not_belong_in_the_url(self):
        done = self.run_it("status", "--url", "ami://wall:hunter2@127.0.0.1:1")
        self.assertIn(done.returncode, (64, 78))
        self.assertNotIn("hunter2", done.stderr)

    def test_no_secret_and_no_terminal(self):
        done = self.run_it("status", "--url", "ami://wall@127.0.0.1:1", start_new_session=True)
        self.assertEqual((done.returncode, done.stdout), (78, ""))
        self.assertIn("--secret-file", done.stderr)


if __name__ == "__main__":
    tap.main()
