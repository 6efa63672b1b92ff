/* SPDX-License-Identifier: MIT */
/* ledger: keeps for each order who gave it, makes records of it and of how it stands, and gives them to the auditor and to the PBX. Waits for
 * nobody. What the kernel knows of a user and what his console says of him are told apart in the record. */
#include "core/keeper/ledger.h"

#include "core/base/clock.h"
#include "core/base/log.h"
#include "core/base/map.h"
#include "core/base/mem.h"
#include "core/base/random.h"
#include "core/base/timer.h"
#include "core/base/utf8.h"
#include "core/config/path.h"
#include "core/keeper/auditor.h"
#include "core/keeper/gate.h"
#include "core/keeper/refusals.h"

#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

enum { FINISH_MS = 5000, ANSWER_MS = 2000, TAKEN_MAX_MS = 250 /* so long an order waits for its record where none is required */, AGAIN_MS = 500 /* the outcome of an order has been read by then */, QUEUE_LOG_FIELD_MAX = 100 /* bytes of a column where queue_log is a table */ };

enum { TROUBLE_FILE, TROUBLE_SLOW, TROUBLE_LOCK, TROUBLE_SYSLOG, TROUBLE_QUEUE_LOG, TROUBLE_COUNT };

struct giver {
    uint64_t order;
    int64_t uid;
    char *login, *says_login, *says_from;
};

struct ledger {
    struct ledger_setup setup;
    struct auditor *auditor; /* NULL: nothing is written down */
    char *path;              /* of the audit log; NULL: none */
    char run[9];             /* what makes the numbers of this keeper's orders its own */
    bool is_required;
    char *trouble[TROUBLE_COUNT]; /* NULL: none */
    uint64_t told_upto;      /* tickets of which orders know */
    uint64_t given;          /* the last ticket */
    uint64_t soft;           /* the last one that an order waits for though none is required */
    int64_t soft_at;         /* since then, the oldest of them; 0: there is none */
    bool is_behind;          /* they came too late, and no order waits until all that was given is written */
    struct ledger_giver now;
    bool is_somebody;
    struct giver *giver;
    size_t giver_count;
    struct refusals *refusals;
    struct idmap *mute;      /* PBXs that take none, which was told; the values mean nothing */
    size_t asked;            /* QueueLog without an answer */
    int64_t asked_at;
    int64_t again_at;        /* what is wrong is told once more, since an outcome took its place on the screen; 0: not */
};

static void note(struct ledger *l, int which, const char *sentence)
{
    if (!mem_assign(&l->trouble[which], slice_of(sentence)) || sentence == NULL)
        return;
    log_line(LOG_ERROR, "%s", sentence);
    l->setup.notice(l->setup.context, sentence);
}

static const char *consequence(const struct ledger *l)
{
    return l->is_required ? "no order is given (audit = \"required\")" : "orders are given all the same";
}

struct ledger *ledger_new(const struct ledger_setup *setup)
{
    struct ledger *l = mem_alloc(sizeof *l);
    uint32_t run;
    l->setup = *setup;
    l->mute = idmap_new();
    random_bytes(&run, sizeof run);
    (void)snprintf(l->run, sizeof l->run, "%08" PRIx32, run);
    l->refusals = refusals_new();
    return l;
}

static void tell_counts(struct ledger *l, bool is_end, int64_t now_ms);

static void clear_giver(struct giver *g)
{
    mem_free(g->login);
    mem_free(g->says_login);
    mem_free(g->says_from);
}

void ledger_free(struct ledger *l)
{
    if (l == NULL)
        return;
    tell_counts(l, true, 0);
    refusals_free(l->refusals);
    auditor_free(l->auditor, FINISH_MS);
    for (size_t i = 0; i < l->giver_count; i++)
        clear_giver(&l->giver[i]);
    for (size_t i = 0; i < sizeof l->trouble / sizeof l->trouble[0]; i++)
        mem_free(l->trouble[i]);
    idmap_free(l->mute);
    mem_free(l->giver);
    mem_free(l->path);
    mem_free(l);
}

