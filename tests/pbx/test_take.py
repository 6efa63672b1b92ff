# SPDX-License-Identifier: MIT
"""The order take on the real PBX: one call, whatever happens, and never a membership left behind. What it rests on is in test_lease.py."""
import os
import pathlib
import signal
import subprocess
import tempfile

import lab
import scenes
import test_lease

Q, WHO = test_lease.Q, test_lease.KINDS[0]


class Take(test_lease.Foreign):
    """104 is in no queue; `empty` rings all, also who is on the phone."""

    def setUp(self):
        super().setUp()
        lab.need_acdtop()
        state = tempfile.TemporaryDirectory()
        self.addCleanup(state.cleanup)
        self.state = pathlib.Path(state.name)

    def start(self, *words):
        """The command, running; `finish` has its exit code and what it said."""
        said = open(self.state / "said", "w+", encoding="utf-8")
        self.addCleanup(said.close)
        env = {**os.environ, "XDG_STATE_HOME": str(self.state)}
        command = subprocess.Popen([lab.ACDTOP, *words, *self.floor.connect_args("acdtop"), "--timeout", "90"], stdin=subprocess.DEVNULL, stdout=said, stderr=said, env=env)
        self.addCleanup(command.wait)
        self.addCleanup(command.kill)
        return command

    def finish(self, command, code, text):
        self.assertEqual(command.wait(60), code, (self.state / "said").read_text(encoding="utf-8"))
        self.assertIn(text, (self.state / "said").read_text(encoding="utf-8"))

    def take(self, *words):
        command = self.start("take", Q, "--to", "PJSIP/104", *words)
        scenes.must(self.ami.event("QueueMemberPause", start=self.mark, Queue=Q, Interface="PJSIP/104", Paused="0"), "armed")
        return command

    def leases(self):
        return list((self.state / "acdtop/leases").glob("*.lease"))

    def keeper(self):
        (lease,) = self.leases()
        f = lease.stat()
        name = f"{os.major(f.st_dev):02x}:{os.minor(f.st_dev):02x}:{f.st_ino}"
        rows = [line.split() for line in pathlib.Path("/proc/locks").read_text(encoding="ascii").splitlines()]
        (pid,) = [int(row[4]) for row in rows if row[1] == "FLOCK" and row[5] == name]
        return pid

    def clean(self):
        lab.until(lambda: not self.leases(), "the lease is settled")
        self.assertEqual(self.members(), [])

    def test_one_call(self):
        calls = self.callers()
        command = self.take()
        self.answer(WHO)
        self.finish(command, 0, "taken: the call of")
        self.clean()
        self.others_turn()
        self.assertEqual((self.count("AgentCalled", WHO), self.count("AgentConnect", WHO)), (1, 1))
        self.assertEqual(len(calls), 3)

    def test_declined(self):
        self.callers(1)
        command = self.take()
        scenes.must(self.phone.wait_ringing(), "104 rings")
        self.phone.ringing.refuse(603)
        self.finish(command, 1, "nobody answered")
        self.clean()

    def test_caller_hangs_up_and_the_next_one_is_taken(self):
        (call,) = self.callers(1)
        command = self.take()
        scenes.must(self.phone.wait_ringing(), "104 rings")
        call.hangup()
        lab.until(lambda: self.phone.ringing is None, "the ringing is over")
        self.callers(1)
        self.answer(WHO)
        self.finish(command, 0, "taken")
        self.clean()
        self.assertEqual(self.count("AgentConnect", WHO), 1)

    def test_nobody_calls(self):
        self.finish(self.take("--for", "3s"), 1, "no caller came in time")
        self.clean()

    def test_there_already(self):
        self.add(WHO)
        self.finish(self.start("take", Q, "--to", "PJSIP/104"), 1, "already")
        self.assertEqual(self.members(), ["PJSIP/104"])

    def test_killed_while_armed(self):
        command = self.take()
        os.kill(self.keeper(), signal.SIGKILL)
        command.kill()
        self.assertEqual(self.members(), ["PJSIP/104"])
        (self.state / "said").write_text("", encoding="utf-8")
        self.finish(self.start("remove", "PJSIP/103", Q), 0, "is not in")
        self.clean()

    def test_killed_while_it_rings(self):
        self.callers()
        command = self.take()
        scenes.must(self.phone.wait_ringing(), "104 rings")
        os.kill(self.keeper(), signal.SIGKILL)
        command.kill()
        self.answer(WHO)
        self.finish(self.start("remove", "PJSIP/103", Q), 0, "is not in")
        self.clean()
        self.others_turn()
        self.assertEqual(self.count("AgentConnect", WHO), 1)

    def test_restart_while_armed(self):
        command = self.take("--for", "80s")
        self.floor.pbx.restart()
        self.ami = self.floor.ami()
        self.finish(command, 1, "the link")
        self.clean()
