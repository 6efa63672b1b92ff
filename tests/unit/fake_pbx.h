/* SPDX-License-Identifier: MIT */
/* fake_pbx: the other side of a session, without a socket: reads what the session sends, answers as Asterisk would, in time that the
 * test moves. What it may and may not do is set by the test, and what is not settled is said by hand with hear(). */
#ifndef TESTS_UNIT_FAKE_PBX_H
#define TESTS_UNIT_FAKE_PBX_H

#include "core/base/mem.h"
#include "core/base/timer.h"
#include "core/link/session.h"
#include "tests/unit/fake_floor.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>

#include <cmocka.h>

#define WALL_AT_ZERO INT64_C(1700000000000)
#define GREETING "Asterisk Call Manager/11.0.0\r\n"

static struct {
    /* how it is */
    bool no_md5, wants_plain, no_list_commands, no_version, no_setvar, no_varset, no_channels, no_status, no_getvar, no_events_answer, no_booted, no_app_queue,
        refuses_setvar, refuses_getvar, refuses_channels;
    const char *endpoints;     /* their names, a blank behind each; NULL: ListCommands does not have PJSIPShowEndpoints */
    const char *login_error;   /* Message of a refused login */
    const char *any_error;     /* of every answer */
    const char *silent_on;     /* at this action it stops answering, as one that is busy with it */
    const char *items;         /* of a QueueStatus list, each ends with "ActionID: %s\r\n\r\n" added by us */
    int64_t clock_ahead_ms;
    /* what happened */
    struct session *s;
    struct session_setup setup;
    int64_t now;
    struct buf sent;           /* everything the session said */
    size_t worked;             /* of it: answered */
    int connects, disconnects;
    const char *secret;
    const char *gate_refuses;  /* action */
    struct fact_pbx report;
    struct buf recorded;       /* what went each way, when its max is set: direction, instant, length, bytes */
} pbx;

static void hear(const char *text);

static struct fact_pbx *report(void)
{
    pbx.report = (struct fact_pbx){ 0 };
    session_report(pbx.s, &pbx.report);
    return &pbx.report;
}

static bool give_secret(void *context, struct buf *out, struct err *err)
{
    (void)context;
    if (pbx.secret == NULL)
        return err_set(err, ERR_CONFIG, "cannot read the secret file /nowhere");
    return buf_add(out, slice_of(pbx.secret));
}

static void record(char direction, struct slice bytes)
{
    if (pbx.recorded.max == 0)
        return;
    buf_addf(&pbx.recorded, "%c%012lld%08zu", direction, (long long)pbx.now, bytes.n);
    buf_add(&pbx.recorded, bytes);
}

static void take_sent(void *context, struct slice bytes)
{
    (void)context;
    record('>', bytes);
    buf_add(&pbx.sent, bytes);
}

static void note_connect(void *context)
{
    (void)context;
    pbx.connects++;
}

static void note_disconnect(void *context)
{
    (void)context;
    pbx.disconnects++;
}

static bool gate(void *context, enum request_kind kind, struct slice text, struct err *err)
{
    (void)context;
    (void)text;
    if (pbx.gate_refuses != NULL && strcmp(request_table[kind].action, pbx.gate_refuses) == 0)
        return err_set(err, ERR_USAGE, "the gate refuses %s", pbx.gate_refuses);
    return true;
}

static int pbx_setup(void **state)
{
    (void)state;
    fake_floor_reset();
    memset(&pbx, 0, sizeof pbx);
    pbx.now = 1000;
    pbx.secret = "tiger";
    pbx.sent = BUF_INIT(1 << 22);
    pbx.setup = (struct session_setup){ .user = "acdtop", .host = "geneva:5038", .wall_at_zero_ms = WALL_AT_ZERO, .floor = &fake_floor, .secret = give_secret,
                                        .may_send = gate, .send = take_sent, .connect = note_connect, .disconnect = note_disconnect };
    return 0;
}

