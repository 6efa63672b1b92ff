/* SPDX-License-Identifier: MIT */
/* support_sim: asks the simulator and reads its answers through the product's own parser. */
#include "tests/unit/support_sim.h"

#include "core/base/mem.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>

#include <cmocka.h>

bool support_is(const struct event *e, enum field f, const char *value)
{
    return event_has(e, f) && slice_eq(event_get(e, f), slice_of(value));
}

void support_client_open(struct support_client *c, struct sim *s)
{
    *c = (struct support_client){ .peer = sim_attach(s), .reader = frame_reader_new(NULL, NULL), .err = ERR_INIT };
    assert_true(support_client_next(c));
    assert_int_equal(c->event.kind, EVENT_GREETING);
}

void support_client_login(struct support_client *c, const char *events)
{
    char request[256];
    snprintf(request, sizeof(request), "Login|Username: demo|Secret: demo|Events: %s", events);
    support_client_expect(c, request, "Success", "Authentication accepted");
}

void support_client_close(struct support_client *c)
{
    sim_detach(c->peer);
    frame_reader_free(c->reader);
}

void support_client_ask(struct support_client *c, const char *request)
{
    struct buf text = BUF_INIT(1 << 20);
    buf_addf(&text, "Action: ");
    for (; *request != '\0'; request++)
        buf_add(&text, *request == '|' ? SLICE("\r\n") : (struct slice){ request, 1 });
    buf_addf(&text, "\r\n\r\n");
    sim_receive(c->peer, buf_slice(&text));
    buf_clear(&text);
}

bool support_client_next(struct support_client *c)
{
    struct buf *out = sim_output(c->peer);
    if (out->len > 0) {
        frame_feed(c->reader, buf_slice(out));
        buf_reset(out);
    }
    enum frame_state state = frame_next(c->reader, &c->frame, &c->err);
    if (state == FRAME_BAD)
        fail_msg("%s", c->err.text);
    if (state == FRAME_READY && !event_decode(&c->frame, &c->event, &c->err))
        fail_msg("%s in %.*s", c->err.text, SLICE_FMT(c->frame.raw));
    return state == FRAME_READY;
}

void support_client_expect(struct support_client *c, const char *request, const char *response, const char *message)
{
    while (support_client_next(c))
        ; /* what came before is not the answer */
    support_client_ask(c, request);
    assert_true(support_client_next(c));
    assert_int_equal(c->event.kind, EVENT_RESPONSE);
    bool is_same = support_is(&c->event, F_RESPONSE, response) &&
                   (message == NULL ? !event_has(&c->event, F_MESSAGE) : support_is(&c->event, F_MESSAGE, message));
    if (!is_same)
        fail_msg("%s: %.*s", request, SLICE_FMT(c->frame.raw));
}
