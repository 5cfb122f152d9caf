/* ontology: the program that reads RDF/XML: a document on its standard input, statements on its standard output. Before
 * it looks at the first byte it gives up every right but reading, writing and ending. Started by tagsmith alone. */
#include <errno.h>
#include <seccomp.h>
#include <stdio.h>
#include <sys/prctl.h>
#include <sys/random.h>
#include <sys/resource.h>
#include <unistd.h>

#include "ontology/rdfxml.h"
#include "ontology/rdfxml_child.h"

#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__)
#define CONFINED 0 /* a sanitizer asks for more */
#elif defined(__has_feature)
#if __has_feature(address_sanitizer) || __has_feature(thread_sanitizer) || __has_feature(memory_sanitizer)
#define CONFINED 0
#endif
#endif
#ifndef CONFINED
#define CONFINED 1
#endif

enum { CPU_SECONDS = 45 };
#define MEMORY ((size_t)320 << 20)

static bool limit(int resource, rlim_t value)
{
    struct rlimit both = {value, value};
    return setrlimit((__rlimit_resource_t)resource, &both) == 0;
}

/* The filter's own memory is not given back: that might ask for a call that is no longer allowed. */
static bool confine(void)
{
    static const int allowed[] = {SCMP_SYS(read), SCMP_SYS(write), SCMP_SYS(exit), SCMP_SYS(exit_group)};
    if (!CONFINED) return true;
    bool ok = limit(RLIMIT_CPU, CPU_SECONDS) && limit(RLIMIT_CORE, 0) && limit(RLIMIT_FSIZE, 0) &&
              prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) == 0 && prctl(PR_SET_DUMPABLE, 0, 0, 0, 0) == 0;
    scmp_filter_ctx filter = ok ? seccomp_init(SCMP_ACT_KILL_PROCESS) : NULL;
    for (size_t i = 0; filter && i < sizeof allowed / sizeof *allowed; i++)
        if (seccomp_rule_add(filter, SCMP_ACT_ALLOW, allowed[i], 0) != 0) return false;
    return filter && seccomp_load(filter) == 0;
}

static void write_out(void *context, const char *bytes, size_t length)
{
    (void)context;
    while (length > 0) {
        ssize_t n = write(STDOUT_FILENO, bytes, length);
        if (n < 0 && errno == EINTR) continue;
        if (n <= 0) _exit(1); /* nobody listens any more */
        bytes += n;
        length -= (size_t)n;
    }
}

static long read_in(void *context, char *piece, size_t size)
{
    ssize_t n;
    (void)context;
    do {
        n = read(STDIN_FILENO, piece, size);
    } while (n < 0 && errno == EINTR);
    return (long)n;
}

int main(int count, char **arguments)
{
    static ts_speaker speaker = {.write = write_out, .line = 1};
    char why[TS_RDFXML_WHY] = "";
    unsigned long salt = 1;
    (void)arguments;
    if (count != 1 || isatty(STDIN_FILENO)) {
        (void)fputs("tagsmith-rdfxml is started by tagsmith; it does nothing on its own\n", stderr);
        return 2;
    }
    if (getrandom(&salt, sizeof salt, 0) < 0) salt = (unsigned long)getpid();
    bool ready = ts_pool_open(MEMORY) && confine();
    if (!ready) (void)snprintf(why, sizeof why, "%s", TS_RDFXML_UNCONFINED);
    bool ok = ready && ts_rdfxml_read(read_in, NULL, salt | 1, &speaker, why);
    ts_speak(&speaker, ok ? TS_RDFXML_DONE : TS_RDFXML_WRONG);
    if (!ok) ts_speak(&speaker, why);
    ts_speak_end(&speaker);
    _exit(0);
}