/* In the home folder of whoever has one, and nothing of a demo. */
static void find_path(struct ledger *l)
{
    const struct settings *s = l->setup.settings;
    if (s->audit_log != NULL) {
        l->path = mem_strdup(s->audit_log);
    } else if (s->is_demo) {
        l->is_required = false; /* of a PBX that is none */
    } else if (path_has_state()) {
        l->path = path_audit_log();
    } else {
        struct buf text = BUF_INIT(512);
        (void)buf_addf(&text, "orders are not written down: there is no home folder for the audit log, audit_log names a file; %s", consequence(l));
        note(l, TROUBLE_FILE, buf_slice(&text).p);
        buf_clear(&text);
    }
}

void ledger_open(struct ledger *l)
{
    const struct settings *s = l->setup.settings;
    struct err err = ERR_INIT;
    l->is_required = s->audit != NULL && strcmp(s->audit, "required") == 0;
    find_path(l);
    struct pen_setup pen = { .path = l->path, .syslog = s->is_audit_syslog && !s->is_demo ? "/dev/log" : NULL, .journal = "/run/systemd/journal/socket", .run = l->run, .is_lazy = !l->is_required };
    if ((pen.path != NULL || pen.syslog != NULL) && !auditor_new(&pen, &l->auditor, &err))
        note(l, TROUBLE_FILE, err.text);
}

/* --- who ------------------------------------------------------------------------------------------------------ */

void ledger_by(struct ledger *l, const struct ledger_giver *giver)
{
    l->is_somebody = giver != NULL;
    l->now = giver != NULL ? *giver : (struct ledger_giver){ .uid = -1 };
}

static struct giver *giver_of(const struct ledger *l, uint64_t order)
{
    for (size_t i = l->giver_count; i > 0; i--) {
        if (l->giver[i - 1].order == order)
            return &l->giver[i - 1];
    }
    return NULL;
}

static const struct giver *add_giver(struct ledger *l, uint64_t order, const struct ledger_giver *by)
{
    l->giver = mem_resize(l->giver, l->giver_count + 1, sizeof *l->giver);
    struct giver *g = &l->giver[l->giver_count++];
    *g = (struct giver){ .order = order, .uid = by->uid, .login = mem_strdup(by->login) };
    g->says_login = by->login == NULL && by->says_login.n > 0 ? mem_text(by->says_login) : NULL;
    g->says_from = by->says_from.n > 0 ? mem_text(by->says_from) : NULL;
    return g;
}

/* Of an order that nobody gives (a lease takes an agent back) what is known of whoever gave the one that lent him. */
static const struct giver *keep_giver(struct ledger *l, const struct order_entry *e)
{
    const struct giver *g = giver_of(l, e->fact->id), *whose = e->of != 0 ? giver_of(l, e->of) : NULL;
    struct ledger_giver by = { .uid = e->origin != NULL ? e->origin->uid : -1 };
    if (g != NULL)
        return g;
    if (whose != NULL)
        by = (struct ledger_giver){ whose->uid, whose->login, slice_of(whose->says_login), slice_of(whose->says_from) };
    else if (l->is_somebody && !e->is_own && e->origin == NULL)
        by = l->now;
    return add_giver(l, e->fact->id, &by);
}

void ledger_keep(struct ledger *l, uint64_t order)
{
    if (l->is_somebody && giver_of(l, order) == NULL)
        (void)add_giver(l, order, &l->now);
}

void ledger_forget(struct ledger *l, uint64_t order)
{
    struct giver *g = giver_of(l, order);
    if (g == NULL)
        return;
    clear_giver(g);
    l->giver_count--;
    memmove(g, g + 1, (l->giver_count - (size_t)(g - l->giver)) * sizeof *g);
}

/* --- records --------------------------------------------------------------------------------------------------- */

