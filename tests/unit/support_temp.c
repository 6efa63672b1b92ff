/* SPDX-License-Identifier: MIT */
/* support_temp: the folder is made when it is first asked for, and removed by the process that made it, not by its children. */
#include "tests/unit/support_temp.h"

#include <ftw.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

enum { OPEN_MAX_FOLDERS = 16 };

static char folder[TEMP_PATH_MAX - 16];
static pid_t owner;

static int remove_one(const char *path, const struct stat *st, int type, struct FTW *at)
{
    (void)st;
    (void)type;
    (void)at;
    return remove(path);
}

static void remove_all(void)
{
    if (getpid() == owner)
        (void)nftw(folder, remove_one, OPEN_MAX_FOLDERS, FTW_DEPTH | FTW_PHYS);
}

void temp_template(char out[TEMP_PATH_MAX])
{
    const char *under = getenv("TMPDIR");
    if (folder[0] == '\0') {
        bool is_given = under != NULL && *under != '\0';
        int n = snprintf(folder, sizeof folder, "%s/%sXXXXXX", is_given ? under : "/tmp", is_given ? "" : "acdtop-test-");
        if (n >= (int)sizeof folder || mkdtemp(folder) == NULL || atexit(remove_all) != 0) {
            perror("a folder for the files of the test");
            abort();
        }
        owner = getpid();
    }
    (void)snprintf(out, TEMP_PATH_MAX, "%s/XXXXXX", folder);
}

void temp_write(const char *folder_path, const char *name, const char *text)
{
    char path[TEMP_PATH_MAX + 256];
    (void)snprintf(path, sizeof path, "%s/%s", folder_path, name);
    FILE *f = fopen(path, "we");
    if (f == NULL || fputs(text, f) < 0 || fclose(f) != 0) {
        perror(path);
        abort();
    }
}
