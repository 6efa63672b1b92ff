#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""What is out of sight never leaves the keeper: the bytes of a console's socket, over a long run of orders and calls, hold no name of it."""
import grp
import os
import pathlib
import random
import re
import shutil
import subprocess
import sys
import unittest

from cli import ACDTOP, json
from test_shared import DAEMON, NOBODY, Host
import tap

ROUNDS = 150
PROXY = r"""
import os, select, socket, sys
inside, keeper, record = sys.argv[1:]
door = socket.socket(socket.AF_UNIX); door.bind(inside); door.listen(4)
print("open", flush=True)
out = open(record, "wb", buffering=0)
pair = {}
while True:
    for end in select.select([door, *pair], [], [])[0]:
        if end is door:
            here, there = door.accept()[0], socket.socket(socket.AF_UNIX)
            there.connect(keeper)
            pair[here], pair[there] = (there, False), (here, True)
            continue
        if end not in pair:
            continue
        other, is_told = pair[end]
        data = end.recv(65536)
        if is_told:
            out.write(data)
        try:
            if not data:
                raise OSError
            other.sendall(data)
        except OSError:
            for one in (end, other):
                pair.pop(one, None)
                one.close()
"""


@unittest.skipUnless(os.getuid() == 0 and shutil.which("setpriv"), "other users take root and setpriv")
class Sight(Host):
    policy = ('agent_interface = "PJSIP/{ext}";\n'
              'queue_names = ( { name = "billing"; alias = "Invoices"; extension = "603@queues"; }, { name = "vip"; extension = "604@queues"; } );\n'
              'access_roles = ( { name = "lead"; like = "supervisor"; queues = [ "vip" ]; } );\n'
              'access = ( { user = "nobody"; role = "agent"; agent = "302"; }, { user = "daemon"; role = "lead"; } );\n')

    def setUp(self):
        super().setUp()
        home = pathlib.Path(self.home)
        for folder in (self.socket.parent, home, *(p for p in home.parents if p.stat().st_mode & 0o777 == 0o700)):
            os.chmod(folder, 0o755)
        self.random = random.Random(7)
        self.seen = {}  # queue -> interfaces that were ever in it

    def drop_to(self, uid):
        group = next(g.gr_gid for g in grp.getgrall() if g.gr_name in ("nogroup", "nobody"))
        return ["setpriv", "--reuid", str(uid), "--regid", str(group), "--clear-groups"]

    def child(self, words, **more):
        child = subprocess.Popen(words, stdin=subprocess.DEVNULL, stderr=subprocess.DEVNULL, env={"HOME": "/proc/self/none", "LC_ALL": "C.UTF-8", "PATH": os.environ["PATH"]}, **more)
        self.addCleanup(lambda: (child.kill(), child.communicate()))
        return child

    def console_of(self, uid):
        """A console of that user whose bytes are kept: its words, and the file."""
        folder = pathlib.Path(self.home) / f"of-{uid}"
        folder.mkdir()
        os.chown(folder, uid, -1)
        os.chmod(folder, 0o755)
        record, inside, conf = folder / "record", folder / "sock", folder / "conf"
        conf.write_text(f'keeper_socket = "{inside}";\n')
        proxy = self.child([*self.drop_to(uid), sys.executable, "-c", PROXY, str(inside), str(self.socket), str(record)], stdout=subprocess.PIPE)
        self.assertEqual(self.line(proxy), "open\n")
        words = [*self.drop_to(uid), ACDTOP, "--config", str(conf)]
        self.child([*words, "watch", "--json", "--all"], stdout=subprocess.DEVNULL)
        self.until(lambda: record.exists() and record.stat().st_size > 1000, "he is told something")
        return words, record

    def floor(self):
        floor = json.loads(self.run_it("status", "--json").stdout)["pbx"][0]
        for queue in floor["queues"]:
            self.seen.setdefault(queue["name"], set()).update(m["interface"] for m in queue["members"])
        return floor

    def pick(self, some):
        return self.random.choice(some) if some else None

    def an_order(self, floor):
        """Words of an order of somebody who sees everything: about what is in sight and what is not, also both at once. Nobody joins a queue in sight."""
        agent, other = self.pick(floor["agents"])["interface"], self.pick(floor["agents"])["interface"]
        queue = self.pick(floor["queues"])["name"]
        hidden = self.pick([q["name"] for q in floor["queues"] if q["name"] != "vip"])
        callers = [c["uniqueid"] for q in floor["queues"] for c in q["callers"]]
        vip = [c["uniqueid"] for q in floor["queues"] if q["name"] == "vip" for c in q["callers"]]
        orders = [["pause", agent, queue, "lunch"], ["unpause", agent], ["pause", agent, "away"], ["add", agent, hidden], ["remove", agent, hidden], ["remove", agent, "nowhere"],
                  ["role", agent, queue, "3"], ["listen", agent, "--on", other], ["whisper", agent, "--on", "PJSIP/901"], ["unlisten"], ["ringinuse", agent, queue, "off"],
                  ["handover", agent, other.split("/")[1]], ["take", hidden, "--to", agent], ["take", "vip", "--to", agent, "--for", "5s"], ["cancel", agent, hidden],
                  ["add", agent, hidden, "--for", "5s"], ["hangup", "--yes", agent], ["message", agent, "hello"], ["dial", agent, other.split("/")[1]], ["park", agent]]
        if callers:
            caller = self.pick(vip or callers)
            orders += [["moveto", "--yes", caller, hidden], ["send", "--yes", caller, agent], ["priority", caller, "3"], ["withdraw", "--yes", caller]] * 3
        return self.pick(orders)

    def test_what_is_out_of_sight_is_in_no_byte(self):
        lead, told_lead = self.console_of(DAEMON)
        _, told_agent = self.console_of(NOBODY)
        for _ in range(ROUNDS):
            words = self.an_order(self.floor())
            self.run_it("--timeout", "1", *words)
        for words in (["add", "302", "billin"], ["add", "302", "invoice"], ["pause", "302", "sale"], ["moveto", "--yes", "17", "order"]):
            subprocess.run([*lead, "--timeout", "1", *words], stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, check=False, timeout=60)
        floor = self.floor()
        queues = {q["name"] for q in floor["queues"]} | {"Invoices"}
        self.hides(told_lead, queues - {"vip"}, [a for a in floor["agents"] if a["interface"] not in self.seen["vip"]])
        mine = {name for name, who in self.seen.items() if "PJSIP/302" in who} | ({"Invoices"} if "PJSIP/302" in self.seen["billing"] else set())
        self.hides(told_agent, queues - mine, [a for a in floor["agents"] if a["interface"] != "PJSIP/302"])
        self.assertIn(b"PJSIP/302", told_agent.read_bytes())  # it was looked into at all
        self.assertIn(b"vip", told_lead.read_bytes())

    def hides(self, record, queues, agents):
        bytes_told = record.read_bytes()
        self.assertTrue(queues and agents)
        for name in [*queues, *(a["interface"] for a in agents), *(a["name"] for a in agents if a["name"])]:
            found = re.search(rb"(?<![A-Za-z0-9])" + re.escape(name.encode()) + rb"(?![A-Za-z0-9])", bytes_told)
            if found:
                self.fail(f"{name} was told to {record.parent.name}: {bytes_told[max(0, found.start() - 300):found.end() + 200]!r}")


if __name__ == "__main__":
    tap.main()
