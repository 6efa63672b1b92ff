/* SPDX-License-Identifier: MIT */
/* cli_commands: the commands that need few words: the console, record, replay and config; and what is made ready before
 * a command that needs a PBX: the demo's, or the secrets. */
#include "core/keeper/door.h"
#include "core/base/clock.h"
#include "core/base/mem.h"
#include "core/config/entries.h"
#include "core/config/options.h"
#include "core/config/profile.h"
#include "core/config/secret.h"
#include "core/floor/alert.h"
#include "core/sim/sim.h"
#include "tui/choice.h"
#include "tui/cli/cli_follow.h"
#include "tui/console.h"
#include "tui/keys/keymap.h"
#include "tui/look/theme.h"
#include "tui/wall/wall_layout.h"

#include <sys/stat.h>
#include <unistd.h>

enum { DEMO_QUEUES = 6, DEMO_AGENTS = 34 };

/* Where the demo's dialplan takes numbers, rooms and queues, and the phone that is there for who listens in: every order can be tried. What
 * the user has of these is about his own PBX. Names as in core/sim/plan.c and core/sim/world.c. */
static bool demo_ways(struct settings *s, struct err *err)
{
    static const char ways[] = "dial_context = \"agents\"; conference = \"conf-bridge@others\"; phone = \"PJSIP/200\";\n";
    static const char *const queue[DEMO_QUEUES] = { "support", "sales", "billing", "vip", "returns", "orders" };
    struct buf text = BUF_INIT(4096);
    (void)mem_assign(&s->take_context, (struct slice){ NULL, 0 });
    (void)mem_assign(&s->withdraw_context, (struct slice){ NULL, 0 });
    (void)buf_addf(&text, "%s%s", ways, s->queue_count == 0 ? "queue_names = (\n" : "");
    for (int i = 0; i < DEMO_QUEUES && s->queue_count == 0; i++)
        (void)buf_addf(&text, "%s{ name = \"%s\"; extension = \"%s@queues\"; }", i > 0 ? ",\n" : "", queue[i], queue[i]);
    bool ok = (s->queue_count > 0 || buf_addf(&text, ");\n")) && settings_load_text(s, "the demo", buf_slice(&text), err);
    buf_clear(&text);
    return ok;
}

/* The demo's penalties have names and its agents are in teams, unless somebody has such of his own. Their extensions are those of core/sim. */
bool cli_demo_names(struct cli *cli, struct err *err)
{
    static const char *const team[DEMO_QUEUES] = { "service", "front", "back", "front", "service", "back" };
    struct buf text = BUF_INIT(16384);
    cli->settings.is_demo = true;
    if (!demo_ways(&cli->settings, err))
        return false;
    if (cli->settings.role_count == 0 &&
        !settings_load_text(&cli->settings, "the demo", SLICE("roles = ( { name = \"first line\"; penalty = 0; }, { name = \"second line\"; penalty = 5; } );"), err))
        return false;
    if (cli->settings.set_count == 0 &&
        !settings_load_text(&cli->settings, "the demo", SLICE("queue_sets = ( { name = \"service\"; queues = [ \"support\", \"vip\" ]; }, { name = \"front\"; queues = [ \"sales\", \"vip\" ]; },"
                                                             " { name = \"back\"; queues = [ \"billing\", \"orders\", \"returns\" ]; } );"), err))
        return false;
    if (cli->settings.agent_count > 0 || cli->settings.agent_interface != NULL)
        return true;
    (void)buf_addf(&text, "agent_interface = \"PJSIP/{ext}\";\nagents = (\n");
    for (int i = 0; i < DEMO_AGENTS; i++)
        (void)buf_addf(&text, "%s{ extension = \"%d\"; team = \"%s\"; }", i > 0 ? ",\n" : "", 300 + i, team[i % DEMO_QUEUES]);
    bool ok = buf_addf(&text, ");\n") && settings_load_text(&cli->settings, "the demo", buf_slice(&text), err);
    buf_clear(&text);
    return ok;
}

/* The demo: a centre of a size that one screen shows, in the middle of its day. */
static bool start_demo(struct cli *cli, struct err *err)
{
    struct sim_setup setup = { .seed = 20, .queues = DEMO_QUEUES, .agents = DEMO_AGENTS, .memberships = 3, .calls_per_hour = 420, .start_wall_ms = clock_wall_ms() };
    if (!sim_serve(&setup, 1.0, &cli->sim_path, &cli->sim_pid, err)) {
        return err_prefix(err, "cannot start the demo");
    }
    struct buf url = BUF_INIT(4096);
    buf_addf(&url, "unix://%s?user=demo", cli->sim_path);
    bool ok = settings_flag(&cli->settings, SLICE("url"), buf_slice(&url).p, err) && settings_flag(&cli->settings, SLICE("name"), "demo", err);
    cli_tell_keeper(cli, "--url");
    cli_tell_keeper(cli, buf_slice(&url).p);
    cli_tell_keeper(cli, "--name");
    cli_tell_keeper(cli, "demo");
    cli_tell_keeper(cli, "--keeper-demo");
    ok = ok && cli_demo_names(cli, err);
    buf_clear(&url);
    return ok;
}

