/* ontology: starts the process that reads RDF/XML and takes what it says. It may be anything by then: what it writes is
 * Turtle to be read as a stranger's, and its messages are cleaned. */
#include "ontology/rdfxml.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <spawn.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/program.h"

enum { TIMEOUT_MS = 60000 };
#define OUTPUT_MAX ((size_t)256 << 20)

typedef struct child {
    pid_t pid;
    int input, output; /* -1: none */
} child;

static bool put_input(child *c, const char *bytes, size_t length, ts_error *err)
{
    c->input = memfd_create("rdfxml", MFD_CLOEXEC);
    if (c->input < 0) return ts_fail_errno(err, "cannot hand RDF/XML over");
    for (size_t at = 0; at < length;) {
        ssize_t n = write(c->input, bytes + at, length - at);
        if (n < 0 && errno == EINTR) continue;
        if (n <= 0) return ts_fail_errno(err, "cannot hand RDF/XML over");
        at += (size_t)n;
    }
    return lseek(c->input, 0, SEEK_SET) == 0 || ts_fail_errno(err, "cannot hand RDF/XML over");
}

static int add_actions(posix_spawn_file_actions_t *actions, int input, int output)
{
    return posix_spawn_file_actions_adddup2(actions, input, 0) |
           posix_spawn_file_actions_adddup2(actions, output, 1) |
           posix_spawn_file_actions_addopen(actions, 2, "/dev/null", O_RDWR, 0) |
           posix_spawn_file_actions_addclosefrom_np(actions, 3);
}

/* A group of its own: Ctrl-C is for the program in front. 0, or an errno. */
static int spawn(const char *program, int input, int output, pid_t *pid)
{
    char name[] = "tagsmith-rdfxml", *arguments[] = {name, NULL}, *environment[] = {NULL};
    posix_spawn_file_actions_t actions;
    posix_spawnattr_t attributes;
    sigset_t none;
    (void)sigemptyset(&none);
    int code = posix_spawn_file_actions_init(&actions);
    if (code != 0) return code;
    code = posix_spawnattr_init(&attributes);
    if (code == 0) {
        int failed = add_actions(&actions, input, output) | posix_spawnattr_setpgroup(&attributes, 0) |
                     posix_spawnattr_setsigmask(&attributes, &none) |
                     posix_spawnattr_setflags(&attributes, POSIX_SPAWN_SETPGROUP | POSIX_SPAWN_SETSIGMASK);
        code = failed ? ENOMEM : posix_spawn(pid, program, &actions, &attributes, arguments, environment);
        (void)posix_spawnattr_destroy(&attributes);
    }
    (void)posix_spawn_file_actions_destroy(&actions);
    return code;
}

static bool start(child *c, ts_error *err)
{
    static const ts_program reader = {"tagsmith-rdfxml", "TAGSMITH_RDFXML", "src/ontology/", TS_LIBEXECDIR};
    char path[4096];
    int pipe_ends[2];
    if (!ts_program_find(&reader, path, sizeof path)) {
        (void)ts_fail(err, TS_UNSUPPORTED,
                      "RDF/XML is read by the program tagsmith-rdfxml, which is not there");
        return ts_hint(err, "put it beside tagsmith, or convert the file to Turtle");
    }
    if (pipe2(pipe_ends, O_CLOEXEC) != 0) return ts_fail_errno(err, "cannot start tagsmith-rdfxml");
    int code = spawn(path, c->input, pipe_ends[1], &c->pid);
    (void)close(pipe_ends[1]);
    c->output = pipe_ends[0];
    if (code == 0) return true;
    c->pid = 0;
    errno = code;
    return ts_fail_errno(err, "cannot start tagsmith-rdfxml");
}

/* 1: something was read, 0: the end, -1: failed. */
static int read_some(int fd, double deadline, ts_buf *out, ts_error *err)
{
    char piece[65536];
    struct pollfd ready = {.fd = fd, .events = POLLIN};
    double left = deadline - ts_clock_ms();
    int n = left > 0 ? poll(&ready, 1, (int)left + 1) : 0;
    if (n < 0 && errno == EINTR) return 1;
    if (n == 0)
        return (void)ts_fail(err, TS_TIMEOUT, "reading RDF/XML took more than %d s", TIMEOUT_MS / 1000), -1;
    ssize_t length = n > 0 ? read(fd, piece, sizeof piece) : -1;
    if (length < 0 && errno == EINTR) return 1;
    if (length < 0) return (void)ts_fail_errno(err, "cannot read what tagsmith-rdfxml says"), -1;
    if (out->length + (size_t)length > OUTPUT_MAX)
        return (void)ts_fail(err, TS_TOO_LARGE, "the RDF/XML says more than %zu MiB", OUTPUT_MAX >> 20), -1;
    if (!ts_buf_append(out, piece, (size_t)length)) return (void)ts_fail_memory(err), -1;
    return length > 0;
}

static bool read_all(child *c, ts_buf *out, ts_error *err)
{
    int more = 1;
    for (double deadline = ts_clock_ms() + TIMEOUT_MS; more > 0;)
        more = read_some(c->output, deadline, out, err);
    return more == 0;
}

static void finish(child *c)
{
    int status;
    if (c->input >= 0) (void)close(c->input);
    if (c->output >= 0) (void)close(c->output);
    if (c->pid <= 0) return;
    (void)kill(c->pid, SIGKILL); /* it has nothing left to do, or has had its time */
    while (waitpid(c->pid, &status, 0) < 0 && errno == EINTR) continue;
}

static bool ends_with(const ts_buf *out, const char *end)
{
    size_t length = strlen(end);
    return out->length >= length && memcmp(out->data + out->length - length, end, length) == 0;
}

/* The last line, where it is one of complaint. */
static bool fail_as_told(ts_buf *out, ts_error *err)
{
    char text[200] = "";
    size_t at = out->length, length = 0;
    while (at > 1 && !(out->data[at - 2] == '\n' && out->data[at - 1] == '!')) at--;
    if (at < 2 || out->length - at >= sizeof text)
        return ts_fail(err, TS_DECODER_DIED, "the file made the process that reads RDF/XML end");
    for (; at < out->length && out->data[at] != '\n'; at++)
        text[length++] = (unsigned char)out->data[at] >= ' ' && out->data[at] < 127 ? out->data[at] : '?';
    if (strcmp(text, TS_RDFXML_UNCONFINED) == 0) {
        (void)ts_fail(err, TS_UNSUPPORTED, "this system cannot confine the process that reads RDF/XML");
        return ts_hint(err, "allow seccomp, or convert the file to Turtle");
    }
    return ts_fail(err, TS_CONFIG, "%s", text);
}

bool ts_rdfxml_to_turtle(const char *bytes, size_t length, ts_buf *out, ts_error *err)
{
    child c = {.input = -1, .output = -1};
    bool ok = put_input(&c, bytes, length, err) && start(&c, err) && read_all(&c, out, err);
    finish(&c);
    if (!ok) return false;
    if (!ends_with(out, TS_RDFXML_DONE)) return fail_as_told(out, err);
    out->length -= strlen(TS_RDFXML_DONE) - 1;
    return true;
}
