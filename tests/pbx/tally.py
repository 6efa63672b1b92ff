# SPDX-License-Identifier: MIT
"""Today's counters out of queue_log: the other witness, against which acdtop's own are held.

queue_log knows whole seconds only and cannot tell a hang-up from a redirect (both ABANDON); the comparison allows for
exactly that and no more. A caller pulled away by AMI Bridge or Park is an ABANDON under a foreign id.
"""
import collections
import datetime

COUNTED = {"ENTERQUEUE": "offered", "CONNECT": "answered", "ABANDON": "abandoned", "EXITWITHTIMEOUT": "timeout",
           "EXITEMPTY": "empty", "EXITWITHKEY": "key", "WITHDRAW": "withdrawn"}
NAMES = (*COUNTED.values(), "in_sl_at_least", "in_sl_at_most")


def tally(rows, service_level_s=20):
    """{queue: {counter: number}} of rows of queue_log; answered in service level as the two bounds that seconds allow."""
    found = collections.defaultdict(lambda: dict.fromkeys(NAMES, 0))
    for row in rows:
        name = COUNTED.get(row.event)
        if name:
            found[row.queue][name] += 1
        if name == "answered":
            hold = int(row.data[0])
            found[row.queue]["in_sl_at_least"] += hold < service_level_s
            found[row.queue]["in_sl_at_most"] += hold <= service_level_s
    return found


def differences(document, rows, until, service_level_s=20):
    """acdtop's status document against queue_log: a list of sentences, empty when they agree.

    `until` is the epoch second at which the document was taken. Rows in the second in which acdtop began to count, and
    in the one in which the document was taken, may be in it or not; with nobody coming or going then, nothing may differ.
    """
    said = []
    for queue in document["pbx"][0]["queues"]:
        today, name = queue["today"], queue["name"]
        since = datetime.datetime.fromisoformat(today["since"].replace("Z", "+00:00")).timestamp()
        mine = [row for row in rows if row.queue == name and int(since) <= row.time <= int(until)]
        most = tally(mine, service_level_s)[name]
        least = tally([row for row in mine if int(since) < row.time < int(until)], service_level_s)[name]
        counted = {**today, "abandoned": today["abandoned"] + today["redirected"]}
        for key in COUNTED.values():
            said += outside(name, key, counted[key], least[key], most[key])
        said += outside(name, "answered_in_sl", today["answered_in_sl"], least["in_sl_at_least"], most["in_sl_at_most"])
    return said


def outside(queue, key, counted, least, most):
    """A sentence where a counter is not between its bounds."""
    if least <= counted <= most:
        return []
    return [f"{queue}: {key} {counted}, queue_log has {least}" + (f" to {most}" if most > least else "")]