static int pbx_teardown(void **state)
{
    (void)state;
    session_free(pbx.s);
    buf_clear(&pbx.sent);
    buf_clear(&pbx.recorded);
    fake_floor_reset();
    return 0;
}

/* --- what was said -------------------------------------------------------------------------------- */

/* How often this stands in what the session said since `from`. */
static int said_since(size_t from, const char *what)
{
    int n = 0;
    const char *at = pbx.sent.data != NULL ? pbx.sent.data + from : "";
    for (; (at = strstr(at, what)) != NULL; at++)
        n++;
    return n;
}

static int said(const char *what)
{
    return said_since(0, what);
}

static int told_times(const char *what)
{
    int n = 0;
    for (const char *at = fake_floor.told.data != NULL ? fake_floor.told.data : ""; (at = strstr(at, what)) != NULL; at++)
        n++;
    return n;
}

/* The ActionID of the latest request of that action. */
static const char *id_of(const char *action)
{
    static char id[64];
    char line[80];
    const char *found = NULL;
    snprintf(line, sizeof line, "Action: %s\r\nActionID: ", action);
    for (const char *at = pbx.sent.data; at != NULL && (at = strstr(at, line)) != NULL; at++)
        found = at + strlen(line);
    assert_non_null(found);
    snprintf(id, sizeof id, "%.*s", (int)strcspn(found, "\r"), found);
    return id;
}

/* --- speaking --------------------------------------------------------------------------------------- */

static void hear_bytes(const char *bytes, size_t n)
{
    while (n > 0) {
        size_t room = 0;
        char *at = session_room(pbx.s, &room);
        size_t part = n < room ? n : room;
        memcpy(at, bytes, part);
        record('<', (struct slice){ bytes, part });
        session_fed(pbx.s, part, pbx.now);
        bytes += part;
        n -= part;
    }
}

static void hear(const char *text)
{
    hear_bytes(text, strlen(text));
}

static void hearf(const char *fmt, ...) __attribute__((format(printf, 1, 2)));
static void hearf(const char *fmt, ...)
{
    char text[8192];
    va_list ap;
    va_start(ap, fmt);
    vsnprintf(text, sizeof text, fmt, ap);
    va_end(ap);
    hear(text);
}

static void hear_error(const char *id, const char *message)
{
    hearf("Response: Error\r\nActionID: %s\r\nMessage: %s\r\n\r\n", id, message);
}

static void hear_list(const char *id)
{
    int n = 0;
    hearf("Response: Success\r\nActionID: %s\r\nEventList: start\r\nMessage: Queue status will follow\r\n\r\n", id);
    for (const char *at = pbx.items; at != NULL && *at != '\0'; n++) {
        const char *end = strchr(at, '|');
        hearf("%.*sActionID: %s\r\n\r\n", (int)(end != NULL ? end - at : (long)strlen(at)), at, id);
        at = end != NULL ? end + 1 : NULL;
    }
    hearf("Event: QueueStatusComplete\r\nActionID: %s\r\nEventList: Complete\r\nListItems: %d\r\n\r\n", id, n);
}

static void hear_rights(const char *id)
{
    hearf("Response: Success\r\nActionID: %s\r\nPing: Keepalive command.  (Priv: <none>)\r\n%s%s%s%s%s%s\r\n", id,
          pbx.endpoints != NULL ? "PJSIPShowEndpoints: Lists PJSIP endpoints.  (Priv: system,all)\r\n" : "",
          pbx.no_version ? "" : "CoreSettings: Show PBX core settings (version etc).  (Priv: system,reporting,all)\r\n",
          pbx.no_channels ? "" : "CoreShowChannels: List currently active channels.  (Priv: system,reporting,all)\r\n",
          pbx.no_status ? "" : "Status: List channel status.  (Priv: system,call,reporting,all)\r\n",
          pbx.no_getvar ? "" : "Getvar: Gets a channel variable.  (Priv: call,reporting,all)\r\n",
          pbx.no_setvar ? "" : "Setvar: Set a channel variable.  (Priv: call,all)\r\n");
}

