# SPDX-License-Identifier: MIT
"""The order take on the real PBX: one call, whatever happens, and never a membership left behind. What it rests on is in test_lease.py."""
import os
import pathlib
import signal
import subprocess

import lab
import scenes
import test_lease

Q, WHO = test_lease.Q, test_lease.KINDS[0]


class Taking(test_lease.Foreign):
    """104 is in no queue; `empty` rings all, also who is on the phone."""
    config, who = "", WHO

    def setUp(self):
        super().setUp()
        self.state = self.own_folder()

    def start(self, *words, name="said"):
        """The command, running; `finish` has its exit code and what it said, in the file of that name."""
        said = open(self.state / name, "w+", encoding="utf-8")
        self.addCleanup(said.close)
        if self.config:
            (self.state / "acdtop.conf").write_text(self.config, encoding="utf-8")
            words = (*words, "--config", str(self.state / "acdtop.conf"))
        env = {**os.environ, "XDG_STATE_HOME": str(self.state)}
        command = subprocess.Popen([lab.ACDTOP, *words, *self.floor.connect_args("acdtop"), "--timeout", "90"], stdin=subprocess.DEVNULL, stdout=said, stderr=said, env=env)
        self.addCleanup(command.wait)
        self.addCleanup(command.kill)
        return command

    def finish(self, command, code, text, name="said"):
        self.assertEqual(command.wait(60), code, (self.state / name).read_text(encoding="utf-8"))
        self.assertIn(text, (self.state / name).read_text(encoding="utf-8"))

    def take(self, *words):
        command = self.start("take", Q, "--to", "PJSIP/104", *words)
        scenes.must(self.ami.event("QueueMemberPause", start=self.mark, Queue=Q, Interface="PJSIP/104", Paused="0"), "armed")
        return command

    def leases(self):
        return list((self.state / "acdtop/leases").glob("*.lease"))

    def keeper(self):
        """Who holds the lease; its file is replaced whenever it has come a step further."""
        def holders():
            names = []
            for lease in self.leases():
                f = lease.stat()
                names.append(f"{os.major(f.st_dev):02x}:{os.minor(f.st_dev):02x}:{f.st_ino}")
            rows = [line.split() for line in pathlib.Path("/proc/locks").read_text(encoding="ascii").splitlines()]
            return [int(row[4]) for row in rows if row[1] == "FLOCK" and row[5] in names]
        return lab.until(holders, "somebody holds the lease")[0]

    def clean(self):
        lab.until(lambda: not self.leases(), "the lease is settled")
        self.assertEqual(self.members(), [])


class OneCall:
    """What holds for either way: `who` is the member, `take` gives the order and returns when he is one who can be rung."""

    def test_one_call(self):
        self.callers()
        command = self.take()
        self.answer(self.who)
        self.finish(command, 0, "taken: the call of")
        self.clean()
        self.others_turn()
        self.assertEqual((self.count("AgentCalled", self.who), self.count("AgentConnect", self.who)), (1, 1))

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
        self.answer(self.who)
        self.finish(command, 0, "taken")
        self.clean()
        self.assertEqual(self.count("AgentConnect", self.who), 1)

    def test_nobody_calls(self):
        self.finish(self.take("--for", "3s"), 1, "no caller came in time")
        self.clean()


class Take(OneCall, Taking):
    def test_what_becomes_of_the_figures_is_said_once(self):
        said = self.state / "said"
        for is_first in (True, False):
            self.mark = self.ami.mark()
            self.finish(self.take("--for", "1s"), 1, "no caller came in time")
            self.assertEqual("said once: " in said.read_text(encoding="utf-8"), is_first)

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


class Very(Taking):
    """This very caller, who is not the next one: moved to the front, or not at all."""

    def line(self):
        """Who waits: Uniqueid and priority, the first first."""
        return [(m["Uniqueid"], m["Priority"]) for m in sorted(scenes.snapshot(self.ami, Q)[2], key=lambda m: int(m["Position"]))]

    def is_refused(self, call):
        """An Asterisk that cannot move him: nothing is done to anybody."""
        if lab.VERSION >= 18:
            return False
        before = self.line()
        self.finish(self.start("take", Q, call.uniqueid, "--to", "PJSIP/104"), 1, "cannot move who waits")
        self.assertEqual((self.line(), self.members()), (before, []))
        return True

    def test_the_third(self):
        first, second, third = self.callers()
        if self.is_refused(third):
            return
        command = self.take_one(third)
        self.answer(WHO)
        self.finish(command, 0, "taken: the call of")
        self.clean()
        self.assertEqual(self.log("CONNECT", queue=Q).callid, third.uniqueid)
        self.assertEqual(self.line(), [(call.uniqueid, "0") for call in (first, second)])

    def take_one(self, call, who="PJSIP/104", name="said"):
        command = self.start("take", Q, call.uniqueid, "--to", who, name=name)
        scenes.must(self.ami.event("QueueMemberPause", start=self.mark, Queue=Q, Interface=who, Paused="0"), "armed")
        return command

    def test_the_next_one(self):
        first, second = self.callers(2)
        command = self.take_one(first)
        self.answer(WHO)
        self.finish(command, 0, "taken: the call of")
        self.clean()
        self.assertEqual(self.log("CONNECT", queue=Q).callid, first.uniqueid)
        self.assertEqual(self.line(), [(second.uniqueid, "0")])

    def test_nobody_answers(self):
        first, second = self.callers(2)
        if self.is_refused(second):
            return
        command = self.take_one(second)
        scenes.must(self.phone.wait_ringing(), "104 rings")
        self.phone.ringing.refuse(603)
        self.finish(command, 1, "nobody answered")
        self.clean()
        self.assertEqual(self.line(), [(second.uniqueid, "0"), (first.uniqueid, "0")])

    def test_two_want_the_same(self):
        """Both phones ring for him, or one is late: one has him, and the other one nobody."""
        (call,) = self.callers(1)
        self.floor.agent(103).mode = self.phone.mode = "answer"
        takes = [self.start("take", Q, call.uniqueid, "--to", f"PJSIP/{n}", name=f"said{n}") for n in (103, 104)]
        codes = [take.wait(60) for take in takes]
        said = [(self.state / f"said{n}").read_text(encoding="utf-8") for n in (103, 104)]
        self.assertEqual(sorted(codes), [0, 1], said)
        self.assertIn("not taken", said[codes.index(1)])
        self.clean()
        self.assertEqual(len(self.ami.since(self.mark, "AgentConnect")), 1)

    def test_killed_while_it_rings(self):
        first, second = self.callers(2)
        if self.is_refused(second):
            return
        command = self.take_one(second)
        scenes.must(self.phone.wait_ringing(), "104 rings")
        lab.until(lambda: not self.members(), "he is out")
        os.kill(self.keeper(), signal.SIGKILL)
        command.kill()
        self.phone.ringing.refuse(603)
        scenes.must(self.ami.event("AgentRingNoAnswer", start=self.mark, Queue=Q), "nobody answered")
        self.assertEqual(self.line(), [(second.uniqueid, "1"), (first.uniqueid, "0")])
        self.finish(self.start("remove", "PJSIP/103", Q, name="next"), 0, "is not in", name="next")
        self.clean()
        lab.until(lambda: self.line() == [(second.uniqueid, "0"), (first.uniqueid, "0")], "the priority is put back")


