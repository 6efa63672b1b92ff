#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""The shared keeper: consoles of a host find it at its socket, its roles hold, and its restart loses nobody."""
import grp
import os
import pathlib
import shutil
import subprocess
import unittest

from cli import ACDTOP, CliTest, children_of, json, signal, words_of
import tap


class Shared(CliTest):
    def setUp(self):
        super().setUp()
        secret = self.file("secret", "demo\n")
        demo = self.start("--demo", "-b", "-d", "1h")
        self.line(demo)
        url = next(word for pid in children_of(demo.pid) for word in words_of(pid) if word.startswith("unix://"))
        self.socket = pathlib.Path(self.home) / "run/keeper.sock"
        self.conf = self.file("keeper.conf", f'pbx = ( {{ url = "{url}"; name = "geneva"; secret_file = "{secret}"; }} );\n'
                              f'keeper_socket = "{self.socket}";\naccess = ( {{ user = "nobody"; role = "viewer"; }} );\n')
        self.file(".config/acdtop/acdtop.conf", f'keeper_socket = "{self.socket}";\n')
        self.keeper = self.start_keeper()

    def start_keeper(self):
        keeper = self.start("--config", str(self.conf), "keeper")
        self.until(lambda: self.run_it("status").returncode == 0, "a keeper serves")
        return keeper

    def until(self, claim, what):
        for _ in range(600):
            if claim():
                return
        self.fail(f"never: {what}")

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

    def test_names_that_do_not_exist_are_found_at_the_start(self):
        conf = self.file("bad.conf", 'pbx = ( { url = "ami://x@127.0.0.1"; secret_file = "/dev/null"; } );\naccess = ( { user = "no-such-user";\n role = "viewer"; } );\n')
        done = self.run_it("--config", str(conf), "keeper")
        self.assertEqual(done.returncode, 78)
        self.assertRegex(done.stderr, r"bad\.conf:[23]: there is no user 'no-such-user'")

    @unittest.skipUnless(os.getuid() == 0 and shutil.which("setpriv"), "another user takes root and setpriv")
    def test_a_viewer_sees_and_changes_nothing(self):
        home = pathlib.Path(self.home)
        for folder in (self.socket.parent, home, *(p for p in home.parents if p.stat().st_mode & 0o777 == 0o700)):
            os.chmod(folder, 0o755)
        conf = pathlib.Path(self.home) / "console.conf"
        conf.write_text(f'keeper_socket = "{self.socket}";\n', encoding="utf-8")
        os.chmod(conf, 0o644)
        group = next(g.gr_gid for g in grp.getgrall() if g.gr_name in ("nogroup", "nobody"))

        def as_user(uid, *words):
            return subprocess.run(["setpriv", "--reuid", str(uid), "--regid", str(group), "--clear-groups", ACDTOP, "--config", str(conf), *words],
                                  stdin=subprocess.DEVNULL, capture_output=True, text=True, timeout=60, check=False, env={"HOME": "/proc/self/none", "LC_ALL": "C.UTF-8"})
        agent = json.loads(self.run_it("status", "--json").stdout)["pbx"][0]["agents"][0]["interface"]
        self.assertEqual(as_user(65534, "status").returncode, 0)
        done = as_user(65534, "pause", agent, "lunch")
        self.assertEqual(done.returncode, 77, done.stderr)
        self.assertIn("not among what the role viewer may do", done.stderr)
        done = as_user(65533, "status")
        self.assertEqual(done.returncode, 77)
        self.assertIn("does not know you", done.stderr)


if __name__ == "__main__":
    tap.main()
