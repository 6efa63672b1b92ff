/* SPDX-License-Identifier: MIT */
/* wall_layout: turns a layout file into pages: every group is one, in the order of the file; what stands outside of groups
 * holds for all of them. Owns the texts. Draws nothing, and does not ask whether a queue exists: it may come later. */
#include "tui/wall/wall_layout.h"

#include "core/base/mem.h"
#include "core/base/near.h"
#include "core/config/settings.h"
#include "tui/embed.h"

enum { PAGES_MAX = 64, QUEUES_MAX = 1000, SECONDS_MAX = 86400 };

static const char *const kind_names[] = { [WALL_NUMBERS] = "numbers", [WALL_QUEUES] = "queues", [WALL_AGENTS] = "agents", [WALL_CALLERS] = "callers" };
_Static_assert(sizeof kind_names / sizeof kind_names[0] == WALL_KIND_COUNT, "a kind of page without a name");

const struct wall_number_row wall_number_table[] = {
    [WALL_WAITING] = { "waiting", "waiting", NULL, "callers who wait" },
    [WALL_LONGEST] = { "longest", "longest wait", "longest", "how long the caller who waits longest has waited" },
    [WALL_FREE] = { "free", "free", NULL, "agents who can take a call now" },
    [WALL_TALKING] = { "talking", "talking", NULL, "agents who talk with a caller of a queue" },
    [WALL_PAUSED] = { "paused", "paused", NULL, "agents who are paused" },
    [WALL_SERVICE_LEVEL] = { "service_level", "service level", "service", "share of the calls answered within the service level of the queue" },
    [WALL_ANSWERED] = { "answered", "answered", "taken", "calls answered today" },
    [WALL_ABANDONED] = { "abandoned", "abandoned", "hung up", "callers who hung up today, those at once among them" },
    [WALL_OFFERED] = { "offered", "offered", NULL, "calls that came today" },
    [WALL_MEMBERS] = { "agents", "agents", NULL, "all agents" },
    [WALL_RINGING] = { "ringing", "ringing", NULL, "agents whose telephone rings" },
    [WALL_ON_HOLD] = { "on_hold", "on hold", NULL, "agents who hold a caller" },
    [WALL_OTHER_CALL] = { "other_call", "other call", "other", "agents in a call that no queue gave" },
    [WALL_WRAPUP] = { "wrapup", "wrap-up", NULL, "agents who rest after a call" },
    [WALL_AWAY] = { "away", "away", NULL, "agents whose telephone is not reachable, does not exist or says nothing" },
    [WALL_ASA] = { "asa", "mean wait", "wait", "mean wait of the calls answered today" },
    [WALL_AHT] = { "aht", "mean handling", "handling", "mean talk and wrap-up of the calls handled today" },
    [WALL_ABANDONMENT] = { "abandonment", "abandonment", "given up", "share of the calls that were abandoned" },
};
_Static_assert(sizeof wall_number_table / sizeof wall_number_table[0] == WALL_NUMBER_COUNT, "a number without a name");

struct words { /* for near_name */
    const char *const *at;
    size_t count;
};

static const char *word_at(size_t i, const void *context)
{
    const struct words *w = context;
    return i < w->count ? w->at[i] : NULL;
}

/* The place of a word in a list; false: *err says which would have been near. */
static bool find_word(struct words w, const char *what, const char *typed, size_t *out, struct err *err)
{
    for (*out = 0; *out < w.count; (*out)++) {
        if (strcmp(w.at[*out], typed) == 0)
            return true;
    }
    const char *near = near_name(slice_of(typed), word_at, &w);
    return err_set(err, ERR_CONFIG, "no %s is called '%s'%s%s%s", what, typed, near != NULL ? "; did you mean '" : "", near != NULL ? near : "",
                   near != NULL ? "'?" : "");
}

static bool read_seconds(const struct settings_entry *e, int64_t least, int64_t *out, struct err *err)
{
    return slice_int(slice_of(e->value), least, SECONDS_MAX, out)
           || err_set(err, ERR_CONFIG, "'%s' wants whole seconds, from %lld to %d, not '%s'", e->name, (long long)least, SECONDS_MAX, e->value);
}

