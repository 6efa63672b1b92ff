/* SPDX-License-Identifier: MIT */
/* origin: variables of the environment become words. Asks no user database, which may be a server that is away. */
#include "core/config/origin.h"

#include <stdlib.h>

enum { WORD_MAX = 64 };

/* The first of these variables that says something. */
static struct slice first_of(const char *const *variable)
{
    for (; *variable != NULL; variable++) {
        struct slice value = slice_of(getenv(*variable));
        if (value.n > 0)
            return value;
    }
    return SLICE("");
}

static void add_cut(struct buf *out, struct slice word)
{
    (void)buf_add(out, (struct slice){ word.p, word.n < WORD_MAX ? word.n : WORD_MAX });
}

void origin_login(struct buf *out)
{
    static const char *const variable[] = { "SUDO_USER", "LOGNAME", "USER", NULL };
    add_cut(out, first_of(variable));
}

void origin_from(struct buf *out)
{
    static const char *const variable[] = { "SSH_CONNECTION", "SSH_CLIENT", NULL };
    struct slice rest, address = slice_cut(first_of(variable), ' ', &rest), port = slice_cut(rest, ' ', &rest);
    add_cut(out, address);
    if (port.n > 0) {
        (void)buf_add(out, SLICE(" port "));
        add_cut(out, port);
    }
}
