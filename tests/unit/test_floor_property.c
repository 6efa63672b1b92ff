/* SPDX-License-Identifier: MIT */
/* A small world of two queues publishes what it does, as Asterisk would: in one order, late, with lists cut out of the
 * middle (ami.md 6.1). Whatever the interleaving, a proven queue equals the world, no drift is claimed, and the counters
 * are the world's own. */
#include "tests/unit/support_floor.h"

#include "core/base/random.h"

#include <setjmp.h>
#include <stdarg.h>
#include <cmocka.h>
#include <stdio.h>
#include <stdlib.h>

enum { QUEUES = 2, CALLERS_MAX = 12, MEMBERS = 4, LOG_MAX = 4000, LINE_MAX_BYTES = 512, RUNS = 100, STEPS = 120 };

struct world_member {
    bool is_there;
    int paused, penalty, status;
    long login;
};

struct world_queue {
    int uid[CALLERS_MAX], prio[CALLERS_MAX], count;
    struct world_member member[MEMBERS];
    int offered, answered, abandoned, key, redirected;
};

struct world {
    struct world_queue q[QUEUES];
    struct random random;
    char (*log)[LINE_MAX_BYTES]; /* published, a message a line or several */
    size_t published, delivered;
    int last_uid, last_prio;
    long now_s;
};

static uint32_t below(struct world *w, uint32_t n)
{
    return random_below(&w->random, n);
}

__attribute__((format(printf, 2, 3))) static void publish(struct world *w, const char *fmt, ...)
{
    va_list ap;
    va_start(ap, fmt);
    assert_true(w->published < LOG_MAX);
    int n = vsnprintf(w->log[w->published++], LINE_MAX_BYTES, fmt, ap);
    assert_true(n > 0 && n < LINE_MAX_BYTES);
    va_end(ap);
}

static void cut_out(struct world_queue *q, int at)
{
    for (int i = at; i + 1 < q->count; i++) {
        q->uid[i] = q->uid[i + 1];
        q->prio[i] = q->prio[i + 1];
    }
    q->count--;
}

static void put_in(struct world_queue *q, int at, int uid, int prio)
{
    for (int i = q->count; i > at; i--) {
        q->uid[i] = q->uid[i - 1];
        q->prio[i] = q->prio[i - 1];
    }
    q->uid[at] = uid;
    q->prio[at] = prio;
    q->count++;
}

static void join(struct world *w, int k)
{
    struct world_queue *q = &w->q[k];
    if (q->count == CALLERS_MAX)
        return;
    int prio = below(w, 4) == 0 ? (int)below(w, 3) : 0, at = q->count, uid = ++w->last_uid;
    while (at > 0 && q->prio[at - 1] < prio)
        at--;
    put_in(q, at, uid, prio);
    q->offered++;
    publish(w, "Newchannel Channel=PJSIP/c-%d Uniqueid=u%d ChannelState=6\nQueueCallerJoin Queue=q%d Channel=PJSIP/c-%d Uniqueid=u%d "
               "CallerIDNum=%d Position=%d Count=%d\n", uid, uid, k, uid, uid, uid, at + 1, q->count);
}

static void leave(struct world *w, int k)
{
    struct world_queue *q = &w->q[k];
    if (q->count == 0)
        return;
    int at = (int)below(w, (uint32_t)q->count), uid = q->uid[at], how = (int)below(w, 3);
    cut_out(q, at);
    if (how == 0)
        publish(w, "HangupRequest Channel=PJSIP/c-%d Uniqueid=u%d\nQueueCallerAbandon Queue=q%d Uniqueid=u%d\n", uid, uid, k, uid);
    publish(w, "QueueCallerLeave Queue=q%d Channel=PJSIP/c-%d Uniqueid=u%d Position=%d Count=%d\n", k, uid, uid, at + 1, q->count);
    if (how == 1)
        publish(w, "AgentConnect Queue=q%d Uniqueid=u%d Interface=PJSIP/0 DestChannel=PJSIP/0-%d DestUniqueid=d%d HoldTime=0\n"
                   "AgentComplete Queue=q%d Uniqueid=u%d Interface=PJSIP/0 DestUniqueid=d%d\nHangup Channel=PJSIP/0-%d Uniqueid=d%d\n",
                k, uid, uid, uid, k, uid, uid, uid, uid);
    publish(w, "Hangup Channel=PJSIP/c-%d Uniqueid=u%d\n", uid, uid);
    *(how == 0 ? &q->abandoned : how == 1 ? &q->answered : &q->key) += 1;
}

