/* SPDX-License-Identifier: MIT */
/* finish: flags of the command line, and what must agree once everything has been read.
 * Sentences begin with the place that has to be changed: FILE:LINE or the flag. */
#include "core/base/mem.h"
#include "core/config/directory.h"
#include "core/config/entries.h"
#include "core/config/options.h"
#include "core/config/url.h"

#include <stdio.h>

static struct pbx_settings *flagged_pbx(struct settings *s, const struct option_row *row, struct err *err)
{
    if (strcmp(row->name, "url") == 0) {
        if (!s->has_flag_pbx)
            entries_drop(s, OPTION_PBX);
        s->has_flag_pbx = true;
        return entries_add(s, OPTION_PBX);
    }
    if (s->pbx_count > 0)
        return &s->pbx[s->pbx_count - 1];
    (void)err_set(err, ERR_USAGE, "it belongs to a PBX: give --url ami://USER@HOST before it");
    return NULL;
}

static bool store_flag(struct settings *s, const struct option_row *row, const char *flag, const char *value, struct err *err)
{
    char **origin = s->origin;
    void *base = s;
    if (value == NULL && row->type != OPTION_BOOL)
        return err_set(err, ERR_USAGE, "it needs a value: %s %s", flag, row->value != NULL ? row->value : "VALUE");
    if (!entries_may_change(s, row, err))
        return false;
    if (row->scope == OPTION_PBX) {
        struct pbx_settings *pbx = flagged_pbx(s, row, err);
        if (pbx == NULL)
            return false;
        origin = pbx->origin;
        base = pbx;
    }
    const char *was = entries_origin(origin, row);
    if (row->type == OPTION_TEXTS && (was == NULL || strcmp(was, flag) != 0))
        option_clear_row(row, base); /* the first such flag replaces what the files said, the others add to it */
    if (!option_store(row, base, OPTION_FORM_FLAG, value != NULL ? slice_of(value) : SLICE("true"), NULL, err))
        return false;
    entries_set_origin(origin, row, flag);
    return true;
}

bool settings_flag(struct settings *s, struct slice name, const char *value, struct err *err)
{
    const struct option_row *row = option_flag(name);
    if (row == NULL)
        return option_unknown(OPTION_GLOBAL, true, name, err);
    char flag[80];
    (void)snprintf(flag, sizeof flag, "--%.*s", SLICE_FMT(name));
    for (char *c = flag; *c != '\0'; c++)
        *c = *c == '_' ? '-' : *c;
    if (store_flag(s, row, flag, value, err))
        return true;
    if (err != NULL && err->kind == ERR_CONFIG)
        err->kind = ERR_USAGE; /* the command line is at fault, not a file */
    return err_prefix(err, "%s", flag);
}

/* The place of one option of this PBX goes in front of the sentence. */
static bool blame(const struct pbx_settings *pbx, const char *option, struct err *err)
{
    const char *where = entries_origin(pbx->origin, option_find(OPTION_PBX, slice_of(option)));
    if (where == NULL)
        return false;
    if (err != NULL && where[0] == '-')
        err->kind = ERR_USAGE;
    return err_prefix(err, "%s", where);
}

static bool check_secret(const struct pbx_settings *pbx, struct err *err)
{
    if (pbx->secret_file == NULL || pbx->secret_command == NULL)
        return true;
    (void)err_set(err, ERR_CONFIG, "secret_command and secret_file are both given for PBX '%s'; keep one of them", pbx->name);
    return blame(pbx, "secret_command", err);
}

static bool check_tls(const struct pbx_settings *pbx, struct err *err)
{
    const char *option = pbx->ca != NULL ? "ca" : "pin";
    if (!pbx->is_tls && (pbx->ca != NULL || pbx->pin != NULL)) {
        (void)err_set(err, ERR_CONFIG, "%s is for TLS, but the url of PBX '%s' is without; write amis:// there", option, pbx->name);
        return blame(pbx, option, err);
    }
    if (pbx->pin != NULL && !slice_starts(slice_of(pbx->pin), SLICE("sha256//"))) {
        (void)err_set(err, ERR_CONFIG, "pin must be sha256// and the hash of the public key in base64");
        return blame(pbx, "pin", err);
    }
    return true;
}

