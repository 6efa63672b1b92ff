#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""The shared keeper: consoles of a host find it at its socket, its roles hold, and its restart loses nobody."""
import grp
import os
import pathlib
import shutil
import subprocess
import time
import unittest

from cli import ACDTOP, CliTest, children_of, json, signal, words_of
import tap


class Host(CliTest):
    """A host with a shared keeper, of the demo's PBX."""
    policy = 'access = ( { user = "nobody"; role = "viewer"; } );\n'

    def setUp(self):
        super().setUp()
        secret = self.file("secret", "demo\n")
        demo = self.demo = self.start("--demo", "-b", "-d", "1h")
        self.line(demo)
        url = next(word for pid in children_of(demo.pid) for word in words_of(pid) if word.startswith("unix://"))
        self.socket = pathlib.Path(self.home) / "run/keeper.sock"
        self.conf = self.file("keeper.conf", f'pbx = ( {{ url = "{url}"; name = "geneva"; secret_file = "{secret}"; }} );\n'
                              f'keeper_socket = "{self.socket}";\n{self.policy}')
        self.file(".config/acdtop/acdtop.conf", f'keeper_socket = "{self.socket}";\n')
        self.keeper = self.start_keeper()

    def start_keeper(self):
        keeper = self.start("--config", str(self.conf), "keeper")
        self.until(lambda: self.run_it("status").returncode == 0, "a keeper serves")
        return keeper

    def until(self, claim, what):
        end = time.monotonic() + 150  # a guard: the demo's callers come as they please
        while time.monotonic() < end:
            if claim():
                return
        self.fail(f"never: {what}")


class Shared(Host):
    def test_all_consoles_have_one_login(self):
        for _ in range(3):
            done = self.run_it("status", "--json")
            self.assertEqual((done.returncode, done.stderr), (0, ""))
            self.assertEqual(json.loads(done.stdout)["pbx"][0]["name"], "geneva")

    def test_an_order_is_told_to_every_console(self):
        watch = self.start("watch", "--json")
        agent = json.loads(self.run_it("status", "--json").stdout)["pbx"][0]["agents"][0]["interface"]
        done = self.run_it("pause", agent, "lunch")
        self.assertEqual((done.returncode, done.stderr), (0, ""))
        for _ in range(10000):
            told = json.loads(self.line(watch))
            if told["kind"] == "order" and told["state"] == "done":
                break
        self.assertEqual(told["line"], f"pause {agent} lunch")

    def test_a_restart_loses_nobody(self):
        watch = self.start("watch", "--json")
        self.line(watch)
        self.keeper.send_signal(signal.SIGKILL)
        self.keeper.wait()
        states = []
        self.keeper = None
        while "lost" not in states:
            told = json.loads(self.line(watch))
            states += [told["link"]] if told["kind"] == "pbx" else []
        self.keeper = self.start_keeper()
        while states[-1] != "live":
            told = json.loads(self.line(watch))
            states += [told["link"]] if told["kind"] == "pbx" else []

    def test_an_order_that_was_on_its_way_is_unknown_after_a_restart(self):
        agent = json.loads(self.run_it("status", "--json").stdout)["pbx"][0]["agents"][0]["interface"]
        pbx = next(pid for pid in children_of(self.demo.pid) if "--keeper" not in words_of(pid))
        os.kill(pbx, signal.SIGSTOP)
        self.addCleanup(lambda: os.kill(pbx, signal.SIGCONT))
        order = self.start("pause", agent, "lunch")
        self.until(lambda: any(f"pause {agent} lunch" in path.read_text(encoding="utf-8") for path in self.home.rglob("audit.log")), "it is written down, and sent")
        self.keeper.send_signal(signal.SIGKILL)
        self.keeper.wait()
        os.kill(pbx, signal.SIGCONT)
        self.keeper = self.start_keeper()
        said = order.communicate(timeout=150)[1].decode()
        self.assertEqual(order.returncode, 2, said)
        self.assertIn("unknown: the keeper that had the order has died", said)
        self.assertIn("unknown", self.run_it("audit", *(str(path) for path in self.home.rglob("audit.log"))).stdout)

    def test_a_second_keeper_is_told_of_the_first(self):
        done = self.run_it("--config", str(self.conf), "keeper")
        self.assertEqual(done.returncode, 78)
        self.assertIn("a keeper runs at", done.stderr)

    def test_without_a_keeper_it_says_where_it_looked(self):
        self.keeper.send_signal(signal.SIGTERM)
        self.keeper.wait()
        self.assertFalse(self.socket.exists())
        done = self.run_it("status")
        self.assertEqual(done.returncode, 69)
        self.assertIn(str(self.socket), done.stderr)

    def test_a_keeper_says_where_it_is_found(self):
        said = self.keeper.stderr.readline().decode()
        self.assertIn(f"consoles of this host find it at {self.socket}", said)
        self.assertIn("may connect", said)

    def test_names_that_do_not_exist_are_found_at_the_start(self):
        conf = self.file("bad.conf", 'pbx = ( { url = "ami://x@127.0.0.1"; secret_file = "/dev/null"; } );\naccess = ( { user = "no-such-user";\n role = "viewer"; } );\n')
        done = self.run_it("--config", str(conf), "keeper")
        self.assertEqual(done.returncode, 78)
        self.assertRegex(done.stderr, r"bad\.conf:[23]: there is no user 'no-such-user'")


