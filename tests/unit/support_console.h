/* SPDX-License-Identifier: MIT */
/* console: a client for tests, which counts what its hooks are told. The test program is its own keeper: the client starts
 * /proc/self/exe, and main() hands "--keeper" to console_be_keeper. */
#ifndef TESTS_UNIT_SUPPORT_CONSOLE_H
#define TESTS_UNIT_SUPPORT_CONSOLE_H

#include "core/keeper/client.h"
#include "tests/unit/support_amid.h"

struct console {
    struct client *client;
    size_t flushes, changes, gones, asked;
    size_t changes_of[FACT_COUNT];
    char notice[512];
    const char *secret;
};

/* word[0]: real (then options and their values, and record FILE, replay FILE, permille N), stillborn, garbage, other, refuse. */
int console_be_keeper(char **word);
void console_open(struct console *c, const char *const *words);
void console_close(struct console *c);
/* Turns until claim() holds; false: the keeper ended for good. The test fails when neither comes. */
MUST_USE bool console_wait(struct console *c, bool (*claim)(const struct console *c), struct err *err);
void console_expect(struct console *c, bool (*claim)(const struct console *c));

const struct fact_pbx *console_pbx(const struct console *c);
const struct fact_queue *console_queue(const struct console *c); /* the first */
bool console_is_live(const struct console *c);
bool console_is_lost(const struct console *c);
bool console_never(const struct console *c);

pid_t console_keeper(const struct amid *a); /* the child of ours that is not the PBX; 0: none */
const char *console_url(const struct amid *a);
#define WORDS(a, ...) ((const char *const[]){ "real", "url", console_url(a), "name", "geneva", __VA_ARGS__, NULL })

#endif