static void tell_member(struct world *w, int k, int i, const char *event)
{
    const struct world_member *m = &w->q[k].member[i];
    publish(w, "%s Queue=q%d MemberName=M%d Interface=PJSIP/%d StateInterface=PJSIP/%d Membership=dynamic Penalty=%d CallsTaken=0 LastCall=0 "
               "LastPause=0 LoginTime=%ld InCall=0 Status=%d Paused=%d PausedReason=%s Ringinuse=0 Wrapuptime=0\n",
            event, k, i, i, i, m->penalty, m->login, m->status, m->paused, m->paused ? "break" : "");
}

static void change_member(struct world *w, int k)
{
    int i = (int)below(w, MEMBERS);
    struct world_member *m = &w->q[k].member[i];
    if (!m->is_there) {
        *m = (struct world_member){ .is_there = true, .status = 1, .login = ++w->now_s };
        tell_member(w, k, i, "QueueMemberAdded");
        return;
    }
    switch (below(w, 4)) {
    case 0:
        tell_member(w, k, i, "QueueMemberRemoved");
        m->is_there = false;
        break;
    case 1:
        m->paused = !m->paused;
        tell_member(w, k, i, "QueueMemberPause");
        break;
    case 2:
        m->penalty = (int)below(w, 5);
        tell_member(w, k, i, "QueueMemberPenalty");
        break;
    default:
        m->status = 1 + (int)below(w, 8);
        tell_member(w, k, i, "QueueMemberStatus");
        break;
    }
}

static void move(struct world *w)
{
    int k = (int)below(w, QUEUES);
    switch (below(w, 5)) {
    case 0:
    case 1: join(w, k); break;
    case 2: leave(w, k); break;
    default: change_member(w, k); break;
    }
}

/* What no event tells: a caller pulled out, another's channel in his place, a priority that moves him. */
static void move_silently(struct world *w)
{
    struct world_queue *q = &w->q[below(w, QUEUES)];
    if (q->count == 0)
        return;
    int at = (int)below(w, (uint32_t)q->count), uid = q->uid[at];
    switch (below(w, 3)) {
    case 0:
        cut_out(q, at);
        q->redirected++;
        break;
    case 1:
        q->uid[at] = ++w->last_uid;
        break;
    default:
        cut_out(q, at);
        put_in(q, 0, uid, ++w->last_prio);
        break;
    }
}

static void deliver(struct world *w, struct stage *s, size_t until)
{
    while (w->delivered < until)
        stage_say(s, w->log[w->delivered++]);
}

static void list_one(struct world *w, int k, char *out, size_t size)
{
    const struct world_queue *q = &w->q[k];
    size_t n = (size_t)snprintf(out, size, "QueueParams Queue=q%d ServiceLevel=20\n", k);
    for (int i = 0; i < MEMBERS; i++) {
        const struct world_member *m = &q->member[i];
        if (m->is_there)
            n += (size_t)snprintf(out + n, size - n, "QueueMember Queue=q%d Name=M%d Location=PJSIP/%d StateInterface=PJSIP/%d Membership=dynamic Penalty=%d "
                                  "CallsTaken=0 LastCall=0 LastPause=0 LoginTime=%ld InCall=0 Status=%d Paused=%d PausedReason=%s Wrapuptime=0\n",
                                  k, i, i, i, m->penalty, m->login, m->status, m->paused, m->paused ? "break" : "");
    }
    for (int i = 0; i < q->count; i++)
        n += (size_t)snprintf(out + n, size - n, "QueueEntry Queue=q%d Position=%d Channel=PJSIP/c-%d Uniqueid=u%d CallerIDNum=%d CallerIDName=unknown "
                              "Wait=0 Priority=%d\n", k, i + 1, q->uid[i], q->uid[i], q->uid[i], q->prio[i]);
    assert_true(n < size);
}

