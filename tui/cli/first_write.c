/* SPDX-License-Identifier: MIT */
/* first_write: the answers become two files of mode 0600, the secret first, so that a configuration never names a file that is not
 * there. The configuration appears whole or not at all (written beside, read back, renamed); what is there already is only
 * replaced when the person says so, and is kept under another name. An interrupt waits until it is done or undone. */
#include "tui/cli/first.h"

#include "core/base/mem.h"
#include "core/config/path.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <signal.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

enum { NAMES_MAX = 100, FILE_MAX = 1 << 20 };

enum plan { PLAN_NEW, PLAN_ADD, PLAN_REPLACE, PLAN_NONE };

struct job {
    char *path;   /* of the configuration, links followed */
    char *folder; /* where it is looked for, and the secret lies */
    char *secret, *beside; /* files made by us so far, NULL: none */
    bool is_folder_new;
    enum plan plan;
};

/* ---- what is there, and what is wanted ---- */

static char *user_path(void)
{
    char *path[8];
    size_t count = settings_paths(path, sizeof path / sizeof path[0]);
    for (size_t i = 0; i + 1 < count; i++) {
        mem_free(path[i]);
    }
    return path[count - 1];
}

static char *folder_of(const char *path)
{
    return mem_text((struct slice){ path, (size_t)(strrchr(path, '/') - path) });
}

/* Who keeps the configuration elsewhere and links to it wants the link to stay. The secret lies beside the link: what is relative
 * in the file begins there. */
static void find_places(struct job *job)
{
    char whole[PATH_MAX];
    job->path = user_path();
    job->folder = folder_of(job->path);
    if (realpath(job->path, whole) != NULL) {
        mem_assign(&job->path, slice_of(whole));
    }
}

static size_t pbxs_in(const char *path)
{
    struct settings alone;
    struct err err = ERR_INIT;
    settings_init(&alone);
    size_t count = settings_load(&alone, path, &err) ? alone.pbx_count : SIZE_MAX;
    settings_clear(&alone);
    return count;
}

static bool choose_plan(struct job *job, struct err *err)
{
    struct buf question = BUF_INIT(8192);
    bool yes = false, is_read = true;
    size_t count = access(job->path, F_OK) == 0 ? pbxs_in(job->path) : 0;
    job->plan = access(job->path, F_OK) != 0 ? PLAN_NEW : count == 0 ? PLAN_ADD : PLAN_REPLACE;
    if (job->plan == PLAN_ADD) {
        buf_addf(&question, "%s is there, without a PBX. Add this one to it?", job->path);
    } else if (job->plan == PLAN_REPLACE) {
        buf_addf(&question, "%s %s. Replace it? The old one is kept beside it.", job->path, count == SIZE_MAX ? "cannot be read" : "names a PBX already");
    }
    if (job->plan != PLAN_NEW) {
        is_read = first_confirm(buf_slice(&question).p, job->plan == PLAN_ADD, &yes);
        job->plan = yes ? job->plan : PLAN_NONE;
    }
    buf_clear(&question);
    return is_read || err_set(err, ERR_CONFIG, "given up: nothing was written");
}

/* ---- files ---- */

static bool write_all(int fd, struct slice text)
{
    while (text.n > 0) {
        ssize_t n = write(fd, text.p, text.n);
        if (n < 0 && errno != EINTR) {
            return false;
        }
        text.p += n > 0 ? n : 0;
        text.n -= n > 0 ? (size_t)n : 0;
    }
    return fsync(fd) == 0;
}

