/* SPDX-License-Identifier: MIT */
/* peer: one client's conversation: greeting, requests taken apart (the same grammar as what a PBX sends), rights, answers in
 * Asterisk's words. What an action does is in action_*.c. */
#include "core/sim/world.h"

#include "core/base/mem.h"

#include <inttypes.h>

enum { OUTPUT_MAX = 256 * 1024 * 1024 };

unsigned sim_parse_mask(struct slice text, bool *is_valid)
{
    static const struct {
        const char *word;
        unsigned bits;
    } words[] = {
        { "system", CLASS_SYSTEM }, { "call", CLASS_CALL }, { "agent", CLASS_AGENT }, { "user", CLASS_USER }, { "command", CLASS_COMMAND },
        { "config", CLASS_CONFIG }, { "dialplan", CLASS_DIALPLAN }, { "originate", CLASS_ORIGINATE }, { "reporting", CLASS_REPORTING },
        { "message", CLASS_MESSAGE }, { "all", CLASS_EVERY }, { "on", CLASS_EVERY }, { "yes", CLASS_EVERY }, { "off", 0 }, { "none", 0 },
        { "no", 0 }, { "log", CLASS_REST }, { "verbose", CLASS_REST }, { "dtmf", CLASS_REST }, { "cdr", CLASS_REST }, { "agi", CLASS_REST },
        { "cc", CLASS_REST }, { "aoc", CLASS_REST }, { "test", CLASS_REST }, { "security", CLASS_REST },
    };
    unsigned mask = 0;
    *is_valid = text.n > 0;
    while (text.n > 0) {
        struct slice word = slice_trim(slice_cut(text, ',', &text));
        size_t i = 0, count = sizeof(words) / sizeof(words[0]);
        while (i < count && !slice_eq_nocase(word, slice_of(words[i].word)))
            i++;
        if (i == count)
            return 0; /* Asterisk: a Success that turns all off */
        mask |= words[i].bits;
    }
    return mask;
}

bool sim_is_16(const struct sim *s)
{
    return s->setup.asterisk == 16;
}

const char *sim_ami_version(const struct sim *s)
{
    return sim_is_16(s) ? "5.0.4" : "11.0.0";
}

/* ---- answers ---- */

struct slice sim_param(const struct sim_ask *a, const char *name)
{
    struct slice s = frame_get(a->frame, slice_of(name));
    return s.p != NULL ? s : SLICE("");
}

bool sim_true(struct slice s)
{
    static const char *const words[] = { "yes", "true", "y", "t", "1", "on" };
    for (size_t i = 0; i < sizeof(words) / sizeof(words[0]); i++) {
        if (slice_eq_nocase(s, slice_of(words[i])))
            return true;
    }
    return false;
}

void sim_answer_begin(struct sim_ask *a, const char *response)
{
    buf_addf(&a->peer->out, "Response: %s\r\n", response);
    if (a->action_id.n > 0)
        buf_addf(&a->peer->out, "ActionID: %.*s\r\n", SLICE_FMT(a->action_id));
}

void sim_answer_end(struct sim_ask *a)
{
    buf_add(&a->peer->out, SLICE("\r\n"));
}

void sim_ok(struct sim_ask *a, const char *message)
{
    sim_answer_begin(a, "Success");
    if (message != NULL)
        buf_addf(&a->peer->out, "Message: %s\r\n", message);
    sim_answer_end(a);
}

void sim_error(struct sim_ask *a, const char *fmt, ...)
{
    va_list ap;
    sim_answer_begin(a, "Error");
    buf_add(&a->peer->out, SLICE("Message: "));
    va_start(ap, fmt);
    buf_vaddf(&a->peer->out, fmt, ap);
    va_end(ap);
    buf_add(&a->peer->out, SLICE("\r\n"));
    sim_answer_end(a);
}

void sim_list_begin(struct sim_ask *a, const char *message)
{
    sim_answer_begin(a, "Success");
    buf_addf(&a->peer->out, "EventList: start\r\nMessage: %s\r\n", message);
    sim_answer_end(a);
}

