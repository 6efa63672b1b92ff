# SPDX-License-Identifier: MIT
"""acdtop watching a floor: one process left running, and its newest document."""
import datetime
import json
import subprocess
import threading

import lab


class Batch:
    """`acdtop -b --json` left running; latest() is its newest document. `more` are further options, of this PBX and after
    another --url of that one."""

    def __init__(self, floor, user="acdtop", *more, tls=False, port=None):
        lab.need_acdtop()
        args = floor.connect_args(user, tls)
        args = [arg.replace(f":{floor.ports.ami}", f":{port}") for arg in args] if port else args
        self._live_at, self._gaps = None, []
        self.process = subprocess.Popen([lab.ACDTOP, *args, "-b", "--json", "-d", "1", *more],
                                        stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.PIPE)
        self._changed, self._document, self.count = threading.Condition(), None, 0
        threading.Thread(target=self._read, daemon=True).start()

    def _read(self):
        for line in self.process.stdout:
            document = json.loads(line)
            self._watch(document)
            with self._changed:
                self._document, self.count = document, self.count + 1
                self._changed.notify_all()

    def _watch(self, document):
        """When the first PBX was live, for gaps(). What is old is old by `heard_at`; until the next live document nothing is known."""
        pbx, at = document["pbx"][0], datetime.datetime.fromisoformat(document["at"].replace("Z", "+00:00")).timestamp()
        if pbx["link"] != "live" and self._live_at is not None and not (self._gaps and self._gaps[-1][1] is None):
            self._gaps.append([self._live_at, None, pbx["reason"]])
        if pbx["link"] == "live":
            if pbx["reconnects"] > len(self._gaps):  # lost and live again between two documents
                self._gaps.append([self._live_at, None, "a short one"])
            self._live_at = at
            if self._gaps and self._gaps[-1][1] is None:
                self._gaps[-1][1] = at

    def gaps(self):
        """(from, to) of each time without a live link, as the documents showed it, in seconds of the epoch."""
        return [(start, end) for start, end, _ in self._gaps if end is not None]

    def losses(self):
        """Why, each time."""
        return [why for _, _, why in self._gaps]

    def latest(self, name=None):
        """The newest document's only PBX, or the one of that name, and when it was made (`at`); None before the first."""
        with self._changed:
            found = self._document and next((pbx for pbx in self._document["pbx"] if name in (None, pbx["name"])), None)
            return found and {"at": self._document["at"], **found}

    def live(self, name=None):
        """Waits until that PBX is; what is known of it."""
        return lab.until(lambda: (self.latest(name) or {}).get("link") == "live" and self.latest(name), "a live document", 60)

    def next(self, timeout=20):
        """A document that was begun after now: the second one from here."""
        with self._changed:
            start = self.count
            if not self._changed.wait_for(lambda: self.count >= start + 2, timeout):
                raise AssertionError(f"acdtop -b printed nothing for {timeout} s")
        return self.latest()

    def close(self):
        self.process.kill()
        error = self.process.stderr.read().decode()
        self.process.wait()
        return error
