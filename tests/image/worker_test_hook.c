/* Tests of the image room: the ways in which a codec may go wrong. */
#include "worker_test_hook.h"

#include <fcntl.h>
#include <signal.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <unistd.h>

#include "image/wire.h"

static bool asked(const uint8_t *bytes, size_t length, const char *what)
{
    return length == strlen(what) && memcmp(bytes, what, length) == 0;
}

static void eat_memory(void)
{
    enum { block = 16 << 20 };
    for (;;) {
        /* volatile: a compiler may drop an allocation that nobody reads, and clang does */
        char *volatile p = malloc(block);
        if (!p) abort(); /* what a C++ codec does on bad_alloc */
        memset(p, 1, block);
    }
}

static void send_lie(void)
{
    ts_wire_reply reply = {.ok = 1, .width = UINT32_MAX, .height = UINT32_MAX, .info = {.orientation = 1}};
    memset(reply.info.exif.make, 'x', sizeof reply.info.exif.make);
    (void)send(TS_WIRE_FD_SOCKET, &reply, sizeof reply, MSG_NOSIGNAL);
    for (;;) (void)recv(TS_WIRE_FD_SOCKET, &reply, sizeof reply, 0);
}

/* Ends with status 3 if the system lets a confined worker open a file. */
static void try_open(void)
{
    int fd = open("/etc/passwd", O_RDONLY | O_CLOEXEC);
    _exit(fd >= 0 ? 3 : 4);
}

void ts_worker_test_hook(const uint8_t *bytes, size_t length)
{
    static volatile int spin = 1;
    static volatile uintptr_t nowhere = 16;
    if (asked(bytes, length, "TSTEST:segv")) (void)raise(SIGSEGV);
    if (asked(bytes, length, "TSTEST:wild")) *(volatile int *)nowhere = 1; /* no such page */
    if (asked(bytes, length, "TSTEST:abort")) abort();
    if (asked(bytes, length, "TSTEST:exit")) _exit(0);
    if (asked(bytes, length, "TSTEST:memory")) eat_memory();
    if (asked(bytes, length, "TSTEST:socket")) (void)socket(AF_INET, SOCK_STREAM, 0);
    if (asked(bytes, length, "TSTEST:exec")) (void)execl("/bin/true", "true", (char *)NULL);
    if (asked(bytes, length, "TSTEST:code"))
        (void)mmap(NULL, 4096, PROT_READ | PROT_EXEC, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    if (asked(bytes, length, "TSTEST:kill")) (void)kill(getppid(), 0);
    if (asked(bytes, length, "TSTEST:open")) try_open();
    if (asked(bytes, length, "TSTEST:lie")) send_lie();
    while (asked(bytes, length, "TSTEST:hang") && spin) {
    }
}
