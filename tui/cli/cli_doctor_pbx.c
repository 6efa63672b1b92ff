/* SPDX-License-Identifier: MIT */
/* cli_doctor_pbx: one PBX, from the facts that its keeper tells: name, link, certificate, login, what the AMI user may, and
 * how true and how lively the figures are. The first row that explains why the link is not live says so, and those after it
 * are left out: nothing is known of them. */
#include "tui/cli/cli_doctor.h"

#include "core/base/clock.h"

#include <stdlib.h>

#define DAY_MS INT64_C(86400000)
enum { CERTIFICATE_DAYS = 21, CLOCK_OFF_MS = 2000, SLOW_MS = 500, OLDEST_ASTERISK = 16 };

static const struct fact_queue *next_queue(const struct doctor_pbx *of, const struct fact_queue *after)
{
    return (const struct fact_queue *)(const void *)store_child(of->store, FACT_QUEUE, of->now->id, (const struct fact *)(const void *)after);
}

static bool is_cause(const struct doctor_pbx *of, const char *word)
{
    return of->now->cause != NULL && strcmp(of->now->cause, word) == 0;
}

static const char *user_of(const struct doctor_pbx *of)
{
    return of->settings->user != NULL ? of->settings->user : "NAME";
}

static const char *host_of(const struct doctor_pbx *of)
{
    return of->settings->host != NULL ? of->settings->host : of->settings->name;
}

static bool is_here(const char *address)
{
    return address != NULL && (strncmp(address, "127.", 4) == 0 || strcmp(address, "::1") == 0);
}

/* ---- the way there ---- */

static void look_at_address(struct doctor *d, const struct doctor_pbx *of)
{
    const struct fact_pbx *p = of->now;
    const struct pbx_settings *s = of->settings;
    if (s->socket_path != NULL) {
        doctor_say(d, DOCTOR_OK, CLI_OK, NULL, "the socket %s of this machine", s->socket_path);
    } else if (p->address == NULL) { /* no connection stood; else the name would be the reason */
        doctor_say(d, DOCTOR_OK, CLI_OK, NULL, "%s, port %d", host_of(of), (int)s->port);
    } else if (s->proxy != NULL) {
        doctor_say(d, DOCTOR_OK, CLI_OK, NULL, "%s through the proxy at %s", host_of(of), p->address);
    } else {
        doctor_say(d, DOCTOR_OK, CLI_OK, NULL, "%s%s%s, port %d%s%s", host_of(of), strcmp(host_of(of), p->address) != 0 ? " is " : "",
                   strcmp(host_of(of), p->address) != 0 ? p->address : "", (int)s->port, p->own_address != NULL ? "; we come from " : "",
                   p->own_address != NULL ? p->own_address : "");
    }
}

static void look_at_link(struct doctor *d, const struct doctor_pbx *of)
{
    const struct fact_pbx *p = of->now;
    if (of->settings->is_tls) {
        doctor_say(d, DOCTOR_OK, CLI_OK, NULL, "TLS%s", p->reconnects > 0 ? "; it was lost and built again meanwhile" : "");
    } else if (of->settings->socket_path != NULL || is_here(p->address)) {
        doctor_say(d, DOCTOR_OK, CLI_OK, NULL, "without TLS, and it does not leave this machine");
    } else {
        doctor_say(d, DOCTOR_WARN, CLI_OK, "on the PBX: tlsenable = yes and tlscertfile in manager.conf; here: amis:// in the url",
                   "without TLS: callers' names and numbers can be read on the way");
    }
}

static void look_at_certificate(struct doctor *d, const struct doctor_pbx *of)
{
    const struct pbx_settings *s = of->settings;
    int64_t until = of->now->certificate_until;
    char day[32] = "";
    if (!s->is_tls) {
        return;
    }
    const char *how = s->pin != NULL && s->ca != NULL ? "signed by the CA file, and its key is the pinned one" : s->pin != NULL ? "its key is the pinned one" :
                      s->ca != NULL ? "signed by the CA file" : "signed by a CA that this machine trusts";
    (void)clock_format(day, sizeof day, "%Y-%m-%d", until);
    bool is_checked = s->pin == NULL || s->ca != NULL; /* a pin alone outlives the certificate */
    if (is_checked && until > 0 && until - of->wall_ms < CERTIFICATE_DAYS * DAY_MS) {
        doctor_say(d, DOCTOR_WARN, CLI_OK, "renew tlscertfile in manager.conf before that day, then 'manager reload'", "%s; it is valid until %s only", how, day);
    } else {
        doctor_say(d, DOCTOR_OK, CLI_OK, NULL, "%s%s%s", how, until > 0 ? "; valid until " : "", until > 0 ? day : "");
    }
}

