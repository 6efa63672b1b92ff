/* SPDX-License-Identifier: MIT */
/* cli_help: the tables of commands, flags and options -> text for a person, for --help. Every name comes from the table
 * that also reads it, so that help cannot promise what the program does not know. Writes to standard output and nothing
 * else; the man pages are made by cli_dump. */
#include "tui/cli/cli.h"

#define NAME_COLS 34
#define WIDTH_COLS 100

/* "  name   help", the help wrapped at blanks into its own column. */
static void print_row(FILE *out, const char *name, const char *help)
{
    int at = fprintf(out, "  %s", name);
    if (at >= NAME_COLS) {
        fputc('\n', out);
        at = 0;
    }
    fprintf(out, "%*s", NAME_COLS - at, "");
    at = NAME_COLS;
    for (struct slice rest = slice_of(help); rest.n > 0;) {
        struct slice word = slice_cut(rest, ' ', &rest);
        if (at + 1 + (int)word.n > WIDTH_COLS) {
            at = fprintf(out, "\n%*s", NAME_COLS, "") - 1;
        }
        at += fprintf(out, "%s%.*s", at > NAME_COLS ? " " : "", SLICE_FMT(word));
    }
    fputc('\n', out);
}

static char letter_of(const char *name)
{
    for (size_t i = 0; i < cli_letter_count; i++) {
        if (strcmp(cli_letter_table[i].name, name) == 0) {
            return cli_letter_table[i].letter;
        }
    }
    return '\0';
}

static void print_flag(FILE *out, const char *name, const char *value, const char *help)
{
    char dashed[64] = "", left[128];
    for (size_t i = 0; name[i] != '\0' && i < sizeof dashed - 1; i++) {
        dashed[i] = name[i] == '_' ? '-' : name[i];
    }
    char letter = letter_of(name);
    const char letters[] = { '-', letter, ',', ' ', '\0' };
    snprintf(left, sizeof left, "%s--%s%s%s", letter != '\0' ? letters : "", dashed, value != NULL ? " " : "", value != NULL ? value : "");
    print_row(out, left, help);
}

static void print_options(FILE *out, enum option_scope scope)
{
    for (size_t i = 0; i < option_count; i++) {
        const struct option_row *row = &option_table[i];
        if (row->is_flag && row->scope == scope) {
            print_flag(out, row->name, row->value, row->help);
        }
    }
}

/* A command with more words than fit goes on under itself. */
static void fold(struct buf *left)
{
    size_t begin = 0, blank = 0;
    int depth = 0;
    for (size_t i = 0; i < left->len; i++) {
        depth += left->data[i] == '[' ? 1 : left->data[i] == ']' ? -1 : 0;
        if (left->data[i] == ' ' && depth == 0)
            blank = i;
        if (i - begin >= WIDTH_COLS - 12 && blank > begin) {
            left->data[blank] = '\n';
            begin = blank;
        }
    }
}

static void print_command(FILE *out, enum command_id id)
{
    struct buf left = BUF_INIT(512);
    buf_addf(&left, "%s", id == COMMAND_OPEN ? "(none)" : command_table[id].name);
    size_t name_n = left.len;
    buf_add_char(&left, ' ');
    command_add_args(id, &left);
    if (left.len == name_n + 1) {
        left.data[name_n] = '\0';
    }
    fold(&left);
    struct slice rest, line = slice_cut(slice_of(left.data), '\n', &rest);
    struct buf last = BUF_INIT(512);
    for (; rest.p != NULL; line = slice_cut(rest, '\n', &rest)) {
        fprintf(out, "  %s%.*s\n", line.p == left.data ? "" : "    ", SLICE_FMT(line));
    }
    (void)buf_addf(&last, "%s%s", line.p == left.data ? "" : "    ", line.p);
    print_row(out, buf_slice(&last).p, command_table[id].help);
    buf_clear(&last);
    buf_clear(&left);
}

static void print_commands(FILE *out, bool are_orders)
{
    for (enum command_id id = COMMAND_OPEN; id < COMMAND_COUNT; id++) {
        bool is_order = (command_table[id].where & COMMAND_ORDER) != 0;
        if ((command_table[id].where & COMMAND_SHELL) != 0 && is_order == are_orders) {
            print_command(out, id);
        }
    }
}

/* "acdtop help pause", "acdtop pause --help" */
static int print_one(const char *name, struct err *err)
{
    enum command_id id;
    struct buf args = BUF_INIT(1024);
    if (!command_find(slice_of(name), COMMAND_SHELL, &id, err))
        return err_exit_code(err->kind);
    command_add_args(id, &args);
    printf("usage: acdtop [OPTION ...] %s%s%s\n\n", command_table[id].name, args.len > 0 ? " " : "", buf_slice(&args).p);
    printf("%s\n\n'acdtop help' lists all commands and options, acdtop(1) says more.\n", command_table[id].help);
    buf_clear(&args);
    return CLI_OK;
}

int cli_run_help(struct cli *cli, struct err *err)
{
    if (cli->word_count > 0)
        return print_one(cli->word[0], err);
    FILE *out = stdout;
    fputs("acdtop: a live wallboard for Asterisk queues\n\nusage: acdtop [OPTION ...] [COMMAND ...]\n\nCommands:\n", out);
    print_commands(out, false);
    fputs("\nOrders (exit code 0 only when the PBX has shown it to be done):\n", out);
    print_commands(out, true);
    fputs("\nOptions:\n", out);
    for (size_t i = 0; i < cli_flag_count; i++) {
        if (cli_flag_table[i].help != NULL) {
            print_flag(out, cli_flag_table[i].name, cli_flag_table[i].value, cli_flag_table[i].help);
        }
    }
    fputs("\nWhich PBX (each --url begins one more; what follows belongs to it):\n", out);
    print_options(out, OPTION_PBX);
    fputs("\nAlso in the configuration file, see acdtop.conf(5):\n", out);
    print_options(out, OPTION_GLOBAL);
    fputs("\nTry: acdtop --demo\n     acdtop --url ami://wallboard@pbx.example.org --secret-file ~/.acdtop-secret\n", out);
    return CLI_OK;
}

int cli_run_version(struct cli *cli, struct err *err)
{
    (void)cli;
    (void)err;
    printf("acdtop %s\n", ACDTOP_VERSION);
    return CLI_OK;
}
