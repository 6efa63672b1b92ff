/* SPDX-License-Identifier: MIT */
/* cli_args: argv -> struct cli. Flags of the program (cli_flag_table) and options of the configuration (option_table)
 * may stand anywhere; the first word that is neither is the command. argv is read twice, with the configuration files in
 * between, so that --config may stand anywhere and a flag always wins over a file. Starts nothing, asks nothing. */
#include "core/base/mem.h"
#include "core/base/near.h"
#include "core/config/profile.h"
#include "tui/cli/cli.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

enum found_kind { FOUND_END, FOUND_WORD, FOUND_FLAG, FOUND_OPTION, FOUND_BAD };

struct found {
    const struct cli_flag *flag;
    const struct option_row *option;
    char *word;
    const char *value;
};

struct scan {
    char **argv;
    int argc, at;
    const char *cluster; /* letters left of "-bn5" */
    bool only_words;     /* "--" was seen */
    bool has_command, is_known; /* a word was seen: the command, and there is one of that name */
    bool takes_next;            /* the next word is the value of one of these */
    enum command_id command;
};

static bool same_name(struct slice typed, const char *name)
{
    size_t n = strlen(name);
    bool same = typed.n == n;
    for (size_t i = 0; same && i < n; i++) {
        same = typed.p[i] == (name[i] == '_' ? '-' : name[i]);
    }
    return same;
}

static const struct cli_flag *flag_named(struct slice typed)
{
    for (size_t i = 0; i < cli_flag_count; i++) {
        if (same_name(typed, cli_flag_table[i].name)) {
            return &cli_flag_table[i];
        }
    }
    return NULL;
}

static const char *lettered(char letter)
{
    for (size_t i = 0; i < cli_letter_count; i++) {
        if (cli_letter_table[i].letter == letter) {
            return cli_letter_table[i].name;
        }
    }
    return NULL;
}

static bool name_row(struct found *f, struct slice name)
{
    if (slice_eq(name, SLICE("pbx"))) { /* shorter on the command line, where it cannot be taken for the list of PBXs */
        name = SLICE("only_pbx");
    }
    f->flag = flag_named(name);
    f->option = f->flag == NULL ? option_flag(name) : NULL;
    return f->flag != NULL || f->option != NULL;
}

/* Every name that may follow "--", for near_name: the same one again where a row has none to offer. */
static const char *flag_name_at(size_t i, const void *context)
{
    (void)context;
    if (i < cli_flag_count) {
        return cli_flag_table[i].help != NULL ? cli_flag_table[i].name : "help";
    }
    i -= cli_flag_count;
    return i >= option_count ? NULL : option_table[i].is_flag ? option_table[i].name : "help";
}

static enum found_kind unknown_flag(const char *word, struct slice name, struct err *err)
{
    const char *near = near_name(name, flag_name_at, NULL);
    char dashed[64] = "";
    for (size_t i = 0; near != NULL && near[i] != '\0' && i < sizeof dashed - 1; i++) {
        dashed[i] = near[i] == '_' ? '-' : near[i];
    }
    if (near != NULL) {
        err_set(err, ERR_USAGE, "unknown option '%s': did you mean --%s? 'acdtop --help' lists them all", word, dashed);
    } else {
        err_set(err, ERR_USAGE, "unknown option '%s': 'acdtop --help' lists them all", word);
    }
    return FOUND_BAD;
}

static bool takes_value(const struct found *f)
{
    return f->flag != NULL ? f->flag->value != NULL : f->option->type != OPTION_BOOL;
}

/* "--name", "--name=value" or "--name value". */
static enum found_kind next_long(struct scan *s, struct found *out, struct err *err)
{
    char *word = s->argv[s->at++];
    struct slice value, name = slice_cut(slice_of(word + 2), '=', &value);
    out->word = word;
    out->value = value.p;
    if (!name_row(out, name)) {
        return unknown_flag(word, name, err);
    }
    if (!takes_value(out) && out->flag != NULL && value.p != NULL) {
        err_set(err, ERR_USAGE, "the option --%s takes no value", out->flag->name);
        return FOUND_BAD;
    }
    if (takes_value(out) && out->value == NULL) {
        if (s->at >= s->argc) {
            err_set(err, ERR_USAGE, "the option %s needs a value", word);
            return FOUND_BAD;
        }
        out->value = s->argv[s->at++];
    }
    return out->flag != NULL ? FOUND_FLAG : FOUND_OPTION;
}