/* A list of one queue, or of all, somewhere in the stream: events published before it come after it, and others that
 * were published after it come before the barrier. */
static void read_somewhere(struct world *w, struct stage *s, int k, bool is_quiet)
{
    char list[16384] = "";
    const char *scope = k == 0 ? "q0" : k == 1 ? "q1" : NULL;
    if (is_quiet)
        deliver(w, s, w->published);
    floor_snapshot_begin(s->f, slice_of(scope), s->now_ms);
    for (int i = 0; i < QUEUES; i++)
        if (scope == NULL || i == k) {
            list_one(w, i, list, sizeof list);
            stage_list_items(s, list);
            for (uint32_t n = is_quiet ? 0 : below(w, 2); n > 0; n--)
                move(w); /* not atomic over queues */
        }
    floor_snapshot_end(s->f, s->now_ms);
    size_t fence = w->published;
    for (uint32_t n = is_quiet ? 0 : below(w, 4); n > 0; n--)
        move(w);
    deliver(w, s, fence + (w->published > fence ? below(w, (uint32_t)(w->published - fence) + 1) : 0));
    stage_barrier(s);
}

static void world_order(const struct world_queue *q, char *out, size_t size)
{
    size_t n = 0;
    out[0] = '\0';
    for (int i = 0; i < q->count; i++)
        n += (size_t)snprintf(out + n, size - n, "%su%d", i > 0 ? " " : "", q->uid[i]);
}

/* Who waits and who works there: true as soon as everything published has arrived, also of a suspect queue. */
static void assert_holds_the_worlds(const struct world *w, const struct stage *s, int k)
{
    char name[8], interface[16], uniqueid[16];
    const struct world_queue *q = &w->q[k];
    snprintf(name, sizeof name, "q%d", k);
    const struct fact_queue *fact = stage_queue(s, name);
    assert_int_equal(fact->waiting, q->count);
    for (int i = 0; i < q->count; i++) {
        snprintf(uniqueid, sizeof uniqueid, "u%d", q->uid[i]);
        const struct fact_caller *c = stage_caller(s, uniqueid);
        assert_non_null(c);
        assert_int_equal(c->queue, fact->id);
    }
    for (int i = 0; i < MEMBERS; i++) {
        const struct world_member *m = &q->member[i];
        snprintf(interface, sizeof interface, "PJSIP/%d", i);
        const struct fact_member *ours = stage_member(s, name, interface);
        assert_int_equal(ours != NULL, m->is_there);
        if (ours == NULL)
            continue;
        assert_int_equal(ours->paused, m->paused);
        assert_int_equal(ours->penalty, m->penalty);
        assert_int_equal(ours->device, m->status);
    }
}

static void assert_equals_world(const struct world *w, const struct stage *s, int k)
{
    char name[8], want[256];
    snprintf(name, sizeof name, "q%d", k);
    world_order(&w->q[k], want, sizeof want);
    assert_string_equal(stage_order(s, name), want);
    assert_holds_the_worlds(w, s, k);
}

static void open_world(struct world *w, uint64_t seed)
{
    memset(w, 0, sizeof *w);
    w->last_prio = 10;
    w->random.state = seed;
    w->now_s = STAGE_EPOCH_S - 100000;
    w->log = calloc(LOG_MAX, sizeof w->log[0]);
    assert_non_null(w->log);
}

