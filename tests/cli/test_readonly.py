#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""--readonly and the wall, by what reaches the PBX: of every order, of an undo, and of a lease that a dead acdtop left, only questions."""
import pathlib
import re
import subprocess
import sys
import time

from cli import CliTest, children_of, json, os, signal, words_of
import tap

ASKS = {"challenge", "login", "logoff", "ping", "events", "listcommands", "coresettings", "coreshowchannels", "status", "queuestatus", "pjsipshowendpoints", "getvar", "setvar"}
# One line of every order of core/control/commands.def; {c}: who waits, {a}: an agent's device, {b}: another's.
LINES = {"add": "add {b} vip", "take": "take vip --to {b}", "cancel": "cancel {a} sales", "remove": "remove {a} sales", "role": "role {a} sales 5", "move": "move {a} sales vip",
         "pause": "pause {a} lunch", "unpause": "unpause {a}", "ringinuse": "ringinuse {a} sales off", "login": "login {b} front", "logout": "logout {a}", "device": "device {a} PJSIP/777",
         "send": "send --yes {c} {b}", "moveto": "moveto --yes {c} vip", "priority": "priority {c} 5", "withdraw": "withdraw --yes {c}", "hangup": "hangup --yes {c}",
         "transfer": "transfer --yes {a} 300", "handover": "handover --yes {a} 300", "park": "park --yes {a}", "hold": "hold {a}", "conference": "conference --yes {a} 300",
         "tape": "tape {a} start", "dial": "dial {b} 300", "message": "message {a} hello", "listen": "listen {a} --on PJSIP/900", "whisper": "whisper {a} --on PJSIP/900",
         "barge": "barge {a} --on PJSIP/900", "unlisten": "unlisten"}
PROXY = r"""
import select, socket, sys
inside, pbx, record = sys.argv[1:]
door = socket.socket(socket.AF_UNIX); door.bind(inside); door.listen(8)
print("open", flush=True)
out = open(record, "wb", buffering=0)
pair = {}
while True:
    for end in select.select([door, *pair], [], [])[0]:
        if end is door:
            here, there = door.accept()[0], socket.socket(socket.AF_UNIX)
            there.connect(pbx)
            pair[here], pair[there] = (there, True), (here, False)
            continue
        if end not in pair:
            continue
        other, is_asked = pair[end]
        try:
            data = end.recv(65536)
            if is_asked:
                out.write(data)
            if not data:
                raise OSError
            other.sendall(data)
        except OSError:
            for one in (end, other):
                pair.pop(one, None)
                one.close()
"""


class Readonly(CliTest):
    def setUp(self):
        super().setUp()
        secret = self.file("secret", "demo\n")
        demo = self.start("--demo", "-b", "-d", "1h")
        self.line(demo)
        pbx = next(word for pid in children_of(demo.pid) for word in words_of(pid) if word.startswith("unix://"))
        self.record = pathlib.Path(self.home) / "asked"
        inside = pathlib.Path(self.home) / "pbx.sock"
        proxy = self.start_proxy(inside, re.sub(r"^unix://|\?.*$", "", pbx))
        self.assertEqual(self.line(proxy), "open\n")
        self.file(".config/acdtop/acdtop.conf", f'pbx = ( {{ url = "unix://{inside}?user=demo"; name = "geneva"; secret_file = "{secret}"; }} );\n'
                  'agent_interface = "PJSIP/{ext}";\ndial_context = "agents";\nconference = "800@queues";\n'
                  'queue_sets = ( { name = "front"; queues = [ "vip" ]; } );\nqueue_names = ( { name = "vip"; extension = "604@queues"; } );\n')

    def start_proxy(self, inside, pbx):
        child = subprocess.Popen([sys.executable, "-c", PROXY, str(inside), pbx, str(self.record)], stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.PIPE)
        self.addCleanup(lambda: (child.kill(), child.communicate()))
        return child

    def asked(self):
        """The actions that reached the PBX, and the variables that were set."""
        text = self.record.read_text(encoding="utf-8", errors="replace")
        sets = re.findall(r"(?is)^Action: Setvar\r\n(.*?)\r\n\r\n", text, re.M)
        return {action.lower() for action in re.findall(r"(?im)^Action: (\S+)", text)}, sets

    def lines(self):
        done = self.run_it("status", "--json")
        self.assertEqual(done.stderr, "")
        floor = json.loads(done.stdout)["pbx"][0]
        queues = {q["name"]: q for q in floor["queues"]}
        inside = {m["interface"] for m in queues["vip"]["members"]}
        a = next(m["interface"] for m in queues["sales"]["members"] if m["interface"] not in inside)
        b = next(agent["interface"] for agent in floor["agents"] if agent["interface"] not in inside)
        callers = [c["uniqueid"] for q in floor["queues"] for c in q["callers"]]
        return {name: line.format(a=a, b=b, c=callers[-1] if callers else "17.4").split() for name, line in LINES.items()}

    def only_asks(self):
        actions, sets = self.asked()
        self.assertLessEqual(actions, ASKS)
        for one in sets:
            self.assertNotIn("Channel:", one)
            self.assertIn("Variable: ACDTOP_SYNC\r\n", one + "\r\n")

    def test_no_order_reaches_the_pbx(self):
        table = (pathlib.Path(__file__).resolve().parents[2] / "core/control/commands.def").read_text(encoding="utf-8")
        self.assertEqual(set(LINES), set(re.findall(r'COMMAND\(\w+, "(\S+)", O \|', table)))
        for name, words in self.lines().items():
            for how in (["--readonly"], ["--wall"]):
                done = self.run_it(*how, *words)
                self.assertNotEqual(done.returncode, 0, (how, words, done.stdout))
                self.assertRegex(done.stderr, "read-only|--wall", (name, how))
        self.only_asks()
        changed = self.run_it("pause", self.lines()["pause"][1], "lunch")  # the same words without: they do reach it
        self.assertEqual(changed.returncode, 0, changed.stderr)
        self.assertIn("queuepause", self.asked()[0])

    def keepers(self):
        """Of this test's home, but for the demo's."""
        home, found = b"HOME=" + str(self.home).encode() + b"\0", []
        for entry in pathlib.Path("/proc").iterdir():
            try:
                is_ours = entry.name.isdigit() and home in (entry / "environ").read_bytes() + b"\0"
                words = words_of(int(entry.name)) if is_ours else []
            except OSError:
                continue
            if "--keeper" in words and "--keeper-demo" not in words:
                found.append(int(entry.name))
        return found

    def test_nor_does_what_a_lease_left_behind_would_send(self):
        lent = self.run_it(*self.lines()["add"], "--for", "2s")
        self.assertEqual(lent.returncode, 0, lent.stderr)
        keepers = self.keepers()
        self.assertTrue(keepers)  # one stays until the lease ends
        for pid in keepers:
            os.kill(pid, signal.SIGKILL)
        self.gone(keepers)
        left = [path for path in (self.home / ".local/state/acdtop/leases").iterdir() if path.is_file()]
        self.assertTrue(left)
        self.assertIn("queueadd", self.asked()[0])
        self.record.write_bytes(b"")
        over = time.monotonic() + 4  # the lease is over by then
        watching = self.start("--readonly", "watch", "--json", "--all")
        while time.monotonic() < over:
            self.line(watching)
        self.assertTrue(self.asked()[0])
        self.only_asks()
        self.assertTrue(all(path.exists() for path in left))


if __name__ == "__main__":
    tap.main()
