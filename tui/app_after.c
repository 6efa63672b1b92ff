/* SPDX-License-Identifier: MIT */
/* app_after: what follows an order that was given: how it stands is said, of many in one sentence; nothing that was typed is lost by a
 * refusal, one key brings its line back; and who is asked which phone is his gets the line in which he says so. Gives no order itself. */
#include "tui/app_parts.h"

#include "core/base/utf8.h"
#include "core/control/plan.h"
#include "core/floor/mask.h"
#include "tui/hands/ears.h"

enum { EAR_BEATS = 2 };

void app_after_note(struct app *a, struct slice line, bool is_typed)
{
    a->order.is_typed = is_typed;
    buf_reset(&a->order.again);
    (void)buf_add(&a->order.again, line);
    a->order.untagged = NULL; /* from now on it is the order that is taken back */
}

unsigned app_refused(struct app *a, struct slice sentence)
{
    struct buf said = BUF_INIT(SENTENCE_MAX * 2), key = BUF_INIT(64);
    (void)buf_add(&said, utf8_head(sentence, SENTENCE_MAX - 64));
    if (a->order.is_typed && a->order.again.len > 0 && keymap_key_in(a->keys, SECTION_GLOBAL, ACTION_ORDER_AGAIN, &key))
        (void)buf_addf(&said, "%s '%s' brings the line back.", said.len > 0 && strchr(".!?", said.data[said.len - 1]) != NULL ? "" : ".", key.data);
    unsigned effects = app_notice(a, buf_slice(&said), true);
    buf_clear(&said);
    buf_clear(&key);
    return effects;
}

static bool is_of_ear(const struct fact_order *o)
{
    struct slice rest, name = slice_cut(slice_of(o->line), ' ', &rest);
    enum command_id id;
    return command_find(name, COMMAND_CONSOLE, &id, NULL) && ears_is_order(id);
}

/* "listen PJSIP/301" was refused, since nobody knows which phone is to ring: it is asked for where the order was given. */
static bool ask_phone(struct app *a, const struct fact_order *o)
{
    if (o->state != ORDER_WRONG || !slice_starts(slice_of(o->answer != NULL ? o->answer : ""), SLICE(PLAN_NO_PHONE)) || !is_of_ear(o))
        return false;
    if (a->overlay != NULL || prompt_is_open(a->prompt))
        return false; /* something else has begun */
    struct buf line = BUF_INIT(COMMAND_LINE_MAX);
    bool ok = buf_addf(&line, "%s --on ", o->line);
    if (ok)
        app_line_open(a, buf_slice(&line), 0);
    buf_clear(&line);
    return ok;
}

unsigned app_after_changed(struct app *a, const struct fact_order *o)
{
    struct buf said = BUF_INIT(SENTENCE_MAX);
    bool is_error = false;
    const struct fact_order *shown = a->view.mask != NULL ? (const void *)mask_fact(a->view.mask, FACT_ORDER, (const void *)o) : o;
    bool is_news = !past_is_on(&a->past) && hands_changed(a->hands, shown, &said, &is_error); /* what is shown anew was said when it happened */
    unsigned effects = 0;
    if (is_news)
        effects = is_error ? app_refused(a, buf_slice(&said)) : app_notice(a, buf_slice(&said), false);
    if (is_news && !is_error && is_of_ear(o))
        a->sentence_beats = EAR_BEATS; /* the line that says it all the time, with the keys, is under it */
    if (is_error && ask_phone(a, o))
        buf_reset(&a->sentence); /* the line says it */
    buf_clear(&said);
    return effects;
}

/* Esc, with rows tagged: what would be done to many is done to one again. */
bool app_untag(struct app *a)
{
    struct table *t = deck_table(a->deck);
    size_t count = t != NULL ? table_untag(t) : 0;
    struct buf said = BUF_INIT(256), key = BUF_INIT(64);
    if (count == 0)
        return false;
    a->order.untagged = t;
    (void)buf_addf(&said, "%zu row%s no tag any more.", count, count == 1 ? " has" : "s have");
    if (keymap_key_in(a->keys, SECTION_GLOBAL, ACTION_ORDER_UNDO, &key))
        (void)buf_addf(&said, " %s tags %s again.", key.data, count == 1 ? "it" : "them");
    (void)app_notice(a, buf_slice(&said), false);
    buf_clear(&said);
    buf_clear(&key);
    return true;
}

static bool retag(struct app *a, unsigned *effects)
{
    struct table *t = deck_table(a->deck);
    struct buf said = BUF_INIT(128);
    size_t count = t != NULL && t == a->order.untagged ? table_retag(t) : 0;
    a->order.untagged = NULL;
    (void)buf_addf(&said, "%zu tagged again.", count);
    if (count > 0)
        *effects = app_notice(a, buf_slice(&said), false);
    buf_clear(&said);
    return count > 0;
}

bool app_after_act(struct app *a, enum action action, unsigned *effects)
{
    if (action == ACTION_ORDER_UNDO)
        return retag(a, effects); /* else it is about an order */
    if (action != ACTION_ORDER_AGAIN)
        return false;
    *effects = APP_PAINT;
    if (a->order.again.len > 0)
        app_line_open(a, buf_slice(&a->order.again), 0);
    else
        *effects = app_notice(a, SLICE("No order was given yet whose line could come back."), false);
    return true;
}
