# SPDX-License-Identifier: MIT
"""The program on a terminal of its own, where a person reads lines and answers them."""
import fcntl
import pty
import re
import select
import struct
import termios
import time

from cli import ACDTOP, GUARD_S, os, signal, subprocess


class Dialogue:
    """The program on a terminal of its own."""

    def __init__(self, test, *words, rows=30, cols=100):
        self.test, self.shown, self.seen = test, b"", 0
        self.master, slave = pty.openpty()
        fcntl.ioctl(slave, termios.TIOCSWINSZ, struct.pack("HHHH", rows, cols, 0, 0))
        self.slave = slave

        def own_terminal():
            os.setsid()
            signal.signal(signal.SIGINT, signal.SIG_DFL)
            os.close(os.open(os.ttyname(slave), os.O_RDWR))

        self.child = subprocess.Popen([ACDTOP, *words], stdin=slave, stdout=slave, stderr=slave, env=test.env, cwd=test.home,
                                      preexec_fn=own_terminal)
        test.addCleanup(self.end)

    def end(self):
        if self.child.poll() is None:
            self.child.kill()
            self.child.wait(60)
        os.close(self.slave)
        os.close(self.master)

    def read(self, deadline):
        fd = os.pidfd_open(self.child.pid)
        ready = select.select([self.master, fd], [], [], max(0, deadline - time.monotonic()))[0]
        os.close(fd)
        self.test.assertIn(self.master, ready, "it says no more: " + self.text())
        self.shown += os.read(self.master, 4096)

    def text(self):
        return self.shown[self.seen:].decode("utf-8", "replace").replace("\r\n", "\n")

    def until(self, part):
        """Reads until it was said, wherever lines end, after what was waited for last; all of that."""
        deadline, words = time.monotonic() + GUARD_S, re.compile(rb"\s+".join(re.escape(word.encode()) for word in part.split()))
        while not (found := words.search(self.shown, self.seen)):
            self.read(deadline)
        said = self.shown[self.seen:found.end()].decode("utf-8", "replace").replace("\r\n", "\n")
        self.seen = found.end()
        return said

    def say(self, line):
        os.write(self.master, line.encode() + b"\n")

    def answer(self, prompt, line):
        said = self.until(prompt)
        if "Secret" in prompt:  # its echo goes off, and what was typed before is dropped
            self.quiet()
        self.say(line)
        return said

    def quiet(self):
        """What is typed is shown no more."""
        deadline = time.monotonic() + GUARD_S
        while termios.tcgetattr(self.slave)[3] & termios.ECHO:
            self.test.assertLess(time.monotonic(), deadline, "the echo stays on")

    def over(self):
        code = self.child.wait(60)
        while select.select([self.master], [], [], 0)[0]:
            self.shown += os.read(self.master, 4096)
        return code
