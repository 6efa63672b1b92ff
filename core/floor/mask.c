/* SPDX-License-Identifier: MIT */
/* mask: digits become stars. One table says which texts of which fact are numbers, which are names (a PBX that has no name for a caller puts
 * the number there), which are sentences with numbers in them and which are devices or what stands in their place. Owns copies of facts, whose
 * other texts are borrowed. */
#include "core/floor/mask.h"

#include "core/base/buf.h"
#include "core/base/map.h"
#include "core/base/mem.h"

enum {
    TAIL = 2,
    SHORT = 4,     /* so many digits are an extension, and stay */
    ALONE = 9,     /* so many in a row are a whole number: what stands beside it is another one */
    OUTSIDE = 7,   /* of a device: so many with a 0 or a '+' in front are dialled; ALONE without */
    PARTS = 7,     /* fewer in parts: an extension and a queue, a version */
    SERIAL = 8,
    EPOCH = 10,    /* digits of a Uniqueid before its dot */
    COUNTER = 9,   /* and at most behind it */
    GAP = 3,       /* characters between two parts of one number */
    COPIES = 4,
    NAME = 3,      /* fewer digits are no name */
    TEXTS = 10,
    TEXT_MAX = 80 * 1024
};

enum manner { MANNER_NUMBER, MANNER_NAME, MANNER_TEXT, MANNER_DEVICE };

static const struct row {
    enum fact_kind kind;
    enum manner manner;
    size_t offset;
} rows[] = {
#define ROW(kind_, type_, member_, manner_) { .kind = FACT_##kind_, .manner = MANNER_##manner_, .offset = offsetof(struct type_, member_) }
    ROW(PBX, fact_pbx, drift_last, TEXT),
    ROW(CALLER, fact_caller, number, NUMBER), ROW(CALLER, fact_caller, name, NAME), ROW(CALLER, fact_caller, channel, TEXT),
    ROW(CALL, fact_call, number, NUMBER), ROW(CALL, fact_call, name, NAME), ROW(CALL, fact_call, channel, TEXT), ROW(CALL, fact_call, agent_channel, DEVICE),
    ROW(CALL, fact_call, phone_channel, DEVICE),
    ROW(AGENT, fact_agent, interface, DEVICE), ROW(AGENT, fact_agent, name, DEVICE), ROW(AGENT, fact_agent, extension, DEVICE),
    ROW(AGENT, fact_agent, peer_number, NUMBER), ROW(AGENT, fact_agent, peer_name, NAME), ROW(AGENT, fact_agent, paused_reason, TEXT),
    ROW(MEMBER, fact_member, interface, DEVICE), ROW(MEMBER, fact_member, name, DEVICE), ROW(MEMBER, fact_member, state_interface, DEVICE),
    ROW(MEMBER, fact_member, extension, DEVICE), ROW(MEMBER, fact_member, alias, DEVICE),
    ROW(MEMBER, fact_member, peer_number, NUMBER), ROW(MEMBER, fact_member, peer_name, NAME), ROW(MEMBER, fact_member, paused_reason, TEXT),
    ROW(LINE, fact_line, agent_name, DEVICE), ROW(LINE, fact_line, number, NUMBER), ROW(LINE, fact_line, name, NAME), ROW(LINE, fact_line, note, TEXT),
    ROW(SPY, fact_spy, spyer_channel, DEVICE), ROW(SPY, fact_spy, spyer_number, DEVICE), ROW(SPY, fact_spy, spyer_name, DEVICE), ROW(SPY, fact_spy, spyee_channel, DEVICE),
    ROW(ENDPOINT, fact_endpoint, name, DEVICE), ROW(ENDPOINT, fact_endpoint, interface, DEVICE), ROW(ENDPOINT, fact_endpoint, extension, DEVICE),
    ROW(ENDPOINT, fact_endpoint, called, DEVICE),
    ROW(ORDER, fact_order, line, TEXT), ROW(ORDER, fact_order, what, TEXT), ROW(ORDER, fact_order, interface, DEVICE), ROW(ORDER, fact_order, answer, TEXT),
    ROW(ORDER, fact_order, undo, TEXT), ROW(ORDER, fact_order, requests, TEXT),
#undef ROW
};

struct copy {
    union fact_any fact;
    struct buf text[TEXTS];
};

struct mask {
    struct copy copy[COPIES]; /* taken in turn */
    size_t next;
    struct idmap *known; /* numbers that are names on the floor, a 1 in front: any pointer */
};

