/* SPDX-License-Identifier: MIT */
/* app_hands: a key, the menu of a row or a line becomes an order. Whom it is about is taken when the key is pressed, as words that name
 * them and nobody else; what harms somebody's call, what is about several rows, and what takes something back is listed and asked about
 * first. In the past and with --readonly nothing is given, and the reason is said. */
#include "core/config/told.h"
#include "tui/app_parts.h"

#include <stdio.h>

#include "core/base/mem.h"
#include "tui/hands/ears.h"
#include "tui/status.h"

enum { TAGGED_MAX = 500, LINES_MAX = 60 * 1024, AIM_MAX = 1024 * 1024 };

static bool give_order(void *context, struct slice lines, int64_t ref, struct err *err)
{
    struct buf value = BUF_INIT(64 * 1024);
    (void)buf_addf(&value, "%lld ", (long long)ref);
    (void)buf_add(&value, lines);
    bool ok = app_wish(context, APP_WISH_ORDER, buf_slice(&value), err);
    buf_clear(&value);
    return ok;
}

void app_hands_init(struct app *a)
{
    a->hands = hands_new(&(struct hands_hooks){ give_order, a });
    a->order.lines = BUF_INIT(LINES_MAX);
    a->order.aim = BUF_INIT(AIM_MAX);
    a->order.user = BUF_INIT(256);
    a->order.again = BUF_INIT(COMMAND_LINE_MAX);
    ears_user(&a->order.user);
}

void app_hands_clear(struct app *a)
{
    hands_free(a->hands);
    hands_world_free(a->order.world);
    hands_subject_clear(&a->order.subject);
    buf_clear(&a->order.lines);
    buf_clear(&a->order.aim);
    buf_clear(&a->order.user);
    buf_clear(&a->order.again);
}

/* Made when it is first needed: most consoles only look. */
static struct hands_world *world(struct app *a)
{
    if (a->order.world == NULL)
        a->order.world = hands_world_new(a->view.settings);
    if (a->has_rights)
        hands_world_rights(a->order.world, &a->rights);
    return a->order.world;
}

static const struct store *whole(const struct app *a)
{
    return joint_whole(a->joint);
}

/* The call that this person listens to; in the past there is none. */
static const struct fact_spy *own_ear(const struct app *a)
{
    return past_is_on(&a->past) ? NULL : ears_own(whole(a), buf_slice(&a->order.user));
}

bool app_hands_listening(const struct app *a, struct buf *out)
{
    const struct fact_spy *s = own_ear(a);
    if (s != NULL)
        ears_write(whole(a), s, out);
    return s != NULL;
}

/* Nothing may be ordered here, whoever asks. */
static bool is_allowed(const struct app *a, struct err *err)
{
    if (past_is_on(&a->past))
        return err_set(err, ERR_USAGE, a->past.is_past ? "This is a recording: nothing can be ordered in it." : "This is the past: nothing can be ordered in it. ':live' goes back to now.");
    if (a->view.settings != NULL && a->view.settings->is_readonly)
        return err_set(err, ERR_USAGE, "This acdtop is read-only: it changes nothing.");
    return true;
}

/* ---- whom it is about ---- */

static size_t tagged_of(struct app *a, uint64_t id[TAGGED_MAX])
{
    struct table *t = deck_table(a->deck);
    size_t count = t != NULL ? table_tagged(t, id, TAGGED_MAX) : 0;
    return count < TAGGED_MAX ? count : TAGGED_MAX;
}

/* Of an agent who is shown once for several PBXs, first the one whose doing is shown. */
static size_t parts_of(struct app *a, enum fact_kind kind, uint64_t shown, uint64_t *id, size_t max)
{
    size_t count = joint_each_part(a->joint, kind, shown, id, max);
    const struct fact_agent *row = kind == FACT_AGENT ? (const void *)store_get(a->view.store, kind, shown) : NULL;
    for (size_t i = 1; row != NULL && i < count && i < max; i++) {
        const struct fact_agent *part = (const void *)store_get(whole(a), kind, id[i]);
        if (part != NULL && part->pbx == row->pbx) {
            uint64_t first = id[0];
            id[0] = id[i];
            id[i] = first;
        }
    }
    return count;
}

/* Those whom an order here is about, as they are on their own PBXs: the tagged rows, else the selected one, else whom the pane is about. An
 * agent who is shown once for several PBXs is each of them. */
