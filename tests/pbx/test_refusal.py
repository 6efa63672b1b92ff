# SPDX-License-Identifier: MIT
"""Whatever keeps acdtop from following a PBX, each with a sentence of its own that says what to change, and the exit code that
acdtop(1) promises: 77 where only a change of the configuration helps, 69 where there is no link (yet)."""
import base64
import contextlib
import hashlib
import re
import socket
import subprocess
import threading

import lab
import scenes
from batch import Batch

OTHER_PIN = "sha256//" + base64.b64encode(bytes(32)).decode()
USER_LINE = r"In manager.conf: section \[{0}\], its secret, and its permit, deny and acl for this machine's address"


class Listener:
    """A service that is no AMI: it greets each connection with these bytes (once it has been spoken to, where it waits) and
    then closes it, or keeps it open."""

    def __init__(self, greeting=b"", waits=False, keeps=False):
        self._greeting, self._waits, self._keeps, self._kept = greeting, waits, keeps, []
        self._socket = socket.create_server(("127.0.0.1", 0))
        self.port = self._socket.getsockname()[1]
        threading.Thread(target=self._serve, daemon=True).start()

    def _serve(self):
        with contextlib.suppress(OSError):
            while True:
                self._greet(self._socket.accept()[0])

    def _greet(self, peer):
        with contextlib.suppress(OSError):
            if self._waits:
                peer.recv(4096)
            peer.sendall(self._greeting)
            if not self._keeps:
                peer.shutdown(socket.SHUT_WR)
        self._kept.append(peer)

    def close(self):
        for one in (self._socket, *self._kept):
            one.close()


class Refused(lab.PbxTest):
    """The certificate is for localhost, so 127.0.0.1 is a wrong name."""
    agents, options = 1, {"churn": False, "tls_names": ("DNS:localhost",)}

    def status(self, url, *more, user="acdtop", timeout_s=60):
        lab.need_acdtop()
        return subprocess.run([lab.ACDTOP, "--url", url, "--secret-file", str(self.floor.pbx.secret_file(user)), *more,
                               "--timeout", str(timeout_s), "status"], stdin=subprocess.DEVNULL, capture_output=True,
                              text=True, timeout=120, check=False)

    def says(self, done, code, claims):
        """One line, which says these things, and nothing on standard output."""
        self.assertEqual((done.returncode, done.stdout, done.stderr.count("\n")), (code, "", 1), done.stderr)
        for claim in claims:
            self.assertRegex(done.stderr, claim)

    def refused(self, url, *claims, more=(), user="acdtop"):
        """Said at once, without waiting for better days."""
        self.says(self.status(url, *more, user=user), 77, claims)

    def no_link(self, url, *claims, first_s=2):
        """Tries on until its time is up, then says why; a machine that is busy is given more."""
        for timeout_s in (first_s, 12, 40):
            done = self.status(url, timeout_s=timeout_s)
            if all(re.search(claim, done.stderr) for claim in claims):
                break
        self.says(done, 69, claims)

    def follows(self, url, *more):
        done = self.status(url, *more)
        self.assertEqual((done.returncode, done.stderr), (0, ""))
        self.assertRegex(done.stdout, r": live, Asterisk (\d+).*(?s:.)*\nsupport ")

    def plain(self, user="acdtop", host="127.0.0.1", port=None):
        return f"ami://{user}@{host}:{port or self.floor.ports.ami}"

    def tls(self, host="localhost", port=None):
        return f"amis://acdtop@{host}:{port or self.floor.ports.tls}"

    def listener(self, *args, **more):
        found = Listener(*args, **more)
        self.addCleanup(found.close)
        return found.port

    @property
    def trusted(self):
        return "--ca", str(self.floor.pbx.ca)

    @property
    def pin(self):
        """The hash of the server's public key, as openssl and hashlib have it."""
        key = subprocess.run("openssl x509 -in server.crt -noout -pubkey | openssl pkey -pubin -outform DER", shell=True,
                             cwd=self.floor.pbx.dir / "tls", check=True, capture_output=True).stdout
        return "sha256//" + base64.b64encode(hashlib.sha256(key).digest()).decode()


class Login(Refused):
    def test_wrong_secret(self):
        self.refused(self.plain(), r"refuses user acdtop \(Authentication failed\)", USER_LINE.format("acdtop"), user="poor")

    def test_unknown_user(self):
        self.refused(self.plain("nobody"), "refuses user nobody", USER_LINE.format("nobody"), "then 'manager reload'")

    def test_acl(self):
        self.refused(self.plain("acl"), "refuses user acl", USER_LINE.format("acl"), user="acl")

    def test_once_only(self):
        """allowmultiplelogin=no: refused while another is in, and let in as soon as that one leaves."""
        other = self.floor.ami("single")
        self.refused(self.plain("single"), "user single is logged in on .* already and may be only once",
                     "allowmultiplelogin = yes in manager.conf", user="single")
        batch = Batch(self.floor, "single")
        self.addCleanup(batch.close)
        lab.until(lambda: (batch.latest() or {}).get("link") == "refused", "refused")
        self.assertIn("logged in", batch.latest()["reason"])
        other.close()
        self.assertIsNone(batch.live()["reason"])

    def test_mended(self):
        """What the sentence asks for, done: the user gets in."""
        self.refused(self.plain("acl"), "permit, deny and acl", user="acl")
        scenes.change_manager(self.floor, {"permit = 192.0.2.1/255.255.255.255": "permit = 127.0.0.1/255.255.255.255"})
        self.addCleanup(scenes.change_manager, self.floor, {})
        self.assertEqual(self.status(self.plain("acl"), user="acl").returncode, 0)

    def test_too_many(self):
        """authlimit: whoever comes while that many are not logged in is turned away without a word."""
        scenes.change_manager(self.floor, {"authlimit = 50": "authlimit = 3"})
        self.addCleanup(scenes.change_manager, self.floor, {})
        waiting = [socket.create_connection(("127.0.0.1", self.floor.ports.ami), 20) for _ in range(4)]
        for one in waiting:
            self.addCleanup(one.close)
        self.assertEqual(sorted(bool(one.recv(100)) for one in waiting), [False, True, True, True])
        self.no_link(self.plain(), r"did not greet \(it closed at once\)", "authlimit in manager.conf")

    def test_some_of_several(self):
        """What can be followed is printed, what cannot is said, and the exit code tells it from both."""
        done = self.status(self.plain(), "--name", "here", "--url", self.plain("nobody"), "--name", "there", "--secret-file",
                           str(self.floor.pbx.secret_file("poor")))
        self.assertEqual(done.returncode, 75)
        self.assertRegex(done.stdout, "here: live, Asterisk")
        self.assertRegex(done.stderr, "^acdtop: there: .* refuses user nobody.*\n$")


