/* SPDX-License-Identifier: MIT */
/* scan: walks over the text of a settings file, past comments and quoted text, and stops at
 * what libconfig accepts but does not mean: @include (it would read any file), a NUL (the rest
 * would vanish), an integer past 32 bits (it would be cut to another number). Exact line. */
#include "core/config/scan.h"

struct scan {
    struct slice text;
    size_t at;
    int line;
};

static char peek(const struct scan *s, size_t ahead)
{
    return s->at + ahead < s->text.n ? s->text.p[s->at + ahead] : '\n';
}

static void step(struct scan *s)
{
    if (s->at < s->text.n && s->text.p[s->at++] == '\n')
        s->line++;
}

static bool is_at_end(const struct scan *s)
{
    return s->at >= s->text.n;
}

static bool skip_comment(struct scan *s)
{
    bool is_block = peek(s, 0) == '/' && peek(s, 1) == '*';
    if (!is_block && peek(s, 0) != '#' && !(peek(s, 0) == '/' && peek(s, 1) == '/'))
        return false;
    if (is_block) {
        step(s);
        step(s);
    }
    while (!is_at_end(s) && !(is_block ? peek(s, 0) == '*' && peek(s, 1) == '/' : peek(s, 0) == '\n'))
        step(s);
    if (is_block) {
        step(s);
        step(s);
    }
    return true;
}

static bool skip_quoted(struct scan *s)
{
    if (peek(s, 0) != '"')
        return false;
    step(s);
    while (!is_at_end(s) && peek(s, 0) != '"') {
        if (peek(s, 0) == '\\')
            step(s);
        step(s);
    }
    step(s);
    return true;
}

static bool is_word(char c)
{
    return (c >= '0' && c <= '9') || ((c | 0x20) >= 'a' && (c | 0x20) <= 'z') || c == '_' || c == '-' || c == '.' || c == '*' || c == '+';
}

/* A word of digits alone, or 0x and hex digits, that does not fit in 32 bits. */
static bool is_large_number(struct slice word)
{
    int64_t n;
    if (word.n > 2 && word.p[0] == '0' && (word.p[1] | 0x20) == 'x') {
        struct slice hex = { word.p + 2, word.n - 2 };
        while (hex.n > 0 && hex.p[0] == '0')
            hex = (struct slice){ hex.p + 1, hex.n - 1 };
        return hex.n > 7 && hex.p[hex.n - 1] != 'L';
    }
    if (slice_int(word, INT32_MIN, INT32_MAX, &n))
        return false;
    size_t digits = word.n > 0 && (word.p[0] == '-' || word.p[0] == '+') ? 1 : 0;
    size_t first = digits;
    while (digits < word.n && word.p[digits] >= '0' && word.p[digits] <= '9')
        digits++;
    return digits == word.n && digits > first;
}

static const char *read_word(struct scan *s)
{
    size_t from = s->at;
    while (!is_at_end(s) && is_word(peek(s, 0)))
        step(s);
    if (is_large_number((struct slice){ s->text.p + from, s->at - from }))
        return "this number is too large; whole numbers go from -2147483648 to 2147483647";
    return NULL;
}

const char *scan_refuses(struct slice text, int *line)
{
    struct scan s = { text, 0, 1 };
    const char *why = NULL;
    const char *nul = text.n > 0 ? memchr(text.p, '\0', text.n) : NULL;
    if (nul != NULL) {
        while (s.text.p + s.at < nul)
            step(&s);
        why = "there is a NUL byte in the file: not a text file";
    }
    while (why == NULL && !is_at_end(&s)) {
        if (skip_comment(&s) || skip_quoted(&s))
            continue;
        if (is_word(peek(&s, 0)))
            why = read_word(&s);
        else if (peek(&s, 0) == '@')
            why = "@include is not supported; put everything into one file";
        else
            step(&s);
    }
    *line = s.line;
    return why;
}
