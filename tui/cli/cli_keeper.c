/* SPDX-License-Identifier: MIT */
/* cli_keeper: the shared keeper of a host: one login for each PBX, whoever looks. Runs in the foreground, for a service manager; what is wrong
 * before it listens is said on standard error, everything later in its log. */
#include "core/config/secret.h"
#include "core/keeper/door.h"
#include "core/keeper/keeper.h"
#include "core/keeper/policy.h"
#include "tui/cli/cli.h"

#include <stdio.h>

/* Nobody can be asked here. */
static bool has_secrets(const struct settings *s, struct err *err)
{
    for (size_t i = 0; i < s->pbx_count; i++) {
        if (secret_is_prompted(&s->pbx[i])) {
            return err_set(err, ERR_CONFIG, "PBX '%s': a keeper has no terminal to ask for its secret: give secret_file or secret_command", s->pbx[i].name);
        }
    }
    return true;
}

/* Names that do not exist are found while somebody reads it. */
static bool has_access(const struct settings *s, struct err *err)
{
    struct policy *policy = NULL;
    bool ok = policy_new(s, &policy, err);
    policy_free(policy);
    return ok;
}

int cli_run_keeper(struct cli *cli, struct err *err)
{
    struct settings *s = &cli->settings;
    const char *path = s->keeper_socket != NULL ? s->keeper_socket : DOOR_PATH;
    int fd = -1;
    if (!settings_finish(s, err) || (s->pbx_count == 0 && !settings_no_pbx(err)) || !has_secrets(s, err) || !has_access(s, err) || !door_open(path, &fd, err)) {
        return err_exit_code(err->kind);
    }
    fprintf(stderr, "acdtop keeper: consoles of this host find it at %s; %s\n", path,
            s->access_count > 0 ? "access in its configuration says who may connect" : "nobody but its own user and root may connect: access in its configuration gives others a role");
    int code = keeper_run(&(struct keeper_setup){ .settings = s, .listen_fd = fd, .console_fd = -1, .replay_at_ms = -1 });
    door_close(path, fd);
    return code;
}
