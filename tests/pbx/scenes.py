# SPDX-License-Identifier: MIT
"""Things that happen to calls and members on a real PBX, each in one call, for tests of acdtop to be built on.

Every scene takes a floor without traffic, does its thing, waits until the PBX itself shows it, and returns what a test
needs to know. None of them looks at acdtop. test_scenes.py holds each to what queue_log and AMI say about it.
"""
import contextlib
import re

from ami import Message  # noqa: F401 (what snapshot() and the events are)
from sip import token


class Talk:
    """A queue call that is connected: the caller's `call`, the agent's `phone`, `dialog`, `channel`, `interface`."""

    def __init__(self, call, phone, dialog, connect):
        self.call, self.phone, self.dialog, self.connect = call, phone, dialog, connect
        self.channel, self.interface = connect["DestChannel"], connect["Interface"]


def snapshot(ami, queue):
    """(params, members, entries) of one queue as QueueStatus shows them."""
    items = ami.list("QueueStatus", Queue=queue)
    return tuple([m for m in items if m["Event"] == kind] for kind in ("QueueParams", "QueueMember", "QueueEntry"))


def waiting(ami, queue):
    """The Uniqueids in a queue, in order."""
    return [m["Uniqueid"] for m in snapshot(ami, queue)[2]]


def ok(answer):
    """An action's answer, which must be a success."""
    if answer is None or answer["Response"] != "Success":
        raise AssertionError(f"the PBX refused: {answer}")
    return answer


def must(event, what):
    if not event:
        raise AssertionError(f"the PBX never said: {what}")
    return event


def talk(floor, exten="support", **who):
    """A caller who is answered by whichever agent the queue chooses."""
    ami = floor.scene_ami()
    start = ami.mark()
    call = floor.caller(exten, **who)
    connect = must(ami.event("AgentConnect", start=start, Uniqueid=call.uniqueid), "AgentConnect")
    must(ami.event("BridgeEnter", start=start, Uniqueid=call.uniqueid), "BridgeEnter of the caller")
    phone = floor.agent(re.search(r"\d+", connect["Interface"]).group())
    return Talk(call, phone, phone.wait_up(), connect)


@contextlib.contextmanager
def modes(floor, mode, *numbers):
    """Agents (all of them, or these) in another mode for a while."""
    numbers = numbers or list(floor.names)
    before = {number: floor.agent(number).mode for number in numbers}
    for number in numbers:
        floor.agent(number).mode = mode
    try:
        yield
    finally:
        for number in numbers:
            floor.agent(number).mode = before[number]


# --- a waiting caller is taken away ---------------------------------------------------------------------------------
def yank_by_bridge(floor, queue="empty", number=101):
    """AMI Bridge pulls a waiting caller to an agent's channel: no Leave, no Abandon (a ghost). The caller's call."""
    ami, call = floor.scene_ami(), floor.caller(queue)
    start = ami.mark()
    ok(ami.action("Originate", Channel=f"PJSIP/{number}", Context="agents", Exten="moh", Priority=1, Async="true",
                  ChannelId=f"yank-{call.uniqueid}"))
    other = must(ami.event("MusicOnHoldStart", start=start, Uniqueid=f"yank-{call.uniqueid}"), "the agent's channel is up")
    ok(ami.action("Bridge", Channel1=other["Channel"], Channel2=call.channel))
    must(ami.event("BridgeEnter", start=start, Uniqueid=call.uniqueid), "BridgeEnter of the caller")
    floor.until(lambda: call.uniqueid not in waiting(ami, queue), "the caller is out of the queue")
    return call


def yank_by_park(floor, queue="empty"):
    """AMI Park takes a waiting caller: no Leave, no Abandon. The caller's call."""
    ami, call = floor.scene_ami(), floor.caller(queue)
    start = ami.mark()
    ami.send("Park", Channel=call.channel)
    must(ami.event("ParkedCall", start=start, ParkeeUniqueid=call.uniqueid), "ParkedCall")
    floor.until(lambda: call.uniqueid not in waiting(ami, queue), "the caller is out of the queue")
    return call


def redirect_waiting(floor, queue="empty"):
    """AMI Redirect of a waiting caller: Abandon, Leave, queue_log ABANDON. The caller's call."""
    ami, call = floor.scene_ami(), floor.caller(queue)
    start = ami.mark()
    ok(ami.action("Redirect", Channel=call.channel, Context="others", Exten="pulled", Priority=1))
    must(ami.event("QueueCallerLeave", start=start, Uniqueid=call.uniqueid), "QueueCallerLeave")
    return call


