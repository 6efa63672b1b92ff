#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""A disk that hangs under the audit log and the journal of leases: the floor goes on, an order waits for what it must, and says so."""
import os
import pathlib
import subprocess
import sys

HERE = pathlib.Path(__file__).resolve().parent
sys.path.insert(0, str(HERE.parent))
sys.path.insert(0, str(HERE.parent / "cli"))
sys.dont_write_bytecode = True
import tap
from cli import GUARD_S, json
from test_shared import Host


class Hung(Host):
    settings = ""

    def setUp(self):
        self.policy = 'access = ( { user = "nobody"; role = "viewer"; } );\n' + self.settings
        super().setUp()

    def start_keeper(self):
        library = self.home / "hang.so"
        subprocess.run([os.environ.get("CC", "cc"), "-shared", "-fPIC", "-o", library, HERE / "hang_fsync.c"], check=True)
        self.state = self.home / ".local/state"
        self.state.mkdir(parents=True)
        self.env.update(LD_PRELOAD=str(library), ACDTOP_HANG=str(self.state))
        keeper = super().start_keeper()
        self.env.pop("LD_PRELOAD")
        self.addCleanup(lambda: (self.state / "gate").unlink(missing_ok=True))  # or its processes wait for ever
        return keeper

    def hang(self):
        (self.state / "gate").touch()

    def go_on(self):
        (self.state / "gate").unlink()

    def floor(self):
        done = self.run_it("status", "--json")
        self.assertEqual((done.returncode, done.stderr), (0, ""))
        return json.loads(done.stdout)["pbx"][0]

    def seats(self):
        return {(queue["name"], member["interface"]) for queue in self.floor()["queues"] for member in queue["members"]}

    def is_paused(self, agent):
        return all(member["paused"] for queue in self.floor()["queues"] for member in queue["members"] if member["interface"] == agent)

    def wait(self, order, code):
        out, err = order.communicate(timeout=GUARD_S)
        self.assertEqual(order.returncode, code, (out, err))
        return err.decode()


class Leases(Hung):
    def test_the_floor_goes_on_and_the_order_waits(self):
        seats = self.seats()
        queue = next(name for name in sorted({q for q, _ in seats}))
        agent = next(i for i in sorted({i for _, i in seats}) if (queue, i) not in seats and i.startswith("PJSIP/"))
        self.hang()
        order = self.start("add", agent, queue, "--for", "10m")
        leases = self.state / "acdtop/leases"
        self.until(lambda: leases.is_dir() and list(leases.iterdir()), "the lease is being written down")
        for _ in range(3):
            self.assertNotIn((queue, agent), self.seats())
        self.assertIsNone(order.poll())
        self.go_on()
        self.wait(order, 0)
        self.assertIn((queue, agent), self.seats())
        self.assertEqual([p.suffix for p in leases.iterdir()], [".lease"])
        self.hang()  # he comes out in time all the same, as nearly as that can be
        self.assertEqual(self.run_it("cancel", agent, queue).returncode, 0)
        self.until(lambda: (queue, agent) not in self.seats(), "he is out of the queue")
        self.go_on()
        self.until(lambda: not list(leases.iterdir()), "the lease is settled")


class On(Hung):
    def test_orders_are_given_and_that_is_told(self):
        agent = self.floor()["agents"][0]["interface"]
        self.hang()
        given = 0

        def is_told():
            nonlocal given
            done, given = self.run_it("pause", agent, "lunch" if given % 2 == 0 else "break"), given + 1
            self.assertEqual(done.returncode, 0, done.stderr)
            return "does not take records in time: orders are given before theirs are written" in done.stderr

        self.until(is_told, "that is told")
        self.go_on()
        self.until(lambda: (self.state / "acdtop/audit.log").read_text().count("event=outcome") == given, "all records are there")


class Required(Hung):
    settings = 'audit = "required";\n'

    def test_nothing_is_sent_and_the_floor_goes_on(self):
        agent = self.floor()["agents"][0]["interface"]
        self.assertEqual(self.run_it("pause", agent, "lunch").returncode, 0)
        self.hang()
        order = self.start("unpause", agent)
        self.until(lambda: (self.state / "acdtop/audit.log").read_text().count("event=issue") == 2, "its record is in the file")
        self.assertTrue(self.is_paused(agent))
        self.assertIn('not sent: audit = "required", and the disk has not taken its record in time', self.wait(order, 1))
        self.assertTrue(self.is_paused(agent))
        self.go_on()
        self.assertEqual(self.run_it("unpause", agent).returncode, 0)


if __name__ == "__main__":
    tap.main()
