#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""A console with --role in a terminal: no way to a file, an editor or a shell; and one that nobody touches. The PBX is the demo's."""
import fcntl
import os
import pathlib
import pty
import re
import select
import signal
import struct
import subprocess
import sys
import tempfile
import termios
import time
import unittest

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1]))
sys.dont_write_bytecode = True
import tap

ACDTOP = os.environ.get("ACDTOP", str(pathlib.Path(__file__).resolve().parents[2] / "acdtop"))
GUARD_S = 60


class Console:
    """The program in a terminal of its own."""

    def __init__(self, env, *words):
        self.said, self.status = b"", None
        self.pid, self.fd = pty.fork()
        if self.pid == 0:
            os.execve(ACDTOP, [ACDTOP, *words], env)
        self.rows = 40
        self.resize()

    def shows(self, part):
        """Reads until `part`, blanks left out, was drawn since the last key."""
        part, until, plain = part.replace(" ", "").encode(), time.monotonic() + GUARD_S, b""
        while part not in plain and time.monotonic() < until and select.select([self.fd], [], [], GUARD_S)[0]:
            try:
                self.said += os.read(self.fd, 65536)
            except OSError:
                break
            plain = re.sub(rb"\x1b\[[0-9;?]*[A-Za-z]|\x1b[()][A-Z0-9]|\x0f| ", b"", self.said)
        return part in plain

    def resize(self):
        """Everything is drawn anew."""
        self.rows = 81 - self.rows
        fcntl.ioctl(self.fd, termios.TIOCSWINSZ, struct.pack("HHHH", self.rows, 140, 0, 0))

    def type(self, text):
        self.said = b""
        os.write(self.fd, text.encode())

    def answers(self, line, part):
        """Types a line of commands; the screen then shows `part`, and the line is left."""
        self.type(":" + line + "\r")
        self.resize()
        is_shown = self.shows(part)
        os.write(self.fd, b"\x07")
        return is_shown

    def state(self):
        return pathlib.Path(f"/proc/{self.pid}/stat").read_text(encoding="ascii").rpartition(")")[2].split()[0]

    def end(self):
        """The exit status, once it ends by itself."""
        while self.status is None and select.select([self.fd], [], [], GUARD_S)[0]:
            try:
                if not os.read(self.fd, 65536):
                    break
            except OSError:
                break
        self.status = os.waitstatus_to_exitcode(os.waitpid(self.pid, 0)[1])
        return self.status

    def close(self):
        if self.status is None:
            os.kill(self.pid, signal.SIGKILL)
            os.waitpid(self.pid, 0)
        os.close(self.fd)


class Role(unittest.TestCase):
    def setUp(self):
        folder = tempfile.TemporaryDirectory(prefix="acdtop-role-")
        self.addCleanup(folder.cleanup)
        self.home = pathlib.Path(folder.name)
        self.env = {**{k: v for k, v in os.environ.items() if k.endswith("SAN_OPTIONS")}, "HOME": folder.name, "PATH": os.environ["PATH"], "LC_ALL": "C.UTF-8", "TERM": "xterm-256color"}
        demo = subprocess.Popen([ACDTOP, "--demo", "-b", "-d", "1h"], env=self.env, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL)
        self.addCleanup(lambda: (demo.kill(), demo.communicate()))
        demo.stdout.readline()
        secret = self.home / "secret"
        secret.write_text("demo\n", encoding="utf-8")
        secret.chmod(0o600)
        socket = self.home / "run/keeper.sock"
        (self.home / "keeper.conf").write_text(f'pbx = ( {{ url = "{self.url_of(demo.pid)}"; secret_file = "{secret}"; }} );\nkeeper_socket = "{socket}";\n', encoding="utf-8")
        (self.home / "console.conf").write_text(f'keeper_socket = "{socket}";\n', encoding="utf-8")
        keeper = subprocess.Popen([ACDTOP, "--config", str(self.home / "keeper.conf"), "keeper"], env=self.env, stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL)
        self.addCleanup(lambda: (keeper.terminate(), keeper.wait()))
        for _ in range(600):
            if subprocess.run([ACDTOP, "--config", str(self.home / "console.conf"), "status"], env=self.env, stdin=subprocess.DEVNULL, capture_output=True, check=False).returncode == 0:
                return
        self.fail("no keeper")

    def url_of(self, pid):
        """How the demo's own keeper is told to reach its PBX."""
        for entry in pathlib.Path("/proc").iterdir():
            try:
                parent = int((entry / "stat").read_text(encoding="ascii").rpartition(")")[2].split()[1]) if entry.name.isdigit() else 0
                words = (entry / "cmdline").read_bytes().decode("utf-8", "replace").split("\0") if parent == pid else []
            except OSError:
                continue
            for word in words:
                if word.startswith("unix://"):
                    return word
        return self.fail("the demo has no PBX")

    def console(self, *words):
        console = Console(self.env, "--config", str(self.home / "console.conf"), *words)
        self.addCleanup(console.close)
        self.assertTrue(console.shows("live"))
        return console

    def test_there_is_no_way_out(self):
        own = self.home / ".config/acdtop/themes/own.conf"
        own.parent.mkdir(parents=True, exist_ok=True)
        own.write_text("")
        files = sorted(str(path) for path in self.home.rglob("*"))
        console = self.console("--role=viewer")
        for line, answer in ((f"write {self.home}/x", "reads and writes no files"), ("write x.csv", "reads and writes no files"), ("save x", "reads and writes no files"),
                             ("profile /etc/passwd", "reads and writes no files"), ("theme /etc/passwd", "reads and writes no files"), ("theme own", "reads and writes no files"), ("keymap own", "reads and writes no files"),
                             ("keymap /etc/passwd", "reads and writes no files"), ("pause 301", "the role viewer")):
            self.assertTrue(console.answers(line, answer), line)
            self.assertNotIn(b"root:", console.said)
        console.type("\x1a")
        console.resize()
        self.assertTrue(console.shows("no shell to go back to"))
        os.kill(console.pid, signal.SIGTSTP)
        self.assertTrue(console.answers("view nowhere", "no screen is called"))
        self.assertNotEqual(console.state(), "T")
        console.type("q")
        self.assertEqual(console.end(), 0)
        self.assertEqual(sorted(str(path) for path in self.home.rglob("*")), files)

    def test_who_goes_away_leaves_no_numbers(self):
        console = self.console("--screen=callers", "--idle-mask=1s")
        self.assertTrue(console.shows("any key shows them"))
        console.said = b""
        self.assertTrue(console.shows("**"))
        console.type("q")  # shows them, and does nothing else
        console.type("q")
        self.assertEqual(console.end(), 0)

    def test_and_then_no_console(self):
        console = self.console("--idle-exit=1s")
        self.assertEqual(console.end(), 0)


if __name__ == "__main__":
    tap.main()
