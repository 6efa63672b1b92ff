/* SPDX-License-Identifier: MIT */
/* export: facts of a store -> one line of JSON. Walks the store as the document is built (PBX, its queues, their
 * callers and members) and every fact by fact_table, with the exceptions of export_table.c. Owns nothing but the
 * document under construction; where it goes is the caller's business. */
#include "core/outside/export_parts.h"

#include "core/base/clock.h"
#include "core/base/mem.h"
#include "core/base/utf8.h"

#include <stdlib.h>

#define TEXT_MAX (1u << 20) /* of one string; what a peer may send is far below */

json_t *export_text_value(const char *text)
{
    if (text == NULL) {
        return json_null();
    }
    struct buf valid = BUF_INIT(TEXT_MAX);
    utf8_add_valid(&valid, slice_of(text));
    json_t *value = json_stringn_nocheck(buf_slice(&valid).p, valid.len);
    buf_clear(&valid);
    return value;
}

static json_t *wall_value(int64_t wall_ms)
{
    char text[32];
    clock_rfc3339(text, wall_ms);
    return json_string_nocheck(text);
}

static json_t *number_value(int64_t n)
{
    return n < 0 ? json_null() : json_integer(n);
}

static json_t *milli_value(int64_t n)
{
    return n < 0 ? json_null() : json_real((double)n / 1000.0);
}

static json_t *age_value(int64_t from_ms, int64_t to_ms)
{
    return json_integer(to_ms > from_ms ? (to_ms - from_ms) / 1000 : 0);
}

static int64_t waiting_of(enum fact_kind kind, const struct fact *f)
{
    return kind == FACT_QUEUE ? ((const struct fact_queue *)(const void *)f)->waiting : -1;
}

static json_t *queue_name(const struct export_view *v, uint64_t id)
{
    const struct fact *f = id != 0 ? store_get(v->store, FACT_QUEUE, id) : NULL;
    return export_text_value(f != NULL ? ((const struct fact_queue *)(const void *)f)->name : NULL);
}

static json_t *agent_interface(const struct export_view *v, uint64_t id)
{
    const struct fact *f = id != 0 ? store_get(v->store, FACT_AGENT, id) : NULL;
    return export_text_value(f != NULL ? ((const struct fact_agent *)(const void *)f)->interface : NULL);
}

/* A value by its type alone. Instants as wall clock. */
static json_t *plain_value(const struct export_view *v, const struct fact *f, const struct fact_field *field)
{
    int64_t n = field->type == TYPE_TEXT ? 0 : fact_int(f, field);
    switch (field->type) {
    case TYPE_TEXT:
        return export_text_value(fact_text(f, field));
    case TYPE_BOOL:
        return n < 0 ? json_null() : json_boolean(n);
    case TYPE_INSTANT:
        return n == 0 ? json_null() : wall_value(v->wall_ms - (v->floor_ms - n));
    case TYPE_WALL:
        return n == 0 ? json_null() : wall_value(n);
    case TYPE_MILLI:
        return milli_value(n);
    case TYPE_ENUM:
        return export_text_value(n >= 0 && n < field->name_count ? field->names[n] : NULL);
    case TYPE_ID:
    case TYPE_INT:
    case TYPE_MS:
        break;
    }
    return number_value(n);
}

static json_t *ruled_value(const struct export_view *v, enum fact_kind kind, const struct fact *f, const struct fact_field *field, enum export_how how)
{
    int64_t n = field->type == TYPE_TEXT ? 0 : fact_int(f, field);
    switch (how) {
    case EXPORT_SIGNED:
        return json_integer(n);
    case EXPORT_AGE:
        return n == 0 ? json_null() : age_value(n, v->floor_ms);
    case EXPORT_AGE_OR_ZERO:
        return n != 0 ? age_value(n, v->floor_ms) : waiting_of(kind, f) == 0 ? json_integer(0) : json_null();
    case EXPORT_LEFT:
        return n == 0 ? json_null() : age_value(v->floor_ms, n);
    case EXPORT_QUEUE:
        return queue_name(v, (uint64_t)n);
    case EXPORT_AGENT:
        return agent_interface(v, (uint64_t)n);
    case EXPORT_PLAIN:
    case EXPORT_HIDDEN:
        break;
    }
    return plain_value(v, f, field);
}

