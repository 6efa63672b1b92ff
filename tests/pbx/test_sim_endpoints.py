# SPDX-License-Identifier: MIT
"""The simulated PBX against the real Asterisk: PJSIPShowEndpoints, the telephones and what they do."""
from sim_stage import Compare, SimStage

LATER = {"ActionID", "Timestamp"}


def rows(messages):
    """{name: [(field, value)]}; where a telephone is reached differs from site to site, and the trunk is the lab's own."""
    found = {}
    for m in messages:
        if m["Event"] == "EndpointList" and m["ObjectName"] in ("101", "102", "103", "190"):
            found[m["ObjectName"]] = [(key, value.split("@")[0] if key == "Contacts" else value) for key, value in m.pairs if key not in LATER]
    return found


class Endpoints(Compare):
    def setUp(self):
        super().setUp()
        self.sim.play("agent", "PJSIP/190", "190", "Agent 190")
        self.sim.play("phone", "PJSIP/190", "-4")

    def ask(self, stage):
        """The rows; around them the list's own answer and end are as the list says."""
        start = len(stage.since())
        found = rows(stage.list("PJSIPShowEndpoints"))
        around = [m for m in stage.since()[start:] if m["EventList"]]
        self.assertEqual([(m["Response"], m["Event"], m["EventList"], m["Message"]) for m in around],
                         [("Success", "", "start", "A listing of Endpoints follows, presented as EndpointList events"),
                          ("", "EndpointListComplete", "Complete", "")])
        listed = [m for m in stage.since()[start:] if m["Event"] == "EndpointList"]
        self.assertEqual(around[-1]["ListItems"], str(len(listed)))
        return found

    def alike(self, doing):
        """Both do it, both are asked; the rows of both."""
        said = []
        for stage in (self.real, self.sim):
            stage.begin()
            doing(stage)
            said.append(self.ask(stage))
        self.maxDiff = None
        self.assertEqual(said[1], said[0])
        return {name: dict(row) for name, row in said[0].items()}

    def test_idle_and_not_registered(self):
        found = self.alike(lambda stage: None)
        self.assertEqual(found["101"]["DeviceState"], "Not in use")
        self.assertEqual((found["190"]["DeviceState"], found["190"]["Contacts"]), ("Unavailable", ""))

    def test_ringing_and_talking(self):
        self.calls = []

        def doing(stage):
            stage.phone(101, "answer")
            stage.add("empty", 101)
            self.calls.append((stage, stage.call("empty")))
            stage.await_talk(101)
            stage.phone(102, "ring")
            stage.add("vip", 102)
            self.calls.append((stage, stage.call("vip", 2)))
            stage.wait("QueueMemberStatus", Interface="PJSIP/102", Status="6")
        found = self.alike(doing)
        self.assertEqual([found[n]["DeviceState"] for n in ("101", "102", "103")], ["In use", "Ringing", "Not in use"])
        for stage in (self.real, self.sim):
            stage.remove("empty", 101)
            stage.remove("vip", 102)
        for stage, call in reversed(self.calls):
            stage.hangup(call)
        self.real.finish()

    def test_who_may_not(self):
        real = self.floor.ami("acdtop")
        self.addCleanup(real.close)
        wanted = real.action("PJSIPShowEndpoints")
        sim = SimStage((101,), user="wall")
        self.addCleanup(sim.close)
        got = sim.ask("PJSIPShowEndpoints")
        self.assertEqual([(k, v) for k, v in got.pairs if k != "ActionID"], [(k, v) for k, v in wanted.pairs if k != "ActionID"])
        self.assertEqual((wanted["Response"], wanted["Message"]), ("Error", "Permission denied"))
