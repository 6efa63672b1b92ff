/* SPDX-License-Identifier: MIT */
/* session_rights: which classes of manager.conf the AMI user has, as far as Asterisk lets one see. The write classes follow from
 * the commands that ListCommands offers, each with the classes of which any one suffices; the read classes are never told and
 * show only in the events that come. */
#include "core/link/session_private.h"

#include "core/base/mem.h"

static const char *const words[] = { "agent", "call", "originate", "system", "reporting", "user", "dialplan", "command", "config", "message", "log",
                                     "verbose", "dtmf", "cdr", "agi", "cc", "aoc", "test", "security" };
enum { WORD_COUNT = sizeof words / sizeof words[0], WORD_REPORTING = 4 };
_Static_assert(WORD_COUNT <= 32, "a bit a class");

static const struct {
    unsigned event_class; /* enum event_class */
    const char *word;
} seen_words[] = { { CLASS_AGENT, "agent" }, { CLASS_CALL, "call" }, { CLASS_SYSTEM, "system" }, { CLASS_DIALPLAN, "dialplan" } };

static void add_word(struct buf *out, const char *word)
{
    buf_addf(out, "%s%s", out->len > 0 ? "," : "", word);
}

/* "Set a variable.  (Priv: call,all)": its classes; 0 where there are none. */
static uint32_t classes_of(struct slice synopsis)
{
    const struct slice mark = SLICE("(Priv: ");
    uint32_t found = 0;
    struct slice list = { synopsis.p, 0 };
    for (size_t i = 0; i + mark.n <= synopsis.n; i++) { /* the last one: a synopsis may say what it likes */
        struct slice at = { synopsis.p + i, synopsis.n - i };
        if (slice_starts(at, mark))
            list = (struct slice){ at.p + mark.n, at.n - mark.n };
    }
    if (list.n > 0 && list.p[list.n - 1] == ')')
        list.n--;
    while (list.n > 0) {
        struct slice word = slice_cut(list, ',', &list);
        for (size_t i = 0; i < WORD_COUNT; i++)
            found |= slice_eq_nocase(word, slice_of(words[i])) ? UINT32_C(1) << i : 0;
    }
    return found;
}

static bool is_single(uint32_t classes)
{
    return classes != 0 && (classes & (classes - 1)) == 0;
}

/* A command of one class proves it. One of several proves that there is one of them; every class but reporting has commands of
 * its own, so where none of the others is proven it is that one. */
void session_note_rights(struct session *s, const struct frame *list)
{
    uint32_t has = 0;
    for (size_t i = 0; i < list->count; i++) {
        uint32_t classes = classes_of((struct slice){ list->field[i].value, list->field[i].value_n });
        has |= is_single(classes) ? classes : 0;
    }
    for (size_t i = 0; i < list->count; i++) {
        uint32_t classes = classes_of((struct slice){ list->field[i].value, list->field[i].value_n });
        bool is_open = classes != 0 && (classes & has) == 0;
        has |= is_open ? classes & UINT32_C(1) << WORD_REPORTING : 0;
    }
    struct buf text = BUF_INIT(512);
    for (size_t i = 0; i < WORD_COUNT; i++) {
        if ((has >> i & 1) != 0)
            add_word(&text, words[i]);
    }
    mem_assign(&s->write_classes, text.len > 0 ? buf_slice(&text) : SLICE("none"));
    buf_clear(&text);
}

void session_note_class(struct session *s, unsigned event_class)
{
    if ((s->seen & event_class) == event_class)
        return;
    s->seen |= event_class;
    struct buf text = BUF_INIT(256);
    for (size_t i = 0; i < sizeof seen_words / sizeof seen_words[0]; i++) {
        if ((s->seen & seen_words[i].event_class) != 0)
            add_word(&text, seen_words[i].word);
    }
    mem_assign(&s->seen_classes, buf_slice(&text));
    buf_clear(&text);
}

void session_forget_rights(struct session *s)
{
    s->seen = 0;
    mem_assign(&s->seen_classes, (struct slice){ NULL, 0 });
    mem_assign(&s->write_classes, (struct slice){ NULL, 0 });
}