class Encryption(Refused):
    def test_nobody_vouches(self):
        self.refused(self.tls(), "certificate of localhost:.* is not trusted", "--ca FILE, or pin its key")

    def test_ca(self):
        self.follows(self.tls(), *self.trusted)

    def test_wrong_name(self):
        self.refused(self.tls("127.0.0.1"), "certificate of 127.0.0.1:.* is for another name",
                     "Connect by the name in it, or renew tlscertfile", more=self.trusted)

    def test_pin(self):
        self.follows(self.tls("127.0.0.1"), "--pin", self.pin)
        self.follows(self.tls(), "--pin", self.pin, *self.trusted)

    def test_wrong_pin(self):
        claims = "the key of localhost:.* is not the pinned one", "set the new pin; if not, somebody may stand between"
        self.refused(self.tls(), *claims, more=("--pin", OTHER_PIN))
        self.refused(self.tls(), *claims, more=("--pin", OTHER_PIN, *self.trusted))

    def test_pin_and_wrong_name(self):
        """Whoever names a CA beside the pin wants both."""
        self.refused(self.tls("127.0.0.1"), "is for another name", more=("--pin", self.pin, *self.trusted))

    def test_ca_file(self):
        self.refused(self.tls(), "the CA file cannot be used", "Check --ca", more=("--ca", "/etc/hostname"))

    def test_tls_on_the_plain_port(self):
        self.refused(self.tls(port=self.floor.ports.ami), "does not speak TLS on this port", "Use ami:// instead of amis://",
                     r"the TLS port \(5039\) with tlsenable = yes in manager.conf", more=self.trusted)

    def test_plain_on_the_tls_port(self):
        """Asterisk waits there for the client to begin: silence, of which this is one of the causes."""
        self.no_link(self.plain(port=self.floor.ports.tls), r"did not greet \(silent for 6 s\)",
                     "If this is the TLS port, use amis://", first_s=7)

    def test_plain_on_another_tls_port(self):
        """Where the other side says in TLS what it thinks, the cause is certain."""
        alert = b"\x15\x03\x01\x00\x02\x02\x46"
        self.refused(self.plain(port=self.listener(alert)), "speaks TLS on this port", "Use amis:// instead of ami://")


class Elsewhere(Refused):
    def test_closed_port(self):
        with socket.create_server(("127.0.0.1", 0)) as held:
            port = held.getsockname()[1]
        self.no_link(self.plain(port=port), "refuses the connection", "Is Asterisk running",
                     r"\[general\]: enabled = yes, and bindaddr and port")

    def test_no_such_name(self):
        self.no_link(self.plain(host="pbx.invalid"), "cannot find pbx.invalid:.*: no name server gives its address", "Check the name")

    def test_other_services(self):
        for greeting, more in ((b"SSH-2.0-OpenSSH_9.2p1 Debian-2+deb12u7\r\n", {"keeps": True}),
                               (b"220 mail.example.org ESMTP \x1b[2J\r\n", {}),
                               (b"HTTP/1.1 400 Bad Request\r\nConnection: close\r\n\r\n", {"waits": False}),
                               (b"SIP/2.0 400 Missing CSeq\r\n\r\n", {}),
                               (bytes(range(128, 256)) * 800, {})):
            with self.subTest(greeting[:20]):
                done = self.status(self.plain(port=self.listener(greeting, **more)))
                self.says(done, 77, ("answers, but not as the Asterisk Manager Interface", "see port in manager.conf"))
                self.assertTrue(done.stderr.rstrip("\n").isprintable(), done.stderr)
                if greeting[:3] in (b"SSH", b"SIP"):
                    self.assertIn(greeting.decode().partition("\r\n")[0], done.stderr)

    def test_web_server(self):
        """It waits to be spoken to, gets a TLS greeting and does not like it."""
        web = self.listener(b"HTTP/1.1 400 Bad Request\r\n\r\n", waits=True)
        self.refused(self.tls("127.0.0.1", web), "does not speak TLS on this port")

    def test_nobody_home(self):
        self.no_link(self.plain(port=self.listener()), r"did not greet \(it closed at once\)", "authlimit in manager.conf")