/* Where it was asked for. */
static bool wrong_at(const struct settings *settings, const char *option, struct err *err)
{
    const char *where = entries_origin(settings->origin, option_find(OPTION_GLOBAL, slice_of(option)));
    return where != NULL && strchr(where, ':') != NULL ? err_prefix(err, "%s", where) : false; /* a flag is in sight */
}

bool cli_check_looks(const struct settings *settings, struct err *err)
{
    struct theme theme;
    bool has_theme = theme_load(&theme, settings->theme, err) || wrong_at(settings, "theme", err);
    struct keymap *keys = has_theme ? keymap_load(settings->keymap, err) : NULL;
    if (has_theme && keys == NULL)
        (void)wrong_at(settings, "keymap", err);
    struct alert_rules *alerts = keys != NULL ? alert_rules_new(settings, err) : NULL;
    struct wall_layout *layout = alerts != NULL ? wall_layout_load(settings->wall_layout, err) : NULL;
    bool ok = layout != NULL && choice_check(settings, err);
    wall_layout_free(layout);
    keymap_free(keys);
    alert_rules_free(alerts);
    return ok;
}

bool cli_check_pbx(const struct cli *cli, struct err *err)
{
    const struct settings *s = &cli->settings;
    bool is_known = s->only_pbx == NULL || cli->replay_path != NULL;
    struct buf list = BUF_INIT(4096);
    for (size_t i = 0; !is_known && i < s->pbx_count; i++) {
        is_known = slice_eq_nocase(slice_of(s->pbx[i].name), slice_of(s->only_pbx));
        (void)buf_addf(&list, "%s%.64s", i == 0 ? "" : i + 1 == s->pbx_count ? " and " : ", ", s->pbx[i].name);
    }
    if (!is_known) {
        (void)err_set(err, ERR_USAGE, "no PBX is called '%s': there %s %s", s->only_pbx, s->pbx_count == 1 ? "is" : "are", buf_slice(&list).p);
    }
    buf_clear(&list);
    return is_known;
}

/* The keeper of this host: where the configuration names its socket, or where there is no PBX of our own and one listens at the usual place. What
 * needs the PBX's own bytes, or brings a PBX, has a keeper of its own. */
static bool uses_shared(struct cli *cli)
{
    int fd;
    if (cli->is_demo || cli->command == COMMAND_RECORD || cli->command == COMMAND_DOCTOR) {
        return false;
    }
    cli->keeper_path = cli->settings.keeper_socket != NULL || cli->role == NULL ? cli->settings.keeper_socket : DOOR_PATH; /* only there a role is one */
    if (cli->keeper_path == NULL && cli->settings.pbx_count == 0 && door_enter(DOOR_PATH, &fd, NULL)) {
        (void)close(fd);
        cli->keeper_path = DOOR_PATH;
    }
    return cli->keeper_path != NULL;
}

bool cli_prepare(struct cli *cli, struct err *err)
{
    if (!cli_check_looks(&cli->settings, err)) {
        return false; /* before anybody is asked for a secret */
    }
    if (cli->is_demo && cli->settings.locked_by != NULL) {
        return err_set(err, ERR_USAGE, "--demo brings a PBX of its own: the settings are locked by %s", cli->settings.locked_by);
    }
    if (cli->role != NULL && cli->role[0] == '\0') {
        return err_set(err, ERR_USAGE, "--role= names no role");
    }
    if (cli->is_demo && cli->role != NULL) {
        return err_set(err, ERR_USAGE, "--role is for the shared keeper of this host: leave out --demo");
    }
    if (cli->is_demo && !start_demo(cli, err)) {
        return false;
    }
    if (!settings_finish(&cli->settings, err)) {
        return false;
    }
    if (uses_shared(cli)) {
        return true;
    }
    if (cli->settings.pbx_count == 0) {
        return first_is_wanted(cli) ? first_run(cli, err) : settings_no_pbx(err);
    }
    return cli_check_pbx(cli, err) && cli_secret_prepare(cli, err);
}

int cli_run_console(struct cli *cli, struct err *err)
{
    if (cli->is_batch || cli->is_json) {
        return cli_run_batch(cli, err);
    }
    struct console_setup setup = {
        .settings = &cli->settings,
        .keeper_argv = cli_keeper_argv(cli),
        .keeper_path = cli->keeper_path,
        .ask = cli_secret_ask,
        .ask_context = cli,
        .is_past = cli->replay_path != NULL,
        .role = cli->role,
        .keeps_names = cli->role == NULL && cli->replay_path == NULL && !cli->is_demo && !cli->settings.is_wall,
        .read_profile = cli_read_profile,
        .profile = &cli->next_profile,
    };
    return console_run(&setup, err);
}