void sim_item_end(struct sim_ask *a)
{
    if (a->action_id.n > 0)
        buf_addf(&a->peer->out, "ActionID: %.*s\r\n", SLICE_FMT(a->action_id));
    buf_add(&a->peer->out, SLICE("\r\n"));
}

void sim_list_end(struct sim_ask *a, const char *event, size_t items, const char *extra)
{
    struct buf *out = &a->peer->out;
    buf_addf(out, "Event: %s\r\n", event);
    if (a->action_id.n > 0)
        buf_addf(out, "ActionID: %.*s\r\n", SLICE_FMT(a->action_id));
    buf_addf(out, "EventList: Complete\r\nListItems: %zu\r\n%s\r\n", items, extra);
}

/* ---- the conversation ---- */

struct sim_peer *sim_attach(struct sim *s)
{
    struct sim_peer *p = mem_alloc(sizeof(*p));
    p->sim = s;
    p->reader = frame_reader_new(NULL, NULL);
    frame_feed(p->reader, SLICE("client\n")); /* clients do not greet; the reader expects a first line */
    p->out = BUF_INIT(OUTPUT_MAX);
    list_append(&s->peers, &p->of_world);
    buf_addf(&p->out, "Asterisk Call Manager/%s\r\n", sim_ami_version(s));
    return p;
}

void sim_detach(struct sim_peer *p)
{
    if (p == NULL)
        return;
    list_remove(&p->of_world);
    frame_reader_free(p->reader);
    buf_clear(&p->out);
    mem_free(p);
}

struct buf *sim_output(struct sim_peer *p)
{
    return &p->out;
}

bool sim_is_closed(const struct sim_peer *p)
{
    return p->is_closed;
}

/* The old recording is gone from 22. */
static bool is_there(const struct sim_peer *p, const struct sim_action *act)
{
    return act->run != sim_do_pause_monitor || sim_is_16(p->sim);
}

bool sim_may(const struct sim_peer *p, const struct sim_action *act)
{
    return is_there(p, act) && (act->write == 0 || (p->user != NULL && (p->user->write & act->write) != 0));
}

static const struct sim_action *find_action(struct slice name)
{
    for (const struct sim_action *act = sim_actions; act->name != NULL; act++) {
        if (slice_eq_nocase(name, slice_of(act->name)))
            return act;
    }
    return NULL;
}

static bool is_before_login(struct slice name)
{
    return slice_eq_nocase(name, SLICE("Login")) || slice_eq_nocase(name, SLICE("Challenge")) || slice_eq_nocase(name, SLICE("Logoff"));
}

static void handle(struct sim_peer *p, const struct frame *f)
{
    struct sim_ask a = { .peer = p, .sim = p->sim, .frame = f };
    a.action_id = sim_param(&a, "ActionID");
    struct slice name = sim_param(&a, "Action");
    if (name.n == 0) {
        sim_error(&a, "Missing action in request");
        return;
    }
    const struct sim_action *act = find_action(name);
    if (p->user == NULL && !is_before_login(name))
        sim_error(&a, "Permission denied");
    else if (act == NULL || !is_there(p, act))
        sim_error(&a, "Invalid/unknown command: %.*s. Use Action: ListCommands to show available commands.", SLICE_FMT(name));
    else if (!sim_may(p, act))
        sim_error(&a, "Permission denied");
    else
        act->run(&a);
}

void sim_receive(struct sim_peer *p, struct slice bytes)
{
    struct frame f;
    enum frame_state state = FRAME_MORE;
    frame_feed(p->reader, bytes);
    while (!p->is_closed && (state = frame_next(p->reader, &f, NULL)) == FRAME_READY) {
        if (!f.is_greeting)
            handle(p, &f);
        sim_bury(p->sim);
    }
    if (state == FRAME_BAD || p->out.overflow)
        p->is_closed = true;
}