struct numbers { /* where the numbers of a record are text */
    char order[48], of[48], uid[24], ms[24], lasted[24];
};

static void name_order(const struct ledger *l, uint64_t order, char out[48])
{
    (void)snprintf(out, 48, "%s-%" PRIu64, l->run, order & UINT64_C(0xffffffffff));
}

void ledger_sign(struct ledger *l, uint64_t order, struct order_origin *out)
{
    const struct giver *g = giver_of(l, order);
    name_order(l, order, out->order);
    out->uid = g != NULL ? g->uid : -1;
}

static struct slice number(char out[24], int64_t value)
{
    (void)snprintf(out, 24, "%" PRId64, value);
    return slice_of(out);
}

static struct slice or_none(const char *text)
{
    return text != NULL && *text != '\0' ? slice_of(text) : (struct slice){ NULL, 0 };
}

static void fill_who(const struct giver *g, const struct fact_order *o, struct numbers *n, struct audit_record *r)
{
    r->value[AUDIT_WHO] = slice_of(o->who != NULL ? o->who : "");
    if (g->uid >= 0)
        r->value[AUDIT_UID] = number(n->uid, g->uid);
    r->value[AUDIT_LOGIN] = or_none(g->login);
    r->value[AUDIT_SAYS_LOGIN] = or_none(g->says_login);
    r->value[AUDIT_SAYS_FROM] = or_none(g->says_from);
}

static void fill_target(const struct ledger *l, const struct fact_order *o, const char *pbx, struct audit_record *r)
{
    const struct fact_queue *q = o->queue != 0 ? world_queue(l->setup.world, o->queue) : NULL;
    const struct fact_agent *a = o->agent != 0 ? world_agent(l->setup.world, o->agent) : NULL;
    r->value[AUDIT_PBX] = slice_of(pbx);
    r->value[AUDIT_QUEUE] = or_none(q != NULL ? q->name : NULL);
    r->value[AUDIT_AGENT] = or_none(o->interface != NULL && *o->interface != '\0' ? o->interface : a != NULL ? a->interface : NULL);
    r->value[AUDIT_NAME] = or_none(a != NULL ? a->name : NULL);
}

static void fill(struct ledger *l, const struct order_entry *e, struct numbers *n, struct audit_record *r)
{
    const struct fact_order *o = e->fact;
    *r = (struct audit_record){ .at_ms = clock_wall_ms() };
    bool goes_on = e->origin != NULL && e->of == 0 && e->origin->order[0] != '\0'; /* the dead one's order, which has an end so */
    name_order(l, o->id, n->order);
    r->value[AUDIT_EVENT] = slice_of(audit_event_names[e->event]);
    r->value[AUDIT_ORDER] = slice_of(goes_on ? e->origin->order : n->order);
    fill_who(keep_giver(l, e), o, n, r);
    fill_target(l, o, e->pbx, r);
    r->value[AUDIT_LINE] = slice_of(o->line != NULL ? o->line : "");
    r->value[AUDIT_WHAT] = slice_of(o->what != NULL ? o->what : "");
    r->value[AUDIT_STATE] = slice_of(order_state_names[o->state]);
    r->value[AUDIT_ANSWER] = or_none(o->answer);
    r->value[AUDIT_LEG] = or_none(e->leg);
    if (e->origin == NULL && e->of != 0)
        name_order(l, e->of, n->of);
    r->value[AUDIT_OF] = or_none(goes_on ? NULL : e->origin != NULL ? e->origin->order : e->of != 0 ? n->of : NULL);
    if (e->event == AUDIT_OUTCOME)
        r->value[AUDIT_MS] = number(n->ms, e->now_ms - o->at);
    if (e->event == AUDIT_END && e->lasted_ms >= 0)
        r->value[AUDIT_LASTED_S] = number(n->lasted, e->lasted_ms / 1000);
}

/* --- the PBX's own log ------------------------------------------------------------------------------------------ */