static bool is(const char *request, const char *action)
{
    char line[80];
    snprintf(line, sizeof line, "Action: %s\r\n", action);
    return strncmp(request, line, strlen(line)) == 0;
}

static void value_of(const char *request, const char *header, char out[128])
{
    const char *at = strstr(request, header);
    out[0] = '\0';
    if (at != NULL)
        snprintf(out, 128, "%.*s", (int)strcspn(at + strlen(header), "\r"), at + strlen(header));
}

static void answer_login(const char *request, const char *id)
{
    if (is(request, "Challenge")) {
        if (pbx.no_md5)
            hear_error(id, "Must specify AuthType");
        else
            hearf("Response: Success\r\nActionID: %s\r\nChallenge: 123456789\r\n\r\n", id);
    } else if (pbx.login_error != NULL) {
        hear_error(id, pbx.login_error);
    } else {
        hearf("Response: Success\r\nActionID: %s\r\nMessage: Authentication accepted\r\n\r\n", id);
        if (!pbx.no_booted)
            hear("Event: FullyBooted\r\nPrivilege: system,all\r\nUptime: 5\r\nLastReload: 5\r\nStatus: Fully Booted\r\n\r\n");
    }
}

static void answer_channels(const char *id, const char *complete)
{
    if (pbx.refuses_channels)
        hear_error(id, "Permission denied");
    else
        hearf("Response: Success\r\nActionID: %s\r\nEventList: start\r\nMessage: Channels will follow\r\n\r\n"
              "Event: %s\r\nActionID: %s\r\nEventList: Complete\r\nListItems: 0\r\n\r\n", id, complete, id);
}

static void answer_variable(const char *request, const char *id)
{
    char value[128];
    if (is(request, "Getvar")) {
        if (pbx.refuses_getvar)
            hear_error(id, "Permission denied");
        else
            hearf("Response: Success\r\nActionID: %s\r\nVariable: QUEUESTATUS\r\nValue: TIMEOUT\r\n\r\n", id);
        return;
    }
    if (pbx.refuses_setvar) {
        hear_error(id, "Permission denied");
        return;
    }
    value_of(request, "Value: ", value);
    hearf("Response: Success\r\nActionID: %s\r\nMessage: Variable Set\r\n\r\n", id);
    if (!pbx.no_varset)
        hearf("Event: VarSet\r\nPrivilege: dialplan,all\r\nChannel: none\r\nUniqueid: none\r\nVariable: ACDTOP_SYNC\r\nValue: %s\r\n\r\n", value);
}

static void answer_endpoints(const char *id)
{
    int n = 0;
    if (*pbx.endpoints == '\0') {
        hear_error(id, "No endpoints found\n");
        return;
    }
    hearf("Response: Success\r\nActionID: %s\r\nEventList: start\r\nMessage: A listing of Endpoints follows, presented as EndpointList events\r\n\r\n", id);
    for (const char *at = pbx.endpoints; *at != '\0'; n++) {
        size_t end = strcspn(at, " ");
        hearf("Event: EndpointList\r\nActionID: %s\r\nObjectType: endpoint\r\nObjectName: %.*s\r\nTransport: udp\r\nAor: \r\nAuths: \r\n"
              "OutboundAuths: \r\nContacts: \r\nDeviceState: Unavailable\r\nActiveChannels: 0\r\n\r\n", id, (int)end, at);
        at += end + 1;
    }
    hearf("Event: EndpointListComplete\r\nActionID: %s\r\nEventList: Complete\r\nListItems: %d\r\n\r\n", id, n);
}

