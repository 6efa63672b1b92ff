#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""status --at: the floor as it was at a time of a recording; outside of it, what it covers."""
import datetime

from cli import CliTest, json
import tap

WALL_S = 1795343527  # when the recording is made to begin


def event(at_s, name, **fields):
    text = "Event: %s\r\n" % name + "".join("%s: %s\r\n" % (k, v) for k, v in fields.items()) + "\r\n"
    return "%d demo < %d\n%s\n" % (at_s * 1000, len(text), text)


def of_caller(number, position, count):
    return {"Channel": "PJSIP/x-1", "CallerIDNum": number, "CallerIDName": "Ada", "Uniqueid": "17000." + number, "Linkedid": "17000." + number,
            "Queue": "orders", "Position": position, "Count": count}


class At(CliTest):
    def setUp(self):
        super().setUp()
        self.env["TZ"] = "UTC"
        self.path = str(self.home / "day.acd")
        done = self.run_it("--demo", "record", "--for", "1s", self.path)
        self.assertEqual(done.returncode, 0, done.stderr)
        text = open(self.path, encoding="utf-8", errors="surrogateescape", newline="").read().split("\n", 1)[1]
        text += event(60, "QueueCallerJoin", **of_caller("4179", 1, 1)) + event(120, "QueueCallerJoin", **of_caller("4178", 1, 2))
        with open(self.path, "w", encoding="utf-8", errors="surrogateescape", newline="") as f:
            f.write("acdtop-transcript 1 %d000\n" % WALL_S + text)

    def at(self, seconds, form="%H:%M:%S"):
        return datetime.datetime.fromtimestamp(WALL_S + seconds, datetime.timezone.utc).strftime(form)

    def numbers(self, when):
        done = self.run_it("status", "--json", "--at", when, self.path, "orders")
        self.assertEqual(done.returncode, 0, done.stderr)
        document = json.loads(done.stdout)
        queues = document["pbx"][0]["queues"]
        self.assertEqual([q["name"] for q in queues], ["orders"])
        return document["at"], {c["number"] for c in queues[0]["callers"]} & {"4178", "4179"}

    def test_the_floor_is_as_it_was(self):
        stamp = "%Y-%m-%dT%H:%M:%S.000Z"
        for when, seconds, there in (("+59s", 59, set()), ("+60", 60, {"4179"}), ("+1m", 60, {"4179"}), ("-1s", 119, {"4179"}), ("end", 120, {"4178", "4179"}),
                                     (self.at(90), 90, {"4179"}), (self.at(90, "%Y-%m-%d %H:%M:%S"), 90, {"4179"}),
                                     (self.at(90, "%Y-%m-%dT%H:%M:%S"), 90, {"4179"})):
            self.assertEqual(self.numbers(when), (self.at(seconds, stamp), there), when)
        # Of a minute that began before the recording there is the rest.
        done = self.run_it("status", "--at", self.at(0, "%H:%M"), self.path)
        self.assertNotIn("there is nothing of", done.stderr)

    def test_as_text(self):
        done = self.run_it("status", "--at", "+90s", self.path)
        self.assertEqual((done.returncode, done.stderr), (0, ""))
        self.assertTrue(done.stdout.startswith(self.at(90, "%Y-%m-%d %H:%M:%S") + "  demo: live"), done.stdout)
        self.assertIn("4179", done.stdout)
        self.assertNotIn("4178", done.stdout)

    def test_what_is_not_there_is_said(self):
        span = "the recording is from %s to %s" % (self.at(0, "%Y-%m-%d %H:%M:%S"), self.at(120))
        for when in (self.at(121), self.at(-1), self.at(3600, "%H:%M"), "+121s", "-1h", self.at(86400, "%Y-%m-%d %H:%M:%S")):
            self.refused(65, "there is nothing of %s: %s" % (when, span), "status", "--at", when, self.path)

    def test_wrong_words(self):
        self.refused(64, "'noon' is no time", "status", "--at", "noon", self.path)
        self.refused(64, "'2026-02-31 10:00' is no time", "status", "--at", "2026-02-31 10:00", self.path)
        self.refused(64, "--at wants a recording", "status", "--at", "+1s")
        self.refused(64, "--demo is no recording", "--demo", "status", "--at", "+1s", self.path)
        self.refused(64, "--at goes with status", "watch", "--at", "+1s")
        self.refused(71, "nowhere.acd", "status", "--at", "+1s", "nowhere.acd")
        self.refused(76, "it does not begin with", "status", "--at", "+1s", self.file("not", "hello\n"))
        done = self.run_it("status", "--at", "+90s", self.path, "nowhere")
        self.assertEqual(done.returncode, 66, done.stderr)


if __name__ == "__main__":
    tap.main()
