/* SPDX-License-Identifier: MIT */
/* keymap: a list of bindings (section, chord, action), filled from files. Within one section the last binding of a
 * chord counts: it takes the chord away from whoever had it. Knows no terminal. */
#include "tui/keys/keymap.h"


#include "core/base/mem.h"
#include "core/base/near.h"
#include "core/config/path.h"
#include "core/config/settings.h"
#include "tui/embed.h"

struct place { /* in a file */
    const char *path; /* one of keymap.path */
    int line;
};

struct binding {
    enum section section;
    enum action action;
    struct chord chord;
    struct place place;
};

enum { FILES_MAX = 4, NOTES_MAX = 64 * 1024 };

struct keymap {
    struct binding *at;
    size_t count, cap;
    char *path[FILES_MAX]; /* of the files it was read from */
    size_t path_count;
    struct place lost[ACTION_COUNT];  /* where an action lost a key last */
    enum action taker[ACTION_COUNT];  /* to whom; NONE: to nobody */
    struct buf conflicts;             /* lines */
};

static bool chord_parse(struct slice text, struct chord *out, struct err *err)
{
    *out = (struct chord){ 0 };
    for (struct slice rest = text; rest.p != NULL;) {
        struct slice word = slice_trim(slice_cut(rest, ' ', &rest));
        if (word.n == 0)
            continue;
        if (out->count == CHORD_MAX)
            return err_set(err, ERR_CONFIG, "'%.*s' is more than %d keys", SLICE_FMT(text), CHORD_MAX);
        if (!key_parse(word, &out->key[out->count]))
            return err_set(err, ERR_CONFIG, "no key is called '%.*s'; keys are written as in keymaps/default.conf: x, C-x, F5, PgDn", SLICE_FMT(word));
        out->count++;
    }
    return true;
}

/* Does `whole` begin with `head`? */
static bool chord_begins(const struct chord *whole, const struct chord *head)
{
    if (whole->count < head->count)
        return false;
    for (uint32_t i = 0; i < head->count; i++) {
        if (!key_eq(whole->key[i], head->key[i]))
            return false;
    }
    return true;
}

static void drop_where(struct keymap *m, enum section section, enum action action, const struct chord *chord)
{
    size_t kept = 0;
    for (size_t i = 0; i < m->count; i++) {
        const struct binding *b = &m->at[i];
        bool goes = b->section == section && (chord == NULL ? b->action == action
                                                            : chord_begins(&b->chord, chord) || chord_begins(chord, &b->chord));
        if (!goes)
            m->at[kept++] = *b;
    }
    m->count = kept;
}

static void add_chord(const struct chord *c, struct buf *out)
{
    for (uint32_t k = 0; k < c->count; k++) {
        if (k > 0)
            (void)buf_add_char(out, ' ');
        key_print(c->key[k], out);
    }
}

/* Two of one file want the same key: an oversight. A file that changes what another says is not. */
static void note_conflict(struct keymap *m, const struct binding *old, const struct binding *new)
{
    struct buf was = BUF_INIT(256), is = BUF_INIT(256);
    add_chord(&old->chord, &was);
    add_chord(&new->chord, &is);
    (void)buf_addf(&m->conflicts, "%s:%d: '%s' of '%s' takes '%s' away from '%s', which has it from line %d\n", new->place.path, new->place.line, buf_slice(&is).p,
                   action_table[new->action].name, buf_slice(&was).p, action_table[old->action].name, old->place.line);
    buf_clear(&was);
    buf_clear(&is);
}

/* Whoever has the keys of `new`, or keys that begin with them, or that they begin with, loses them. */
static void take_keys(struct keymap *m, const struct binding *new)
{
    for (size_t i = 0; i < m->count; i++) {
        const struct binding *b = &m->at[i];
        if (b->section != new->section || (!chord_begins(&b->chord, &new->chord) && !chord_begins(&new->chord, &b->chord)))
            continue;
        if (b->place.path == new->place.path && b->action != new->action)
            note_conflict(m, b, new);
        m->lost[b->action] = new->place;
        m->taker[b->action] = new->action;
    }
    drop_where(m, new->section, new->action, &new->chord);
}

static void bind(struct keymap *m, const struct binding *new)
{
    take_keys(m, new);
    if (m->count == m->cap) {
        m->cap = m->cap > 0 ? m->cap * 2 : 64;
        m->at = mem_resize(m->at, m->cap, sizeof *m->at);
    }
    m->at[m->count++] = *new;
}