static bool read_truth(const struct settings_entry *e, bool *out, struct err *err)
{
    *out = strcmp(e->value, "true") == 0;
    return *out || strcmp(e->value, "false") == 0 || err_set(err, ERR_CONFIG, "'%s' is true or false, not '%s'", e->name, e->value);
}

static bool read_queue(struct wall_page *p, const struct settings_entry *e, struct err *err)
{
    if (*e->value == '\0')
        return err_set(err, ERR_CONFIG, "'queues' names none; leave it out for all of them");
    const char *star = strchr(e->value, '*');
    if (star != NULL && star[1] != '\0' && star[1] != '@')
        return err_set(err, ERR_CONFIG, "'%s': the * stands at the end of a queue's name, for whatever follows", e->value);
    if (p->queue_count == QUEUES_MAX)
        return err_set(err, ERR_CONFIG, "more than %d queues are named; \"HEAD*\" stands for many", QUEUES_MAX);
    p->queue = mem_resize(p->queue, p->queue_count + 1, sizeof *p->queue);
    p->queue[p->queue_count++] = mem_strdup(e->value);
    return true;
}

static bool read_number(struct wall_page *p, const struct settings_entry *e, struct err *err)
{
    const char *names[WALL_NUMBER_COUNT];
    size_t at;
    for (at = 0; at < WALL_NUMBER_COUNT; at++)
        names[at] = wall_number_table[at].name;
    if (!find_word((struct words){ names, WALL_NUMBER_COUNT }, "number", e->value, &at, err))
        return false;
    for (size_t i = 0; i < p->number_count; i++) {
        if (p->number[i] == (enum wall_number)at)
            return err_set(err, ERR_CONFIG, "the number '%s' stands here twice", e->value);
    }
    p->number[p->number_count++] = (enum wall_number)at;
    return true;
}

static bool read_kind(struct wall_page *p, const struct settings_entry *e, struct err *err)
{
    size_t at;
    if (!find_word((struct words){ kind_names, WALL_KIND_COUNT }, "kind of page", e->value, &at, err))
        return false;
    p->kind = (enum wall_kind)at;
    p->is_kind_said = true;
    return true;
}

static bool read_page_entry(struct wall_page *p, const struct settings_entry *e, struct err *err)
{
    static const char *const names[] = { "kind", "title", "queues", "numbers", "seconds", "discreet", "stays" };
    size_t at;
    if (!find_word((struct words){ names, sizeof names / sizeof names[0] }, "setting of a page", e->name, &at, err))
        return false;
    switch (at) {
    case 0: return read_kind(p, e, err);
    case 1: (void)mem_assign(&p->title, slice_of(e->value)); return true;
    case 2: return read_queue(p, e, err);
    case 3: return read_number(p, e, err);
    case 4: return read_seconds(e, 1, &p->seconds, err);
    case 5: return read_truth(e, &p->is_discreet, err);
    default: p->is_stays_said = true; return read_truth(e, &p->stays, err);
    }
}

static bool read_top_entry(struct wall_layout *l, const struct settings_entry *e, struct err *err)
{
    static const char *const names[] = { "seconds", "shift", "stays" };
    size_t at;
    if (!find_word((struct words){ names, sizeof names / sizeof names[0] }, "setting of the wall", e->name, &at, err))
        return false;
    return at == 0 ? read_seconds(e, 1, &l->seconds, err) : at == 1 ? read_seconds(e, 0, &l->shift_s, err) : read_truth(e, &l->stays, err);
}

static bool read_entry(void *context, const struct settings_entry *e, struct err *err)
{
    struct wall_layout *l = context;
    if (*e->section == '\0')
        return read_top_entry(l, e, err);
    if (strchr(e->section, '.') != NULL)
        return err_set(err, ERR_CONFIG, "'%s' is a group in a group; a page holds plain settings", e->section);
    struct wall_page *last = l->page_count > 0 ? &l->page[l->page_count - 1] : NULL;
    if (last == NULL || strcmp(last->name, e->section) != 0) {
        if (l->page_count == PAGES_MAX)
            return err_set(err, ERR_CONFIG, "more than %d pages", PAGES_MAX);
        l->page = mem_resize(l->page, l->page_count + 1, sizeof *l->page);
        last = &l->page[l->page_count++];
        *last = (struct wall_page){ .name = mem_strdup(e->section), .line = e->line };
    }
    return read_page_entry(last, e, err);
}

