#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""What a console costs the PBX: processor time of a real Asterisk with calls flowing, with and without acdtop, in turn, and the
bytes it sends to acdtop for each call; or, shared, the same with 1 and with 20 consoles on the shared keeper of a host. Ratios of
one run, no verdict. usage: cost.py [shared] [SECONDS-OF-A-TURN [TURNS]]
"""
import os
import statistics
import sys
import time

sys.dont_write_bytecode = True
import lab
import pbx
import shared
from batch import Batch
from traffic import Traffic


def cpu_s(pid):
    with open(f"/proc/{pid}/stat", encoding="ascii") as file:
        fields = file.read().rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


def calls(floor):
    return sum(row.event == "ENTERQUEUE" for row in floor.queue_log())


def measure(floor, seconds):
    """Processor milliseconds a second of the PBX, and calls that joined a queue."""
    cpu, joined, begun = cpu_s(floor.pbx.process.pid), calls(floor), time.monotonic()
    time.sleep(seconds)
    return 1000 * (cpu_s(floor.pbx.process.pid) - cpu) / (time.monotonic() - begun), calls(floor) - joined


def beside_keeper(floor, seconds, consoles):
    """The PBX's processor with so many consoles on one keeper, the AMI connections it then has, and bytes a second to it."""
    keeper = shared.Shared(floor)
    watching = [keeper.start("watch", "--json") for _ in range(consoles)]
    try:
        floor.until(lambda: keeper.status()["link"] == "live", "the keeper is live")
        time.sleep(3)  # the first snapshot is not what is measured
        begun = keeper.status()["bytes_in"]
        cost, _ = measure(floor, seconds)
        return cost, shared.sessions(floor), (keeper.status()["bytes_in"] - begun) / seconds
    finally:
        for child in watching:
            child.kill()
            child.wait()
        keeper.close()


def measure_shared(seconds, turns):
    counts = (1, 20)
    without, beside = [], {count: [] for count in counts}
    with lab.Floor(agents=20) as floor:
        traffic = Traffic(floor, 3.0, talk_s=4.0, seed=3)
        traffic.start()
        time.sleep(15)  # the floor fills
        for _ in range(turns):
            without.append(measure(floor, seconds)[0])
            for count in counts:
                beside[count].append(beside_keeper(floor, seconds, count))
        traffic.stop()
    alone = statistics.median(without)
    print(f"Asterisk {lab.VERSION}, 3 calls/s, 20 agents, a shared keeper, {turns} turns of {seconds:.0f} s each way:")
    print(f"  processor without a keeper {alone:.1f} ms/s")
    for count in counts:
        cost, sessions, rate = (statistics.median(column) for column in zip(*beside[count]))
        print(f"  with {count} console{'s' if count > 1 else ''}: {cost:.1f} ms/s, ratio {cost / alone:.2f}; AMI sessions {sessions:.0f}; {rate / 1000:.1f} kB/s to the keeper")


def main():
    if sys.argv[1:2] == ["shared"]:
        measure_shared(float(sys.argv[2]) if len(sys.argv) > 2 else 15, int(sys.argv[3]) if len(sys.argv) > 3 else 4)
        return
    seconds = float(sys.argv[1]) if len(sys.argv) > 1 else 15
    turns = int(sys.argv[2]) if len(sys.argv) > 2 else 4
    without, beside, bytes_a_call = [], [], []
    with lab.Floor(agents=20) as floor:
        traffic = Traffic(floor, 3.0, talk_s=4.0, seed=3)
        traffic.start()
        time.sleep(15)  # the floor fills
        for _ in range(turns):
            without.append(measure(floor, seconds)[0])
            batch = Batch(floor)
            floor.until(lambda: (batch.latest() or {}).get("link") == "live", "a live document")
            begun = batch.next()["bytes_in"]
            cost, joined = measure(floor, seconds)
            beside.append(cost)
            bytes_a_call.append((batch.next()["bytes_in"] - begun) / max(1, joined))
            batch.close()
        traffic.stop()
    a, b = statistics.median(without), statistics.median(beside)
    print(f"Asterisk {lab.VERSION}, 3 calls/s, 20 agents, {turns} turns of {seconds:.0f} s each way:")
    print(f"  processor without a console {a:.1f} ms/s, with one {b:.1f} ms/s: ratio {b / a:.2f}")
    print(f"  sent to the console for each call: {statistics.median(bytes_a_call) / 1000:.1f} kB, re-reads and Pings included")


if __name__ == "__main__":
    try:
        main()
    except pbx.Unavailable as why:
        print(f"cost.py: not measured: {why}")
