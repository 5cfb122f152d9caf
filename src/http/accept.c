/* http: takes new connections from a listening socket and gives them to the library. Knows nothing of requests.
 *
 * The library could accept by itself, but a listener that it polls cannot be taken from it safely: its threads and the
 * one that quiesces it may both remove the socket from the same epoll set, which it takes for a reason to abort. */
#include <errno.h>
#include <linux/filter.h>
#include <poll.h>
#include <stdint.h>
#include <sys/eventfd.h>
#include <sys/socket.h>
#include <unistd.h>

#include "http/server.h"

#define FULL_NAP_MS 5 /* clients wait in the backlog meanwhile */

/* The library would close what comes too much. */
static bool is_full(const ts_listener *listener)
{
    const union MHD_DaemonInfo *info =
        MHD_get_daemon_info(listener->daemon, MHD_DAEMON_INFO_CURRENT_CONNECTIONS);
    return info && info->num_connections >= listener->limit;
}

/* False when none waits. */
static bool take_one(const ts_listener *listener)
{
    struct sockaddr_storage address = {0};
    socklen_t length = sizeof address;
    int fd = accept4(listener->fd, (struct sockaddr *)&address, &length, SOCK_CLOEXEC | SOCK_NONBLOCK);
    if (fd < 0) return errno == EINTR || errno == ECONNABORTED;
    /* The library closes it where it cannot take it. */
    (void)MHD_add_connection(listener->daemon, fd, (struct sockaddr *)&address, length);
    return true;
}

static bool told_to_stop(const ts_listener *listener, int wait_ms)
{
    struct pollfd stop = {.fd = listener->stop_fd, .events = POLLIN};
    return poll(&stop, 1, wait_ms) > 0;
}

/* No new handshake begins: one that ended between the last look at the backlog and the closing would be reset, although
 * the client believes itself connected. Not where the socket is the service manager's, who keeps it for the next server. */
static void refuse_newcomers(const ts_listener *listener)
{
    struct sock_filter drop_syn[] = {BPF_STMT(BPF_LD | BPF_B | BPF_ABS, 13), /* the flags of the TCP header */
                                     BPF_JUMP(BPF_JMP | BPF_JSET | BPF_K, 0x02, 0, 1), /* SYN */
                                     BPF_STMT(BPF_RET | BPF_K, 0), BPF_STMT(BPF_RET | BPF_K, 0xffffffff)};
    struct sock_fprog program = {.len = sizeof drop_syn / sizeof *drop_syn, .filter = drop_syn};
    if (listener->local || listener->inherited) return;
    /* Where it cannot be had the window is as small as it was. */
    (void)setsockopt(listener->fd, SOL_SOCKET, SO_ATTACH_FILTER, &program, sizeof program);
}

static void *accept_all(void *context)
{
    ts_listener *listener = context;
    struct pollfd fds[2] = {{.fd = listener->fd, .events = POLLIN},
                            {.fd = listener->stop_fd, .events = POLLIN}};
    for (;;) {
        if (is_full(listener)) {
            if (told_to_stop(listener, FULL_NAP_MS)) break;
            continue;
        }
        if (poll(fds, 2, -1) < 0 && errno != EINTR) break;
        if (fds[1].revents) break;
        /* Out of descriptors or memory: as good as full. */
        if (fds[0].revents && !take_one(listener) && errno != EAGAIN && told_to_stop(listener, FULL_NAP_MS))
            break;
    }
    refuse_newcomers(listener);
    /* Clients whose connection the kernel has already accepted were promised an answer. */
    while (take_one(listener)) {
    }
    return NULL;
}

bool ts_accept_start(ts_listener *listener, ts_error *err)
{
    listener->stop_fd = eventfd(0, EFD_CLOEXEC);
    if (listener->stop_fd < 0) return ts_fail_errno(err, "cannot listen");
    listener->accepts = pthread_create(&listener->thread, NULL, accept_all, listener) == 0;
    return listener->accepts || ts_fail(err, TS_NO_MEMORY, "cannot start the thread of a listener");
}

void ts_accept_stop(ts_listener *listener)
{
    uint64_t one = 1;
    if (listener->accepts && write(listener->stop_fd, &one, sizeof one) == (ssize_t)sizeof one) {
        (void)pthread_join(listener->thread, NULL);
        listener->accepts = false;
    }
    if (listener->stop_fd >= 0) (void)close(listener->stop_fd);
    if (listener->fd >= 0) (void)close(listener->fd);
    listener->stop_fd = listener->fd = -1;
}
