/* SPDX-License-Identifier: MIT */
/* Buffers whose size a peer or a file decides, when there is no memory for them: each growth of
 * a buffer is refused in turn. The answer is an error value with a sentence or a result that
 * says it is not whole, and nothing stays allocated; the program never ends by it. */
#include "core/ami/frame.h"
#include "core/base/buf.h"
#include "core/base/log.h"
#include "core/base/mem.h"
#include "core/config/settings.h"
#include "core/control/audit.h"
#include "core/floor/store.h"
#include "core/keeper/wire.h"
#include "core/link/transcript.h"
#include "tests/unit/support_temp.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include <cmocka.h>

enum { TRIES_MAX = 2000 };

static const char bytes[] = "Asterisk Call Manager/11.0.0\r\nEvent: QueueParams\r\nQueue: support\r\n\r\nEvent: Hangup\r\nChannel: x\r\n\r\n";

/* Each returns true when it got through whole; otherwise *err may say why. */
static bool read_frames(struct err *err)
{
    struct frame_reader *r = frame_reader_new(NULL, NULL);
    enum frame_state state = FRAME_MORE;
    size_t count = 0;
    for (int round = 0; round < 200 && state != FRAME_BAD; round++) {
        frame_feed(r, round == 0 ? SLICE("Asterisk Call Manager/11.0.0\r\n") : (struct slice){ bytes + 30, sizeof bytes - 31 });
        struct frame f;
        while ((state = frame_next(r, &f, err)) == FRAME_READY)
            count++;
    }
    frame_reader_free(r);
    return state != FRAME_BAD && count == 399;
}

static bool read_transcript(struct err *err)
{
    struct buf text = BUF_INIT(100000);
    (void)buf_addf(&text, "acdtop-transcript 1 0\n");
    for (int i = 0; i < 50; i++)
        (void)buf_addf(&text, "%d hq < 100\n%0100d\n", i, i);
    bool is_whole = !text.overflow;
    struct transcript_reader *r = is_whole ? transcript_read(buf_slice(&text), err) : NULL;
    struct transcript_entry e;
    enum transcript_state state = TRANSCRIPT_BAD;
    size_t count = 0;
    while (r != NULL && (state = transcript_next(r, &e, err)) == TRANSCRIPT_ENTRY)
        count++;
    transcript_reader_free(r);
    buf_clear(&text);
    if (!is_whole)
        return err_set(err, ERR_SYSTEM, "the test's own buffer");
    return state == TRANSCRIPT_END && count == 50;
}

static bool write_transcript(struct err *err)
{
    char path[TEMP_PATH_MAX];
    temp_template(path);
    bool ok = true;
    int fd = mkstemp(path);
    assert_true(fd >= 0);
    (void)close(fd);
    (void)unlink(path);
    struct transcript_writer *w = transcript_create(path, 0, 0, err);
    for (int i = 0; ok && w != NULL && i < 50; i++)
        ok = transcript_write(w, i, "hq", TRANSCRIPT_RECEIVED, (struct slice){ bytes, sizeof bytes - 1 }, err);
    ok = w != NULL && transcript_close(w, err) && ok;
    (void)unlink(path);
    return ok;
}

static bool cross_the_wire(struct err *err)
{
    struct buf out = BUF_INIT(WIRE_RECORD_MAX);
    struct fact_queue queue = { .id = 7, .pbx = 1 };
    struct store *store = store_new();
    queue.name = mem_strdup("support");
    bool ok = true;
    for (int i = 0; i < 60; i++) {
        queue.waiting = i;
        ok = wire_add_fact(&out, FACT_QUEUE, (struct fact *)&queue) && ok;
    }
    enum wire_state state = WIRE_READY;
    for (size_t at = 0; state == WIRE_READY;) {
        struct wire_record r;
        state = wire_next(buf_slice(&out), &at, &r, err);
        if (state == WIRE_READY && r.type == WIRE_FACT)
            (void)store_put(store, r.kind, &r.fact.head);
        if (state == WIRE_READY)
            wire_record_clear(&r);
    }
    assert_int_not_equal(state, WIRE_BAD); /* a record that did not fit is not half there */
    fact_clear(FACT_QUEUE, (struct fact *)&queue);
    store_free(store);
    buf_clear(&out);
    return ok || err_set(err, ERR_SYSTEM, "a record did not fit");
}

static bool keep_a_record(struct err *err)
{
    struct buf line = BUF_INIT(AUDIT_RECORD_MAX), store = BUF_INIT(AUDIT_RECORD_MAX);
    struct audit_record r = { .value = { [AUDIT_EVENT] = SLICE("issue"), [AUDIT_ORDER] = SLICE("aa-1"), [AUDIT_QUEUE] = SLICE("sales"),
                                         [AUDIT_LINE] = SLICE("pause 401 sales \"back at two\"") } }, back;
    bool ok = audit_write(&r, &line) && audit_read(buf_slice(&line), &back, &store) && slice_eq(back.value[AUDIT_LINE], r.value[AUDIT_LINE]);
    buf_clear(&line);
    buf_clear(&store);
    return ok || err_set(err, ERR_SYSTEM, "a record that is not whole is none");
}

static bool load_settings(struct err *err)
{
    struct settings s;
    struct buf shown = BUF_INIT(100000);
    settings_init(&s);
    bool ok = settings_load(&s, "tests/config/ok/full.conf", err) && settings_finish(&s, err);
    ok = ok && (settings_show(&s, &shown) || err_set(err, ERR_SYSTEM, "shown in part"));
    settings_clear(&s);
    buf_clear(&shown);
    return ok;
}

static bool write_log(struct err *err)
{
    bool ok = log_open("/dev/null", LOG_DEBUG, err);
    log_add_secret(SLICE("sesame"));
    for (int i = 0; i < 20; i++)
        log_line(LOG_INFO, "%s %d sesame", bytes, i);
    log_close();
    log_forget_secrets();
    return ok;
}

static const struct {
    const char *name;
    bool (*run)(struct err *err);
    bool may_pass_reduced; /* a refusal may cost a line and nothing else */
} scenarios[] = {
    { "frames", read_frames, false },
    { "transcript read", read_transcript, false },
    { "transcript written", write_transcript, false },
    { "wire", cross_the_wire, false },
    { "audit record", keep_a_record, false },
    { "settings", load_settings, false },
    { "log", write_log, true },
};

static void every_growth_is_refused_in_turn(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof scenarios / sizeof scenarios[0]; i++) {
        unsigned long live = mem_live();
        unsigned long refused = 0;
        for (unsigned long n = 1;; n++) {
            struct err err = ERR_INIT;
            (void)mem_refuse_after(n);
            bool is_whole = scenarios[i].run(&err);
            bool was_hit = mem_refuse_after(0) == 0;
            if (mem_live() != live)
                fail_msg("%s: growth %lu refused leaves %lu blocks", scenarios[i].name, n, mem_live() - live);
            if (is_whole == was_hit && !(is_whole && scenarios[i].may_pass_reduced))
                fail_msg("%s: growth %lu %s, result %s: %s", scenarios[i].name, n, was_hit ? "refused" : "given", is_whole ? "whole" : "not whole", err.text);
            if (!is_whole && (err.kind == ERR_NONE || err.text[0] == '\0'))
                fail_msg("%s: growth %lu refused says nothing", scenarios[i].name, n);
            if (!was_hit)
                break;
            refused++;
            assert_true(n < TRIES_MAX);
        }
        if (refused == 0)
            fail_msg("%s: no growth to refuse", scenarios[i].name);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_growth_is_refused_in_turn),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