static size_t subjects_of(struct app *a, uint64_t id[TAGGED_MAX], bool *is_many)
{
    uint64_t shown[TAGGED_MAX];
    const struct pane *pane = deck_focus(a->deck);
    size_t tagged = tagged_of(a, shown), count = 0;
    if (tagged == 0)
        shown[0] = pane->table != NULL ? table_selected(pane->table) : pane->subject;
    for (size_t i = 0; i < (tagged > 0 ? tagged : 1) && count < TAGGED_MAX; i++)
        count += parts_of(a, pane->row->table.kind, shown[i], &id[count], TAGGED_MAX - count);
    count = count < TAGGED_MAX ? count : TAGGED_MAX;
    *is_many = tagged > 0 || count > 1;
    return count;
}

static void subject_with(struct app *a, uint64_t id, struct hands_subject *out)
{
    enum fact_kind kind = deck_focus(a->deck)->row->table.kind;
    hands_subject_of(out, whole(a), kind, id != 0 ? store_get(whole(a), kind, id) : NULL);
}

static void subject_here(struct app *a, struct hands_subject *out, bool *is_many)
{
    uint64_t id[TAGGED_MAX];
    size_t count = subjects_of(a, id, is_many);
    subject_with(a, id[0], out);
    for (size_t i = 1; i < count && out->is_paused; i++) { /* a key that is for the paused, or for the others: paused only when all are */
        struct hands_subject other;
        subject_with(a, id[i], &other);
        out->is_paused = other.is_paused;
        hands_subject_clear(&other);
    }
}

static bool has_line(struct slice lines, struct slice line)
{
    for (struct slice rest = lines; rest.p != NULL && rest.n > 0;) {
        if (slice_eq(slice_cut(rest, '\n', &rest), line))
            return true;
    }
    return false;
}

static bool add_line(struct buf *lines, struct slice line)
{
    return has_line(buf_slice(lines), line) || ((lines->len == 0 || buf_add_char(lines, '\n')) && buf_add(lines, line));
}

/* The command as it was typed, so that the shell's order and this one are the same text; with a '*' once for each tagged row. */
static bool write_lines(struct app *a, const struct command *c, struct buf *lines, struct err *err)
{
    static struct hands_subject nobody;
    uint64_t id[TAGGED_MAX];
    bool is_many = hands_is_many(c), ok = true, has_many = false;
    size_t count = is_many ? subjects_of(a, id, &has_many) : 1;
    bool is_one = is_many && has_many && tagged_of(a, (uint64_t[TAGGED_MAX]){ 0 }) == 0; /* on several PBXs: who is in no call on one of them is left out */
    struct buf line = BUF_INIT(COMMAND_LINE_MAX);
    const char *lacks = NULL;
    if (is_many && !has_many)
        ok = err_set(err, ERR_USAGE, "'*' stands for the tagged rows, and none is tagged");
    for (size_t i = 0; ok && i < count; i++) {
        struct hands_subject s;
        buf_reset(&line);
        if (is_many)
            subject_with(a, id[i], &s);
        bool has_line = hands_line_for(c, is_many ? &s : &nobody, &line, &lacks);
        if (!has_line && is_one && (i + 1 < count || lines->len > 0)) {
            hands_subject_clear(&s);
            continue;
        }
        ok = has_line || err_set(err, ERR_USAGE, "a row here says no %s: '*' cannot stand for it", lacks);
        ok = ok && (add_line(lines, buf_slice(&line)) || err_set(err, ERR_USAGE, "that is too much for one order"));
        if (is_many)
            hands_subject_clear(&s);
    }
    buf_clear(&line);
    return ok;
}

/* ---- asking ---- */

static const struct page_value no_value = { NULL, ROLE_TEXT };

/* Those of the lines that can be done, or those that cannot. */
static size_t list_some(struct app *a, struct overlay *o, struct slice lines, bool can, struct buf *kept, struct buf *why)
{
    size_t count = 0;
    for (struct slice rest = lines; rest.p != NULL && rest.n > 0;) {
        struct slice line = slice_cut(rest, '\n', &rest), args, name = slice_cut(line, ' ', &args);
        struct buf said = BUF_INIT(SENTENCE_MAX * 2);
        enum hands_verdict v = hands_world_plan(world(a), whole(a), line, &said);
        if ((v == HANDS_MAY) == can) {
            overlay_add(o, can ? name : SLICE("not done"), can ? ROLE_VALUE : ROLE_WARN, (struct page_value){ hands_world_pbx(whole(a), line), ROLE_NAME }, said.len > 0 ? said.data : "", 0);
            count++;
        }
        if (can && v == HANDS_MAY)
            (void)add_line(kept, line);
        else if (v != HANDS_MAY && why->len == 0)
            (void)buf_add(why, buf_slice(&said));
        buf_clear(&said);
    }
    return count;
}

