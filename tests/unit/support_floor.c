/* SPDX-License-Identifier: MIT */
/* The stage on which the model is tested; see the header. */
#include "tests/unit/support_floor.h"

#include "core/base/mem.h"
#include "tests/unit/support_ami.h"

#include <setjmp.h>
#include <stdarg.h>
#include <cmocka.h>
#include <stdio.h>
#include <stdlib.h>

static void on_changed(void *context, enum fact_kind kind, uint64_t id, const struct fact *fact)
{
    struct stage *s = context;
    struct fact *mine = idmap_get(s->mirror[kind], id);
    s->reports++;
    if (fact == NULL) {
        assert_non_null(mine); /* what was never told cannot go */
        idmap_remove(s->mirror[kind], id);
        fact_clear(kind, mine);
        mem_free(mine);
        return;
    }
    assert_int_equal(fact->id, id);
    if (mine == NULL) {
        mine = mem_alloc(fact_table[kind].size);
        idmap_put(s->mirror[kind], id, mine);
    }
    fact_copy(kind, mine, fact);
}

void stage_open(struct stage *s)
{
    stage_open_with(s, 0);
}

static void open_stage(struct stage *s, int64_t wrapup_s, const struct directory *directory)
{
    memset(s, 0, sizeof *s);
    s->now_ms = STAGE_START_MS;
    for (size_t i = 0; i < FACT_COUNT; i++)
        s->mirror[i] = idmap_new();
    struct floor_setup setup = { .pbx_index = 0, .short_abandon_ms = 5000, .wrapup_s = wrapup_s, .directory = directory, .pbx_name = "geneva", .changed = on_changed, .context = s };
    s->f = floor_new(&setup, s->now_ms, STAGE_EPOCH_S * INT64_C(1000));
    floor_set_clock(s->f, 0, s->now_ms, STAGE_EPOCH_S * INT64_C(1000));
}

void stage_open_with(struct stage *s, int64_t wrapup_s)
{
    open_stage(s, wrapup_s, NULL);
}

void stage_open_named(struct stage *s, const struct directory *directory)
{
    open_stage(s, 0, directory);
}

void stage_close(struct stage *s)
{
    stage_check(s);
    floor_free(s->f);
    for (size_t i = 0; i < FACT_COUNT; i++) {
        struct fact *mine;
        for (size_t at = 0; (mine = idmap_each(s->mirror[i], &at)) != NULL;) {
            idmap_remove(s->mirror[i], mine->id);
            fact_clear((enum fact_kind)i, mine);
            mem_free(mine);
        }
        idmap_free(s->mirror[i]);
    }
}

static void check_mirror(const struct stage *s)
{
    for (size_t kind = 0; kind < FACT_COUNT; kind++) {
        const struct fact *fact;
        size_t count = 0;
        for (size_t at = 0; (fact = floor_each(s->f, (enum fact_kind)kind, &at)) != NULL; count++) {
            const struct fact *told = idmap_get(s->mirror[kind], fact->id);
            if (told == NULL || !fact_equal((enum fact_kind)kind, told, fact))
                fail_msg("a %s changed and was not reported", fact_table[kind].name);
        }
        assert_int_equal(count, idmap_count(s->mirror[kind]));
    }
}

