/* SPDX-License-Identifier: MIT */
/* command: a line of text -> a row of command_table and its words. Words stand between blanks; "..." and '...' keep
 * blanks together, a backslash takes the next character as it is ('...' keeps even that). Owns nothing but the words of
 * a command. Whether a queue or a column of that name exists is none of its business. */
#include "core/control/command.h"

#include "core/base/near.h"

#include <stdio.h>

const struct command_row command_table[] = {
    [COMMAND_OPEN] = { .name = "", .help = "the console: queues, waiting callers and agents, live", .where = COMMAND_SHELL },
#define COMMAND(id_, name_, where_, help_, ...) [COMMAND_##id_] = { .name = (name_), .help = (help_), .where = (where_), .arg = { __VA_ARGS__ } },
#include "core/control/commands.def"
#undef COMMAND
};
_Static_assert(sizeof command_table / sizeof command_table[0] == COMMAND_COUNT, "a command without a row");

const struct command_class command_class_table[] = {
    { "membership", COMMAND_MEMBERS, "who serves which queue, and how" },
    { "pause", COMMAND_PAUSES, "pauses" },
    { "callers", COMMAND_CALLERS, "what becomes of those who wait" },
    { "calls", COMMAND_CALLS, "what becomes of calls in progress" },
    { "recording", COMMAND_RECORDING, "recording calls on the PBX" },
    { "phones", COMMAND_PHONES, "having an agent's phone ring, or show a text" },
    { "monitoring", COMMAND_MONITORING, "hearing an agent's calls: a right of its own, which a supervisor has only where allow names it" },
};
const size_t command_class_count = sizeof command_class_table / sizeof command_class_table[0];

static const struct {
    enum command_where where;
    const char *program, *all; /* how its commands are written; where they are listed */
} places[] = {
    { COMMAND_SHELL, "acdtop ", "'acdtop --help' lists them all" },
    { COMMAND_CONSOLE, ":", "Tab in an empty line shows them all" },
};

static size_t place_of(enum command_where where)
{
    return where == COMMAND_SHELL ? 0 : 1;
}

/* ---- words ---- */

struct reader {
    struct slice line;
    size_t at;
};

static void skip_blanks(struct reader *r)
{
    while (r->at < r->line.n && r->line.p[r->at] == ' ')
        r->at++;
}

/* One word into *out. False: its quote is never closed; *quote is where that stands. */
static bool read_word(struct reader *r, struct buf *out, size_t *quote_at)
{
    char quote = '\0';
    for (; r->at < r->line.n; r->at++) {
        char c = r->line.p[r->at];
        if (quote == '\0' && c == ' ')
            break;
        if (quote == '\0' && (c == '"' || c == '\'')) {
            quote = c;
            *quote_at = r->at;
        } else if (quote != '\0' && c == quote) {
            quote = '\0';
        } else if (c == '\\' && quote != '\'' && r->at + 1 < r->line.n) {
            (void)buf_add_char(out, r->line.p[++r->at]);
        } else {
            (void)buf_add_char(out, c);
        }
    }
    return quote == '\0';
}

static void add_word_as(struct buf *out, struct slice word, bool is_plain)
{
    for (size_t i = 0; i < word.n && is_plain; i++)
        is_plain = strchr(" \"'\\", word.p[i]) == NULL && word.p[i] != '\0';
    if (is_plain) {
        (void)buf_add(out, word);
        return;
    }
    (void)buf_add_char(out, '"');
    for (size_t i = 0; i < word.n; i++) {
        if (word.p[i] == '"' || word.p[i] == '\\')
            (void)buf_add_char(out, '\\');
        (void)buf_add_char(out, word.p[i]);
    }
    (void)buf_add_char(out, '"');
}

void command_add_word(struct buf *out, struct slice word)
{
    add_word_as(out, word, word.n > 0);
}

void command_add_name(struct buf *out, struct slice name)
{
    add_word_as(out, name, name.n > 0 && !slice_starts(name, SLICE("--")));
}

/* ---- rows ---- */

struct asked {
    enum command_where where;
};

/* For near_name: rows that do not belong there are offered under a name that is near nothing. */
static const char *name_at(size_t i, const void *context)
{
    const struct asked *a = context;
    return i >= COMMAND_COUNT ? NULL : (command_table[i].where & a->where) != 0 ? command_table[i].name : "";
}

/* What people of other programs type without thinking. */
static const struct {
    const char *name;
    enum command_id id;
} aliases[] = { { "q", COMMAND_QUIT } };