struct mask *mask_new(void)
{
    struct mask *m = mem_alloc(sizeof *m);
    for (size_t i = 0; i < COPIES * TEXTS; i++)
        m->copy[i / TEXTS].text[i % TEXTS] = BUF_INIT(TEXT_MAX);
    m->known = idmap_new();
    return m;
}

void mask_free(struct mask *m)
{
    if (m == NULL)
        return;
    for (size_t i = 0; i < COPIES * TEXTS; i++)
        buf_clear(&m->copy[i / TEXTS].text[i % TEXTS]);
    idmap_free(m->known);
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
static size_t head_of(bool is_whole, size_t digits)
{
    return digits >= 10 ? (is_whole ? 4 : 3) : digits >= 7 ? 2 : 1;
}

static void write_number(struct slice number, bool is_whole, struct buf *out)
{
    size_t digits = count_digits(number), head = head_of(is_whole, digits), seen = 0;
    for (size_t i = 0; i < number.n; i++) {
        seen += is_digit(number.p[i]);
        bool is_hidden = is_digit(number.p[i]) && digits > SHORT && seen > head && seen <= digits - TAIL;
        (void)buf_add_char(out, is_hidden ? '*' : number.p[i]);
    }
}

/* ---- numbers inside of a text ---- */

static size_t run_at(struct slice text, size_t at)
{
    size_t n = 0;
    while (at + n < text.n && is_digit(text.p[at + n]))
        n++;
    return n;
}

static bool is_letter(char c)
{
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_';
}

static bool is_hex(char c)
{
    return is_digit(c) || (c >= 'a' && c <= 'f');
}

/* The end of a channel's name, "PJSIP/401-0000001a": which call of that device it is. */
static size_t serial_at(struct slice text, size_t at)
{
    size_t n = 0, from = at;
    while (at + n < text.n && is_hex(text.p[at + n]))
        n++;
    bool ends = at + n == text.n || !is_letter(text.p[at + n]);
    if (n != SERIAL || !ends || at == 0 || text.p[at - 1] != '-' || text.p[at] != '0' || text.p[at + 1] != '0')
        return 0;
    while (from > 0 && text.p[from - 1] != '/' && text.p[from - 1] != ' ' && text.p[from - 1] != '\n')
        from--;
    return from > 0 && text.p[from - 1] == '/' ? n : 0;
}

/* "1700000000.12": seconds of this age, and the number of a channel. */
static size_t uniqueid_at(struct slice text, size_t at)
{
    int64_t ignored;
    size_t n = run_at(text, at), counter = at + n < text.n && text.p[at + n] == '.' ? run_at(text, at + n + 1) : 0;
    bool is_epoch = n == EPOCH && slice_int((struct slice){ text.p + at, n }, 1000000000, INT32_MAX, &ignored) && (at == 0 || text.p[at - 1] != '+');
    return is_epoch && counter > 0 && counter <= COUNTER ? n + 1 + counter : 0;
}

static size_t identity_at(struct slice text, size_t at)
{
    size_t n = uniqueid_at(text, at);
    return n > 0 ? n : serial_at(text, at);
}

/* A character that people write between the parts of a number; 0: another one. Blanks and dashes come in several widths. */
static size_t separator_at(struct slice text, size_t at)
{
    static const char *const wide[] = { "\xc2\xa0", "\xe2\x80\xaf", "\xe2\x80\x89", "\xe2\x80\x90", "\xe2\x80\x91", "\xe2\x80\x93" };
    struct slice rest = { text.p + at, text.n - at };
    for (size_t i = 0; i < sizeof wide / sizeof wide[0]; i++) {
        if (slice_starts(rest, slice_of(wide[i])))
            return strlen(wide[i]);
    }
    return rest.n > 0 && rest.p[0] != '\0' && strchr(" -./()", rest.p[0]) != NULL ? 1 : 0;
}

struct number { /* digits that may be one number, in one piece or in parts */
    size_t from, to;
    size_t digits, unknown; /* unknown: of those that are no name on the floor */
    bool is_whole;          /* a '+' stands before it */
    bool is_bare;           /* no letter touches it */
};

/* Of at most ALONE - 1 digits; 0: no such. */
static uint64_t key_of(struct slice digits)
{
    uint64_t key = 1;
    for (size_t i = 0; i < digits.n && digits.n < ALONE; i++)
        key = key * 10 + (uint64_t)(digits.p[i] - '0');
    return digits.n < ALONE ? key : 0;
}

static void add_part(struct number *n, const struct idmap *known, struct slice text, size_t at, size_t size)
{
    n->to = at + size;
    n->digits += size;
    n->unknown += known != NULL && idmap_get(known, key_of((struct slice){ text.p + at, size })) != NULL ? 0 : size;
}

static struct number number_at(const struct idmap *known, struct slice text, size_t at)
{
    struct number n = { .from = at, .is_whole = at > 0 && text.p[at - 1] == '+' };
    size_t size = run_at(text, at);
    add_part(&n, known, text, at, size);
    for (bool goes_on = true; goes_on;) {
        size_t gap = 0, width, next = n.to;
        bool is_blank = true;
        for (; gap < GAP && next < text.n && (width = separator_at(text, next)) > 0; gap++) {
            is_blank = is_blank && text.p[next] == ' ';
            next += width;
        }
        size_t more = run_at(text, next);
        goes_on = gap > 0 && more > 0 && identity_at(text, next) == 0 && !(is_blank && (size >= ALONE || more >= ALONE));
        if (goes_on)
            add_part(&n, known, text, next, size = more);
    }
    n.is_bare = (at == 0 || !is_letter(text.p[at - 1])) && (n.to == text.n || !is_letter(text.p[n.to]));
    return n;
}

static bool is_hidden(const struct number *n, struct slice text, bool is_device)
{
    if (is_device)
        return n->digits >= ALONE || (n->digits >= OUTSIDE && (n->is_whole || text.p[n->from] == '0'));
    return n->unknown > SHORT && (n->digits >= PARTS || (n->is_bare && n->to - n->from == n->digits));
}

static void write_text(const struct idmap *known, struct slice text, bool is_device, struct buf *out)
{
    for (size_t i = 0; i < text.n;) {
        size_t same = is_digit(text.p[i]) ? identity_at(text, i) : 1;
        if (same == 0) {
            struct number n = number_at(known, text, i);
            struct slice number = { text.p + n.from, n.to - n.from };
            if (is_hidden(&n, text, is_device))
                write_number(number, n.is_whole, out);
            else
                (void)buf_add(out, number);
            i = n.to;
            continue;
        }
        (void)buf_add(out, (struct slice){ text.p + i, same });
        i += same;
    }
}

void mask_text(const struct mask *m, struct slice text, struct buf *out)
{
    write_text(m->known, text, false, out);
}

void mask_device(struct slice device, struct buf *out)
{
    write_text(NULL, device, true, out);
}

static void learn(struct mask *m, const char *name, bool is_device)
{
    struct slice text = slice_of(name);
    for (size_t i = 0; i < text.n; i++) {
        struct number n = { .from = i, .to = i + run_at(text, i), .is_whole = i > 0 && text.p[i - 1] == '+' };
        uint64_t key = key_of((struct slice){ text.p + i, n.to - i });
        n.digits = n.to - i;
        if (n.digits >= NAME && key != 0 && !(is_device && is_hidden(&n, text, true)))
            (void)idmap_put(m->known, key, m);
        i = n.to;
    }
}

void mask_learn(struct mask *m, enum fact_kind kind, const struct fact *f)
{
    const void *any = f;
    const struct fact_agent *a = any;
    const struct fact_queue *q = any;
    const struct fact_endpoint *e = any;
    if (f != NULL && kind == FACT_QUEUE)
        learn(m, q->name, false);
    if (f != NULL && kind == FACT_ENDPOINT) {
        learn(m, e->extension, true);
        learn(m, e->name, true);
    }
    if (f == NULL || kind != FACT_AGENT)
        return;
    learn(m, a->extension, true);
    learn(m, a->interface, true);
}

static bool has_letter(struct slice s)
{
    for (size_t i = 0; i < s.n; i++) {
        if ((s.p[i] >= 'a' && s.p[i] <= 'z') || (s.p[i] >= 'A' && s.p[i] <= 'Z') || (unsigned char)s.p[i] >= 0x80)
            return true;
    }
    return false;
}

static void write_masked(const struct mask *m, enum manner manner, struct slice text, struct buf *out)
{
    buf_reset(out);
    if (manner == MANNER_NUMBER || (manner == MANNER_NAME && !has_letter(text)))
        write_number(text, text.n > 0 && text.p[0] == '+', out);
    else
        write_text(m->known, text, manner == MANNER_DEVICE, out);
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
        write_masked(m, rows[i].manner, slice_of(text), b);
        char *masked = b->overflow || b->data == NULL ? NULL : b->data; /* nothing rather than half of it */
        memcpy((char *)&copy->fact + rows[i].offset, &masked, sizeof masked);
        result = &copy->fact.head;
    }
    m->next += result != f;
    return result;
}
