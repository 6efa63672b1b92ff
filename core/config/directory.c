/* SPDX-License-Identifier: MIT */
/* directory: rows of `agents` and `queue_names` by key, patterns in both directions, and what is wrong with them.
 * Owns the keys. What a person types is read in directory_find.c. */
#include "core/config/directory.h"

#include "core/base/map.h"
#include "core/base/mem.h"
#include "core/base/near.h"
#include "core/config/directory_parts.h"
#include "core/config/entries.h"
#include "core/config/options.h"

#include <stdio.h>

#define HOLE "{ext}"

enum { KEY_MAX_BYTES = 1024, EXTENSION_MAX_BYTES = 40 };

/* ---- patterns ---- */

static bool split(const char *pattern, struct slice *head, struct slice *tail)
{
    const char *at = pattern != NULL ? strstr(pattern, HOLE) : NULL;
    if (at == NULL)
        return false;
    *head = (struct slice){ pattern, (size_t)(at - pattern) };
    *tail = slice_of(at + strlen(HOLE));
    return true;
}

bool directory_is_extension(struct slice s)
{
    for (size_t i = 0; i < s.n; i++) {
        char c = s.p[i];
        bool is_letter = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
        if (!is_letter && (c < '0' || c > '9') && memchr("_.+*#-", c, 6) == NULL)
            return false;
    }
    return s.n > 0 && s.n <= EXTENSION_MAX_BYTES;
}

bool directory_has_digit(struct slice text)
{
    for (size_t i = 0; i < text.n; i++)
        if (text.p[i] >= '0' && text.p[i] <= '9')
            return true;
    return false;
}

static bool copy(char out[DIRECTORY_TEXT_MAX + 1], struct slice s)
{
    bool ok = s.n <= DIRECTORY_TEXT_MAX;
    if (ok && s.n > 0)
        memcpy(out, s.p, s.n);
    out[ok ? s.n : 0] = '\0';
    return ok;
}

static bool put_in(const char *pattern, struct slice extension, char out[DIRECTORY_TEXT_MAX + 1])
{
    struct slice head, tail;
    if (!split(pattern, &head, &tail) || head.n + extension.n + tail.n > DIRECTORY_TEXT_MAX)
        return copy(out, SLICE("")) && false;
    int n = snprintf(out, DIRECTORY_TEXT_MAX + 1, "%.*s%.*s%.*s", SLICE_FMT(head), SLICE_FMT(extension), SLICE_FMT(tail));
    return n > 0;
}

/* The other way. Asterisk does not look at the case of an interface. */
static bool take_out(const char *pattern, struct slice interface, struct slice *extension)
{
    struct slice head, tail;
    if (!split(pattern, &head, &tail) || interface.n <= head.n + tail.n)
        return false;
    struct slice first = { interface.p, head.n }, last = { interface.p + interface.n - tail.n, tail.n };
    *extension = (struct slice){ interface.p + head.n, interface.n - head.n - tail.n };
    return slice_eq_nocase(first, head) && slice_eq_nocase(last, tail) && directory_is_extension(*extension);
}

static const struct pbx_settings *pbx_named(const struct settings *s, const char *name)
{
    for (size_t i = 0; name != NULL && i < s->pbx_count; i++)
        if (s->pbx[i].name != NULL && slice_eq_nocase(slice_of(s->pbx[i].name), slice_of(name)))
            return &s->pbx[i];
    return NULL;
}

struct patterns {
    const char *interface, *state, *phone;
};

static struct patterns patterns_of(const struct settings *s, const char *pbx)
{
    const struct pbx_settings *own = pbx_named(s, pbx);
    return (struct patterns){
        .interface = own != NULL && own->agent_interface != NULL ? own->agent_interface : s->agent_interface,
        .state = own != NULL && own->agent_state != NULL ? own->agent_state : s->agent_state,
        .phone = own != NULL && own->agent_phone != NULL ? own->agent_phone : s->agent_phone,
    };
}

bool directory_make_interface(const struct directory *d, const char *pbx, struct slice extension, char out[DIRECTORY_TEXT_MAX + 1])
{
    return put_in(patterns_of(d->settings, pbx).interface, extension, out);
}

