# SPDX-License-Identifier: MIT
"""Lends, takes and other orders whose keeper, console or both are killed (-9) at a random instant, several at once, each in a queue of its
own with a steady member and a rival who may put the same agent in. At the end nobody is left behind, nobody is gone who should stay, no
take has answered twice, and the audit log has every order that the PBX saw, from its issue to its end.

KILL_ROUNDS sets how many (15; `make soak` takes 500), KILL_SEED which (printed).
"""
import os
import pathlib
import signal
import subprocess
import tempfile
import threading
import time

import lab
import lanes
import scenes

ROUNDS = int(os.environ.get("KILL_ROUNDS", "15"))
SEED = lanes.seed_of("KILL_SEED")
LANES = 5
FIRST = 101  # lane 0 has 101, who is lent, 102, who stays, and queue lane0; lane 1 has 103...

KINDS = ("lend", "lend --calls", "take", "take", "lend, rival", "take, rival", "unpause", "role")
# "keeper" leaves the process that writes the audit log, as a crash does; "all of it" does not, as a power cut.
VICTIMS = ("keeper", "keeper", "all of it", "console", "both")


class Lane(lanes.Lane):
    def __init__(self, floor, number, state, seed):
        super().__init__(floor, number, FIRST + 2 * number, FIRST + 2 * number + 1, seed)
        self.home, self.phone, self.calls, self.kind, self.victim = lanes.Home(state), floor.agent(self.agent), [], "", ""
        self.config = self.home.folder / "acdtop.conf"

    # --- one round ----------------------------------------------------------------------------------------------
    def draw(self):
        self.kind, self.victim = self.rng.choice(KINDS), self.rng.choice(VICTIMS)
        self.is_required = self.rng.random() < 0.5
        return f"{self.kind}, {self.victim} killed, audit {'required' if self.is_required else 'on'}"

    def round(self):
        start, audited = len(self.rows()), len(self.home.audit())
        self.phone.mode, self.phone.ring_s, self.phone.talk_s = "answer", self.rng.uniform(0.02, 0.5), self.rng.uniform(0.1, 0.6)
        self.config.write_text(f'audit = "{"required" if self.is_required else "on"}";\n', encoding="utf-8")
        if self.kind.startswith(("take", "lend --calls")):
            self.calls = [self.call() for _ in range(2)]
        command = self.give()
        rival = self.rival(self.rng.uniform(0, 0.8)) if "rival" in self.kind else None
        is_cut_off = self.kill(command)
        is_rivals = rival() if rival else False
        self.settle(audited)
        rows, audit = self.rows()[start:], self.home.audit()[audited:]
        self.expect_members(is_rivals)
        self.expect_answers(rows)
        self.expect_audit(rows, audit, is_rivals, is_cut_off)
        self.told[self.kind] += 1
        self.told["begun"] += any(row.event in ("ADDMEMBER", "UNPAUSE", "PENALTY") for row in rows)
        self.clear()

    def give(self):
        words = {"lend": ("add", self.who, self.queue, "--for", self.rng.choice(("1s", "2s"))),
                 "lend --calls": ("add", self.who, self.queue, "--calls", "1", "--for", "4s"),
                 "take": ("take", self.queue, "--to", self.who, "--for", "4s"),
                 "unpause": ("unpause", self.steady, self.queue),
                 "role": ("role", self.steady, self.queue, str(self.rng.randrange(1, 9)))}[self.kind.partition(",")[0]]
        with open(self.home.folder / "said", "w", encoding="utf-8") as said:
            return subprocess.Popen([lab.ACDTOP, *words, *self.connect(), "--timeout", "8"], stdin=subprocess.DEVNULL,
                                    stdout=said, stderr=said, env=self.home.env, start_new_session=True)

    def connect(self):
        return [*self.floor.connect_args("acdtop"), "--config", str(self.config)]

    def rival(self, after_s):
        """Somebody puts the agent in by other means, a moment later; the answer tells whether the membership is his."""
        answers = []

        def add():
            time.sleep(after_s)
            answers.append(self.ami.action("QueueAdd", Queue=self.queue, Interface=self.who, Paused="true" if self.rng.random() < 0.3 else "false"))
        thread = threading.Thread(target=add)
        thread.start()
        return lambda: thread.join() or answers[0]["Response"] == "Success"

    def kill(self, command):
        """At any instant, or a moment after the order was written down, where the most is at stake. Whether what writes the log died as well."""
        begun = len(self.home.audit())
        if self.rng.random() < 0.6:
            deadline = time.monotonic() + 10
            while not self.home.leases() and len(self.home.audit()) == begun and command.poll() is None and time.monotonic() < deadline:
                time.sleep(0.001)
            time.sleep(self.rng.choice((0, 0.03, 0.3, 3)) * self.rng.random())
        else:
            time.sleep(2 * self.rng.random())
        others = {pid: parent for pid, parent in self.home.processes().items() if pid != command.pid}
        victims = [] if self.victim == "console" else [pid for pid, parent in others.items() if self.victim != "keeper" or parent not in others]
        for pid in victims + ([command.pid] if self.victim in ("console", "both") else []):
            try:
                os.kill(pid, signal.SIGKILL)
            except ProcessLookupError:
                pass
        try:
            command.wait(60)
        except subprocess.TimeoutExpired:
            command.kill()
            command.wait()
            raise
        return self.victim in ("all of it", "both")

    def settle(self, audited):
        """Whoever is alive, or the next acdtop that orders something, brings all leases and all orders to their end."""
        deadline, is_helped = time.monotonic() + 90, False
        while time.monotonic() < deadline:
            self.said = (self.home.folder / "said").read_text(encoding="utf-8")
            if self.home.processes():
                time.sleep(0.05)
                continue
            if not self.home.leases() and (is_helped or not self.open_orders(audited)):
                return
            is_helped = True
            with open(self.home.folder / "said", "a", encoding="utf-8") as said:
                subprocess.run([lab.ACDTOP, "role", self.steady, self.queue, "0", *self.connect(), "--timeout", "30"], env=self.home.env,
                               stdin=subprocess.DEVNULL, stdout=said, stderr=said, timeout=90, check=False)
        raise AssertionError(f"not settled: {[lease.read_text() for lease in self.home.leases()]}, processes {self.home.processes()}, next one run: {is_helped}; "
                             f"{self.rows()[-12:]}; audit {self.home.audit()[audited:]}")

    def open_orders(self, audited):
        return [order for order, records in lanes.by_order(self.home.audit()[audited:]).items() if lanes.untold(records) == "no outcome"]

    # --- what must be -------------------------------------------------------------------------------------------
    def expect_members(self, is_rivals):
        wanted = {self.steady, self.who} if is_rivals else {self.steady}
        if self.members() != wanted:
            raise AssertionError(f"members {self.members()}, not {wanted}; {self.rows()[-8:]}")

    def expect_answers(self, rows):
        answered = sum(row.event == "CONNECT" for row in rows)
        self.told["answered"] += answered
        if self.kind == "take" and answered > 1:
            raise AssertionError(f"{answered} calls answered: {rows}")

    def expect_audit(self, rows, audit, is_rivals, is_cut_off):
        """What the PBX was made to do stands there, nothing was asked twice, and every order has its end. Only for the record with which a lease
        takes the agent out nobody waits: where the process that writes was killed in the same instant, that may not stand there, as acdtop(1) says."""
        added, removed = (sum(row.event == event and row.agent.startswith(self.who) for row in rows) for event in ("ADDMEMBER", "REMOVEMEMBER"))
        added -= is_rivals
        issued = [record["line"].split(" ")[0] for record in audit if record["event"] == "issue"]
        missing = removed - issued.count("remove")
        self.told["removal never written"] += missing > 0
        if added > issued.count("add") + issued.count("take") or missing > (1 if is_cut_off else 0):
            raise AssertionError(f"added {added}, removed {removed}, but the audit log has {audit}")
        for order, records in lanes.by_order(audit).items():
            wrong = lanes.untold(records)
            if wrong:
                raise AssertionError(f"order {order} in the audit log: {wrong}: {[(r['event'], r.get('state'), r.get('answer')) for r in records]}; all: {audit}")
            last = [record["state"] for record in records if record["event"] == "outcome"][-1]
            if records[0]["line"].startswith("unpause") and last != "unknown" and (last == "done") != any(row.event == "UNPAUSE" for row in rows):
                raise AssertionError(f"it is not {last}: {rows}")
            self.told["unknown at last"] += last == "unknown"

    # --- means --------------------------------------------------------------------------------------------------
    def clear(self):
        for call in self.calls:
            call.hangup()
        self.calls = []
        for pid in self.home.processes():
            os.kill(pid, signal.SIGKILL)
        for lease in self.home.leases():
            lease.unlink()
        self.ami.action("QueueRemove", Queue=self.queue, Interface=self.who)
        self.ami.action("QueuePause", Queue=self.queue, Interface=self.steady, Paused="true")
        self.phone.hangup()
        lab.until(lambda: not self.callers(), "nobody waits")
        lab.until(lambda: scenes.snapshot(self.ami, self.queue)[1][0]["Paused"] == "1", "who stays is there")


class Killed(lab.PbxTest):
    agents, guard_s = 2 * LANES, 120 + 8 * ROUNDS
    once = True
    options = {"members": {}, "churn": False}

    def test_at_any_instant(self):
        lab.need_acdtop()
        print(f"     KILL_SEED={SEED} KILL_ROUNDS={ROUNDS}", flush=True)
        lanes.lay(self.floor, LANES, lambda number: f"strategy = ringall\nringinuse = {'yes' if number % 2 else 'no'}")
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        lanes.run(self, [Lane(self.floor, number, pathlib.Path(folder.name) / str(number), SEED + number) for number in range(LANES)], ROUNDS)
