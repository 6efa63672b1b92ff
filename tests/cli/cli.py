# SPDX-License-Identifier: MIT
"""The binary for its tests: run in a home of its own, with no configuration but the test's."""
import json
import os
import pathlib
import select
import signal
import subprocess
import sys
import tempfile
import unittest

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent.parent))
sys.dont_write_bytecode = True

ACDTOP = os.environ.get("ACDTOP", str(pathlib.Path(__file__).resolve().parents[2] / "acdtop"))
GUARD_S = 60  # against hanging; never a verdict


class CliTest(unittest.TestCase):
    """A folder that is home, and the program run in it."""

    def setUp(self):
        folder = tempfile.TemporaryDirectory(prefix="acdtop-test-")
        self.addCleanup(folder.cleanup)
        self.home = pathlib.Path(folder.name)
        self.env = {"HOME": folder.name, "PATH": os.environ["PATH"], "LC_ALL": "C.UTF-8", "TERM": "xterm"}
        for name in ("ASAN_OPTIONS", "UBSAN_OPTIONS", "LSAN_OPTIONS"):
            if name in os.environ:
                self.env[name] = os.environ[name]

    def file(self, name, text, mode=0o600):
        path = self.home / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)
        path.chmod(mode)
        return str(path)

    def run_it(self, *words, **more):
        return subprocess.run([ACDTOP, *words], stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.PIPE, env=self.env,
                              cwd=self.home, timeout=GUARD_S, text=True, errors="surrogateescape", check=False, **more)

    def run_to(self, out, *words):
        return subprocess.run([ACDTOP, *words], stdin=subprocess.DEVNULL, stdout=out, stderr=subprocess.PIPE, env=self.env, cwd=self.home,
                              timeout=GUARD_S, text=True, check=False)

    def gone(self, pids):
        """Every one of these processes ends by itself."""
        for pid in pids:
            try:
                fd = os.pidfd_open(pid)
            except ProcessLookupError:
                continue
            ready, _, _ = select.select([fd], [], [], GUARD_S)
            os.close(fd)
            self.assertTrue(ready, "process %d is still there" % pid)

    def start(self, *words, **more):
        """The program as a process that is ended with the test."""
        child = subprocess.Popen([ACDTOP, *words], stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.PIPE, env=self.env,
                                 cwd=self.home, **more)

        def end():
            if child.poll() is None:
                child.kill()
            child.communicate()

        self.addCleanup(end)
        return child

    def line(self, child):
        """The next line of its output; fails when none comes."""
        line = b""
        while not line.endswith(b"\n"):
            ready, _, _ = select.select([child.stdout], [], [], GUARD_S)
            self.assertTrue(ready, "no output within %d s" % GUARD_S)
            byte = os.read(child.stdout.fileno(), 1)
            if not byte:
                self.fail("the output ended: " + child.stderr.read().decode("utf-8", "replace"))
            line += byte
        return line.decode()

    def refused(self, code, part, *words):
        """It ends with the code and one sentence on standard error that has `part` in it."""
        done = self.run_it(*words)
        self.assertEqual((done.returncode, done.stdout), (code, ""), done.stderr)
        self.assertIn(part, done.stderr)
        self.assertEqual(done.stderr.count("\n"), 1, done.stderr)
        self.assertTrue(done.stderr.startswith("acdtop: "), done.stderr)


def children_of(pid):
    """Every process below pid, of whatever session."""
    found, parents = [], {}
    for entry in pathlib.Path("/proc").iterdir():
        if entry.name.isdigit():
            try:
                parents[int(entry.name)] = int((entry / "stat").read_text().rsplit(")", 1)[1].split()[1])
            except OSError:
                pass
    todo = [pid]
    while todo:
        parent = todo.pop()
        below = [p for p, of in parents.items() if of == parent]
        found += below
        todo += below
    return found


def words_of(pid):
    """How a process was called."""
    return [word.decode("utf-8", "replace") for word in pathlib.Path("/proc/%d/cmdline" % pid).read_bytes().split(b"\0")]


__all__ = ["ACDTOP", "GUARD_S", "CliTest", "children_of", "json", "os", "signal", "subprocess", "unittest", "words_of"]