/* ---- by key ---- */

static struct slice key_of(const char *pbx, struct slice name, char out[KEY_MAX_BYTES])
{
    int n = snprintf(out, KEY_MAX_BYTES, "%s\n%.*s", pbx != NULL ? pbx : "", SLICE_FMT(name));
    return n > 0 && n < KEY_MAX_BYTES ? (struct slice){ out, (size_t)n } : (struct slice){ NULL, 0 };
}

static void *look(const struct map *m, const char *pbx, struct slice name)
{
    char key[KEY_MAX_BYTES];
    if (map_count(m) == 0)
        return NULL; /* most configurations list nobody, and an order asks this of every membership there is */
    struct slice own = key_of(pbx, name, key);
    void *found = own.p != NULL ? map_get(m, own) : NULL;
    if (found != NULL || pbx == NULL)
        return found;
    struct slice general = key_of(NULL, name, key);
    return general.p != NULL ? map_get(m, general) : NULL;
}

bool directory_row_fits(const struct directory *d, const char *pbx, const struct directory_row *row)
{
    const char *of = row->agent->pbx;
    if (pbx == NULL)
        return true;
    if (of != NULL)
        return slice_eq_nocase(slice_of(of), slice_of(pbx));
    return look(d->by_extension, pbx, slice_of(row->agent->extension)) == row;
}

bool directory_fill(const struct directory *d, const char *pbx, const struct directory_row *row, struct slice interface, struct directory_entry *out)
{
    const struct agent_settings *a = row != NULL ? row->agent : NULL;
    struct patterns p = patterns_of(d->settings, pbx != NULL || a == NULL ? pbx : a->pbx);
    struct slice extension = slice_of(a != NULL ? a->extension : NULL), shown;
    *out = (struct directory_entry){ .place = row != NULL ? row->place : 0 };
    if (a != NULL && a->interface == NULL) {
        if (!put_in(p.interface, extension, out->interface))
            return false;
    } else if (!copy(out->interface, a != NULL ? slice_of(a->interface) : interface)) {
        return false;
    }
    bool is_by_pattern = take_out(p.interface, slice_of(out->interface), &shown);
    if (a == NULL && is_by_pattern && look(d->by_extension, pbx, shown) == NULL)
        extension = shown;
    (void)copy(out->extension, extension);
    if (a != NULL && a->state_interface != NULL)
        (void)copy(out->state_interface, slice_of(a->state_interface));
    else if (is_by_pattern)
        (void)put_in(p.state, shown, out->state_interface);
    if (a != NULL && a->phone != NULL)
        (void)copy(out->phone, slice_of(a->phone));
    else if (extension.n == 0 || !put_in(p.phone, extension, out->phone))
        (void)copy(out->phone, slice_of(out->interface));
    if (a != NULL)
        return copy(out->name, slice_of(a->name)) && copy(out->team, slice_of(a->team)) && copy(out->alias, slice_of(a->alias));
    return true;
}

/* Where nothing says how extensions and interfaces go together: the digits of PJSIP/401 or of Local/401@from-queue/n. */
static struct slice digits_of(struct slice interface)
{
    struct slice rest, extension;
    (void)slice_cut(interface, '/', &rest);
    extension = slice_cut(slice_cut(rest, '/', &rest), '@', &rest);
    for (size_t i = 0; i < extension.n; i++)
        if (extension.p[i] < '0' || extension.p[i] > '9')
            return (struct slice){ NULL, 0 };
    return extension.n <= EXTENSION_MAX_BYTES ? extension : (struct slice){ NULL, 0 };
}

