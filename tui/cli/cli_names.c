/* SPDX-License-Identifier: MIT */
/* cli_names: `acdtop complete`: names, one a line, for the completions of shells. It asks no PBX and runs no command for a secret; a
 * file system that does not answer ends it, without a name and without a word: a person has pressed Tab and waits. */
#include "core/base/mem.h"
#include "core/config/profile.h"
#include "tui/cli/cli_follow.h"
#include "tui/embed.h"
#include "tui/names.h"

#include <sys/time.h>

enum { PATIENCE_US = 300000 };

static void add(void *context, struct slice name, const char *help)
{
    (void)help;
    (void)buf_addf(context, "%.*s\n", SLICE_FMT(name));
}

/* "@geneva": one PBX, where queues may be named. */
static void add_at(struct buf *out, const char *name)
{
    struct buf word = BUF_INIT(512);
    (void)buf_addf(&word, "@%s", name);
    add(out, buf_slice(&word), NULL);
    buf_clear(&word);
}

static void add_profile(void *context, const char *name, const char *path)
{
    (void)path;
    add(context, slice_of(name), NULL);
}

static void add_files(struct buf *out, const struct embed_row *shipped, const char *folder)
{
    for (; shipped->name != NULL; shipped++) {
        add(out, slice_of(shipped->name), NULL);
    }
    names_own(folder, add, out);
}

int cli_run_complete(struct cli *cli, struct err *err)
{
    struct slice what = slice_of(cli->word[0]);
    struct buf out = BUF_INIT(1u << 20);
    if (slice_eq(what, SLICE("queues"))) {
        names_kept(FACT_QUEUE, add, &out);
        for (size_t i = 0; cli->settings.pbx_count > 1 && i < cli->settings.pbx_count; i++) {
            add_at(&out, cli->settings.pbx[i].name);
        }
    } else if (slice_eq(what, SLICE("agents"))) {
        names_kept(FACT_AGENT, add, &out);
        names_kept(FACT_ENDPOINT, add, &out);
    } else if (slice_eq(what, SLICE("pbxs"))) {
        for (size_t i = 0; i < cli->settings.pbx_count; i++) {
            add(&out, slice_of(cli->settings.pbx[i].name), NULL);
        }
    } else if (slice_eq(what, SLICE("profiles"))) {
        profile_each(&cli->settings, add_profile, &out);
    } else if (slice_eq(what, SLICE("themes"))) {
        (void)buf_add(&out, SLICE("auto\n"));
        add_files(&out, embed_themes, "themes");
    } else if (slice_eq(what, SLICE("keymaps"))) {
        add_files(&out, embed_keymaps, "keymaps");
    }
    bool ok = follow_print(buf_slice(&out), err);
    buf_clear(&out);
    return ok || err->kind == ERR_NONE ? CLI_OK : CLI_NO_OUTPUT;
}

void cli_be_quick(void)
{
    struct itimerval timer = { .it_value = { .tv_usec = PATIENCE_US } };
    (void)setitimer(ITIMER_REAL, &timer, NULL); /* SIGALRM ends the program */
}
