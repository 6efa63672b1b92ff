/* SPDX-License-Identifier: MIT */
/* cli_audit_log: lines become records (core/control/audit.h), records of one order become one row, whatever order the files come in. Keeps the
 * rows in memory, and each text once, since a log says the same a million times; prints nothing but what is wrong with a file. */
#include "tui/cli/cli_audit_log.h"

#include "core/base/map.h"
#include "core/base/mem.h"
#include "tui/cli/cli_unpack.h"

#include <dirent.h>
#include <errno.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

enum { PATH_BYTES_MAX = 8192 };

void audit_log_init(struct audit_log *l)
{
    *l = (struct audit_log){ .orders = map_new(false), .texts = map_new(false), .fd = -1 };
}

void audit_log_clear(struct audit_log *l)
{
    char *text;
    for (size_t i = 0; i < l->count; i++)
        mem_free(l->row[i]);
    for (size_t at = 0; (text = map_each(l->texts, &at)) != NULL;)
        mem_free(map_remove(l->texts, slice_of(text)));
    mem_free(l->row);
    mem_free(l->touched);
    mem_free(l->followed);
    if (l->fd >= 0)
        (void)close(l->fd);
    if (l->lines != NULL)
        (void)audit_lines_end(l->lines, NULL);
    map_free(l->orders);
    map_free(l->texts);
    *l = (struct audit_log){ .fd = -1 };
}

/* --- records --------------------------------------------------------------------------------------------------- */

/* Bytes behind a NUL are lost, as in every text. */
static const char *keep_text(struct audit_log *l, struct slice s)
{
    const char *nul = memchr(s.p, '\0', s.n);
    struct slice text = { s.p, nul != NULL ? (size_t)(nul - s.p) : s.n };
    char *kept = map_get(l->texts, text);
    if (kept != NULL)
        return kept;
    kept = mem_text(text);
    (void)map_put(l->texts, slice_of(kept), kept);
    return kept;
}

static struct audit_row *row_of(struct audit_log *l, const struct audit_record *r)
{
    struct slice key = r->value[AUDIT_ORDER];
    struct audit_row *row = key.n > 0 ? map_get(l->orders, key) : NULL;
    if (row != NULL)
        return row;
    row = mem_alloc(sizeof *row);
    row->at_ms = r->at_ms;
    row->last_ms = INT64_MIN;
    l->row = mem_resize(l->row, l->count + 1, sizeof *l->row);
    l->row[l->count++] = row;
    if (key.n > 0) {
        row->value[AUDIT_ORDER] = keep_text(l, key);
        (void)map_put(l->orders, slice_of(row->value[AUDIT_ORDER]), row);
    }
    return row;
}

static void touch(struct audit_log *l, struct audit_row *row)
{
    if (l->followed == NULL || row->is_touched)
        return;
    row->is_touched = true;
    l->touched = mem_resize(l->touched, l->touched_count + 1, sizeof *l->touched);
    l->touched[l->touched_count++] = row;
}

/* Where only its outcome was read (the rest is older than what is asked for), that says when it was given. */
static int64_t given_at(const struct audit_record *r)
{
    int64_t ms = 0;
    return slice_int(r->value[AUDIT_MS], 0, INT32_MAX, &ms) ? r->at_ms - ms : r->at_ms;
}

/* What an earlier record says does not take the place of what a later one does. */
static void add_record(struct audit_log *l, const struct audit_record *r)
{
    struct audit_row *row = row_of(l, r);
    bool is_end = slice_eq(r->value[AUDIT_EVENT], slice_of(audit_event_names[AUDIT_END])), is_later = r->at_ms >= row->last_ms;
    int64_t at_ms = given_at(r);
    if (slice_eq(r->value[AUDIT_EVENT], slice_of(audit_event_names[AUDIT_ISSUE])) && !row->has_issue) {
        row->at_ms = r->at_ms;
        row->has_issue = true;
    } else if (at_ms < row->at_ms && (!row->has_issue || at_ms == r->at_ms)) {
        row->at_ms = at_ms;
    }
    row->last_ms = is_later ? r->at_ms : row->last_ms;
    row->has_end = row->has_end || is_end;
    for (size_t f = 0; f < AUDIT_FIELD_COUNT; f++) {
        if (f != AUDIT_ORDER && r->value[f].p != NULL && (is_later || row->value[f] == NULL))
            row->value[f] = keep_text(l, r->value[f]);
    }
    touch(l, row);
}

/* --- files ------------------------------------------------------------------------------------------------------- */

static void tell_bad(const char *path, size_t bad, size_t first)
{
    if (bad == 1)
        fprintf(stderr, "acdtop: line %zu of %s is no record\n", first, path);
    else if (bad > 1)
        fprintf(stderr, "acdtop: %zu lines of %s are no records, the first of them line %zu\n", bad, path, first);
}

struct audit_lines {
    struct audit_log *log;
    struct buf line, store;
    size_t number, bad, first_bad;
    bool is_half; /* the last one has no end */
};

struct audit_lines *audit_lines_new(struct audit_log *l)
{
    struct audit_lines *s = mem_alloc(sizeof *s);
    *s = (struct audit_lines){ .log = l, .line = BUF_INIT(16 * AUDIT_RECORD_MAX), .store = BUF_INIT(16 * AUDIT_RECORD_MAX) };
    return s;
}

static void take_line(struct audit_lines *s, struct slice line)
{
    struct audit_record r;
    s->number++;
    if (!s->line.overflow && line.n > 0 && audit_read(line, &r, &s->store)) {
        if (s->log->wants == NULL || s->log->wants(s->log->context, &r))
            add_record(s->log, &r);
    } else if (s->line.overflow || line.n > 0) {
        s->first_bad = s->bad++ == 0 ? s->number : s->first_bad;
    }
    buf_reset(&s->line);
}

