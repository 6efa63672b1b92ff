/* SPDX-License-Identifier: MIT */
/* gate: the last look at a request before it leaves. It takes the bytes apart again by itself, so that a slip in
 * whoever wrote them (a value with a line end, a second Action, a variable that is really a function call) is
 * refused here and not obeyed by a PBX. Every action has its row with the headers it may carry; what has no row, and
 * a header that is not in the row, does not pass. Holds no state and sends nothing. */
#include "core/keeper/gate.h"

#include "core/floor/fact.h"

#define LINE_MAX_BYTES 1024 /* with its CRLF; Asterisk refuses longer ones (ami.md 1.5) */
#define HEADER_MAX 32
#define GATE_HEADERS_MAX 12

struct header {
    struct slice name, value;
};

struct parts { /* a request taken apart */
    struct header header[HEADER_MAX];
    size_t count;
};

struct rule {
    const char *header[GATE_HEADERS_MAX]; /* besides Action and ActionID */
    bool (*check)(const struct parts *parts, struct err *err); /* NULL: any values */
};

static struct slice value_of(const struct parts *parts, const char *name)
{
    for (size_t i = 0; i < parts->count; i++) {
        if (slice_eq_nocase(parts->header[i].name, slice_of(name))) {
            return parts->header[i].value;
        }
    }
    return (struct slice){ NULL, 0 };
}