/* One letter of "-b", "-bn5", "-n 5". */
static enum found_kind next_letter(struct scan *s, struct found *out, struct err *err)
{
    char letter = *s->cluster++;
    out->word = s->argv[s->at];
    const char *name = lettered(letter);
    if (name == NULL || !name_row(out, slice_of(name))) {
        err_set(err, ERR_USAGE, "unknown option '-%c' in '%s': 'acdtop --help' lists them all", letter, out->word);
        return FOUND_BAD;
    }
    bool has_rest = *s->cluster != '\0';
    if (takes_value(out) && has_rest) {
        out->value = s->cluster;
        has_rest = false;
    } else if (takes_value(out)) {
        if (++s->at >= s->argc) {
            err_set(err, ERR_USAGE, "the option -%c needs a value", letter);
            return FOUND_BAD;
        }
        out->value = s->argv[s->at];
    }
    if (!has_rest) {
        s->cluster = NULL;
        s->at++;
    }
    return out->flag != NULL ? FOUND_FLAG : FOUND_OPTION;
}

/* An option of the command itself, or its value: a word like every other, for whoever reads the command. */
static bool is_commands_own(struct scan *s, const char *word)
{
    if (s->takes_next) {
        s->takes_next = false;
        return true;
    }
    return s->is_known && !s->only_words && command_is_option(s->command, slice_of(word), &s->takes_next);
}

static enum found_kind next(struct scan *s, struct found *out, struct err *err)
{
    *out = (struct found){ 0 };
    if (s->cluster != NULL) {
        return next_letter(s, out, err);
    }
    if (s->at >= s->argc) {
        return FOUND_END;
    }
    char *word = s->argv[s->at];
    if (is_commands_own(s, word)) {
        s->at++;
        out->word = word;
        return FOUND_WORD;
    }
    if (!s->only_words && strcmp(word, "--") == 0) {
        s->only_words = true;
        s->at++;
        return next(s, out, err);
    }
    if (!s->only_words && strncmp(word, "--", 2) == 0) {
        return next_long(s, out, err);
    }
    if (!s->only_words && word[0] == '-' && word[1] != '\0') {
        s->cluster = word + 1;
        return next_letter(s, out, err);
    }
    s->at++;
    out->word = word;
    if (!s->has_command) {
        s->has_command = true;
        s->is_known = command_find(slice_of(word), COMMAND_SHELL, &s->command, NULL);
    }
    return FOUND_WORD;
}

/* A whole word as a duration: 20, 90s, 5m, 1h, 1.5s -> ms. */
static bool duration(const char *text, int64_t *out_ms)
{
    static const struct {
        char unit;
        int64_t seconds;
    } units[] = { { 's', 1 }, { 'm', 60 }, { 'h', 3600 }, { 'd', 86400 } };
    struct slice s = slice_of(text);
    int64_t factor = 1;
    for (size_t i = 0; i < sizeof units / sizeof units[0] && s.n > 0; i++) {
        if (s.p[s.n - 1] == units[i].unit) {
            factor = units[i].seconds;
            s.n--;
            break;
        }
    }
    int64_t milli;
    if (!slice_milli(s, &milli) || milli < 0 || milli > INT64_C(366) * 86400 * 1000 / factor) {
        return false;
    }
    *out_ms = milli * factor;
    return true;
}

/* Stores the value of a flag of the program. */
static bool set_flag(struct cli *cli, const struct found *f, struct err *err)
{
    char *at = (char *)cli + f->flag->offset;
    int64_t n = 0;
    bool ok = true;
    switch (f->flag->type) {
    case CLI_FLAG_BOOL:
        memcpy(at, &(bool){ true }, sizeof(bool));
        return true;
    case CLI_FLAG_TEXT:
        memcpy(at, &f->value, sizeof f->value);
        return true;
    case CLI_FLAG_INT:
        ok = slice_int(slice_of(f->value), f->flag->min, INT32_MAX, &n);
        break;
    case CLI_FLAG_DURATION:
        ok = duration(f->value, &n);
        break;
    case CLI_FLAG_SPEED:
        ok = strcmp(f->value, "max") == 0 || (slice_milli(slice_of(f->value), &n) && n > 0 && n <= 1000000);
        break;
    }
    if (!ok) {
        const char *allowed = f->flag->allowed != NULL ? f->flag->allowed : "a number";
        return err_set(err, ERR_USAGE, "the option --%s wants %s (%s), not '%s'", f->flag->name, f->flag->value, allowed, f->value);
    }
    memcpy(at, &n, sizeof n);
    return true;
}