bool directory_of_interface(const struct directory *d, const char *pbx, struct slice interface, struct directory_entry *out)
{
    struct patterns p = patterns_of(d->settings, pbx);
    struct slice extension;
    const struct directory_row *row = look(d->by_interface, pbx, interface);
    if (row == NULL && take_out(p.interface, interface, &extension)) {
        row = look(d->by_extension, pbx, extension);
        if (row != NULL && row->agent->interface != NULL)
            row = NULL; /* that person has another device */
    }
    bool is_whole = directory_fill(d, pbx, row, interface, out);
    if (is_whole && row == NULL && p.interface == NULL && look(d->by_extension, pbx, digits_of(interface)) == NULL) {
        (void)copy(out->extension, digits_of(interface));
        return false;
    }
    return is_whole && (row != NULL || out->extension[0] != '\0');
}

void directory_of_endpoint(const struct directory *d, const char *pbx, struct slice name, struct directory_entry *out)
{
    char device[DIRECTORY_TEXT_MAX + 1], interface[DIRECTORY_TEXT_MAX + 1];
    bool is_known = put_in("PJSIP/" HOLE, name, device) && directory_of_interface(d, pbx, slice_of(device), out);
    if (is_known || !directory_is_extension(name) || !directory_has_digit(name) || !directory_make_interface(d, pbx, name, interface))
        return;
    (void)directory_of_interface(d, pbx, slice_of(interface), out);
}

bool directory_queue(const struct directory *d, const char *pbx, struct slice name, const char **alias, size_t *place)
{
    const struct queue_settings *q = look(d->by_queue, pbx, name);
    *alias = q != NULL ? q->alias : NULL;
    *place = q != NULL ? (size_t)(q - d->settings->queue) + 1 : 0;
    return q != NULL;
}

struct slice directory_queue_by_alias(const struct directory *d, const char *pbx, struct slice alias)
{
    const struct queue_settings *q = look(d->by_alias, pbx, alias);
    return slice_of(q != NULL ? q->name : NULL);
}

/* ---- ways into the dialplan ---- */

static const char *dial_context_of(const struct settings *s, const char *pbx)
{
    const struct pbx_settings *own = pbx_named(s, pbx);
    return own != NULL && own->dial_context != NULL ? own->dial_context : s->dial_context;
}

/* EXTEN[@CONTEXT]; without a context that of numbers. */
static bool read_way(const char *text, const char *context, struct directory_way *out)
{
    struct slice rest = { NULL, 0 }, exten = slice_cut(slice_of(text), '@', &rest);
    return text != NULL && (rest.p != NULL || context != NULL) && copy(out->exten, exten) && copy(out->context, rest.p != NULL ? rest : slice_of(context));
}

bool directory_dial(const struct directory *d, const char *pbx, struct slice number, struct directory_way *out)
{
    const char *context = dial_context_of(d->settings, pbx);
    return context != NULL && copy(out->exten, number) && copy(out->context, slice_of(context));
}

bool directory_join(const struct directory *d, const char *pbx, struct slice queue, struct directory_way *out)
{
    const struct queue_settings *q = look(d->by_queue, pbx, queue);
    return q != NULL && read_way(q->extension, dial_context_of(d->settings, pbx), out);
}

bool directory_conference(const struct directory *d, const char *pbx, struct slice number, struct directory_way *out)
{
    const struct pbx_settings *own = pbx_named(d->settings, pbx);
    const char *room = own != NULL && own->conference != NULL ? own->conference : d->settings->conference;
    char filled[DIRECTORY_TEXT_MAX + 1];
    return read_way(room != NULL && put_in(room, number, filled) ? filled : room, dial_context_of(d->settings, pbx), out);
}

static bool is_half(struct slice s)
{
    return directory_is_extension(s) && memchr(s.p, '*', s.n) == NULL;
}

static bool join_halves(const char *context, struct slice extension, struct slice queue, struct directory_way *out)
{
    if (context == NULL || !is_half(extension) || !is_half(queue) || extension.n + queue.n >= DIRECTORY_TEXT_MAX)
        return false;
    (void)snprintf(out->exten, sizeof out->exten, "%.*s*%.*s", SLICE_FMT(extension), SLICE_FMT(queue));
    return copy(out->context, slice_of(context));
}

bool directory_take(const struct directory *d, const char *pbx, struct slice extension, struct slice queue, struct directory_way *out)
{
    const struct pbx_settings *own = pbx_named(d->settings, pbx);
    return join_halves(own != NULL && own->take_context != NULL ? own->take_context : d->settings->take_context, extension, queue, out);
}