static const char *section_name_at(size_t i, const void *context)
{
    (void)context;
    return i < SECTION_COUNT ? section_table[i].name : NULL;
}

static const char *action_name_at(size_t i, const void *context)
{
    (void)context;
    return i + 1 < ACTION_COUNT ? action_table[i + 1].name : NULL;
}

static bool section_named(struct slice name, enum section *out)
{
    for (size_t i = 0; i < SECTION_COUNT; i++) {
        if (slice_eq(name, slice_of(section_table[i].name))) {
            *out = (enum section)i;
            return true;
        }
    }
    return false;
}

static bool unknown(struct err *err, const char *what, const char *name, const char *near)
{
    return err_set(err, ERR_CONFIG, "no %s is called '%s'%s%s%s", what, name, near != NULL ? "; did you mean '" : "", near != NULL ? near : "",
                   near != NULL ? "'?" : "");
}

struct reading {
    struct keymap *map;
    const char *path;
    bool is_base; /* another file may be named as the base still */
    enum section section;
    enum action action; /* of the entry before: further entries of one array add to it */
};

static bool read_named(struct keymap *m, const char *name, bool may_be_file, struct err *err);

static bool read_entry(void *context, const struct settings_entry *e, struct err *err)
{
    struct reading *r = context;
    enum section section;
    enum action action;
    struct binding new = { .place = { r->path, e->line } };
    if (r->is_base && (e->section == NULL || e->section[0] == '\0') && strcmp(e->name, "base") == 0) {
        r->is_base = false;
        return read_named(r->map, e->value, false, err);
    }
    r->is_base = false;
    if (e->section == NULL || !section_named(slice_of(e->section), &section))
        return unknown(err, "section of keys", e->section != NULL ? e->section : "", near_name(slice_of(e->section), section_name_at, NULL));
    if (!action_named(slice_of(e->name), &action))
        return unknown(err, "action", e->name, near_name(slice_of(e->name), action_name_at, NULL));
    if (!chord_parse(slice_of(e->value), &new.chord, err))
        return err_prefix(err, "the keys of '%s'", e->name);
    if (action != r->action || section != r->section)
        drop_where(r->map, section, action, NULL);
    r->section = section;
    r->action = action;
    new.section = section;
    new.action = action;
    if (new.chord.count > 0) {
        bind(r->map, &new);
    } else {
        r->map->lost[action] = new.place;
        r->map->taker[action] = ACTION_NONE;
    }
    return true;
}

static bool read_keymap(struct keymap *m, const char *path, struct slice text, struct err *err)
{
    if (m->path_count == FILES_MAX)
        return err_set(err, ERR_CONFIG, "'%s' is one keymap too many, each with another as its base", path);
    struct reading r = { .map = m, .action = ACTION_NONE, .is_base = text.p == NULL };
    r.path = m->path[m->path_count++] = mem_strdup(path);
    return settings_each(path, text, read_entry, &r, err) || err_prefix(err, "cannot read the keymap");
}

/* Over what is there. */
static bool read_named(struct keymap *m, const char *name, bool may_be_file, struct err *err)
{
    if (name == NULL || strcmp(name, embed_keymaps[0].name) == 0)
        return true;
    const struct embed_row *shipped = embed_find(embed_keymaps, slice_of(name));
    char *path = shipped == NULL && may_be_file ? path_own("keymaps", name) : NULL;
    if (path != NULL) {
        bool ok = read_keymap(m, path, (struct slice){ NULL, 0 }, err);
        mem_free(path);
        return ok;
    }
    if (shipped == NULL)
        return unknown(err, "keymap", name, near_name(slice_of(name), embed_name_at, embed_keymaps));
    return read_keymap(m, shipped->path, embed_text(shipped), err);
}

struct keymap *keymap_load(const char *name, struct err *err)
{
    struct keymap *m = mem_alloc(sizeof *m);
    m->conflicts = BUF_INIT(NOTES_MAX);
    if (!read_keymap(m, embed_keymaps[0].path, embed_text(&embed_keymaps[0]), err) || !read_named(m, name, true, err)) {
        keymap_free(m);
        return NULL;
    }
    return m;
}