void cli_tell_keeper(struct cli *cli, const char *word)
{
    cli->keeper_word = mem_resize(cli->keeper_word, cli->keeper_word_count + 2, sizeof(char *));
    cli->keeper_word[cli->keeper_word_count++] = mem_strdup(word);
    cli->keeper_word[cli->keeper_word_count] = NULL;
}

const char *const *cli_keeper_argv(const struct cli *cli)
{
    return (const char *const *)cli->keeper_word;
}

/* The keeper reads the same files and the same options: it is told the option by its whole name. */
static void tell_flag(struct cli *cli, const char *name, const char *value)
{
    struct buf word = BUF_INIT(1u << 20);
    buf_addf(&word, "--%s", name);
    for (size_t i = 2; i < word.len; i++) {
        word.data[i] = word.data[i] == '_' ? '-' : word.data[i];
    }
    if (value != NULL) {
        buf_addf(&word, "=%s", value);
    }
    cli_tell_keeper(cli, word.data);
    buf_clear(&word);
}

static bool set_option(struct cli *cli, const struct found *f, struct err *err)
{
    if (cli->is_demo && f->option->scope == OPTION_PBX) {
        return err_set(err, ERR_USAGE, "--demo brings a PBX of its own: leave out %s, or leave out --demo", f->word);
    }
    tell_flag(cli, f->option->name, f->value);
    return settings_flag(&cli->settings, slice_of(f->option->name), f->value, err);
}

/* The command, wherever it stands: an option of its own may stand before it. */
static void look_ahead(struct scan *s)
{
    struct scan ahead = *s;
    struct found found;
    struct err ignored = ERR_INIT;
    for (enum found_kind kind = FOUND_END; !ahead.has_command && (kind = next(&ahead, &found, &ignored)) != FOUND_END && kind != FOUND_BAD;)
        ;
    s->is_known = ahead.is_known;
    s->command = ahead.command;
}

/* is_command: the first of all, though options of its own came before it. */
static void add_word(struct cli *cli, const struct scan *scan, char *word, bool is_command)
{
    if (is_command) {
        memmove(cli->word + 1, cli->word, cli->word_count * sizeof *cli->word);
    }
    cli->word[is_command ? 0 : cli->word_count] = word;
    cli->word_count++;
    cli->plain_from += is_command || !scan->only_words;
}

/* First reading: flags of the program and words. Second: the rest. */
static bool read_argv(struct cli *cli, int argc, char **argv, bool is_second, struct err *err)
{
    struct scan scan = { .argv = argv, .argc = argc, .at = 1 };
    struct found found;
    cli->word_count = cli->plain_from = 0;
    cli->again_count = 2;
    look_ahead(&scan);
    bool had_command = false;
    int from = scan.at;
    for (enum found_kind kind; (kind = next(&scan, &found, err)) != FOUND_END; from = scan.at) {
        if (kind == FOUND_BAD) {
            return false;
        }
        bool is_profile = kind == FOUND_OPTION && strcmp(found.option->name, "profile") == 0;
        for (int i = from; i < scan.at && !is_profile; i++) {
            cli->again[cli->again_count++] = argv[i];
        }
        if (kind == FOUND_WORD) {
            add_word(cli, &scan, found.word, scan.has_command && !had_command);
            had_command = scan.has_command;
        }
        if (kind == FOUND_FLAG) {
            cli->given[found.flag - cli_flag_table] = found.word;
            if (!set_flag(cli, &found, err)) {
                return false;
            }
        }
        if (kind == FOUND_FLAG && is_second && found.flag->is_for_keeper) {
            tell_flag(cli, found.flag->name, found.value);
        }
        if (is_profile && !is_second) {
            cli->profile = found.value; /* it is a file, and so read before the flags count */
        }
        if (kind == FOUND_OPTION && is_second && !set_option(cli, &found, err)) {
            return false;
        }
    }
    return true;
}

