/* image: starts a worker process, as its own small program or, where that is missing, as a fork of this one.
 * Must not know pictures. Why it is so: docs/decisions/0002-decoder-processes.md. */
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <spawn.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "base/program.h"
#include "image/process.h"

#define PROGRAM_NAME "tagsmith-decoder"

bool ts_process_find_program(char *path, size_t size)
{
    static const ts_program decoder = {PROGRAM_NAME, "TAGSMITH_DECODER", "src/image/", TS_LIBEXECDIR};
    return ts_program_find(&decoder, path, size);
}

/* ---- starting ------------------------------------------------------------------------------------ */

/* Descriptors in the order in which the worker expects them, from TS_WIRE_FD_SOCKET on. */
typedef struct fd_list {
    int fds[TS_WIRE_FD_END - TS_WIRE_FD_SOCKET];
} fd_list;

/* Copies far above the numbers that they will get in the worker, so that moving one never overwrites another.
 */
static bool lift_fds(fd_list *list)
{
    enum { first_free = 64, count = TS_WIRE_FD_END - TS_WIRE_FD_SOCKET };
    bool ok = true;
    for (int i = 0; i < count; i++) {
        list->fds[i] = fcntl(list->fds[i], F_DUPFD_CLOEXEC, first_free);
        ok = ok && list->fds[i] >= 0;
    }
    return ok;
}

static void close_fds(const fd_list *list)
{
    for (int i = 0; i < TS_WIRE_FD_END - TS_WIRE_FD_SOCKET; i++)
        if (list->fds[i] >= 0) (void)close(list->fds[i]);
}

/* The worker needs nothing of the caller's environment but where libraries are, and what sanitizers are told.
 */
static void pick_environment(char **out, size_t size)
{
    static const char *const kept[] = {"LD_LIBRARY_PATH=", "LIBHEIF_PLUGIN_PATH=", "ASAN_OPTIONS=",
                                       "UBSAN_OPTIONS=",   "TSAN_OPTIONS=",        "LSAN_OPTIONS="};
    size_t n = 0;
    for (char **e = environ; e && *e; e++)
        for (size_t i = 0; i < sizeof kept / sizeof kept[0]; i++)
            if (n + 1 < size && strncmp(*e, kept[i], strlen(kept[i])) == 0) out[n++] = *e;
    out[n] = NULL;
}

static int add_actions(posix_spawn_file_actions_t *actions, const fd_list *list)
{
    int failed = posix_spawn_file_actions_addopen(actions, 0, "/dev/null", O_RDWR, 0);
    for (int fd = 1; fd <= 2; fd++) failed |= posix_spawn_file_actions_adddup2(actions, 0, fd);
    for (int i = 0; i < TS_WIRE_FD_END - TS_WIRE_FD_SOCKET; i++)
        failed |= posix_spawn_file_actions_adddup2(actions, list->fds[i], TS_WIRE_FD_SOCKET + i);
    return failed | posix_spawn_file_actions_addclosefrom_np(actions, TS_WIRE_FD_END);
}

/* Its own process group: Ctrl-C is for the program in front, which finishes the pictures in hand. */
static int set_attributes(posix_spawnattr_t *attributes)
{
    sigset_t none, all;
    (void)sigemptyset(&none);
    (void)sigfillset(&all);
    int failed = posix_spawnattr_setsigmask(attributes, &none);
    failed |= posix_spawnattr_setsigdefault(attributes, &all);
    failed |= posix_spawnattr_setpgroup(attributes, 0);
    return failed | posix_spawnattr_setflags(attributes, POSIX_SPAWN_SETSIGMASK | POSIX_SPAWN_SETSIGDEF |
                                                             POSIX_SPAWN_SETPGROUP);
}

/* 0, or an errno. posix_spawn does not copy this process's page tables, and is safe with threads. */
static int spawn_program(const char *program, const fd_list *list, pid_t *pid)
{
    char *arguments[] = {(char *)(uintptr_t)PROGRAM_NAME, NULL};
    char *environment[16];
    posix_spawn_file_actions_t actions;
    posix_spawnattr_t attributes;
    pick_environment(environment, sizeof environment / sizeof environment[0]);
    int code = posix_spawn_file_actions_init(&actions);
    if (code != 0) return code;
    code = posix_spawnattr_init(&attributes);
    if (code == 0) {
        code = add_actions(&actions, list) || set_attributes(&attributes) ? ENOMEM : 0;
        if (code == 0) code = posix_spawn(pid, program, &actions, &attributes, arguments, environment);
        (void)posix_spawnattr_destroy(&attributes);
    }
    (void)posix_spawn_file_actions_destroy(&actions);
    return code;
}

static void reset_signals(void)
{
    sigset_t none;
    (void)sigemptyset(&none);
    for (int number = 1; number < NSIG; number++) (void)signal(number, SIG_DFL);
    (void)sigprocmask(SIG_SETMASK, &none, NULL);
}

/* In the child of a fork: what add_actions and set_attributes say, by hand. */
static void become_worker(const fd_list *list)
{
    int null = open("/dev/null", O_RDWR | O_CLOEXEC);
    for (int fd = 0; null >= 0 && fd <= 2; fd++) (void)dup2(null, fd);
    for (int i = 0; i < TS_WIRE_FD_END - TS_WIRE_FD_SOCKET; i++)
        (void)dup2(list->fds[i], TS_WIRE_FD_SOCKET + i);
    (void)close_range(TS_WIRE_FD_END, ~0U, 0);
    (void)setpgid(0, 0);
    reset_signals();
    _exit(ts_worker_main());
}

static int fork_worker(const fd_list *list, pid_t *pid)
{
    *pid = fork();
    if (*pid < 0) return errno;
    if (*pid == 0) become_worker(list);
    return 0;
}

static bool send_setup(ts_process *process, ts_error *err)
{
    ts_wire_setup setup = {
        .input_size = process->input_size, .slot_size = process->slot_size, .limits = *process->limits};
    (void)snprintf(setup.version, sizeof setup.version, "%s", TS_VERSION);
    if (send(process->socket, &setup, sizeof setup, MSG_NOSIGNAL) == (ssize_t)sizeof setup) return true;
    (void)ts_process_stop(process);
    return ts_fail(err, TS_DECODER_DIED, "the decoder process ended before it was ready");
}

bool ts_process_start(ts_process *process, ts_error *err)
{
    int pair[2];
    if (socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, pair) != 0)
        return ts_fail_errno(err, "cannot connect to a decoder process");
    fd_list list = {{pair[1], process->input_fd}};
    for (int i = 0; i < TS_WIRE_SLOTS; i++) list.fds[2 + i] = process->slot_fds[i];
    int code = lift_fds(&list) ? 0 : errno;
    pid_t pid = 0;
    if (code == 0 && process->program) code = spawn_program(process->program, &list, &pid);
    else if (code == 0) code = fork_worker(&list, &pid);
    close_fds(&list);
    (void)close(pair[1]);
    if (code != 0) {
        (void)close(pair[0]);
        errno = code;
        return ts_fail_errno(err, "cannot start a decoder process");
    }
    process->socket = pair[0];
    process->pid = pid;
    return send_setup(process, err);
}
