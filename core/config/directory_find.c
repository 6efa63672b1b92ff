/* SPDX-License-Identifier: MIT */
/* directory_find: what a person typed becomes one agent. Listed agents and those seen on the floor are looked through
 * together; the best kind of match wins, and two of that kind are refused by name: an order must never go to somebody
 * who was not meant. */
#include "core/base/buf.h"
#include "core/base/near.h"
#include "core/base/utf8.h"
#include "core/config/directory_parts.h"

#include <strings.h>

enum match { MATCH_NONE, MATCH_PART, MATCH_PHONE, MATCH_NAME, MATCH_INTERFACE, MATCH_EXTENSION };
enum { SHOWN_MAX = 6, KNOWN_MAX = 2000 /* names that are looked at for "did you mean" */ };

const char directory_stranger[] = "stranger";

struct search {
    const struct directory *d;
    const struct directory_live *live; /* NULL: nobody is seen */
    const char *pbx;
    struct slice text;
    enum match best;
    size_t count; /* of them */
    bool has_more; /* and perhaps others who were not looked at */
    struct directory_entry found[SHOWN_MAX];
};

static bool is_digit(char c)
{
    return c >= '0' && c <= '9';
}

/* 401 is no part of "Agent 1401". */
static bool holds(const char *name, struct slice part)
{
    size_t n = strlen(name);
    for (size_t i = 0; i + part.n <= n; i++) {
        bool is_cut = (is_digit(part.p[0]) && i > 0 && is_digit(name[i - 1])) || (is_digit(part.p[part.n - 1]) && is_digit(name[i + part.n]));
        if (!is_cut && strncasecmp(name + i, part.p, part.n) == 0)
            return true;
    }
    return false;
}

static bool is(const char *known, struct slice text)
{
    return known[0] != '\0' && slice_eq_nocase(slice_of(known), text);
}

static enum match match_of(const struct directory_entry *e, struct slice text)
{
    if (is(e->extension, text))
        return MATCH_EXTENSION;
    if (is(e->interface, text))
        return MATCH_INTERFACE;
    if (is(e->name, text) || is(e->alias, text))
        return MATCH_NAME;
    if (memchr(text.p, '/', text.n) != NULL)
        return MATCH_NONE; /* a device that has gone is not looked for in the names of others, which the PBX may make what it likes */
    return holds(e->name, text) || holds(e->alias, text) ? MATCH_PART : MATCH_NONE;
}

static bool is_found(const struct search *s, const char *interface)
{
    size_t n = s->count < SHOWN_MAX ? s->count : SHOWN_MAX;
    for (size_t i = 0; i < n; i++)
        if (slice_eq_nocase(slice_of(s->found[i].interface), slice_of(interface)))
            return true;
    return false;
}

static void consider(struct search *s, const struct directory_entry *e, enum match m)
{
    if (m == MATCH_NONE || m < s->best)
        return;
    if (m > s->best) {
        s->best = m;
        s->count = 0;
    }
    if (is_found(s, e->interface))
        return;
    if (s->count < SHOWN_MAX)
        s->found[s->count] = *e;
    s->count++;
}

static void put(char out[DIRECTORY_TEXT_MAX + 1], struct slice s)
{
    struct slice head = utf8_head(s, DIRECTORY_TEXT_MAX);
    if (out[0] != '\0' || head.n == 0)
        return;
    memcpy(out, head.p, head.n);
    out[head.n] = '\0';
}

/* By whatever word it is: "401", "PJSIP/401", or what the configuration calls its owner; never by a part of one. */
static enum match match_of_phone(const struct directory_entry *e, const struct directory_seen *seen, struct slice text)
{
    return slice_eq_nocase(seen->phone, text) || match_of(e, text) > MATCH_PART ? MATCH_PHONE : MATCH_NONE;
}

static void consider_seen(struct search *s, const struct directory_seen *seen)
{
    struct directory_entry e;
    (void)directory_of_interface(s->d, s->pbx, seen->interface, &e);
    if (e.interface[0] == '\0')
        return; /* longer than Asterisk itself would keep */
    if (!slice_eq_nocase(seen->name, seen->interface))
        put(e.name, seen->name);
    if (e.place == 0 && seen->phone.p == NULL) /* what is configured for somebody goes before what is, and that before what a pattern says */
        e.state_interface[0] = '\0';
    put(e.state_interface, seen->state_interface);
    consider(s, &e, seen->phone.p != NULL ? match_of_phone(&e, seen, s->text) : match_of(&e, s->text));
}

static void consider_all(struct search *s)
{
    struct directory_entry e;
    struct directory_seen seen;
    const struct directory_live *live = s->live;
    for (size_t at = 0; live != NULL && live->next(live->context, &at, &seen);) { /* first: they know names the list leaves out */
        if (seen.is_part && s->best > MATCH_PART)
            break;
        s->has_more = seen.is_part && s->count > SHOWN_MAX;
        if (s->has_more)
            break; /* enough to ask who is meant, on any floor */
        consider_seen(s, &seen);
    }
    for (size_t i = 0; i < s->d->settings->agent_count; i++) {
        const struct directory_row *row = &s->d->row[i];
        const char *pbx = s->pbx != NULL ? s->pbx : row->agent->pbx;
        if (directory_row_fits(s->d, s->pbx, row) && directory_fill(s->d, pbx, row, SLICE(""), &e))
            consider(s, &e, match_of(&e, s->text));
    }
}

