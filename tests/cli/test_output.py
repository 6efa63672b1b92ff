#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""Where the output goes when it is no terminal: the console says what to use instead, and prints nothing; what prints says when it
cannot be written, and ends quietly when nobody reads on."""
import subprocess

from cli import ACDTOP, GUARD_S, CliTest, os, unittest
import tap


class Output(CliTest):
    def closed(self, which, *words):
        """The program with this one of its three standard files closed."""
        shell = 'exec "$@" %s' % {0: "<&-", 1: ">&-", 2: "2>&-"}[which]
        return subprocess.run(["sh", "-c", shell, "sh", ACDTOP, *words], stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.PIPE,
                              env=self.env, cwd=self.home, timeout=GUARD_S, text=True, check=False)

    def test_console_into_a_pipe(self):
        for words in (["--demo"], ["--demo", "--wall"], ["--demo", "--theme", "fjord"]):
            self.refused(64, "not a terminal; use 'acdtop -b' or 'acdtop status'", *words)

    def test_console_into_a_file(self):
        path = self.home / "out"
        with open(path, "w", encoding="utf-8") as out:
            done = self.run_to(out, "--demo")
        self.assertEqual((done.returncode, path.read_text()), (64, ""))
        self.assertIn("not a terminal", done.stderr)

    def test_terminal_does_not_matter_to_what_prints(self):
        for term in ("dumb", "no-such-thing", ""):
            self.env["TERM"] = term
            done = self.run_it("--demo", "status")
            self.assertEqual((done.returncode, done.stderr), (0, ""))
            self.assertNotIn("\x1b", done.stdout)
        del self.env["TERM"]
        self.assertEqual(self.run_it("--demo", "status").returncode, 0)

    def test_standard_output_is_closed(self):
        done = self.closed(1, "--demo")
        self.assertEqual((done.returncode, done.stderr.count("not a terminal")), (64, 1))
        done = self.closed(1, "--demo", "status")
        self.assertEqual(done.returncode, 74)
        self.assertIn("cannot write to standard output", done.stderr)

    def test_others_are_closed(self):
        """No socket of ours takes their place."""
        for which in (0, 2):
            done = self.closed(which, "--demo", "status")
            self.assertEqual((done.returncode, done.stderr), (0, ""))
            self.assertIn("support", done.stdout)

    @unittest.skipUnless(os.path.exists("/dev/full"), "no /dev/full")
    def test_disk_is_full(self):
        with open("/dev/full", "w", encoding="utf-8") as out:
            done = self.run_to(out, "--demo", "status")
        self.assertEqual(done.returncode, 74)
        self.assertIn("No space left on device", done.stderr)

    def test_nobody_reads_on(self):
        child = self.start("--demo", "watch")
        self.assertGreater(len(self.line(child)), 5)
        child.stdout.close()
        child.stdout = None
        self.assertEqual((child.wait(GUARD_S), child.stderr.read()), (0, b""))


if __name__ == "__main__":
    tap.main()
