# SPDX-License-Identifier: MIT
"""A program on a terminal of its own that can be stopped in every way a person stops one, and the picture it shows.

    with Terminal([ACDTOP, "--url", ...]) as t:
        t.until(lambda: "live" in t.text(), "it is live")
        t.stop("ctrl-z"); ...; t.wake("ctrl-z")

Screen is as much of a VT100 as curses needs for one.
"""
import codecs
import fcntl
import os
import pty
import re
import select
import signal
import struct
import subprocess
import sys
import termios
import threading
import time

import wait

WAYS = ("ctrl-z", "ctrl-s", "sigstop", "unread")

# Leads the session, as a shell would, so that its child can be stopped by the terminal; then waits for the child's end.
LEADER = """
import fcntl, os, signal, sys, termios
fcntl.ioctl(0, termios.TIOCSCTTY, 0)
signal.signal(signal.SIGTTOU, signal.SIG_IGN)
child = os.fork()
if child == 0:
    os.setpgid(0, 0)
    os.tcsetpgrp(0, os.getpid())
    for number in (signal.SIGTTOU, signal.SIGPIPE, signal.SIGINT):
        signal.signal(number, signal.SIG_DFL)
    os.execv(sys.argv[1], sys.argv[1:])
status = os.waitpid(child, 0)[1]
sys.exit(os.waitstatus_to_exitcode(status) & 255)
"""