/* Sets a key; with an object, inside of it (made when it is the first). */
static void set_in(json_t *fact, const char *object, const char *key, json_t *value)
{
    json_t *into = fact;
    if (object != NULL && (into = json_object_get(fact, object)) == NULL) {
        into = json_object();
        json_object_set_new_nocheck(fact, object, into);
    }
    json_object_set_new_nocheck(into, key, value);
}

/* The clock's offset is known only when it was measured. */
json_t *export_field_value(const struct export_view *v, enum fact_kind kind, const struct fact *f, const struct fact_field *field)
{
    if (strcmp(field->id, "clock_offset_ms") == 0 && kind == FACT_PBX && !((const struct fact_pbx *)(const void *)f)->is_clock_known) {
        return json_null();
    }
    return ruled_value(v, kind, f, field, export_rule_of(kind, field).how);
}

json_t *export_figure_value(enum kpi k, const struct fact_queue *q)
{
    int64_t n;
    bool is_known = kpi_value(k, q, &n);
    return !is_known ? json_null() : kpi_table[k].unit == KPI_PERCENT_MILLI ? milli_value(n) : number_value(n);
}

/* All fields of one fact as the status document has them. */
static json_t *fact_object(const struct export_view *v, enum fact_kind kind, const struct fact *f)
{
    json_t *o = json_object();
    const struct fact_row *row = &fact_table[kind];
    for (size_t i = 0; i < row->field_count; i++) {
        struct export_rule rule = export_rule_of(kind, &row->field[i]);
        if (rule.how != EXPORT_HIDDEN) {
            set_in(o, rule.object, rule.key, export_field_value(v, kind, f, &row->field[i]));
        }
    }
    return o;
}

static json_t *kpi_object(const struct fact_queue *q)
{
    json_t *o = json_object();
    for (enum kpi k = 0; k < KPI_COUNT; k++) {
        char key[32];
        if (!export_kpi(k, key, sizeof key)) {
            continue;
        }
        json_object_set_new_nocheck(o, key, export_figure_value(k, q));
    }
    return o;
}

static int by_id(const void *a, const void *b)
{
    const struct fact *const *fa = a, *const *fb = b;
    return (*fa)->id < (*fb)->id ? -1 : (*fa)->id > (*fb)->id;
}

/* All facts of a kind with this parent (0: PBXs have none), oldest number first, so that two documents of the same
 * floor list it alike. The array is to be mem_free'd. */
static const struct fact **children(const struct export_view *v, enum fact_kind kind, uint64_t parent, size_t *count)
{
    size_t n = 0;
    for (const struct fact *f = NULL; (f = store_child(v->store, kind, parent, f)) != NULL;) {
        n++;
    }
    const struct fact **all = mem_array(n + 1, sizeof(struct fact *));
    *count = 0;
    for (const struct fact *f = NULL; (f = store_child(v->store, kind, parent, f)) != NULL;) {
        all[(*count)++] = f;
    }
    qsort(all, *count, sizeof(struct fact *), by_id);
    return all;
}

static json_t *callers_array(const struct export_view *v, uint64_t queue)
{
    json_t *all = json_array();
    for (const struct fact *f = NULL; (f = store_child(v->store, FACT_CALLER, queue, f)) != NULL;) {
        json_t *o = fact_object(v, FACT_CALLER, f);
        json_object_set_new_nocheck(o, "position", json_integer((json_int_t)json_array_size(all) + 1));
        json_array_append_new(all, o);
    }
    return all;
}

static json_t *members_array(const struct export_view *v, uint64_t queue)
{
    json_t *all = json_array();
    size_t count;
    const struct fact **member = children(v, FACT_MEMBER, queue, &count);
    for (size_t i = 0; i < count; i++) {
        json_t *o = fact_object(v, FACT_MEMBER, member[i]);
        int64_t penalty = ((const struct fact_member *)(const void *)member[i])->penalty;
        json_object_set_new_nocheck(o, "role", export_text_value(v->role_name != NULL ? v->role_name(v->role_context, penalty) : NULL));
        json_array_append_new(all, o);
    }
    mem_free(member);
    return all;
}

