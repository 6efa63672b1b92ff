/* SPDX-License-Identifier: MIT */
/* mask: digits become stars. One table says which texts of which fact are numbers, which are names (a PBX that has no name for a caller puts
 * the number there) and which are sentences with numbers in them. Owns a copy of one fact, whose other texts are borrowed. */
#include "core/floor/mask.h"

#include "core/base/buf.h"
#include "core/base/mem.h"

enum { TAIL = 2, SHORT = 4, RUN = 7, SERIAL = 8, COPIES = 4, TEXTS = 8, TEXT_MAX = 80 * 1024 };

enum manner { MANNER_NUMBER, MANNER_NAME, MANNER_TEXT };

static const struct row {
    enum fact_kind kind;
    enum manner manner;
    size_t offset;
} rows[] = {
#define ROW(kind_, type_, member_, manner_) { .kind = FACT_##kind_, .manner = MANNER_##manner_, .offset = offsetof(struct type_, member_) }
    ROW(CALLER, fact_caller, number, NUMBER), ROW(CALLER, fact_caller, name, NAME), ROW(CALLER, fact_caller, channel, TEXT),
    ROW(CALL, fact_call, number, NUMBER), ROW(CALL, fact_call, name, NAME), ROW(CALL, fact_call, channel, TEXT), ROW(CALL, fact_call, agent_channel, TEXT),
    ROW(CALL, fact_call, phone_channel, TEXT),
    ROW(AGENT, fact_agent, peer_number, NUMBER), ROW(AGENT, fact_agent, peer_name, NAME),
    ROW(MEMBER, fact_member, peer_number, NUMBER), ROW(MEMBER, fact_member, peer_name, NAME),
    ROW(LINE, fact_line, number, NUMBER), ROW(LINE, fact_line, name, NAME), ROW(LINE, fact_line, note, TEXT),
    ROW(SPY, fact_spy, spyee_channel, TEXT),
    ROW(ORDER, fact_order, line, TEXT), ROW(ORDER, fact_order, what, TEXT), ROW(ORDER, fact_order, answer, TEXT), ROW(ORDER, fact_order, requests, TEXT),
#undef ROW
};

struct copy {
    union fact_any fact;
    struct buf text[TEXTS];
};

struct mask {
    struct copy copy[COPIES]; /* taken in turn */
    size_t next;
};

struct mask *mask_new(void)
{
    struct mask *m = mem_alloc(sizeof *m);
    for (size_t i = 0; i < COPIES * TEXTS; i++)
        m->copy[i / TEXTS].text[i % TEXTS] = BUF_INIT(TEXT_MAX);
    return m;
}

void mask_free(struct mask *m)
{
    for (size_t i = 0; m != NULL && i < COPIES * TEXTS; i++)
        buf_clear(&m->copy[i / TEXTS].text[i % TEXTS]);
    mem_free(m);
}

static bool is_digit(char c)
{
    return c >= '0' && c <= '9';
}

static size_t count_digits(struct slice s)
{
    size_t n = 0;
    for (size_t i = 0; i < s.n; i++)
        n += is_digit(s.p[i]);
    return n;
}

/* How many stay in front: of a long number as much as says country or network. */
static size_t head_of(struct slice number, size_t digits)
{
    bool is_whole = number.n > 0 && number.p[0] == '+';
    return digits >= 10 ? (is_whole ? 4 : 3) : digits >= 7 ? 2 : 1;
}

static void write_number(struct slice number, struct buf *out)
{
    size_t digits = count_digits(number), head = head_of(number, digits), seen = 0;
    for (size_t i = 0; i < number.n; i++) {
        seen += is_digit(number.p[i]);
        bool is_hidden = is_digit(number.p[i]) && digits > SHORT && seen > head && seen <= digits - TAIL;
        (void)buf_add_char(out, is_hidden ? '*' : number.p[i]);
    }
}

static size_t run_at(struct slice text, size_t at)
{
    size_t n = 0;
    while (at + n < text.n && is_digit(text.p[at + n]))
        n++;
    return n;
}

static bool is_hex(char c)
{
    return is_digit(c) || (c >= 'a' && c <= 'f');
}

/* The end of a channel's name, "-0000001a": which call of that device it is. */
static bool is_serial(struct slice text, size_t at)
{
    size_t n = 0;
    while (at + n < text.n && is_hex(text.p[at + n]))
        n++;
    return n == SERIAL && at > 0 && text.p[at - 1] == '-' && text.p[at] == '0' && text.p[at + 1] == '0';
}

void mask_text(struct slice text, struct buf *out)
{
    for (size_t i = 0; i < text.n;) {
        size_t n = run_at(text, i);
        bool is_uniqueid = i + n + 1 < text.n && text.p[i + n] == '.' && is_digit(text.p[i + n + 1]);
        size_t plus = i > 0 && text.p[i - 1] == '+';
        struct buf masked = BUF_INIT(TEXT_MAX);
        if (n >= RUN && !is_uniqueid && !is_serial(text, i)) {
            write_number((struct slice){ text.p + i - plus, n + plus }, &masked);
            (void)buf_add(out, (struct slice){ buf_slice(&masked).p + plus, n });
        } else {
            n = n > 0 ? n : 1;
            (void)buf_add(out, (struct slice){ text.p + i, n });
        }
        buf_clear(&masked);
        i += n;
    }
}

static bool has_letter(struct slice s)
{
    for (size_t i = 0; i < s.n; i++) {
        if ((s.p[i] >= 'a' && s.p[i] <= 'z') || (s.p[i] >= 'A' && s.p[i] <= 'Z') || (unsigned char)s.p[i] >= 0x80)
            return true;
    }
    return false;
}

static void write_masked(enum manner manner, struct slice text, struct buf *out)
{
    buf_reset(out);
    if (manner == MANNER_NUMBER || (manner == MANNER_NAME && !has_letter(text)))
        write_number(text, out);
    else
        mask_text(text, out);
}

const struct fact *mask_fact(struct mask *m, enum fact_kind kind, const struct fact *f)
{
    struct copy *copy = &m->copy[m->next % COPIES];
    size_t used = 0;
    const struct fact *result = f;
    for (size_t i = 0; f != NULL && i < sizeof rows / sizeof rows[0]; i++) {
        const char *text;
        if (rows[i].kind != kind)
            continue;
        memcpy(&text, (const char *)f + rows[i].offset, sizeof text);
        if (text == NULL || count_digits(slice_of(text)) <= SHORT)
            continue;
        if (result == f)
            memcpy(&copy->fact, f, fact_table[kind].size);
        struct buf *b = &copy->text[used++];
        write_masked(rows[i].manner, slice_of(text), b);
        char *masked = b->overflow || b->data == NULL ? NULL : b->data; /* nothing rather than half of it */
        memcpy((char *)&copy->fact + rows[i].offset, &masked, sizeof masked);
        result = &copy->fact.head;
    }
    m->next += result != f;
    return result;
}
