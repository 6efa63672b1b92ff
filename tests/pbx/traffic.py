# SPDX-License-Identifier: MIT
"""Life on a floor: callers that arrive, wait and lose patience, agents that talk, miss, hold, transfer and take breaks.

Runs in the exchange's loop on timers; sends AMI actions without waiting for their answers. Ends with stop().
"""
import codecs
import csv
import random

from pbx import HERE

SHARES = (("support", 45), ("sales", 25), ("billing", 15), ("vip", 7), ("orders", 6), ("support-short", 1),
          ("sales-prio", 1))
MODES = (("answer", 88), ("ring", 6), ("busy", 3), ("decline", 3))
REASONS = ("lunch", "coffee", "training", "Besprechung", "обед")


def draw(rng, table):
    """One word of a table of (word, weight)."""
    return rng.choices([word for word, _ in table], [weight for _, weight in table])[0]


def read_callers(kind=None):
    """The (number, name) of callers.csv, of one kind or all; \\x1b and the like in it are made real."""
    def real(text):
        return codecs.decode(text.encode("latin-1", "backslashreplace"), "unicode_escape")
    with open(HERE / "callers.csv", encoding="utf-8", newline="") as file:
        return [(real(row["number"]), real(row["name"])) for row in csv.DictReader(file) if kind in (None, row["kind"])]


class Traffic:
    """`rate` calls a second for a floor; talk_s is the mean talk, chosen to keep four fifths of the agents busy."""

    def __init__(self, floor, rate, talk_s=None, seed=None, churn=True):
        self.floor, self.exchange, self.rate, self.churn = floor, floor.exchange, rate, churn
        self.rng = random.Random(seed)
        agents = max(1, len(floor.names))
        self.talk_s = talk_s or min(60.0, max(5.0, 0.8 * agents / max(rate, 0.01) - 5))
        self.callers = read_callers("plain") * 4 + read_callers("hostile")
        self.running, self.ami, self.talking = False, None, set()

    def start(self):
        self.running = True
        self.ami = self.floor.ami("admin", events="off")
        for number in self.floor.names:
            agent = self.floor.agent(number)
            agent.mode = lambda: draw(self.rng, MODES)
            agent.ring_s = lambda: min(11, self.rng.lognormvariate(0.9, 0.5))
            agent.talk_s = lambda: self.rng.lognormvariate(0, 0.6) * self.talk_s / 1.2
            agent.when_up = self._agent_up
        self.exchange.after(0.1, self._arrival)
        if self.churn and self.floor.names:
            self.exchange.after(1, self._churn)

    def stop(self):
        self.running = False

    # --- callers ------------------------------------------------------------------------------------------------
    def _arrival(self):
        if not self.running:
            return
        self.exchange.after(self.rng.expovariate(self.rate) if self.rate else 1, self._arrival)
        if not self.rate or len(self.exchange.dialogs) > 800:
            return
        number, name = self.rng.choice(self.callers)
        number = number.replace("####", f"{self.rng.randrange(10000):04d}")
        call = self.exchange.phones["caller"].call(draw(self.rng, SHARES), name, number)
        call.number = number
        self.exchange.after(self.rng.expovariate(1 / 60.0) + 2, lambda: self._impatient(call))

    def _impatient(self, call):
        if call.number in self.talking:
            self.exchange.after(3 * self.talk_s, call.hangup)
        elif self.rng.random() < 0.1:
            call.press("1")
            self.exchange.after(3, call.hangup)
        else:
            call.hangup()

    # --- agents -------------------------------------------------------------------------------------------------
    def _agent_up(self, dialog):
        if not dialog.incoming:
            return
        self.talking.add(dialog.peer)
        self.exchange.after(self.talk_s * 2, lambda: self.talking.discard(dialog.peer))
        fate = self.rng.random()
        soon = self.talk_s * 0.3
        if fate < 0.15:
            self.exchange.after(soon, lambda: self._hold(dialog))
        elif fate < 0.19:
            self.exchange.after(soon, lambda: dialog.state == "up" and dialog.transfer(draw(self.rng, SHARES)))
        elif fate < 0.22:
            self.exchange.after(soon, lambda: self._consult(dialog))

    def _hold(self, dialog):
        if dialog.state == "up":
            dialog.hold()
            self.exchange.after(self.talk_s * 0.2, lambda: dialog.state == "up" and dialog.unhold())

    def _consult(self, dialog):
        if dialog.state == "up":
            dialog.hold()
            consult = dialog.phone.call("sales")
            self.exchange.after(2, lambda: self._join(dialog, consult))

    def _join(self, dialog, consult):
        if dialog.state == "up" and consult.state == "up":
            dialog.transfer_to(consult)
        else:
            consult.hangup()

    # --- members being changed ----------------------------------------------------------------------------------
    def _churn(self):
        if not self.running:
            return
        self.exchange.after(self.rng.expovariate(1 / 4.0), self._churn)
        agent = self.rng.choice(list(self.floor.names))
        interface = f"PJSIP/{agent}"
        fate = self.rng.random()
        if fate < 0.5:
            self._send("QueuePause", Interface=interface, Paused="true", Reason=self.rng.choice(REASONS))
            self.exchange.after(self.rng.uniform(3, 20),
                                lambda: self._send("QueuePause", Interface=interface, Paused="false"))
        elif fate < 0.7:
            self._send("QueuePenalty", Interface=interface, Queue="support", Penalty=self.rng.randrange(4))
        elif fate < 0.9:
            self._send("QueueAdd", Queue="empty" if fate < 0.72 else "sales", Interface=interface, Penalty=2,
                       MemberName=self.floor.names[agent])
            self.exchange.after(self.rng.uniform(10, 40), lambda: self._leave(interface))
        else:
            self._send("QueueMemberRingInUse", Interface=interface, Queue="support", RingInUse="no")

    def _leave(self, interface):
        for queue in ("sales", "empty"):
            self._send("QueueRemove", Queue=queue, Interface=interface)

    def _send(self, action, **headers):
        if not self.running:
            return
        try:
            self.ami.send(action, **headers)
        except OSError:
            self._reconnect()

    def _reconnect(self):
        try:
            self.ami = self.floor.ami("admin", events="off")
        except OSError:
            pass  # the PBX is away; the next change tries again
