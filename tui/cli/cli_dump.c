/* SPDX-License-Identifier: MIT */
/* cli_dump: the program's tables as mdoc(7) lists, for man/tables, which puts them into the man pages when they are
 * built. So a page cannot know less than the program. One row of dump_table is one list. */
#include "core/control/audit.h"
#include "core/config/options.h"
#include "core/floor/alert.h"
#include "core/floor/kpi.h"
#include "core/outside/export.h"
#include "tui/keys/action.h"
#include "tui/cli/cli.h"
#include "tui/cli/cli_complete.h"
#include "tui/table/column.h"
#include "tui/keys/keymap.h"
#include "tui/embed.h"
#include "tui/table/filter.h"
#include "tui/look/role.h"
#include "tui/screen.h"
#include "tui/wall/wall_layout.h"

#define LINE_COLS 78

/* Text between macros: short lines, a new one after each sentence; no line may begin a macro, no backslash an escape. */
static void put_text(const char *text)
{
    size_t at = 0;
    for (struct slice rest = slice_of(text); rest.n > 0;) {
        struct slice word = slice_cut(rest, ' ', &rest);
        if (at > 0 && at + 1 + word.n > LINE_COLS) {
            putchar('\n');
            at = 0;
        }
        fputs(at > 0 ? " " : word.n > 0 && (word.p[0] == '.' || word.p[0] == '\'') ? "\\&" : "", stdout);
        at += word.n + 1;
        for (size_t i = 0; i < word.n; i++) {
            fputs(word.p[i] == '\\' ? "\\e" : (char[]){ word.p[i], '\0' }, stdout);
        }
        if (word.n > 0 && word.p[word.n - 1] == '.' && rest.n > 0) {
            putchar('\n');
            at = 0;
        }
    }
    putchar('\n');
}

/* One argument of a macro. */
static void put_argument(const char *text)
{
    putchar('"');
    for (const char *p = text; *p != '\0'; p++) {
        fputs(*p == '"' ? "\"\"" : *p == '\\' ? "\\e" : (char[]){ *p, '\0' }, stdout);
    }
    putchar('"');
}

static void put_dashed(const char *name)
{
    for (const char *p = name; *p != '\0'; p++) {
        putchar(*p == '_' ? '-' : *p);
    }
}

static void put_flag(const char *name, const char *value, const char *help)
{
    fputs(".It", stdout);
    for (size_t i = 0; i < cli_letter_count; i++) {
        if (strcmp(cli_letter_table[i].name, name) == 0) {
            printf(" Fl %c ,", cli_letter_table[i].letter);
        }
    }
    fputs(" Fl -", stdout);
    put_dashed(name);
    if (value != NULL) {
        printf(" Ar %s", value);
    }
    putchar('\n');
    put_text(help);
}

static void dump_commands_of(enum command_where where)
{
    for (enum command_id id = COMMAND_OPEN; id < COMMAND_COUNT; id++) {
        struct buf args = BUF_INIT(256);
        if ((command_table[id].where & where) == 0) {
            continue;
        }
        command_add_args(id, &args);
        if (id == COMMAND_OPEN) {
            puts(".It Pq no command");
        } else {
            bool ends_in_sign = strchr("!.?", command_table[id].name[strlen(command_table[id].name) - 1]) != NULL; /* mdoc would take it for its own */
            printf(".It Cm %s%s", command_table[id].name, ends_in_sign ? "\\&" : "");
            if (args.len > 0) {
                fputs(" Ar ", stdout);
                put_argument(args.data);
            }
            putchar('\n');
        }
        put_text(command_table[id].help);
        buf_clear(&args);
    }
}

static void dump_commands(void)
{
    dump_commands_of(COMMAND_SHELL);
}

static void dump_flags(void)
{
    for (size_t i = 0; i < cli_flag_count; i++) {
        if (cli_flag_table[i].help != NULL) {
            put_flag(cli_flag_table[i].name, cli_flag_table[i].value, cli_flag_table[i].help);
        }
    }
}

static void dump_option_flags(void)
{
    for (size_t i = 0; i < option_count; i++) {
        if (option_table[i].is_flag) {
            put_flag(option_table[i].name, option_table[i].value, option_table[i].help);
        }
    }
}

static void dump_options(enum option_scope scope)
{
    for (size_t i = 0; i < option_count; i++) {
        const struct option_row *row = &option_table[i];
        if (row->scope != scope) {
            continue;
        }
        printf(".It Ic %s\n", row->name);
        put_text(row->help);
        struct buf more = BUF_INIT(4096);
        option_add_allowed(row, &more);
        if (more.len > 0) {
            fputs(".br\nAllowed: ", stdout);
            put_text(buf_slice(&more).p);
        }
        if (row->fallback != NULL) {
            fputs(".br\nDefault: ", stdout);
            put_text(row->fallback);
        }
        buf_clear(&more);
    }
}

static void dump_options_global(void)
{
    dump_options(OPTION_GLOBAL);
}

static void dump_options_pbx(void)
{
    dump_options(OPTION_PBX);
}

static void dump_options_agent(void)
{
    dump_options(OPTION_AGENT);
}