static void look_at_login(struct doctor *d, const struct doctor_pbx *of)
{
    doctor_say(d, DOCTOR_OK, CLI_OK, NULL, "user %s is let in", user_of(of));
}

static void look_at_version(struct doctor *d, const struct doctor_pbx *of)
{
    const char *version = of->now->asterisk;
    int64_t major;
    struct slice rest, first = slice_cut(slice_of(version != NULL ? version : ""), '.', &rest);
    bool is_old = slice_int(first, 1, 99, &major) && major < OLDEST_ASTERISK;
    if (version == NULL) {
        doctor_say(d, DOCTOR_WARN, CLI_OK, "add reporting to write of this user in manager.conf", "the version is not told");
    } else if (is_old) {
        doctor_say(d, DOCTOR_WARN, CLI_OK, "acdtop is tested with Asterisk 16 and later", "Asterisk %s", version);
    } else {
        bool is_guess = strstr(version, "(AMI ") != NULL;
        doctor_say(d, DOCTOR_OK, CLI_OK, NULL, "Asterisk %s%s", version, is_guess ? "; the exact version takes system or reporting in write" : "");
    }
}

/* ---- what the user may ---- */

static void look_at_rights(struct doctor *d, const struct doctor_pbx *of)
{
    const struct fact_pbx *p = of->now;
    const char *write = p->write_classes != NULL ? p->write_classes : "not told (ListCommands)";
    const char *seen = p->seen_classes != NULL ? p->seen_classes : "none yet";
    doctor_say(d, p->notice == NULL ? DOCTOR_OK : DOCTOR_WARN, CLI_OK, p->notice, "write: %s; events seen of: %s%s", write, seen,
               p->notice == NULL ? "; nothing that acdtop asks for is refused" : "");
}

static void look_at_barrier(struct doctor *d, const struct doctor_pbx *of)
{
    struct buf todo = BUF_INIT(1024);
    buf_addf(&todo, "in manager.conf, [%s]: call in write and dialplan in read; then 'manager reload', and start acdtop anew", user_of(of));
    if (of->now->barrier == 1) {
        doctor_say(d, DOCTOR_OK, CLI_OK, NULL, "re-reads are fenced off from older events: figures are proven, and a difference is found");
    } else if (of->now->barrier == 0) {
        doctor_say(d, DOCTOR_WARN, CLI_OK, buf_slice(&todo).p, "not possible for this user: figures are live, but not proven");
    } else {
        doctor_say(d, DOCTOR_WARN, CLI_OK, "look again with a longer --timeout", "not tried yet: the first read of the queues goes on");
    }
    buf_clear(&todo);
}

static void look_at_peers(struct doctor *d, const struct doctor_pbx *of)
{
    struct buf todo = BUF_INIT(1024);
    buf_addf(&todo, "in manager.conf, [%s]: reporting in write", user_of(of));
    if (of->now->peers == 1) {
        doctor_say(d, DOCTOR_OK, CLI_OK, NULL, "calls that were there before us are known: who talks to whom, and since when");
    } else {
        doctor_say(d, DOCTOR_WARN, CLI_OK, buf_slice(&todo).p, "calls that began before the login show no other party and no time");
    }
    buf_clear(&todo);
}

/* A hint, never a fault: a class more for a convenience is the site's to decide. */
static void look_at_telephones(struct doctor *d, const struct doctor_pbx *of)
{
    const struct fact_pbx *p = of->now;
    bool has_class = p->write_classes != NULL && strstr(p->write_classes, "system") != NULL;
    if (p->endpoints >= 0) {
        doctor_say(d, DOCTOR_OK, CLI_OK, NULL, "%lld of PJSIP are known: who is in no queue is found by number", (long long)p->endpoints);
    } else if (has_class) {
        doctor_say(d, DOCTOR_OK, CLI_OK, NULL, "not told yet, or Asterisk has no PJSIP: who is in no queue is named by agents, agent_interface or the device");
    } else {
        doctor_say(d, DOCTOR_OK, CLI_OK, NULL, "not told: who is in no queue is named by agents, agent_interface or the device; with system in write of [%s] the PBX "
                   "would tell its telephones", user_of(of));
    }
}

/* ---- how true and how lively ---- */

