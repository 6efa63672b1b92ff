/* SPDX-License-Identifier: MIT */
/* entries: life of struct settings: defaults in, lists grown and dropped, everything freed.
 * Owns every text in it and the origin of every value. */
#include "core/config/entries.h"

#include "core/base/mem.h"
#include "core/config/options.h"

static char **new_origin(void)
{
    return mem_array(option_count, sizeof(char *));
}

static void free_origin(char **origin)
{
    for (size_t i = 0; origin != NULL && i < option_count; i++)
        mem_free(origin[i]);
    mem_free(origin);
}

static size_t row_number(const struct option_row *row)
{
    return (size_t)(row - option_table);
}

void entries_set_origin(char **origin, const struct option_row *row, const char *where)
{
    (void)mem_assign(&origin[row_number(row)], slice_of(where));
}

const char *entries_origin(char *const *origin, const struct option_row *row)
{
    return origin[row_number(row)];
}

struct pbx_settings *entries_add_pbx(struct settings *s)
{
    s->pbx = mem_resize(s->pbx, s->pbx_count + 1, sizeof *s->pbx);
    struct pbx_settings *pbx = &s->pbx[s->pbx_count++];
    *pbx = (struct pbx_settings){ .origin = new_origin() };
    option_defaults(OPTION_PBX, pbx);
    return pbx;
}

struct role_settings *entries_add_role(struct settings *s)
{
    s->role = mem_resize(s->role, s->role_count + 1, sizeof *s->role);
    struct role_settings *role = &s->role[s->role_count++];
    *role = (struct role_settings){ .origin = new_origin() };
    option_defaults(OPTION_ROLE, role);
    return role;
}

void entries_drop_pbx(struct settings *s)
{
    for (size_t i = 0; i < s->pbx_count; i++) {
        struct pbx_settings *pbx = &s->pbx[i];
        option_clear(OPTION_PBX, pbx);
        mem_free(pbx->user);
        mem_free(pbx->host);
        mem_free(pbx->socket_path);
        free_origin(pbx->origin);
    }
    mem_free(s->pbx);
    s->pbx = NULL;
    s->pbx_count = 0;
}

void entries_drop_roles(struct settings *s)
{
    for (size_t i = 0; i < s->role_count; i++) {
        option_clear(OPTION_ROLE, &s->role[i]);
        free_origin(s->role[i].origin);
    }
    mem_free(s->role);
    s->role = NULL;
    s->role_count = 0;
}

void settings_init(struct settings *s)
{
    *s = (struct settings){ .origin = new_origin() };
    option_defaults(OPTION_GLOBAL, s);
}

void settings_clear(struct settings *s)
{
    entries_drop_pbx(s);
    entries_drop_roles(s);
    option_clear(OPTION_GLOBAL, s);
    free_origin(s->origin);
    *s = (struct settings){ 0 };
}

const char *settings_role(const struct settings *s, int64_t penalty)
{
    for (size_t i = 0; i < s->role_count; i++)
        if (s->role[i].penalty == penalty)
            return s->role[i].name;
    return NULL;
}