static void check_queue(const struct stage *s, const struct fact_queue *q)
{
    int64_t waiting = 0, oldest = 0, members = 0, state[AGENT_STATE_COUNT] = { 0 };
    const struct fact *fact;
    for (size_t at = 0; (fact = floor_each(s->f, FACT_CALLER, &at)) != NULL;) {
        const struct fact_caller *c = (const struct fact_caller *)(const void *)fact;
        if (c->queue != q->id)
            continue;
        waiting++;
        oldest = oldest == 0 || c->joined < oldest ? c->joined : oldest;
        assert_true(c->ringing >= 0);
    }
    for (size_t at = 0; (fact = floor_each(s->f, FACT_MEMBER, &at)) != NULL;) {
        const struct fact_member *m = (const struct fact_member *)(const void *)fact;
        if (m->queue != q->id)
            continue;
        members++;
        state[m->state]++;
    }
    assert_int_equal(q->waiting, waiting);
    assert_int_equal(q->oldest, oldest);
    assert_int_equal(q->members, members);
    const int64_t counted[AGENT_STATE_COUNT] = {
        [AGENT_READY] = q->ready, [AGENT_RINGING] = q->ringing, [AGENT_TALKING] = q->talking, [AGENT_OTHER_CALL] = q->other_call,
        [AGENT_HOLD] = q->hold, [AGENT_WRAPUP] = q->wrapup, [AGENT_PAUSED] = q->paused, [AGENT_UNAVAILABLE] = q->unavailable,
        [AGENT_INVALID] = q->invalid, [AGENT_UNKNOWN] = q->unknown,
    };
    for (size_t i = 0; i < AGENT_STATE_COUNT; i++)
        assert_int_equal(counted[i], state[i]);
}

void stage_check(struct stage *s)
{
    check_mirror(s);
    const struct fact *fact;
    for (size_t at = 0; (fact = floor_each(s->f, FACT_QUEUE, &at)) != NULL;)
        check_queue(s, (const struct fact_queue *)(const void *)fact);
}

/* "Event A=b C='d e'" becomes a message of AMI. */
static const char *add_message(struct buf *out, const char *line)
{
    const char *p = line;
    size_t n = strcspn(p, " \n");
    buf_add(out, SLICE("Event: "));
    buf_add(out, (struct slice){ p, n });
    buf_add(out, SLICE("\r\n"));
    for (p += n; *p == ' ';) {
        p += strspn(p, " ");
        n = strcspn(p, "=\n");
        if (p[n] != '=')
            break;
        buf_add(out, (struct slice){ p, n });
        buf_add(out, SLICE(": "));
        p += n + 1;
        const char quote[] = { *p, '\0' };
        bool quoted = *p == '\'' || *p == '`';
        p += quoted;
        n = strcspn(p, quoted ? quote : " \n");
        buf_add(out, (struct slice){ p, n });
        buf_add(out, SLICE("\r\n"));
        p += n + quoted;
    }
    buf_add(out, SLICE("\r\n"));
    return *p == '\n' ? p + 1 : p;
}

typedef void (*take_fn)(struct floor *f, const struct event *e, int64_t now_ms);

static void each_line(struct stage *s, const char *lines, take_fn take)
{
    struct frame_reader *reader = frame_reader_new(NULL, NULL);
    frame_feed(reader, SLICE("Asterisk Call Manager/9.0.0\r\n"));
    struct frame frame;
    struct err err = ERR_INIT;
    assert_int_equal(frame_next(reader, &frame, &err), FRAME_READY);
    while (*lines != '\0') {
        struct buf bytes = BUF_INIT(1 << 20);
        lines = add_message(&bytes, lines);
        frame_feed(reader, buf_slice(&bytes));
        buf_clear(&bytes);
        assert_int_equal(frame_next(reader, &frame, &err), FRAME_READY);
        struct event *e = mem_alloc(sizeof *e);
        if (!event_decode(&frame, e, &err))
            fail_msg("%s", err.text);
        take(s->f, e, s->now_ms);
        mem_free(e);
        if (!s->is_unchecked)
            stage_check(s);
    }
    frame_reader_free(reader);
}

void stage_say(struct stage *s, const char *lines)
{
    each_line(s, lines, floor_apply);
}

void stage_list_items(struct stage *s, const char *lines)
{
    each_line(s, lines, floor_snapshot_item);
}

void stage_list(struct stage *s, const char *scope, const char *lines)
{
    floor_snapshot_begin(s->f, slice_of(scope), s->now_ms);
    each_line(s, lines, floor_snapshot_item);
    floor_snapshot_end(s->f, s->now_ms);
}