/* One field of a line: no line end, no "|", which would begin another, and no longer than a column of a table. */
static void add_field(struct buf *out, struct slice text)
{
    struct buf clean = BUF_INIT(32 * 1024);
    (void)utf8_add_printable(&clean, text, false);
    struct slice head = utf8_head(buf_slice(&clean), QUEUE_LOG_FIELD_MAX);
    for (size_t i = 0; i < head.n; i++)
        (void)buf_add_char(out, head.p[i] == '|' ? '_' : head.p[i]);
    buf_clear(&clean);
}

static void add_message(const struct audit_record *r, const struct order_entry *e, struct buf *out)
{
    struct buf line = BUF_INIT(32 * 1024);
    audit_add_value(r, AUDIT_LINE, &line);
    add_field(out, r->value[AUDIT_WHO]);
    (void)buf_add_char(out, '|');
    add_field(out, buf_slice(&line));
    (void)buf_add_char(out, '|');
    add_field(out, e->event == AUDIT_END ? SLICE("ended") : r->value[AUDIT_STATE]);
    (void)buf_add_char(out, '|');
    add_field(out, e->event == AUDIT_END ? r->value[AUDIT_LASTED_S] : r->value[AUDIT_MS]);
    (void)buf_add_char(out, '|');
    add_field(out, r->value[AUDIT_ORDER]);
    buf_wipe(&line);
}

/* What never left for the PBX leaves nothing there either. */
static bool reached(const struct order_entry *e)
{
    return e->event != AUDIT_ISSUE && e->was_sent;
}

static void tell_pbx(struct ledger *l, const struct audit_record *r, const struct order_entry *e)
{
    struct buf message = BUF_INIT(1024), queue = BUF_INIT(512), agent = BUF_INIT(512);
    struct err err = ERR_INIT;
    add_message(r, e, &message);
    add_field(&queue, r->value[AUDIT_QUEUE].n > 0 ? r->value[AUDIT_QUEUE] : SLICE("NONE"));
    add_field(&agent, r->value[AUDIT_AGENT].n > 0 ? r->value[AUDIT_AGENT] : SLICE("NONE"));
    const struct request_header header[] = {
        { "Queue", buf_slice(&queue) }, { "Event", SLICE(GATE_QUEUE_LOG_EVENT) }, { "Interface", buf_slice(&agent) }, { "Message", buf_slice(&message) },
    };
    if (l->setup.queue_log(l->setup.context, e->fact->pbx, header, sizeof header / sizeof header[0], &err)) {
        l->asked++;
        l->asked_at = clock_mono_ms();
        if (idmap_remove(l->mute, e->fact->pbx) != NULL && idmap_count(l->mute) == 0)
            note(l, TROUBLE_QUEUE_LOG, NULL); /* the right was given meanwhile */
    } else if (err.kind == ERR_LOGIN && idmap_put(l->mute, e->fact->pbx, l) == NULL) {
        struct buf why = BUF_INIT(512);
        (void)buf_addf(&why, "orders leave no line in queue_log of %s: the AMI user may not do QueueLog, which manager.conf's write = agent allows", e->pbx);
        note(l, TROUBLE_QUEUE_LOG, buf_slice(&why).p);
        buf_clear(&why);
    } else if (err.kind != ERR_LOGIN) {
        log_line(LOG_WARN, "an order left no line in queue_log of %s: %s", e->pbx, err.text);
    }
    buf_clear(&message);
    buf_clear(&queue);
    buf_clear(&agent);
}

void ledger_answered(struct ledger *l, bool is_success, struct slice text)
{
    l->asked -= l->asked > 0;
    if (!is_success && slice_starts(text, SLICE("Permission denied"))) /* of a PBX that does not tell before what is permitted */
        note(l, TROUBLE_QUEUE_LOG, "orders leave no line in queue_log: the AMI user may not do QueueLog, which manager.conf's write = agent allows");
    else if (!is_success)
        log_line(LOG_WARN, "an order left no line in queue_log: %.*s", SLICE_FMT(text));
}

