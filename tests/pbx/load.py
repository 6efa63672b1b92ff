# SPDX-License-Identifier: MIT
"""Load by sipp: many callers at little cost. It ends by itself, with stop(), or with the process that started it."""
import pathlib
import shutil
import subprocess
import tempfile
import unittest

from pbx import HERE
from sip import printable, token
from traffic import read_callers

PORTS_EACH, FIRST, MOST = 8, 64, 4  # of a floor's block of ports


class Load:
    """`rate` calls a second to an extension, each staying stay_s, `calls` in all, so at most rate * stay_s at once.

    200 waiting callers: Load(floor, "hall", calls=200, rate=50, stay_s=600). 80 joins and leaves a second for a minute:
    Load(floor, "hall", calls=2400, rate=40, stay_s=0.5).
    """
    running = []

    def __init__(self, floor, exten, calls, rate, stay_s):
        if not shutil.which("sipp"):
            raise unittest.SkipTest("sipp is not installed (Debian package sip-tester)")
        slot = next(i for i in range(MOST) if (floor.ports.base, i) not in self.running)
        self.slot, port = (floor.ports.base, slot), floor.ports.base + FIRST + slot * PORTS_EACH
        self.running.append(self.slot)
        self.floor, self.mark = floor, f"load-{token()}"
        self._files = tempfile.TemporaryDirectory(prefix="acdtop-load-")
        folder = pathlib.Path(self._files.name)
        scenario = (HERE / "load" / "wait.xml").read_text()
        for key, value in (("@STAY_MS@", str(int(stay_s * 1000))), ("@MARK@", self.mark)):
            scenario = scenario.replace(key, value)
        (folder / "wait.xml").write_text(scenario)
        who = [f"{name};{number.replace('####', '0000')}" for number, name in read_callers("plain")
               if printable(name) and ";" not in name]
        (folder / "who.csv").write_text("SEQUENTIAL\n" + "\n".join(who) + "\n", encoding="utf-8")
        guard = int(calls / rate + stay_s) + 120
        self._sipp = subprocess.Popen(
            ["setpriv", "--pdeathsig", "KILL", "sipp", "-sf", "wait.xml", "-inf", "who.csv", "-s", exten, "-nostdin",
             "-r", str(rate), "-m", str(calls), "-l", str(calls), "-i", "127.0.0.1", "-p", str(port),
             "-mp", str(port + 2), "-timeout", f"{guard}s", f"127.0.0.1:{floor.ports.sip}"],
            cwd=folder, stdin=subprocess.DEVNULL, stdout=open(folder / "out", "wb"), stderr=subprocess.STDOUT)

    def wait(self, timeout=600):
        """Waits until all its calls are over; sipp's exit code, 0 when every call went as the scenario says."""
        return self._sipp.wait(timeout)

    def stop(self):
        """Ends it and hangs its callers up, which sipp does not."""
        if self._sipp.poll() is None:
            self._sipp.kill()
            self._sipp.wait()
            ami = self.floor.scene_ami()
            for channel in ami.list("CoreShowChannels"):
                if channel["AccountCode"] == self.mark:
                    ami.send("Hangup", Channel=channel["Channel"])
        self.discard()

    def discard(self):
        """What is left to do when the PBX goes as well."""
        self._sipp.kill()
        self._sipp.wait()
        if self.slot in self.running:
            self.running.remove(self.slot)
        self._files.cleanup()
