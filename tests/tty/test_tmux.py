#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""The program inside a real tmux, which has a terminal of its own idea between it and the one that somebody looks at: resized in
storms, detached and attached, its mouse, pastes and clipboard passed on; whatever ends it, the pane is as it was. Prints TAP.

What a pane shows is asked of tmux; when to ask again is known by what the program writes (pipe-pane into a fifo).
"""
import base64
import fcntl
import os
import select
import shutil
import signal
import struct
import subprocess
import sys
import tempfile
import termios
import time
import unittest

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), ".."))
import tap  # noqa: E402  (stands one folder above)

GUARD_S = 60
ACDTOP = os.path.abspath(os.environ.get("ACDTOP", "./acdtop"))


class Tmux:
    """A server of its own, with one pane in which a shell runs."""

    def __init__(self, term, cols=80, rows=24):
        self.folder = tempfile.mkdtemp(prefix="acdtop-tmux-")
        self.env = {k: v for k, v in os.environ.items() if k not in ("TMUX", "TMUX_PANE", "NO_COLOR", "LINES", "COLUMNS")}
        self.env.update(LC_ALL="C.UTF-8", TERM="xterm-256color", XDG_STATE_HOME=self.folder, XDG_CONFIG_HOME=self.folder, PS1="$ ", ENV="")
        self.client, self.master, self.sent = None, None, b""
        fifo = os.path.join(self.folder, "output")
        os.mkfifo(fifo)
        self.output = os.open(fifo, os.O_RDWR | os.O_NONBLOCK)
        self.run("new-session", "-d", "-x", str(cols), "-y", str(rows), "/bin/sh")
        for option in (("-s", "set-clipboard", "on"), ("-g", "mouse", "on"), ("-g", "default-terminal", term), ("-g", "status", "off")):
            self.run("set-option", *option)
        self.run("respawn-pane", "-k", "/bin/sh")  # once more, in the terminal that was chosen
        self.run("pipe-pane", "-O", "exec cat >'%s'" % fifo)
        self.keys("echo here stood something\r")
        self.until("here stood something\n")

    def run(self, *words):
        return subprocess.run(["tmux", "-L", "t", "-f", "/dev/null", *words], env=dict(self.env, TMUX_TMPDIR=self.folder), check=True,
                              capture_output=True, text=True, timeout=GUARD_S).stdout

    def close(self):
        self.detach()
        subprocess.run(["tmux", "-L", "t", "kill-server"], env=dict(self.env, TMUX_TMPDIR=self.folder), check=False, capture_output=True)
        os.close(self.output)
        shutil.rmtree(self.folder, ignore_errors=True)

    def keys(self, text):
        self.run("send-keys", "-H", *("%02x" % byte for byte in text.encode()))

    def picture(self):
        return self.run("capture-pane", "-p")

    def ask(self, names):
        return self.run("display-message", "-p", names).strip()

    def wait(self, claim, what):
        """Until the claim holds; looked at again whenever the program, or tmux for its client, has written."""
        end = time.monotonic() + GUARD_S
        while not claim():
            left = end - time.monotonic()
            fds = [fd for fd in (self.output, self.master) if fd is not None]
            if left <= 0:
                raise AssertionError("did not come: %s\n%s" % (what, self.picture()))
            for fd in select.select(fds, [], [], min(left, 1))[0]:
                try:
                    data = os.read(fd, 65536)
                except OSError:
                    data = b""
                self.sent += data if fd == self.master else b""

    def until(self, text, is_shown=True):
        self.wait(lambda: (text in self.picture()) == is_shown, text if is_shown else "without " + text)

    def size(self):
        return self.ask("#{pane_width}x#{pane_height}")

    def console(self, words="--demo"):
        self.keys("exec 9>&-; '%s' %s\r" % (ACDTOP, words))
        self.until(" live")
        self.until("? help")

    def is_as_it_was(self):
        return "here stood something\n" in self.picture() and self.ask("#{alternate_on}#{mouse_any_flag}#{cursor_flag}#{keypad_cursor_flag}") == "0010"

    def attach(self, cols, rows):
        self.master, slave = os.openpty()
        fcntl.ioctl(slave, termios.TIOCSWINSZ, struct.pack("HHHH", rows, cols, 0, 0))

        def own_terminal():
            os.setsid()
            fcntl.ioctl(0, termios.TIOCSCTTY, 0)

        self.client = subprocess.Popen(["tmux", "-L", "t", "attach"], env=dict(self.env, TMUX_TMPDIR=self.folder), stdin=slave, stdout=slave,
                                       stderr=slave, preexec_fn=own_terminal)
        os.close(slave)
        self.wait(lambda: self.size() == "%dx%d" % (cols, rows), "a pane as large as the client")

    def detach(self):
        if self.client is None:
            return
        os.write(self.master, b"\x02d")
        end = time.monotonic() + GUARD_S
        while self.client.poll() is None and time.monotonic() < end:
            if select.select([self.master], [], [], 1)[0]:
                try:
                    os.read(self.master, 65536)
                except OSError:
                    break
        self.client.wait(GUARD_S)
        os.close(self.master)
        self.client, self.master = None, None


class InTmux(unittest.TestCase):
    def tmux(self, term="tmux-256color", cols=80, rows=24):
        tmux = Tmux(term, cols, rows)
        self.addCleanup(tmux.close)
        return tmux

    def leave(self, tmux, key="q"):
        tmux.keys(key)
        tmux.wait(tmux.is_as_it_was, "the pane as it was")

    def test_start_keys_and_end(self):
        for term in ("screen", "tmux-256color"):
            with self.subTest(term=term):
                tmux = self.tmux(term)
                tmux.console()
                self.assertEqual(tmux.ask("#{alternate_on}#{cursor_flag}"), "10")
                tmux.keys("?")
                tmux.until("In a list")
                tmux.keys("\x1b")
                tmux.until("In a list", False)
                tmux.keys("\x1b[B\x1bOB\t2")
                tmux.until("Queues")
                self.leave(tmux)

    def test_a_storm_of_resizes(self):
        tmux = self.tmux()
        tmux.console()
        tmux.run("split-window", "-v", "-d", "-l", "5", "exec cat")
        for turn in range(40):
            tmux.run("resize-window", "-x", str(2 + turn * 37 % 230), "-y", str(8 + turn * 13 % 60))
            tmux.run("resize-pane", "-t", "0", "-y", str(1 + turn * 7 % 40))
        tmux.run("kill-pane", "-t", "1")
        tmux.run("resize-window", "-x", "132", "-y", "43")
        self.assertEqual(tmux.size(), "132x43")
        tmux.wait(lambda: "? help" in (tmux.picture().splitlines() or [""])[-1], "the footer in the last line of 43")
        tmux.wait(lambda: len(tmux.picture().splitlines()[0]) > 100, "a head as wide as the pane")
        self.leave(tmux)

    def test_detached_and_attached(self):
        tmux = self.tmux()
        tmux.attach(100, 30)
        tmux.console()
        tmux.wait(lambda: b"offered" in tmux.sent, "the picture at the client")
        tmux.detach()
        tmux.keys("2")
        tmux.until("› Queues")  # it goes on where nobody looks
        tmux.sent = b""
        tmux.attach(60, 16)
        tmux.wait(lambda: "? help" in (tmux.picture().splitlines() or [""])[-1] and len(tmux.picture().splitlines()) == 16, "a picture of the new size")
        tmux.wait(lambda: b"Queues" in tmux.sent, "the picture at the new client")
        self.leave(tmux)

    def test_clipboard_is_passed_on(self):
        tmux = self.tmux()
        tmux.attach(80, 24)
        tmux.console()
        tmux.keys("ggy")
        tmux.until("clipboard of your terminal: billing")
        tmux.wait(lambda: base64.b64encode(b"billing") in tmux.sent, "the text at the terminal around tmux")
        self.assertEqual(tmux.run("show-buffer"), "billing")
        self.leave(tmux)

    def test_mouse_is_passed_on(self):
        tmux = self.tmux()
        tmux.attach(80, 24)
        tmux.console()
        tmux.wait(lambda: tmux.ask("#{mouse_any_flag}") == "1", "the mouse")
        row = len(tmux.picture().splitlines())
        os.write(tmux.master, b"\x1b[<0;3;%dM\x1b[<0;3;%dm" % (row, row))  # the hint
        tmux.until("In a list")
        tmux.keys("\x1b")
        tmux.until("In a list", False)
        tmux.keys("m")
        tmux.until("text can be selected")
        self.assertEqual(tmux.ask("#{mouse_any_flag}"), "0")
        self.leave(tmux)

    def test_paste_is_no_keys(self):
        tmux = self.tmux()
        tmux.console()
        tmux.run("set-buffer", "q?m" * 3500)
        tmux.run("paste-buffer", "-p")
        tmux.until("What was pasted is left out")
        self.assertNotIn("In a list", tmux.picture())
        self.leave(tmux)

    def test_what_ends_it(self):
        tmux = self.tmux()
        for number in (signal.SIGTERM, signal.SIGHUP, signal.SIGSEGV):
            with self.subTest(signal=number):
                tmux.console()
                group = int(subprocess.run(["ps", "-o", "tpgid=", "-p", tmux.ask("#{pane_pid}")], capture_output=True, text=True, check=True).stdout)
                os.kill(group, number)
                tmux.wait(tmux.is_as_it_was, "the pane as it was")
        tmux.console()
        tmux.keys("\x1a")
        tmux.wait(tmux.is_as_it_was, "the pane as it was, suspended")
        tmux.keys("fg\r")
        tmux.until("? help")
        self.leave(tmux)

    def test_pane_goes_away(self):
        """The keeper and the demo's PBX end with the console whose pane was closed."""
        tmux = self.tmux()
        tmux.console()
        shell = tmux.ask("#{pane_pid}")
        family = [int(pid) for pid in subprocess.run(["pgrep", "-s", shell], capture_output=True, text=True, check=True).stdout.split()]
        console = subprocess.run(["ps", "-o", "tpgid=", "-p", shell], capture_output=True, text=True, check=True).stdout.strip()
        family += [int(pid) for pid in subprocess.run(["pgrep", "-P", console], capture_output=True, text=True, check=True).stdout.split()]
        self.assertGreaterEqual(len(set(family)), 4, "shell, console, keeper, PBX")
        watched = [os.pidfd_open(pid) for pid in set(family)]
        tmux.run("kill-session")
        for fd in watched:
            self.assertTrue(select.select([fd], [], [], GUARD_S)[0], "a process stays behind")
            os.close(fd)


if __name__ == "__main__":
    if shutil.which("tmux") is None:
        print("tmux is missing, so nothing is known of acdtop inside it: install it (.ci/install test)")
        sys.exit(1 if os.environ.get("CI") else 77)
    tap.main()
