/* SPDX-License-Identifier: MIT */
/* rights: the questions that are asked of a person's rights, and their form on the wire: lines of NAME VALUE. Reads no configuration and
 * knows no user. */
#include "core/keeper/rights.h"

#include "core/base/mem.h"

#include <stdio.h>

void rights_all(struct rights *r)
{
    *r = (struct rights){ .role = "admin" };
    for (size_t i = 0; i < COMMAND_COUNT; i++)
        r->may[i] = true;
}

static bool is_narrow(const struct rights_sight *s)
{
    return s->queues != NULL || s->agents != NULL || s->teams != NULL || s->pbxs != NULL;
}

bool rights_is_narrow(const struct rights *r)
{
    for (size_t i = 0; i < RIGHTS_SIGHTS; i++) {
        if (is_narrow(&r->sight[i]))
            return true;
    }
    return r->self[0] != '\0';
}

static const char *class_of(enum command_id id)
{
    for (size_t i = 0; i < command_class_count; i++) {
        if ((command_table[id].where & command_class_table[i].where) != 0)
            return command_class_table[i].name;
    }
    return "other";
}

bool rights_allow(const struct rights *r, enum command_id id, struct err *err)
{
    return r->may[id] || err_set(err, ERR_LOGIN, "'%s' (class %s) is not among what the role %s may do: access_roles in the keeper's configuration decides",
                                 command_table[id].name, class_of(id), r->role);
}

static bool may_nothing(const struct rights *r)
{
    for (size_t i = 0; i < COMMAND_COUNT; i++) {
        if (r->may[i])
            return false;
    }
    return true;
}

/* The same reading as the planner's: a name in quotes is the same name. */
bool rights_allow_lines(const struct rights *r, struct slice lines, struct err *err)
{
    bool ok = true;
    size_t count = 0;
    for (struct slice rest = lines; ok && rest.p != NULL && rest.n > 0;) {
        struct command c;
        struct command_fault fault;
        if (++count > RIGHTS_LINES_MAX)
            return err_set(err, ERR_LOGIN, "an order has %d lines at most: give them as several", RIGHTS_LINES_MAX);
        if (command_parse(slice_cut(rest, '\n', &rest), COMMAND_ORDER, &c, &fault))
            ok = rights_allow(r, c.id, err);
        else if (may_nothing(r))
            ok = err_set(err, ERR_LOGIN, "no order is among what the role %s may do: access_roles in the keeper's configuration decides", r->role);
        command_clear(&c);
    }
    return ok;
}

void rights_write(const struct rights *r, struct buf *out)
{
    (void)buf_addf(out, "role %s\nmasked %d\n", r->role, r->is_masked ? 1 : 0);
    if (r->self[0] != '\0')
        (void)buf_addf(out, "self %s\n", r->self);
    for (size_t i = 0; i < COMMAND_COUNT; i++) {
        if ((command_table[i].where & COMMAND_ORDER) != 0 && r->may[i])
            (void)buf_addf(out, "may %s\n", command_table[i].name);
    }
}

static void read_line(struct slice name, struct slice value, struct rights *out)
{
    enum command_id id;
    if (slice_eq(name, SLICE("role")))
        (void)snprintf(out->role, sizeof out->role, "%.*s", (int)(value.n < RIGHTS_NAME_MAX ? value.n : RIGHTS_NAME_MAX), value.n > 0 ? value.p : "");
    else if (slice_eq(name, SLICE("self")))
        (void)snprintf(out->self, sizeof out->self, "%.*s", (int)(value.n < RIGHTS_SELF_MAX ? value.n : RIGHTS_SELF_MAX), value.n > 0 ? value.p : "");
    else if (slice_eq(name, SLICE("masked")))
        out->is_masked = slice_eq(value, SLICE("1"));
    else if (slice_eq(name, SLICE("may")) && command_find(value, COMMAND_ORDER, &id, NULL))
        out->may[id] = true;
}

void rights_read(struct slice text, struct rights *out)
{
    *out = (struct rights){ .role = "?" };
    for (struct slice rest = text; rest.p != NULL && rest.n > 0;) {
        struct slice value, name = slice_cut(slice_cut(rest, '\n', &rest), ' ', &value);
        read_line(name, value, out);
    }
}