static void dump_options_queue(void)
{
    dump_options(OPTION_QUEUE);
}

static void dump_options_role(void)
{
    dump_options(OPTION_ROLE);
}

static void dump_options_set(void)
{
    dump_options(OPTION_SET);
}

static void dump_options_reason(void)
{
    dump_options(OPTION_REASON);
}

static void dump_options_threshold(void)
{
    dump_options(OPTION_THRESHOLD);
}

static void dump_options_layout(void)
{
    dump_options(OPTION_LAYOUT);
}

static void dump_options_access(void)
{
    dump_options(OPTION_ACCESS);
}

static void dump_options_rights(void)
{
    dump_options(OPTION_RIGHTS);
}

/* The classes of orders, each with its commands. */
static void dump_classes(void)
{
    for (size_t i = 0; i < command_class_count; i++) {
        const struct command_class *row = &command_class_table[i];
        printf(".It Cm %s\n", row->name);
        put_text(row->help);
        for (size_t id = 0, n = 0; id < COMMAND_COUNT; id++) {
            if ((command_table[id].where & row->where) != 0) {
                printf("%s%s", n++ == 0 ? ".br\n" : ", ", command_table[id].name);
            }
        }
        putchar('\n');
    }
}

/* Each screen with its panes as they lie where there is room for all. */
static void dump_screens(void)
{
    for (size_t i = 0; i < SCREEN_COUNT; i++) {
        printf(".It Ic %s\n", screen_table[i].name);
        fputs(".Dl ", stdout);
        put_argument(screen_table[i].layout[0].text);
        putchar('\n');
    }
}

static void dump_options_pane(void)
{
    dump_options(OPTION_PANE);
}

static void dump_numbers(void)
{
    for (size_t i = 0; i < ALERT_COUNT; i++) {
        if (alert_table[i].name == NULL)
            continue;
        printf(".It Ic %s Pq %s\n", alert_table[i].name, fact_table[alert_table[i].kind].name);
        put_text(alert_table[i].help);
        printf("It is %s.\n", alert_unit_forms[alert_table[i].unit]);
    }
}

static void dump_exits(void)
{
    for (size_t i = 0; i < cli_exit_count; i++) {
        printf(".It %d\n", cli_exit_table[i].code);
        put_text(cli_exit_table[i].meaning);
    }
}

static void dump_kpis(void)
{
    for (enum kpi k = 0; k < KPI_COUNT; k++) {
        printf(".It Va %s Pq %s\n", kpi_table[k].id, kpi_table[k].unit == KPI_PERCENT_MILLI ? "percent" : "milliseconds");
        put_text(kpi_table[k].formula);
        puts(".br");
        put_text(kpi_table[k].source);
    }
}

static void dump_json(void)
{
    struct export_key key;
    for (size_t at = 0; export_key_next(&at, &key);) {
        printf(".It Va %s Pq %s\n", key.path, key.type);
        put_text(key.help);
    }
}

static void dump_watch(void)
{
    for (enum fact_kind kind = 0; kind < FACT_COUNT; kind++) {
        if (kind == FACT_ENDPOINT) {
            continue; /* watch tells nothing of them */
        }
        printf(".It Va %s\n", fact_table[kind].name);
        struct buf names = BUF_INIT(8192);
        for (size_t i = 0; i < fact_table[kind].field_count; i++) {
            if (export_rule_of(kind, &fact_table[kind].field[i]).how != EXPORT_HIDDEN) {
                buf_addf(&names, "%s%s", names.len > 0 ? ", " : "", fact_table[kind].field[i].id);
            }
        }
        put_text(buf_slice(&names).p);
        buf_clear(&names);
    }
}

static void dump_actions(void)
{
    for (enum section s = 0; s < SECTION_COUNT; s++) {
        for (enum action a = 0; a < ACTION_COUNT; a++) {
            if (action_table[a].name != NULL && action_table[a].section == s) {
                printf(".It Ic %s Pq %s\n", action_table[a].name, section_table[s].name);
                put_text(action_table[a].help);
            }
        }
    }
}

static void add_key_in(const struct keymap *keys, enum action a, struct buf *out)
{
    buf_reset(out);
    if (!keymap_keys(keys, a, true, out)) {
        buf_addf(out, "no key");
    }
}

/* As put_argument; a key that means something to mdoc is only a key. */
static void put_keys(const char *text)
{
    putchar('"');
    for (const char *p = text; *p != '\0'; p++) {
        printf("%s%s\\&", p == text ? "\\&" : "", *p == '"' ? "\"\"" : *p == '\\' ? "\\e" : (char[]){ *p, '\0' });
    }
    putchar('"');
}

/* The keys of a section; of a keymap that is not the default one only where they differ. */
static void dump_section(const struct keymap *keys, const struct keymap *usual, enum section s)
{
    struct buf text = BUF_INIT(512), other = BUF_INIT(512);
    for (enum action a = ACTION_NONE + 1; a < ACTION_COUNT; a++) {
        add_key_in(keys, a, &text);
        if (usual != NULL) {
            add_key_in(usual, a, &other);
        }
        if (action_table[a].section == s && (usual == NULL || !slice_eq(buf_slice(&text), buf_slice(&other)))) {
            fputs(".It Ic ", stdout);
            put_keys(text.data);
            printf(" Pq %s\n", action_table[a].name);
            put_text(action_table[a].help);
        }
    }
    buf_clear(&text);
    buf_clear(&other);
}

