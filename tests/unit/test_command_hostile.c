/* SPDX-License-Identifier: MIT */
/* Every argument of every order given what no argument should be: it is refused with one clear line, or carried to the PBX as the one value that
 * it is. Never does it become another header, another request or another order. The shell's words: tests/cli/test_words.py. */
#include "tests/unit/support_orders.h"

#include "core/control/command.h"

#define SLICE_OF(text) { text, sizeof(text) - 1 }

static const struct {
    const char *name;
    struct slice text;
    bool is_refused; /* always: it cannot be in a line */
} hostile[] = {
    { "CR", SLICE_OF("a\rb"), true }, { "LF", SLICE_OF("a\nb"), true }, { "CR LF and a request", SLICE_OF("a\r\nAction: Hangup\r\nChannel: /./\r\n\r\n"), true },
    { "LF and an order", SLICE_OF("x\nremove 401 sales\n"), true }, { "NUL", SLICE_OF("a\0b"), true }, { "quotes", SLICE_OF("a\"b'c\\d\"") , false },
    { "a quote", SLICE_OF("\""), false }, { "a semicolon", SLICE_OF("a; core stop now"), false }, { "a comma", SLICE_OF("a,b,c"), false }, { "a variable", SLICE_OF("${SHELL(id)}"), false },
    { "an option", SLICE_OF("--for"), false }, { "bidi marks", SLICE_OF("a\xe2\x80\xae" "b\xe2\x81\xa6" "c"), false }, { "escapes", SLICE_OF("\x1b[2J\x1b]0;x\x07"), false },
    { "C1", SLICE_OF("\xc2\x9b" "2J"), false }, { "no UTF-8", SLICE_OF("\xff\xfe\x80"), false }, { "nothing", SLICE_OF(""), false }, { "a format", SLICE_OF("%s%n%999d"), false },
    { "a slash", SLICE_OF("/.*/"), false }, { "a number", SLICE_OF("99999999999999999999"), false },
};

/* What would do in this place. */
static struct slice usual(enum command_arg kind, const char *name)
{
    struct slice rest, first = slice_cut(slice_of(name), '|', &rest);
    switch (kind) {
    case COMMAND_ARG_CHOICE: return first;
    case COMMAND_ARG_QUEUE: return strcmp(name, "TO") == 0 ? SLICE("billing") : SLICE("sales");
    case COMMAND_ARG_AGENT: return SLICE("401");
    case COMMAND_ARG_ROLE:
    case COMMAND_ARG_NUMBER: return SLICE("3");
    case COMMAND_ARG_DURATION: return SLICE("5m");
    case COMMAND_ARG_CALLER:
    case COMMAND_ARG_CALL_OR_CALLER: return SLICE("079");
    case COMMAND_ARG_CALL: return SLICE("401");
    case COMMAND_ARG_PHONE: return SLICE("PJSIP/900");
    default: return SLICE("100");
    }
}

static void add_words(enum command_id id, size_t wrong, struct slice text, struct buf *line)
{
    (void)buf_addf(line, "%s", command_table[id].name);
    for (size_t i = 0; i < COMMAND_ARGS_MAX && command_table[id].arg[i].kind != COMMAND_ARG_NONE; i++) {
        const struct command_arg_row *a = &command_table[id].arg[i];
        if (a->option != NULL && i != wrong)
            continue;
        if (a->option != NULL)
            (void)buf_addf(line, " %s", a->option);
        if (a->kind == COMMAND_ARG_FLAG)
            continue;
        (void)buf_add_char(line, ' ');
        command_add_word(line, i == wrong ? text : usual(a->kind, a->name));
    }
}

/* One sentence, and nothing of what was given moves the cursor of who reads it raw. */
static void is_clear(const char *text)
{
    assert_non_null(text);
    assert_true(text[0] != '\0' && strlen(text) < 1024);
    assert_null(strpbrk(text, "\r\n"));
}

