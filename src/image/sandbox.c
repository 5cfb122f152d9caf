/* image: gives up a worker's rights: resource limits, then a list of allowed system calls. Must not know
 * pictures.
 *
 * What may be asked of the kernel afterwards: memory without execution, the messages on the open socket,
 * clocks, and threads of the same process (libde265 insists on one). Opening a file is answered with
 * "permission denied", because system libraries probe for optional ones; any other call ends the process at
 * once. */
#include <errno.h>
#include <malloc.h>
#include <sched.h>
#include <seccomp.h>
#include <stdio.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <unistd.h>

#include "image/wire.h"

#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__)
#define TS_SANITIZED 1
#elif defined(__has_feature)
#if __has_feature(address_sanitizer) || __has_feature(thread_sanitizer) || __has_feature(memory_sanitizer)
#define TS_SANITIZED 1
#endif
#endif
#ifndef TS_SANITIZED
#define TS_SANITIZED 0
#endif

static const int allowed_calls[] = {
    SCMP_SYS(read),
    SCMP_SYS(write),
    SCMP_SYS(recvfrom),
    SCMP_SYS(sendto),
    SCMP_SYS(recvmsg),
    SCMP_SYS(sendmsg),
    SCMP_SYS(close),
    SCMP_SYS(munmap),
    SCMP_SYS(mremap),
    SCMP_SYS(brk),
    SCMP_SYS(madvise),
    SCMP_SYS(futex),
    SCMP_SYS(exit),
    SCMP_SYS(exit_group),
    SCMP_SYS(rt_sigreturn),
    SCMP_SYS(rt_sigprocmask),
    SCMP_SYS(clock_gettime),
    SCMP_SYS(gettimeofday),
    SCMP_SYS(setitimer),
    SCMP_SYS(getpid),
    SCMP_SYS(gettid),
    SCMP_SYS(sched_yield),
    SCMP_SYS(sched_getaffinity),
    SCMP_SYS(set_robust_list),
    SCMP_SYS(rseq),
    SCMP_SYS(getrandom),
    SCMP_SYS(sysinfo),
    SCMP_SYS(fstat),
    SCMP_SYS(restart_syscall),
    SCMP_SYS(rt_sigaction),
};

/* Answered with an error instead of the end of the process. The flags of clone3 lie in memory, where no filter can see
 * them: told that there is no such call, libc takes clone. */
static const struct {
    int call;
    int error;
} refused_calls[] = {
    {SCMP_SYS(open), EACCES},     {SCMP_SYS(openat), EACCES},     {SCMP_SYS(access), EACCES},
    {SCMP_SYS(readlink), EACCES}, {SCMP_SYS(newfstatat), EACCES}, {SCMP_SYS(ioctl), ENOTTY},
    {SCMP_SYS(prctl), EPERM},     {SCMP_SYS(clone3), ENOSYS},
};

/* A call that this processor's system never had cannot be made either: no reason to go without the rest. */
static void note(int code, int *first)
{
    if (code != 0 && code != -EDOM && *first == 0) *first = code;
}

static void add_guarded_calls(scmp_filter_ctx filter, int *first)
{
    struct scmp_arg_cmp no_code = SCMP_A2(SCMP_CMP_MASKED_EQ, PROT_EXEC, 0);
    struct scmp_arg_cmp thread =
        SCMP_A0(SCMP_CMP_MASKED_EQ, CLONE_THREAD | CLONE_VM, CLONE_THREAD | CLONE_VM);
    /* abort() raises its signal in its own process; nobody else's may be reached. */
    struct scmp_arg_cmp self = SCMP_A0(SCMP_CMP_EQ, (scmp_datum_t)getpid());
    note(seccomp_rule_add(filter, SCMP_ACT_ALLOW, SCMP_SYS(mmap), 1, no_code), first);
    note(seccomp_rule_add(filter, SCMP_ACT_ALLOW, SCMP_SYS(mprotect), 1, no_code), first);
    note(seccomp_rule_add(filter, SCMP_ACT_ALLOW, SCMP_SYS(clone), 1, thread), first);
    note(seccomp_rule_add(filter, SCMP_ACT_ALLOW, SCMP_SYS(tgkill), 1, self), first);
}