static bool is_word(struct slice s)
{
    for (size_t i = 0; i < s.n; i++) {
        char c = s.p[i];
        if (!((c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_')) {
            return false;
        }
    }
    return s.n > 0;
}

/* What may stand in a name of the dialplan: nothing that ends an argument, names a variable or calls a function. */
static bool is_dialplan_name(struct slice s)
{
    for (size_t i = 0; i < s.n; i++) {
        if (!is_word((struct slice){ s.p + i, 1 }) && strchr("-.+*#@", s.p[i]) == NULL) {
            return false;
        }
    }
    return s.n > 0;
}

/* DIALPLAN_EXISTS(context,extension,1): it only looks. */
static bool asks_for_extension(struct slice s)
{
    const struct slice begin = SLICE("DIALPLAN_EXISTS("), end = SLICE("1)");
    struct slice rest;
    if (!slice_starts(s, begin)) {
        return false;
    }
    struct slice context = slice_cut((struct slice){ s.p + begin.n, s.n - begin.n }, ',', &rest);
    struct slice exten = slice_cut(rest, ',', &rest);
    return is_dialplan_name(context) && is_dialplan_name(exten) && slice_eq(rest, end);
}

/* QUEUE_GET_CHANNEL(queue,1): who is the first there; it only looks. */
static bool asks_for_head(struct slice s)
{
    const struct slice begin = SLICE("QUEUE_GET_CHANNEL("), end = SLICE(",1)");
    if (!slice_starts(s, begin) || s.n <= begin.n + end.n || memcmp(s.p + s.n - end.n, end.p, end.n) != 0)
        return false;
    return is_dialplan_name((struct slice){ s.p + begin.n, s.n - begin.n - end.n });
}

/* QUEUE_MEMBER(queue,ringinuse,interface): it only looks. */
static bool asks_for_ringinuse(struct slice s)
{
    const struct slice begin = SLICE("QUEUE_MEMBER("), option = SLICE("ringinuse");
    struct slice rest;
    if (!slice_starts(s, begin) || s.n < begin.n + 2 || s.p[s.n - 1] != ')')
        return false;
    struct slice queue = slice_cut((struct slice){ s.p + begin.n, s.n - begin.n - 1 }, ',', &rest), device;
    struct slice asked = slice_cut(rest, ',', &rest), tech = slice_cut(rest, '/', &device);
    for (struct slice part; device.n > 0;) { /* Local/104@from-queue/n */
        part = slice_cut(device, '/', &device);
        if (!is_dialplan_name(part))
            return false;
    }
    return is_dialplan_name(queue) && slice_eq(asked, option) && is_dialplan_name(tech);
}

/* DEVICE_STATE(PJSIP/401): it only looks. */
static bool asks_for_device(struct slice s)
{
    const struct slice begin = SLICE("DEVICE_STATE(");
    struct slice rest;
    if (!slice_starts(s, begin))
        return false;
    struct slice device = slice_cut((struct slice){ s.p + begin.n, s.n - begin.n }, ')', &rest), technology = slice_cut(device, '/', &device);
    return is_word(technology) && device.n > 0 && memchr(device.p, '/', device.n) == NULL && is_dialplan_name(device) && rest.p != NULL && rest.n == 0;
}

/* Getvar also calls dialplan functions, of which some write: FUNC(...) is no plain name. */
static bool check_getvar(const struct parts *parts, struct err *err)
{
    struct slice variable = value_of(parts, "Variable");
    return is_word(variable) || asks_for_extension(variable) || asks_for_head(variable) || asks_for_ringinuse(variable) || asks_for_device(variable) ||
           err_set(err, ERR_INTERNAL, "not sent: Getvar of something that is not a plain variable");
}

static bool is_number(struct slice s)
{
    int64_t ignored;
    return s.n > 0 && s.p[0] >= '0' && s.p[0] <= '9' && slice_int(s, 0, INT32_MAX, &ignored);
}

/* What a listener's own channel is called: FACT_SPY_NAME. */
static bool is_ear_name(struct slice name)
{
    struct slice rest, word = slice_cut(name, ' ', &rest);
    bool is_ours = slice_eq(word, SLICE(FACT_SPY_SWITCHING));
    for (size_t i = SPY_LISTEN; i < SPY_MODE_COUNT; i++)
        is_ours = is_ours || slice_eq(word, slice_of(spy_mode_names[i]));
    return is_ours && memchr(name.p, '"', name.n) == NULL;
}

/* The one change that even a wall display makes: the token of the barrier (ami.md 6.2). Of a channel an order sets only the priority that
 * its caller takes into the next queue, and how a listener listens. */
static bool check_setvar(const struct parts *parts, struct err *err)
{
    struct slice channel = value_of(parts, "Channel"), variable = value_of(parts, "Variable"), value = value_of(parts, "Value");
    if (channel.p != NULL)
        return (channel.n > 0 && ((slice_eq(variable, SLICE(GATE_PRIORITY_VARIABLE)) && is_number(value)) || (slice_eq(variable, SLICE(FACT_SPY_NAME)) && is_ear_name(value)))) ||
               err_set(err, ERR_INTERNAL, "not sent: Setvar of a channel that is not " GATE_PRIORITY_VARIABLE " to a number, nor how a listener listens");
    if (!slice_eq(value_of(parts, "Variable"), SLICE(GATE_BARRIER_VARIABLE))) {
        return err_set(err, ERR_INTERNAL, "not sent: Setvar of another variable than " GATE_BARRIER_VARIABLE);
    }
    return is_word(value_of(parts, "Value")) || err_set(err, ERR_INTERNAL, "not sent: Setvar with a value that is not a plain token");
}

/* One channel, named exactly (u), for as long as it lasts (E, S): without them it is whoever's name begins so, one after the other. */
static bool is_one_ear(struct slice data)
{
    const struct slice options = SLICE("qduES");
    struct slice rest, channel = slice_cut(data, ',', &rest);
    if (!is_dialplan_name(channel) || !slice_starts(rest, options)) {
        return false;
    }
    rest = (struct slice){ rest.p + options.n, rest.n - options.n };
    return rest.n == 0 || slice_eq(rest, SLICE("w")) || slice_eq(rest, SLICE("B"));
}

/* Where it is not left out it is a name. */
static bool is_dialplan_name_or_nothing(struct slice s)
{
    return s.p == NULL || is_dialplan_name(s);
}

/* The one application that an order starts; everything else of an Originate goes to an extension of the dialplan. */
static bool check_originate(const struct parts *parts, struct err *err)
{
    struct slice application = value_of(parts, "Application"), exten = value_of(parts, "Exten"), context = value_of(parts, "Context");
    bool is_spy = slice_eq(application, SLICE("ChanSpy")) && exten.p == NULL && context.p == NULL && is_one_ear(value_of(parts, "Data"));
    bool is_call = application.p == NULL && is_dialplan_name(exten) && is_dialplan_name_or_nothing(context);
    if (!is_spy && !is_call) {
        return err_set(err, ERR_INTERNAL, "not sent: Originate of something else than ChanSpy of one channel, or an extension");
    }
    return slice_eq(value_of(parts, "Async"), SLICE("true")) || err_set(err, ERR_INTERNAL, "not sent: Originate that would hold up the connection");
}

/* "/.../" is a pattern: it would hang up whatever fits. */
static bool check_hangup(const struct parts *parts, struct err *err)
{
    struct slice channel = value_of(parts, "Channel");
    return (channel.n > 0 && channel.p[0] != '/') || err_set(err, ERR_INTERNAL, "not sent: Hangup of something that is not one channel");
}

/* A wrong extension hangs the caller up: its form at least is right here; that it exists was asked for before. */
static bool check_extension(const struct parts *parts, struct err *err)
{
    return (is_dialplan_name(value_of(parts, "Exten")) && is_dialplan_name_or_nothing(value_of(parts, "Context")) &&
            is_dialplan_name_or_nothing(value_of(parts, "ExtraExten")) && is_dialplan_name_or_nothing(value_of(parts, "ExtraContext"))) ||
           err_set(err, ERR_INTERNAL, "not sent: a transfer to something that is not an extension");
}

/* The keys of ChanSpy's option d, as if the listener's phone had sent them: without Receive they would sound in somebody's ear. */
static bool check_dtmf(const struct parts *parts, struct err *err)
{
    struct slice digit = value_of(parts, "Digit");
    return (digit.n == 1 && digit.p[0] >= '4' && digit.p[0] <= '6' && slice_eq(value_of(parts, "Receive"), SLICE("true"))) ||
           err_set(err, ERR_INTERNAL, "not sent: PlayDTMF of another key than 4, 5 and 6, or to the phone itself");
}

/* Asterisk keeps who is in a queue in one line of its database, INTERFACE;PENALTY;...;NAME;...;REASON|the next one, and does not look at the
 * words: with these two bytes in one of them it starts again with other members, whoever they are. */
static bool check_member(const struct parts *parts, struct err *err)
{
    static const char *const kept[] = { "Interface", "StateInterface", "MemberName", "Reason" };
    for (size_t i = 0; i < sizeof kept / sizeof kept[0]; i++) {
        struct slice value = value_of(parts, kept[i]);
        if (value.n > 0 && (memchr(value.p, ';', value.n) != NULL || memchr(value.p, '|', value.n) != NULL))
            return err_set(err, ERR_USAGE, "not sent: a ';' or a '|' in %s would be another member of the queue when Asterisk starts again", kept[i]);
    }
    return true;
}

/* The file is named by us, in the PBX's own folder; options could run a command. */
static bool check_record(const struct parts *parts, struct err *err)
{
    struct slice file = value_of(parts, "File"), options = value_of(parts, "Options");
    return ((file.p == NULL || (is_dialplan_name(file) && file.p[0] != '.')) && (options.p == NULL || slice_eq(options, SLICE("i(ACDTOP_TAPE)")))) ||
           err_set(err, ERR_INTERNAL, "not sent: MixMonitor with a file or options that are not plain words");
}

/* Without the id of a recording Asterisk takes any, also the one that the site is bound to make. */
static bool check_recording(const struct parts *parts, struct err *err)
{
    return is_word(value_of(parts, "MixMonitorID")) || err_set(err, ERR_INTERNAL, "not sent: a recording that is not ours");
}

/* A line of our own name: those that Asterisk writes are what statistics are made of. A "|" would begin another field: in the message alone. */
static bool check_queue_log(const struct parts *parts, struct err *err)
{
    struct slice queue = value_of(parts, "Queue"), agent = value_of(parts, "Interface");
    bool is_whole = queue.n > 0 && memchr(queue.p, '|', queue.n) == NULL && (agent.n == 0 || memchr(agent.p, '|', agent.n) == NULL);
    return (is_whole && slice_eq(value_of(parts, "Event"), SLICE(GATE_QUEUE_LOG_EVENT))) ||
           err_set(err, ERR_INTERNAL, "not sent: QueueLog of another event than " GATE_QUEUE_LOG_EVENT);
}

static const struct rule rules[] = {
    [REQUEST_CHALLENGE] = { .header = { "AuthType" } },
    [REQUEST_LOGIN] = { .header = { "Username", "AuthType", "Secret", "Key", "Events" } },
    [REQUEST_LOGOFF] = { .header = { NULL } },
    [REQUEST_PING] = { .header = { NULL } },
    [REQUEST_EVENTS] = { .header = { "EventMask" } },
    [REQUEST_LIST_COMMANDS] = { .header = { NULL } },
    [REQUEST_CORE_SETTINGS] = { .header = { NULL } },
    [REQUEST_CORE_SHOW_CHANNELS] = { .header = { NULL } },
    [REQUEST_STATUS] = { .header = { "Channel" } }, /* not Variables: they call functions */
    [REQUEST_QUEUE_STATUS] = { .header = { "Queue", "Member" } },
    [REQUEST_ENDPOINTS] = { .header = { NULL } },
    [REQUEST_GETVAR] = { .header = { "Channel", "Variable" }, .check = check_getvar },
    [REQUEST_SETVAR] = { .header = { "Channel", "Variable", "Value" }, .check = check_setvar },
    [REQUEST_QUEUE_ADD] = { .header = { "Queue", "Interface", "Penalty", "Paused", "MemberName", "StateInterface", "Wrapuptime", "Reason" },
                            .check = check_member },
    [REQUEST_QUEUE_REMOVE] = { .header = { "Queue", "Interface" } },
    [REQUEST_QUEUE_PAUSE] = { .header = { "Queue", "Interface", "Paused", "Reason" }, .check = check_member },
    [REQUEST_QUEUE_PENALTY] = { .header = { "Queue", "Interface", "Penalty" } },
    [REQUEST_QUEUE_MEMBER_RINGINUSE] = { .header = { "Queue", "Interface", "RingInUse" } },
    [REQUEST_QUEUE_PRIORITY] = { .header = { "Queue", "Caller", "Priority", "Immediate" } },
    [REQUEST_QUEUE_WITHDRAW] = { .header = { "Queue", "Caller", "WithdrawInfo" } },
    [REQUEST_ORIGINATE] = { .header = { "Channel", "ChannelId", "Application", "Data", "Context", "Exten", "Priority", "CallerID", "Timeout", "Async" },
                            .check = check_originate },
    [REQUEST_REDIRECT] = { .header = { "Channel", "Context", "Exten", "Priority", "ExtraChannel", "ExtraContext", "ExtraExten", "ExtraPriority" },
                           .check = check_extension },
    [REQUEST_HANGUP] = { .header = { "Channel", "Cause" }, .check = check_hangup },
    [REQUEST_BLIND_TRANSFER] = { .header = { "Channel", "Context", "Exten" }, .check = check_extension },
    [REQUEST_ATTENDED_TRANSFER] = { .header = { "Channel", "Context", "Exten" }, .check = check_extension },
    [REQUEST_PARK] = { .header = { "Channel", "TimeoutChannel", "Timeout" } },
    [REQUEST_PLAY_DTMF] = { .header = { "Channel", "Digit", "Duration", "Receive" }, .check = check_dtmf },
    [REQUEST_RECORD_START] = { .header = { "Channel", "File", "Options" }, .check = check_record },
    [REQUEST_RECORD_STOP] = { .header = { "Channel", "MixMonitorID" }, .check = check_recording },
    [REQUEST_RECORD_MUTE] = { .header = { "Channel", "Direction", "State", "MixMonitorID" }, .check = check_recording },
    [REQUEST_QUEUE_LOG] = { .header = { "Queue", "Event", "Interface", "Message" }, .check = check_queue_log },
    [REQUEST_MESSAGE] = { .header = { "To", "Body" } },
};
_Static_assert(sizeof rules / sizeof rules[0] == REQUEST_COUNT, "a rule for every request");

/* Takes the line at *at, which must end in CRLF and hold no other line end and no NUL. */
static bool take_line(struct slice text, size_t *at, struct slice *line, struct err *err)
{
    const char *start = text.p + *at;
    size_t left = text.n - *at;
    const char *stop = left > 0 ? memchr(start, '\r', left) : NULL;
    size_t n = stop != NULL ? (size_t)(stop - start) : left;
    if (n + 2 > left || start[n + 1] != '\n' || memchr(start, '\n', n) != NULL || memchr(start, '\0', n) != NULL) {
        return err_set(err, ERR_INTERNAL, "not sent: a request with a broken line in it");
    }
    if (n + 2 > LINE_MAX_BYTES) {
        return err_set(err, ERR_INTERNAL, "not sent: a request with a line of %zu bytes; Asterisk takes %d", n + 2, LINE_MAX_BYTES);
    }
    *line = (struct slice){ start, n };
    *at += n + 2;
    return true;
}

static bool add_header(struct parts *parts, struct slice line, struct err *err)
{
    struct slice value, name = slice_cut(line, ':', &value);
    if (value.n == 0 || value.p[0] != ' ' || name.n == 0) {
        return err_set(err, ERR_INTERNAL, "not sent: a request with a line that is not 'Name: value'");
    }
    if (parts->count == HEADER_MAX) {
        return err_set(err, ERR_INTERNAL, "not sent: a request of more than %d lines", HEADER_MAX);
    }
    for (size_t i = 0; i < parts->count; i++) {
        if (slice_eq_nocase(parts->header[i].name, name)) {
            return err_set(err, ERR_INTERNAL, "not sent: a request with one header twice");
        }
    }
    parts->header[parts->count++] = (struct header){ name, { value.p + 1, value.n - 1 } };
    return true;
}

static bool take_apart(struct slice request, struct parts *parts, struct err *err)
{
    size_t at = 0;
    struct slice line;
    do {
        if (!take_line(request, &at, &line, err) || (line.n > 0 && !add_header(parts, line, err))) {
            return false;
        }
    } while (line.n > 0);
    if (at != request.n) {
        return err_set(err, ERR_INTERNAL, "not sent: something follows the end of the request");
    }
    return true;
}

static bool is_listed(const struct rule *rule, struct slice name)
{
    if (slice_eq_nocase(name, SLICE("ActionID"))) {
        return true;
    }
    for (size_t i = 0; i < sizeof rule->header / sizeof rule->header[0] && rule->header[i] != NULL; i++) {
        if (slice_eq_nocase(name, slice_of(rule->header[i]))) {
            return true;
        }
    }
    return false;
}

/* Whether it is a right one, its check says. */
static bool is_barrier(enum request_kind kind, const struct parts *parts)
{
    return kind == REQUEST_SETVAR && value_of(parts, "Channel").p == NULL;
}

bool gate_allows(enum gate_mode mode, struct slice request, struct err *err)
{
    struct parts parts = { .count = 0 };
    enum request_kind kind;
    if (!take_apart(request, &parts, err)) {
        return false;
    }
    if (parts.count == 0 || !slice_eq_nocase(parts.header[0].name, SLICE("Action"))) {
        return err_set(err, ERR_INTERNAL, "not sent: a request that does not begin with its Action");
    }
    if (!request_kind_of(parts.header[0].value, &kind)) {
        return err_set(err, ERR_INTERNAL, "not sent: this action is not on the list of what acdtop may ask of a PBX");
    }
    for (size_t i = 1; i < parts.count; i++) {
        if (!is_listed(&rules[kind], parts.header[i].name)) {
            return err_set(err, ERR_INTERNAL, "not sent: %s with a header that it may not carry", request_table[kind].action);
        }
    }
    if (mode == GATE_READONLY && request_table[kind].changes && !is_barrier(kind, &parts)) {
        return err_set(err, ERR_USAGE, "not sent: %s changes the PBX, and this acdtop is read-only", request_table[kind].action);
    }
    return rules[kind].check == NULL || rules[kind].check(&parts, err);
}