/* A new file of mode 0600 under "STEM" "END", or "STEM-2" "END" and so on where that is taken. NULL: errno. */
static char *create(const char *stem, const char *end, struct slice text)
{
    struct buf name = BUF_INIT(2 * PATH_MAX);
    int fd = -1;
    for (unsigned i = 1; fd < 0 && i <= NAMES_MAX && (i == 1 || errno == EEXIST); i++) {
        buf_reset(&name);
        buf_addf(&name, "%s", stem);
        if (i > 1) {
            buf_addf(&name, "-%u", i);
        }
        buf_addf(&name, "%s", end);
        fd = open(buf_slice(&name).p, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC | O_NOFOLLOW, 0600);
    }
    char *made = NULL;
    if (fd >= 0 && write_all(fd, text)) {
        made = mem_text(buf_slice(&name));
    } else if (fd >= 0) {
        int number = errno;
        (void)unlink(buf_slice(&name).p);
        errno = number;
    }
    if (fd >= 0) {
        (void)close(fd);
    }
    buf_clear(&name);
    return made;
}

static bool make_folder(struct job *job, struct err *err)
{
    for (char *at = strchr(job->folder + 1, '/'); at != NULL; at = strchr(at + 1, '/')) {
        *at = '\0';
        (void)mkdir(job->folder, 0700); /* there already, or the next one says why not */
        *at = '/';
    }
    job->is_folder_new = mkdir(job->folder, 0700) == 0;
    return job->is_folder_new || errno == EEXIST || err_errno(err, ERR_SYSTEM, "cannot make the folder %s", job->folder);
}