/* Lists what each line would do; those that would do nothing or cannot come first, where they are seen, and are left out; how many there are stands
 * in the title. False: none is left; *why says so. */
static bool list_lines(struct app *a, struct overlay *o, const char *title, struct slice lines, struct buf *kept, struct buf *why)
{
    size_t cannot = list_some(a, o, lines, false, kept, why), can = list_some(a, o, lines, true, kept, why);
    struct buf text = BUF_INIT(SENTENCE_MAX);
    if (can + cannot > 1) {
        (void)buf_addf(&text, "%.400s  %zu%s", title, can, cannot > 0 ? " of " : "");
        if (cannot > 0)
            (void)buf_addf(&text, "%zu", can + cannot);
        overlay_set_title(o, text.data);
    }
    buf_clear(&text);
    return kept->len > 0;
}

/* The keys that answer, where one looks for them. */
static void add_answers(struct app *a, struct overlay *o)
{
    struct buf yes = BUF_INIT(64), no = BUF_INIT(128);
    if (keymap_keys(a->keys, ACTION_CONFIRM_YES, false, &yes) && keymap_keys(a->keys, ACTION_CONFIRM_NO, true, &no)) {
        overlay_add(o, buf_slice(&yes), ROLE_KEY, no_value, "does it", 0);
        overlay_add(o, buf_slice(&no), ROLE_KEY, no_value, "does nothing", 0);
    }
    buf_clear(&yes);
    buf_clear(&no);
}

struct question {
    const char *title;
    enum command_id told; /* what becomes of the figures is said too; COMMAND_OPEN: not */
    enum hands_way way;
    int64_t of;
};

static unsigned ask(struct app *a, const struct question *q, struct slice lines)
{
    struct overlay *o = overlay_confirm(q->title);
    struct buf kept = BUF_INIT(LINES_MAX), why = BUF_INIT(SENTENCE_MAX * 2);
    unsigned effects = APP_PAINT;
    bool is_any = list_lines(a, o, q->title, lines, &kept, &why);
    if (q->told != COMMAND_OPEN)
        overlay_add(o, SLICE("figures"), ROLE_WARN, no_value, plan_notice(q->told), 0);
    add_answers(a, o);
    /* What goes back goes in one piece: its second line may become possible by its first. */
    if (!is_any) {
        effects = app_refused(a, buf_slice(&why));
        overlay_free(o);
    } else {
        (void)app_close_overlay(a);
        buf_reset(&a->order.lines);
        (void)buf_add(&a->order.lines, q->way != HANDS_PLAIN ? lines : buf_slice(&kept));
        buf_reset(&a->order.aim);
        hands_world_aim(world(a), whole(a), buf_slice(&a->order.lines), &a->order.aim);
        a->order.way = q->way;
        a->order.told = q->told;
        a->order.of = q->of;
        a->overlay = o;
    }
    buf_clear(&kept);
    buf_clear(&why);
    return effects;
}

/* "hangup 401" is about another call when the one that was shown has ended and the next has come before the yes. */
static bool is_as_shown(struct app *a, struct err *err)
{
    struct buf now = BUF_INIT(AIM_MAX);
    hands_world_aim(world(a), whole(a), buf_slice(&a->order.lines), &now);
    bool is_same = !now.overflow && slice_eq(buf_slice(&now), buf_slice(&a->order.aim));
    buf_clear(&now);
    return is_same || err_set(err, ERR_USAGE, "Not done: that call has changed meanwhile. Look again, and give it again.");
}

/* Once a user. */
static bool must_tell(const struct app *a, enum command_id id)
{
    return plan_notice(id) != NULL && !a->order.was_told && (a->is_closed || !told_is(command_table[id].name));
}

static void note_told(struct app *a, enum command_id id)
{
    a->order.was_told = true;
    if (!a->is_closed && (a->view.settings == NULL || !a->view.settings->is_demo)) /* with --role no file is written */
        told_keep(command_table[id].name);
}