static int add_rules(scmp_filter_ctx filter)
{
    int first = 0;
    add_guarded_calls(filter, &first);
    for (size_t i = 0; i < sizeof allowed_calls / sizeof allowed_calls[0]; i++)
        note(seccomp_rule_add(filter, SCMP_ACT_ALLOW, allowed_calls[i], 0), &first);
    for (size_t i = 0; i < sizeof refused_calls / sizeof refused_calls[0]; i++)
        note(seccomp_rule_add(filter, SCMP_ACT_ERRNO((unsigned)refused_calls[i].error), refused_calls[i].call,
                              0),
             &first);
    return first;
}

/* 0, or a negative errno. */
static int filter_calls(void)
{
    scmp_filter_ctx filter = seccomp_init(SCMP_ACT_KILL_PROCESS);
    if (!filter) return -ENOMEM;
    int code = add_rules(filter);
    if (code == 0) code = seccomp_load(filter);
    seccomp_release(filter);
    return code;
}

/* Bytes of address space in use, from the first number in statm; 0 when unknown. */
static size_t address_space_now(void)
{
    unsigned long pages = 0;
    FILE *file = fopen("/proc/self/statm", "re");
    if (!file) return 0;
    if (fscanf(file, "%lu", &pages) != 1) pages = 0;
    (void)fclose(file);
    return (size_t)pages * (size_t)sysconf(_SC_PAGESIZE);
}

static bool limit(int resource, rlim_t value)
{
    struct rlimit old;
    if (getrlimit((__rlimit_resource_t)resource, &old) == 0 && old.rlim_max < value) value = old.rlim_max;
    struct rlimit new = {value, value};
    return setrlimit((__rlimit_resource_t)resource, &new) == 0;
}

/* The name of the first limit that cannot be set, or NULL. */
static const char *limit_resources(size_t extra_bytes, uint32_t cpu_seconds)
{
    if (!limit(RLIMIT_CORE, 0)) return "core size";
    if (!limit(RLIMIT_FSIZE, 0)) return "file size";
    if (!limit(RLIMIT_CPU, cpu_seconds)) return "CPU time";
    if (TS_SANITIZED) return NULL; /* a sanitizer reserves terabytes and opens files of its own */
    size_t now = address_space_now();
    if (now == 0 || !limit(RLIMIT_AS, now + extra_bytes)) return "address space";
    if (!limit(RLIMIT_NOFILE, TS_WIRE_FD_END)) return "open files";
    return NULL;
}

static void keep_heap(void)
{
    /* One heap, kept between pictures: fresh pages cost more than decoding into used ones. */
    (void)mallopt(M_ARENA_MAX, 1);
    (void)mallopt(M_MMAP_THRESHOLD, 32 << 20);
    (void)mallopt(M_TRIM_THRESHOLD, 64 << 20);
}

void ts_sandbox_enter(size_t extra_bytes, uint32_t cpu_seconds, char *report, size_t report_size)
{
    keep_heap();
    bool private = prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) == 0 && prctl(PR_SET_DUMPABLE, 0, 0, 0, 0) == 0;
    const char *missing = limit_resources(extra_bytes, cpu_seconds);
    int code = TS_SANITIZED ? 0 : filter_calls();
    char calls[96] = "seccomp";
    if (TS_SANITIZED) (void)snprintf(calls, sizeof calls, "no seccomp (sanitizer build)");
    else if (code != 0) (void)snprintf(calls, sizeof calls, "no seccomp (%s)", strerror(-code));
    (void)snprintf(report, report_size, "%s, %s%s%s", calls, missing ? "no limit on " : "rlimits",
                   missing ? missing : "", private ? "" : ", no_new_privs refused");
}