bool export_is_called(struct slice word, const char *name, const char *pbx)
{
    struct slice called = slice_of(name), on = slice_of(pbx);
    if (slice_eq_nocase(word, called)) {
        return true;
    }
    size_t n = called.n + 1 + on.n; /* either may have an '@' of its own */
    return on.n > 0 && word.n == n && word.p[called.n] == '@' && slice_eq_nocase((struct slice){ word.p, called.n }, called) &&
           slice_eq_nocase((struct slice){ word.p + called.n + 1, on.n }, on);
}

bool export_wants(const struct export_view *v, const struct fact_queue *q)
{
    bool found = v->queue_name == NULL;
    const struct fact_pbx *pbx = (const void *)store_get(v->store, FACT_PBX, q->pbx);
    for (size_t i = 0; !found && i < v->queue_count && q->name != NULL; i++) {
        found = export_is_called(slice_of(v->queue_name[i]), q->name, pbx != NULL ? pbx->name : NULL);
    }
    return found;
}

static json_t *queues_array(const struct export_view *v, uint64_t pbx)
{
    json_t *all = json_array();
    size_t count;
    const struct fact **queue = children(v, FACT_QUEUE, pbx, &count);
    for (size_t i = 0; i < count; i++) {
        const struct fact_queue *q = (const struct fact_queue *)(const void *)queue[i];
        if (!export_wants(v, q)) {
            continue;
        }
        json_t *o = fact_object(v, FACT_QUEUE, queue[i]);
        json_object_set_new_nocheck(o, "kpi", kpi_object(q));
        json_object_set_new_nocheck(o, "callers", callers_array(v, q->id));
        json_object_set_new_nocheck(o, "members", members_array(v, q->id));
        json_array_append_new(all, o);
    }
    mem_free(queue);
    return all;
}

static json_t *facts_array(const struct export_view *v, enum fact_kind kind, uint64_t pbx)
{
    json_t *all = json_array();
    size_t count;
    const struct fact **fact = children(v, kind, pbx, &count);
    for (size_t i = 0; i < count; i++) {
        json_array_append_new(all, fact_object(v, kind, fact[i]));
    }
    mem_free(fact);
    return all;
}

static json_t *document(const struct export_view *v)
{
    json_t *all = json_array();
    size_t count;
    const struct fact **pbx = children(v, FACT_PBX, 0, &count);
    for (size_t i = 0; i < count; i++) {
        json_t *o = fact_object(v, FACT_PBX, pbx[i]);
        json_object_set_new_nocheck(o, "queues", queues_array(v, pbx[i]->id));
        json_object_set_new_nocheck(o, "agents", facts_array(v, FACT_AGENT, pbx[i]->id));
        json_object_set_new_nocheck(o, "calls", facts_array(v, FACT_CALL, pbx[i]->id));
        json_object_set_new_nocheck(o, "spies", facts_array(v, FACT_SPY, pbx[i]->id));
        json_array_append_new(all, o);
    }
    mem_free(pbx);
    json_t *doc = json_object();
    json_object_set_new_nocheck(doc, "schema", json_integer(EXPORT_SCHEMA));
    json_object_set_new_nocheck(doc, "at", wall_value(v->wall_ms));
    json_object_set_new_nocheck(doc, "pbx", all);
    return doc;
}

static int take(const char *bytes, size_t n, void *data)
{
    struct buf *out = data;
    return buf_add(out, (struct slice){ bytes, n }) ? 0 : -1;
}

/* What JSON lets through but a terminal may obey (DEL, C1, bidi controls, line separators) becomes \uXXXX: still the
 * same string to whoever parses it. Such characters can only stand inside strings. */
static void add_escaped(struct buf *out, struct slice json)
{
    size_t plain = 0;
    for (size_t at = 0; at < json.n;) {
        size_t before = at;
        uint32_t c = utf8_next(json, &at);
        if (c < 0x7f || utf8_is_printable(c)) {
            continue;
        }
        buf_add(out, (struct slice){ json.p + plain, before - plain });
        if (c > 0xffff) {
            buf_addf(out, "\\u%04x\\u%04x", 0xd800 + ((c - 0x10000) >> 10), 0xdc00 + ((c - 0x10000) & 0x3ff));
        } else {
            buf_addf(out, "\\u%04x", c);
        }
        plain = at;
    }
    buf_add(out, (struct slice){ json.p + plain, json.n - plain });
    buf_add_char(out, '\n');
}

