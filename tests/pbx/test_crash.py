# SPDX-License-Identifier: MIT
"""The PBX itself is killed (-9) and started again at a random instant of lends, several at once, some of whose acdtops are killed with it. It
keeps its dynamic members over that: those who were lent must be out in the end, and those who stay must be there, each once.

CRASH_ROUNDS sets how many lends (10, five at a time; `make soak` takes 60), CRASH_SEED which (printed).
"""
import contextlib
import functools
import os
import pathlib
import random
import signal
import sqlite3
import subprocess
import tempfile
import time

import lab
import lanes
import scenes

ROUNDS = int(os.environ.get("CRASH_ROUNDS", "10"))
SEED = lanes.seed_of("CRASH_SEED")
LANES = 5
KINDS = ("lend", "lend", "lend --calls", "take")


class Lane(lanes.Lane):
    """What one of them does in a round that all have together."""

    def __init__(self, floor, number, state, seed):
        super().__init__(floor, number, 101 + 2 * number, 102 + 2 * number, seed)
        self.home, self.kind, self.command, self.audited = lanes.Home(state), "", None, 0

    def draw(self):
        self.kind = self.rng.choice(KINDS)
        return self.kind

    def stays(self):
        """Who stays is on the PBX's disk too, which takes it up to a second."""
        def is_kept():
            with contextlib.closing(sqlite3.connect(self.floor.pbx.dir / "db" / "astdb.sqlite3")) as db:
                rows = db.execute("SELECT value FROM astdb WHERE key = ?", (f"/Queue/PersistentMembers/{self.queue}",)).fetchall()
            return rows and self.steady in rows[0][0] and self.who not in rows[0][0]
        lab.until(is_kept, f"{self.steady} alone is kept")

    def begin(self):
        self.audited = len(self.home.audit())
        words = {"lend": ("add", self.who, self.queue, "--for", self.rng.choice(("1s", "3s", "15s"))),
                 "lend --calls": ("add", self.who, self.queue, "--calls", "1", "--for", "15s"),
                 "take": ("take", self.queue, "--to", self.who, "--for", "15s")}[self.kind]
        time.sleep(self.rng.uniform(0, 0.5))
        with open(self.home.folder / "said", "w", encoding="utf-8") as said:
            self.command = subprocess.Popen([lab.ACDTOP, *words, *self.floor.connect_args("acdtop"), "--timeout", "60"], stdin=subprocess.DEVNULL,
                                            stdout=said, stderr=said, env=self.home.env, start_new_session=True)

    def crash(self):
        """Of acdtop, in one of four."""
        if self.rng.random() > 0.25:
            return
        self.told["acdtop killed too"] += 1
        for pid in self.home.processes():
            try:
                os.kill(pid, signal.SIGKILL)
            except ProcessLookupError:
                pass

    def settled(self):
        """All leases, by whoever is alive, or by the next one; then all acdtops have ended."""
        deadline, is_helped = time.monotonic() + 200, False
        while time.monotonic() < deadline:
            self.said = (self.home.folder / "said").read_text(encoding="utf-8")
            if self.home.processes():
                time.sleep(0.1)
                continue
            if not self.home.leases() and is_helped:
                return
            is_helped = True
            with open(self.home.folder / "said", "a", encoding="utf-8") as said:
                subprocess.run([lab.ACDTOP, "role", self.steady, self.queue, "0", *self.floor.connect_args("acdtop"), "--timeout", "60"], env=self.home.env,
                               stdin=subprocess.DEVNULL, stdout=said, stderr=said, timeout=120, check=False)
        raise AssertionError(f"not settled: {[lease.read_text() for lease in self.home.leases()]}, processes {self.home.processes()}")

    def round(self):
        self.settled()
        self.command.wait(60)
        self.ami = self.floor.ami("admin", events="off")
        members = [member["Location"] for member in scenes.snapshot(self.ami, self.queue)[1]]
        if members != [self.steady]:
            raise AssertionError(f"members {members}, not {self.steady} alone; {self.rows()[-8:]}")
        for order, records in lanes.by_order(self.home.audit()[self.audited:]).items():
            if lanes.untold(records):
                raise AssertionError(f"order {order} in the audit log: {lanes.untold(records)}: {records}")
        self.told[self.kind] += 1

    def clear(self):
        for pid in self.home.processes():
            os.kill(pid, signal.SIGKILL)
        for lease in self.home.leases():
            lease.unlink()
        self.floor.ami("admin", events="off").action("QueueRemove", Queue=self.queue, Interface=self.who)


class Crash(lab.PbxTest):
    agents, guard_s, once = 2 * LANES, 180 + 60 * ROUNDS // LANES, True
    options = {"members": {}, "churn": False}

    def test_at_any_instant(self):
        lab.need_acdtop()
        print(f"     CRASH_SEED={SEED} CRASH_ROUNDS={ROUNDS}", flush=True)
        lanes.lay(self.floor, LANES)
        folder, rng = tempfile.TemporaryDirectory(), random.Random(SEED)
        self.addCleanup(folder.cleanup)
        all_lanes = [Lane(self.floor, number, pathlib.Path(folder.name) / str(number), SEED + number) for number in range(LANES)]
        for _ in range(ROUNDS // LANES):
            for lane in all_lanes:
                lane.stays()
            drawn = [lane.draw() for lane in all_lanes]
            lanes.at_once(*[lane.begin for lane in all_lanes])
            time.sleep(rng.choice((0.3, 1, 4)) * rng.random())
            self.floor.pbx.kill()
            for lane in all_lanes:
                lane.crash()
            self.floor.pbx.start()
            lanes.at_once(*[functools.partial(lane.play, words) for lane, words in zip(all_lanes, drawn)])
        lanes.tell(self, all_lanes)