bool command_find(struct slice name, enum command_where where, enum command_id *out, struct err *err)
{
    for (size_t i = 0; i < COMMAND_COUNT; i++) {
        if ((command_table[i].where & where) != 0 && slice_eq(name, slice_of(command_table[i].name))) {
            *out = (enum command_id)i;
            return true;
        }
    }
    for (size_t i = 0; i < sizeof aliases / sizeof aliases[0]; i++) {
        if ((command_table[aliases[i].id].where & where) != 0 && slice_eq(name, slice_of(aliases[i].name))) {
            *out = aliases[i].id;
            return true;
        }
    }
    size_t here = place_of(where);
    for (size_t i = 0; i < COMMAND_COUNT && where != COMMAND_ORDER; i++) {
        if ((command_table[i].where & places[1 - here].where) != 0 && slice_eq(name, slice_of(command_table[i].name)))
            return err_set(err, ERR_USAGE, "'%.*s' is a command of %s: '%s%.*s' there", SLICE_FMT(name), here == 0 ? "the line that ':' opens in the console" : "the shell",
                           places[1 - here].program, SLICE_FMT(name));
    }
    const char *all = places[here].all;
    const char *near = near_name(name, name_at, &(struct asked){ where });
    if (near != NULL && near[0] != '\0')
        return err_set(err, ERR_USAGE, "unknown command '%.*s': did you mean '%s'? %s", SLICE_FMT(name), near, all);
    return err_set(err, ERR_USAGE, "unknown command '%.*s': %s", SLICE_FMT(name), all);
}

void command_add_args(enum command_id id, struct buf *out)
{
    for (size_t i = 0; i < COMMAND_ARGS_MAX && command_table[id].arg[i].kind != COMMAND_ARG_NONE; i++) {
        const struct command_arg_row *a = &command_table[id].arg[i];
        bool has_both = a->option != NULL && a->name != NULL;
        (void)buf_addf(out, "%s%s%s%s%s%s%s", i > 0 ? " " : "", a->is_optional ? "[" : "", a->option != NULL ? a->option : "", has_both ? " " : "",
                       a->name != NULL ? a->name : "", a->is_many ? " ..." : "", a->is_optional ? "]" : "");
    }
}

static bool is_choice(struct slice word, const char *choices)
{
    for (struct slice rest = slice_of(choices); rest.p != NULL;) {
        if (slice_eq(word, slice_cut(rest, '|', &rest)))
            return true;
    }
    return false;
}

static bool refuse_choice(const char *command, const char *choices, const char *word, struct err *err)
{
    struct buf list = BUF_INIT(256);
    for (struct slice rest = slice_of(choices); rest.p != NULL;) {
        struct slice one = slice_cut(rest, '|', &rest);
        (void)buf_addf(&list, "%s%.*s", list.len == 0 ? "" : rest.p == NULL ? " or " : ", ", SLICE_FMT(one));
    }
    (void)err_set(err, ERR_USAGE, "'%s' wants %s, not '%s'", command, buf_slice(&list).p, word);
    buf_clear(&list);
    return false;
}

/* The argument that a word is; NULL: it is too many. */
static const struct command_arg_row *arg_of(enum command_id id, size_t index)
{
    for (size_t i = 0; i < COMMAND_ARGS_MAX; i++) {
        const struct command_arg_row *a = &command_table[id].arg[i];
        if (a->kind == COMMAND_ARG_NONE || a->option != NULL)
            return NULL;
        if (i == index || a->is_many)
            return a;
    }
    return NULL;
}

/* The row of the option that `word` begins; *value is what stands behind its '=', absent: nothing does. */
static const struct command_arg_row *option_of(enum command_id id, struct slice word, struct slice *value)
{
    struct slice name = slice_cut(word, '=', value);
    for (size_t i = 0; i < COMMAND_ARGS_MAX && command_table[id].arg[i].kind != COMMAND_ARG_NONE; i++) {
        const struct command_arg_row *a = &command_table[id].arg[i];
        if (a->option != NULL && slice_eq(name, slice_of(a->option)))
            return a;
    }
    return NULL;
}

/* As command_is_option; what stands in quotes is a word like any other. */
static bool is_option_at(const struct command *c, size_t i, bool *takes_next)
{
    *takes_next = false;
    return !c->word[i].is_quoted && command_is_option(c->id, c->word[i].text, takes_next);
}