static unsigned give_asked(struct app *a)
{
    struct err err = ERR_INIT;
    struct slice lines = buf_slice(&a->order.lines);
    bool ok = is_allowed(a, &err) && is_as_shown(a, &err) &&
              (a->order.way == HANDS_PLAIN ? hands_give(a->hands, lines, &err) : hands_give_back(a->hands, a->order.way, a->order.of, lines, &err));
    if (ok && a->order.told != COMMAND_OPEN)
        note_told(a, a->order.told);
    return ok ? (unsigned)APP_PAINT : app_refused(a, slice_of(err.text));
}

/* must_ask: a key gave it, and no line was seen before. */
static bool run(struct app *a, const struct command *c, bool must_ask, struct err *err)
{
    struct buf lines = BUF_INIT(LINES_MAX);
    bool ok = is_allowed(a, err) && write_lines(a, c, &lines, err);
    size_t count = hands_world_count(buf_slice(&lines));
    bool tells = ok && must_tell(a, c->id);
    if (ok && (must_ask || tells || count > 1 || hands_is_many(c) || plan_is_harmful(c->id)))
        (void)ask(a, &(struct question){ .title = count > 1 ? "Shall all of this be done?" : "Shall this be done?", .told = tells ? c->id : COMMAND_OPEN }, buf_slice(&lines));
    else if (ok)
        ok = hands_give(a->hands, buf_slice(&lines), err);
    buf_clear(&lines);
    return ok;
}

bool app_hands_run(struct app *a, const struct command *c, struct err *err)
{
    app_after_note(a, slice_trim(prompt_text(a->prompt)), true);
    return run(a, c, false, err);
}

/* ---- keys ---- */

static unsigned run_line(struct app *a, struct slice line, bool must_ask)
{
    struct command c;
    struct command_fault fault;
    app_after_note(a, line, false);
    bool ok = command_parse(line, COMMAND_CONSOLE, &c, &fault) && run(a, &c, must_ask, &fault.err);
    command_clear(&c);
    return ok ? (unsigned)APP_PAINT : app_refused(a, slice_of(fault.err.text));
}

/* One keystroke, and no question. Another's call is broken into with one; the own ear changes as fast as a key of the phone. */
static bool is_at_once(const struct app *a, enum command_id id)
{
    return hands_key_is_at_once(id) || (ears_is_order(id) && own_ear(a) != NULL);
}

/* What the row says is in the line; what it does not say is asked for there. */
static unsigned begin(struct app *a, enum command_id id, const struct hands_subject *s, bool is_many)
{
    struct buf line = BUF_INIT(COMMAND_LINE_MAX), why = BUF_INIT(SENTENCE_MAX);
    enum hands_fill fill = hands_fill(id, s, is_many, &line);
    unsigned effects = APP_PAINT;
    if (fill == HANDS_FILL_NONE) {
        (void)buf_addf(&why, "Nothing here is %s: select one", hands_wants(id));
        effects = app_notice(a, buf_slice(&why), false);
    } else if (!hands_world_may(world(a), whole(a), s->pbx, id, &why)) {
        effects = app_notice(a, buf_slice(&why), true);
    } else if (fill == HANDS_FILL_WHOLE && (is_at_once(a, id) || !hands_has_more(id, s))) {
        effects = run_line(a, buf_slice(&line), !is_at_once(a, id));
    } else {
        size_t gap = hands_gap(buf_slice(&line));
        if (gap == 0)
            (void)buf_add_char(&line, ' ');
        app_line_open(a, buf_slice(&line), gap);
    }
    buf_clear(&line);
    buf_clear(&why);
    return effects;
}

static unsigned take_back(struct app *a, enum hands_way way)
{
    struct buf lines = BUF_INIT(LINES_MAX), what = BUF_INIT(SENTENCE_MAX), title = BUF_INIT(SENTENCE_MAX);
    int64_t of = hands_back(a->hands, way, whole(a), &lines, &what);
    unsigned effects;
    if (of == 0 && what.len == 0) {
        effects = app_notice(a, way == HANDS_REDO ? SLICE("Nothing was taken back that could be done again.") : SLICE("There is no order of yours to be taken back."), false);
    } else if (of == 0 || lines.len == 0) {
        (void)buf_addf(&title, "nothing takes this back: %.300s", buf_slice(&what).p);
        effects = app_notice(a, buf_slice(&title), false);
    } else {
        (void)buf_addf(&title, "Take back: %.400s", buf_slice(&what).p);
        effects = ask(a, &(struct question){ .title = title.data, .way = way, .of = of }, buf_slice(&lines));
    }
    buf_clear(&lines);
    buf_clear(&what);
    buf_clear(&title);
    return effects;
}