static size_t calls_of(const struct doctor_pbx *of)
{
    size_t count = 0;
    for (const struct fact *f = NULL; (f = store_child(of->store, FACT_CALL, of->now->id, f)) != NULL;) {
        count++;
    }
    for (const struct fact_queue *q = NULL; (q = next_queue(of, q)) != NULL;) {
        count += (size_t)q->waiting;
    }
    return count;
}

static void look_at_events(struct doctor *d, const struct doctor_pbx *of)
{
    size_t calls = calls_of(of);
    if (of->events > 0) {
        doctor_say(d, DOCTOR_OK, CLI_OK, NULL, "%lld in %.1f s", (long long)of->events, (double)of->watched_ms / 1000);
    } else if (calls == 0) {
        doctor_say(d, DOCTOR_OK, CLI_OK, NULL, "none in %.1f s: the floor is quiet, nobody waits or talks", (double)of->watched_ms / 1000);
    } else {
        doctor_say(d, DOCTOR_OK, CLI_OK, NULL, "none in %.1f s: nothing moved in the %zu call%s; if it stays so while calls come and go, read of [%s] in "
                   "manager.conf must have agent and call", (double)of->watched_ms / 1000, calls, calls == 1 ? " there is" : "s there are", user_of(of));
    }
}

static void look_at_clock(struct doctor *d, const struct doctor_pbx *of)
{
    long long off = of->now->clock_offset_ms;
    if (!of->now->is_clock_known) {
        doctor_say(d, DOCTOR_WARN, CLI_OK, "times that Asterisk tells as wall clock (logins, last calls) may be off", "the PBX does not tell its clock");
    } else if (llabs(off) < CLOCK_OFF_MS) {
        doctor_say(d, DOCTOR_OK, CLI_OK, NULL, "%lld ms %s ours", llabs(off), off < 0 ? "behind" : "ahead of");
    } else {
        doctor_say(d, DOCTOR_WARN, CLI_OK, "durations are right all the same, times of day in logs will not agree: run NTP on both", "%lld.%lld s %s ours", llabs(off) / 1000,
                   llabs(off) / 100 % 10, off < 0 ? "behind" : "ahead of");
    }
}

static void look_at_round_trip(struct doctor *d, const struct doctor_pbx *of)
{
    long long us = of->now->round_trip_us;
    if (us < 0) {
        doctor_say(d, DOCTOR_WARN, CLI_OK, NULL, "not measured yet");
    } else if (us < SLOW_MS * 1000) {
        doctor_say(d, DOCTOR_OK, CLI_OK, NULL, "%lld.%02lld ms", us / 1000, us / 10 % 100);
    } else {
        doctor_say(d, DOCTOR_WARN, CLI_OK, "a slow or a full line, or a PBX that is busy: figures are that much late", "%lld ms", us / 1000);
    }
}

static void look_at_write_timeout(struct doctor *d, const struct doctor_pbx *of)
{
    doctor_say(d, DOCTOR_OK, CLI_OK, NULL, "AMI does not tell it. In manager.conf, [%s]: writetimeout between 100 (the default) and 500, never thousands, for Asterisk may "
               "hold a queue's lock that long", user_of(of));
}

static void look_at_queues(struct doctor *d, const struct doctor_pbx *of)
{
    size_t count = 0, in[QUEUE_STATE_COUNT] = { 0 }, agents = 0;
    for (const struct fact_queue *q = NULL; (q = next_queue(of, q)) != NULL; count++) {
        in[q->state >= 0 && q->state < QUEUE_STATE_COUNT ? q->state : QUEUE_SUSPECT]++;
    }
    for (const struct fact *f = NULL; (f = store_child(of->store, FACT_AGENT, of->now->id, f)) != NULL;) {
        agents++;
    }
    struct buf text = BUF_INIT(256);
    for (size_t i = 0; i < QUEUE_STATE_COUNT; i++) {
        if (in[i] > 0) {
            buf_addf(&text, "%s%zu %s", text.len > 0 ? ", " : "", in[i], queue_state_names[i]);
        }
    }
    if (count == 0) {
        doctor_say(d, DOCTOR_WARN, CLI_OK, "on the PBX: 'queue show', and queues.conf", "there are none");
    } else {
        doctor_say(d, DOCTOR_OK, CLI_OK, NULL, "%zu (%s), %zu agent%s", count, buf_slice(&text).p, agents, agents == 1 ? "" : "s");
    }
    buf_clear(&text);
}