void audit_lines_add(struct audit_lines *s, struct slice bytes)
{
    while (bytes.n > 0) {
        const char *end = memchr(bytes.p, '\n', bytes.n);
        size_t n = end != NULL ? (size_t)(end - bytes.p) : bytes.n;
        struct slice piece = { bytes.p, n };
        bool is_whole = end != NULL && s->line.len == 0 && !s->line.overflow;
        if (!is_whole)
            (void)buf_add(&s->line, piece);
        if (end != NULL)
            take_line(s, is_whole ? piece : buf_slice(&s->line));
        n += end != NULL;
        bytes = (struct slice){ bytes.p + n, bytes.n - n };
    }
}

bool audit_lines_end(struct audit_lines *s, const char *path)
{
    size_t bad = s->bad;
    if (s->line.len > 0 && path != NULL)
        take_line(s, buf_slice(&s->line));
    bool is_half = s->bad > bad, is_log = s->number == 0 || s->bad < s->number || (is_half && s->number == 1);
    if (path != NULL && is_log)
        tell_bad(path, bad, s->first_bad);
    if (path != NULL && is_log && is_half)
        fprintf(stderr, "acdtop: the last line of %s is not whole: it is being written, or the disk was full\n", path);
    buf_clear(&s->line);
    buf_clear(&s->store);
    mem_free(s);
    return is_log;
}

static bool read_bytes(struct audit_lines *s, struct unpack *u, struct err *err)
{
    static char piece[64 * 1024];
    ssize_t n;
    while ((n = unpack_read(u, piece, sizeof piece, err)) > 0)
        audit_lines_add(s, (struct slice){ piece, (size_t)n });
    return n == 0;
}

bool audit_log_read(struct audit_log *l, const char *path, struct err *err)
{
    const char *name = strcmp(path, "-") == 0 ? "standard input" : path;
    struct unpack u;
    if (!unpack_open(&u, path, err))
        return false;
    struct audit_lines *s = audit_lines_new(l);
    struct err ignored = ERR_INIT;
    bool ok = read_bytes(s, &u, err);
    ok = unpack_close(&u, ok ? err : &ignored) && ok;
    bool is_log = audit_lines_end(s, name);
    return ok && (is_log || err_set(err, ERR_SYSTEM, "%s is no audit log: none of its lines is a record", name));
}

static bool is_digits(const char *s)
{
    return *s != '\0' && s[strspn(s, "0123456789")] == '\0';
}

/* Was `name` the file called `base` once? .1, -20261122, and the same packed. */
static bool is_rotated(const char *name, const char *base)
{
    size_t n = strlen(base);
    char plain[NAME_MAX + 1];
    (void)snprintf(plain, sizeof plain, "%s", name);
    char *end = unpack_is_packed(plain) ? strrchr(plain, '.') : NULL;
    if (end != NULL)
        *end = '\0';
    return strncmp(plain, base, n) == 0 && (plain[n] == '.' || plain[n] == '-') && is_digits(plain + n + 1 + (plain[n + 1] == '-'));
}

/* One of the older files that cannot be read is told, and the others are read all the same. */
static bool read_one(struct audit_log *l, const char *path, bool is_base, struct err *err)
{
    struct err why = ERR_INIT;
    bool ok = audit_log_read(l, path, is_base ? err : &why);
    if (!ok && !is_base)
        fprintf(stderr, "acdtop: %s\n", why.text);
    return ok || !is_base;
}

bool audit_log_read_all(struct audit_log *l, const char *path, struct err *err)
{
    struct buf file = BUF_INIT(PATH_BYTES_MAX);
    const char *slash = strrchr(path, '/'), *base = slash != NULL ? slash + 1 : path;
    size_t found = 0;
    const struct dirent *entry;
    bool ok = buf_add(&file, (struct slice){ path, (size_t)(base - path) });
    DIR *folder = opendir(slash != NULL ? buf_slice(&file).p : ".");
    if (folder == NULL && errno == EACCES && l->followed == NULL) { /* which older ones there are is not told; the log may be readable all the same */
        buf_clear(&file);
        return audit_log_read(l, path, err);
    }
    while (ok && folder != NULL && (entry = readdir(folder)) != NULL) {
        bool is_base = strcmp(entry->d_name, base) == 0;
        if (!is_base && !is_rotated(entry->d_name, base))
            continue;
        buf_reset(&file);
        (void)buf_addf(&file, "%.*s%s", (int)(base - path), path, entry->d_name);
        ok = (is_base && l->followed != NULL) || read_one(l, buf_slice(&file).p, is_base, err);
        found++;
    }
    if (folder != NULL)
        (void)closedir(folder);
    buf_clear(&file);
    return ok && (found > 0 || l->followed != NULL || err_set(err, ERR_SYSTEM, "there is no audit log %s: no order was written down there", path));
}

static int by_time(const void *a, const void *b)
{
    const struct audit_row *ra = *(const struct audit_row *const *)a, *rb = *(const struct audit_row *const *)b;
    const char *ka = ra->value[AUDIT_ORDER], *kb = rb->value[AUDIT_ORDER];
    if (ra->at_ms != rb->at_ms)
        return ra->at_ms < rb->at_ms ? -1 : 1;
    return strcmp(ka != NULL ? ka : "", kb != NULL ? kb : "");
}

void audit_log_sort(struct audit_log *l)
{
    if (l->count > 0)
        qsort(l->row, l->count, sizeof *l->row, by_time);
}