void stage_barrier(struct stage *s)
{
    floor_barrier(s->f, s->now_ms);
    if (!s->is_unchecked)
        stage_check(s);
}

void stage_read(struct stage *s, const char *scope, const char *lines)
{
    stage_list(s, scope, lines);
    stage_barrier(s);
}

void stage_channel_items(struct stage *s, const char *lines)
{
    each_line(s, lines, floor_channels_item);
}

void stage_channels(struct stage *s, const char *lines)
{
    floor_channels_begin(s->f, s->now_ms);
    stage_channel_items(s, lines);
    floor_channels_end(s->f, s->now_ms);
    stage_check(s);
}

void stage_wait(struct stage *s, int64_t ms)
{
    int64_t until = s->now_ms + ms;
    while (floor_deadline(s->f) <= until) {
        s->now_ms = floor_deadline(s->f) > s->now_ms ? floor_deadline(s->f) : s->now_ms;
        floor_tick(s->f, s->now_ms);
        if (!s->is_unchecked)
            stage_check(s);
    }
    s->now_ms = until;
}

/* Captures carry "Timestamp: sec.usec": time goes on as it did. */
static void follow_clock(struct stage *s, const struct event *e, int64_t *first_ms)
{
    int64_t milli;
    if (!event_has(e, F_TIMESTAMP) || !slice_milli(event_get(e, F_TIMESTAMP), &milli))
        return;
    if (*first_ms == 0) {
        *first_ms = milli;
        floor_set_clock(s->f, milli - s->now_ms, s->now_ms, s->now_ms);
    }
    int64_t at_ms = STAGE_START_MS + milli - *first_ms;
    if (at_ms > s->now_ms)
        stage_wait(s, at_ms - s->now_ms);
}

static void replay_event(struct stage *s, const struct event *e, bool *is_listing)
{
    struct slice list = event_get(e, F_EVENT_LIST), message = event_get(e, F_MESSAGE);
    if (e->kind == EVENT_RESPONSE && slice_eq_nocase(list, SLICE("start")) && slice_starts(message, SLICE("Queue status"))) {
        floor_snapshot_begin(s->f, (struct slice){ NULL, 0 }, s->now_ms);
        *is_listing = true;
    } else if (e->kind == EVENT_QUEUE_STATUS_COMPLETE && *is_listing) {
        floor_snapshot_end(s->f, s->now_ms);
        floor_barrier(s->f, s->now_ms);
        *is_listing = false;
    } else if (e->kind == EVENT_QUEUE_PARAMS || e->kind == EVENT_QUEUE_MEMBER || e->kind == EVENT_QUEUE_ENTRY)
        floor_snapshot_item(s->f, e, s->now_ms);
    else if (!event_table[e->kind].is_list_item)
        floor_apply(s->f, e, s->now_ms);
    stage_check(s);
}

void stage_replay(struct stage *s, const char *path)
{
    struct buf bytes = BUF_INIT(16 << 20);
    assert_true(support_read_file(path, &bytes));
    struct frame_reader *reader = frame_reader_new(NULL, NULL);
    frame_feed(reader, buf_slice(&bytes));
    struct frame frame;
    struct err err = ERR_INIT;
    int64_t first_ms = 0;
    bool is_listing = false;
    struct event *e = mem_alloc(sizeof *e);
    enum frame_state state;
    while ((state = frame_next(reader, &frame, &err)) == FRAME_READY) {
        if (!event_decode(&frame, e, &err))
            continue;
        follow_clock(s, e, &first_ms);
        replay_event(s, e, &is_listing);
    }
    assert_int_equal(state, FRAME_MORE);
    mem_free(e);
    frame_reader_free(reader);
    buf_clear(&bytes);
}

