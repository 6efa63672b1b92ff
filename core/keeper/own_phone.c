/* SPDX-License-Identifier: MIT */
/* own_phone: lines of text to a device and back. The file is small and replaced as a whole: of two that write at once one is
 * remembered. Keeps nothing in memory. */
#include "core/keeper/own_phone.h"

#include "core/base/file.h"
#include "core/base/log.h"
#include "core/base/mem.h"
#include "core/config/path.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

enum { FILE_MAX = 64 * 1024 };

static char *file_path(void)
{
    struct buf path = BUF_INIT(8192);
    char *folder = path_state_folder();
    (void)buf_addf(&path, "%s/phones", folder);
    mem_free(folder);
    char *out = mem_text(buf_slice(&path));
    buf_clear(&path);
    return out;
}

static void read_all(const char *path, struct buf *out)
{
    char bytes[4096];
    struct stat st;
    int fd = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOFOLLOW);
    ssize_t n = fd >= 0 && fstat(fd, &st) == 0 && S_ISREG(st.st_mode) ? read(fd, bytes, sizeof bytes) : 0;
    while (n > 0 && buf_add(out, (struct slice){ bytes, (size_t)n }))
        n = read(fd, bytes, sizeof bytes);
    if (fd >= 0)
        (void)close(fd);
}

/* "PJSIP/900 eva": is it hers? */
static bool is_of(struct slice line, const char *who, struct slice *phone)
{
    struct slice user;
    *phone = slice_cut(line, ' ', &user);
    return user.p != NULL && phone->n > 0 && slice_eq(user, slice_of(who));
}

bool own_phone_get(const char *who, struct buf *out)
{
    struct buf all = BUF_INIT(FILE_MAX);
    char *path = file_path();
    bool is_found = false;
    read_all(path, &all);
    for (struct slice rest = buf_slice(&all); rest.p != NULL && !is_found;) {
        struct slice phone;
        if (is_of(slice_cut(rest, '\n', &rest), who, &phone))
            is_found = buf_add(out, phone);
    }
    buf_clear(&all);
    mem_free(path);
    return is_found;
}

void own_phone_keep(const char *who, const char *phone)
{
    struct buf all = BUF_INIT(FILE_MAX), kept = BUF_INIT(FILE_MAX);
    struct err err = ERR_INIT;
    char *path = file_path();
    bool is_known = false;
    read_all(path, &all);
    for (struct slice rest = buf_slice(&all); rest.p != NULL;) {
        struct slice line = slice_cut(rest, '\n', &rest), device;
        bool is_his = is_of(line, who, &device);
        is_known = is_known || (is_his && slice_eq(device, slice_of(phone)));
        if (!is_his && line.n > 0)
            (void)buf_addf(&kept, "%.*s\n", SLICE_FMT(line));
    }
    (void)buf_addf(&kept, "%s %s\n", phone, who);
    if (!is_known && strpbrk(who, "\r\n") == NULL && !kept.overflow && !file_replace(path, buf_slice(&kept), &err))
        log_line(LOG_WARN, "your phone is not remembered: %s", err.text);
    buf_clear(&all);
    buf_clear(&kept);
    mem_free(path);
}
