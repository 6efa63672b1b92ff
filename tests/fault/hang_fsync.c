/* SPDX-License-Identifier: MIT */
/* A disk that hangs: LD_PRELOADed, it holds every fsync and fdatasync of a file below ACDTOP_HANG until ACDTOP_HANG/gate is gone. */
#include <fcntl.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/syscall.h>
#include <unistd.h>

int fsync(int fd);
int fdatasync(int fd);

static void wait_at_the_gate(int fd)
{
    const char *folder = getenv("ACDTOP_HANG");
    char link[64], path[4096], gate[4096];
    (void)snprintf(link, sizeof link, "/proc/self/fd/%d", fd);
    ssize_t n = readlink(link, path, sizeof path - 1);
    if (folder == NULL || n <= 0)
        return;
    path[n] = '\0';
    (void)snprintf(gate, sizeof gate, "%s/gate", folder);
    while (strncmp(path, folder, strlen(folder)) == 0 && access(gate, F_OK) == 0)
        (void)poll(NULL, 0, 10);
}

int fsync(int fd)
{
    wait_at_the_gate(fd);
    return (int)syscall(SYS_fsync, fd);
}

int fdatasync(int fd)
{
    wait_at_the_gate(fd);
    return (int)syscall(SYS_fdatasync, fd);
}