static void any_interleaving_converges(void **state)
{
    (void)state;
    for (uint64_t seed = 1; seed <= RUNS; seed++) {
        struct world w;
        struct stage s;
        open_world(&w, seed);
        stage_open(&s);
        s.is_unchecked = true;
        for (int i = 0; i < 20; i++)
            move(&w);
        w.delivered = below(&w, (uint32_t)w.published + 1); /* logged in somewhere in the middle, events still on their way */
        read_somewhere(&w, &s, QUEUES, false);
        deliver(&w, &s, w.published);
        for (int k = 0; k < QUEUES; k++)
            assert_holds_the_worlds(&w, &s, k);
        for (int step = 0; step < STEPS; step++) {
            move(&w);
            if (below(&w, 3) == 0)
                deliver(&w, &s, w.delivered + below(&w, (uint32_t)(w.published - w.delivered) + 1));
            if (below(&w, 6) == 0)
                read_somewhere(&w, &s, (int)below(&w, QUEUES), below(&w, 4) == 0);
            for (int k = 0; k < QUEUES; k++) {
                const struct fact_queue *q = stage_queue(&s, k == 0 ? "q0" : "q1");
                if (w.delivered == w.published && q->state == QUEUE_CLEAN)
                    assert_equals_world(&w, &s, k);
                else if (w.delivered == w.published)
                    assert_holds_the_worlds(&w, &s, k);
            }
            if (step % 10 == 0)
                stage_wait(&s, 200);
            assert_int_equal(stage_drift(&s), 0);
        }
        for (int k = 0; k < QUEUES; k++) {
            read_somewhere(&w, &s, k, true);
            assert_int_equal(stage_queue(&s, k == 0 ? "q0" : "q1")->state, QUEUE_CLEAN);
            assert_equals_world(&w, &s, k);
        }
        assert_int_equal(stage_drift(&s), 0);
        stage_close(&s);
        free(w.log);
    }
}

static void counters_are_the_worlds_own(void **state)
{
    (void)state;
    for (uint64_t seed = 1; seed <= RUNS; seed++) {
        struct world w;
        struct stage s;
        open_world(&w, seed * 7919);
        stage_open(&s);
        s.is_unchecked = true;
        read_somewhere(&w, &s, QUEUES, true);
        for (int step = 0; step < STEPS; step++) {
            move(&w);
            if (below(&w, 8) == 0) {
                deliver(&w, &s, w.published);
                move_silently(&w);
                if (below(&w, 2) == 0)
                    read_somewhere(&w, &s, (int)below(&w, QUEUES), true);
                for (int k = 0; k < QUEUES; k++) /* pulled out unseen, he is only seen to be gone in a list */
                    read_somewhere(&w, &s, k, true);
            }
            if (below(&w, 6) == 0)
                read_somewhere(&w, &s, (int)below(&w, QUEUES), false);
        }
        for (int k = 0; k < QUEUES; k++)
            read_somewhere(&w, &s, k, true);
        stage_wait(&s, 5000);
        for (int k = 0; k < QUEUES; k++) {
            const struct fact_queue *q = stage_queue(&s, k == 0 ? "q0" : "q1");
            assert_equals_world(&w, &s, k);
            assert_int_equal(q->offered, w.q[k].offered);
            assert_int_equal(q->answered, w.q[k].answered);
            assert_int_equal(q->abandoned, w.q[k].abandoned);
            assert_int_equal(q->key, w.q[k].key);
            assert_int_equal(q->redirected, w.q[k].redirected);
            assert_int_equal(q->offered, stage_ended(q) + q->waiting);
        }
        assert_int_equal(stage_drift(&s), 0);
        stage_close(&s);
        free(w.log);
    }
}

static void a_list_twice_is_a_list_once(void **state)
{
    (void)state;
    struct world w;
    struct stage s;
    open_world(&w, 5);
    stage_open(&s);
    for (int i = 0; i < 60; i++)
        move(&w);
    w.delivered = w.published;
    read_somewhere(&w, &s, QUEUES, true);
    s.reports = 0;
    char before[256];
    snprintf(before, sizeof before, "%s", stage_order(&s, "q0"));
    read_somewhere(&w, &s, QUEUES, true);
    assert_string_equal(stage_order(&s, "q0"), before);
    assert_equals_world(&w, &s, 0);
    assert_equals_world(&w, &s, 1);
    stage_close(&s);
    free(w.log);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(any_interleaving_converges),
        cmocka_unit_test(counters_are_the_worlds_own),
        cmocka_unit_test(a_list_twice_is_a_list_once),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
