/* SPDX-License-Identifier: MIT */
/* cli_doctor_policy: does the policy of a shared keeper hold for this user, or could he do without the keeper? It holds when the keeper is
 * somebody else's process and its secret is in no file that he can read. Tries nothing but to read. */
#include "tui/cli/cli_doctor.h"

#include "core/base/clock.h"
#include "core/base/mem.h"
#include "core/config/secret.h"
#include "core/keeper/client.h"
#include "core/keeper/door.h"

#include <poll.h>
#include <pwd.h>
#include <stdio.h>
#include <unistd.h>

#define KEEPER_CONF "/etc/acdtop/keeper.conf"

enum { ANSWER_MS = 3000 };

struct asked { /* of the keeper */
    struct rights rights;
    bool is_told;
};

static void on_rights(void *context, const struct rights *rights)
{
    struct asked *a = context;
    a->rights = *rights;
    a->is_told = true;
}

/* As what does the keeper know us? False: *err. */
static bool ask_role(const char *path, struct asked *a, struct err *err)
{
    const char *const none[] = { NULL };
    struct client *c = client_new(none, &(struct client_hooks){ .rights = on_rights, .context = a, .socket_path = path }, err);
    int64_t until_ms = clock_mono_ms() + ANSWER_MS;
    bool ok = c != NULL;
    while (ok && !a->is_told && clock_mono_ms() < until_ms) {
        struct pollfd fd = { .fd = client_fd(c), .events = POLLIN };
        (void)poll(&fd, 1, 100);
        ok = client_turn(c, clock_mono_ms(), err);
    }
    client_free(c);
    return ok && (a->is_told || err_set(err, ERR_NETWORK, "the keeper at %s does not answer", path));
}

static void name_of(uid_t uid, char *out, size_t size)
{
    const struct passwd *p = getpwuid(uid);
    if (p != NULL)
        (void)snprintf(out, size, "%s", p->pw_name);
    else
        (void)snprintf(out, size, "uid %ld", (long)uid);
}

/* A secret of these settings that this user can use; NULL: none. */
static const struct pbx_settings *usable_secret(const struct settings *s)
{
    for (size_t i = 0; i < s->pbx_count; i++) {
        const struct pbx_settings *pbx = &s->pbx[i];
        if (pbx->secret_command != NULL || (pbx->secret_file != NULL && access(pbx->secret_file, R_OK) == 0))
            return pbx;
    }
    return NULL;
}

/* Why this user could do without the keeper; false: he cannot, as far as can be seen. */
static bool is_courtesy(const struct doctor *d, uid_t keeper, struct buf *why)
{
    struct settings theirs;
    const struct pbx_settings *pbx = usable_secret(&d->cli->settings);
    if (keeper == getuid()) {
        (void)buf_addf(why, "the keeper runs as yourself");
    } else if (pbx != NULL) {
        (void)buf_addf(why, "your own configuration has a secret for %s", pbx->name != NULL ? pbx->name : pbx->url);
    } else if (access(KEEPER_CONF, W_OK) == 0) {
        (void)buf_addf(why, "you can write %s", KEEPER_CONF);
    } else {
        settings_init(&theirs);
        pbx = settings_load(&theirs, KEEPER_CONF, NULL) ? usable_secret(&theirs) : NULL;
        if (pbx != NULL)
            (void)buf_addf(why, "you can read the secret that %s names", KEEPER_CONF);
        settings_clear(&theirs);
    }
    return why->len > 0;
}

static void judge(struct doctor *d, const char *path, uid_t keeper)
{
    struct buf why = BUF_INIT(1024);
    struct asked a = { .is_told = false };
    struct err err = ERR_INIT;
    char name[64];
    name_of(keeper, name, sizeof name);
    if (!ask_role(path, &a, &err)) {
        doctor_say(d, DOCTOR_BAD, err_exit_code(err.kind), NULL, "the keeper at %s, run by %s: %s", path, name, err.text);
    } else if (getuid() == 0) {
        doctor_say(d, DOCTOR_OK, CLI_OK, NULL, "the keeper at %s is run by %s; its policy does not bind you, since you are root", path, name);
    } else if (is_courtesy(d, keeper, &why)) {
        doctor_say(d, DOCTOR_WARN, CLI_OK, "let a user of its own run it, who alone can read the secret: 'systemctl enable --now acdtop-keeper', see acdtop(1)",
                   "a courtesy: the keeper at %s gives you the role %s, but %s", path, a.rights.role, buf_slice(&why).p);
    } else {
        doctor_say(d, DOCTOR_OK, CLI_OK, NULL, "holds: the keeper at %s is run by %s, gives you the role %s%s%s%s, and no secret of its can be read by you", path, name,
                   a.rights.role, a.rights.self[0] != '\0' ? " as agent " : "", a.rights.self, a.rights.is_masked ? " without callers' numbers" : "");
    }
    buf_clear(&why);
}

bool doctor_look_at_policy(struct doctor *d)
{
    const struct settings *s = &d->cli->settings;
    const char *path = s->keeper_socket != NULL ? s->keeper_socket : DOOR_PATH;
    struct err err = ERR_INIT;
    struct door_user keeper;
    int fd = -1;
    d->check = "policy";
    if (!door_enter(path, &fd, &err)) {
        if (s->keeper_socket != NULL)
            doctor_say(d, DOCTOR_BAD, err_exit_code(err.kind), "'systemctl status acdtop-keeper' says whether it runs", "%s", err.text);
        else
            doctor_say(d, DOCTOR_OK, CLI_OK, NULL, "none: there is no shared keeper on this host; in a keeper of one's own a policy would be a courtesy, since who runs it can read the secret");
        return false;
    }
    bool is_known = door_user(fd, &keeper);
    (void)close(fd);
    if (is_known)
        judge(d, path, keeper.uid);
    door_user_clear(&keeper);
    return is_known;
}