static void look_at_drift(struct doctor *d, const struct doctor_pbx *of)
{
    if (of->now->drift == 0) {
        doctor_say(d, DOCTOR_OK, CLI_OK, NULL, of->now->barrier == 1 ? "none found" : "cannot be claimed without the barrier");
    } else {
        doctor_say(d, DOCTOR_WARN, CLI_OK, "it was set right by the re-read; 'acdtop record FILE' while it happens makes a report that can be looked into",
                   "%lld difference%s that no event explains, the last: %s", (long long)of->now->drift, of->now->drift == 1 ? "" : "s",
                   of->now->drift_last != NULL ? of->now->drift_last : "unknown");
    }
}

/* ---- the rows ---- */

enum row { ROW_ADDRESS, ROW_LINK, ROW_CERTIFICATE, ROW_LOGIN, ROW_ASTERISK, ROW_RIGHTS, ROW_BARRIER, ROW_PEERS, ROW_TELEPHONES, ROW_EVENTS, ROW_CLOCK,
           ROW_ROUND_TRIP, ROW_WRITE_TIMEOUT, ROW_QUEUES, ROW_DRIFT, ROW_COUNT };

static const struct {
    const char *name;
    void (*look)(struct doctor *d, const struct doctor_pbx *of);
    const char *causes[4]; /* whose reasons are told here; what no row names is the link's */
} rows[] = {
    [ROW_ADDRESS] = { "address", look_at_address, { "dns" } },
    [ROW_LINK] = { "link", look_at_link, { NULL } },
    [ROW_CERTIFICATE] = { "certificate", look_at_certificate, { "certificate", "certificate_name", "pin", "ca_file" } },
    [ROW_LOGIN] = { "login", look_at_login, { "login", "in_use", "no_md5", "secret" } },
    [ROW_ASTERISK] = { "version", look_at_version, { NULL } },
    [ROW_RIGHTS] = { "rights", look_at_rights, { NULL } },
    [ROW_BARRIER] = { "barrier", look_at_barrier, { NULL } },
    [ROW_PEERS] = { "peers", look_at_peers, { NULL } },
    [ROW_TELEPHONES] = { "telephones", look_at_telephones, { NULL } },
    [ROW_EVENTS] = { "events", look_at_events, { NULL } },
    [ROW_CLOCK] = { "clock", look_at_clock, { NULL } },
    [ROW_ROUND_TRIP] = { "round trip", look_at_round_trip, { NULL } },
    [ROW_WRITE_TIMEOUT] = { "writetimeout", look_at_write_timeout, { NULL } },
    [ROW_QUEUES] = { "queues", look_at_queues, { "not_booted", "no_app_queue" } },
    [ROW_DRIFT] = { "drift", look_at_drift, { NULL } },
};
_Static_assert(sizeof rows / sizeof rows[0] == ROW_COUNT, "a row for each");

/* The row that tells why it is not live; ROW_COUNT: it is. */
static enum row faulty_row(const struct doctor_pbx *of)
{
    if (of->now->link == LINK_LIVE) {
        return ROW_COUNT;
    }
    for (enum row i = 0; i < ROW_COUNT; i++) {
        for (size_t c = 0; c < sizeof rows[i].causes / sizeof rows[i].causes[0]; c++) {
            if (rows[i].causes[c] != NULL && is_cause(of, rows[i].causes[c])) {
                return i;
            }
        }
    }
    return of->now->reason == NULL && of->now->link >= LINK_BOOTING ? ROW_QUEUES : ROW_LINK;
}

/* The end of a fault: what it costs the whole, as in `status`. */
static int exit_code_of(const struct doctor_pbx *of)
{
    return err_exit_code(of->now->link == LINK_REFUSED ? ERR_LOGIN : ERR_NETWORK);
}

void doctor_look_at_pbx(struct doctor *d, const struct doctor_pbx *of)
{
    enum row faulty = faulty_row(of);
    bool is_untried = is_cause(of, "secret"); /* refused by ourselves: nothing was sent yet */
    for (enum row i = 0; i < ROW_COUNT && i <= faulty; i++) {
        d->check = rows[i].name;
        if (i < faulty && !(is_untried && i < ROW_LOGIN)) {
            rows[i].look(d, of);
        } else if (i == faulty && of->now->reason != NULL) {
            doctor_say(d, DOCTOR_BAD, exit_code_of(of), NULL, "%s", of->now->reason);
        } else if (i == faulty) {
            doctor_say(d, DOCTOR_BAD, exit_code_of(of), "look again with a longer --timeout", "still %s after %lld s", link_state_names[of->now->link],
                       (long long)(of->waited_ms / 1000));
        }
    }
}
