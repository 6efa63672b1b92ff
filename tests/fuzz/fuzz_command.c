/* SPDX-License-Identifier: MIT */
/* A line of commands from any bytes: understood, or refused with a sentence and a place inside of the line; its words,
 * written as they must be, are read back the same; and what could be typed next lies inside of it, wherever the cursor is. */
#include "core/control/command.h"
#include "tests/fuzz/fuzz.h"

static void check_words(const struct command *c, enum command_where where)
{
    struct buf line = BUF_INIT(COMMAND_LINE_MAX * 4);
    struct command again;
    struct command_fault fault;
    bool has_rest = command_table[c->id].arg[0].kind == COMMAND_ARG_REST;
    (void)buf_addf(&line, "%s", command_table[c->id].name);
    for (size_t i = 0; i < c->count; i++) {
        (void)buf_add_char(&line, ' ');
        if (has_rest)
            (void)buf_add(&line, c->word[i].text);
        else
            command_add_word(&line, c->word[i].text);
    }
    if (line.len <= COMMAND_LINE_MAX) {
        FUZZ_CHECK(command_parse(buf_slice(&line), where, &again, &fault));
        FUZZ_CHECK(again.id == c->id && again.count == c->count);
        for (size_t i = 0; i < c->count; i++)
            FUZZ_CHECK(slice_eq(again.word[i].text, c->word[i].text));
        command_clear(&again);
    }
    buf_clear(&line);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static const enum command_where places[] = { COMMAND_SHELL, COMMAND_CONSOLE };
    unsigned long live = mem_live();
    struct slice line = size > 0 ? fuzz_slice(data, size) : SLICE("");
    if (memchr(line.p, '\0', line.n) != NULL)
        return 0; /* no such line can be typed */
    for (size_t p = 0; p < 2; p++) {
        struct command c;
        struct command_fault fault;
        bool ok = command_parse(line, places[p], &c, &fault);
        FUZZ_CHECK(ok == (fault.err.kind == ERR_NONE));
        FUZZ_CHECK(fault.at <= line.n && fault.n <= line.n - fault.at);
        for (size_t i = 0; i < c.count; i++)
            FUZZ_CHECK(c.word[i].at + c.word[i].n <= line.n);
        if (ok)
            check_words(&c, places[p]);
        command_clear(&c);
        for (size_t at = 0; at <= line.n && at < 100; at++) {
            struct command_place place = command_place(line, at, places[p]);
            FUZZ_CHECK(place.from <= at && place.typed.p >= line.p && place.typed.n <= at);
        }
    }
    fuzz_check_live(live);
    return 0;
}