bool command_is_option(enum command_id id, struct slice word, bool *takes_next)
{
    struct slice value;
    const struct command_arg_row *a = option_of(id, word, &value);
    *takes_next = a != NULL && a->kind != COMMAND_ARG_FLAG && value.p == NULL;
    return a != NULL;
}

struct usage {
    const char *program;
    const struct command *line; /* where the words stand; NULL: they come from a shell, which has taken the quotes off */
    size_t plain_from;          /* of a shell: the first word behind "--"; from there on none is an option */
    struct buf args;
};

static bool refuse_usage(enum command_id id, const struct usage *u, struct err *err, const char *what, const char *why)
{
    const char *blank = u->args.len > 0 ? " " : "";
    return err_set(err, ERR_USAGE, "'%s' %s: usage is '%s%s%s%s'", what, why, u->program, command_table[id].name, blank, buf_slice(&u->args).p);
}

/* Words in their places, options with their values. *wrong as in command_check. */
static bool check_words_of(enum command_id id, const char *const *word, size_t count, const struct usage *u, size_t *wrong, struct err *err)
{
    size_t place = 0;
    for (size_t i = 0; i < count; i++) {
        bool takes_next;
        *wrong = i;
        if (u->line != NULL ? is_option_at(u->line, i, &takes_next) : i < u->plain_from && command_is_option(id, slice_of(word[i]), &takes_next)) {
            if (takes_next && ++i == count)
                return refuse_usage(id, u, err, word[i - 1], "needs a value");
            continue;
        }
        const struct command_arg_row *a = arg_of(id, place++);
        if (a == NULL)
            return refuse_usage(id, u, err, word[i], "is one word too many");
        if (a->kind == COMMAND_ARG_CHOICE && !is_choice(slice_of(word[i]), a->name))
            return refuse_choice(command_table[id].name, a->name, word[i], err);
    }
    const struct command_arg_row *next = arg_of(id, place);
    *wrong = count;
    if (next == NULL || next->is_optional || (next->is_many && place > 0))
        return true;
    char wants[256];
    (void)snprintf(wants, sizeof wants, "wants %s", next->name);
    return refuse_usage(id, u, err, command_table[id].name, wants);
}

static bool check(enum command_id id, const char *const *word, size_t count, struct usage u, size_t *wrong, struct err *err)
{
    command_add_args(id, &u.args);
    bool ok = check_words_of(id, word, count, &u, wrong, err);
    buf_clear(&u.args);
    return ok;
}

bool command_check(enum command_id id, const char *const *word, size_t count, size_t plain_from, const char *program, size_t *wrong, struct err *err)
{
    return check(id, word, count, (struct usage){ program, NULL, plain_from, BUF_INIT(256) }, wrong, err);
}

/* ---- lines ---- */

static bool fault_at(struct command_fault *fault, size_t at, size_t n)
{
    fault->at = at;
    fault->n = n;
    return false;
}

static bool add_word(struct command *c, struct reader *r, size_t offsets[], struct command_fault *fault)
{
    size_t quote = 0;
    struct command_word *w = &c->word[c->count];
    w->at = r->at;
    w->is_quoted = strchr("\"'\\", r->line.p[r->at]) != NULL && r->line.p[r->at] != '\0';
    offsets[c->count] = c->store.len;
    if (!read_word(r, &c->store, &quote)) {
        (void)err_set(&fault->err, ERR_USAGE, "this quote is never closed");
        return fault_at(fault, quote, 1);
    }
    (void)buf_add_char(&c->store, '\0');
    w->n = r->at - w->at;
    c->count++;
    return true;
}

/* "--" alone: what follows is a word, whatever it looks like. */
static bool is_end_of_options(const struct reader *r)
{
    struct slice rest = { r->line.p + r->at, r->line.n - r->at };
    return slice_starts(rest, SLICE("--")) && (rest.n == 2 || rest.p[2] == ' ');
}