bool directory_withdrawn(const struct directory *d, const char *pbx, struct slice extension, struct slice queue, struct directory_way *out)
{
    const struct pbx_settings *own = pbx_named(d->settings, pbx);
    return join_halves(own != NULL && own->withdraw_context != NULL ? own->withdraw_context : d->settings->withdraw_context, extension, queue, out);
}

/* ---- what is wrong ---- */

static bool blame(char *const *origin, enum option_scope scope, const char *option, struct err *err)
{
    const char *where = entries_origin(origin, option_find(scope, slice_of(option)));
    return where != NULL ? err_prefix(err, "%s", where) : false;
}

static bool check_pattern(char *const *origin, enum option_scope scope, const char *option, const char *pattern, struct err *err)
{
    struct slice head, tail;
    if (pattern == NULL)
        return true;
    bool ok = split(pattern, &head, &tail) && strpbrk(tail.p, "{}") == NULL && (head.n == 0 || memchr(head.p, '{', head.n) == NULL) &&
              (head.n == 0 || memchr(head.p, '}', head.n) == NULL);
    if (ok && head.n + tail.n > 0)
        return true;
    (void)err_set(err, ERR_CONFIG, "%s must hold " HOLE " once, where the extension stands: \"PJSIP/" HOLE "\"", option);
    return blame(origin, scope, option, err);
}

/* EXTEN[@CONTEXT], {ext} in the first part. */
static bool is_way(const char *text)
{
    struct slice context, head, tail, exten = slice_cut(slice_of(text), '@', &context);
    char filled[DIRECTORY_TEXT_MAX + 1];
    if (split(text, &head, &tail) && head.n < exten.n && put_in(text, SLICE("1"), filled))
        exten = slice_cut(slice_of(filled), '@', &context);
    return directory_is_extension(exten) && (context.p == NULL || directory_is_extension(context));
}

static bool check_way(char *const *origin, enum option_scope scope, const char *option, const char *text, struct err *err)
{
    bool is_context = strcmp(option, "conference") != 0 && strcmp(option, "extension") != 0;
    if (text == NULL || (is_context ? directory_is_extension(slice_of(text)) : is_way(text)))
        return true;
    (void)err_set(err, ERR_CONFIG, "%s: '%s' is no %s", option, text, is_context ? "context of a dialplan" : "extension of a dialplan: EXTEN, or EXTEN@CONTEXT");
    return blame(origin, scope, option, err);
}

static bool check_ways(const struct settings *s, struct err *err)
{
    bool ok = check_way(s->origin, OPTION_GLOBAL, "dial_context", s->dial_context, err) && check_way(s->origin, OPTION_GLOBAL, "conference", s->conference, err) &&
              check_way(s->origin, OPTION_GLOBAL, "take_context", s->take_context, err) &&
              check_way(s->origin, OPTION_GLOBAL, "withdraw_context", s->withdraw_context, err);
    for (size_t i = 0; ok && i < s->pbx_count; i++)
        ok = check_way(s->pbx[i].origin, OPTION_PBX, "dial_context", s->pbx[i].dial_context, err) &&
             check_way(s->pbx[i].origin, OPTION_PBX, "conference", s->pbx[i].conference, err) &&
             check_way(s->pbx[i].origin, OPTION_PBX, "take_context", s->pbx[i].take_context, err) &&
             check_way(s->pbx[i].origin, OPTION_PBX, "withdraw_context", s->pbx[i].withdraw_context, err);
    for (size_t i = 0; ok && i < s->queue_count; i++)
        ok = check_way(s->queue[i].origin, OPTION_QUEUE, "extension", s->queue[i].extension, err);
    return ok;
}

