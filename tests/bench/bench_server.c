/* SPDX-License-Identifier: MIT */
/* bench_server: a simulated PBX of any size at a UNIX socket, until standard input ends.
 * usage: bench_server QUEUES AGENTS CALLS_PER_HOUR SPEED; prints the socket's path. */
#include "core/base/clock.h"
#include "core/base/mem.h"
#include "core/sim/sim.h"

#include <stdio.h>
#include <stdlib.h>

int main(int argc, char **argv)
{
    struct err err = ERR_INIT;
    char *path;
    int pid;
    if (argc != 5) {
        fprintf(stderr, "usage: bench_server QUEUES AGENTS CALLS_PER_HOUR SPEED\n");
        return 64;
    }
    struct sim_setup setup = { .seed = 1, .queues = (uint32_t)strtoul(argv[1], NULL, 10), .agents = (uint32_t)strtoul(argv[2], NULL, 10),
                               .memberships = 3, .calls_per_hour = strtod(argv[3], NULL), .start_wall_ms = clock_wall_ms() };
    if (!sim_serve(&setup, strtod(argv[4], NULL), &path, &pid, &err)) {
        fprintf(stderr, "bench_server: %s\n", err.text);
        return 71;
    }
    puts(path);
    fflush(stdout);
    while (getchar() != EOF)
        ;
    mem_free(path);
    return 0;
}
