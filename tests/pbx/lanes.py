# SPDX-License-Identifier: MIT
"""What the long tests have in common: lanes, each a thread with a queue, an agent who is put in and out of it and a member who stays,
that play one round after the other, each chosen by a seed that is printed.

    class Mine(lanes.Lane):
        def draw(self): ...   # chooses the next round: words that name it
        def round(self): ...  # plays it; raises AssertionError

    lanes.run(self, [Mine(...), ...], rounds)
"""
import collections
import functools
import os
import pathlib
import random
import re
import threading

import scenes

FINAL = {"done", "refused", "forbidden", "wrong", "no such", "no link"}


def seed_of(name):
    """Of the environment, or any."""
    return int(os.environ.get(name) or random.SystemRandom().randrange(10 ** 6))


def lay(floor, count, options="strategy = ringall"):
    """Queues lane0, lane1...; the options of each, or a function of its number."""
    said = options if callable(options) else lambda number: options
    text = "".join(f"[lane{number}](common)\n{said(number)}\n\n" for number in range(count))
    scenes.reload_queues(floor, {"[empty](common)": f"{text}[empty](common)"})


class Lane:
    """One queue and what happens there, round after round."""

    def __init__(self, floor, number, agent, steady, seed):
        self.floor, self.rng, self.queue = floor, random.Random(seed), f"lane{number}"
        self.agent, self.who, self.steady = agent, f"PJSIP/{agent}", f"PJSIP/{steady}"
        self.ami, self.said, self.failures, self.told = floor.ami("admin", events="off"), "", [], collections.Counter()
        self.played = 0
        scenes.ok(self.ami.action("QueueAdd", Queue=self.queue, Interface=self.steady, Paused="true"))

    def run(self, rounds):
        for _ in range(rounds):
            self.play(self.draw())

    def play(self, words):
        """The round of that name, which was drawn."""
        self.said = ""
        self.played += 1
        try:
            self.round()
        except Exception as why:  # pylint: disable=broad-except
            self.failures.append(f"{self.queue} round {self.played}, {words}: {why!r}; it said: {self.said}")
            self.clear()

    def draw(self):
        raise NotImplementedError

    def round(self):
        raise NotImplementedError

    def clear(self):
        """After a round that failed: as it was before."""

    def close(self):
        """After the last one."""

    def call(self):
        """Someone waits here; their call."""
        return self.floor.caller(self.queue)

    def callers(self):
        return scenes.waiting(self.ami, self.queue)

    def members(self):
        return {member["Location"] for member in scenes.snapshot(self.ami, self.queue)[1]}

    def rows(self):
        """Of queue_log."""
        return [row for row in self.floor.queue_log() if row.queue == self.queue]


def run(test, all_lanes, rounds):
    """So many rounds in all, shared by the lanes; prints what came about and fails with all that failed."""
    each = [rounds // len(all_lanes) + (n < rounds % len(all_lanes)) for n in range(len(all_lanes))]
    at_once(*[functools.partial(lane.run, share) for lane, share in zip(all_lanes, each)])
    tell(test, all_lanes)


def at_once(*works):
    """Each in a thread of its own; done when all are."""
    threads = [threading.Thread(target=work) for work in works]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()


def tell(test, all_lanes):
    for lane in all_lanes:
        lane.close()
    told = sum((lane.told for lane in all_lanes), collections.Counter())
    print("     " + ", ".join(f"{count} {what}" for what, count in sorted(told.items())), flush=True)
    failures = [failure for lane in all_lanes for failure in lane.failures]
    test.assertFalse(failures, "\n".join([f"{len(failures)} rounds failed", *failures]))


# --- processes and records ------------------------------------------------------------------------------------------

class Home:
    """A folder for what acdtop keeps (leases, the audit log), and the processes that keep it there."""

    def __init__(self, folder):
        self.folder = pathlib.Path(folder)
        self.folder.mkdir(exist_ok=True)
        self.env = {**os.environ, "XDG_STATE_HOME": str(self.folder)}

    def leases(self):
        return list((self.folder / "acdtop/leases").glob("*.lease"))

    def processes(self):
        """All that are alive, whoever started them: {process: its parent}."""
        mark, found = f"XDG_STATE_HOME={self.folder}\0".encode(), {}
        for entry in pathlib.Path("/proc").iterdir():
            try:
                if entry.name.isdigit() and mark in (entry / "environ").read_bytes() + b"\0":
                    found[int(entry.name)] = int((entry / "stat").read_text().rpartition(")")[2].split()[1])
            except OSError:
                pass
        return found

    def audit(self):
        """The records of the audit log: {name: value}, as they stand there."""
        path = self.folder / "acdtop/audit.log"
        text = path.read_text(encoding="utf-8") if path.exists() else ""
        return [dict((name, value.strip('"')) for name, value in re.findall(r'([a-z_]+)=("(?:[^"\\]|\\.)*"|\S+)', line)) for line in text.splitlines()]


def by_order(records):
    """{order: its records, in order}."""
    found = collections.defaultdict(list)
    for record in records:
        found[record.get("order")].append(record)
    return found


def untold(records):
    """What is wrong with the records of one order, all of whose acdtops have ended; None: nothing. It was issued before all else, once
    (a take once for each time it is armed); it has one end, and behind that nothing but the end of a listening; "unknown" is one, or is
    followed by the true one. Whoever adopts a lease that was settled a moment before the end of its keeper settles it again."""
    events, states = [record["event"] for record in records], [record["state"] for record in records if record["event"] == "outcome"]
    if events == ["outcome"] and states[0] in FINAL:  # nothing was to be sent
        return None
    if events[0] != "issue" or (events.count("issue") > 1 and not records[0]["line"].startswith("take ")):
        return "no issue" if "issue" not in events else "issued twice, or late"
    if not states or states[-1] not in FINAL | {"unknown"}:
        return "no outcome"
    if any(state in FINAL and after != "active" for state, after in zip(states, states[1:])):
        return "more than one end"
    if any("leg" in record and record["event"] == "outcome" and record["state"] == "done" for record in records) != ("end" in events):
        return "a listening without an end"
    return None
