/* SPDX-License-Identifier: MIT */
/* preview: a deck of its own over a joint of its own. Where the settings leave facts out, what remains is copied into a store by the
 * rules of the keeper (core/keeper/scope.h), so that the preview shows what the keeper would tell. Owns all of it, and the settings.
 */
#include "tui/preview.h"

#include "core/base/mem.h"
#include "core/keeper/scope.h"
#include "tui/alarms.h"
#include "tui/choice.h"
#include "tui/deck.h"

struct preview {
    struct settings settings;
    const struct view *now;
    struct view view;
    const struct store *whole; /* of the console */
    struct store *left;        /* what remains of it; NULL: all */
    struct scope *scope;       /* NULL: they name none */
    struct joint *joint;
    struct deck *deck;
    struct alert_rules *alerts;
    struct alarms *alarms;
};

/* Of the PBXs followed now, the settings may name fewer. */
static bool has_pbx(const struct preview *p, enum fact_kind kind, const struct fact *f)
{
    const struct view all = { .store = p->whole };
    const struct fact_pbx *pbx = view_pbx(&all, kind, f);
    const struct settings *s = &p->settings, *was = p->now->settings;
    bool has = s->pbx_count == 0 || pbx == NULL || pbx->name == NULL || was == NULL || was->is_demo;
    for (size_t i = 0; i < s->pbx_count && !has; i++)
        has = s->pbx[i].name != NULL && strcmp(s->pbx[i].name, pbx->name) == 0;
    return has;
}

static void shown_changed(void *context, enum fact_kind kind, uint64_t id, const struct fact *f)
{
    struct preview *p = context;
    if (p->deck != NULL)
        (void)deck_changed(p->deck, kind, id, f);
}

/* What remains of a fact, told to whoever shows it. */
static void leave(struct preview *p, enum fact_kind kind, uint64_t id, const struct fact *f)
{
    union fact_any copy = { .head = { 0 } };
    if (f != NULL) {
        fact_copy(kind, &copy.head, f);
        if (store_put(p->left, kind, &copy.head) && p->joint != NULL)
            joint_changed(p->joint, kind, id, store_get(p->left, kind, id), shown_changed, p);
    } else if (store_get(p->left, kind, id) != NULL) {
        if (p->joint != NULL)
            joint_changed(p->joint, kind, id, NULL, shown_changed, p);
        (void)store_drop(p->left, kind, id);
    }
}

static const struct fact *get(void *context, enum fact_kind kind, uint64_t id)
{
    const struct preview *p = context;
    return store_get(p->whole, kind, id);
}

static void tell(void *context, enum fact_kind kind, uint64_t id, bool is_gone)
{
    struct preview *p = context;
    const struct fact *f = is_gone ? NULL : store_get(p->whole, kind, id);
    leave(p, kind, id, f != NULL && has_pbx(p, kind, f) ? scope_view(p->scope, kind, f) : NULL);
}

static void enter(struct preview *p, enum fact_kind kind, uint64_t id, const struct fact *f)
{
    if (p->scope != NULL)
        scope_changed(p->scope, kind, id, f == NULL);
    else
        leave(p, kind, id, f != NULL && has_pbx(p, kind, f) ? f : NULL);
}

static bool has_all_pbx(const struct preview *p)
{
    const struct fact *f;
    for (size_t at = 0; (f = store_each(p->whole, FACT_PBX, &at)) != NULL;) {
        if (!has_pbx(p, FACT_PBX, f))
            return false;
    }
    return true;
}

static void take_what_remains(struct preview *p)
{
    static const enum fact_kind order[] = { FACT_PBX, FACT_QUEUE, FACT_AGENT, FACT_MEMBER, FACT_CALLER, FACT_CALL, FACT_SPY, FACT_LINE, FACT_ENDPOINT, FACT_ORDER };
    _Static_assert(sizeof order / sizeof order[0] == FACT_COUNT, "a kind of fact that is never shown");
    const struct settings *s = &p->settings;
    const struct fact *f;
    bool has_rules = s->queues != NULL || s->only_agents != NULL || s->only_teams != NULL;
    if (!has_rules && has_all_pbx(p))
        return;
    p->left = store_new();
    if (has_rules)
        p->scope = scope_new(&(struct scope_rules){ .sight = { { .queues = s->queues, .agents = s->only_agents, .teams = s->only_teams } } }, &(struct scope_hooks){ get, tell, p });
    for (size_t i = 0; i < FACT_COUNT; i++) {
        for (size_t at = 0; (f = store_each(p->whole, order[i], &at)) != NULL;)
            enter(p, order[i], f->id, f);
    }
}

struct preview *preview_new(const struct settings *s, const struct view *now, struct err *err)
{
    struct preview *p = mem_alloc(sizeof *p);
    p->settings = *s;
    p->now = now;
    p->whole = view_whole(now);
    p->alerts = choice_check(&p->settings, err) ? alert_rules_new(&p->settings, err) : NULL;
    if (p->alerts == NULL) {
        preview_free(p);
        return NULL;
    }
    take_what_remains(p);
    p->joint = joint_new(p->left != NULL ? p->left : p->whole);
    joint_show(p->joint, slice_of(p->settings.only_pbx), p->settings.is_merged);
    p->alarms = alarms_new();
    p->view = *now;
    p->view.settings = &p->settings;
    p->view.alerts = p->alerts;
    p->view.joint = p->joint;
    p->view.store = joint_store(p->joint);
    p->view.alarms = p->alarms;
    p->deck = deck_new(&p->view);
    choice_apply(p->deck, &p->settings);
    return p;
}

void preview_free(struct preview *p)
{
    if (p == NULL)
        return;
    deck_free(p->deck);
    joint_free(p->joint);
    scope_free(p->scope);
    store_free(p->left);
    alert_rules_free(p->alerts);
    alarms_free(p->alarms);
    settings_clear(&p->settings);
    mem_free(p);
}

void preview_changed(struct preview *p, enum fact_kind kind, uint64_t id, const struct fact *f)
{
    if (p->left != NULL)
        enter(p, kind, id, f);
    else
        joint_changed(p->joint, kind, id, f, shown_changed, p);
}

void preview_draw(struct preview *p, struct canvas *c, struct area a)
{
    bool is_new_beat = p->view.beat_ms != p->now->beat_ms || p->view.wall_ms != p->now->wall_ms;
    p->view.beat_ms = p->now->beat_ms;
    p->view.wall_ms = p->now->wall_ms;
    p->view.has_many_pbx = store_count(p->view.store, FACT_PBX) > 1;
    p->view.has_teams = p->now->has_teams || view_has_teams(&p->view);
    if (is_new_beat || alarms_count(p->alarms, ALERT_WARN) == 0)
        alarms_beat(p->alarms, &p->view);
    deck_draw(p->deck, c, a);
}
