#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""audit = "required" on disks as they are on a bad day: no order leaves, and the sentence says why and what to do; and who may read the log of a
host's keeper."""
import os
import pathlib
import shutil
import sys
import unittest

sys.dont_write_bytecode = True
from alone import enter, mount, unmount
from cli import ACDTOP, GUARD_S, CliTest, subprocess
import tap


class Disk(CliTest):
    def setUp(self):
        super().setUp()
        self.disk = self.home / "disk"
        self.disk.mkdir()
        self.log = self.disk / "audit.log"
        self.config = self.file("c.conf", f'audit_log = "{self.log}"; audit = "required";\n')

    def mount(self, *words):
        mount(*words, self.disk)
        self.addCleanup(lambda: unmount(self.disk))

    def order(self):
        return self.run_it("--demo", "--config", self.config, "pause", "301", "lunch")

    def refused(self, *why):
        done = self.order()
        self.assertEqual((done.returncode, done.stdout), (1, ""), done.stderr)
        last = done.stderr.splitlines()[-1]
        self.assertTrue(last.startswith("acdtop: refused: not sent: audit = \"required\", and the audit log"), last)
        for part in why:
            self.assertIn(part, last)

    def test_a_full_one(self):
        self.mount("-t", "tmpfs", "-o", "size=64k", "tmpfs")
        with (self.disk / "other").open("wb", buffering=0) as other:
            try:
                while True:
                    other.write(bytes(4096))
            except OSError:
                pass
        self.refused("No space left on device (make room on that disk)")
        (self.disk / "other").unlink()
        self.assertEqual(self.order().returncode, 0)
        self.assertEqual(len(self.log.read_text().splitlines()), 2)

    def test_one_that_is_read_only(self):
        self.mount("-t", "tmpfs", "-o", "ro", "tmpfs")
        self.refused("Read-only file system", "mounted read-only, or audit_log names a file on another one")

    def test_names_of_other_things(self):
        os.mkfifo(self.log)
        self.refused("what has this name is no file (audit_log names another one)")
        self.log.unlink()
        self.log.mkdir()
        self.refused("what has this name is no file")
        self.log.rmdir()
        elsewhere = self.home / "elsewhere"
        elsewhere.touch()
        self.log.symlink_to(elsewhere)
        self.refused("it is a symbolic link, and none is followed (audit_log names the file itself)")
        self.assertEqual(elsewhere.read_text(), "")
        self.log.unlink()
        self.config = self.file("c.conf", 'audit_log = "/dev/null"; audit = "required";\n')
        self.refused("it takes records and keeps none (audit_log names a file on a disk)")

    def test_a_folder_that_went(self):
        self.assertEqual(self.order().returncode, 0)
        shutil.rmtree(self.disk)
        self.assertEqual(self.order().returncode, 0)
        self.assertEqual(len(self.log.read_text().splitlines()), 2)


@unittest.skipIf(os.geteuid() != 0 or not pathlib.Path("/proc/self/uid_map").read_text().split()[2].startswith("4294967295"), "only root may be somebody else")
class Host(CliTest):
    def as_nobody(self, *words):
        self.home.chmod(0o755)
        if not self.home.parent.stat().st_mode & 0o001:
            self.home.parent.chmod(0o711)  # the runner's folder for this program
        return subprocess.run([ACDTOP, *words], stdin=subprocess.DEVNULL, capture_output=True, env={**self.env, "HOME": "/nonexistent"}, cwd="/", timeout=GUARD_S,
                              text=True, check=False, user=65534, group=65534, extra_groups=[])

    def test_who_may_not_read_it_is_told_who_may(self):
        mount("-t", "tmpfs", "tmpfs", "/var/lib")
        self.addCleanup(lambda: unmount("/var/lib"))
        folder = pathlib.Path("/var/lib/acdtop")
        folder.mkdir(mode=0o700)
        os.chown(folder, 4711, 4711)
        (folder / "audit.log").write_text("")
        done = self.as_nobody("audit")
        self.assertEqual((done.returncode, done.stdout), (71, ""))
        self.assertIn("the orders of this host stand in /var/lib/acdtop/audit.log, which its keeper alone may read", done.stderr)
        self.assertIn("sudo -u '#4711' acdtop audit /var/lib/acdtop/audit.log", done.stderr)
        folder.chmod(0o755)
        (folder / "audit.log").chmod(0o644)
        done = self.as_nobody("audit")  # where an administrator lets them
        self.assertEqual((done.returncode, done.stderr), (0, ""))
        folder.chmod(0o711)  # and its older ones are nobody's business
        done = self.as_nobody("audit")
        self.assertEqual((done.returncode, done.stderr), (0, ""))

    def test_permission_that_was_lost(self):
        folder = self.home / "logs"
        folder.mkdir()
        os.chown(folder, 65534, 65534)
        config = self.file("c.conf", f'audit_log = "{folder}/audit.log"; audit = "required";\n', mode=0o644)
        words = ("--demo", "--config", config, "pause", "301", "lunch")
        self.assertEqual(self.as_nobody(*words).returncode, 0)
        os.chown(folder / "audit.log", 0, 0)
        done = self.as_nobody(*words)
        self.assertEqual(done.returncode, 1)
        self.assertIn("Permission denied (its folder and the file must be writable for the user that runs this)", done.stderr.splitlines()[-1])
        (folder / "audit.log").unlink()
        folder.chmod(0o500)
        self.assertEqual(self.as_nobody(*words).returncode, 1)


if __name__ == "__main__":
    enter()
    tap.main()
