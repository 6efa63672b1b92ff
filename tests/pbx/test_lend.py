# SPDX-License-Identifier: MIT
"""Lending on the real PBX: the command returns when it runs, and its keeper, or the next one, puts the agent back, whoever was killed."""
import os
import pathlib
import signal
import subprocess

import lab
import scenes

Q, AGENT = "empty", "PJSIP/103"


class Lend(lab.PbxTest):
    agents, options = 3, {"churn": False}

    def setUp(self):
        super().setUp()
        self.state = self.own_folder()
        self.addCleanup(self.clear)

    def clear(self):
        for pid in self.keepers():
            os.kill(pid, signal.SIGKILL)
        for member in scenes.snapshot(self.ami, Q)[1]:
            self.ami.action("QueueRemove", Queue=Q, Interface=member["Location"])

    def env(self):
        return {**os.environ, "XDG_STATE_HOME": str(self.state)}

    def run_acdtop(self, *words, code=0):
        with open(self.state / "said", "w+", encoding="utf-8") as said:
            done = subprocess.run([lab.ACDTOP, *words, *self.floor.connect_args("acdtop"), "--timeout", "30"], stdin=subprocess.DEVNULL, stdout=said,
                                  stderr=said, timeout=120, check=False, env=self.env())
            said.seek(0)
            text = said.read()
        self.assertEqual(done.returncode, code, text)
        return text

    def keepers(self):
        """Those who hold a lease of this test's folder."""
        files = [lease.stat() for lease in self.leases()]
        names = {f"{os.major(f.st_dev):02x}:{os.minor(f.st_dev):02x}:{f.st_ino}" for f in files}
        rows = [line.split() for line in pathlib.Path("/proc/locks").read_text(encoding="ascii").splitlines()]
        return [int(row[4]) for row in rows if row[1] == "FLOCK" and row[5] in names]

    def gone(self, pids):
        return not any(pathlib.Path(f"/proc/{pid}/cmdline").exists() and pathlib.Path(f"/proc/{pid}/cmdline").read_bytes() for pid in pids)

    def leases(self):
        return list((self.state / "acdtop/leases").glob("*.lease"))

    def members(self):
        return [member["Location"] for member in scenes.snapshot(self.ami, Q)[1]]

    def put_back(self, mark, pids=None):
        pids = pids or self.keepers()
        self.assertEqual(len(pids), 1)
        scenes.must(self.ami.event("QueueMemberRemoved", start=mark, Queue=Q, Interface=AGENT), "put back")
        self.assertEqual(self.members(), [])
        lab.until(lambda: not self.leases(), "the lease is settled")
        lab.until(lambda: self.gone(pids), "the keeper goes when it is settled")

    def test_for_a_time(self):
        mark = self.ami.mark()
        self.assertRegex(self.run_acdtop("add", "103", Q, "--for", "5s"), r"active: add .* to empty .* for 5 s, until \d\d:\d\d:\d\d")
        self.assertEqual(self.members(), [AGENT])
        self.assertEqual(len(self.leases()), 1)
        self.put_back(mark)

    def test_for_a_call(self):
        mark = self.ami.mark()
        self.assertIn("for 1 call", self.run_acdtop("add", "103", Q, "--calls", "1"))
        pids = self.keepers()
        call = self.floor.caller(Q)
        scenes.must(self.ami.event("AgentConnect", start=mark, Queue=Q, Interface=AGENT), "he answers")
        self.put_back(mark, pids)
        self.log("CONNECT", callid=call.uniqueid)

    def test_killed(self):
        """The keeper is killed; the next acdtop that may order, whatever it does, settles what is overdue."""
        self.run_acdtop("add", "103", Q, "--for", "1h")
        (pid,) = self.keepers()
        os.kill(pid, signal.SIGKILL)
        (lease,) = self.leases()
        text = lease.read_text(encoding="utf-8")
        self.assertIn("queue=empty\ninterface=PJSIP/103\n", text)
        lines = [("until_wall_ms=1" if line.startswith("until_wall_ms=") else line) for line in text.splitlines()]
        lease.write_text("\n".join(lines) + "\n", encoding="utf-8")
        mark = self.ami.mark()
        self.run_acdtop("remove", "102", Q)  # only who may order settles it
        scenes.must(self.ami.event("QueueMemberRemoved", start=mark, Queue=Q, Interface=AGENT), "put back")
        lab.until(lambda: not self.leases(), "the lease is settled")

    def test_restart_of_the_pbx(self):
        self.run_acdtop("add", "103", Q, "--for", "20s")
        self.floor.pbx.restart()
        self.ami = self.floor.ami()
        lab.until(lambda: not self.members(), "put back", timeout=150)  # a PBX that was long away is asked rarely
        lab.until(lambda: not self.leases(), "the lease is settled")

    def test_a_person_is_first(self):
        self.run_acdtop("add", "103", Q, "--for", "1h")
        self.run_acdtop("add", "102", Q)
        self.assertIn("is not lent", self.run_acdtop("cancel", "102", Q, code=1))
        pids = self.keepers()
        scenes.ok(self.ami.action("QueueRemove", Queue=Q, Interface=AGENT))
        lab.until(lambda: not self.leases(), "the lease is settled")
        lab.until(lambda: self.gone(pids), "the keeper goes")
