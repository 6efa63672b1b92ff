/* SPDX-License-Identifier: MIT */
/* keymap: a list of bindings (section, chord, action), filled from files. Within one section the last binding of a
 * chord counts: it takes the chord away from whoever had it. Knows no terminal. */
#include "tui/keymap.h"

#include "core/base/mem.h"
#include "core/base/near.h"
#include "core/config/settings.h"
#include "tui/embed.h"

struct binding {
    enum section section;
    enum action action;
    struct chord chord;
};

struct keymap {
    struct binding *at;
    size_t count, cap;
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

static void bind(struct keymap *m, enum section section, enum action action, const struct chord *chord)
{
    drop_where(m, section, action, chord);
    if (m->count == m->cap) {
        m->cap = m->cap > 0 ? m->cap * 2 : 64;
        m->at = mem_resize(m->at, m->cap, sizeof *m->at);
    }
    m->at[m->count++] = (struct binding){ .section = section, .action = action, .chord = *chord };
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
    enum section section;
    enum action action; /* of the entry before: further entries of one array add to it */
};

static bool read_entry(void *context, const struct settings_entry *e, struct err *err)
{
    struct reading *r = context;
    enum section section;
    enum action action;
    struct chord chord;
    if (e->section == NULL || !section_named(slice_of(e->section), &section))
        return unknown(err, "section of keys", e->section != NULL ? e->section : "", near_name(slice_of(e->section), section_name_at, NULL));
    if (!action_named(slice_of(e->name), &action))
        return unknown(err, "action", e->name, near_name(slice_of(e->name), action_name_at, NULL));
    if (!chord_parse(slice_of(e->value), &chord, err))
        return err_prefix(err, "the keys of '%s'", e->name);
    if (action != r->action || section != r->section)
        drop_where(r->map, section, action, NULL);
    r->section = section;
    r->action = action;
    if (chord.count > 0)
        bind(r->map, section, action, &chord);
    return true;
}

static bool read_keymap(struct keymap *m, const char *path, struct slice text, struct err *err)
{
    struct reading r = { .map = m, .action = ACTION_NONE };
    return settings_each(path, text, read_entry, &r, err) || err_prefix(err, "cannot read the keymap");
}

static bool read_named(struct keymap *m, const char *name, struct err *err)
{
    if (!read_keymap(m, embed_keymaps[0].path, embed_text(&embed_keymaps[0]), err))
        return false;
    if (name == NULL || strcmp(name, embed_keymaps[0].name) == 0)
        return true;
    if (strchr(name, '/') != NULL)
        return read_keymap(m, name, (struct slice){ NULL, 0 }, err);
    const struct embed_row *shipped = embed_find(embed_keymaps, slice_of(name));
    if (shipped == NULL)
        return unknown(err, "keymap", name, near_name(slice_of(name), embed_name_at, embed_keymaps));
    return read_keymap(m, shipped->path, embed_text(shipped), err);
}

struct keymap *keymap_load(const char *name, struct err *err)
{
    struct keymap *m = mem_alloc(sizeof *m);
    if (!read_named(m, name, err)) {
        keymap_free(m);
        return NULL;
    }
    return m;
}

void keymap_free(struct keymap *m)
{
    if (m == NULL)
        return;
    mem_free(m->at);
    mem_free(m);
}

enum action keymap_press(const struct keymap *m, enum section section, struct chord *pressed, struct key k)
{
    if (pressed->count == CHORD_MAX)
        pressed->count = 0;
    pressed->key[pressed->count++] = k;
    bool is_head = false;
    const enum section asked[] = { section, section == SECTION_PROMPT ? SECTION_PROMPT : SECTION_GLOBAL };
    for (size_t s = 0; s < sizeof asked / sizeof asked[0]; s++) {
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
    }
    if (!is_head)
        pressed->count = 0;
    return ACTION_NONE;
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
        for (uint32_t k = 0; k < b->chord.count; k++) {
            if (k > 0)
                (void)buf_add_char(out, ' ');
            key_print(b->chord.key[k], out);
        }
        found = true;
    }
    return found;
}