bool ledger_waits(const struct ledger *l, int64_t now_ms)
{
    return l->asked > 0 && now_ms - l->asked_at < ANSWER_MS;
}

int64_t ledger_deadline(const struct ledger *l)
{
    const int64_t dues[] = { l->asked > 0 ? l->asked_at + ANSWER_MS : TIMER_NEVER, l->again_at != 0 ? l->again_at : TIMER_NEVER,
                             l->soft_at != 0 ? l->soft_at + TAKEN_MAX_MS : TIMER_NEVER, refusals_deadline(l->refusals) };
    int64_t due = TIMER_NEVER;
    for (size_t i = 0; i < sizeof dues / sizeof dues[0]; i++)
        due = dues[i] < due ? dues[i] : due;
    return due;
}

/* --- writing down ----------------------------------------------------------------------------------------------- */

static bool put(struct ledger *l, const struct audit_record *r, uint64_t *ticket, struct err *err)
{
    struct buf text = BUF_INIT(AUDIT_RECORD_MAX);
    *ticket = 0;
    if (l->auditor == NULL)
        (void)err_set(err, ERR_SYSTEM, "there is none");
    else if (!audit_write(r, &text))
        (void)err_set(err, ERR_SYSTEM, "the record is longer than %u bytes", AUDIT_RECORD_MAX);
    else
        *ticket = auditor_write(l->auditor, buf_slice(&text), err);
    if (*ticket == 0 && l->path != NULL)
        log_line(LOG_ERROR, "the audit log did not take a record: %s: %.*s", err->text, SLICE_FMT(buf_slice(&text)));
    buf_clear(&text);
    return *ticket != 0;
}

/* Where none is required an order waits all the same until its record is in the file, which no process that dies takes with it; but not for long,
 * and not while the disk has not caught up with what it was given before. */
static uint64_t wait_softly(struct ledger *l, uint64_t given)
{
    if (given == 0 || l->path == NULL || l->is_behind)
        return 0;
    l->soft = given;
    l->soft_at = l->soft_at != 0 ? l->soft_at : clock_mono_ms();
    return given;
}

/* What the policy has refused, and nothing of it was sent. */
static bool is_counted(struct ledger *l, const struct order_entry *e)
{
    const struct fact_order *o = e->fact;
    return e->event == AUDIT_OUTCOME && o->state == ORDER_FORBIDDEN && !e->was_sent && !e->is_own &&
           !refusals_take(l->refusals, keep_giver(l, e)->uid, o->who, o->id, e->now_ms);
}

/* As a record of the last of them. */
static void tell_counts(struct ledger *l, bool is_end, int64_t now_ms)
{
    struct refusals_count c;
    while (refusals_next(l->refusals, is_end, now_ms, &c)) {
        struct audit_record r = { .at_ms = clock_wall_ms() };
        struct numbers n;
        struct err ignored = ERR_INIT;
        struct buf answer = BUF_INIT(128);
        uint64_t ticket;
        name_order(l, c.order, n.order);
        (void)buf_addf(&answer, "%" PRIu64 " more were refused within a minute, and are not written down", c.count);
        r.value[AUDIT_EVENT] = slice_of(audit_event_names[AUDIT_OUTCOME]);
        r.value[AUDIT_ORDER] = slice_of(n.order);
        r.value[AUDIT_WHO] = slice_of(c.who);
        if (c.uid >= 0)
            r.value[AUDIT_UID] = number(n.uid, c.uid);
        r.value[AUDIT_STATE] = slice_of(order_state_names[ORDER_FORBIDDEN]);
        r.value[AUDIT_ANSWER] = buf_slice(&answer);
        (void)put(l, &r, &ticket, &ignored);
        buf_clear(&answer);
    }
}

