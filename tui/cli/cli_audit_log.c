/* SPDX-License-Identifier: MIT */
/* cli_audit_log: lines become records (core/control/audit.h), records of one order become one row, whatever order the files come in. Keeps the
 * rows in memory; prints nothing but what is wrong with a file. */
#include "tui/cli/cli_audit_log.h"

#include "core/base/map.h"
#include "core/base/mem.h"

#include <dirent.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>

enum { PATH_BYTES_MAX = 8192 };

void audit_log_init(struct audit_log *l)
{
    *l = (struct audit_log){ .orders = map_new(false) };
}

void audit_log_clear(struct audit_log *l)
{
    for (size_t i = 0; i < l->count; i++) {
        for (size_t f = 0; f < AUDIT_FIELD_COUNT; f++)
            mem_free(l->row[i]->value[f]);
        mem_free(l->row[i]);
    }
    mem_free(l->row);
    map_free(l->orders);
    *l = (struct audit_log){ .row = NULL };
}

/* --- records --------------------------------------------------------------------------------------------------- */

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
        row->value[AUDIT_ORDER] = mem_text(key);
        (void)map_put(l->orders, slice_of(row->value[AUDIT_ORDER]), row);
    }
    return row;
}

/* What an earlier record says does not take the place of what a later one does. */
static void add_record(struct audit_log *l, const struct audit_record *r)
{
    struct audit_row *row = row_of(l, r);
    bool is_end = slice_eq(r->value[AUDIT_EVENT], slice_of(audit_event_names[AUDIT_END])), is_later = r->at_ms >= row->last_ms;
    row->at_ms = r->at_ms < row->at_ms ? r->at_ms : row->at_ms;
    row->last_ms = is_later ? r->at_ms : row->last_ms;
    row->has_end = row->has_end || is_end;
    for (size_t f = 0; f < AUDIT_FIELD_COUNT; f++) {
        if (f != AUDIT_ORDER && r->value[f].p != NULL && (is_later || row->value[f] == NULL))
            (void)mem_assign(&row->value[f], r->value[f]);
    }
}

/* --- files ------------------------------------------------------------------------------------------------------- */

static void tell_bad(const char *path, size_t bad, size_t first)
{
    if (bad == 1)
        fprintf(stderr, "acdtop: line %zu of %s is no record\n", first, path);
    else if (bad > 1)
        fprintf(stderr, "acdtop: %zu lines of %s are no records, the first of them line %zu\n", bad, path, first);
}

struct lines { /* of one file */
    struct audit_log *log;
    struct buf line, store;
    size_t number, bad, first_bad;
};

static void take_line(struct lines *s)
{
    struct audit_record r;
    s->number++;
    if (!s->line.overflow && s->line.len > 0 && audit_read(buf_slice(&s->line), &r, &s->store))
        add_record(s->log, &r);
    else if (s->line.overflow || s->line.len > 0)
        s->first_bad = s->bad++ == 0 ? s->number : s->first_bad;
    buf_reset(&s->line);
}

static void take_bytes(struct lines *s, struct slice bytes)
{
    while (bytes.n > 0) {
        const char *end = memchr(bytes.p, '\n', bytes.n);
        size_t n = end != NULL ? (size_t)(end - bytes.p) : bytes.n;
        (void)buf_add(&s->line, (struct slice){ bytes.p, n });
        if (end != NULL)
            take_line(s);
        n += end != NULL;
        bytes = (struct slice){ bytes.p + n, bytes.n - n };
    }
}

bool audit_log_read(struct audit_log *l, const char *path, struct err *err)
{
    static char piece[64 * 1024];
    bool is_piped = strcmp(path, "-") == 0;
    struct lines s = { .log = l, .line = BUF_INIT(16 * AUDIT_RECORD_MAX), .store = BUF_INIT(16 * AUDIT_RECORD_MAX) };
    FILE *file = is_piped ? stdin : fopen(path, "re");
    size_t n;
    if (file == NULL)
        return err_errno(err, ERR_SYSTEM, "cannot read the audit log %s", path);
    while ((n = fread(piece, 1, sizeof piece, file)) > 0)
        take_bytes(&s, (struct slice){ piece, n });
    bool ok = !ferror(file) || err_errno(err, ERR_SYSTEM, "cannot read the audit log %s", path);
    if (s.line.len > 0)
        take_line(&s);
    tell_bad(is_piped ? "standard input" : path, s.bad, s.first_bad);
    buf_clear(&s.line);
    buf_clear(&s.store);
    if (!is_piped)
        (void)fclose(file);
    return ok;
}

static bool is_digits(const char *s)
{
    return *s != '\0' && s[strspn(s, "0123456789")] == '\0';
}

static bool has_end(const char *name, const char *end)
{
    size_t n = strlen(name), m = strlen(end);
    return n > m && strcmp(name + n - m, end) == 0;
}

/* Was `name` the file called `base` once? */
static bool is_rotated(const char *name, const char *base)
{
    size_t n = strlen(base);
    return strncmp(name, base, n) == 0 && (name[n] == '.' || name[n] == '-') && is_digits(name + n + 1 + (name[n + 1] == '-'));
}

static bool is_packed(const char *name, const char *base)
{
    return strncmp(name, base, strlen(base)) == 0 && (has_end(name, ".gz") || has_end(name, ".xz") || has_end(name, ".bz2") || has_end(name, ".zst"));
}

bool audit_log_read_all(struct audit_log *l, const char *path, struct err *err)
{
    struct buf file = BUF_INIT(PATH_BYTES_MAX);
    const char *slash = strrchr(path, '/'), *base = slash != NULL ? slash + 1 : path;
    size_t found = 0;
    const struct dirent *entry;
    bool ok = buf_add(&file, (struct slice){ path, (size_t)(base - path) });
    DIR *folder = opendir(slash != NULL ? buf_slice(&file).p : ".");
    while (ok && folder != NULL && (entry = readdir(folder)) != NULL) {
        buf_reset(&file);
        (void)buf_addf(&file, "%.*s%s", (int)(base - path), path, entry->d_name);
        if (strcmp(entry->d_name, base) == 0 || is_rotated(entry->d_name, base)) {
            ok = audit_log_read(l, buf_slice(&file).p, err);
            found++;
        } else if (is_packed(entry->d_name, base)) {
            fprintf(stderr, "acdtop: %s is packed and was not read: unpack it and pipe it into 'acdtop audit -'\n", buf_slice(&file).p);
            found++;
        }
    }
    if (folder != NULL)
        (void)closedir(folder);
    buf_clear(&file);
    return ok && (found > 0 || err_set(err, ERR_SYSTEM, "there is no audit log %s: no order was written down there", path));
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