class Line(OneCall, Taking):
    """By the lines of acdtop.conf(5) in the dialplan: whoever dies, the PBX alone gives one call, and the membership goes."""
    config = 'take_context = "acdtop1x";\nagent_interface = "PJSIP/{ext}";\n'
    who = {"Interface": f"Local/104*{Q}@acdtop1x/n"}

    def take(self, *words):
        command = self.start("take", Q, "--to", "104", *words)
        scenes.must(self.ami.event("QueueMemberAdded", start=self.mark, Queue=Q, **self.who), "armed")
        return command

    def test_cancelled(self):
        command = self.take()
        self.finish(self.start("cancel", "104", Q, name="cancel"), 0, "done", name="cancel")  # another acdtop's
        self.finish(command, 1, "somebody took him out")
        self.clean()

    def test_killed_while_armed(self):
        """Nobody is left: the call that comes then is one call, and the membership goes with it."""
        command = self.take()
        os.kill(self.keeper(), signal.SIGKILL)
        command.kill()
        self.callers()
        self.answer(self.who)
        self.assertEqual(self.members(), [])
        self.finish(self.start("remove", "PJSIP/103", Q, name="next"), 0, "is not in", name="next")
        self.clean()
        self.others_turn()
        self.assertEqual((self.count("AgentCalled", self.who), self.count("AgentConnect", self.who)), (1, 1))

    def test_restart_while_armed(self):
        """The membership is kept over the restart; without anybody of ours it is still one call."""
        command = self.take("--for", "80s")
        os.kill(self.keeper(), signal.SIGKILL)
        command.kill()
        self.floor.pbx.restart()
        self.ami = self.floor.ami()
        self.mark = self.ami.mark()
        lab.until(lambda: self.members() == [self.who["Interface"]], "the member is back")
        self.callers()
        self.answer(self.who)
        self.assertEqual(self.members(), [])
        self.assertEqual(self.count("AgentCalled", self.who), 1)
        self.finish(self.start("remove", "PJSIP/103", Q, name="next"), 0, "is not in", name="next")
        self.clean()

    def test_the_dialplan_has_no_such_lines(self):
        self.config = 'take_context = "nowhere";\nagent_interface = "PJSIP/{ext}";\n'
        self.finish(self.start("take", Q, "--to", "104"), 1, "take_context")
        self.clean()


class Withdrawn(Very):
    """The same with the lines for callers who are withdrawn: an Asterisk that cannot move them has a way too."""
    config = 'withdraw_context = "acdtopw";\nagent_interface = "PJSIP/{ext}";\n'

    def is_refused(self, call):
        return lab.VERSION < 18  # each of them is below

    def withdraw(self, call):
        """Taken by a withdrawal, and the phone rings; None where the caller is moved instead."""
        command = self.start("take", Q, call.uniqueid, "--to", "104")
        scenes.must(self.phone.wait_ringing(), "104 rings")
        if lab.VERSION >= 18:
            return None
        self.assertEqual(self.log("WITHDRAW", queue=Q).data[3], f"104*{Q}")
        self.assertEqual(self.members(), [])
        return command

    def test_withdrawn_and_taken(self):
        first, second = self.callers(2)
        command = self.withdraw(second)
        if command:
            self.phone.ringing.answer()
            self.finish(command, 0, "done")
            self.assertEqual([row[0] for row in self.line()], [first.uniqueid])
            self.assertTrue(self.phone.talking)

    def test_withdrawn_and_back_in_front(self):
        first, second = self.callers(2)
        command = self.withdraw(second)
        if command:
            self.phone.ringing.refuse(603)
            self.finish(command, 1, "did not answer")
            lab.until(lambda: [row[0] for row in self.line()] == [second.uniqueid, first.uniqueid], "back, and the first")
