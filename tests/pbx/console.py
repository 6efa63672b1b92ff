# SPDX-License-Identifier: MIT
"""acdtop's console on a terminal, driven as a supervisor drives it: a row is found, a key pressed or the menu opened, what is
asked for typed, what is asked answered. Every step waits for what the screen says of it.

    console.agent(101)                                 # his screen; or .row("queue empty", MEMBERS, "104", "Anna")
    console.order("pause", "p", "lunch", "PJSIP/101")  # by key; without one by the menu of the row
    console.line("pause PJSIP/101 lunch")              # by the line of commands
"""
import re

import lab
import terminal

MEMBERS, WAITING = 1, 2  # the panes of a queue's screen
MOVES = 60  # of the cursor, at most
ASKED = re.compile(r"─ (Shall (all of )?this be done\?|Take back: |Do again: |Give again: )")


class Console(terminal.Terminal):
    def __init__(self, floor, *options, user="acdtop"):
        """user None: of the keeper that the options name."""
        lab.need_acdtop()
        super().__init__([lab.ACDTOP, *(floor.connect_args(user) if user else ()), *options], rows=60, cols=200)
        self.floor = floor
        self.until(lambda: " live " in self.head(), "the link is live", 60)

    def press(self, keys):
        self.type(keys.encode())

    def head(self):
        return self.text().partition("\n")[0]

    def foot(self):
        return self.screen_lines()[-1]

    def screen_lines(self):
        return self.text().split("\n")

    def is_asked(self):
        return bool(ASKED.search(self.text()))

    def menu_row(self):
        """The order that the cursor of the menu stands on; None: it is closed."""
        found = re.search(r"\n▌ (\w+) ", self.text().partition("─ Orders:")[2])
        return found and found[1]

    # --- where ------------------------------------------------------------------------------------------------------
    def go(self, line, crumb):
        """A screen, by way of the floor; what was open there is closed."""
        if self.is_asked() or self.menu_row():
            self.press("\x1b")
            self.until(lambda: not self.is_asked() and not self.menu_row(), "nothing is open")
        self.press(":view floor\r")
        self.until(lambda: re.match(r" acdtop › Floor  ", self.head()), "the floor is shown")
        self.press(f":{line}\r")
        self.until(lambda: f"› {crumb} " in self.head(), f"':{line}' is obeyed")

    def agent(self, number):
        """The screen of an agent: what is ordered there is about him."""
        self.go(f"agent PJSIP/{number}", self.floor.names[number])

    def row(self, queue, pane, number, name):
        """A row of a queue's screen: the cursor stands on it when this returns."""
        self.go(f"queue {queue}", queue)
        self.until(lambda: re.search(rf"  {re.escape(name)} ", self.text()), f"{name} is shown")
        self.press("\t" * pane)
        for _ in range(10):
            self.press(f"#{number}\r")
            if self.soon(lambda: re.search(rf"▌ [^─\n]*{re.escape(name)} ", self.text())):
                return
            if "go to number" in self.foot():
                self.press("\x07")
                self.until(lambda: "go to number" not in self.foot(), "the line is closed")
        raise AssertionError(f"the cursor does not come to {name}; the screen says:\n{self.text()}")

    def soon(self, claim):
        """Does it come true? A row that was there before the stage was set may go and come again under the cursor."""
        try:
            return self.until(claim, "", 2)
        except AssertionError:
            return False

    # --- orders -----------------------------------------------------------------------------------------------------
    def order(self, name, key, rest=None, words="", asks=None):
        """An order about the row or the screen shown. `rest` is typed into the line that opens, which has `words` before."""
        self.menu(name) if key is None else self.press(key)
        if rest is not None:
            self.until(lambda: f":{name} " in self.foot() and words in self.foot(), f"the line says ':{name} ... {words}'")
            self.press(f"{rest}\r")
        if asks:
            self.answer("y", asks)

    def menu(self, name):
        """Enter on that order in the menu of the row."""
        self.press("x")
        self.until(self.menu_row, "the menu is open")
        for _ in range(MOVES):
            here = self.menu_row()
            if here == name:
                self.press("\r")
                self.until(lambda: not self.menu_row(), "the menu is closed")
                return
            self.press("j")
            self.until(lambda here=here: self.menu_row() not in (None, here), f"the menu goes on behind {here}")
        raise AssertionError(f"the menu has no {name}; the screen says:\n{self.text()}")

    def line(self, text, asks=None):
        self.press(f":{text}\r")
        if asks:
            self.answer("y", asks)

    def answer(self, key, words):
        """What it asks has these words."""
        self.until(lambda: self.is_asked() and words in ASKED.split(self.text())[-1], f"it asks: {words}")
        self.press(key)
        self.until(lambda: not self.is_asked(), "the question is answered")
