#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""The audit log's records at the system's own loggers: a real rsyslogd and a real systemd-journald, in a mount namespace of this test's own, with a
/dev and a /run that nobody else sees; and those that are stopped, full, or gone, for which no order waits."""
import pathlib
import re
import shutil
import subprocess
import sys
import tempfile
import time
import unittest

sys.dont_write_bytecode = True
from alone import enter, mount, unmount
from cli import CliTest, children_of, json, signal, words_of
import tap

RSYSLOGD = shutil.which("rsyslogd", path="/usr/sbin:/sbin:/usr/bin")
JOURNALD = pathlib.Path("/lib/systemd/systemd-journald")
RSYSLOG = """module(load="imuxsock" SysSock.Name="/dev/log")
template(name="t" type="string" string="%%syslogfacility-text%%.%%syslogseverity-text%% %%programname%%[%%procid%%]:%%msg%%\\n")
*.* action(type="omfile" file="%s" template="t")
"""


def make_dev():
    """A /dev of our own, with what the program needs of it."""
    dev = pathlib.Path(tempfile.mkdtemp(prefix="acdtop-dev-"))
    nodes = [dev / name for name in ("null", "zero", "full", "urandom", "random")]
    for node in nodes:
        node.touch()
        mount("--bind", f"/dev/{node.name}", node)
    mount("--rbind", dev, "/dev")

    def end():
        unmount("/dev", *nodes)
        shutil.rmtree(dev, ignore_errors=True)

    return end


class Logged(CliTest):
    def setUp(self):
        super().setUp()
        pathlib.Path("/dev/log").unlink(missing_ok=True)
        mount("-t", "tmpfs", "tmpfs", "/run")
        self.addCleanup(lambda: unmount("/run"))
        demo = self.start("--demo", "-b", "-d", "1h")
        self.line(demo)
        url = next(word for pid in children_of(demo.pid) for word in words_of(pid) if word.startswith("unix://"))
        self.log = self.home / "audit.log"
        self.file(".config/acdtop/acdtop.conf", f'pbx = ( {{ url = "{url}"; name = "geneva"; secret_file = "{self.file("secret", "demo" + chr(10))}"; }} );\n'
                  f'audit_log = "{self.log}"; audit_syslog = true;\n')

    def daemon(self, *words):
        child = subprocess.Popen([*map(str, words)], stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE)

        def end():
            child.kill()
            child.communicate()

        self.addCleanup(end)
        return child

    def until(self, claim, what):
        end = time.monotonic() + 60
        while time.monotonic() < end:
            got = claim()
            if got:
                return got
        return self.fail(f"never: {what}")

    def order(self, *words):
        done = self.run_it("pause", "301", *words)
        self.assertEqual(done.returncode, 0, done.stderr)
        return done.stderr

    def records(self):
        return [line for line in self.log.read_text().splitlines()] if self.log.exists() else []


@unittest.skipIf(RSYSLOGD is None, "rsyslogd is not installed: .ci/install test")
class Rsyslog(Logged):
    def begin(self):
        self.seen = self.home / "seen.log"
        conf = self.file("rsyslog.conf", RSYSLOG % self.seen)
        daemon = self.daemon(RSYSLOGD, "-n", "-f", conf, "-i", self.home / "pid")
        self.until(lambda: pathlib.Path("/dev/log").exists(), "rsyslogd listens")
        return daemon

    def ours(self, count):
        def lines():
            text = self.seen.read_text() if self.seen.exists() else ""
            found = [line for line in text.splitlines() if " acdtop[" in line]
            return found if len(found) >= count else None
        return self.until(lines, f"{count} records at rsyslogd")

    def test_what_it_gets(self):
        self.begin()
        self.assertEqual(self.order("--reason", 'a "b" \\ ü'), "")
        found = self.ours(2)
        self.assertTrue(all(re.match(r"authpriv\.notice acdtop\[\d+\]: 2\d{3}-", line) for line in found), found)
        self.assertEqual([line.split("]: ", 1)[1] for line in found], self.records())

    def test_one_that_is_stopped_and_one_that_is_gone(self):
        daemon = self.begin()
        self.order("lunch")
        self.ours(2)
        daemon.send_signal(signal.SIGSTOP)
        told = ""
        for i in range(2 * int(pathlib.Path("/proc/sys/net/unix/max_dgram_qlen").read_text()) + 2):
            told += self.order("lunch" if i % 2 else "break")
            if told:
                break
        self.assertIn("audit records do not reach syslog at /dev/log: Resource temporarily unavailable", told)
        daemon.send_signal(signal.SIGCONT)
        self.until(lambda: "do not reach" not in self.order("lunch") + self.order("break"), "it takes records again")
        daemon.kill()
        daemon.wait()
        self.assertIn("audit records do not reach syslog at /dev/log: Connection refused", self.order("lunch"))
        pathlib.Path("/dev/log").unlink(missing_ok=True)
        self.begin()
        before = len(self.seen.read_text().splitlines())
        self.assertEqual(self.order("break"), "")
        self.until(lambda: len(self.seen.read_text().splitlines()) >= before + 2, "the next one has them")
        self.assertEqual({line.split("event=")[1].split()[0] for line in self.records()}, {"issue", "outcome"})


@unittest.skipIf(not JOURNALD.exists(), "systemd-journald is not installed: .ci/install test")
class Journal(Logged):
    def test_each_value_is_a_field(self):
        pathlib.Path("/run/systemd/journal").mkdir(parents=True)
        pathlib.Path("/run/log/journal").mkdir(parents=True)
        self.daemon(JOURNALD)
        self.until(lambda: pathlib.Path("/run/systemd/journal/socket").exists(), "journald listens")
        self.assertEqual(self.order("--reason", 'a "b"'), "")

        def entries():
            done = subprocess.run(["journalctl", "-D", "/run/log/journal", "-o", "json", "SYSLOG_IDENTIFIER=acdtop"], capture_output=True, text=True, check=False)
            found = [json.loads(line) for line in done.stdout.splitlines()]
            return found if len(found) >= 2 else None

        issue, outcome = self.until(entries, "two records in the journal")[:2]
        self.assertEqual((issue["PRIORITY"], issue["SYSLOG_FACILITY"], issue["ACDTOP_EVENT"], outcome["ACDTOP_STATE"]), ("5", "10", "issue", "done"))
        self.assertEqual(issue["ACDTOP_LINE"], 'pause 301 --reason "a \\"b\\""')
        self.assertEqual(issue["ACDTOP_ORDER"], outcome["ACDTOP_ORDER"])
        self.assertEqual([entry["MESSAGE"] for entry in (issue, outcome)], self.records())


if __name__ == "__main__":
    enter()
    end = make_dev()
    try:
        tap.main()
    finally:
        end()