static bool check_patterns(const struct settings *s, struct err *err)
{
    bool ok = check_pattern(s->origin, OPTION_GLOBAL, "agent_interface", s->agent_interface, err) &&
              check_pattern(s->origin, OPTION_GLOBAL, "agent_state", s->agent_state, err) &&
              check_pattern(s->origin, OPTION_GLOBAL, "agent_phone", s->agent_phone, err);
    for (size_t i = 0; ok && i < s->pbx_count; i++) {
        const struct pbx_settings *p = &s->pbx[i];
        ok = check_pattern(p->origin, OPTION_PBX, "agent_interface", p->agent_interface, err) &&
             check_pattern(p->origin, OPTION_PBX, "agent_state", p->agent_state, err) &&
             check_pattern(p->origin, OPTION_PBX, "agent_phone", p->agent_phone, err);
    }
    return ok;
}

static const char *pbx_at(size_t i, const void *context)
{
    const struct settings *s = context;
    return i < s->pbx_count ? s->pbx[i].name : NULL;
}

/* Those of the command line take the place of the files' PBXs: who is listed for another one is then not needed. */
static bool check_pbx(const struct settings *s, char *const *origin, enum option_scope scope, const char *pbx, struct err *err)
{
    if (pbx == NULL || s->has_flag_pbx || s->pbx_count == 0 || pbx_named(s, pbx) != NULL)
        return true;
    const char *near = near_name(slice_of(pbx), pbx_at, s);
    if (near != NULL)
        (void)err_set(err, ERR_CONFIG, "there is no PBX '%s'; did you mean '%s'?", pbx, near);
    else
        (void)err_set(err, ERR_CONFIG, "there is no PBX '%s' in the list pbx", pbx);
    return blame(origin, scope, "pbx", err);
}

static bool has_pattern(const struct settings *s, const char *pbx)
{
    if (pbx != NULL || s->agent_interface != NULL)
        return patterns_of(s, pbx).interface != NULL;
    for (size_t i = 0; i < s->pbx_count; i++)
        if (s->pbx[i].agent_interface == NULL)
            return false;
    return s->pbx_count > 0;
}

static bool check_agent(const struct settings *s, const struct agent_settings *a, struct err *err)
{
    char made[DIRECTORY_TEXT_MAX + 1];
    if (!directory_is_extension(slice_of(a->extension))) {
        (void)err_set(err, ERR_CONFIG, "extension '%s' may hold letters, digits and _.+*#- only, %d of them at most", a->extension, EXTENSION_MAX_BYTES);
        return blame(a->origin, OPTION_AGENT, "extension", err);
    }
    if (!check_pbx(s, a->origin, OPTION_AGENT, a->pbx, err))
        return false;
    if (a->interface != NULL || s->has_flag_pbx)
        return true;
    if (!has_pattern(s, a->pbx)) {
        (void)err_set(err, ERR_CONFIG, "agent %s needs interface = \"PJSIP/%s\"; or say once for all of them agent_interface = \"PJSIP/" HOLE "\"",
                      a->extension, a->extension);
        return blame(a->origin, OPTION_AGENT, "extension", err);
    }
    const char *pattern = patterns_of(s, a->pbx).interface;
    if (pattern == NULL || put_in(pattern, slice_of(a->extension), made))
        return true;
    (void)err_set(err, ERR_CONFIG, "the interface that agent_interface makes of %s is longer than the %d bytes that Asterisk keeps", a->extension,
                  DIRECTORY_TEXT_MAX);
    return blame(a->origin, OPTION_AGENT, "extension", err);
}

static bool put_row(struct map *m, char *key, void *row)
{
    return map_get(m, slice_of(key)) == NULL && map_put(m, slice_of(key), row) == NULL;
}

static char *new_key(const char *pbx, const char *name)
{
    char key[KEY_MAX_BYTES];
    return mem_text(key_of(pbx, slice_of(name), key));
}