bool export_print(json_t *doc, struct buf *out, struct err *err)
{
    struct buf text = BUF_INIT(out->max);
    int failed = json_dump_callback(doc, take, &text, JSON_COMPACT | JSON_REAL_PRECISION(9));
    json_decref(doc);
    if (failed == 0) {
        add_escaped(out, buf_slice(&text));
    }
    buf_clear(&text);
    if (failed != 0 || out->overflow) {
        return err_set(err, ERR_INTERNAL, "printing JSON: the document is longer than %zu bytes", out->max);
    }
    return true;
}

bool export_status(const struct export_view *v, struct buf *out, struct err *err)
{
    json_set_alloc_funcs(mem_alloc, mem_free);
    return export_print(document(v), out, err);
}

/* The number of what the fact belongs to, up to the wanted kind; 0: nothing. */
static uint64_t ancestor(const struct export_view *v, enum fact_kind kind, const struct fact *f, enum fact_kind wanted)
{
    if (f == NULL || kind == wanted) {
        return f != NULL ? f->id : 0;
    }
    if (fact_table[kind].parent == 0) {
        return 0;
    }
    uint64_t parent;
    memcpy(&parent, (const char *)f + fact_table[kind].parent, sizeof parent);
    enum fact_kind parent_kind = kind == FACT_MEMBER || kind == FACT_CALLER ? FACT_QUEUE : FACT_PBX;
    return parent_kind == wanted ? parent : ancestor(v, parent_kind, store_get(v->store, parent_kind, parent), wanted);
}

bool export_fact(const struct export_view *v, enum fact_kind kind, const struct fact *f, bool is_gone, struct buf *out, struct err *err)
{
    json_set_alloc_funcs(mem_alloc, mem_free);
    json_t *o = json_object();
    const struct fact *pbx = store_get(v->store, FACT_PBX, ancestor(v, kind, f, FACT_PBX));
    json_object_set_new_nocheck(o, "schema", json_integer(EXPORT_SCHEMA));
    json_object_set_new_nocheck(o, "at", wall_value(v->wall_ms));
    json_object_set_new_nocheck(o, "kind", json_string_nocheck(fact_table[kind].name));
    json_object_set_new_nocheck(o, "pbx", export_text_value(pbx != NULL ? ((const struct fact_pbx *)(const void *)pbx)->name : NULL));
    if (kind == FACT_MEMBER || kind == FACT_CALLER) {
        json_object_set_new_nocheck(o, "queue", queue_name(v, ancestor(v, kind, f, FACT_QUEUE)));
    }
    json_object_set_new_nocheck(o, "gone", json_boolean(is_gone));
    for (size_t i = 0; i < fact_table[kind].field_count; i++) {
        const struct fact_field *field = &fact_table[kind].field[i];
        enum export_how how = export_rule_of(kind, field).how;
        if (how == EXPORT_SIGNED || how == EXPORT_QUEUE || how == EXPORT_AGENT) {
            json_object_set_new_nocheck(o, field->id, ruled_value(v, kind, f, field, how));
        } else if (how != EXPORT_HIDDEN) {
            json_object_set_new_nocheck(o, field->id, plain_value(v, f, field));
        }
    }
    return export_print(o, out, err);
}

bool export_checks(const struct export_check *check, size_t count, const char *verdict, int64_t wall_ms, struct buf *out, struct err *err)
{
    json_set_alloc_funcs(mem_alloc, mem_free);
    json_t *doc = json_object(), *list = json_array();
    json_object_set_new_nocheck(doc, "schema", json_integer(EXPORT_SCHEMA));
    json_object_set_new_nocheck(doc, "at", wall_value(wall_ms));
    json_object_set_new_nocheck(doc, "verdict", export_text_value(verdict));
    for (size_t i = 0; i < count; i++) {
        json_t *one = json_object();
        json_object_set_new_nocheck(one, "pbx", export_text_value(check[i].pbx));
        json_object_set_new_nocheck(one, "check", export_text_value(check[i].check));
        json_object_set_new_nocheck(one, "level", export_text_value(check[i].level));
        json_object_set_new_nocheck(one, "found", export_text_value(check[i].found));
        json_object_set_new_nocheck(one, "todo", export_text_value(check[i].todo));
        json_array_append_new(list, one);
    }
    json_object_set_new_nocheck(doc, "checks", list);
    return export_print(doc, out, err);
}

const char *export_library(void)
{
    return JANSSON_VERSION;
}