static void answer_one(const char *request, const char *id)
{
    int64_t wall = WALL_AT_ZERO + pbx.now + pbx.clock_ahead_ms;
    if (pbx.any_error != NULL) {
        hear_error(id, pbx.any_error);
        return;
    }
    if (is(request, "Challenge") || is(request, "Login"))
        answer_login(request, id);
    else if (is(request, "ListCommands") && !pbx.no_list_commands)
        hear_rights(id);
    else if (is(request, "CoreSettings"))
        hearf("Response: Success\r\nActionID: %s\r\nAMIversion: 11.0.0\r\nAsteriskVersion: 22.10.1\r\n\r\n", id);
    else if (is(request, "Ping"))
        hearf("Response: Success\r\nActionID: %s\r\nPing: Pong\r\nTimestamp: %lld.%06lld\r\n\r\n", id, (long long)(wall / 1000),
              (long long)(wall % 1000 * 1000));
    else if (is(request, "Events") && !pbx.no_events_answer)
        hearf("Response: Success\r\nActionID: %s\r\nEvents: On\r\n\r\n", id);
    else if (is(request, "CoreShowChannels"))
        answer_channels(id, "CoreShowChannelsComplete");
    else if (is(request, "Status"))
        answer_channels(id, "StatusComplete");
    else if (is(request, "QueueStatus") && pbx.no_app_queue)
        hear_error(id, "Invalid/unknown command: QueueStatus. Use Action: ListCommands to show available commands.");
    else if (is(request, "QueueStatus"))
        hear_list(id);
    else if (is(request, "PJSIPShowEndpoints") && pbx.endpoints != NULL)
        answer_endpoints(id);
    else if (is(request, "PJSIPShowEndpoints"))
        hear_error(id, "Permission denied");
    else if (is(request, "Getvar") || is(request, "Setvar"))
        answer_variable(request, id);
}

/* Answers everything that was said and not answered yet. */
static void answer(void)
{
    char id[128];
    while (pbx.worked < pbx.sent.len) {
        const char *request = pbx.sent.data + pbx.worked, *end = strstr(request, "\r\n\r\n");
        assert_non_null(end); /* requests are whole */
        char text[2048];
        snprintf(text, sizeof text, "%.*s", (int)(end + 4 - request), request);
        if (pbx.silent_on != NULL && is(text, pbx.silent_on))
            return;
        pbx.worked += (size_t)(end + 4 - request);
        value_of(text, "ActionID: ", id);
        answer_one(text, id);
    }
}

/* Time passes; what falls due happens at its instant. answering: the PBX answers at once. */
static void pass_time(int64_t ms, bool answering)
{
    int64_t until = pbx.now + ms;
    for (;;) {
        int64_t due = session_deadline(pbx.s);
        if (due > until)
            break;
        pbx.now = due > pbx.now ? due : pbx.now + 1;
        session_tick(pbx.s, pbx.now);
        assert_true(session_deadline(pbx.s) > pbx.now); /* what was due is done: else the process would spin */
        if (answering)
            answer();
    }
    pbx.now = until;
    session_tick(pbx.s, pbx.now);
    if (answering)
        answer();
}

static void greet(void)
{
    session_up(pbx.s, pbx.now);
    pbx.worked = pbx.sent.len;
    hear(GREETING);
}

static void begin(void)
{
    pbx.s = session_new(&pbx.setup, pbx.now);
    session_start(pbx.s, pbx.now);
    assert_int_equal(pbx.connects, 1);
}

/* From nothing to live. */
static void go_live(void)
{
    begin();
    greet();
    answer();
    if (report()->link != LINK_LIVE)
        pass_time(6000, true);
    assert_int_equal(report()->link, LINK_LIVE);
}

static void assert_reason(const char *part)
{
    const char *reason = report()->reason;
    if (reason == NULL || strstr(reason, part) == NULL)
        fail_msg("\"%s\" is not in the reason: %s", part, reason != NULL ? reason : "(none)");
}

static void assert_notice(const char *part)
{
    const char *notice = report()->notice;
    if (part == NULL && notice != NULL)
        fail_msg("there is a notice: %s", notice);
    if (part != NULL && (notice == NULL || strstr(notice, part) == NULL))
        fail_msg("\"%s\" is not in the notice: %s", part, notice != NULL ? notice : "(none)");
}

#define SESSION_TEST(f) cmocka_unit_test_setup_teardown(f, pbx_setup, pbx_teardown)

#endif
