# SPDX-License-Identifier: MIT
"""The `floor` command: what it starts can be looked at, steered and stopped, and leaves nothing behind."""
import json
import os
import pathlib
import subprocess
import sys
import unittest

import lab
import pbx
import tally
from lab import Row


class Command(unittest.TestCase):
    def setUp(self):
        try:
            self.root = pbx.chroot_of(lab.VERSION)
        except pbx.Unavailable as why:
            self.skipTest(str(why))
        self.name = f"cmd-{os.getpid()}"
        self.addCleanup(self.floor, "stop", code=None)

    def floor(self, command, *words, code=0):
        done = subprocess.run([sys.executable, pbx.HERE / "floor", command, "--name", self.name, *words],
                              stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, timeout=120)
        if code is not None:
            self.assertEqual(done.returncode, code, done.stdout)
        return done.stdout

    def test_life(self):
        said = self.floor("start", "--asterisk", str(lab.VERSION), "--agents", "2", "--rate", "0", "--for", "200")
        self.assertIn("AMI 127.0.0.1:", said)
        state = pbx.floors(self.name)[0]
        for path in (*state["secrets"].values(), state["dir"] + "/etc/manager.conf"):
            self.assertEqual(os.stat(path).st_mode & 0o077, 0, path)
        self.assertIn("exists", self.floor("start", code=1).replace("already", "exists"))
        self.assertIn("running", self.floor("status"))
        self.assertIn("strategy", self.floor("cli", "queue show support"))
        self.assertIn("error", self.floor("agent", "101", "sleep", code=1))
        self.floor("agent", "101", "busy")
        self.floor("kill")
        self.assertIn("PBX is down", self.floor("status"))
        self.floor("restart")
        self.assertIn("running", self.floor("status"))
        self.assertEqual(json.loads(self.floor("tally")), {})
        self.floor("stop")
        self.assertFalse(pathlib.Path(state["dir"]).exists())
        self.assertFalse(pathlib.Path(f"/proc/{state['pid']}/cwd").exists())

    def test_killed(self):
        """Even kill -9 of the floor takes the PBX with it, and the next floor clears up."""
        self.floor("start", "--asterisk", str(lab.VERSION), "--agents", "0", "--rate", "0", "--quiet")
        state = pbx.floors(self.name)[0]
        os.kill(state["pid"], 9)
        lab.until(lambda: not listens(state["ami"]), "the PBX goes with its floor")
        self.floor("stop")
        self.assertFalse(pathlib.Path(state["dir"]).exists())


class Tally(unittest.TestCase):
    """The other witness counts right, and tells when acdtop does not."""
    rows = [Row(100, "1", "q", "NONE", "ENTERQUEUE", []), Row(101, "2", "q", "NONE", "ENTERQUEUE", []),
            Row(102, "1", "q", "A", "CONNECT", ["2", "3", "1"]), Row(103, "2", "q", "NONE", "ABANDON", ["1", "1", "2"]),
            Row(150, "3", "q", "NONE", "ENTERQUEUE", [])]

    def document(self, **changed):
        today = {"since": "1970-01-01T00:00:50.000Z", "offered": 3, "answered": 1, "answered_in_sl": 1, "abandoned": 0,
                 "timeout": 0, "empty": 0, "key": 0, "withdrawn": 0, "redirected": 1, **changed}
        return {"pbx": [{"queues": [{"name": "q", "today": today}]}]}

    def test_agrees(self):
        self.assertEqual(tally.differences(self.document(), self.rows, 200), [])
        self.assertEqual(tally.differences(self.document(offered=2), self.rows, 150.5), [])

    def test_differs(self):
        self.assertEqual(tally.differences(self.document(offered=2), self.rows, 200), ["q: offered 2, queue_log has 3"])
        self.assertEqual(tally.differences(self.document(answered_in_sl=0), self.rows, 200),
                         ["q: answered_in_sl 0, queue_log has 1"])


def listens(port):
    """Whether anybody listens on a loopback port."""
    with pbx.socket.socket() as probe:
        return probe.connect_ex(("127.0.0.1", port)) == 0