/* In the list of orders the selected one. NULL: the list is another one, or empty. */
static const struct fact_order *order_here(struct app *a)
{
    const struct pane *pane = deck_focus(a->deck);
    bool is_list = pane->row->table.kind == FACT_ORDER;
    return is_list ? (const void *)store_get(whole(a), FACT_ORDER, pane->table != NULL ? table_selected(pane->table) : pane->subject) : NULL;
}

static unsigned take_back_one(struct app *a, const struct fact_order *o)
{
    struct buf title = BUF_INIT(SENTENCE_MAX);
    bool can = o->undo != NULL && o->undo[0] != '\0';
    (void)buf_addf(&title, "%s%.400s", can ? "Take back: " : "nothing takes this back: ", o->what != NULL ? o->what : o->line);
    unsigned effects = can ? ask(a, &(struct question){ .title = buf_slice(&title).p, .way = HANDS_UNDO, .of = hands_number(a->hands, o) }, slice_of(o->undo))
                           : app_notice(a, buf_slice(&title), false);
    buf_clear(&title);
    return effects;
}

/* Where no row says which PBX, the only one. */
bool app_hands_may(void *app, enum command_id id, struct buf *why)
{
    struct app *a = app;
    struct hands_subject here;
    struct err err = ERR_INIT;
    bool is_many;
    size_t at = 0;
    if (!is_allowed(a, &err))
        return buf_add(why, slice_of(err.text)) && false;
    subject_here(a, &here, &is_many);
    const struct fact *only = here.pbx == 0 && store_count(whole(a), FACT_PBX) == 1 ? store_each(whole(a), FACT_PBX, &at) : NULL;
    bool may = hands_world_may(world(a), whole(a), only != NULL ? only->id : here.pbx, id, why);
    hands_subject_clear(&here);
    return may;
}

unsigned app_hands_can(struct app *a)
{
    struct hands_subject here;
    struct err err = ERR_INIT;
    bool is_many;
    if (!is_allowed(a, &err))
        return 0;
    subject_here(a, &here, &is_many);
    bool is_agent = here.word[COMMAND_ARG_AGENT] != NULL;
    unsigned can = is_agent ? here.is_paused ? CAN_UNPAUSE : CAN_PAUSE : 0;
    for (size_t i = 0; i < COMMAND_ARG_COUNT; i++)
        can |= here.word[i] != NULL && i != COMMAND_ARG_QUEUE ? CAN_ORDER : 0;
    hands_subject_clear(&here);
    return can | (hands_can_back(a->hands, HANDS_UNDO, whole(a)) ? CAN_UNDO : 0);
}

/* ---- the menu ---- */

static void add_order(struct app *a, struct overlay *o, enum command_id id)
{
    const struct hands_subject *s = &a->order.subject;
    struct buf line = BUF_INIT(COMMAND_LINE_MAX), key = BUF_INIT(64), text = BUF_INIT(SENTENCE_MAX * 2);
    enum hands_fill fill = hands_fill(id, s, a->order.is_many, &line);
    bool can = hands_world_may(world(a), whole(a), s->pbx, id, &text);
    if (can && fill == HANDS_FILL_WHOLE && !a->order.is_many && (is_at_once(a, id) || !hands_has_more(id, s)))
        can = hands_world_plan(world(a), whole(a), buf_slice(&line), &text) == HANDS_MAY;
    if (can) {
        struct slice rest, help = slice_cut(slice_of(command_table[id].help), ';', &rest); /* its options are the manual's */
        buf_reset(&text);
        (void)buf_addf(&text, "%.*s%s", SLICE_FMT(help), fill == HANDS_FILL_PART ? " ..." : "");
    }
    if (hands_key_of(id) != ACTION_NONE)
        (void)keymap_key_in(a->keys, SECTION_TABLE, hands_key_of(id), &key);
    if (fill != HANDS_FILL_NONE)
        overlay_add(o, slice_of(command_table[id].name), can ? ROLE_NAME : ROLE_DIM, (struct page_value){ key.len > 0 ? key.data : "", ROLE_KEY }, text.len > 0 ? text.data : "",
                    1 + (uint64_t)id);
    buf_clear(&line);
    buf_clear(&key);
    buf_clear(&text);
}

