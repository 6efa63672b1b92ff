/* SPDX-License-Identifier: MIT */
/* prompt: keys -> a line of text. The cursor is a byte offset that always lies between two characters as people see them
 * (marks stay with their letter). Tab puts the next offered word in, Up the line before that begins with what was typed.
 * Owns the text and copies of the offers. What a line means is none of its business. Drawing: prompt_draw.c. */
#include "tui/keys/prompt.h"

#include <stdlib.h>
#include <strings.h>

#include "core/base/mem.h"
#include "core/base/utf8.h"
#include "tui/keys/prompt_parts.h"

struct prompt *prompt_new(void)
{
    struct prompt *p = mem_alloc(sizeof *p);
    p->text = p->before = p->typed = BUF_INIT(PROMPT_TEXT_MAX + 1);
    p->about = BUF_INIT(PROMPT_TEXT_MAX);
    p->sentence = BUF_INIT(sizeof((struct err *)NULL)->text);
    return p;
}

static void drop_offers(struct prompt *p)
{
    for (size_t i = 0; i < p->offers.count; i++) {
        mem_free(p->offers.at[i].word);
        mem_free(p->offers.at[i].help);
    }
    p->offers.count = p->offers.from = 0;
    p->offers.picked = PROMPT_NONE_PICKED;
}

void prompt_free(struct prompt *p)
{
    if (p == NULL)
        return;
    drop_offers(p);
    mem_free(p->offers.at);
    buf_clear(&p->text);
    buf_clear(&p->before);
    buf_clear(&p->typed);
    buf_clear(&p->sentence);
    buf_clear(&p->about);
    mem_free(p);
}

void prompt_offers_from(struct prompt_offers *o, size_t from)
{
    o->from = from;
}

void prompt_offer(struct prompt_offers *o, struct slice word, const char *help)
{
    if (o->count == PROMPT_OFFERS_MAX)
        return;
    if (o->count == o->cap) {
        o->cap = o->cap > 0 ? o->cap * 2 : 16;
        o->at = mem_resize(o->at, o->cap, sizeof *o->at);
    }
    o->at[o->count++] = (struct offer){ .word = mem_text(word), .help = mem_strdup(help) };
}

void prompt_offer_open(struct prompt_offers *o, struct slice word, const char *help)
{
    size_t count = o->count;
    prompt_offer(o, word, help);
    if (o->count > count)
        o->at[count].is_open = true;
}

size_t prompt_offer_count(const struct prompt_offers *o)
{
    return o->count;
}

void prompt_offer_dim(struct prompt_offers *o)
{
    if (o->count > 0)
        o->at[o->count - 1].is_dim = true;
}

/* Names in quotes stand among the others. */
static int by_name(const void *a, const void *b)
{
    const char *x = ((const struct offer *)a)->word, *y = ((const struct offer *)b)->word;
    return strcasecmp(x + (*x == '"'), y + (*y == '"'));
}

void prompt_offers_sort(struct prompt_offers *o, size_t from)
{
    if (from < o->count)
        qsort(o->at + from, o->count - from, sizeof *o->at, by_name);
}

static void ask_offers(struct prompt *p)
{
    drop_offers(p);
    buf_reset(&p->about);
    if (p->setup.about != NULL)
        p->setup.about(p->setup.context, buf_slice(&p->text), &p->about);
    if (p->setup.offer != NULL)
        p->setup.offer(p->setup.context, buf_slice(&p->text), p->cursor, &p->offers);
    if (p->offers.from > p->cursor)
        p->offers.from = p->cursor;
}

/* The text differs now: what was said about it is about another. */
static enum prompt_news changed(struct prompt *p)
{
    buf_reset(&p->sentence);
    ask_offers(p);
    return PROMPT_CHANGED;
}

static size_t most(const struct prompt *p)
{
    return p->setup.max > 0 && p->setup.max < PROMPT_TEXT_MAX ? p->setup.max : PROMPT_TEXT_MAX;
}

static void set_text(struct buf *b, struct slice text)
{
    buf_reset(b);
    (void)buf_add(b, utf8_head(text, PROMPT_TEXT_MAX));
}

void prompt_open(struct prompt *p, const struct prompt_setup *setup, struct slice text)
{
    p->setup = *setup;
    p->is_open = true;
    p->pressed = (struct chord){ 0 };
    p->recalled = 0;
    set_text(&p->before, text);
    set_text(&p->text, text);
    p->cursor = setup->cursor != 0 && setup->cursor < p->text.len ? setup->cursor : p->text.len;
    (void)changed(p);
}

void prompt_close(struct prompt *p)
{
    p->is_open = false;
    drop_offers(p);
    buf_reset(&p->sentence);
}

bool prompt_is_open(const struct prompt *p)
{
    return p->is_open;
}

bool prompt_has_offers(const struct prompt *p)
{
    return p->offers.count > 0;
}

