#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""acdtop complete: names for a shell's Tab: of what was seen last and of what lies in the user's folders, in no time and without
a PBX, a secret or a complaint."""
import os
import pathlib
import subprocess
import sys
import tempfile
import unittest

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent.parent))
sys.dont_write_bytecode = True
import tap

ACDTOP = os.environ.get("ACDTOP", str(pathlib.Path(__file__).resolve().parents[2] / "acdtop"))


class Complete(unittest.TestCase):
    def setUp(self):
        self.home = tempfile.TemporaryDirectory()
        self.addCleanup(self.home.cleanup)
        self.folder = pathlib.Path(self.home.name)
        self.env = {"HOME": self.home.name, "XDG_CONFIG_HOME": self.home.name, "XDG_STATE_HOME": self.home.name, "PATH": os.environ["PATH"], "LC_ALL": "C.UTF-8"}
        (self.folder / "acdtop/themes").mkdir(parents=True)

    def names(self, what):
        done = subprocess.run([ACDTOP, "complete", what], stdout=subprocess.PIPE, stderr=subprocess.PIPE, check=False, text=True, env=self.env, stdin=subprocess.DEVNULL, timeout=60)
        self.assertEqual(done.stderr, "")
        return done.stdout.splitlines()

    def test_nothing_was_seen_yet(self):
        self.assertEqual((self.names("queues"), self.names("agents"), self.names("pbxs"), self.names("profiles")), ([], [], [], []))

    def test_what_lies_in_the_folders(self):
        (self.folder / "acdtop/themes/mine.conf").write_text("")
        (self.folder / "acdtop/acdtop.conf").write_text('pbx = ( { name = "hq"; url = "ami://u@192.0.2.1"; secret_command = "sleep 1000"; } );')
        self.assertIn("mine", self.names("themes"))
        self.assertIn("fjord", self.names("themes"))
        self.assertIn("vim", self.names("keymaps"))
        self.assertEqual(self.names("pbxs"), ["hq"])

    def test_names_that_are_none(self):
        (self.folder / "acdtop/names").write_bytes(b"queue good\nqueue bad\x1b[31m\nqueue \nqueue \xff\nnothing\nagent SIP/1\nqueue " + b"x" * 5000 + b"\n")
        self.assertEqual(self.names("queues"), ["good"])
        self.assertEqual(self.names("agents"), ["SIP/1"])

    def test_a_file_that_never_answers(self):
        """Opening a pipe that nobody writes to takes for ever: it is over all the same, without a word."""
        os.mkfifo(self.folder / "acdtop/acdtop.conf")
        self.assertEqual(self.names("queues"), [])

    def test_a_configuration_that_is_wrong(self):
        (self.folder / "acdtop/acdtop.conf").write_text("nonsense")
        (self.folder / "acdtop/names").write_text("queue sales\n")
        self.assertEqual(self.names("queues"), ["sales"])


if __name__ == "__main__":
    tap.main()
