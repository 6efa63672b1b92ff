/* SPDX-License-Identifier: MIT */
/* support_ami: turns AMI bytes into lines that a test can compare. */
#include "tests/unit/support_ami.h"

#include <stdio.h>

bool support_read_file(const char *path, struct buf *out)
{
    FILE *f = fopen(path, "rb");
    if (f == NULL)
        return false;
    char piece[16384];
    size_t n;
    while ((n = fread(piece, 1, sizeof(piece), f)) > 0)
        buf_add(out, (struct slice){ piece, n });
    fclose(f);
    return !out->overflow;
}

static void tell_value(struct buf *out, struct slice s)
{
    if (s.n > 200) {
        unsigned sum = 0;
        for (size_t i = 0; i < s.n; i++)
            sum = sum * 31 + (unsigned char)s.p[i];
        buf_addf(out, "(%zu bytes, sum %08x)", s.n, sum);
        return;
    }
    for (size_t i = 0; i < s.n; i++) {
        unsigned char c = (unsigned char)s.p[i];
        if (c < ' ' || c > '~' || c == '\\')
            buf_addf(out, "\\x%02x", (unsigned)c);
        else
            buf_add_char(out, s.p[i]);
    }
}

void support_tell_event(struct buf *out, const struct event *e)
{
    static const char *const plain[] = { [EVENT_GREETING] = "greeting", [EVENT_RESPONSE] = "response", [EVENT_OTHER] = "other" };
    const char *name = event_table[e->kind].name;
    buf_addf(out, "%s", name != NULL ? name : plain[e->kind]);
    if (e->kind == EVENT_GREETING || (e->frame->count > 0 && e->frame->field[0].name.n == 0)) {
        buf_addf(out, " \"");
        tell_value(out, (struct slice){ e->frame->field[0].value, e->frame->field[0].value_n });
        buf_addf(out, "\"");
    }
    for (int f = 0; f < FIELD_COUNT; f++) {
        bool is_told = e->kind != EVENT_OTHER || f == F_EVENT;
        if (!is_told || !event_has(e, (enum field)f))
            continue;
        buf_addf(out, " %s=", event_field_name((enum field)f));
        tell_value(out, event_get(e, (enum field)f));
    }
    buf_addf(out, " (%zu)\n", e->frame->count);
}

static enum frame_state tell_ready(struct frame_reader *r, struct buf *out)
{
    struct frame frame;
    struct event e;
    for (;;) {
        struct err err = ERR_INIT;
        enum frame_state state = frame_next(r, &frame, &err);
        if (state == FRAME_BAD)
            buf_addf(out, "bad: %s\n", err.text);
        if (state != FRAME_READY)
            return state;
        if (event_decode(&frame, &e, &err))
            support_tell_event(out, &e);
        else
            buf_addf(out, "refused: %s\n", err.text);
    }
}

void support_tell_stream(struct buf *out, struct slice bytes, size_t step, const struct frame_limits *limits)
{
    struct frame_reader *r = frame_reader_new(limits, NULL);
    enum frame_state state = FRAME_MORE;
    while (bytes.n > 0 && state == FRAME_MORE) {
        size_t n = step == 0 || step > bytes.n ? bytes.n : step;
        frame_feed(r, (struct slice){ bytes.p, n });
        bytes.p += n;
        bytes.n -= n;
        state = tell_ready(r, out);
    }
    frame_reader_free(r);
}