static void add_title(struct app *a, struct buf *title)
{
    uint64_t id[TAGGED_MAX];
    const char *about = a->order.subject.about;
    size_t tagged = tagged_of(a, id);
    if (a->order.is_many && tagged > 0) {
        (void)buf_addf(title, "Orders: all %zu tagged rows", tagged);
    } else if (a->order.is_many) {
        bool is_many;
        size_t count = subjects_of(a, id, &is_many);
        const struct fact_agent *agent = (const void *)store_get(whole(a), FACT_AGENT, id[0]);
        (void)buf_addf(title, "Orders: %.120s on %zu PBXs", agent != NULL && agent->name != NULL ? agent->name : agent != NULL ? agent->interface : "", count);
    } else {
        (void)buf_addf(title, "Orders: %.400s", about != NULL ? about : "nobody");
    }
}

static void add_orders(struct app *a, struct overlay *o)
{
    bool is_call = deck_focus(a->deck)->row->table.kind == FACT_CALL; /* then what is about the call comes first */
    for (int pass = 0; pass < 2; pass++) {
        enum command_id id;
        for (size_t i = 0; (id = hands_menu(i)) != COMMAND_COUNT; i++) {
            if ((pass == 0) == (!is_call || hands_is_of_call(id)))
                add_order(a, o, id);
        }
    }
}

static unsigned open_menu(struct app *a)
{
    struct buf title = BUF_INIT(SENTENCE_MAX);
    hands_subject_clear(&a->order.subject);
    subject_here(a, &a->order.subject, &a->order.is_many);
    add_title(a, &title);
    struct overlay *o = overlay_orders(title.data);
    add_orders(a, o);
    buf_clear(&title);
    if (overlay_chosen(o) == 0) {
        overlay_free(o);
        return app_notice(a, SLICE("Select an agent, a caller or a call: orders are about them."), false);
    }
    a->overlay = o;
    return APP_PAINT;
}

/* Whom the menu was opened for: the row under the cursor may be another by now. */
static unsigned begin_from_menu(struct app *a, enum command_id id)
{
    (void)app_close_overlay(a);
    return begin(a, id, &a->order.subject, a->order.is_many);
}

unsigned app_hands_over(struct app *a, enum overlay_news news)
{
    if (news == OVERLAY_ORDER)
        return begin_from_menu(a, (enum command_id)(overlay_chosen(a->overlay) - 1));
    (void)app_close_overlay(a);
    return give_asked(a);
}

/* The row; but who listens goes on with that call, wherever the cursor is: his phone cannot be in another one. */
static void subject_of_key(struct app *a, enum action action, struct hands_subject *out, bool *is_many)
{
    enum command_id id;
    const struct fact_spy *s = hands_key(action, out, &id) && ears_is_order(id) ? own_ear(a) : NULL;
    if (s != NULL)
        ears_subject(whole(a), s, out);
    else
        subject_here(a, out, is_many);
}

bool app_hands_act(struct app *a, enum action action, unsigned *effects)
{
    struct hands_subject here = { 0 };
    struct err err = ERR_INIT;
    enum command_id id;
    bool is_menu = a->overlay != NULL, is_many = false;
    bool is_back = action == ACTION_ORDER_UNDO || action == ACTION_ORDER_REDO;
    if (!is_back && action != ACTION_ORDER_MENU && !hands_key(action, &here, &id))
        return false;
    if (is_menu && hands_key(action, &a->order.subject, &id)) {
        *effects = begin_from_menu(a, id);
    } else if (!is_allowed(a, &err)) {
        *effects = app_notice(a, slice_of(err.text), false);
    } else if (action != ACTION_ORDER_REDO && (is_back || action == ACTION_ORDER_MENU) && order_here(a) != NULL) {
        *effects = take_back_one(a, order_here(a));
    } else if (is_back) {
        *effects = take_back(a, action == ACTION_ORDER_REDO ? HANDS_REDO : HANDS_UNDO);
    } else if (action == ACTION_ORDER_MENU) {
        *effects = open_menu(a);
    } else {
        subject_of_key(a, action, &here, &is_many);
        (void)hands_key(action, &here, &id);
        *effects = begin(a, id, &here, is_many);
    }
    hands_subject_clear(&here);
    return true;
}