/* All words of the line, or the name and the rest as one word. */
static bool read_words(struct command *c, struct reader *r, size_t offsets[], struct command_fault *fault)
{
    bool is_value = false, is_plain = false; /* of an option; behind "--" */
    for (skip_blanks(r); r->at < r->line.n; skip_blanks(r)) {
        const struct command_arg_row *a = arg_of(c->id, c->count);
        if (a != NULL && a->kind == COMMAND_ARG_REST) {
            struct slice rest = slice_trim((struct slice){ r->line.p + r->at, r->line.n - r->at });
            c->word[c->count] = (struct command_word){ .at = r->at, .n = rest.n };
            offsets[c->count++] = c->store.len;
            (void)buf_add(&c->store, rest);
            (void)buf_add_char(&c->store, '\0');
            return true;
        }
        if (c->count == COMMAND_WORDS_MAX) {
            (void)err_set(&fault->err, ERR_USAGE, "more than %d words", COMMAND_WORDS_MAX);
            return fault_at(fault, r->at, r->line.n - r->at);
        }
        if (!is_value && !is_plain && is_end_of_options(r)) {
            is_plain = true;
            r->at += 2;
            continue;
        }
        if (!add_word(c, r, offsets, fault))
            return false;
        struct command_word *w = &c->word[c->count - 1];
        w->is_quoted = w->is_quoted || is_plain;
        if (is_value || w->is_quoted || !command_is_option(c->id, slice_of(c->store.data + offsets[c->count - 1]), &is_value))
            is_value = false;
    }
    return true;
}

static bool check_words(struct command *c, struct slice line, enum command_where where, struct command_fault *fault)
{
    const char *word[COMMAND_WORDS_MAX];
    size_t wrong = 0;
    for (size_t i = 0; i < c->count; i++)
        word[i] = c->word[i].text.p;
    if (check(c->id, word, c->count, (struct usage){ places[place_of(where)].program, c, 0, BUF_INIT(256) }, &wrong, &fault->err))
        return true;
    return wrong < c->count ? fault_at(fault, c->word[wrong].at, c->word[wrong].n) : fault_at(fault, line.n, 0);
}

/* "@geneva" */
static bool is_pbx_line(struct slice line, size_t at, enum command_where where)
{
    return (command_table[COMMAND_PBX].where & where) != 0 && at < line.n && line.p[at] == '@';
}

static void take_texts(struct command *c, const size_t offsets[])
{
    for (size_t i = 0; i < c->count; i++)
        c->word[i].text = slice_of(c->store.data + offsets[i]);
}

/* ---- "agent set 401 number 402": another way to say "device 401 402" ---- */

bool command_is_set(struct slice name, struct slice first, struct slice third)
{
    static const char *const words[] = { "number", "device", "interface" };
    for (size_t i = 0; i < sizeof words / sizeof words[0]; i++) {
        if (slice_eq(third, slice_of(words[i])))
            return slice_eq(name, SLICE("agent")) && slice_eq(first, SLICE("set"));
    }
    return false;
}

/* True: the words say so, and are now those of `device`. */
static bool take_set_words(struct command *c)
{
    if (c->id != COMMAND_AGENT || c->count != 4 || !command_is_set(SLICE("agent"), c->word[0].text, c->word[2].text))
        return false;
    c->id = COMMAND_DEVICE;
    c->word[0] = c->word[1];
    c->word[1] = c->word[3];
    c->count = 2;
    return true;
}

/* Words end up in lines, of AMI and of orders: what ends a line there would begin another one, and NUL would cut it. All other bytes may be in
 * the name of something. */
static bool is_plain(struct slice line, struct command_fault *fault)
{
    for (size_t i = 0; i < line.n; i++) {
        char c = line.p[i];
        if (c != '\0' && c != '\r' && c != '\n')
            continue;
        (void)err_set(&fault->err, ERR_USAGE, "a line holds no %s", c == '\0' ? "NUL byte" : c == '\r' ? "carriage return" : "line end");
        return fault_at(fault, i, 1);
    }
    return true;
}

bool command_parse(struct slice line, enum command_where where, struct command *out, struct command_fault *fault)
{
    struct reader r = { .line = line };
    struct buf name = BUF_INIT(COMMAND_LINE_MAX);
    size_t offsets[COMMAND_WORDS_MAX], quote = 0;
    *fault = (struct command_fault){ .err = ERR_INIT };
    *out = (struct command){ .store = BUF_INIT(COMMAND_LINE_MAX + COMMAND_WORDS_MAX) };
    if (line.n > COMMAND_LINE_MAX) {
        (void)err_set(&fault->err, ERR_USAGE, "a line has at most %d bytes", COMMAND_LINE_MAX);
        return fault_at(fault, COMMAND_LINE_MAX, line.n - COMMAND_LINE_MAX);
    }
    if (!is_plain(line, fault))
        return false;
    skip_blanks(&r);
    size_t at = r.at;
    if (is_pbx_line(line, at, where)) { /* the rest of the line is the word of :pbx, its '@' too */
        out->id = COMMAND_PBX;
        if (!read_words(out, &r, offsets, fault))
            return false;
        return take_texts(out, offsets), check_words(out, line, where, fault);
    }
    bool ok = read_word(&r, &name, &quote) || err_set(&fault->err, ERR_USAGE, "this quote is never closed");
    if (ok && name.len == 0)
        ok = err_set(&fault->err, ERR_USAGE, "no command: %s", places[place_of(where)].all);
    bool is_agent = slice_eq(buf_slice(&name), SLICE("agent")), is_row = ok && command_find(buf_slice(&name), where, &out->id, &fault->err);
    out->id = is_agent ? COMMAND_AGENT : out->id; /* whatever follows decides */
    ok = is_row || (ok && is_agent);
    buf_clear(&name);
    if (!ok)
        return fault_at(fault, at, r.at - at);
    if (!read_words(out, &r, offsets, fault))
        return false;
    take_texts(out, offsets);
    if (take_set_words(out))
        fault->err = ERR_INIT;
    else if (!is_row)
        return fault_at(fault, at, SLICE("agent").n);
    return check_words(out, line, where, fault);
}

