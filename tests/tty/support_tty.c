/* SPDX-License-Identifier: MIT */
/* support_tty: opens the pair, starts the program on the slave as its controlling terminal, feeds what it writes to libvterm.
 * The program runs in a process group of its own under a parent in the same session, as under a shell, so that Ctrl-Z stops it. */
#include "tests/tty/support_tty.h"

#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include "core/base/clock.h"

static int on_property(VTermProp prop, VTermValue *value, void *context)
{
    struct tty *t = context;
    if (prop == VTERM_PROP_ALTSCREEN)
        t->is_alternate = value->boolean != 0;
    if (prop == VTERM_PROP_CURSORVISIBLE)
        t->is_cursor_visible = value->boolean != 0;
    return 1;
}

static const VTermScreenCallbacks callbacks = { .settermprop = on_property };

static void set_size(const struct tty *t)
{
    struct winsize size = { .ws_col = (unsigned short)t->cols, .ws_row = (unsigned short)t->rows };
    (void)ioctl(t->master, TIOCSWINSZ, &size);
}

static void apply_env(const char *const *env)
{
    for (; env != NULL && *env != NULL; env++) {
        char name[128];
        const char *value = strchr(*env, '=') + 1;
        (void)snprintf(name, sizeof name, "%.*s", (int)(value - 1 - *env), *env);
        if (*value == '\0')
            (void)unsetenv(name);
        else
            (void)setenv(name, value, 1);
    }
}

/* In the child: a session with the slave as its terminal, this process as the shell in it, the program in the foreground. */
static void run_program(struct tty *t, const struct tty_setup *setup, int report)
{
    (void)setsid();
    (void)ioctl(t->slave, TIOCSCTTY, 0);
    for (int fd = 0; fd < 3; fd++)
        (void)dup2(t->slave, fd);
    (void)close(t->master);
    (void)signal(SIGTTOU, SIG_IGN);
    (void)signal(SIGHUP, SIG_IGN);
    pid_t pid = fork();
    if (pid == 0) {
        (void)setpgid(0, 0);
        (void)tcsetpgrp(0, getpid());
        (void)signal(SIGTTOU, SIG_DFL);
        (void)signal(SIGHUP, SIG_DFL);
        (void)close(report);
        (void)close(t->slave);
        apply_env(setup->env);
        union {
            const char *const *constant;
            char *const *plain;
        } argv = { setup->argv };
        (void)execvp(argv.plain[0], argv.plain);
        _exit(127);
    }
    int status;
    (void)!write(report, &pid, sizeof pid);
    while (waitpid(pid, &status, WUNTRACED) == pid) {
        (void)!write(report, &status, sizeof status);
        if (!WIFSTOPPED(status))
            break;
    }
    _exit(0);
}

const char *const tty_utf8_env[] = { "TERM=xterm-256color", "LANG=C.UTF-8", "LC_ALL=C.UTF-8", "NO_COLOR=", "LINES=", "COLUMNS=", NULL };

const char *tty_program(void)
{
    const char *path = getenv("ACDTOP");
    return path != NULL ? path : "./acdtop";
}

static int report_fd = -1; /* pid, then each status */

void tty_open(struct tty *t, const struct tty_setup *setup)
{
    int report[2];
    *t = (struct tty){ .cols = setup->cols, .rows = setup->rows, .is_cursor_visible = true, .raw = BUF_INIT(64 * 1024 * 1024) };
    t->master = posix_openpt(O_RDWR | O_NOCTTY | O_CLOEXEC);
    if (t->master < 0 || grantpt(t->master) != 0 || unlockpt(t->master) != 0 || pipe2(report, O_CLOEXEC) != 0)
        abort();
    t->slave = open(ptsname(t->master), O_RDWR | O_NOCTTY | O_CLOEXEC);
    (void)tcgetattr(t->slave, &t->found);
    set_size(t);
    t->vterm = vterm_new(t->rows, t->cols);
    vterm_set_utf8(t->vterm, 1);
    t->screen = vterm_obtain_screen(t->vterm);
    vterm_screen_set_callbacks(t->screen, &callbacks, t);
    vterm_screen_enable_altscreen(t->screen, 1);
    vterm_screen_reset(t->screen, 1);
    t->shell = fork();
    if (t->shell == 0)
        run_program(t, setup, report[1]);
    (void)close(report[1]);
    report_fd = report[0];
    if (read(report_fd, &t->pid, sizeof t->pid) != (ssize_t)sizeof t->pid)
        abort();
}

void tty_close(struct tty *t)
{
    if (!t->is_over)
        (void)kill(t->pid, SIGKILL);
    (void)waitpid(t->shell, NULL, 0);
    (void)close(t->master);
    (void)close(t->slave);
    (void)close(report_fd);
    vterm_free(t->vterm);
    buf_clear(&t->raw);
}

void tty_type(struct tty *t, const char *keys)
{
    (void)!write(t->master, keys, strlen(keys));
}

void tty_resize(struct tty *t, int cols, int rows)
{
    t->cols = cols;
    t->rows = rows;
    vterm_set_size(t->vterm, rows, cols);
    set_size(t);
}