/* What was sent: a line a request, and each is one that the wire takes. */
static void is_sound(const struct stage *s, uint64_t tags)
{
    size_t lines = 0;
    for (size_t i = 0; i < s->sent.len; i++) {
        lines += s->sent.data[i] == '\n';
        assert_true(s->sent.data[i] != '\0' && s->sent.data[i] != '\r');
    }
    assert_int_equal(lines, tags);
}

static void give(struct stage *s, struct slice line, bool is_refused)
{
    uint64_t before = s->tag;
    buf_reset(&s->sent);
    uint64_t id = orders_give(s->orders, &(struct order_given){ .line = line, .who = "eva" }, s->now);
    const struct fact_order *o = orders_get(s->orders, id);
    is_sound(s, s->tag - before);
    if (is_refused) {
        assert_int_equal(s->tag, before);
        assert_true(o->state == ORDER_WRONG || o->state == ORDER_NO_SUCH);
    }
    if (o->state != ORDER_PENDING)
        is_clear(o->answer);
    else
        orders_answered(s->orders, s->tag, false, SLICE("no"), s->now);
}

static void by_row(struct stage *s, enum command_id id)
{
    for (size_t i = 0; i < COMMAND_ARGS_MAX && command_table[id].arg[i].kind != COMMAND_ARG_NONE; i++) {
        for (size_t h = 0; h < sizeof hostile / sizeof hostile[0] && command_table[id].arg[i].kind != COMMAND_ARG_FLAG; h++) {
            struct buf line = BUF_INIT(COMMAND_LINE_MAX * 2);
            struct command c;
            struct command_fault fault;
            add_words(id, i, hostile[h].text, &line);
            bool ok = command_parse(buf_slice(&line), COMMAND_CONSOLE, &c, &fault);
            command_clear(&c);
            if (!ok)
                is_clear(fault.err.text);
            if (hostile[h].is_refused && ok)
                fail_msg("%s: %s in argument %zu is taken", command_table[id].name, hostile[h].name, i);
            assert_true(fault.at <= line.len && fault.n <= line.len - fault.at);
            if (memchr(line.data, '\n', line.len) == NULL) /* the keeper takes several lines for several orders */
                give(s, buf_slice(&line), hostile[h].is_refused);
            buf_clear(&line);
        }
    }
}

static void every_argument_of_every_row(void **state)
{
    struct stage *s = *state;
    stage_put(s, FACT_CALLER, (union fact_any){ .caller = { .id = 50, .queue = SALES, .uniqueid = mem_strdup("17.4"), .channel = mem_strdup("PJSIP/t-1"), .number = mem_strdup("079"), .rank = 1 } });
    stage_put(s, FACT_CALL, (union fact_any){ .call = { .id = 60, .pbx = PBX, .queue = SALES, .agent = ANN, .since = 5, .uniqueid = mem_strdup("17.5"), .channel = mem_strdup("PJSIP/t-2"),
                                                        .number = mem_strdup("078"), .agent_uniqueid = mem_strdup("17.6"), .agent_channel = mem_strdup("PJSIP/401-1") } });
    size_t rows = 0;
    for (size_t id = 0; id < COMMAND_COUNT; id++) {
        if ((command_table[id].where & COMMAND_ORDER) == 0)
            continue;
        by_row(s, (enum command_id)id);
        rows++;
    }
    assert_true(rows > 20);
}

static void ten_thousand_bytes(void **state)
{
    struct stage *s = *state;
    struct buf line = BUF_INIT(20000);
    (void)buf_addf(&line, "pause 401 sales ");
    while (line.len < 10000)
        (void)buf_add_char(&line, 'x');
    uint64_t id = orders_give(s->orders, &(struct order_given){ .line = buf_slice(&line), .who = "eva" }, s->now);
    stage_is(orders_get(s->orders, id), ORDER_WRONG, "at most 1000 bytes");
    is_clear(orders_get(s->orders, id)->answer);
    stage_sent(s, "");
    buf_clear(&line);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(every_argument_of_every_row, stage_set_up, stage_tear_down),
        cmocka_unit_test_setup_teardown(ten_thousand_bytes, stage_set_up, stage_tear_down),
    };
    return cmocka_run_group_tests_name("command_hostile", tests, NULL, NULL);
}