bool command_positional(const struct command *c, size_t index, struct slice *out)
{
    for (size_t i = 0; i < c->count; i++) {
        bool takes_next;
        if (is_option_at(c, i, &takes_next)) {
            i += takes_next;
        } else if (index-- == 0) {
            *out = c->word[i].text;
            return true;
        }
    }
    return false;
}

bool command_option(const struct command *c, const char *option, struct slice *out)
{
    for (size_t i = 0; i < c->count; i++) {
        struct slice value;
        const struct command_arg_row *a = c->word[i].is_quoted ? NULL : option_of(c->id, c->word[i].text, &value);
        if (a == NULL)
            continue;
        bool is_next = a->kind != COMMAND_ARG_FLAG && value.p == NULL && i + 1 < c->count;
        if (strcmp(a->option, option) == 0) {
            *out = value.p != NULL ? value : is_next ? c->word[i + 1].text : SLICE("");
            return true;
        }
        i += is_next;
    }
    return false;
}

void command_clear(struct command *c)
{
    buf_clear(&c->store);
    c->count = 0;
}

/* A whole word was passed: what will the next one be? */
static void pass_word(enum command_id id, struct slice word, bool is_quoted, const struct command_arg_row **waiting, size_t *positional)
{
    struct slice value;
    const struct command_arg_row *a = *waiting == NULL && !is_quoted ? option_of(id, word, &value) : NULL;
    bool takes_next = a != NULL && a->kind != COMMAND_ARG_FLAG && value.p == NULL;
    *positional += *waiting == NULL && a == NULL;
    *waiting = takes_next ? a : NULL;
}

struct command_place command_place(struct slice text, size_t cursor, enum command_where where)
{
    struct reader r = { .line = { text.p, cursor < text.n ? cursor : text.n } };
    struct command_place place = { .kind = COMMAND_ARG_COMMAND };
    struct buf word = BUF_INIT(COMMAND_LINE_MAX);
    enum command_id id = COMMAND_OPEN;
    const struct command_arg_row *waiting = NULL; /* the option whose value is due */
    size_t positional = 0;
    bool is_plain = false; /* behind "--" */
    for (size_t index = 0;; index++) {
        size_t quote;
        skip_blanks(&r);
        if (index == 0 && is_pbx_line(r.line, r.at, where)) { /* as if :pbx stood before it */
            id = COMMAND_PBX;
            index++;
        }
        place.from = r.at;
        if (index > 0) {
            place.arg = waiting != NULL ? waiting : arg_of(id, positional);
            place.kind = place.arg != NULL ? place.arg->kind : COMMAND_ARG_NONE;
        }
        if (place.kind == COMMAND_ARG_REST)
            break;
        bool is_end = index > 0 && waiting == NULL && !is_plain && is_end_of_options(&r);
        buf_reset(&word);
        (void)read_word(&r, &word, &quote);
        if (r.at == r.line.n)
            break;
        if (is_end)
            is_plain = true;
        else if (index > 0)
            pass_word(id, buf_slice(&word), is_plain || strchr("\"'\\", text.p[place.from]) != NULL, &waiting, &positional);
        if (index == 0 && !command_find(buf_slice(&word), where, &id, NULL)) {
            place.kind = COMMAND_ARG_NONE;
            place.from = r.line.n;
            break;
        }
    }
    buf_clear(&word);
    size_t begin = place.from;
    if (begin < r.line.n && (text.p[begin] == '"' || text.p[begin] == '\''))
        place.quote = text.p[begin++];
    place.typed = (struct slice){ text.p + begin, r.line.n - begin };
    return place;
}