/* Waits at most so long for output or a report, and takes it in. */
static void pump(struct tty *t, int wait_ms)
{
    struct pollfd fds[] = { { .fd = t->master, .events = POLLIN }, { .fd = t->is_over ? -1 : report_fd, .events = POLLIN } };
    if (poll(fds, 2, wait_ms) <= 0)
        return;
    if ((fds[0].revents & POLLIN) != 0) {
        char bytes[4096];
        ssize_t n = read(t->master, bytes, sizeof bytes);
        if (n > 0) {
            (void)buf_add(&t->raw, (struct slice){ bytes, (size_t)n });
            (void)vterm_input_write(t->vterm, bytes, (size_t)n);
        }
    } else if ((fds[1].revents & (POLLIN | POLLHUP)) != 0) { /* after all that it wrote */
        if (read(report_fd, &t->status, sizeof t->status) == (ssize_t)sizeof t->status)
            t->is_over = !WIFSTOPPED(t->status);
        else
            t->is_over = true;
    }
}

void tty_row(struct tty *t, int row, struct buf *out)
{
    char text[8192];
    VTermRect rect = { .start_row = row, .end_row = row + 1, .start_col = 0, .end_col = t->cols };
    buf_reset(out);
    (void)buf_add(out, (struct slice){ text, vterm_screen_get_text(t->screen, text, sizeof text, rect) });
}

static bool row_shows(struct tty *t, int y, const char *text)
{
    struct buf row = BUF_INIT(8192);
    tty_row(t, y, &row);
    bool is_found = row.len > 0 && memmem(row.data, row.len, text, strlen(text)) != NULL;
    buf_clear(&row);
    return is_found;
}

bool tty_shows(struct tty *t, const char *text)
{
    bool is_found = false;
    for (int y = 0; y < t->rows && !is_found; y++)
        is_found = row_shows(t, y, text);
    return is_found;
}

bool tty_until_row(struct tty *t, int row, const char *text)
{
    int64_t end = clock_mono_ms() + TTY_GUARD_MS;
    while (!row_shows(t, row, text)) {
        if (t->is_over || clock_mono_ms() > end)
            return false;
        pump(t, 1000);
    }
    return true;
}

bool tty_until(struct tty *t, const char *text, bool is_shown)
{
    int64_t end = clock_mono_ms() + TTY_GUARD_MS;
    while (tty_shows(t, text) != is_shown) {
        if (t->is_over || clock_mono_ms() > end)
            return false;
        pump(t, 1000);
    }
    return true;
}

bool tty_until_holds(struct tty *t, bool (*holds)(struct tty *t))
{
    int64_t end = clock_mono_ms() + TTY_GUARD_MS;
    while (!holds(t)) {
        if (t->is_over || clock_mono_ms() > end)
            return false;
        pump(t, 1000);
    }
    return true;
}

bool tty_until_over(struct tty *t)
{
    int64_t end = clock_mono_ms() + TTY_GUARD_MS;
    while (!t->is_over && clock_mono_ms() < end)
        pump(t, 1000);
    return t->is_over;
}

bool tty_until_stopped(struct tty *t)
{
    int64_t end = clock_mono_ms() + TTY_GUARD_MS;
    t->status = 0;
    while (!t->is_over && !WIFSTOPPED(t->status) && clock_mono_ms() < end)
        pump(t, 1000);
    return WIFSTOPPED(t->status);
}

bool tty_has_mode(const struct tty *t, int mode)
{
    bool is_set = false;
    for (size_t i = 0; i + 3 < t->raw.len; i++) {
        if (memcmp(t->raw.data + i, "\x1b[?", 3) != 0)
            continue;
        bool is_meant = false;
        size_t at = i + 3;
        for (int number = 0; at < t->raw.len && (t->raw.data[at] == ';' || (t->raw.data[at] >= '0' && t->raw.data[at] <= '9')); at++) {
            number = t->raw.data[at] == ';' ? 0 : number * 10 + t->raw.data[at] - '0';
            is_meant = is_meant || number == mode;
        }
        if (is_meant && at < t->raw.len)
            is_set = t->raw.data[at] == 'h';
    }
    return is_set;
}

bool tty_until_mode(struct tty *t, int mode, bool is_set)
{
    int64_t end = clock_mono_ms() + TTY_GUARD_MS;
    while (tty_has_mode(t, mode) != is_set) {
        if (t->is_over || clock_mono_ms() > end)
            return false;
        pump(t, 1000);
    }
    return true;
}

bool tty_is_restored(struct tty *t)
{
    struct termios now;
    (void)tcgetattr(t->slave, &now);
    return !t->is_alternate && !tty_has_mode(t, TTY_MOUSE) && !tty_has_mode(t, TTY_PASTE) && t->is_cursor_visible && now.c_iflag == t->found.c_iflag && now.c_oflag == t->found.c_oflag &&
           now.c_lflag == t->found.c_lflag && now.c_cflag == t->found.c_cflag;
}

void tty_print(struct tty *t)
{
    struct buf row = BUF_INIT(8192);
    for (int y = 0; y < t->rows; y++) {
        tty_row(t, y, &row);
        printf("# %.*s\n", SLICE_FMT(buf_slice(&row)));
    }
    buf_clear(&row);
}
