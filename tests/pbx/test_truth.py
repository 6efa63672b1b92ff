# SPDX-License-Identifier: MIT
"""A working day in short: calls flow and members are changed while acdtop watches. At the end its counters of today must equal
a count of queue_log over the same time, its drift must be 0, and all along what it shows must be what a fresh QueueStatus says.
Where the link was lost it claims less, and says so: then what queue_log has of the gap must be missing, and nothing else.

TRUTH_SECONDS sets how long (45; `make soak` takes 1800).
"""
import os
import time

import lab
import scenes
import tally
from batch import Batch
from cutter import Cutter
from traffic import Traffic

SECONDS = float(os.environ.get("TRUTH_SECONDS", "45"))

COUNTED = [*tally.COUNTED.values(), "redirected"]


LEFT = set(tally.COUNTED) - {"ENTERQUEUE"}


def outside_gaps(rows, gaps):
    """The rows of queue_log that a count can have which saw nothing in these (from, to): who left in one is in no count, neither
    as offered nor in any way out."""
    left, kept = {}, []
    for row in reversed(rows):
        if row.event in LEFT:
            left[row.queue, row.callid] = row.time
        when = left.pop((row.queue, row.callid), gaps[-1][1] if gaps else 0) if row.event == "ENTERQUEUE" else row.time
        if not any(start < when < end for start, end in gaps):
            kept.append(row)
    return kept


def differences(pbx, rows, gaps):
    """Counters of today that are not what queue_log has. Nobody comes or goes any more, so without gaps nothing may differ; at the
    ends of a gap are the seconds that its events and its lists may be apart."""
    least = tally.tally(outside_gaps(rows, [(start - 3, end + 3) for start, end in gaps]))
    most = tally.tally(outside_gaps(rows, [(start + 3, end - 3) for start, end in gaps]))
    found = []
    for queue in pbx["queues"]:
        name, today = queue["name"], queue["today"]
        for key in COUNTED:
            found += tally.outside(name, key, today[key], least[name].get(key, 0), most[name].get(key, 0))
        found += tally.outside(name, "answered_in_sl", today["answered_in_sl"], least[name]["in_sl_at_most"], most[name]["in_sl_at_most"])
        if today["gaps"] != pbx["reconnects"] or (today["gap_ms"] > 0) != (pbx["reconnects"] > 0):
            found.append(f"{name}: {today['gaps']} gaps of {today['gap_ms']} ms, but {pbx['reconnects']} reconnects")
    return found + [f"{name}: not shown" for name in set(most) - {queue["name"] for queue in pbx["queues"]}]


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
        self.floor.until(lambda: (batch.latest() or {}).get("link") == "live", "a live document", 60)
        start = len(self.floor.queue_log())
        traffic = Traffic(self.floor, 2.0, talk_s=4.0, seed=7)
        traffic.start()
        self.addCleanup(traffic.stop)
        compared = self.follow(batch, time.monotonic() + SECONDS)
        traffic.stop()
        self.quiet()
        self.floor.until(lambda: batch.latest()["link"] == "live" and not any(q["waiting"] for q in batch.latest()["queues"]), "nobody waits on acdtop's side", 90)
        rows = self.floor.queue_log()[start:]
        deadline = time.monotonic() + 15  # a key exit is known three seconds after it
        while differences(batch.next(), rows, batch.gaps()) and time.monotonic() < deadline:
            pass
        last, found = batch.next(), differences(batch.latest(), rows, batch.gaps())
        answered = sum(row.event == "CONNECT" for row in rows)
        print(f"     {SECONDS:.0f} s: {answered} answered, {compared} documents compared, {last['reconnects']} reconnects {batch.losses()}, drift {last['drift']}, "
              f"{len(found)} counters differ", flush=True)
        self.assertEqual(found, [])
        self.assertEqual(last["drift"], 0, last.get("drift_last"))
        self.assertGreater(compared, SECONDS / 10 if not last["reconnects"] else 0)
        self.assertGreater(answered, SECONDS / 4)

    def follow(self, batch, until):
        """Brackets live documents between two fresh lists; how many were compared. What is shown of a link that is down is said to be old."""
        compared, suspects = 0, {}
        while time.monotonic() < until:
            before, pbx, after = floor_of_status(self.ami), batch.next(), floor_of_status(self.ami)
            if pbx["link"] != "live":
                suspects = {}
                continue
            found = lies(before, floor_of_json(pbx), after)
            self.assertEqual({key: (suspects[key], found[key]) for key in found if key in suspects}, {})
            compared, suspects = compared + 1, found
        return compared

    def quiet(self):
        """Everyone hangs up; until no channel is left."""
        for phone in list(self.floor.exchange.phones.values()):
            phone.hangup()
        self.tidy()
        self.floor.until(lambda: "0 active channels" in self.floor.cli("core show channels count"), "an idle PBX", 90)


class Gap(lab.PbxTest):
    """The link is away for a while, and calls come and go meanwhile."""
    agents = 2

    def test_what_a_gap_hides(self):
        cutter = Cutter(self.floor.ports.ami)
        self.addCleanup(cutter.close)
        batch = Batch(self.floor, port=cutter.port)
        self.addCleanup(batch.close)
        batch.live()
        start = len(self.floor.queue_log())
        gone = self.floor.caller("empty")
        scenes.talk(self.floor, "support").call.hangup()
        self.log("COMPLETECALLER", queue="support")
        lab.until(lambda: self.today(batch, "support")["answered"] == 1 and self.today(batch, "empty")["offered"] == 1, "both are counted")
        self.assertEqual((self.today(batch, "support")["gaps"], self.today(batch, "support")["gap_ms"]), (0, 0))
        cutter.leave()
        lab.until(lambda: batch.latest()["link"] != "live", "the link is lost", 60)
        gone.hangup()
        scenes.talk(self.floor, "support").call.hangup()
        stays = self.floor.caller("empty")
        self.floor.wait_log("COMPLETECALLER", 2, start=start, queue="support")
        self.assertEqual(self.today(batch, "support")["answered"], 1)
        cutter.back()
        batch.live()
        lab.until(lambda: self.today(batch, "empty")["gaps"] == 1, "the gap is told")
        support, empty = self.today(batch, "support"), self.today(batch, "empty")
        self.assertEqual((support["offered"], support["answered"]), (1, 1))
        self.assertEqual((empty["offered"], empty["abandoned"]), (1, 0))
        self.assertGreater(empty["gap_ms"], 0)
        stays.hangup()
        lab.until(lambda: self.today(batch, "empty")["abandoned"] == 1, "from here on all is counted")
        self.assertEqual(differences(batch.next(), self.floor.queue_log()[start:], batch.gaps()), [])

    def today(self, batch, name):
        return next(queue["today"] for queue in batch.latest()["queues"] if queue["name"] == name)