struct slice prompt_text(const struct prompt *p)
{
    return buf_slice(&p->text);
}

void prompt_mark(struct prompt *p, size_t from, size_t n, struct slice sentence)
{
    p->mark_from = from < p->text.len ? from : p->text.len;
    p->mark_n = n < p->text.len - p->mark_from ? n : p->text.len - p->mark_from;
    buf_reset(&p->sentence);
    (void)buf_add(&p->sentence, utf8_head(sentence, p->sentence.max - 1));
}

void prompt_go_to_mark(struct prompt *p)
{
    if (p->sentence.len > 0 && p->mark_n > 0)
        p->cursor = p->mark_from + p->mark_n;
}

size_t prompt_next(struct slice text, size_t at)
{
    if (at < text.n)
        (void)utf8_next(text, &at);
    for (size_t next = at; next < text.n && utf8_width(utf8_next(text, &next)) == 0;)
        at = next;
    return at;
}

/* Where the character before `at` begins. */
static size_t previous(struct slice text, size_t at)
{
    size_t begin = 0;
    for (size_t next = 0; next < at; next = prompt_next(text, next))
        begin = next;
    return begin;
}

/* Where the word before `at` begins: blanks first, then what is not blank. */
static size_t word_left(struct slice text, size_t at)
{
    while (at > 0 && text.p[at - 1] == ' ')
        at--;
    while (at > 0 && text.p[at - 1] != ' ')
        at--;
    return at;
}

static size_t word_right(struct slice text, size_t at)
{
    while (at < text.n && text.p[at] == ' ')
        at++;
    while (at < text.n && text.p[at] != ' ')
        at++;
    return at;
}

/* text[from..to] becomes `by`; the cursor is behind it. What does not fit changes nothing. */
static enum prompt_news replace(struct prompt *p, size_t from, size_t to, struct slice by)
{
    if ((from == to && by.n == 0) || p->text.len - (to - from) + by.n > most(p))
        return PROMPT_SAME;
    struct buf whole = BUF_INIT(PROMPT_TEXT_MAX + 1);
    (void)buf_add(&whole, (struct slice){ buf_slice(&p->text).p, from });
    (void)buf_add(&whole, by);
    (void)buf_add(&whole, (struct slice){ buf_slice(&p->text).p + to, p->text.len - to });
    buf_clear(&p->text);
    p->text = whole;
    p->cursor = from + by.n;
    return PROMPT_CHANGED;
}

static enum prompt_news edit(struct prompt *p, size_t from, size_t to, struct slice by)
{
    if (replace(p, from, to, by) == PROMPT_SAME)
        return PROMPT_SAME;
    p->recalled = 0;
    return changed(p);
}

static enum prompt_news move_to(struct prompt *p, size_t cursor)
{
    if (cursor == p->cursor)
        return PROMPT_SAME;
    p->cursor = cursor;
    ask_offers(p);
    return PROMPT_MOVED;
}

/* `recalled` counts the lines from the latest, 0 is what is being typed; only lines that begin with that are taken. */
static enum prompt_news recall(struct prompt *p, bool older)
{
    struct slice line = { NULL, 0 };
    size_t at = p->recalled;
    if (p->setup.past == NULL)
        return PROMPT_SAME;
    if (at == 0)
        set_text(&p->typed, buf_slice(&p->text));
    do {
        if (!older && at == 0)
            return PROMPT_SAME;
        at = older ? at + 1 : at - 1;
        line = at > 0 ? p->setup.past(p->setup.context, at - 1) : buf_slice(&p->typed);
        if (line.p == NULL)
            return PROMPT_SAME;
    } while (at > 0 && (!slice_starts(line, buf_slice(&p->typed)) || slice_eq(line, buf_slice(&p->text))));
    p->recalled = at;
    set_text(&p->text, line);
    p->cursor = p->text.len;
    return changed(p);
}

/* How much of the offered words is the same in all of them. */
static size_t common_length(const struct prompt_offers *o)
{
    struct slice head = slice_of(o->at[0].word);
    for (size_t i = 1; i < o->count; i++) {
        size_t n = 0;
        while (n < head.n && o->at[i].word[n] == head.p[n])
            n++;
        head.n = n;
    }
    bool is_quote = head.n == 1 && head.p[0] == '"'; /* alone it says nothing */
    return is_quote ? 0 : utf8_head(slice_of(o->at[0].word), head.n).n;
}

/* A folder goes on. */
static bool is_open(const struct offer *o)
{
    const char *word = o->word;
    size_t n = strlen(word);
    return o->is_open || (n > 0 && (word[n - 1] == '/' || (n > 1 && word[n - 1] == '"' && word[n - 2] == '/')));
}