static bool add_agent(struct directory *d, size_t i, struct err *err)
{
    const struct agent_settings *a = &d->settings->agent[i];
    struct directory_row *row = &d->row[i];
    if (!check_agent(d->settings, a, err))
        return false;
    *row = (struct directory_row){ .agent = a, .place = i + 1, .key = new_key(a->pbx, a->extension) };
    if (!put_row(d->by_extension, row->key, row)) {
        (void)err_set(err, ERR_CONFIG, "extension %s is in the list of agents already", a->extension);
        return blame(a->origin, OPTION_AGENT, "extension", err);
    }
    if (a->interface == NULL)
        return true;
    row->interface_key = new_key(a->pbx, a->interface);
    if (put_row(d->by_interface, row->interface_key, row))
        return true;
    (void)err_set(err, ERR_CONFIG, "interface %s is agent %s's already", a->interface,
                  ((const struct directory_row *)map_get(d->by_interface, slice_of(row->interface_key)))->agent->extension);
    return blame(a->origin, OPTION_AGENT, "interface", err);
}

/* An interface that is spelled out may be the one that the pattern makes of another agent's extension. */
static bool check_made(const struct directory *d, const struct directory_row *row, struct err *err)
{
    const struct agent_settings *a = row->agent;
    struct slice extension;
    char key[KEY_MAX_BYTES];
    if (a->interface == NULL || !take_out(patterns_of(d->settings, a->pbx).interface, slice_of(a->interface), &extension))
        return true;
    const struct directory_row *other = map_get(d->by_extension, key_of(a->pbx, extension, key));
    if (other == NULL || other == row || other->agent->interface != NULL)
        return true;
    (void)err_set(err, ERR_CONFIG, "interface %s is agent %s's already, by agent_interface", a->interface, other->agent->extension);
    return blame(a->origin, OPTION_AGENT, "interface", err);
}

static bool add_queue(struct directory *d, size_t i, struct err *err)
{
    struct queue_settings *q = &d->settings->queue[i];
    if (!check_pbx(d->settings, q->origin, OPTION_QUEUE, q->pbx, err))
        return false;
    d->queue_key[i] = new_key(q->pbx, q->name);
    if (!put_row(d->by_queue, d->queue_key[i], q)) {
        (void)err_set(err, ERR_CONFIG, "queue %s is in queue_names already", q->name);
        return blame(q->origin, OPTION_QUEUE, "name", err);
    }
    d->alias_key[i] = q->alias != NULL ? new_key(q->pbx, q->alias) : NULL;
    if (d->alias_key[i] == NULL || put_row(d->by_alias, d->alias_key[i], q))
        return true;
    (void)err_set(err, ERR_CONFIG, "alias '%s' is another queue's already", q->alias);
    return blame(q->origin, OPTION_QUEUE, "alias", err);
}

struct directory *directory_new(const struct settings *s, struct err *err)
{
    struct directory *d = mem_alloc(sizeof *d);
    d->settings = s;
    d->row = mem_array(s->agent_count + 1, sizeof *d->row);
    d->queue_key = mem_array(s->queue_count + 1, sizeof *d->queue_key);
    d->alias_key = mem_array(s->queue_count + 1, sizeof *d->alias_key);
    d->by_extension = map_new(true);
    d->by_interface = map_new(true);
    d->by_queue = map_new(true);
    d->by_alias = map_new(true);
    bool ok = check_patterns(s, err) && check_ways(s, err);
    for (size_t i = 0; ok && i < s->agent_count; i++)
        ok = add_agent(d, i, err);
    for (size_t i = 0; ok && i < s->agent_count; i++)
        ok = check_made(d, &d->row[i], err);
    for (size_t i = 0; ok && i < s->queue_count; i++)
        ok = add_queue(d, i, err);
    if (ok)
        return d;
    directory_free(d);
    return NULL;
}

void directory_free(struct directory *d)
{
    if (d == NULL)
        return;
    for (size_t i = 0; i < d->settings->agent_count; i++) {
        mem_free(d->row[i].key);
        mem_free(d->row[i].interface_key);
    }
    for (size_t i = 0; i < d->settings->queue_count; i++) {
        mem_free(d->queue_key[i]);
        mem_free(d->alias_key[i]);
    }
    mem_free(d->row);
    mem_free(d->queue_key);
    mem_free(d->alias_key);
    map_free(d->by_extension);
    map_free(d->by_interface);
    map_free(d->by_queue);
    map_free(d->by_alias);
    mem_free(d);
}
