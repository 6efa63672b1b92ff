# SPDX-License-Identifier: MIT
"""What the AMI user may not do is said before anything is sent, with the class that manager.conf's write = lacks. What it may do is asked of the
real PBX (ListCommands), and not of acdtop's own table."""
import json
import os
import pathlib
import re
import subprocess
import tempfile
import unittest

import lab
import pbx
import scenes

CLASSES = ("system", "call", "log", "verbose", "agent", "user", "config", "command", "reporting", "cdr", "dialplan", "originate", "agi", "cc", "aoc", "test", "security", "message")
CONFIG = """
agent_interface = "PJSIP/{ext}";
dial_context = "agents";
conference = "conf-bridge@others";
queue_names = ( { name = "hall"; extension = "hall@queues"; } );
queue_sets = ( { name = "front"; queues = [ "empty", "hall" ]; } );
"""
# {c} waits, 101 talks, 102 is in the usual queues, 105 in hall.
ORDERS = ("add 105 empty", "remove 105 hall", "role 105 hall 5", "move 105 hall empty", "pause 102 lunch", "pause 102 support lunch", "ringinuse 102 support off",
          "login 105 front", "logout 105", "device 105 PJSIP/777", "take empty --to 105", "send {c} 105", "moveto {c} hall", "priority {c} 7", "withdraw {c}", "hangup {c}",
          "hangup 101", "transfer 101 105", "transfer 101 105 --attended", "handover 101 105", "park 101", "conference 101 105", "tape 101 start", "dial 105 101",
          "message 105 hello", "listen 101 --on PJSIP/105", "whisper 101 --on PJSIP/105", "barge 101 --on PJSIP/105")
LACKS = ("agent", "call", "originate", "system", "message", "reporting", "command", "dialplan", "user")


class Rights(lab.PbxTest):
    agents, options = 5, {"churn": False, "members": pbx.usual_members(range(101, 105))}

    def setUp(self):
        super().setUp()
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.folder = pathlib.Path(folder.name)
        (self.folder / "acdtop.conf").write_text(CONFIG, encoding="utf-8")
        self.addCleanup(lambda: scenes.change_manager(self.floor, {}))

    def may(self, lacks):
        """The AMI user has every class but this one; the actions that the PBX then lists."""
        write = ",".join(name for name in CLASSES if name != lacks)
        scenes.change_manager(self.floor, {"read = agent,call,system,user,reporting,dialplan\nwrite = agent,call,originate,reporting,user": f"read = all\nwrite = {write}"})
        ami = self.floor.ami("acdtop")
        return {name.lower() for name, _ in ami.action("ListCommands").pairs}

    def dry(self, line):
        lab.need_acdtop()
        return subprocess.run([lab.ACDTOP, *line.split(), "--dry-run", "--yes", "--json", "--config", str(self.folder / "acdtop.conf"), "--timeout", "30",
                               *self.floor.connect_args("acdtop")], stdin=subprocess.DEVNULL, capture_output=True, text=True, timeout=120, check=False,
                              env={**os.environ, "XDG_STATE_HOME": str(self.folder)})

    def test_each_order_without_each_class(self):
        scenes.add_member(self.floor, "hall", "PJSIP/105")
        self.addCleanup(lambda: scenes.remove_member(self.floor, "hall", "PJSIP/105"))
        self.floor.caller("closing", name="Jo")
        self.floor.until(lambda: self.floor.agent(101).talking or self.floor.agent(101).wait_up(), "101 talks")
        lines = [line.format(c=self.floor.caller("empty").uniqueid) if "{c}" in line else line for line in ORDERS]
        self.may(None)
        needs = {}
        for line in lines:
            done = self.dry(line)
            self.assertEqual(done.returncode, 0, (line, done.stderr))
            needs[line] = set(re.findall(r"Action: (\S+)", json.loads(done.stdout)["requests"]))
            self.assertTrue(needs[line], line)
        told = set()
        for lacks in LACKS:
            listed = self.may(lacks)
            for line in lines:
                missing = {action for action in needs[line] if action.lower() not in listed}
                done = self.dry(line)
                if not missing:
                    self.assertEqual(done.returncode, 0, (lacks, line, done.stderr))
                    continue
                told.add(lacks)
                self.assertEqual(done.returncode, 77, (lacks, line, missing, done.stdout, done.stderr))
                self.assertIn(f"in manager.conf add {lacks} to its write =", done.stderr, (lacks, line, missing))
        self.assertLessEqual({"agent", "call", "originate", "system", "message"}, told)


if __name__ == "__main__":
    unittest.main()