bool ledger_write(struct ledger *l, const struct order_entry *e, uint64_t *ticket, struct err *err)
{
    struct audit_record r;
    struct numbers n;
    struct err why = ERR_INIT;
    uint64_t given;
    *ticket = 0;
    if (is_counted(l, e))
        return true;
    fill(l, e, &n, &r);
    if (l->trouble[TROUBLE_FILE] != NULL && e->event == AUDIT_OUTCOME && !l->is_required)
        l->again_at = clock_mono_ms() + AGAIN_MS;
    bool ok = put(l, &r, &given, &why), waits = e->event == AUDIT_ISSUE && !e->is_own, is_waited_for = l->is_required && waits;
    l->given = given != 0 ? given : l->given;
    *ticket = is_waited_for ? given : waits ? wait_softly(l, given) : 0;
    if (l->setup.settings->is_audit_queue_log && reached(e))
        tell_pbx(l, &r, e);
    if (is_waited_for && l->path == NULL)
        return err_set(err, ERR_SYSTEM, "not sent: audit = \"required\", and there is no audit log: audit_log names a file");
    return ok || !is_waited_for || err_set(err, ERR_SYSTEM, "not sent: audit = \"required\", and the audit log cannot be written: %s", why.text);
}

/* --- what became of it ------------------------------------------------------------------------------------------- */

int ledger_fd(const struct ledger *l)
{
    return l->auditor != NULL ? auditor_fd(l->auditor) : -1;
}

short ledger_events(const struct ledger *l)
{
    return l->auditor != NULL ? auditor_events(l->auditor) : 0;
}

/* What is wrong with it, and what to do; errno has no words for a user. */
static void add_fault(int fault, struct buf *out)
{
    static const struct {
        int fault;
        const char *reason, *advice;
    } known[] = {
        { EPIPE, "the process that writes it has ended", "end this keeper and start it again" },
        { PEN_NO_FILE, "what has this name is no file", "audit_log names another one" },
        { PEN_NO_DISK, "it takes records and keeps none", "audit_log names a file on a disk" },
        { ELOOP, "it is a symbolic link, and none is followed", "audit_log names the file itself" },
        { ENOSPC, NULL, "make room on that disk" },
        { EDQUOT, NULL, "make room there" },
        { EFBIG, NULL, "move it away (logrotate), or raise its user's limit on files" },
        { EROFS, NULL, "that disk is mounted read-only, or audit_log names a file on another one" },
        { EACCES, NULL, "its folder and the file must be writable for the user that runs this" },
        { EPERM, NULL, "lsattr shows whether it may be changed at all" },
        { ENOTDIR, NULL, "a part of its path is no folder" },
        { EIO, NULL, "the disk fails: the system's log says more" },
    };
    size_t i = 0;
    while (i < sizeof known / sizeof known[0] && known[i].fault != fault)
        i++;
    bool is_known = i < sizeof known / sizeof known[0];
    (void)buf_addf(out, "%s", is_known && known[i].reason != NULL ? known[i].reason : strerror(fault));
    if (is_known)
        (void)buf_addf(out, " (%s)", known[i].advice);
}

static void come_back(struct ledger *l, int which, const char *how)
{
    struct buf text = BUF_INIT(4096);
    if (l->trouble[which] == NULL)
        return;
    (void)buf_addf(&text, "the audit log %s %s", l->path != NULL ? l->path : "", how);
    note(l, which, NULL);
    log_line(LOG_INFO, "%s", buf_slice(&text).p);
    l->setup.notice(l->setup.context, buf_slice(&text).p);
    buf_clear(&text);
}

static void release(struct ledger *l, uint64_t upto, const char *why, struct orders *orders, int64_t now_ms)
{
    if (upto <= l->told_upto)
        return;
    l->told_upto = upto;
    l->soft_at = upto >= l->soft ? 0 : now_ms;
    orders_written(orders, upto, why, now_ms);
}

/* All that was given is written: orders wait for their records again. */
static void catch_up(struct ledger *l, uint64_t upto)
{
    if (!l->is_behind || upto < l->given)
        return;
    l->is_behind = false;
    come_back(l, TROUBLE_SLOW, "takes records in time again");
}