const struct fact_queue *stage_queue(const struct stage *s, const char *name)
{
    const struct fact *fact;
    for (size_t at = 0; (fact = floor_each(s->f, FACT_QUEUE, &at)) != NULL;) {
        const struct fact_queue *q = (const struct fact_queue *)(const void *)fact;
        if (slice_eq_nocase(slice_of(q->name), slice_of(name)))
            return q;
    }
    return NULL;
}

const struct fact_member *stage_member(const struct stage *s, const char *queue, const char *interface)
{
    const struct fact_queue *q = stage_queue(s, queue);
    const struct fact *fact;
    for (size_t at = 0; q != NULL && (fact = floor_each(s->f, FACT_MEMBER, &at)) != NULL;) {
        const struct fact_member *m = (const struct fact_member *)(const void *)fact;
        if (m->queue == q->id && slice_eq(slice_of(m->interface), slice_of(interface)))
            return m;
    }
    return NULL;
}

const struct fact_agent *stage_agent(const struct stage *s, const char *interface)
{
    const struct fact *fact;
    for (size_t at = 0; (fact = floor_each(s->f, FACT_AGENT, &at)) != NULL;) {
        const struct fact_agent *a = (const struct fact_agent *)(const void *)fact;
        if (slice_eq(slice_of(a->interface), slice_of(interface)))
            return a;
    }
    return NULL;
}

const struct fact_caller *stage_caller(const struct stage *s, const char *uniqueid)
{
    const struct fact *fact;
    for (size_t at = 0; (fact = floor_each(s->f, FACT_CALLER, &at)) != NULL;) {
        const struct fact_caller *c = (const struct fact_caller *)(const void *)fact;
        if (slice_eq(slice_of(c->uniqueid), slice_of(uniqueid)))
            return c;
    }
    return NULL;
}

const struct fact_call *stage_call(const struct stage *s, const char *agent_uniqueid)
{
    const struct fact *fact;
    for (size_t at = 0; (fact = floor_each(s->f, FACT_CALL, &at)) != NULL;) {
        const struct fact_call *c = (const struct fact_call *)(const void *)fact;
        if (slice_eq(slice_of(c->agent_uniqueid), slice_of(agent_uniqueid)))
            return c;
    }
    return NULL;
}

size_t stage_count(const struct stage *s, enum fact_kind kind)
{
    size_t count = 0;
    for (size_t at = 0; floor_each(s->f, kind, &at) != NULL;)
        count++;
    return count;
}

static int by_rank(const void *a, const void *b)
{
    const struct fact_caller *const *x = a, *const *y = b;
    return ((*x)->rank > (*y)->rank) - ((*x)->rank < (*y)->rank);
}

const char *stage_order(const struct stage *s, const char *queue)
{
    static char text[8192];
    const struct fact_caller *row[512];
    const struct fact_queue *q = stage_queue(s, queue);
    const struct fact *fact;
    size_t count = 0, n = 0;
    for (size_t at = 0; q != NULL && count < 512 && (fact = floor_each(s->f, FACT_CALLER, &at)) != NULL;) {
        const struct fact_caller *c = (const struct fact_caller *)(const void *)fact;
        if (c->queue == q->id)
            row[count++] = c;
    }
    qsort(row, count, sizeof row[0], by_rank);
    text[0] = '\0';
    for (size_t i = 0; i < count; i++) {
        if (i > 0)
            assert_true(row[i]->rank > row[i - 1]->rank);
        n += (size_t)snprintf(text + n, sizeof text - n, "%s%s", i > 0 ? " " : "", row[i]->uniqueid);
    }
    return text;
}

int64_t stage_drift(const struct stage *s)
{
    struct floor_health h;
    floor_health(s->f, &h);
    if (h.drift > 0)
        print_message("drift: %s\n", h.drift_last);
    return h.drift;
}

int64_t stage_ended(const struct fact_queue *q)
{
    return q->answered + q->abandoned + q->timeout + q->empty + q->key + q->withdrawn + q->redirected;
}