static bool name_layout(struct cli *cli, struct err *err)
{
    cli->command = COMMAND_OPEN;
    return settings_flag(&cli->settings, SLICE("wall_layout"), cli->word[0], err);
}

/* "acdtop agent set 401 number 402": "acdtop device 401 402". */
static bool take_set_words(struct cli *cli)
{
    if (cli->word_count != 5 || !command_is_set(slice_of(cli->word[0]), slice_of(cli->word[1]), slice_of(cli->word[3])))
        return false;
    cli->command = COMMAND_DEVICE;
    cli->word[3] = cli->word[2];
    cli->word += 3;
    cli->word_count = 2;
    return true;
}

static bool find_command(struct cli *cli, struct err *err)
{
    size_t wrong;
    cli->command = COMMAND_OPEN;
    if (take_set_words(cli)) {
        return true;
    }
    if (cli->word_count > 0) {
        if (!command_find(slice_of(cli->word[0]), COMMAND_SHELL, &cli->command, cli->settings.is_wall && cli->word_count == 1 ? NULL : err)) {
            return cli->settings.is_wall && cli->word_count == 1 && name_layout(cli, err); /* acdtop --wall LAYOUT */
        }
        cli->word++;
        cli->word_count--;
        cli->plain_from -= cli->plain_from > 0;
    }
    return command_check(cli->command, (const char *const *)cli->word, cli->word_count, cli->plain_from, "acdtop ", &wrong, err);
}

/* Before the files are read: is it a command that says itself what is wrong with them? */
static bool is_patient_command(const struct cli *cli)
{
    enum command_id id;
    return cli->word_count > 0 && command_find(slice_of(cli->word[0]), COMMAND_SHELL, &id, NULL) && cli_command_table[id].is_patient;
}

/* Does this command have an option of its own of this name? */
static bool has_own(enum command_id id, const char *name)
{
    char dashed[64];
    bool takes_next;
    (void)snprintf(dashed, sizeof dashed, "--%s", name);
    return command_is_option(id, slice_of(dashed), &takes_next);
}

/* "-b, watch, record, add or take" */
static void add_goes_with(const struct cli_flag *flag, struct buf *out)
{
    static const char *const names[] = { "-b", "the console", "status", "watch", "record", "replay", "doctor", "an order", "audit" };
    enum { NAMES = sizeof names / sizeof names[0] };
    const char *with[NAMES + COMMAND_COUNT];
    size_t count = 0;
    for (size_t i = 0; i < NAMES; i++) {
        if ((flag->with >> i & 1) != 0)
            with[count++] = names[i];
    }
    for (enum command_id id = COMMAND_OPEN; id < COMMAND_COUNT; id++) {
        if (has_own(id, flag->name) && (cli_command_table[id].with & flag->with) == 0)
            with[count++] = command_table[id].name;
    }
    for (size_t i = 0; i < count; i++)
        buf_addf(out, "%s%s", i == 0 ? "" : i + 1 == count ? " or " : ", ", with[i]);
}

/* An option that would do nothing is a mistake, not something to be silent about. */
static bool check_flags(const struct cli *cli, struct err *err)
{
    uint32_t is = cli_command_table[cli->command].with;
    bool is_batch = (is & (CLI_WITH_CONSOLE | CLI_WITH_REPLAY)) != 0 && (cli->is_batch || cli->is_json);
    is |= is_batch ? CLI_WITH_BATCH : 0;
    bool ok = true;
    for (size_t i = 0; ok && i < cli_flag_count; i++) {
        uint32_t with = cli_flag_table[i].with;
        if (cli->given[i] != NULL && with != 0 && (with & is) == 0) {
            struct buf list = BUF_INIT(256);
            add_goes_with(&cli_flag_table[i], &list);
            bool is_console = cli->command == COMMAND_OPEN;
            ok = err_set(err, ERR_USAGE, "the option %s goes with %s, not with %s%s%s", cli->given[i], buf_slice(&list).p, is_console ? "the console" : "'",
                         command_table[cli->command].name, is_console ? "" : "'");
            buf_clear(&list);
        }
    }
    return ok;
}