def redirect_connected(floor, exten="support"):
    """AMI Redirect of a caller in conversation: the agent is free at once, AgentComplete comes when the caller hangs up."""
    ami, scene = floor.scene_ami(), talk(floor, exten)
    start = ami.mark()
    ok(ami.action("Redirect", Channel=scene.call.channel, Context="others", Exten="pulled", Priority=1))
    must(ami.event("UserEvent", start=start, UserEvent="Pulled", Uniqueid=scene.call.uniqueid), "the caller is pulled")
    must(scene.dialog.wait("ended"), "the agent's call is over")
    return scene


def withdraw(floor, call, queue, info="scene"):
    """QueueWithdrawCaller; waits for the Leave."""
    ami = floor.scene_ami()
    start = ami.mark()
    ok(ami.action("QueueWithdrawCaller", Queue=queue, Caller=call.channel, WithdrawInfo=info))
    return must(ami.event("QueueCallerLeave", start=start, timeout=40, Uniqueid=call.uniqueid), "QueueCallerLeave")


# --- transfers into queues ------------------------------------------------------------------------------------------
def attended_transfer(floor, queue="empty", exten="support"):
    """A phone's attended transfer (REFER/Replaces) of its queue caller into a queue: the waiting entry changes its Channel
    and Uniqueid with no queue event. (Talk, uniqueid of the entry before)."""
    ami, scene = floor.scene_ami(), talk(floor, exten)
    start = ami.mark()
    hold(floor, scene)
    consult = scene.phone.call(queue, headers=[("X-Lab-Call", f"consult-{scene.call.uniqueid}")])
    join = must(ami.event("QueueCallerJoin", start=start, Queue=queue,
                          AccountCode=f"consult-{scene.call.uniqueid}"), "the consultation call joins")
    must(consult.wait("up"), "the phone has heard that it was answered")  # Replaces names the dialog as it is then
    scene.dialog.transfer_to(consult)
    must(ami.event("AttendedTransfer", start=start), "AttendedTransfer")
    floor.until(lambda: scene.call.uniqueid in waiting(ami, queue), "the entry is the customer now")
    return scene, join["Uniqueid"]


def atxfer(floor, queue_digits="8005", queue="empty", exten="support"):
    """AMI Atxfer of the agent's channel into a queue: the entry is a Local channel; completed by the agent hanging up.
    (Talk, uniqueid of the entry)."""
    ami, scene = floor.scene_ami(), talk(floor, exten)
    start = ami.mark()
    ok(ami.action("Atxfer", Channel=scene.channel, Exten=queue_digits, Context="agents"))
    join = must(ami.event("QueueCallerJoin", start=start, Queue=queue), "the Local channel joins")
    scene.dialog.hangup()
    must(ami.event("AttendedTransfer", start=start), "AttendedTransfer")
    return scene, join["Uniqueid"]


def blind_transfer(floor, queue="empty", exten="support"):
    """A phone's blind transfer (REFER) of its queue caller into a queue, which may be the same: the same Uniqueid joins."""
    ami, scene = floor.scene_ami(), talk(floor, exten)
    start = ami.mark()
    scene.dialog.transfer(queue)
    must(ami.event("QueueCallerJoin", start=start, Queue=queue, Uniqueid=scene.call.uniqueid), "the caller joins again")
    return scene


# --- what no event tells --------------------------------------------------------------------------------------------
def change_priority(floor, call, queue, priority, immediate=False):
    """QueueChangePriorityCaller: no event; from 18.20/20.5 on `immediate` moves the caller."""
    more = {"Immediate": "yes"} if immediate else {}
    ami = floor.scene_ami()
    ok(ami.action("QueueChangePriorityCaller", Queue=queue, Caller=call.channel, Priority=priority, **more))
    floor.until(lambda: any(m["Uniqueid"] == call.uniqueid and m["Priority"] == str(priority)
                            for m in snapshot(ami, queue)[2]), "the new priority")


def reset(floor, queue):
    """QueueReset: the PBX's statistics start again; no event."""
    ok(floor.scene_ami().action("QueueReset", Queue=queue))


def realtime_add(floor, number, queue="orders", penalty=0):
    """A member appears in the database, and in the queue as soon as anybody looks; no event."""
    with contextlib.closing(floor.pbx.realtime()) as db, db:
        db.execute("INSERT INTO queue_members (queue_name, interface, membername, penalty, paused, ringinuse)"
                   " VALUES (?, ?, ?, ?, 0, 'no')", (queue, f"PJSIP/{number}", floor.names[number], penalty))
    _member_there(floor, queue, number, True)


