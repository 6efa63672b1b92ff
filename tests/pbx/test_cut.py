# SPDX-License-Identifier: MIT
"""Orders whose link is cut at a random byte: each ends confirmed, refused, or settled after "unknown", what it says is what the
PBX has, and nothing is sent twice.

CUT_ORDERS sets how many (20; `make soak` takes 200), CUT_SEED which (printed).
"""
import os
import subprocess

import lab
import lanes
import scenes
from cutter import Cutter

ORDERS = int(os.environ.get("CUT_ORDERS", "20"))
SEED = lanes.seed_of("CUT_SEED")
LANES = 4
DONE, REFUSED, UNKNOWN, NO_LINK = 0, 1, 2, 69
KINDS = ("add", "remove", "pause", "unpause", "role", "ringinuse", "priority", "withdraw", "hangup")
REQUEST = {"add": "QueueAdd", "remove": "QueueRemove", "pause": "QueuePause", "unpause": "QueuePause", "role": "QueuePenalty",
           "ringinuse": "QueueMemberRingInUse", "priority": "QueueChangePriorityCaller", "withdraw": "QueueWithdrawCaller", "hangup": "Hangup"}


class Lane(lanes.Lane):
    """One agent, one queue, and one link to be cut, order after order."""

    def __init__(self, floor, number, seed):
        super().__init__(floor, number, 101 + number, 105, seed)
        self.cutter, self.waits, self.plan = Cutter(floor.ports.ami), None, None

    def draw(self):
        kind = self.rng.choice(KINDS)
        at = self.rng.randrange(1, 1200) if self.rng.random() < 0.8 else -self.rng.randrange(1, 20000)
        self.plan = kind, at, self.rng.choice(("close", "close", "reset", "reset", "silent"))
        return "%s, cut at %d (%s)" % self.plan

    def round(self):
        self.order(*self.plan)

    def close(self):
        self.cutter.close()

    def order(self, kind, at, how):
        words = self.prepare(kind)
        before = self.state()
        wanted = self.wanted(kind, before)
        self.cutter.cut(at, how)
        args = self.floor.connect_args("acdtop")
        args[args.index("--url") + 1] = f"ami://acdtop@127.0.0.1:{self.cutter.port}"
        done = subprocess.run([lab.ACDTOP, *words, *args, "--timeout", "90", "--yes"], stdin=subprocess.DEVNULL, stdout=subprocess.PIPE,
                              stderr=subprocess.STDOUT, text=True, timeout=200, check=False)
        after, said = self.state(), f"exit {done.returncode}, {done.stdout.strip()!r}, {before} -> {self.state()}, sent {self.cutter.requests}"
        self.told["cut" if self.cutter.cuts else "not cut"] += 1
        self.told[{DONE: "done", REFUSED: "refused", NO_LINK: "no link", UNKNOWN: "unknown"}.get(done.returncode, "other")] += 1
        self.told["settled by a re-read"] += "re-read" in done.stdout or "read again" in done.stdout
        self.told["settled by a question"] += "the PBX was asked" in done.stdout
        if self.cutter.requests.count(REQUEST[kind]) > 1:
            raise AssertionError(f"sent twice: {said}")
        if done.returncode not in (DONE, REFUSED, NO_LINK):
            raise AssertionError(f"it did not end: {said}")
        if (after == wanted) != (done.returncode == DONE):
            raise AssertionError(f"that is not true: {said}")
        if done.returncode == NO_LINK and self.cutter.requests:
            raise AssertionError(f"something was sent: {said}")

    def prepare(self, kind):
        """The queue as the order needs it; the order's words."""
        self.empty()
        scenes.ok(self.ami.action("QueueAdd", Queue=self.queue, Interface=self.who, Paused="true" if kind == "unpause" else "false")) if kind not in (
            "add", "priority", "withdraw", "hangup") and not self.member() else None
        if kind == "add" and self.member():
            scenes.ok(self.ami.action("QueueRemove", Queue=self.queue, Interface=self.who))
        if kind in ("pause", "unpause"):
            scenes.ok(self.ami.action("QueuePause", Queue=self.queue, Interface=self.who, Paused="true" if kind == "unpause" else "false"))
        if kind == "role":
            scenes.ok(self.ami.action("QueuePenalty", Queue=self.queue, Interface=self.who, Penalty="0"))
        if kind == "ringinuse":
            scenes.ok(self.ami.action("QueueMemberRingInUse", Queue=self.queue, Interface=self.who, RingInUse="no"))
        if kind in ("priority", "withdraw", "hangup"):
            if self.member():
                scenes.ok(self.ami.action("QueueRemove", Queue=self.queue, Interface=self.who))
            self.waits = self.call()
            lab.until(lambda: self.callers(), "he waits")
        return {"add": ("add", self.who, self.queue), "remove": ("remove", self.who, self.queue), "pause": ("pause", self.who, self.queue),
                "unpause": ("unpause", self.who, self.queue), "role": ("role", self.who, self.queue, "3"), "ringinuse": ("ringinuse", self.who, self.queue, "on"),
                "priority": ("priority", *self.callers()[:1], "7"), "withdraw": ("withdraw", *self.callers()[:1]),
                "hangup": ("hangup", *self.callers()[:1])}[kind]

    def wanted(self, kind, before):
        member, callers = before
        paused, penalty, ringinuse = member or ("0", "0", "0")
        return {"add": (("0", "0", "0"), callers), "remove": (None, callers), "pause": (("1", penalty, ringinuse), callers),
                "unpause": (("0", penalty, ringinuse), callers), "role": ((paused, "3", ringinuse), callers),
                "ringinuse": ((paused, penalty, "1"), callers), "priority": (member, tuple((who, "7") for who, _ in callers)),
                "withdraw": (member, ()), "hangup": (member, ())}[kind]

    def state(self):
        """What the PBX has: (paused, penalty, ring-in-use of the agent, or None), ((caller, priority), ...)."""
        return self.member(), tuple((entry["Uniqueid"], entry["Priority"]) for entry in scenes.snapshot(self.ami, self.queue)[2])

    def member(self):
        """Of ring-in-use only the command line tells on 16."""
        found = [m for m in scenes.snapshot(self.ami, self.queue)[1] if m["Location"] == self.who]
        if not found:
            return None
        line = next(line for line in self.floor.cli(f"queue show {self.queue}").splitlines() if self.who in line)
        return found[0]["Paused"], found[0]["Penalty"], "1" if "ringinuse enabled" in line else "0"

    def empty(self):
        if self.waits:
            self.waits.hangup()
        lab.until(lambda: not self.callers(), "nobody waits")


class Cut(lab.PbxTest):
    agents, guard_s = LANES + 1, 180 + 8 * ORDERS
    once = True
    options = {"members": {}, "churn": False}

    def test_at_any_byte(self):
        lab.need_acdtop()
        print(f"     CUT_SEED={SEED} CUT_ORDERS={ORDERS}", flush=True)
        lanes.lay(self.floor, LANES)
        lanes.run(self, [Lane(self.floor, number, SEED + number) for number in range(LANES)], ORDERS)
