#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""What is typed at the prompts of the console that nobody would type: arguments with controls, quotes, line ends and 10 kB, which are refused
with a line that says why; and bytes by chance, which neither end the program nor leave its prompts. Prints TAP.

PROMPT_ROUNDS sets how many rounds of chance (60; `make soak` takes 3000), PROMPT_SEED which (printed; else that of the fuzzers, FUZZ_SEED).
"""
import os
import pathlib
import random
import re
import signal
import sys
import tempfile
import unittest
import unittest.mock

HERE = pathlib.Path(__file__).resolve().parent
sys.path[:0] = [str(HERE.parent), str(HERE.parent / "pbx")]
sys.dont_write_bytecode = True
import tap
import terminal

ACDTOP = os.environ.get("ACDTOP", str(HERE.parents[1] / "acdtop"))
ROUNDS = int(os.environ.get("PROMPT_ROUNDS", "60"))
SEED = int(os.environ.get("PROMPT_SEED") or os.environ.get("FUZZ_SEED") or random.SystemRandom().randrange(10 ** 6))
GUARD_S = 60
STOPS = b"\x1a\x1c\x03"  # what a shell makes of these keys is no business of a prompt
TITLE = b"\x1b]0;of the test\x07"  # what would name the window, if anything let it through
PROMPTS = (b":", b"/", b":pause ", b":add ", b":take ", b":message ", b":send ", b"p", b"a", b"m", b"r", b"\r", b"?", b"2\r", b"3p")


class Console(terminal.Terminal):
    """Of a demo."""

    def __init__(self):
        super().__init__([ACDTOP, "--demo"], rows=40, cols=160)
        self.until(lambda: "demo live" in self.text(), "it is live", GUARD_S)

    def is_alive(self):
        return terminal.state(self.pid) not in (None, "Z")

    def lines(self):
        return self.text().split("\n")

    def foot(self):
        return self.lines()[-1]

    def marked(self):
        """The sentence above the prompt; one that fills the line has no room for the mark."""
        found = re.search("▾ (.+)", self.text()) or re.match(" ('.+' wants .+)", self.lines()[-2])
        return found[1].rstrip() if found else ""

    def is_open(self):
        return self.foot().startswith(" :")

    def open(self):
        """A prompt that closed by itself leaves the Esc that was to close it, which makes another key of the first colon."""
        if self.is_open():
            self.shut()
        for guard_s in (3, 3, 10):
            self.type(b":")
            try:
                self.until(self.is_open, "the prompt is open", guard_s)
                break
            except AssertionError:
                if guard_s == 10:
                    raise
        self.type(b"\x15")  # the colon that came late, too
        self.until(lambda: re.match(" :_?  ", self.foot()), "there is nothing in it", 10)

    def shut(self):
        self.type(b"\x1b")
        self.until(lambda: not self.is_open(), "the prompt is closed", GUARD_S)

    def answers(self):
        """It still does what it is told, whatever was open. What was typed may still be on its way, or a paste whose end never came be waited for."""
        for title in ("Agents", "Floor"):
            for tries_left in range(9, -1, -1):
                try:
                    self.goes(title)
                    break
                except AssertionError:
                    if not tries_left or not self.is_alive():
                        raise

    def goes(self, title):
        self.type(b"\x1b")
        self.until(lambda: self.foot().startswith(" ? help"), "nothing is open", 4)
        self.open()
        self.type(b"view %s\r" % title.lower().encode())
        self.until(lambda: self.lines()[0].startswith(f" acdtop › {title}"), f"it goes to the screen {title}", 8)


def paste(text):
    return b"\x1b[200~" + text + b"\x1b[201~"


class Prompt(unittest.TestCase):
    def setUp(self):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        own = unittest.mock.patch.dict(os.environ, HOME=folder.name, XDG_STATE_HOME=folder.name, XDG_CONFIG_HOME=folder.name)
        own.start()
        self.addCleanup(own.stop)
        self.console = None
        self.addCleanup(lambda: self.console and self.console.close())

    def start(self):
        if self.console:
            self.console.close()
        self.console = Console()
        return self.console

    def test_arguments_that_nobody_means(self):
        console = self.start()
        for verb in ("pause", "add", "role", "move", "take", "send", "message", "transfer", "agent", "view"):
            for what, argument in (("a quote that is never closed", b'"401'), ("10 kB", paste(b"x" * 10240)), ("10 kB of quotes", paste(b'"' * 10240)),
                                   ("line ends", paste(b"no\r\nsuch\nthing")), ("NUL and controls", paste(b"no\x00such\x01\x07\x7fthing")),
                                   ("bytes that are no text", paste(b"no\xff\xfe\xc3such")), ("a title of the window", paste(b"no" + TITLE + b"such"))):
                with self.subTest(verb=verb, what=what):
                    console.open()
                    console.type(verb.encode() + b" " + argument + b" nosuch")
                    console.until(lambda: "nosuch" in console.foot() or len(console.foot()) > 120, "it was typed", GUARD_S)
                    console.type(b"\r")
                    said = console.until(lambda: console.marked() or (not console.is_open() and console.foot()), "it says what is wrong", GUARD_S)
                    self.assertRegex(said, r"\w{2,} \w{2,}")
                    if console.is_open():
                        console.shut()
                    self.assertTrue(console.is_alive())
        console.answers()

    def test_bytes_by_chance(self):
        print(f"# PROMPT_SEED={SEED} PROMPT_ROUNDS={ROUNDS}", flush=True)
        rng = random.Random(SEED)
        console = self.start()
        for number in range(ROUNDS):
            typed = rng.choice(PROMPTS) + b"".join(self.piece(rng) for _ in range(rng.randrange(1, 12)))
            console.type(typed)
            if rng.random() < 0.3:
                console.type(b"\r")
            if number % 10 < 9 and console.is_alive():
                console.type(rng.choice((b"\x1b", b"\r", b"\x15", b"")))
                continue
            if console.is_alive():
                try:
                    console.answers()
                except AssertionError as why:
                    if console.is_alive():
                        raise AssertionError(f"after {typed!r}: {why}") from None
            if not console.is_alive():
                self.assertEqual(console.leader.wait(GUARD_S), 0, f"it ended after {typed!r}")  # q was among them
                console = self.start()
        if console.is_alive():
            os.kill(console.pid, signal.SIGTERM)
            self.assertIn(console.leader.wait(GUARD_S), (0, 143, 128 + signal.SIGTERM, 256 - signal.SIGTERM))

    @staticmethod
    def piece(rng):
        return rng.choice((
            lambda: bytes(b for b in rng.randbytes(rng.randrange(1, 20)) if b not in STOPS),
            lambda: rng.choice((b"401", b"sales", b" ", b'"', b"'", b"\\", b"--for ", b"--calls 1", b"\t", b"\t\t", b"\x15", b"\x17", b"\x7f" * 30, b"\x01", b"\x05")),
            lambda: rng.choice((b"\x1b[A", b"\x1b[B", b"\x1b[D" * 9, b"\x1b[C", b"\x1b[H", b"\x1b[3~", b"\x1bOP", b"\x1b[", b"\x1b[200~", b"\x1b[201~", TITLE)),
            lambda: paste(bytes(rng.randbytes(rng.randrange(1, 3000)))),
            # nothing wide: the picture that the test has knows no such letters
            lambda: "äß€é\u202e".encode()[:rng.randrange(1, 16)],
        ))()


if __name__ == "__main__":
    tap.main()
