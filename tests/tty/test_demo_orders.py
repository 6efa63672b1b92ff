#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""Every order of the language, given in the demonstration as somebody gives it who has just started it: by the key of the row, else by its
menu, and asked for what is missing. Each is done there, or is one that Asterisk itself cannot do."""
import os
import pathlib
import re
import sys
import tempfile
import unittest

HERE = pathlib.Path(__file__).resolve().parent
sys.path[:0] = [str(HERE.parent), str(HERE.parent / "pbx")]
sys.dont_write_bytecode = True
import tap
import terminal

TOP = HERE.parents[1]
ACDTOP = os.environ.get("ACDTOP", str(TOP / "acdtop"))
TRIES = 36  # people hang up, and are answered, while the test presses keys
ANYBODY, IDLE, PAUSED, TALKING, WAITING = "agents ", "agents state:free | state:paused", "agents state:paused", "agents state:talking", "callers "

# name: whose rows, the key (None: by the menu), what is typed into the line that opens (None: none does), is it asked about?
ORDERS = {
    "pause": (TALKING, "p", "lunch", False),
    "unpause": (PAUSED, "P", None, False),
    "add": (ANYBODY, "a", "QUEUE", False),
    "remove": (ANYBODY, "d", "QUEUE", False),
    "role": (ANYBODY, "r", "QUEUE 7", False),
    "move": (ANYBODY, "e", "QUEUE OTHER", False),
    "ringinuse": (ANYBODY, "R", "QUEUE on", False),
    "login": (ANYBODY, None, "front", False),
    "logout": (ANYBODY, None, "", False),
    "send": (WAITING, "D", "302", True),
    "moveto": (WAITING, "E", "QUEUE", True),
    "priority": (WAITING, "=", "7", False),
    "withdraw": (WAITING, None, None, True),
    "hangup": (TALKING, "H", None, True),
    "transfer": (TALKING, "F", "310", True),
    "handover": (TALKING, None, "311", True),
    "park": (TALKING, "K", None, True),
    "conference": (TALKING, None, "312", True),
    "tape": (TALKING, None, "start", False),
    "dial": (IDLE, None, "313", False),
    "message": (ANYBODY, None, "good morning", False),
    "listen": (TALKING, "l", None, False),
    "whisper": (TALKING, "b", None, False),
    "barge": (TALKING, "B", None, False),
    "unlisten": (TALKING, "X", None, False),
    "cancel": (ANYBODY, None, "QUEUE", False),
    "device": (IDLE, None, "200", False),  # the phone on which it was listened
    "take": (WAITING, "A", "AGENT --for 1m", True),  # last: news of it come until somebody has answered
}
CANNOT = {"hold": "Asterisk has no request that puts a call on hold"}
QUEUES = ("support", "sales", "billing", "vip", "returns", "orders")


class Orders(unittest.TestCase):
    def setUp(self):
        folder = tempfile.TemporaryDirectory(prefix="acdtop-orders-")
        self.addCleanup(folder.cleanup)
        for name in ("HOME", "XDG_CONFIG_HOME", "XDG_STATE_HOME", "XDG_DATA_HOME", "XDG_RUNTIME_DIR"):
            before = os.environ.get(name)
            os.environ[name] = folder.name
            self.addCleanup(lambda name=name, before=before: os.environ.pop(name) if before is None else os.environ.__setitem__(name, before))
        self.t = terminal.Terminal([ACDTOP, "--demo"], rows=50, cols=250)
        self.addCleanup(self.t.close)
        self.t.until(lambda: " live " in self.t.text(), "the demo is live", 60)

    def foot(self):
        return self.t.text().split("\n")[-1].strip()

    def press(self, keys):
        self.t.type(keys.encode())

    def row(self, where, nth):
        """The cursor is on the n-th of those rows; False: there are not so many now."""
        view, _, match = where.partition(" ")
        self.press("\x07\x07")  # leaves a line, is no key otherwise
        self.press(":view floor\r")
        self.t.until(lambda: " › Floor " in self.t.text(), "the floor is shown")
        self.press(f":view {view}\r:filter {match}\r")
        self.t.until(lambda: f" › {view.capitalize()} " in self.t.text() and (match in self.t.text()), f"the rows of {where}")
        self.press("\x1b[H" + "j" * nth)
        try:
            self.t.until(lambda: "\n▌" in self.t.text(), "a row is selected", 2)
        except AssertionError:
            return False
        return True

    def chosen(self):
        """The order that the cursor of the menu stands on; None: the menu is not whole yet, or closed."""
        found = re.search(r"\n▌ (\w+) ", self.t.text().partition("─ Orders:")[2])
        return found and found[1]

    def menu(self, name):
        self.press("x")
        here = self.t.until(self.chosen, "the menu is open")
        while here != name:
            self.press("j")
            here = self.t.until(lambda here=here: self.chosen() not in (None, here) and self.chosen(), f"the menu goes on behind {here} to {name}")
        self.press("\r")
        self.t.until(lambda: not self.chosen(), "the menu is closed")

    def outcome(self, is_asked=False):
        """The last line, once it says what became of an order; a question is answered with yes. Before it there may be news of an older order."""
        def said():
            foot = self.foot()
            if "─ Shall this be done?" in self.t.text():
                self.press("y")
                self.t.until(lambda: "─ Shall this be done?" not in self.t.text(), "the question is answered")
                self.was_asked = True
                return None
            if is_asked and not self.was_asked and foot.startswith(("done: ", "active: ")):
                return None
            return foot if foot and not foot.endswith("...") and not foot.startswith((":", "?", "You ", "y do it", "Enter do it")) else None
        return self.t.until(said, "the order comes to an end", 60)

    def give(self, name, nth):
        where, key, rest, is_asked = ORDERS[name]
        self.was_asked = False
        if not self.row(where, nth // len(QUEUES) if "QUEUE" in (rest or "") else nth % 8):
            return "nobody there"
        if name == "cancel":
            self.press(f"a{QUEUES[nth % 6]} --for 10m\r")
            lent = self.outcome()
            if not lent.startswith("active: "):
                return lent
        if key is None:
            self.menu(name)
        else:
            self.press(key)
        if rest is not None:
            self.t.until(lambda: f":{name} " in self.foot() or not self.foot().startswith(("?", "You ", "Enter")), f"the line says ':{name} '")
            if not self.foot().startswith(":"):
                return self.foot()
            words = rest.replace("QUEUE", QUEUES[nth % 6]).replace("OTHER", QUEUES[(nth + 1) % 6]).replace("AGENT", str(300 + nth))
            self.press(f"{words}\r")
        return self.outcome(is_asked)

    def test_each_can_be_given(self):
        table = (TOP / "core/control/commands.def").read_text(encoding="utf-8")
        orders = set(re.findall(r'(?m)^COMMAND\(\w+, "(\w+)", O\b', table))
        self.assertEqual(orders, set(ORDERS) | set(CANNOT))
        for name, (_, _, _, is_asked) in ORDERS.items():
            said = []
            for nth in range(TRIES):
                said.append(self.give(name, nth))
                if said[-1].startswith(("done: ", "active: ")) and "already" not in said[-1] and " is not in " not in said[-1]:
                    break
            self.assertTrue(said[-1].startswith(("done: ", "active: ")), f"{name}: {said}")
            self.assertEqual(self.was_asked, is_asked, f"{name}: {said}")

    def test_what_cannot_be_says_so(self):
        for name, words in CANNOT.items():
            for nth in range(TRIES):
                self.assertTrue(self.row(TALKING, nth))
                self.menu(name)
                if words in self.outcome():
                    break
            else:
                self.fail(self.t.text())


if __name__ == "__main__":
    tap.main()