def realtime_remove(floor, number, queue="orders"):
    with contextlib.closing(floor.pbx.realtime()) as db, db:
        db.execute("DELETE FROM queue_members WHERE queue_name = ? AND interface = ?", (queue, f"PJSIP/{number}"))
    _member_there(floor, queue, number, False)


def _member_there(floor, queue, number, there):
    ami = floor.scene_ami()
    floor.until(lambda: there == any(m["Location"] == f"PJSIP/{number}" for m in snapshot(ami, queue)[1]),
                f"PJSIP/{number} is {'' if there else 'not '}in {queue}")


def reload_queues(floor, replace=None, members=None):
    """Changes queues.conf and reloads members and parameters: no queue event. `replace` is {old text: new text},
    `members` {queue: [(agent, penalty), ...]}; called without either it restores the file."""
    if members:
        floor.pbx.members = {**floor.pbx.members, **members}
    floor.pbx.write_config("queues.conf")
    path = floor.pbx.dir / "etc" / "queues.conf"
    text = path.read_text()
    for old, new in (replace or {}).items():
        if old not in text:
            raise AssertionError(f"queues.conf has no '{old}'")
        text = text.replace(old, new)
    path.write_text(text)
    ok(floor.scene_ami().action("QueueReload", Members="yes", Parameters="yes"))


def remove_queue(floor, queue):
    """Takes a queue out of queues.conf and reloads; reload_queues(floor) brings it back."""
    text = (floor.pbx.dir / "etc" / "queues.conf").read_text()
    section = re.search(rf"^\[{queue}\].*?(?=^\[|\Z)", text, re.M | re.S).group()
    reload_queues(floor, {section: ""})
    floor.until(lambda: not snapshot(floor.scene_ami(), queue)[0], f"queue {queue} is gone")


def unload_app_queue(floor):
    """Unloads app_queue: every queue is gone and QueueStatus is unknown."""
    said = floor.cli("module unload app_queue.so")
    ami = floor.scene_ami()
    floor.until(lambda: ami.action("QueueStatus")["Response"] == "Error", f"app_queue is unloaded ({said.strip()})")


def load_app_queue(floor):
    floor.cli("module load app_queue.so")
    ami = floor.scene_ami()
    floor.until(lambda: ami.list("QueueStatus"), "app_queue is back")


def cliff_member(floor, queue="empty", interface="Local/8009@agents"):
    """A dynamic member whose name is cut inside a character at byte 79: the PBX sends no event about it, ever.
    The name as QueueStatus shows it, with surrogates."""
    ami = floor.scene_ami()
    ok(ami.action("QueueAdd", Queue=queue, Interface=interface, MemberName="x" * 78 + "é" * 4, Paused="true"))
    return next(m["Name"] for m in snapshot(ami, queue)[1] if m["Location"] == interface)


# --- the PBX itself -------------------------------------------------------------------------------------------------
def stop(floor, how="now"):
    """`core stop now` or `core stop gracefully`; either says Shutdown to users with class system. floor.pbx.start() after."""
    floor.cli(f"core stop {how}")
    floor.until(lambda: not floor.pbx.running(), f"core stop {how}")


def start_half(floor):
    """Starts the PBX and returns as soon as AMI takes connections, which is before the modules are all there."""
    floor.pbx.start(wait=False)
    floor.until(floor.pbx.listens, "AMI listens")


def change_manager(floor, replace):
    """Changes manager.conf ({old text: new text}; {} restores it) and reloads it; sessions that are in keep their rights."""
    floor.pbx.write_config("manager.conf")
    path = floor.pbx.dir / "etc" / "manager.conf"
    text = path.read_text()
    for old, new in replace.items():
        if old not in text:
            raise AssertionError(f"manager.conf has no '{old}'")
        text = text.replace(old, new, 1)
    path.write_text(text)
    floor.cli("manager reload")


# --- members --------------------------------------------------------------------------------------------------------
def add_member(floor, queue, interface, **more):
    """QueueAdd, waited for by its event."""
    ami = floor.scene_ami()
    start = ami.mark()
    ok(ami.action("QueueAdd", Queue=queue, Interface=interface, **more))
    return must(ami.event("QueueMemberAdded", start=start, Queue=queue, Interface=interface), "QueueMemberAdded")


def remove_member(floor, queue, interface):
    ok(floor.scene_ami().action("QueueRemove", Queue=queue, Interface=interface))


