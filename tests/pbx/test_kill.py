# SPDX-License-Identifier: MIT
"""Lends and takes whose keeper, console or both are killed (-9) at a random instant, several at once, each in a queue of its own
with a steady member and a rival who may put the same agent in. At the end nobody is left behind, nobody is gone who should
stay, no take has answered twice, and the audit log has every order that the PBX saw.

KILL_ROUNDS sets how many (15; `make soak` takes 500), KILL_SEED which (printed).
"""
import collections
import os
import pathlib
import random
import signal
import subprocess
import tempfile
import threading
import time

import lab
import scenes

ROUNDS = int(os.environ.get("KILL_ROUNDS", "15"))
SEED = int(os.environ.get("KILL_SEED") or random.SystemRandom().randrange(10 ** 6))
LANES = 5
FIRST = 101  # lane 0 has 101, who is lent, 102, who stays, and queue lane0; lane 1 has 103...

KINDS = ("lend", "lend --calls", "take", "take", "lend, rival", "take, rival")
VICTIMS = ("keeper", "keeper", "console", "both")


class Lane:
    """One queue and what happens there, round after round."""

    def __init__(self, floor, number, state, seed):
        self.floor, self.rng = floor, random.Random(seed)
        self.queue, self.agent, self.steady = f"lane{number}", FIRST + 2 * number, f"PJSIP/{FIRST + 2 * number + 1}"
        self.who, self.phone = f"PJSIP/{self.agent}", floor.agent(self.agent)
        self.state, self.ami = pathlib.Path(state), floor.ami("admin", events="off")
        self.env = {**os.environ, "XDG_STATE_HOME": str(self.state)}
        self.calls, self.said, self.failures, self.told = [], "", [], collections.Counter()
        scenes.ok(self.ami.action("QueueAdd", Queue=self.queue, Interface=self.steady, Paused="true"))

    # --- one round ----------------------------------------------------------------------------------------------
    def run(self, rounds):
        for number in range(rounds):
            kind, victim = self.rng.choice(KINDS), self.rng.choice(VICTIMS)
            try:
                self.round(kind, victim)
            except Exception as why:  # pylint: disable=broad-except
                self.failures.append(f"{self.queue} round {number}, {kind}, {victim} killed: {why!r}; it said: {self.said}")
                self.clear()
            self.told[kind] += 1

    def round(self, kind, victim):
        start, audited = len(self.log()), len(self.audit())
        self.phone.mode, self.phone.ring_s, self.phone.talk_s = "answer", self.rng.uniform(0.02, 0.5), self.rng.uniform(0.1, 0.6)
        if "lend" != kind.partition(",")[0]:
            self.calls = [self.floor.caller(self.queue) for _ in range(2)]
        command = self.give(kind)
        rival = self.rival(self.rng.uniform(0, 0.8)) if "rival" in kind else None
        self.kill(command, victim)
        is_rivals = rival() if rival else False
        self.settle()
        rows = self.log()[start:]
        self.expect_members(is_rivals)
        self.expect_answers(kind, rows, is_rivals)
        self.expect_audit(rows, self.audit()[audited:], is_rivals)
        self.told["begun"] += any(row.event == "ADDMEMBER" for row in rows)
        self.clear()

    def give(self, kind):
        words = {"lend": ("add", self.who, self.queue, "--for", self.rng.choice(("1s", "2s"))),
                 "lend --calls": ("add", self.who, self.queue, "--calls", "1", "--for", "4s"),
                 "take": ("take", self.queue, "--to", self.who, "--for", "4s")}[kind.partition(",")[0]]
        with open(self.state / "said", "w", encoding="utf-8") as said:
            return subprocess.Popen([lab.ACDTOP, *words, *self.floor.connect_args("acdtop"), "--timeout", "8"], stdin=subprocess.DEVNULL,
                                    stdout=said, stderr=said, env=self.env, start_new_session=True)

    def rival(self, after_s):
        """Somebody puts the agent in by other means, a moment later; the answer tells whether the membership is his."""
        answers = []

        def add():
            time.sleep(after_s)
            answers.append(self.ami.action("QueueAdd", Queue=self.queue, Interface=self.who, Paused="true" if self.rng.random() < 0.3 else "false"))
        thread = threading.Thread(target=add)
        thread.start()
        return lambda: thread.join() or answers[0]["Response"] == "Success"

    def kill(self, command, victim):
        """At any instant, or a moment after the lease was written down, where the most is at stake."""
        if self.rng.random() < 0.6:
            deadline = time.monotonic() + 10
            while not self.leases() and command.poll() is None and time.monotonic() < deadline:
                time.sleep(0.001)
            time.sleep(self.rng.choice((0, 0.03, 0.3, 3)) * self.rng.random())
        else:
            time.sleep(2 * self.rng.random())
        keepers = [pid for pid in self.processes() if pid != command.pid] if victim != "console" else []
        for pid in keepers + ([command.pid] if victim != "keeper" else []):
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

    def settle(self):
        """Whoever is alive, or the next acdtop that may order something, brings all leases to their end."""
        deadline = time.monotonic() + 90
        while self.leases() or self.processes():
            if not self.processes():
                with open(self.state / "said", "a", encoding="utf-8") as said:
                    subprocess.run([lab.ACDTOP, "role", self.steady, self.queue, "0", *self.floor.connect_args("acdtop"), "--timeout", "30"], env=self.env,
                                   stdin=subprocess.DEVNULL, stdout=said, stderr=said, timeout=90, check=False)
            time.sleep(0.05)
            self.said = (self.state / "said").read_text(encoding="utf-8")
            if time.monotonic() > deadline:
                raise AssertionError(f"not settled: {[lease.read_text() for lease in self.leases()]}, processes {self.processes()}")

    # --- what must be -------------------------------------------------------------------------------------------
    def expect_members(self, is_rivals):
        members = {member["Location"] for member in scenes.snapshot(self.ami, self.queue)[1]}
        wanted = {self.steady, self.who} if is_rivals else {self.steady}
        if members != wanted:
            raise AssertionError(f"members {members}, not {wanted}; {self.log()[-8:]}")

    def expect_answers(self, kind, rows, is_rivals):
        answered = sum(row.event == "CONNECT" for row in rows)
        self.told["answered"] += answered
        if kind == "take" and answered > 1:
            raise AssertionError(f"{answered} calls answered: {rows}")

    def expect_audit(self, rows, audit, is_rivals):
        """What the PBX was made to do stands there, and nothing was asked twice."""
        added, removed = (sum(row.event == event and row.agent.startswith(self.who) for row in rows) for event in ("ADDMEMBER", "REMOVEMEMBER"))
        added -= is_rivals
        issued = [line for line in audit if '"pending"' in line]
        if added > sum('"add ' in line or '"take ' in line for line in issued) or removed > sum('"remove ' in line for line in issued):
            raise AssertionError(f"added {added}, removed {removed}, but the audit log has {audit}")

    # --- means --------------------------------------------------------------------------------------------------
    def log(self):
        return [row for row in self.floor.queue_log() if row.queue == self.queue]

    def audit(self):
        path = self.state / "acdtop/audit.log"
        return path.read_text(encoding="utf-8").splitlines() if path.exists() else []

    def leases(self):
        return list((self.state / "acdtop/leases").glob("*.lease"))

    def processes(self):
        """All processes of this lane that are alive, whoever started them."""
        mark, found = f"XDG_STATE_HOME={self.state}\0".encode(), []
        for entry in pathlib.Path("/proc").iterdir():
            try:
                if entry.name.isdigit() and mark in (entry / "environ").read_bytes() + b"\0":
                    found.append(int(entry.name))
            except OSError:
                pass
        return found

    def clear(self):
        for call in self.calls:
            call.hangup()
        self.calls = []
        for pid in self.processes():
            os.kill(pid, signal.SIGKILL)
        for lease in self.leases():
            lease.unlink()
        self.ami.action("QueueRemove", Queue=self.queue, Interface=self.who)
        self.phone.hangup()
        lab.until(lambda: not scenes.waiting(self.ami, self.queue), "nobody waits")
        lab.until(lambda: scenes.snapshot(self.ami, self.queue)[1][0]["Paused"] == "1", "who stays is there")


class Killed(lab.PbxTest):
    agents, guard_s = 2 * LANES, 120 + 8 * ROUNDS
    options = {"members": {}, "churn": False}

    def test_at_any_instant(self):
        lab.need_acdtop()
        print(f"     KILL_SEED={SEED} KILL_ROUNDS={ROUNDS}", flush=True)
        lanes = "".join(f"[lane{n}](common)\nstrategy = ringall\nringinuse = {'yes' if n % 2 else 'no'}\n\n" for n in range(LANES))
        scenes.reload_queues(self.floor, {"[empty](common)": f"{lanes}[empty](common)"})
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        all_lanes = []
        for number in range(LANES):
            state = pathlib.Path(folder.name) / str(number)
            state.mkdir()
            all_lanes.append(Lane(self.floor, number, state, SEED + number))
        threads = [threading.Thread(target=lane.run, args=(ROUNDS // LANES,)) for lane in all_lanes]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        told = sum((lane.told for lane in all_lanes), collections.Counter())
        print("     " + ", ".join(f"{count} {what}" for what, count in sorted(told.items())), flush=True)
        failures = [failure for lane in all_lanes for failure in lane.failures]
        self.assertFalse(failures, "\n".join([f"{len(failures)} rounds failed", *failures]))