/* One offer is taken whole, with a blank behind it; of several first what they share, then one after the other. */
static enum prompt_news complete(struct prompt *p, bool back)
{
    struct prompt_offers *o = &p->offers;
    if (o->count == 0)
        return PROMPT_SAME;
    if (o->count == 1) {
        size_t from = o->from;
        struct buf word = BUF_INIT(PROMPT_TEXT_MAX);
        (void)buf_addf(&word, "%s%s", o->at[0].word, is_open(&o->at[0]) || (p->text.data != NULL && p->text.data[p->cursor] == ' ') ? "" : " ");
        enum prompt_news news = edit(p, from, p->cursor, buf_slice(&word));
        buf_clear(&word);
        return news;
    }
    size_t shared = o->picked == PROMPT_NONE_PICKED && !back ? common_length(o) : 0;
    if (shared > p->cursor - o->from) {
        struct buf head = BUF_INIT(PROMPT_TEXT_MAX);
        (void)buf_add(&head, (struct slice){ o->at[0].word, shared });
        enum prompt_news news = edit(p, o->from, p->cursor, buf_slice(&head));
        buf_clear(&head);
        return news;
    }
    size_t last = o->count - 1;
    o->picked = back ? (o->picked == PROMPT_NONE_PICKED || o->picked == 0 ? last : o->picked - 1)
                     : (o->picked == PROMPT_NONE_PICKED || o->picked == last ? 0 : o->picked + 1);
    p->recalled = 0;
    buf_reset(&p->sentence);
    return replace(p, o->from, p->cursor, slice_of(o->at[o->picked].word)); /* the offers stay, to go on among them */
}

static enum prompt_news cancel(struct prompt *p)
{
    set_text(&p->text, buf_slice(&p->before));
    p->cursor = p->text.len;
    (void)changed(p);
    return PROMPT_CANCELLED;
}

enum prompt_news prompt_act(struct prompt *p, enum action a)
{
    struct slice text = buf_slice(&p->text), none = SLICE("");
    size_t at = p->cursor;
    switch (a) {
    case ACTION_PROMPT_ACCEPT: return PROMPT_ACCEPTED;
    case ACTION_PROMPT_CANCEL: return cancel(p);
    case ACTION_PROMPT_LEFT: return move_to(p, previous(text, at));
    case ACTION_PROMPT_RIGHT: return move_to(p, prompt_next(text, at));
    case ACTION_PROMPT_FIRST: return move_to(p, 0);
    case ACTION_PROMPT_LAST: return move_to(p, text.n);
    case ACTION_PROMPT_WORD_LEFT: return move_to(p, word_left(text, at));
    case ACTION_PROMPT_WORD_RIGHT: return move_to(p, word_right(text, at));
    case ACTION_PROMPT_DELETE: return edit(p, previous(text, at), at, none);
    case ACTION_PROMPT_DELETE_NEXT: return edit(p, at, prompt_next(text, at), none);
    case ACTION_PROMPT_DELETE_WORD: return edit(p, word_left(text, at), at, none);
    case ACTION_PROMPT_DELETE_BEFORE: return edit(p, 0, at, none);
    case ACTION_PROMPT_DELETE_AFTER: return edit(p, at, text.n, none);
    case ACTION_PROMPT_OLDER: return recall(p, true);
    case ACTION_PROMPT_NEWER: return recall(p, false);
    case ACTION_PROMPT_COMPLETE: return complete(p, false);
    case ACTION_PROMPT_COMPLETE_BACK: return complete(p, true);
    default: return PROMPT_SAME;
    }
}

enum prompt_news prompt_key(struct prompt *p, const struct keymap *keys, struct key k)
{
    uint32_t c = key_character(k);
    if (c != 0 && p->pressed.count == 0) {
        char bytes[4];
        return edit(p, p->cursor, p->cursor, (struct slice){ bytes, utf8_put(c, bytes) });
    }
    return prompt_act(p, keymap_press(keys, SECTION_PROMPT, &p->pressed, k));
}

enum prompt_news prompt_paste(struct prompt *p, struct slice text)
{
    struct buf line = BUF_INIT(PROMPT_TEXT_MAX);
    bool was_blank = true;
    size_t room = most(p) > p->text.len ? most(p) - p->text.len : 0;
    for (size_t at = 0; at < text.n;) {
        char bytes[4];
        uint32_t c = utf8_next(text, &at);
        if (c == '\n' || c == '\r' || c == '\t')
            c = ' ';
        if (c == 0xfffd || !utf8_is_printable(c) || (c == ' ' && was_blank && line.len > 0))
            continue;
        size_t n = utf8_put(c, bytes);
        if (line.len + n > room)
            break;
        was_blank = c == ' ';
        (void)buf_add(&line, (struct slice){ bytes, n });
    }
    enum prompt_news news = edit(p, p->cursor, p->cursor, buf_slice(&line));
    buf_clear(&line);
    return news;
}