class Screen:
    """Cells of text, moved and cleared by what a VT100 obeys; everything else is passed over."""
    PARTS = re.compile(r"\x1b\[([?>=]?)([0-9;]*)([@-~])|\x1b[()#].|\x1b([^\[()#])|([\x00-\x1a\x1c-\x1f\x7f])|([^\x00-\x1f\x7f]+)", re.S)

    def __init__(self, rows, cols):
        self.rows, self.cols, self.row, self.col = rows, cols, 0, 0
        self.top, self.bottom, self._rest = 0, rows - 1, ""
        self.cells = [[" "] * cols for _ in range(rows)]
        self._decoder = codecs.getincrementaldecoder("utf-8")("replace")

    def feed(self, data):
        text, at = self._rest + self._decoder.decode(data), 0
        self._rest = ""
        while at < len(text):
            part = self.PARTS.match(text, at)
            if not part:  # a sequence that is not whole yet
                self._rest = text[at:] if len(text) - at < 64 else ""
                return
            at = part.end()
            if part[6]:
                self._write(part[6])
            elif part[5]:
                self._control(part[5])
            elif part[4]:
                self._escape(part[4])
            elif part[3] and not part[1]:
                self._sequence(part[3], [int(n or 0) for n in part[2].split(";")])

    def lines(self):
        return ["".join(row).rstrip() for row in self.cells]

    def _write(self, text):
        for c in text:
            if self.col >= self.cols:
                self.col = 0
                self._down()
            self.cells[self.row][self.col] = c
            self.col += 1

    def _control(self, c):
        if c == "\r":
            self.col = 0
        elif c == "\n":
            self._down()
        elif c == "\b":
            self.col = max(0, min(self.col, self.cols - 1) - 1)
        elif c == "\t":
            self.col = min(self.cols - 1, self.col // 8 * 8 + 8)

    def _down(self):
        if self.row == self.bottom:
            self.cells.insert(self.bottom + 1, [" "] * self.cols)
            del self.cells[self.top]
        elif self.row < self.rows - 1:
            self.row += 1

    def _escape(self, c):
        if c == "M" and self.row == self.top:
            del self.cells[self.bottom]
            self.cells.insert(self.top, [" "] * self.cols)
        elif c == "M":
            self.row = max(0, self.row - 1)
        elif c == "D":
            self._down()

    def _sequence(self, c, n):
        first = max(1, n[0])
        if c in "Hf":
            self.row, self.col = min(self.rows, first) - 1, min(self.cols, max(1, n[1] if len(n) > 1 else 1)) - 1
        elif c in "AB":
            self.row = min(self.rows - 1, max(0, self.row + (first if c == "B" else -first)))
        elif c in "CD":
            self.col = min(self.cols - 1, max(0, self.col + (first if c == "C" else -first)))
        elif c == "K":
            start, end = ((self.col, self.cols), (0, self.col + 1), (0, self.cols))[n[0]]
            self.cells[self.row][start:end] = [" "] * (min(end, self.cols) - start)
        elif c == "J":
            if n[0] == 0:
                self._sequence("K", [0])
            start, end = ((self.row + 1, self.rows), (0, self.row), (0, self.rows))[n[0]]
            for row in range(start, end):
                self.cells[row] = [" "] * self.cols
        elif c == "r":
            self.top, self.bottom = first - 1, (n[1] if len(n) > 1 and n[1] else self.rows) - 1
            self.row = self.col = 0


class Terminal:
    """`argv` on a new terminal. `on_line(line, at)` gets every line it prints (for programs without a screen)."""

    def __init__(self, argv, rows=50, cols=160, on_line=None):
        self.master, self._slave = pty.openpty()
        fcntl.ioctl(self._slave, termios.TIOCSWINSZ, struct.pack("HHHH", rows, cols, 0, 0))
        env = {**os.environ, "TERM": "vt100", "LANG": "C.UTF-8", "LC_ALL": "C.UTF-8"}
        self.leader = subprocess.Popen([sys.executable, "-c", LEADER, *argv], stdin=self._slave, stdout=self._slave,
                                       stderr=self._slave, start_new_session=True, env=env)
        self.screen, self._on_line, self._rest, self.received = Screen(rows, cols), on_line, b"", 0
        self._lock, self._may_read, self._running = threading.Lock(), threading.Event(), True
        self._may_read.set()
        self._thread = threading.Thread(target=self._read, name="terminal", daemon=True)
        self._thread.start()
        self.pid = self.until(lambda: next(iter(children(self.leader.pid)), None), "the program runs")

    def __enter__(self):
        return self

    def __exit__(self, *unused):
        self.close()

    def close(self):
        for pid in (self.pid, self.leader.pid):
            try:
                os.kill(pid, signal.SIGKILL)
            except ProcessLookupError:
                pass
        self._running = False
        self._may_read.set()
        self.leader.wait()
        self._thread.join()
        os.close(self._slave)
        os.close(self.master)

    def _read(self):
        while self._running:
            self._may_read.wait()
            if not select.select([self.master], [], [], 0.05)[0]:
                continue
            data = os.read(self.master, 65536)
            at = time.monotonic()
            with self._lock:
                self.received += len(data)
                if self._on_line is None:
                    self.screen.feed(data)
                    continue
            *lines, self._rest = (self._rest + data).split(b"\n")
            for line in lines:
                self._on_line(line.rstrip(b"\r").decode("utf-8", "replace"), at)

    def text(self):
        """The picture, as one text."""
        with self._lock:
            return "\n".join(self.screen.lines())

    def type(self, keys):
        os.write(self.master, keys)

    def until(self, claim, what, timeout=30):
        return wait.until(claim, what, timeout, 0.01, lambda: f"; the screen says:\n{self.text()}")

    def until_quiet(self):
        """What is typed is shown no more."""
        self.until(lambda: not termios.tcgetattr(self._slave)[3] & termios.ECHO, "the echo is off")

    def stop(self, way):
        """Holds the program up in one of WAYS; returns when it is."""
        if way == "ctrl-z":
            self.type(b"\x1a")
            self.until(lambda: state(self.pid) == "T", "Ctrl-Z stops it")
        elif way == "ctrl-s":
            self.type(b"\x13")
            termios.tcflow(self._slave, termios.TCOOFF)  # a program in raw mode gets Ctrl-S as a key: then the line stops by this
        elif way == "sigstop":
            os.kill(self.pid, signal.SIGSTOP)
            self.until(lambda: state(self.pid) == "T", "SIGSTOP stops it")
        else:
            self._may_read.clear()

    def wake(self, way):
        if way in ("ctrl-z", "sigstop"):
            os.kill(self.pid, signal.SIGCONT)
        elif way == "ctrl-s":
            self.type(b"\x11")
            termios.tcflow(self._slave, termios.TCOON)
        else:
            self._may_read.set()


def state(pid):
    """The letter of a process's state; None when there is no such process."""
    try:
        with open(f"/proc/{pid}/stat", encoding="ascii", errors="replace") as file:
            return file.read().rpartition(")")[2].split()[0]
    except (FileNotFoundError, ProcessLookupError):
        return None


def children(pid):
    """The processes that `pid` started and that are not dead."""
    try:
        with open(f"/proc/{pid}/task/{pid}/children", encoding="ascii") as file:
            return [int(word) for word in file.read().split() if state(word) not in (None, "Z")]
    except (FileNotFoundError, ProcessLookupError):
        return []