NOBODY, DAEMON, BIN, STRANGER = 65534, 1, 2, 65533


@unittest.skipUnless(os.getuid() == 0 and shutil.which("setpriv"), "other users take root and setpriv")
class Roles(Host):
    """What the policy of the keeper lets other users do: nobody is an agent, daemon a supervisor who sees no numbers, bin a viewer."""
    policy = ('agent_interface = "PJSIP/{ext}";\nconsoles_per_user = 3;\n'
              'access_roles = ( { name = "agent"; queues = [ "vip" ]; }, { name = "lead"; like = "supervisor"; numbers = "masked"; queues = [ "s*", "vip" ]; } );\n'
              'access = ( { user = "nobody"; role = "agent"; agent = "301"; }, { user = "daemon"; role = "lead"; }, { user = "bin"; role = "viewer"; },\n'
              '           { group = "games"; role = "viewer"; } );\n')

    def setUp(self):
        super().setUp()
        home = pathlib.Path(self.home)
        for folder in (self.socket.parent, home, *(p for p in home.parents if p.stat().st_mode & 0o777 == 0o700)):
            os.chmod(folder, 0o755)
        self.console = pathlib.Path(self.file("console.conf", f'keeper_socket = "{self.socket}";\n', 0o644))
        self.floor = json.loads(self.run_it("status", "--json").stdout)["pbx"][0]

    def words(self, uid, *words):
        group = next(g.gr_gid for g in grp.getgrall() if g.gr_name in ("nogroup", "nobody"))
        return ["setpriv", "--reuid", str(uid), "--regid", str(group), "--clear-groups", ACDTOP, "--config", str(self.console), *words]

    def as_user(self, uid, *words):
        return subprocess.run(self.words(uid, *words), stdin=subprocess.DEVNULL, capture_output=True, text=True, timeout=60, check=False,
                              env={"HOME": "/proc/self/none", "LC_ALL": "C.UTF-8"})

    def sees(self, uid, *words):
        done = self.as_user(uid, *words, "status", "--json")
        self.assertEqual((done.returncode, done.stderr), (0, ""))
        return json.loads(done.stdout)["pbx"][0]

    def ends(self, uid, code, part, *words):
        done = self.as_user(uid, *words)
        self.assertEqual(done.returncode, code, (words, done.stdout, done.stderr))
        self.assertIn(part, done.stderr)

    def test_a_viewer_sees_and_changes_nothing(self):
        self.assertEqual(self.as_user(BIN, "status").returncode, 0)
        self.ends(BIN, 77, "is not among what the role viewer may do", "pause", self.floor["agents"][0]["interface"], "lunch")
        self.ends(STRANGER, 77, "does not know you", "status")

    def test_a_user_may_have_many_groups(self):
        many = [str(30000 + i) for i in range(200)] + [str(grp.getgrnam("games").gr_gid)]
        words = [f"--groups={','.join(many)}" if word == "--clear-groups" else word for word in self.words(STRANGER, "status")]
        done = subprocess.run(words, stdin=subprocess.DEVNULL, capture_output=True, text=True, timeout=60, check=False, env={"HOME": "/proc/self/none", "LC_ALL": "C.UTF-8"})
        self.assertEqual((done.returncode, done.stderr), (0, ""))

    def test_with_a_role_no_file_is_written(self):
        home = pathlib.Path(self.home) / "of-daemon"
        home.mkdir()
        os.chown(home, DAEMON, -1)
        for role, files in ((["--role=lead"], 0), ([], 1)):
            done = subprocess.run(self.words(DAEMON, *role, "--timeout", "1", "take", "vip", "--to", "301"), stdin=subprocess.DEVNULL, capture_output=True, text=True,
                                  timeout=60, check=False, env={"HOME": str(home), "LC_ALL": "C.UTF-8"})
            self.assertIn("said once", done.stderr)
            self.assertEqual(len([p for p in home.rglob("*") if p.is_file() and p.name in (("told",) if files else (p.name,))]), files, (role, done.stderr))

    def callers(self, floor):
        return [caller for queue in floor["queues"] for caller in queue["callers"]]

    def test_an_agent_sees_and_moves_himself(self):
        mine = self.sees(NOBODY)
        self.assertEqual([a["interface"] for a in mine["agents"]], ["PJSIP/301"])
        for queue in mine["queues"]:
            if queue["name"] != "vip":
                self.assertEqual([m["interface"] for m in queue["members"]], ["PJSIP/301"])
        self.assertLess(len(mine["queues"]), len(self.floor["queues"]))
        self.assertEqual(self.as_user(NOBODY, "pause", "301", "lunch").returncode, 0)
        self.assertEqual(self.as_user(NOBODY, "unpause", "301").returncode, 0)
        self.ends(NOBODY, 77, "for himself alone", "pause", "302", "lunch")
        self.ends(NOBODY, 77, "for himself alone", "take", "vip", "--to", "302")
        self.ends(NOBODY, 77, "(class calls)", "hangup", "--yes", "301")
        self.assertEqual(self.as_user(NOBODY, "add", "301", "vip").returncode, 0)
        vip = next(q for q in self.sees(NOBODY)["queues"] if q["name"] == "vip")
        self.assertEqual([m["interface"] for m in vip["members"]], ["PJSIP/301"])
        self.assertEqual(self.as_user(NOBODY, "remove", "301", "vip").returncode, 0)

    def test_numbers_are_masked_and_callers_are_found(self):
        self.until(self.a_masked_caller_is_found, "somebody waits long enough to be given an order")
        plain = [c["number"] for c in self.callers(json.loads(self.run_it("status", "--json").stdout)["pbx"][0]) if c["number"]]
        for number in plain:
            self.ends(DAEMON, 66, "no caller", "priority", number, "5")
        watched = self.start_as(DAEMON, "watch", "--json", "--all")
        for _ in range(100):
            fact = json.loads(self.line(watched))
            for name in ("number", "peer_number", "what", "line"):
                self.assertNotRegex(str(fact.get(name) or ""), r"[0-9]{7}(?![0-9.])", fact)

    def a_masked_caller_is_found(self):
        """By the Uniqueid; false: all those who wait with a number were answered meanwhile."""
        told = self.as_user(DAEMON, "status", "--json").stdout
        plain = {c["uniqueid"]: c["number"] for c in self.callers(json.loads(self.run_it("status", "--json").stdout)["pbx"][0])}
        for caller in [caller for caller in self.callers(json.loads(told)["pbx"][0]) if caller["number"]]:
            self.assertRegex(caller["number"], r"^\+?[0-9]{1,4}\*+[0-9]{2}$")
            self.assertNotIn(plain.get(caller["uniqueid"]) or "no such number", told)
            done = self.as_user(DAEMON, "priority", caller["uniqueid"], "5")
            self.assertNotRegex(done.stdout + done.stderr, r"[0-9]{7}(?![0-9.])")
            if done.returncode == 0:
                return True
        return False

    def start_as(self, uid, *words):
        child = subprocess.Popen(self.words(uid, *words), stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.PIPE, env={"HOME": "/proc/self/none", "LC_ALL": "C.UTF-8"})
        self.addCleanup(lambda: (child.kill(), child.communicate()))
        return child

    def test_a_scope_is_kept(self):
        names = sorted(q["name"] for q in self.sees(DAEMON)["queues"])
        self.assertEqual(names, sorted(q["name"] for q in self.floor["queues"] if q["name"][0] == "s" or q["name"] == "vip"))
        self.ends(DAEMON, 66, "there is no queue 'billing'", "add", "301", "billing")

    def test_listening_is_a_right_of_its_own(self):
        self.ends(DAEMON, 77, "(class monitoring)", "listen", "301", "--on", "PJSIP/900")

    def test_a_role_lowers_and_never_raises(self):
        self.ends(DAEMON, 77, "the role viewer", "--role=viewer", "pause", "301", "lunch")
        self.ends(NOBODY, 77, "(class calls)", "--role=admin", "hangup", "--yes", "301")
        self.assertEqual([a["interface"] for a in self.sees(NOBODY, "--role=admin")["agents"]], ["PJSIP/301"])
        self.ends(BIN, 77, "there is no role 'king'", "--role=king", "status")
        self.ends(BIN, 77, "which agent you are", "--role=agent", "status")

    def test_with_a_role_there_is_no_other_way(self):
        for words in (["record", "x"], ["replay", "x"], ["setup"], ["config", "show"], ["doctor"], ["keeper"], ["audit"], ["audit", "/etc/passwd"], ["complete", "agents"], ["--demo", "status"]):
            self.ends(NOBODY, 64, "--role", "--role=agent", *words)
        self.file(".config/acdtop/acdtop.conf", 'nonsense that nobody reads\n')
        done = self.run_it("--role=viewer", "status")  # the socket of the host, which is not there
        self.assertEqual(done.returncode, 69)
        self.assertIn("/run/acdtop/keeper.sock", done.stderr)

    def test_doctor_says_whether_the_policy_holds(self):
        done = self.as_user(NOBODY, "doctor")
        self.assertEqual(done.returncode, 0, done.stderr)
        self.assertRegex(done.stdout, r"ok +policy +holds: .* the role agent as agent 301")
        own = self.file("secret.of.nobody", "x\n", 0o644)
        self.console.write_text(f'pbx = ( {{ url = "ami://x@127.0.0.1"; secret_file = "{own}"; }} );\n' + self.console.read_text())
        self.assertRegex(self.as_user(NOBODY, "doctor", "--timeout", "1").stdout, r"warn +policy +a courtesy: .* your own configuration has a secret")
        self.assertRegex(self.run_it("doctor").stdout, r"ok +policy .* you are root")
        self.assertRegex(self.as_user(STRANGER, "doctor", "--timeout", "1").stdout, r"bad +policy .* does not know you")

    def test_one_user_does_not_fill_all_places(self):
        watching = [self.start_as(BIN, "watch", "--json") for _ in range(3)]
        for child in watching:
            self.line(child)
        self.ends(BIN, 77, "consoles_per_user", "status")
        self.assertEqual(self.as_user(DAEMON, "status").returncode, 0)
        for child in watching:
            child.kill()
            child.wait()
        self.until(lambda: self.as_user(BIN, "status").returncode == 0, "his places are free again")


if __name__ == "__main__":
    tap.main()
