/* SPDX-License-Identifier: MIT */
/* signals: handlers that write one byte each into a pipe, and handlers for crashes that put the terminal right first.
 * A terminal that takes no more output can hold the loop inside a write for ever: then an alarm, set by the signal that
 * asked us to end, does it. */
#include "tui/term/signals.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdlib.h>
#include <unistd.h>

#include "core/base/slice.h"

enum { PATIENCE_S = 3 };

static struct {
    int pipe[2];
    void (*rescue)(void);
    volatile sig_atomic_t ended_by;
} state = { .pipe = { -1, -1 } };

static const int news_signals[] = { SIGWINCH, SIGTSTP, SIGCONT, SIGTERM, SIGHUP, SIGINT, SIGQUIT };
static const int crash_signals[] = { SIGSEGV, SIGBUS, SIGFPE, SIGILL, SIGABRT };
static char crash_stack[64 * 1024];

#define COUNT(array) (sizeof(array) / sizeof((array)[0]))

static bool is_end(int number)
{
    return number == SIGTERM || number == SIGHUP || number == SIGINT || number == SIGQUIT;
}

static void on_news(int number)
{
    int saved = errno;
    unsigned char byte = (unsigned char)number;
    if (is_end(number)) {
        state.ended_by = number;
        (void)alarm(PATIENCE_S);
    }
    if (write(state.pipe[1], &byte, 1) < 0 && errno == EAGAIN && is_end(number))
        (void)alarm(1); /* a full pipe: the loop sleeps inside a write */
    errno = saved;
}

static void on_alarm(int number)
{
    state.rescue();
    _exit(128 + (state.ended_by != 0 ? (int)state.ended_by : number));
}

static void on_crash(int number)
{
    state.rescue();
    (void)raise(number); /* SA_RESETHAND: now it kills as it would have */
}

static void set(int number, void (*handler)(int), int flags)
{
    struct sigaction action = { .sa_handler = handler, .sa_flags = flags };
    (void)sigemptyset(&action.sa_mask);
    (void)sigaction(number, &action, NULL);
}

bool signals_open(void (*rescue)(void), struct err *err)
{
    if (pipe2(state.pipe, O_CLOEXEC | O_NONBLOCK) != 0)
        return err_errno(err, ERR_SYSTEM, "cannot make a pipe for signals");
    state.rescue = rescue;
    stack_t stack = { .ss_sp = crash_stack, .ss_size = sizeof crash_stack };
    (void)sigaltstack(&stack, NULL);
    for (size_t i = 0; i < COUNT(news_signals); i++)
        set(news_signals[i], on_news, SA_RESTART);
    for (size_t i = 0; i < COUNT(crash_signals); i++)
        set(crash_signals[i], on_crash, (int)SA_RESETHAND | SA_NODEFER | SA_ONSTACK);
    set(SIGALRM, on_alarm, 0);
    set(SIGPIPE, SIG_IGN, 0);
    return true;
}

void signals_close(void)
{
    (void)alarm(0);
    for (size_t i = 0; i < COUNT(news_signals); i++)
        set(news_signals[i], SIG_DFL, 0);
    for (size_t i = 0; i < COUNT(crash_signals); i++)
        set(crash_signals[i], SIG_DFL, 0);
    set(SIGALRM, SIG_DFL, 0);
    for (size_t i = 0; i < COUNT(state.pipe); i++) {
        if (state.pipe[i] >= 0)
            (void)close(state.pipe[i]);
        state.pipe[i] = -1;
    }
}

int signals_fd(void)
{
    return state.pipe[0];
}

enum signals_news signals_next(int *number)
{
    unsigned char byte;
    if (read(state.pipe[0], &byte, 1) != 1)
        return SIGNALS_NONE;
    *number = byte;
    switch (byte) {
    case SIGWINCH: return SIGNALS_RESIZED;
    case SIGTSTP: return SIGNALS_SUSPEND;
    case SIGCONT: return SIGNALS_CONTINUED;
    default: return SIGNALS_END;
    }
}

void signals_stop_here(void)
{
    set(SIGTSTP, SIG_DFL, 0);
    (void)raise(SIGTSTP); /* the kernel passes over it when nobody could wake us */
    set(SIGTSTP, on_news, SA_RESTART);
}
