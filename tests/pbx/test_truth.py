# SPDX-License-Identifier: MIT
"""A working day in short: calls flow and members are changed while acdtop watches. At the end its counters of today must equal
a count of queue_log over the same time, its drift must be 0, and all along what it shows must be what a fresh QueueStatus says.

TRUTH_SECONDS sets how long (45; `make soak` takes 1800).
"""
import os
import time

import lab
import tally
from batch import Batch
from traffic import Traffic

SECONDS = float(os.environ.get("TRUTH_SECONDS", "45"))

COUNTED = [*tally.COUNTED.values(), "redirected"]


def differences(pbx, logged):
    """Counters of today that are not what queue_log has: nobody comes or goes any more, so nothing may differ."""
    found = []
    for queue in pbx["queues"]:
        name, today = queue["name"], queue["today"]
        found += [f"{name}: {key} {today[key]}, queue_log has {logged[name].get(key, 0)}" for key in COUNTED
                  if today[key] != logged[name].get(key, 0)]
        found += tally.outside(name, "answered_in_sl", today["answered_in_sl"], logged[name]["in_sl_at_most"], logged[name]["in_sl_at_most"])
    return found + [f"{name}: not shown" for name in set(logged) - {queue["name"] for queue in pbx["queues"]}]


def floor_of_status(ami):
    """What a fresh QueueStatus says: {queue: (callers in order, {interface: (paused, penalty)})}."""
    found, start = {}, ami.mark()
    ami.list("QueueStatus")
    # Not only what has our ActionID: a name with line ends in it cuts it off its entry. No event comes between the items.
    for item in ami.since(start, "QueueParams", "QueueEntry", "QueueMember"):
        callers, members = found.setdefault(item["Queue"], ([], {}))
        if item["Event"] == "QueueEntry":
            callers.append(item["Uniqueid"])
        elif item["Event"] == "QueueMember":
            members[item["Location"]] = (item["Paused"] == "1", int(item["Penalty"]))
    return found


def floor_of_json(pbx):
    return {queue["name"]: ([caller["uniqueid"] for caller in queue["callers"]],
                            {m["interface"]: (m["paused"], m["penalty"]) for m in queue["members"]})
            for queue in pbx["queues"]}


def lies(before, shown, after):
    """Where a document contradicts both lists around it: {(queue, who): how}. One alone proves nothing, since a caller may have
    been answered and sent back in between; the same one twice in a row is a lie."""
    found = {}
    for queue in set(before) & set(after):
        (old, was), (callers, members), (new, now) = before[queue], shown.get(queue, ([], {})), after[queue]
        stayed = [one for one in new if one in old]
        order = [one for one in callers if one in stayed]
        found.update({(queue, one): "waits, not shown" for one in stayed if one not in callers})
        found.update({(queue, one): "does not wait" for one in callers if one not in old and one not in new})
        if set(order) == set(stayed) and order != stayed:
            found[queue, "order"] = f"{stayed}, shown {order}"
        found.update({(queue, one): f"is {now[one]}, shown {members.get(one)}"
                      for one in now if was.get(one) == now[one] != members.get(one)})
        found.update({(queue, one): "is no member" for one in members if one not in was and one not in now})
    return found


class Truth(lab.PbxTest):
    agents, guard_s = 12, SECONDS + 240

    def test_a_working_day(self):
        batch = Batch(self.floor)
        self.addCleanup(batch.close)
        self.floor.until(lambda: (batch.latest() or {}).get("link") == "live", "a live document")
        start = len(self.floor.queue_log())
        traffic = Traffic(self.floor, 2.0, talk_s=4.0, seed=7)
        traffic.start()
        self.addCleanup(traffic.stop)
        compared = self.follow(batch, time.monotonic() + SECONDS)
        traffic.stop()
        self.quiet()
        self.floor.until(lambda: not any(q["waiting"] for q in batch.latest()["queues"]), "nobody waits on acdtop's side")
        rows = self.floor.queue_log()[start:]
        logged = tally.tally(rows)
        deadline = time.monotonic() + 15  # a key exit is known three seconds after it
        while differences(batch.next(), logged) and time.monotonic() < deadline:
            pass
        last = batch.next()
        self.assertEqual(differences(last, logged), [])
        self.assertEqual(last["drift"], 0, last.get("drift_last"))
        self.assertGreater(compared, SECONDS / 10)
        self.assertGreater(sum(counts["answered"] for counts in logged.values()), SECONDS / 4)

    def follow(self, batch, until):
        """Brackets live documents between two fresh lists; how many were compared."""
        compared, suspects = 0, {}
        while time.monotonic() < until:
            before, shown, after = floor_of_status(self.ami), floor_of_json(batch.next()), floor_of_status(self.ami)
            found = lies(before, shown, after)
            self.assertEqual({key: (suspects[key], found[key]) for key in found if key in suspects}, {})
            compared, suspects = compared + 1, found
        return compared

    def quiet(self):
        """Everyone hangs up; until no channel is left."""
        for phone in list(self.floor.exchange.phones.values()):
            phone.hangup()
        self.tidy()
        self.floor.until(lambda: "0 active channels" in self.floor.cli("core show channels count"), "an idle PBX", 90)