static bool is_spelled(struct slice text)
{
    struct slice rest, tech = slice_cut(text, '/', &rest);
    if (rest.n == 0 || tech.n == 0 || !directory_is_extension(tech))
        return false;
    for (size_t at = 0; at < text.n;) {
        uint32_t c = utf8_next(text, &at);
        if (c == ' ' || c == ',' || !utf8_is_printable(c))
            return false;
    }
    return utf8_is_valid(text);
}

/* "PJSIP/499" where the PBX told its telephones: Asterisk would take it for a member that nobody can ring. Of other devices nothing is known. */
static bool is_lacking(const struct search *s, struct slice interface)
{
    struct slice phone, technology = slice_cut(interface, '/', &phone);
    return s->live != NULL && s->live->lacks != NULL && slice_eq_nocase(technology, SLICE("PJSIP")) && s->live->lacks(s->live->context, phone);
}

static bool make(const struct search *s, struct directory_entry *out)
{
    char interface[DIRECTORY_TEXT_MAX + 1];
    struct slice from = s->text;
    if (directory_is_extension(s->text) && directory_has_digit(s->text) && directory_make_interface(s->d, s->pbx, s->text, interface))
        from = slice_of(interface);
    else if (!is_spelled(s->text))
        return false;
    if (from.p == interface && is_lacking(s, from))
        return false;
    (void)directory_of_interface(s->d, s->pbx, from, out);
    return out->interface[0] != '\0';
}

static bool refuse_several(const struct search *s, struct err *err)
{
    struct buf list = BUF_INIT(2048);
    size_t shown = s->count < SHOWN_MAX ? s->count : SHOWN_MAX;
    for (size_t i = 0; i < shown; i++) {
        const struct directory_entry *e = &s->found[i];
        const char *name = e->alias[0] != '\0' ? e->alias : e->name, *who = e->extension[0] != '\0' ? e->extension : e->interface;
        (void)buf_addf(&list, name[0] != '\0' ? "%s%s %s" : "%s%s%s", i == 0 ? "" : i + 1 == s->count ? " or " : ", ", who, name);
    }
    if (s->has_more)
        (void)buf_addf(&list, " and more");
    else if (s->count > shown)
        (void)buf_addf(&list, " and %zu more", s->count - shown);
    (void)err_set(err, ERR_USAGE, "'%.*s' could be %.400s: say which by the number", SLICE_FMT(s->text), list.data);
    buf_clear(&list);
    return false;
}

static const char *name_at(size_t i, const void *context)
{
    const struct search *s = context;
    const struct settings *set = s->d->settings;
    if (i >= KNOWN_MAX)
        return NULL;
    if (i >= set->agent_count)
        return s->live != NULL && s->live->name_at != NULL ? s->live->name_at(s->live->context, i - set->agent_count) : NULL;
    const struct agent_settings *a = &set->agent[i];
    if (!directory_row_fits(s->d, s->pbx, &s->d->row[i]))
        return ""; /* near to nothing */
    return a->alias != NULL ? a->alias : a->name != NULL ? a->name : a->extension;
}

static bool refuse_unknown(const struct search *s, struct err *err)
{
    char interface[DIRECTORY_TEXT_MAX + 1];
    const char *near = near_name(s->text, name_at, s);
    if (near != NULL)
        return err_set(err, ERR_USAGE, "there is no agent '%.*s'; did you mean '%s'?", SLICE_FMT(s->text), near);
    if (directory_is_extension(s->text) && directory_has_digit(s->text) && directory_make_interface(s->d, s->pbx, s->text, interface))
        return err_set(err, ERR_USAGE, "there is no agent '%.*s', and no telephone %s at the PBX", SLICE_FMT(s->text), interface);
    if (directory_is_extension(s->text) && directory_has_digit(s->text))
        return err_set(err, ERR_USAGE, "there is no agent '%.*s' in a queue or in the list agents: give the device (PJSIP/%.*s), or say in the configuration "
                       "agent_interface = \"PJSIP/{ext}\"", SLICE_FMT(s->text), SLICE_FMT(s->text));
    return err_set(err, ERR_USAGE, "there is no agent '%.*s' in a queue or in the list agents: give an extension, a name or a device (PJSIP/401)",
                   SLICE_FMT(s->text));
}

bool directory_find(const struct directory *d, const char *pbx, struct slice text, const struct directory_live *live, struct directory_entry *out,
                    struct err *err)
{
    struct search s = { .d = d, .live = live, .pbx = pbx, .text = slice_trim(text) };
    *out = (struct directory_entry){ .place = 0 };
    if (s.text.n == 0)
        return err_set(err, ERR_USAGE, "no agent is given: an extension, a name or a device (PJSIP/401)");
    if (s.text.n > DIRECTORY_TEXT_MAX)
        return err_set(err, ERR_USAGE, "'%.60s...' is longer than the %d bytes that Asterisk keeps of an interface or a name", s.text.p, DIRECTORY_TEXT_MAX);
    consider_all(&s);
    if (s.best <= MATCH_PART && make(&s, out))
        return true;
    if (s.count > 1)
        return refuse_several(&s, err);
    if (s.count == 0) {
        (void)refuse_unknown(&s, err);
        err->word = directory_stranger;
        return false;
    }
    *out = s.found[0];
    return true;
}