void keymap_free(struct keymap *m)
{
    if (m == NULL)
        return;
    for (size_t i = 0; i < m->path_count; i++)
        mem_free(m->path[i]);
    buf_clear(&m->conflicts);
    mem_free(m->at);
    mem_free(m);
}

enum action keymap_press(const struct keymap *m, enum section section, struct chord *pressed, struct key k)
{
    if (pressed->count == CHORD_MAX)
        pressed->count = 0;
    pressed->key[pressed->count++] = k;
    const enum section asked[] = { section, section == SECTION_PROMPT ? SECTION_PROMPT : SECTION_GLOBAL };
    for (size_t s = 0; s < sizeof asked / sizeof asked[0]; s++) {
        bool is_head = false;
        for (size_t i = 0; i < m->count; i++) {
            const struct binding *b = &m->at[i];
            if (b->section != asked[s] || !chord_begins(&b->chord, pressed))
                continue;
            if (b->chord.count == pressed->count) {
                pressed->count = 0;
                return b->action;
            }
            is_head = true;
        }
        if (is_head)
            return ACTION_NONE; /* a chord of the section goes before a key of GLOBAL */
    }
    pressed->count = 0;
    return ACTION_NONE;
}

/* Does it do what it says where `section` has the keys? */
static bool holds_in(const struct keymap *m, enum section section, const struct binding *b)
{
    if (b->section == section)
        return true;
    bool holds = b->section == SECTION_GLOBAL && section != SECTION_PROMPT;
    for (size_t i = 0; i < m->count && holds; i++)
        holds = m->at[i].section != section || (!chord_begins(&m->at[i].chord, &b->chord) && !chord_begins(&b->chord, &m->at[i].chord));
    return holds;
}

bool keymap_key_in(const struct keymap *m, enum section section, enum action a, struct buf *out)
{
    for (size_t i = 0; i < m->count; i++) {
        if (m->at[i].action == a && holds_in(m, section, &m->at[i])) {
            add_chord(&m->at[i].chord, out);
            return true;
        }
    }
    return false;
}

/* Has the action a key where it is of use: in its own section, or in lists when that is everywhere? */
static const struct binding *hider_of(const struct keymap *m, enum action a)
{
    for (size_t i = 0; i < m->count; i++) {
        for (size_t k = 0; m->at[i].action == a && k < m->count; k++) {
            const struct binding *b = &m->at[k];
            if (b->section == SECTION_TABLE && (chord_begins(&b->chord, &m->at[i].chord) || chord_begins(&m->at[i].chord, &b->chord)))
                return b;
        }
    }
    return NULL;
}

bool keymap_complain(const struct keymap *m, struct buf *out)
{
    size_t before = out->len;
    (void)buf_add(out, buf_slice(&m->conflicts));
    for (enum action a = ACTION_NONE + 1; a < ACTION_COUNT; a++) {
        struct buf key = BUF_INIT(256);
        enum section section = action_table[a].section == SECTION_GLOBAL ? SECTION_TABLE : action_table[a].section;
        bool is_bound = keymap_key_in(m, section, a, &key);
        const struct binding *hider = is_bound ? NULL : hider_of(m, a);
        buf_clear(&key);
        if (is_bound)
            continue;
        if (hider != NULL)
            (void)buf_addf(out, "%s:%d: no key is left for '%s' in a list: '%s' hides it there\n", hider->place.path, hider->place.line, action_table[a].name,
                           action_table[hider->action].name);
        else if (m->taker[a] != ACTION_NONE)
            (void)buf_addf(out, "%s:%d: no key is left for '%s': '%s' has it\n", m->lost[a].path, m->lost[a].line, action_table[a].name, action_table[m->taker[a]].name);
        else if (m->lost[a].path != NULL)
            (void)buf_addf(out, "%s:%d: no key is bound to '%s'\n", m->lost[a].path, m->lost[a].line, action_table[a].name);
        else
            (void)buf_addf(out, "%s: no key is bound to '%s'\n", m->path[0], action_table[a].name);
    }
    return out->len > before;
}

bool keymap_keys(const struct keymap *m, enum action a, bool all, struct buf *out)
{
    bool found = false;
    for (size_t i = 0; i < m->count; i++) {
        const struct binding *b = &m->at[i];
        if (b->action != a || (found && !all))
            continue;
        if (found)
            (void)buf_add(out, SLICE("  "));
        add_chord(&b->chord, out);
        found = true;
    }
    return found;
}