/* Has the administrator locked the settings? A file of his that cannot be understood may have. */
static bool is_locked(void)
{
    struct settings s;
    char *path[8];
    size_t count = settings_paths(path, sizeof path / sizeof path[0]);
    settings_init(&s);
    bool locked = access(path[0], F_OK) == 0 && (!settings_load(&s, path[0], NULL) || s.is_locked);
    settings_clear(&s);
    for (size_t i = 0; i < count; i++) {
        mem_free(path[i]);
    }
    return locked;
}

/* These may be missing. */
static bool load_usual_files(struct cli *cli, struct err *err)
{
    char *path[8];
    size_t count = settings_paths(path, sizeof path / sizeof path[0]);
    bool ok = true;
    for (size_t i = 0; i < count; i++) {
        bool is_his = i > 0 && cli->role != NULL; /* who is lowered has no files of his own */
        if (ok && !is_his && (access(path[i], F_OK) == 0 || errno != ENOENT)) {
            ok = settings_load(&cli->settings, path[i], err);
        }
        mem_free(path[i]);
        if (ok && i == 0 && cli->settings.is_locked) { /* the administrator's: his profile belongs to what is locked */
            ok = cli->settings.profile == NULL || cli->settings.profile[0] == '\0' || profile_load(&cli->settings, cli->settings.profile, err);
            settings_lock(&cli->settings);
        }
    }
    return ok;
}

/* The files (--config is the only one, and must be there), then the profile over them: --profile's, else the one that they name. */
static bool load_files(struct cli *cli, struct err *err)
{
    if (cli->config_path != NULL && is_locked()) {
        return err_set(err, ERR_USAGE, "--config: the settings are locked by /etc/acdtop/acdtop.conf, and no other file may replace it");
    }
    bool ok = cli->config_path != NULL ? settings_load(&cli->settings, cli->config_path, err) : load_usual_files(cli, err);
    const char *profile = cli->profile != NULL ? cli->profile : cli->settings.profile;
    bool was_locked = cli->settings.is_locked;
    cli->settings.is_locked = was_locked || cli->role != NULL; /* then only the administrator's */
    ok = ok && (profile == NULL || profile[0] == '\0' || cli->settings.locked_by != NULL || profile_load(&cli->settings, profile, err));
    cli->settings.is_locked = was_locked;
    return ok;
}

void cli_init(struct cli *cli)
{
    *cli = (struct cli){ .count = -1, .for_ms = -1, .timeout_ms = CLI_TIMEOUT_MS, .speed_permille = 1000, .keeper_fd = -1, .sim_pid = -1, .next_profile = BUF_INIT(8192) };
    settings_init(&cli->settings);
    cli->keeper_word = mem_array(1, sizeof(char *));
}

bool cli_parse(struct cli *cli, int argc, char **argv, struct err *err)
{
    mem_free(cli->word_store);
    cli->word = cli->word_store = mem_array((size_t)argc + 1, sizeof(char *));
    mem_free(cli->again);
    cli->again = mem_array((size_t)argc + 3, sizeof(char *));
    cli->again[0] = argv[0];
    if (!read_argv(cli, argc, argv, false, err)) {
        return false;
    }
    if (cli->is_help || cli->is_version || cli->dump != NULL) {
        return true;
    }
    struct err ignored = ERR_INIT;
    bool is_patient = is_patient_command(cli);
    if ((!load_files(cli, is_patient ? &ignored : err) && !is_patient) || !read_argv(cli, argc, argv, true, err)) {
        return false;
    }
    return find_command(cli, err) && (cli->keeper_fd >= 0 || check_flags(cli, err));
}

void cli_clear(struct cli *cli)
{
    for (size_t i = 0; i < cli->keeper_word_count; i++) {
        mem_free(cli->keeper_word[i]);
    }
    mem_free(cli->keeper_word);
    mem_free(cli->word_store);
    mem_free(cli->again);
    buf_clear(&cli->next_profile);
    cli_secret_clear(cli);
    settings_clear(&cli->settings);
    mem_free(cli->sim_path);
}