static void dump_keymap(const char *name)
{
    struct keymap *keys = keymap_load(name, NULL), *usual = name != NULL ? keymap_load(NULL, NULL) : NULL;
    for (enum section s = 0; keys != NULL && s < SECTION_COUNT; s++) {
        if (name == NULL) {
            printf(".It Em \"%s\"\n", section_table[s].title);
        }
        dump_section(keys, usual, s);
    }
    keymap_free(keys);
    keymap_free(usual);
}

static void dump_keys(void)
{
    dump_keymap(NULL);
}

static void dump_keys_vim(void)
{
    dump_keymap("vim");
}

static void dump_keys_fkeys(void)
{
    dump_keymap("fkeys");
}

static void dump_commands_console(void)
{
    dump_commands_of(COMMAND_CONSOLE);
}

static void dump_roles(void)
{
    for (enum role r = 0; r < ROLE_COUNT; r++) {
        printf(".It Ic %s\n", role_table[r].name);
        put_text(role_table[r].meaning);
    }
}

static void dump_themes(void)
{
    for (const struct embed_row *e = embed_themes; e->name != NULL; e++) {
        printf(".It Ic %s\n", e->name);
        put_text(e->help);
    }
}

static void dump_walls(void)
{
    for (const struct embed_row *e = embed_walls; e->name != NULL; e++) {
        printf(".It Ic %s\n", e->name);
        put_text(e->help);
    }
}

static void dump_wall_numbers(void)
{
    for (size_t i = 0; i < WALL_NUMBER_COUNT; i++) {
        printf(".It Ic %s\n", wall_number_table[i].name);
        put_text(wall_number_table[i].help);
    }
}

static void dump_columns(void)
{
    for (enum fact_kind kind = 0; kind < FACT_COUNT; kind++) {
        for (const struct column *row = column_rows[kind]; row != NULL && row->id != NULL; row++) {
            const struct column *c = column_named(kind, slice_of(row->id));
            printf(".It Ic %s Pq %s\n", c->id, fact_table[kind].name);
            put_text(c->help);
        }
    }
}

/* Every example is compiled by tests/unit/test_tui_filter. */
static void dump_filter(void)
{
    for (size_t i = 0; i < filter_table_count; i++) {
        fputs(".It Li ", stdout);
        put_argument(filter_table[i].form);
        putchar('\n');
        put_text(filter_table[i].meaning);
        fputs(".Dl ", stdout);
        put_argument(filter_table[i].example);
        putchar('\n');
    }
}

static void dump_audit(void)
{
    for (size_t i = 0; i < AUDIT_FIELD_COUNT; i++) {
        printf(".It Ic %s\n", audit_field_table[i].name);
        put_text(audit_field_table[i].help);
    }
}

static const struct dump_row {
    const char *name;
    void (*dump)(void);
} dump_table[] = {
    { "commands", dump_commands },
    { "flags", dump_flags },
    { "option-flags", dump_option_flags },
    { "options-global", dump_options_global },
    { "options-pbx", dump_options_pbx },
    { "options-agent", dump_options_agent },
    { "options-queue", dump_options_queue },
    { "options-role", dump_options_role },
    { "options-set", dump_options_set },
    { "options-reason", dump_options_reason },
    { "options-threshold", dump_options_threshold },
    { "options-pane", dump_options_pane },
    { "options-layout", dump_options_layout }, { "options-access", dump_options_access }, { "options-rights", dump_options_rights },
    { "classes", dump_classes },
    { "audit", dump_audit },
    { "screens", dump_screens },
    { "numbers", dump_numbers },
    { "exits", dump_exits },
    { "kpis", dump_kpis },
    { "json", dump_json },
    { "watch", dump_watch },
    { "columns", dump_columns },
    { "filter", dump_filter },
    { "actions", dump_actions },
    { "keys", dump_keys },
    { "keys-vim", dump_keys_vim },
    { "keys-fkeys", dump_keys_fkeys },
    { "commands-console", dump_commands_console },
    { "completion-bash", cli_complete_bash },
    { "completion-zsh", cli_complete_zsh },
    { "completion-fish", cli_complete_fish },
    { "roles", dump_roles },
    { "themes", dump_themes },
    { "walls", dump_walls },
    { "wall-numbers", dump_wall_numbers },
};

int cli_run_dump(struct cli *cli, struct err *err)
{
    for (size_t i = 0; i < sizeof dump_table / sizeof dump_table[0]; i++) {
        if (strcmp(dump_table[i].name, cli->dump) == 0) {
            dump_table[i].dump();
            return CLI_OK;
        }
    }
    err_set(err, ERR_USAGE, "--dump knows no table '%s'", cli->dump);
    return err_exit_code(ERR_USAGE);
}