static void give_up_waiting(struct ledger *l, struct orders *orders, int64_t now_ms)
{
    struct buf text = BUF_INIT(4096);
    l->is_behind = true;
    release(l, l->soft, NULL, orders, now_ms);
    (void)buf_addf(&text, "the audit log %s does not take records in time: orders are given before theirs are written, until it does", l->path);
    note(l, TROUBLE_SLOW, buf_slice(&text).p);
    buf_clear(&text);
}

static void take_disk(struct ledger *l, const struct pen_answer *a, struct orders *orders, int64_t now_ms)
{
    struct buf text = BUF_INIT(4096);
    const char *path = l->path != NULL ? l->path : "";
    if (a->fault != 0) {
        (void)buf_addf(&text, "the audit log %s cannot be written: ", path);
        add_fault(a->fault, &text);
        (void)buf_addf(&text, "; %s", consequence(l));
        note(l, TROUBLE_FILE, buf_slice(&text).p);
        l->again_at = a->upto > 0 && !l->is_required ? now_ms + AGAIN_MS : 0;
        buf_reset(&text);
        (void)buf_addf(&text, "not sent: audit = \"required\", and the audit log %s cannot be written: ", path);
        add_fault(a->fault, &text);
    } else {
        come_back(l, TROUBLE_FILE, "is written again");
    }
    release(l, a->upto, a->fault == 0 || !l->is_required ? NULL : buf_slice(&text).p, orders, now_ms);
    catch_up(l, a->upto);
    buf_clear(&text);
}

static void take_taken(struct ledger *l, const struct pen_answer *a, struct orders *orders, int64_t now_ms)
{
    release(l, a->upto, NULL, orders, now_ms);
    catch_up(l, a->upto);
}

static void take_lock(struct ledger *l, const struct pen_answer *a)
{
    struct buf text = BUF_INIT(4096);
    if (a->fault != 0)
        (void)buf_addf(&text, "another process keeps the audit log %s locked (fuser tells which): it is written to without its lock", l->path);
    note(l, TROUBLE_LOCK, a->fault != 0 ? buf_slice(&text).p : NULL);
    buf_clear(&text);
}

static void take_syslog(struct ledger *l, const struct pen_answer *a)
{
    struct buf text = BUF_INIT(512);
    if (a->fault != 0)
        (void)buf_addf(&text, "audit records do not reach syslog at /dev/log: %s", strerror(a->fault));
    note(l, TROUBLE_SYSLOG, a->fault != 0 ? buf_slice(&text).p : NULL);
    buf_clear(&text);
}

void ledger_turn(struct ledger *l, struct orders *orders, int64_t now_ms)
{
    struct pen_answer a;
    tell_counts(l, false, now_ms);
    if (l->again_at != 0 && now_ms >= l->again_at) {
        l->again_at = 0;
        if (l->trouble[TROUBLE_FILE] != NULL)
            l->setup.notice(l->setup.context, l->trouble[TROUBLE_FILE]);
    }
    if (l->asked > 0 && !ledger_waits(l, now_ms))
        l->asked = 0;
    while (l->auditor != NULL && auditor_next(l->auditor, &a)) {
        if (a.news == PEN_SYSLOG)
            take_syslog(l, &a);
        else if (a.news == PEN_LOCK)
            take_lock(l, &a);
        else if (a.news == PEN_DISK)
            take_disk(l, &a, orders, now_ms);
        else
            take_taken(l, &a, orders, now_ms);
    }
    if (l->soft_at != 0 && now_ms - l->soft_at >= TAKEN_MAX_MS)
        give_up_waiting(l, orders, now_ms);
}

const char *ledger_trouble(const struct ledger *l, size_t *at)
{
    while (*at < sizeof l->trouble / sizeof l->trouble[0]) {
        const char *sentence = l->trouble[(*at)++];
        if (sentence != NULL)
            return sentence;
    }
    return NULL;
}