def missed(floor, mode):
    """Queue `announced` offers a call to agent 102, who lets it ring, is busy or declines; the caller waits on.
    (call, AgentRingNoAnswer event)."""
    ami = floor.scene_ami()
    start = ami.mark()
    with modes(floor, mode, 102):
        call = floor.caller("announced")
        event = must(ami.event("AgentRingNoAnswer", start=start, Uniqueid=call.uniqueid), "AgentRingNoAnswer")
    return call, event


def ringall(floor):
    """Queue vip rings all its members; the first answers, the others' calls are cancelled. (Talk, the losers)."""
    ami = floor.scene_ami()
    start = ami.mark()
    members = [int(m["Location"].partition("/")[2]) for m in snapshot(ami, "vip")[1]]
    with modes(floor, "ring", *members):
        call = floor.caller("vip")
        for number in members:
            must(floor.agent(number).wait_ringing(), f"{number} rings")
        floor.agent(members[0]).ringing.answer()
        connect = must(ami.event("AgentConnect", start=start, Uniqueid=call.uniqueid), "AgentConnect")
        floor.until(lambda: not any(floor.agent(n).ringing for n in members), "the others stop ringing")
    phone = floor.agent(members[0])
    return Talk(call, phone, phone.wait_up(), connect), members[1:]


def agent_dump(floor):
    """Agent 102 hangs up while `announced` still plays to him: AgentDump, the caller stays queued. The caller's call."""
    ami = floor.scene_ami()
    start = ami.mark()
    call = floor.caller("announced")
    dialog = must(floor.agent(102).wait_up(), "agent 102 answers")
    floor.agent(102).mode = "ring"
    dialog.hangup()
    must(ami.event("AgentDump", start=start, Uniqueid=call.uniqueid), "AgentDump")
    return call


def abandon_while_ringing(floor, exten="support"):
    """A caller hangs up while an agent rings: RINGCANCELED and ABANDON, no AgentRingNoAnswer. The caller's call."""
    ami = floor.scene_ami()
    start = ami.mark()
    with modes(floor, "ring"):
        call = floor.caller(exten)
        must(ami.event("AgentCalled", start=start, Uniqueid=call.uniqueid), "AgentCalled")
        call.hangup()
        must(ami.event("QueueCallerLeave", start=start, Uniqueid=call.uniqueid), "QueueCallerLeave")
    return call


def hangup_leg(floor, leg, exten="support"):
    """AMI Hangup of the caller's or the agent's leg of a queue call. (Talk, AgentComplete event)."""
    ami, scene = floor.scene_ami(), talk(floor, exten)
    start = ami.mark()
    ok(ami.action("Hangup", Channel=scene.call.channel if leg == "caller" else scene.channel))
    return scene, must(ami.event("AgentComplete", start=start, Interface=scene.interface), "AgentComplete")


def hold(floor, scene):
    """The agent of a talk puts the caller on hold."""
    ami = floor.scene_ami()
    start = ami.mark()
    scene.dialog.hold()
    return must(ami.event("Hold", start=start, Channel=scene.channel), "Hold")


def unhold(floor, scene):
    ami = floor.scene_ami()
    start = ami.mark()
    scene.dialog.unhold()
    return must(ami.event("Unhold", start=start, Channel=scene.channel), "Unhold")


def phone_leg(floor, number, start):
    """The channel of the phone itself of the call that was offered to it last, whatever the queue has dialled."""
    begins = [m for m in floor.scene_ami().since(start, "DialBegin") if m["DestChannel"].startswith(f"PJSIP/{number}-")]
    return must(begins and begins[-1], f"{number} is dialled")["DestChannel"]


def listen(floor, number, channel, options="qduES"):
    """A supervisor's phone is rung and hears a channel: (its call, the channel of its leg). The options are those of the
    recipe: `u` an exact name or Uniqueid (else it is a prefix, and 10 finds 101), `d` the keys 4, 5 and 6, `E` and `S` end
    with the call; `w` whispers from the start, `B` barges."""
    ami, ident = floor.scene_ami(), f"acdtop-{token()}"
    start = ami.mark()
    ok(ami.action("Originate", Channel=f"PJSIP/{number}", ChannelId=ident, Application="ChanSpy", Data=f"{channel},{options}",
                  Async="true", Timeout=20000))
    begun = must(ami.event("ChanSpyStart", start=start, SpyerUniqueid=ident), "ChanSpyStart")
    return floor.agent(number).wait_up(), begun["SpyerChannel"]


def second_line(floor, number):
    """An agent makes a call of his own (to music); the dialog."""
    dialog = floor.agent(number).call("moh")
    must(dialog.wait("up"), "the agent's own call is up")
    return dialog