static void sync_folder(const char *folder)
{
    int fd = open(folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    if (fd >= 0) {
        (void)fsync(fd);
        (void)close(fd);
    }
}

static void sync_folders(const struct job *job)
{
    char *folder = folder_of(job->path);
    sync_folder(folder);
    sync_folder(job->folder);
    mem_free(folder);
}

/* ---- what is written ---- */

static void add_quoted(struct buf *out, const char *name, struct slice value)
{
    buf_addf(out, "%s = \"", name);
    for (size_t i = 0; i < value.n; i++) {
        if (value.p[i] == '"' || value.p[i] == '\\') {
            buf_add_char(out, '\\');
        }
        buf_add_char(out, value.p[i]);
    }
    buf_add(out, SLICE("\"; "));
}

/* The name of the secret's file: the host's, with what a file name may hold. */
static char *write_secret(const struct first *f, const struct job *job, const struct pbx_settings *pbx)
{
    struct buf stem = BUF_INIT(PATH_MAX);
    buf_addf(&stem, "%s/", job->folder);
    const char *host = pbx->host != NULL ? pbx->host : "pbx";
    for (const char *c = host; *c != '\0'; c++) {
        bool is_plain = (*c >= '0' && *c <= '9') || ((*c | 0x20) >= 'a' && (*c | 0x20) <= 'z') || (c != host && (*c == '.' || *c == '-'));
        buf_add_char(&stem, is_plain ? *c : '_');
    }
    struct buf text = BUF_INIT(VAULT_SECRET_MAX + 1);
    bool is_held = buf_reserve(&text, VAULT_SECRET_MAX + 1) != NULL && buf_add(&text, vault_get(f->vault, FIRST_SECRET_NAME)) && buf_add_char(&text, '\n');
    char *path = is_held ? create(buf_slice(&stem).p, ".secret", buf_slice(&text)) : NULL;
    buf_wipe(&text);
    buf_clear(&stem);
    return path;
}

static bool add_old(const char *path, struct buf *out, struct err *err)
{
    int fd = open(path, O_RDONLY | O_CLOEXEC);
    char part[4096];
    ssize_t n = -1;
    while (fd >= 0 && (n = read(fd, part, sizeof part)) > 0) {
        buf_add(out, (struct slice){ part, (size_t)n });
    }
    if (fd >= 0) {
        (void)close(fd);
    }
    buf_add_char(out, '\n');
    return (n == 0 && !out->overflow) || err_errno(err, ERR_SYSTEM, "cannot read %s", path);
}

static void add_entry(const struct first *f, const struct job *job, const struct pbx_settings *pbx, struct buf *out)
{
    buf_add(out, SLICE("# Written by 'acdtop setup'. What else may stand here: acdtop.conf(5).\npbx = (\n    { "));
    add_quoted(out, "url", slice_of(pbx->url));
    add_quoted(out, "secret_file", slice_of(strrchr(job->secret, '/') + 1));
    if (f->is_tls && f->trust != NULL) {
        add_quoted(out, strncmp(f->trust, "sha256//", 8) == 0 ? "pin" : "ca", slice_of(f->trust));
    }
    buf_add(out, SLICE("}\n);\n"));
}

/* The new file takes its place. What was there keeps a name. */
static bool publish(const struct job *job, struct err *err)
{
    char old[PATH_MAX + 16];
    int linked = -1;
    if (job->plan == PLAN_NEW) {
        linked = link(job->beside, job->path); /* unlike rename(2) it replaces nothing */
        return linked == 0 || err_errno(err, ERR_SYSTEM, "cannot make %s", job->path);
    }
    for (unsigned i = 0; linked != 0 && i < NAMES_MAX && (i == 0 || errno == EEXIST); i++) {
        (void)snprintf(old, sizeof old, i == 0 ? "%s.old" : "%s.old-%u", job->path, i);
        linked = link(job->path, old);
    }
    if (linked != 0) {
        return err_errno(err, ERR_SYSTEM, "cannot keep the old file as %s", old);
    }
    if (rename(job->beside, job->path) != 0) {
        (void)err_errno(err, ERR_SYSTEM, "cannot replace %s", job->path);
        (void)unlink(old);
        return false;
    }
    first_say(0, "The old file is %s.", old);
    return true;
}

static bool write_both(const struct first *f, struct job *job, const struct pbx_settings *pbx, struct err *err)
{
    struct buf text = BUF_INIT(FILE_MAX);
    bool ok = make_folder(job, err);
    if (ok) {
        job->secret = write_secret(f, job, pbx);
        ok = job->secret != NULL || err_errno(err, ERR_SYSTEM, "cannot write the secret to a file in %s", job->folder);
    }
    ok = ok && (job->plan != PLAN_ADD || add_old(job->path, &text, err));
    if (ok) {
        add_entry(f, job, pbx, &text);
        job->beside = create(job->path, ".new", buf_slice(&text));
        ok = job->beside != NULL || err_errno(err, ERR_SYSTEM, "cannot write a file beside %s", job->path);
    }
    buf_clear(&text);
    if (ok && pbxs_in(job->beside) != 1) {
        ok = err_set(err, ERR_INTERNAL, "what would be written to %s cannot be read back", job->path);
    }
    return ok && publish(job, err);
}

static void undo(const struct job *job)
{
    if (job->secret != NULL) {
        (void)unlink(job->secret);
    }
    if (job->is_folder_new) {
        (void)rmdir(job->folder);
    }
}

bool first_write(const struct first *f, char **path, struct err *err)
{
    struct job job = { .path = NULL };
    struct cli trial;
    cli_init(&trial);
    find_places(&job);
    bool ok = first_apply(f, &trial, err) && choose_plan(&job, err);
    if (ok && job.plan != PLAN_NONE) {
        sigset_t all, before;
        sigfillset(&all);
        sigprocmask(SIG_BLOCK, &all, &before);
        ok = write_both(f, &job, &trial.settings.pbx[trial.settings.pbx_count - 1], err);
        if (job.beside != NULL) {
            (void)unlink(job.beside); /* its other name stays, or the rename took it already */
        }
        if (!ok) {
            undo(&job);
        }
        sync_folders(&job);
        sigprocmask(SIG_SETMASK, &before, NULL);
    }
    if (ok && job.plan != PLAN_NONE) {
        first_say(0, "Written: %s and %s, which only you can read.", job.path, job.secret);
        *path = mem_strdup(job.path);
    }
    mem_free(job.path);
    mem_free(job.folder);
    mem_free(job.secret);
    mem_free(job.beside);
    cli_clear(&trial);
    return ok;
}