/* What only the whole page can tell. */
static bool finish_page(const struct wall_layout *l, struct wall_page *p, struct err *err)
{
    if (!p->is_kind_said)
        return err_set(err, ERR_CONFIG, "page '%s' does not say its kind: kind = \"numbers\", \"queues\", \"agents\" or \"callers\"", p->name);
    if (p->number_count > 0 && p->kind != WALL_NUMBERS)
        return err_set(err, ERR_CONFIG, "page '%s' is of kind '%s', which has no 'numbers'", p->name, kind_names[p->kind]);
    if (p->is_discreet && p->kind != WALL_CALLERS)
        return err_set(err, ERR_CONFIG, "page '%s' is of kind '%s'; 'discreet' is for callers", p->name, kind_names[p->kind]);
    for (size_t i = 0; p->number_count == 0 && i < WALL_NUMBERS_DEFAULT; i++)
        p->number[i] = (enum wall_number)i;
    p->number_count = p->number_count == 0 ? WALL_NUMBERS_DEFAULT : p->number_count;
    p->stays = p->is_stays_said ? p->stays : l->stays;
    p->seconds = p->seconds == 0 ? l->seconds : p->seconds;
    return true;
}

static bool read_layout(struct wall_layout *l, const char *path, struct slice text, struct err *err)
{
    bool ok = settings_each(path, text, read_entry, l, err);
    if (ok && l->page_count == 0)
        ok = err_set(err, ERR_CONFIG, "%s: there is no page; a page is a group: NAME : { kind = \"numbers\"; }", path);
    for (size_t i = 0; ok && i < l->page_count; i++)
        ok = finish_page(l, &l->page[i], err) || err_prefix(err, "%s:%d", path, l->page[i].line);
    return ok || err_prefix(err, "cannot read the wall's layout");
}

static bool load(struct wall_layout *l, const char *name, struct err *err)
{
    if (name != NULL && strchr(name, '/') != NULL)
        return read_layout(l, name, (struct slice){ NULL, 0 }, err);
    const struct embed_row *shipped = name == NULL ? &embed_walls[0] : embed_find(embed_walls, slice_of(name));
    if (shipped == NULL) {
        const char *near = near_name(slice_of(name), embed_name_at, embed_walls);
        return err_set(err, ERR_CONFIG, "no layout of the wall is called '%s'%s%s%s; a file of your own is named by its path, with a '/'", name,
                       near != NULL ? " (did you mean '" : "", near != NULL ? near : "", near != NULL ? "'?)" : "");
    }
    return read_layout(l, shipped->path, embed_text(shipped), err);
}

struct wall_layout *wall_layout_load(const char *name, struct err *err)
{
    struct wall_layout *l = mem_alloc(sizeof *l);
    l->stays = true;
    l->shift_s = 180;
    if (load(l, name, err))
        return l;
    wall_layout_free(l);
    return NULL;
}

void wall_layout_free(struct wall_layout *l)
{
    for (size_t i = 0; l != NULL && i < l->page_count; i++) {
        struct wall_page *p = &l->page[i];
        for (size_t k = 0; k < p->queue_count; k++)
            mem_free(p->queue[k]);
        mem_free(p->queue);
        mem_free(p->name);
        mem_free(p->title);
    }
    if (l != NULL)
        mem_free(l->page);
    mem_free(l);
}

static bool matches(struct slice pattern, struct slice queue, struct slice pbx)
{
    struct slice at, name = slice_cut(pattern, '@', &at);
    if (slice_eq_nocase(pattern, queue))
        return true; /* a queue whose own name has an '@' */
    if (at.p != NULL && !slice_eq_nocase(at, pbx))
        return false;
    if (at.p != NULL && name.n == 0)
        return true; /* "@geneva": all of its queues */
    bool is_head = name.n > 0 && name.p[name.n - 1] == '*';
    if (!is_head)
        return slice_eq_nocase(name, queue);
    name.n--;
    return queue.n >= name.n && slice_eq_nocase((struct slice){ queue.p, name.n }, name);
}

bool wall_page_has(const struct wall_page *p, struct slice queue, struct slice pbx)
{
    bool has = p->queue_count == 0;
    for (size_t i = 0; !has && i < p->queue_count; i++)
        has = matches(slice_of(p->queue[i]), queue, pbx);
    return has;
}