/* Says how it went on standard error: standard output stays free. */
static int record(struct follow *f, const char *path, struct err *err)
{
    enum follow_news news = follow_settle(f, err);
    int code = news == FOLLOW_ENDED || news == FOLLOW_STOP ? CLI_OK : follow_verdict(f);
    if (news != FOLLOW_ENDED && news != FOLLOW_STOP) {
        fprintf(stderr, "acdtop: recording to %s%s\n", path, f->cli->for_ms < 0 ? "; Ctrl-C ends it" : "");
    }
    while (news != FOLLOW_ENDED && news != FOLLOW_STOP) {
        news = follow_wait(f, FOLLOW_NEVER, err);
    }
    if (news == FOLLOW_ENDED) {
        code = err->kind != ERR_NONE ? err_exit_code(err->kind) : client_exit_code(f->client);
    }
    return code;
}

int cli_run_record(struct cli *cli, struct err *err)
{
    if (cli->settings.locked_by != NULL) {
        err_set(err, ERR_USAGE, "a recording holds every queue of the PBX: the settings are locked by %s", cli->settings.locked_by);
        return err_exit_code(ERR_USAGE);
    }
    const char *path = cli->word[0];
    cli_tell_keeper(cli, "--keeper-record");
    cli_tell_keeper(cli, path);
    cli->word_count = 0;
    struct follow f = { 0 };
    int code = follow_open(&f, cli, err) ? record(&f, path, err) : err_exit_code(err->kind);
    follow_close(&f);
    struct stat file;
    if (code == CLI_OK && stat(path, &file) == 0) {
        fprintf(stderr, "acdtop: %s: %lld bytes\n", path, (long long)file.st_size);
    }
    return code;
}

int cli_run_replay(struct cli *cli, struct err *err)
{
    if (!cli_check_looks(&cli->settings, err)) {
        return err_exit_code(err->kind);
    }
    cli_tell_keeper(cli, "--keeper-replay");
    cli_tell_keeper(cli, cli->word[0]);
    cli->replay_path = cli->word[0];
    cli->word_count = 0;
    return cli_run_console(cli, err);
}

static bool check_config(const struct settings *settings, struct err *err)
{
    bool ok = cli_check_looks(settings, err);
    for (size_t i = 0; ok && i < settings->pbx_count; i++) {
        ok = secret_check(&settings->pbx[i], err);
    }
    return ok;
}

static void list_profile(void *context, const char *name, const char *path)
{
    (void)buf_addf(context, "%s  %s\n", name, path);
}

/* Their names and where they lie; that of the settings as they are is none of them. */
static int list_profiles(const struct settings *settings, struct err *err)
{
    struct buf out = BUF_INIT(1u << 20);
    profile_each(settings, list_profile, &out);
    if (out.len == 0)
        fprintf(stderr, "acdtop: there is no profile: a file ~/.config/acdtop/profiles/NAME.conf makes one, see acdtop.conf(5)\n");
    bool ok = follow_print(buf_slice(&out), err);
    buf_clear(&out);
    return ok || err->kind == ERR_NONE ? CLI_OK : CLI_NO_OUTPUT;
}

/* Keys that are given twice, actions without one: nothing that stops the console, all the same not what was meant. */
static void add_complaints(const struct settings *settings, struct buf *out)
{
    struct keymap *keys = keymap_load(settings->keymap, NULL);
    struct buf said = BUF_INIT(1u << 16);
    if (keys != NULL && keymap_complain(keys, &said)) {
        buf_addf(out, "The keymap works, but look at this:\n");
        for (struct slice rest = buf_slice(&said); rest.n > 0;) {
            struct slice line = slice_cut(rest, '\n', &rest);
            buf_addf(out, "  %.*s\n", SLICE_FMT(line));
        }
    }
    buf_clear(&said);
    keymap_free(keys);
}

int cli_run_config(struct cli *cli, struct err *err)
{
    bool is_show = strcmp(cli->word[0], "show") == 0;
    if (strcmp(cli->word[0], "profiles") == 0) {
        return list_profiles(&cli->settings, err);
    }
    if (!is_show && strcmp(cli->word[0], "check") != 0) {
        err_set(err, ERR_USAGE, "'config' wants check, show or profiles, not '%s'", cli->word[0]);
        return err_exit_code(ERR_USAGE);
    }
    if (!settings_finish(&cli->settings, err) || (!is_show && !check_config(&cli->settings, err))) {
        return err_exit_code(err->kind);
    }
    struct buf out = BUF_INIT(1u << 20);
    if (is_show) {
        settings_show(&cli->settings, &out);
    } else {
        buf_addf(&out, "the configuration is right: %zu PBX%s\n", cli->settings.pbx_count, cli->settings.pbx_count == 1 ? "" : "s");
        for (size_t i = 0; i < cli->settings.pbx_count; i++) {
            buf_addf(&out, "  %s  %s\n", cli->settings.pbx[i].name, cli->settings.pbx[i].url);
        }
        add_complaints(&cli->settings, &out);
    }
    bool ok = follow_print(buf_slice(&out), err);
    buf_clear(&out);
    return ok || err->kind == ERR_NONE ? CLI_OK : CLI_NO_OUTPUT;
}