static bool check_proxy(const struct pbx_settings *pbx, struct err *err)
{
    static const char *const schemes[] = { "http://", "https://", "socks4://", "socks4a://", "socks5://", "socks5h://" };
    if (pbx->proxy == NULL)
        return true;
    for (size_t i = 0; i < sizeof schemes / sizeof schemes[0]; i++)
        if (slice_starts(slice_of(pbx->proxy), slice_of(schemes[i])) && strlen(pbx->proxy) > strlen(schemes[i]))
            return true;
    (void)err_set(err, ERR_CONFIG, "proxy must begin with socks5h://, socks5://, socks4a://, socks4://, http:// or https://");
    return blame(pbx, "proxy", err);
}

/* Names are compared as they are typed: without case. */
static bool check_name(const struct settings *s, size_t number, struct err *err)
{
    const struct pbx_settings *pbx = &s->pbx[number];
    for (size_t i = 0; i < number; i++) {
        if (!slice_eq_nocase(slice_of(s->pbx[i].name), slice_of(pbx->name)))
            continue;
        (void)err_set(err, ERR_CONFIG, "two PBXs are called '%s'; give each a name of its own (name, --name)", pbx->name);
        return blame(pbx, entries_origin(pbx->origin, option_find(OPTION_PBX, SLICE("name"))) != NULL ? "name" : "url", err);
    }
    return true;
}

static bool finish_pbx(struct settings *s, size_t number, struct err *err)
{
    struct pbx_settings *pbx = &s->pbx[number];
    if (!url_read(pbx, err))
        return blame(pbx, "url", err);
    if (pbx->name == NULL)
        pbx->name = mem_strdup(pbx->host != NULL ? pbx->host : pbx->socket_path);
    return check_name(s, number, err) && check_secret(pbx, err) && check_tls(pbx, err) && check_proxy(pbx, err);
}

static bool finish_role(const struct settings *s, size_t number, struct err *err)
{
    const struct role_settings *role = &s->role[number];
    for (size_t i = 0; i < number; i++)
        if (s->role[i].penalty == role->penalty)
            return err_set(err, ERR_CONFIG, "%s: penalty %lld is already the role '%s'",
                           entries_origin(role->origin, option_find(OPTION_ROLE, SLICE("penalty"))), (long long)role->penalty, s->role[i].name);
    return true;
}

static bool is_role(const struct settings *s, const char *word)
{
    int64_t penalty;
    for (size_t i = 0; i < s->role_count; i++)
        if (slice_eq_nocase(slice_of(s->role[i].name), slice_of(word)))
            return true;
    return slice_int(slice_of(word), 0, 1000000, &penalty);
}

static bool finish_set(const struct settings *s, size_t number, struct err *err)
{
    const struct set_settings *set = &s->set[number];
    for (size_t i = 0; i < number; i++)
        if (slice_eq_nocase(slice_of(s->set[i].name), slice_of(set->name)))
            return err_set(err, ERR_CONFIG, "%s: two sets are called '%s'", entries_origin(set->origin, option_find(OPTION_SET, SLICE("name"))), set->name);
    return set->role == NULL || is_role(s, set->role) ||
           err_set(err, ERR_CONFIG, "%s: '%s' is neither a name in roles nor a penalty", entries_origin(set->origin, option_find(OPTION_SET, SLICE("role"))), set->role);
}

bool settings_finish(struct settings *s, struct err *err)
{
    bool ok = true;
    s->is_readonly = s->is_readonly || s->is_wall; /* the keeper reads the same files and flags: its gate is shut before anything is sent */
    for (size_t i = 0; ok && i < s->pbx_count; i++)
        ok = finish_pbx(s, i, err);
    for (size_t i = 0; ok && i < s->role_count; i++)
        ok = finish_role(s, i, err);
    for (size_t i = 0; ok && i < s->set_count; i++)
        ok = finish_set(s, i, err);
    struct directory *d = ok ? directory_new(s, err) : NULL; /* for what it refuses */
    ok = d != NULL;
    directory_free(d);
    return ok;
}

bool settings_no_pbx(struct err *err)
{
    return err_set(err, ERR_CONFIG, "no PBX is given: 'acdtop setup' asks for one at a terminal; or acdtop --url ami://USER@HOST --secret-file FILE, or the list pbx in "
                                    "~/.config/acdtop/acdtop.conf; acdtop --demo needs none");
}
