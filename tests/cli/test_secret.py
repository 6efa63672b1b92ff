#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""The secret: refused from a file that others can read, asked for without echo, and nowhere to be seen meanwhile."""
import pathlib
import pty
import select
import socket
import termios

from cli import ACDTOP, CliTest, children_of, os, signal, subprocess
import tap

SECRET = "xyzzy-Plugh-4711"


class Peer:
    """Listens where a PBX would; greets when told to."""

    def __init__(self, test):
        self.socket = socket.create_server(("127.0.0.1", 0))
        self.socket.settimeout(60)
        test.addCleanup(self.socket.close)
        self.url = "ami://wall@127.0.0.1:%d" % self.socket.getsockname()[1]
        self.heard = b""

    def login(self, test):
        """Takes a call, greets, and answers a challenge; what was sent as login."""
        call, _ = self.socket.accept()
        call.settimeout(60)
        test.addCleanup(call.close)
        call.sendall(b"Asterisk Call Manager/5.0.2\r\n")
        while b"\r\n\r\n" not in self.heard:
            self.heard += call.recv(4096)
        fields = dict(line.split(b": ", 1) for line in self.heard.split(b"\r\n") if b": " in line)
        test.assertEqual(fields[b"Action"], b"Challenge")
        call.sendall(b"Response: Success\r\nActionID: " + fields[b"ActionID"] + b"\r\nChallenge: 123456789\r\n\r\n")
        while self.heard.count(b"\r\n\r\n") < 2:
            self.heard += call.recv(4096)
        return self.heard


class Secret(CliTest):
    def test_a_file_that_others_can_read(self):
        peer = Peer(self)
        for mode in (0o644, 0o640, 0o604):
            path = self.file("secret", SECRET + "\n", mode)
            done = self.run_it("status", "--url", peer.url, "--secret-file", path)
            self.assertEqual(done.returncode, 77)
            self.assertIn("chmod 600", done.stderr)
            self.assertNotIn(SECRET, done.stdout + done.stderr)

    def test_not_in_argv_nor_in_an_environment(self):
        peer = Peer(self)
        path = self.file("secret", SECRET + "\n")
        log = str(self.home / "log")
        child = self.start("status", "--timeout", "60", "--url", peer.url, "--secret-file", path, "--log-file", log, "--log-level", "debug")
        heard = peer.login(self)
        self.assertIn(b"AuthType: MD5", heard)
        self.assertNotIn(SECRET.encode(), heard)
        everybody = [child.pid, *children_of(child.pid)]
        self.assertGreaterEqual(len(everybody), 2)
        for pid in everybody:
            for name in ("cmdline", "environ"):
                self.assertNotIn(SECRET.encode(), pathlib.Path("/proc/%d/%s" % (pid, name)).read_bytes())
        self.assertNotIn(SECRET, pathlib.Path(log).read_text(encoding="utf-8"))

    def asked(self, peer):
        """It has its own terminal and asks there for the secret: the child, the terminal's other end, what was shown."""
        master, slave = pty.openpty()
        self.addCleanup(os.close, master)

        def own_terminal():
            os.setsid()
            signal.signal(signal.SIGINT, signal.SIG_DFL)  # a job in the background inherits it ignored
            os.close(os.open(os.ttyname(slave), os.O_RDWR))

        child = subprocess.Popen([ACDTOP, "status", "--timeout", "60", "--url", peer.url], stdin=slave, stdout=subprocess.DEVNULL,
                                 stderr=subprocess.PIPE, env=self.env, preexec_fn=own_terminal)
        self.addCleanup(os.close, slave)
        self.addCleanup(lambda: (child.kill(), child.communicate()))
        shown = b""
        while b"on 127.0.0.1: " not in shown:
            self.assertTrue(select.select([master], [], [], 60)[0], shown)
            shown += os.read(master, 4096)
        return child, master, shown

    def test_an_interrupt_ends_it_at_once_with_echo_again(self):
        for end, number in ((lambda child, master: os.write(master, b"half\x03"), signal.SIGINT),
                            (lambda child, master: os.write(master, b"\x03"), signal.SIGINT),
                            (lambda child, master: child.terminate(), signal.SIGTERM)):
            child, master, _ = self.asked(Peer(self))
            self.assertFalse(termios.tcgetattr(master)[3] & termios.ECHO)
            end(child, master)
            self.assertEqual(child.wait(60), -number)
            self.assertTrue(termios.tcgetattr(master)[3] & termios.ECHO)

    def test_asked_for_without_echo(self):
        peer = Peer(self)
        child, master, shown = self.asked(peer)
        os.write(master, SECRET.encode() + b"\n")
        heard = peer.login(self)
        self.assertIn(b"Username: wall", heard)
        while select.select([master], [], [], 0)[0]:
            shown += os.read(master, 4096)
        self.assertIn(b"wall", shown)
        self.assertNotIn(SECRET.encode(), shown)
        for pid in [child.pid, *children_of(child.pid)]:
            self.assertNotIn(SECRET.encode(), pathlib.Path("/proc/%d/environ" % pid).read_bytes())


if __name__ == "__main__":
    tap.main()
