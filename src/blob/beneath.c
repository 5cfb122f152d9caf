/* blob: opening below a folder without ever leaving it, in one system call where the kernel can. Knows no blob. */
#include "blob/beneath.h"

#include <errno.h>
#include <fcntl.h>
#include <linux/openat2.h>
#include <sys/syscall.h>
#include <unistd.h>

/* Sandboxes that do not know openat2 (2020) refuse it. Our paths are one name long, so that O_NOFOLLOW says the same. */
static int open_one_name(int folder, const char *path, int flags, mode_t mode)
{
    for (const char *p = path; *p; p++) {
        if (*p != '/') continue;
        errno = EXDEV;
        return -1;
    }
    return openat(folder, path, flags | O_NOFOLLOW, mode);
}

int ts_open_beneath(int folder, const char *path, int flags, mode_t mode)
{
    struct open_how how = {
        .flags = (unsigned long long)(flags | O_CLOEXEC),
        .mode = flags & O_CREAT ? mode : 0,
        .resolve = RESOLVE_BENEATH | RESOLVE_NO_SYMLINKS,
    };
    for (;;) {
        int fd = (int)syscall(SYS_openat2, folder, path, &how, sizeof(how));
        if (fd >= 0) return fd;
        if (errno == ENOSYS || errno == EPERM) return open_one_name(folder, path, flags | O_CLOEXEC, mode);
        if (errno != EAGAIN && errno != EINTR) return -1; /* EAGAIN: something was renamed meanwhile */
    }
}
