/* SPDX-License-Identifier: MIT */
/* sim_serve: somebody answers at the socket; nobody else may; nothing is left when it ends, also when its parent is killed. */
#include "core/sim/sim.h"

#include "core/base/mem.h"

#include <poll.h>
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cmocka.h>

enum { GUARD_MS = 20000 };

static const struct sim_setup small = {
    .seed = 1, .queues = 2, .agents = 6, .memberships = 2, .calls_per_hour = 60, .start_wall_ms = INT64_C(1795303252000),
};

static int dial(const char *path)
{
    struct sockaddr_un address = { .sun_family = AF_UNIX };
    snprintf(address.sun_path, sizeof(address.sun_path), "%s", path);
    int fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
    if (connect(fd, (struct sockaddr *)(void *)&address, sizeof(address)) == 0)
        return fd;
    close(fd);
    return -1;
}

/* Reads until `text` was there. */
static void await_text(int fd, const char *text)
{
    char got[65536];
    size_t n = 0;
    do {
        struct pollfd p = { .fd = fd, .events = POLLIN };
        assert_int_equal(poll(&p, 1, GUARD_MS), 1);
        ssize_t r = recv(fd, got + n, sizeof(got) - 1 - n, 0);
        assert_true(r > 0);
        n += (size_t)r;
        got[n] = '\0';
    } while (strstr(got, text) == NULL);
}

static void await_gone(const char *path)
{
    for (int ms = 0; ms < GUARD_MS && access(path, F_OK) == 0; ms += 10)
        poll(NULL, 0, 10);
    assert_int_not_equal(access(path, F_OK), 0);
}

static void it_answers_and_leaves_nothing(void **state)
{
    (void)state;
    char *path;
    int pid, status;
    struct err err = ERR_INIT;
    assert_true(sim_serve(&small, 10.0, &path, &pid, &err));
    char folder[128];
    snprintf(folder, sizeof(folder), "%.*s", (int)(strrchr(path, '/') - path), path);
    struct stat st;
    assert_int_equal(stat(folder, &st), 0);
    assert_int_equal(st.st_mode & 0777, 0700);
    int fd = dial(path);
    assert_true(fd >= 0);
    await_text(fd, "Asterisk Call Manager/");
    static const char login[] = "Action: Login\r\nUsername: demo\r\nSecret: demo\r\n\r\nAction: QueueStatus\r\nActionID: 1\r\n\r\n";
    assert_int_equal(send(fd, login, sizeof(login) - 1, 0), sizeof(login) - 1);
    await_text(fd, "Event: QueueStatusComplete");
    kill(pid, SIGTERM);
    assert_int_equal(waitpid(pid, &status, 0), pid);
    assert_true(WIFEXITED(status));
    assert_int_not_equal(access(folder, F_OK), 0);
    close(fd);
    mem_free(path);
}

static void it_ends_with_its_parent(void **state)
{
    (void)state;
    int ends[2];
    assert_int_equal(pipe(ends), 0);
    pid_t parent = fork();
    if (parent == 0) {
        prctl(PR_SET_PDEATHSIG, SIGKILL); /* when an assertion ends the test, nobody is left who holds its output open */
        char *path;
        int pid;
        struct err err = ERR_INIT;
        bool ok = sim_serve(&small, 1.0, &path, &pid, &err);
        ssize_t n = ok ? write(ends[1], path, strlen(path) + 1) : 0;
        (void)n;
        pause();
        _exit(0);
    }
    close(ends[1]); /* so that a child that dies early is the end of the pipe, and not a wait for ever */
    char path[128];
    assert_true(read(ends[0], path, sizeof(path)) > 0);
    int fd = dial(path);
    assert_true(fd >= 0);
    await_text(fd, "Asterisk Call Manager/");
    kill(parent, SIGKILL);
    assert_int_equal(waitpid(parent, NULL, 0), parent);
    await_gone(path);
    close(fd);
    close(ends[0]);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(it_answers_and_leaves_nothing),
        cmocka_unit_test(it_ends_with_its_parent),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
