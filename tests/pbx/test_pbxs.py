# SPDX-License-Identifier: MIT
"""One acdtop at two real PBXs of two versions, on which channels, queues and agents have the same names: rows and orders say which PBX is
meant, an order reaches that one alone, and one on an agent of both never guesses."""
import json
import os
import pathlib
import re
import subprocess
import tempfile

import lab
from console import WAITING, Console

NAMES = ("geneva", "bern")


class Two(lab.PbxTest):
    agents, options = 5, {"members": {"support": [(101, 0)], "closing": [(101, 0)]}, "churn": False}

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        lab.need_acdtop()
        cls.second = lab.Floor(16 if lab.VERSION == 22 else 22, agents=cls.agents, **cls.options)
        cls.second.start()
        cls.addClassCleanup(cls.second.close)
        cls.floors = dict(zip(NAMES, (cls.floor, cls.second)))
        folder = tempfile.TemporaryDirectory()
        cls.addClassCleanup(folder.cleanup)
        cls.folder = pathlib.Path(folder.name)
        rows = []
        for name, floor in cls.floors.items():
            args = dict(zip(*[iter(floor.connect_args())] * 2))
            rows.append(f'{{ url = "{args["--url"]}"; name = "{name}"; secret_file = "{args["--secret-file"]}"; }}')
        (cls.folder / "acdtop.conf").write_text(f'pbx = ( {", ".join(rows)} );\nagent_interface = "PJSIP/{{ext}}";\ndial_context = "agents";\nphone = "PJSIP/105";\n', encoding="utf-8")
        cls.env = {**os.environ, "XDG_STATE_HOME": folder.name}

    def tidy(self):
        super().tidy()
        for phone in list(self.second.exchange.phones.values()):
            phone.hangup()
        self.second.until(lambda: not self.second.scene_ami().list("CoreShowChannels"), "every call is over there, too")

    def order(self, *words, code=0):
        done = subprocess.run([lab.ACDTOP, *words, "--config", str(self.folder / "acdtop.conf"), "--timeout", "30", "--yes", *(["--json"] if code == 0 else [])],
                              stdin=subprocess.DEVNULL, capture_output=True, text=True, timeout=120, check=False, env=self.env)
        self.assertEqual(done.returncode, code, (words, done.stdout, done.stderr))
        return json.loads(done.stdout) if code == 0 else done.stderr

    def paused(self):
        return {name: "(paused" in next(line for line in floor.cli("queue show support").splitlines() if "(PJSIP/101)" in line) for name, floor in self.floors.items()}

    def prio(self, calls):
        return {name: next((m["Priority"] for m in floor.scene_ami().list("QueueStatus", Queue="empty") if m.get("Channel") == calls[name].channel), None)
                for name, floor in self.floors.items()}

    def test_a_channel_of_the_same_name_on_both(self):
        calls = {name: floor.caller("empty", name=f"Zoë {name}") for name, floor in self.floors.items()}
        first, second = (calls[name].channel for name in NAMES)
        while first != second:  # the numbers of both count from 0; whoever is behind catches up
            behind = min(NAMES, key=lambda name: calls[name].channel)
            calls[behind].hangup()
            calls[behind] = self.floors[behind].caller("empty", name=f"Zoë {behind}")
            first, second = (calls[name].channel for name in NAMES)
        self.assertRegex(self.order("priority", first, "5", code=64), r"each on a PBX of its own: say which, as PJSIP/trunk-\w+@PBX")
        self.assertEqual(self.prio(calls), {"geneva": "0", "bern": "0"})
        done = self.order("priority", f"{first}@bern", "5")
        self.assertEqual(self.prio(calls), {"geneva": "0", "bern": "5"})
        self.assertEqual(done["undo"], f"priority {calls['bern'].uniqueid}@bern 0")
        self.order(*done["undo"].split())
        self.assertEqual(self.prio(calls), {"geneva": "0", "bern": "0"})
        self.order("hangup", f"{calls['geneva'].uniqueid}@geneva")
        self.assertTrue(calls["geneva"].wait("ended"))
        self.assertEqual(calls["bern"].state, "up")
        self.assertIn("waits any more", self.order("withdraw", f"{calls['geneva'].uniqueid}@geneva", code=66))
        self.assertIn("waits any more", self.order("withdraw", f"{calls['bern'].uniqueid}@geneva", code=66))
        self.assertEqual(calls["bern"].state, "up")

    def test_an_agent_on_both(self):
        self.assertRegex(self.order("pause", "101", "support", "lunch", code=64), "is on 2 PBXs: say which")
        self.assertRegex(self.order("pause", "101", "lunch", code=64), "is on 2 PBXs: say which")
        self.assertEqual(self.paused(), {"geneva": False, "bern": False})
        for name in NAMES:
            done = self.order("pause", f"101@{name}", "lunch")
            self.assertEqual(self.paused(), {n: n == name for n in NAMES})
            self.assertIn(f"@{name}", done["undo"])
            for line in done["undo"].split("\n"):
                self.order(*line.split())
            self.assertEqual(self.paused(), {"geneva": False, "bern": False})
        self.order("pause", "101", "support@bern", "lunch")
        self.assertEqual(self.paused(), {"geneva": False, "bern": True})
        self.order("unpause", "101", "support@bern")

    def test_the_call_of_an_agent_on_both(self):
        """He talks on one of them: that is the call; on both: it is asked which."""
        calls = {"bern": self.second.caller("closing", name="Ann")}
        self.assertTrue(self.second.agent(101).wait_up())
        self.assertRegex(self.order("hangup", "101", code=64), "say which|@PBX|is on 2 PBXs")
        self.order("transfer", "101@bern", "103")
        self.second.until(lambda: self.second.agent(103).talking, "103 of bern talks")
        self.assertFalse(self.floor.agent(103).talking)
        self.assertEqual(calls["bern"].state, "up")

    def test_by_key_on_the_row(self):
        """What the row's key opens names the PBX, and the PBX that it names is the one."""
        calls = {name: floor.caller("empty", name=f"Zoë {name}", number="0301110077") for name, floor in self.floors.items()}
        os.environ["XDG_STATE_HOME"], kept = str(self.folder), os.environ.get("XDG_STATE_HOME")
        self.addCleanup(os.environ.pop if kept is None else os.environ.__setitem__, "XDG_STATE_HOME", *([] if kept is None else [kept]))
        console = Console(self.floor, "--config", str(self.folder / "acdtop.conf"), user=None)
        self.addCleanup(console.close)
        for name in NAMES:
            console.press(f":queue empty@{name}\r")
            console.until(lambda name=name: "empty" in console.head() and f"Zoë {name}" in console.text(), "the queue is shown", 60)
            console.press("\t" * WAITING + "#0301110077\r")
            console.until(lambda name=name: re.search(rf"▌ [^─\n]*Zoë {name} ", console.text()), "the cursor is on him")
            console.press("=")
            console.until(lambda name=name: f":priority {calls[name].uniqueid}@{name} " in console.foot(), f"the line says whose he is: {console.foot()}")
            console.press("7\r")
            self.floors[name].until(lambda name=name: self.prio(calls)[name] == "7", "the PBX has it")
            console.press(":view floor\r")
        self.assertEqual(self.prio(calls), {"geneva": "7", "bern": "7"})
