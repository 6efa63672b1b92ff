#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""What is sent to terminals of each depth of colour: the form that each understands, 24 bits only where the terminfo says so, no
colours where none are wanted, and never anything that changes the palette. And: a theme that is saved is seen. Prints TAP.
"""
import fcntl
import os
import re
import select
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
ACDTOP = os.environ.get("ACDTOP", "./acdtop")
# As in ncurses-term, which may not be installed.
DIRECT = r"""acdtop-direct|xterm with 24-bit colours,
 RGB, colors#0x1000000, pairs#0x10000,
 setab=\E[%?%p1%{8}%<%t4%p1%d%e48:2::%p1%{65536}%/%d:%p1%{256}%/%{255}%&%d:%p1%{255}%&%d%;m,
 setaf=\E[%?%p1%{8}%<%t3%p1%d%e38:2::%p1%{65536}%/%d:%p1%{256}%/%{255}%&%d:%p1%{255}%&%d%;m,
 use=xterm-256color,
"""


class Console:
    def __init__(self, term, *words, **environment):
        self.master, slave = os.openpty()
        fcntl.ioctl(slave, termios.TIOCSWINSZ, struct.pack("HHHH", 24, 200, 0, 0))
        env = {k: v for k, v in os.environ.items() if k != "NO_COLOR"}
        env.update(environment, TERM=term, LC_ALL="C.UTF-8")
        self.child = subprocess.Popen([ACDTOP, "--demo"] + list(words), stdin=slave, stdout=slave, stderr=slave, start_new_session=True, env=env)
        os.close(slave)
        self.seen = b""

    def until(self, claim):
        end = time.monotonic() + GUARD_S
        while not claim(self.seen) and time.monotonic() < end and select.select([self.master], [], [], GUARD_S)[0]:
            try:
                self.seen += os.read(self.master, 65536)
            except OSError:
                break
        if not claim(self.seen):
            raise AssertionError("did not come; seen: %r" % self.seen[-2000:])
        return self.seen

    def quit(self):
        """All that was sent, from the first byte to the last."""
        os.write(self.master, b"q")
        end = time.monotonic() + GUARD_S
        while time.monotonic() < end and select.select([self.master], [], [], 1)[0]:
            try:
                more = os.read(self.master, 65536)
            except OSError:
                more = b""
            if not more:
                break
            self.seen += more
        self.child.wait(GUARD_S)
        os.close(self.master)
        return self.seen


def live(seen):
    """Agents stand where nothing was: their words come whole."""
    return b"talking" in seen and b"paused" in seen


class Colours(unittest.TestCase):
    def sent(self, term, *words, **environment):
        console = Console(term, *words, **environment)
        console.until(live)
        seen = console.quit()
        for palette in (rb"\x1b\]4;", rb"\x1b\]1[0-9]*;(?!\?)", rb"\x1b\]P", rb"\x1b\]R", rb"\x1b\]104"):
            self.assertIsNone(re.search(palette, seen), "%s: the palette was touched: %r" % (term, palette))
        return seen

    def test_256(self):
        seen = self.sent("xterm-256color")
        self.assertIn(b"38;5;75m", seen)
        self.assertNotRegex(seen, rb"\x1b\[[0-9;:]*[34]8[:;]2[:;]")

    def test_8(self):
        for term in ("xterm", "linux", "screen"):
            with self.subTest(term=term):
                seen = self.sent(term, COLORFGBG="15;0")
                self.assertRegex(seen, rb"\x1b\[36m")
                self.assertNotRegex(seen, rb"\x1b\[[0-9;:]*[34]8[:;][25]")

    def test_8_on_a_ground_that_nobody_knows(self):
        """What is coloured brings its own ground."""
        for term in ("xterm", "screen"):
            with self.subTest(term=term):
                seen = self.sent(term, COLORFGBG="")
                self.assertRegex(seen, rb"\x1b\[(?:30;46|30m\x1b\[46|46;30)m|\x1b\[[0-9;]*30[;m][^\x1b]*\x1b\[46m|30;46")
                self.assertNotRegex(seen, rb"\x1b\[(?:[0-9;]*;)?3[236]m", "a colour that is pale on white")

    def test_light(self):
        """COLORFGBG says it, or the terminal when it is asked."""
        seen = self.sent("xterm-256color", COLORFGBG="0;15")
        self.assertIn(b"38;5;25m", seen)
        self.assertNotIn(b"38;5;75m", seen)
        for end in (b"\x07", b"\x1b\\"):
            for answer, wanted in ((b"rgb:ffff/ffff/eeee", b"38;5;25m"), (b"rgb:ff/ff/ff", b"38;5;25m")):
                with self.subTest(answer=answer, end=end):
                    console = Console("xterm-256color")
                    console.until(lambda seen: b"\x1b]11;?\x07" in seen)
                    os.write(console.master, b"\x1b]11;" + answer + end)
                    console.until(lambda seen, wanted=wanted: wanted in seen)
                    os.write(console.master, b"/")
                    console.until(lambda seen: b"filter Queues" in seen)
                    os.write(console.master, b"\x1b]11;" + answer + end + "§".encode())  # to a program that asked before this one, and ended
                    console.until(lambda seen: "§".encode() in seen)
                    self.assertNotIn(b"11;rgb", console.seen)
                    os.write(console.master, b"\x07")
                    self.assertNotIn(b"does nothing here", console.quit())

    def test_none(self):
        colour = rb"\x1b\[[0-9;]*[34][0-7][;m]|\x1b\[[0-9;:]*[34]8[:;][25]"
        self.assertNotRegex(self.sent("vt100"), colour)
        self.assertNotRegex(self.sent("xterm-256color", NO_COLOR="1"), colour)
        self.assertNotRegex(self.sent("xterm-256color", "--mono"), colour)
        self.assertNotRegex(self.sent("xterm-256color", "--theme", "mono"), colour)

    def test_24_bits(self):
        with tempfile.TemporaryDirectory() as folder:
            source = os.path.join(folder, "direct.ti")
            with open(source, "w", encoding="ascii") as f:
                f.write(DIRECT)
            if subprocess.run(["tic", "-x", "-o", folder, source], capture_output=True, check=False).returncode != 0:
                self.skipTest("tic cannot make a terminfo entry here")
            seen = self.sent("acdtop-direct", "--theme", "fjord", TERMINFO=folder)
            self.assertIn(b"38:2::124:196:216m", seen)  # the accent, as the file says it
            seen = self.sent("acdtop-direct", TERMINFO=folder)
            self.assertIn(b"38:2::95:175:255m", seen)  # 75 of the palette of 256, which is not there
            self.assertNotRegex(seen, rb"\x1b\[[0-9;:]*38[:;]5")

    def test_saved_theme(self):
        with tempfile.TemporaryDirectory() as folder:
            path = os.path.join(folder, "mine.conf")

            def save(text):
                with open(path + ".new", "w", encoding="ascii") as f:
                    f.write(text)
                os.rename(path + ".new", path)

            save('palette: { accent = "199"; };\n')
            console = Console("xterm-256color", "--theme", path)
            console.until(lambda seen: live(seen) and b"38;5;199m" in seen)
            save('palette: {\n accent = "magneta"; };\n')
            console.until(lambda seen: b"mine.conf:2:" in seen and b"did you mean 'magenta'" in seen)
            self.assertNotIn(b"38;5;45m", console.seen)
            save('palette: { accent = "45"; };\n')
            console.until(lambda seen: b"38;5;45m" in seen and b"was read again" in seen)
            console.quit()


if __name__ == "__main__":
    tap.main()
