/* SPDX-License-Identifier: MIT */
/* secrets: where a keeper's secrets come from, without ever waiting for them: a file or a command is read by a
 * child process with nothing open but its pipe; a typed one comes from the console. They stay in the vault. */
#ifndef CORE_KEEPER_SECRETS_H
#define CORE_KEEPER_SECRETS_H

#include "core/config/settings.h"

struct secrets;
struct pollfd;

struct secrets_hooks {
    void (*known)(void *context, const struct pbx_settings *pbx);
    void (*failed)(void *context, const struct pbx_settings *pbx, const char *why); /* it is tried again by itself */
    void *context;
};

struct secrets *secrets_new(const struct secrets_hooks *hooks);
void secrets_free(struct secrets *s);

/* Begins to get it, or gets it anew (the PBX refused what we have). Nothing happens for one that is typed. */
void secrets_want(struct secrets *s, const struct pbx_settings *pbx, int64_t mono_ms);
MUST_USE bool secrets_typed(struct secrets *s, const struct pbx_settings *pbx, struct slice text, struct err *err);
/* Copies it into `out`. */
MUST_USE bool secrets_get(const struct secrets *s, const struct pbx_settings *pbx, struct buf *out, struct err *err);

size_t secrets_poll(const struct secrets *s, struct pollfd *out, size_t max); /* how many were filled */
void secrets_turn(struct secrets *s, int64_t mono_ms);
int64_t secrets_deadline(const struct secrets *s);

#endif
