#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""The first start: a dialogue on a terminal against the simulated PBX behind a TCP port; what is wrong is mended in place, the
files are written as promised, and whoever gives up leaves nothing behind."""
import pathlib
import re
import socket
import termios
import threading

from cli import ACDTOP, CliTest, children_of, os, signal, subprocess, unittest, words_of
from dialogue import Dialogue
import tap

SECRET = "demo"


class Proxy:
    """A TCP port in front of a UNIX socket."""

    def __init__(self, test, path):
        self.path, self.server = path, socket.create_server(("127.0.0.1", 0))
        self.port = self.server.getsockname()[1]
        test.addCleanup(self.close)
        threading.Thread(target=self.run, daemon=True).start()

    def close(self):
        self.server.shutdown(socket.SHUT_RDWR)
        self.server.close()

    def run(self):
        while True:
            try:
                near, _ = self.server.accept()
            except OSError:
                return
            far = socket.socket(socket.AF_UNIX)
            far.connect(self.path)
            for source, sink in ((near, far), (far, near)):
                threading.Thread(target=self.pump, args=(source, sink), daemon=True).start()

    @staticmethod
    def pump(source, sink):
        try:
            while data := source.recv(65536):
                sink.sendall(data)
            sink.shutdown(socket.SHUT_WR)
        except OSError:
            pass


class Setup(CliTest):
    @classmethod
    def setUpClass(cls):
        cls.demo = subprocess.Popen([ACDTOP, "--demo", "-b", "-d", "1h"], stdin=subprocess.DEVNULL, stdout=subprocess.PIPE)
        cls.demo.stdout.readline()
        words = [word for pid in children_of(cls.demo.pid) for word in words_of(pid)]
        cls.path = next(word for word in words if word.startswith("unix://"))[7:].split("?")[0]

    @classmethod
    def tearDownClass(cls):
        cls.demo.terminate()
        cls.demo.communicate()

    def setUp(self):
        super().setUp()
        self.proxy = Proxy(self, self.path)
        self.host = "127.0.0.1:%d" % self.proxy.port
        self.folder = self.home / ".config/acdtop"

    def files(self):
        """All but what the console remembers for itself (names for Tab, history)."""
        return sorted(str(path.relative_to(self.home)) for path in self.home.rglob("*") if ".local" not in path.parts)

    def told(self, d, secret=SECRET):
        d.answer("PBX [127.0.0.1]: ", self.host)
        d.answer("TLS, yes or no [no]: ", "")
        d.answer("AMI user (? shows one to paste) [acdtop]: ", "demo")
        d.answer("Secret of demo (not shown): ", secret)

    def quit(self, d):
        """The floor is open; leaves it."""
        d.until("billing")
        os.write(d.master, b"q")
        self.assertEqual(d.over(), 0)

    def test_from_nothing_to_the_floor(self):
        d = Dialogue(self)
        self.told(d)
        said = d.until("which only you can read.")
        self.assertRegex(said, r"Asterisk \S+ \(simulated\), 6 queues, \d+ agents\.")
        self.quit(d)
        self.assertNotIn(b"demo\r\nTrying", d.shown)  # no echo of the secret
        self.assertEqual(self.files(), [".config", ".config/acdtop", ".config/acdtop/127.0.0.1.secret", ".config/acdtop/acdtop.conf"])
        for name in ("127.0.0.1.secret", "acdtop.conf"):
            self.assertEqual((self.folder / name).stat().st_mode & 0o777, 0o600)
        self.assertEqual(self.folder.stat().st_mode & 0o777, 0o700)
        self.assertEqual((self.folder / "127.0.0.1.secret").read_text(), SECRET + "\n")
        self.assertNotIn(SECRET + '"', (self.folder / "acdtop.conf").read_text().replace("demo@", ""))
        # The next start asks nothing.
        self.assertEqual(self.run_it("status").returncode, 0)
        d = Dialogue(self)
        self.quit(d)
        self.assertNotIn(b"AMI user", d.shown)

    def test_each_answer_is_mended_by_itself(self):
        with socket.create_server(("127.0.0.1", 0)) as gone:
            dead = "127.0.0.1:%d" % gone.getsockname()[1]
        d = Dialogue(self)
        d.answer("PBX [127.0.0.1]: ", "nowhere.invalid")
        d.answer("TLS, yes or no [no]: ", "")
        d.answer("[acdtop]: ", "deno")
        d.answer("Secret of deno", "wrong")
        d.until("cannot find nowhere.invalid")
        d.answer("PBX [nowhere.invalid]: ", dead)
        d.until("refuses the connection")
        d.answer("PBX [%s]: " % dead, self.host)
        d.until("refuses user deno")
        d.until("sees this machine as 127.0.0.1.")
        d.answer("AMI user (? shows one to paste) [deno]: ", "?")
        d.answer("Should it prove its figures", "")
        said = d.until("manager reload'")
        for line in ("[deno]", "permit = 127.0.0.1/255.255.255.255", "dialplan", "write = reporting,call", "writetimeout = 200"):
            self.assertIn(line, said)
        d.answer("[deno]: ", "demo")
        d.answer("Enter keeps the one typed", "")
        d.until("refuses user demo")
        d.answer("[demo]: ", "")
        d.answer("Enter keeps the one typed", SECRET)
        self.quit(d)
        self.assertNotIn(b"wrong", d.shown)

    def test_the_section_to_paste_is_that_of_the_readme(self):
        readme = (pathlib.Path(__file__).parents[2] / "README.md").read_text(encoding="utf-8")
        d = Dialogue(self)
        d.answer("PBX [", "pbx.example.org")
        d.answer("TLS", "")
        for name, answer in (("console", "y"), ("wallboard", "n")):
            section = readme.split("[%s]" % name, 1)[1].split("```")[0].split("\n[")[0]
            d.answer("AMI user", "?")
            d.answer("Should it prove", answer)
            said = d.until("manager reload'")
            for line in re.findall(r"(?m)^(?:read|write|writetimeout) = [a-z0-9,]+", section):
                self.assertIn(line, said)
            self.assertIn("permit = 192.0.2.7/255.255.255.255   ; this machine", said)

    def test_back_and_a_pasted_url_and_nonsense(self):
        d = Dialogue(self)
        d.answer("PBX [127.0.0.1]: ", "ami://demo:demo@" + self.host)
        d.until("the secret does not belong here")
        d.answer("PBX [", "ami://demo@" + self.host)
        d.answer("TLS, yes or no [no]: ", "perhaps")
        d.until("yes or no?")
        d.answer("TLS", "<")
        d.answer("PBX [%s]: " % self.host, "a host\x1b[2J")
        d.answer("PBX [", "?")
        d.until("5039 with TLS")
        d.answer("PBX [", self.host)
        d.answer("TLS", "no")
        d.answer("[demo]: ", "")
        d.answer("Secret of demo", "<")
        d.answer("[demo]: ", "")
        d.answer("Secret of demo", SECRET)
        self.quit(d)

    def test_an_interrupt_leaves_nothing(self):
        for at in range(5):
            d = Dialogue(self)
            prompts = (("PBX [127.0.0.1]: ", "127.0.0.1:1"), ("TLS", ""), ("AMI user", "demo"), ("Secret", "x"))
            for prompt, answer in prompts[:at]:
                d.answer(prompt, answer)
            if at < 4:
                d.until(prompts[at][0])
            if at == 3:
                d.quiet()
            if at == 4:
                d.until("Trying")
            os.write(d.master, b"\x03")
            self.assertEqual(d.over(), -signal.SIGINT)
            self.assertTrue(termios.tcgetattr(d.slave)[3] & termios.ECHO)
            self.assertEqual(self.files(), [])

    def test_the_end_of_input_gives_up(self):
        d = Dialogue(self)
        d.until("PBX [")
        os.write(d.master, b"\x04")
        self.assertEqual(d.over(), 78)
        self.assertIn("given up: nothing was written", d.text())
        self.assertEqual(self.files(), [])

    def test_what_is_there_is_not_overwritten_unasked(self):
        old = 'pbx = ( { url = "ami://wall@192.0.2.1"; secret_command = "false"; } );\n'
        path = self.folder / "acdtop.conf"
        self.file(".config/acdtop/acdtop.conf", old)
        self.file(".config/acdtop/127.0.0.1.secret", "older\n")
        d = Dialogue(self, "setup")
        self.told(d)
        d.answer("names a PBX already. Replace it? The old one is kept beside it. [y/N] ", "")
        self.quit(d)
        self.assertEqual((path.read_text(), len(self.files())), (old, 4))
        for kept in ("acdtop.conf.old", "acdtop.conf.old-1"):
            before = path.read_text()
            d = Dialogue(self, "setup")
            self.told(d)
            d.answer("[y/N] ", "y")
            self.quit(d)
            self.assertEqual((self.folder / kept).read_text(), before)
        self.assertEqual((self.folder / "127.0.0.1.secret").read_text(), "older\n")
        self.assertIn('secret_file = "127.0.0.1-3.secret"', path.read_text())
        self.assertEqual(self.run_it("status").returncode, 0)

    def test_a_file_without_a_pbx_keeps_what_it_says(self):
        self.file("dotfiles/acdtop.conf", 'theme = "mono";')
        self.folder.mkdir(parents=True)
        (self.folder / "acdtop.conf").symlink_to(self.home / "dotfiles/acdtop.conf")
        d = Dialogue(self)
        self.told(d)
        d.answer("without a PBX. Add this one to it? [Y/n] ", "")
        self.quit(d)
        self.assertTrue((self.folder / "acdtop.conf").is_symlink())
        self.assertRegex((self.folder / "acdtop.conf").read_text(), r'^theme = "mono";\n(?s:.*)pbx = ')
        self.assertEqual(self.run_it("status").returncode, 0)

    @unittest.skipIf(os.geteuid() == 0, "root may write everywhere")
    def test_a_folder_that_cannot_be_written(self):
        (self.home / ".config").mkdir(mode=0o500)
        d = Dialogue(self)
        self.told(d)
        self.assertEqual(d.over(), 71)
        self.assertIn("cannot make the folder", d.text())

    def test_a_folder_that_cannot_be_made(self):
        self.env["XDG_CONFIG_HOME"] = "/proc"
        d = Dialogue(self)
        self.told(d)
        self.assertEqual(d.over(), 71)
        self.assertIn("cannot make the folder /proc/acdtop", d.text())

    def test_only_on_a_terminal_and_only_where_nothing_is_given(self):
        self.refused(78, "--url", *())
        self.refused(64, "asks at a terminal", "setup")
        for words, why in ((("setup", "--url", "ami://a@b"), "leave out --url"), (("--config", self.file("c", ""), "setup"), "leave out --config"),
                           (("--demo", "setup"), "not with 'setup'")):
            d = Dialogue(self, *words)
            self.assertEqual(d.over(), 64)
            self.assertIn(why, d.text())


if __name__ == "__main__":
    tap.main()
