/* A little program that makes the room's calls and prints what came of them as one line of JSON a call: the Python tests
 * play the other side.
 *
 * usage: probe fetch|post|unix [option...] TARGET
 *   --private, --allow ENTRY, --total MS, --connect MS, --max BYTES, --ca FILE, --threads N, --times N,
 *   --end-after MS (fetch, post)
 *   --header LINE, --body TEXT (post, unix), --file PATH, --method M, --idle MS, --lines, --stop-after N (unix) */
#include <fcntl.h>
#include <jansson.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "net/local.h"
#include "net/net.h"

#define LIST 8

typedef struct probe {
    const char *command, *target, *socket;
    const char *allowed[LIST], *headers[LIST], *file, *body, *method, *ca;
    size_t allowed_count, header_count, max;
    unsigned total_ms, connect_ms, idle_ms, threads, times, stop_after, lines_seen, max_posts, end_after;
    bool allow_private, lines;
    ts_net *net;
} probe;

/* Of this program since it began; what getrusage says counts the parent of the moment before exec, too. */
static long memory_kb(const char *field)
{
    char line[256];
    long kb = 0;
    FILE *file = fopen("/proc/self/status", "r");
    while (file && fgets(line, sizeof(line), file))
        if (strncmp(line, field, strlen(field)) == 0) kb = strtol(line + strlen(field), NULL, 10);
    if (file) fclose(file);
    return kb;
}

static long rss_at_start;

static void print(json_t *object, const ts_error *err)
{
    json_object_set_new(object, "code", json_string(ts_code_name(err->code)));
    json_object_set_new(object, "message", json_string(err->message));
    json_object_set_new(object, "hint", json_string(err->hint));
    json_object_set_new(object, "grown_kb", json_integer(memory_kb("VmHWM:") - rss_at_start));
    char *text = json_dumps(object, JSON_SORT_KEYS);
    puts(text ? text : "{}");
    fflush(stdout);
    free(text);
    json_decref(object);
}

static void fetch(const probe *p)
{
    ts_error err = {0};
    ts_buf body = {0};
    ts_fetch_info info;
    ts_fetch_options options = {.max_bytes = p->max, .total_ms = p->total_ms, .connect_ms = p->connect_ms};
    bool ok = ts_net_fetch(p->net, p->target, &options, &body, &info, &err);
    print(json_pack("{sb si si ss ss si sf ss%}", "ok", ok, "status", info.status, "redirects",
                    (int)info.redirects, "type", info.content_type, "name", info.name, "length",
                    (int)body.length, "ms", info.ms, "start", body.data ? body.data : "",
                    (size_t)(body.length < 64 ? body.length : 64)),
          &err);
    ts_buf_free(&body);
}

static void post(const probe *p)
{
    ts_error err = {0};
    ts_post_result result;
    ts_post wish = {.url = p->target, .headers = p->headers, .header_count = p->header_count};
    wish.body = p->body;
    wish.length = p->body ? strlen(p->body) : 0;
    wish.total_ms = p->total_ms;
    wish.connect_ms = p->connect_ms;
    bool ok = ts_net_post(p->net, &wish, &result, &err);
    print(json_pack("{sb si si sf ss}", "ok", ok, "status", result.status, "retry_after",
                    (int)result.retry_after_s, "ms", result.ms, "error", result.error),
          &err);
}

static bool take_line(void *user, const char *line, size_t length)
{
    probe *p = user;
    ts_error none = {0};
    print(json_pack("{ss%}", "line", line, length), &none);
    return ++p->lines_seen != p->stop_after;
}

static void call_unix(probe *p)
{
    ts_error err = {0};
    ts_local_answer answer;
    struct stat st = {0};
    ts_local_part parts[2] = {{.bytes = p->body, .length = p->body ? strlen(p->body) : 0}};
    size_t count = p->body != NULL;
    if (p->file) {
        int fd = open(p->file, O_RDONLY | O_CLOEXEC);
        (void)fstat(fd, &st);
        parts[count++] = (ts_local_part){.fd = fd, .length = p->max ? p->max : (size_t)st.st_size};
    }
    ts_local_request request = {.socket_path = p->socket, .method = p->method, .target = p->target};
    request.headers = p->headers;
    request.header_count = p->header_count;
    request.parts = parts;
    request.part_count = count;
    request.idle_ms = p->idle_ms;
    request.on_line = p->lines ? take_line : NULL;
    request.user = p;
    bool ok = ts_net_call_unix(&request, &answer, &err);
    print(json_pack("{sb si ss si ss%}", "ok", ok, "status", answer.status, "type", answer.content_type,
                    "length", (int)answer.body.length, "start", answer.body.data ? answer.body.data : "",
                    answer.body.length < 64 ? answer.body.length : (size_t)64),
          &err);
    ts_local_answer_free(&answer);
}

static void *repeat(void *user)
{
    probe *p = user;
    for (unsigned i = 0; i < p->times; i++) {
        if (strcmp(p->command, "fetch") == 0) fetch(p);
        else if (strcmp(p->command, "post") == 0) post(p);
        else call_unix(p);
    }
    return NULL;
}

static bool read_flag(probe *p, const char *flag)
{
    if (strcmp(flag, "--private") == 0) p->allow_private = true;
    else if (strcmp(flag, "--lines") == 0) p->lines = true;
    else return false;
    return true;
}

static bool read_option(probe *p, const char *name, const char *value)
{
    unsigned number = (unsigned)strtoul(value, NULL, 10);
    if (strcmp(name, "--allow") == 0 && p->allowed_count < LIST) p->allowed[p->allowed_count++] = value;
    else if (strcmp(name, "--header") == 0 && p->header_count < LIST) p->headers[p->header_count++] = value;
    else if (strcmp(name, "--file") == 0) p->file = value;
    else if (strcmp(name, "--body") == 0) p->body = value;
    else if (strcmp(name, "--method") == 0) p->method = value;
    else if (strcmp(name, "--socket") == 0) p->socket = value;
    else if (strcmp(name, "--ca") == 0) p->ca = value;
    else if (strcmp(name, "--max") == 0) p->max = number;
    else if (strcmp(name, "--total") == 0) p->total_ms = number;
    else if (strcmp(name, "--connect") == 0) p->connect_ms = number;
    else if (strcmp(name, "--idle") == 0) p->idle_ms = number;
    else if (strcmp(name, "--threads") == 0) p->threads = number;
    else if (strcmp(name, "--times") == 0) p->times = number;
    else if (strcmp(name, "--posts") == 0) p->max_posts = number;
    else if (strcmp(name, "--stop-after") == 0) p->stop_after = number;
    else if (strcmp(name, "--end-after") == 0) p->end_after = number;
    else return false;
    return true;
}

static bool read_arguments(probe *p, int argc, char **argv)
{
    p->command = argv[1];
    p->target = argv[argc - 1];
    for (int i = 2; i < argc - 1; i++) {
        if (read_flag(p, argv[i])) continue;
        if (i + 1 >= argc - 1 || !read_option(p, argv[i], argv[i + 1])) return false;
        i++;
    }
    return true;
}

int main(int argc, char **argv)
{
    probe p = {.method = "GET", .threads = 1, .times = 1};
    pthread_t threads[64];
    ts_error err = {0};
    rss_at_start = memory_kb("VmRSS:");
    if (argc < 3 || !read_arguments(&p, argc, argv) || p.threads > 64) return 2;
    ts_net_options options = {.ca_file = p.ca, .max_posts = p.max_posts, .max_fetches = 4};
    options.guard = (ts_net_guard_options){p.allow_private, p.allowed, p.allowed_count, NULL, 0};
    p.net = ts_net_new(&options, &err);
    if (!p.net) return 3;
    for (unsigned i = 0; i < p.threads; i++) pthread_create(&threads[i], NULL, repeat, &p);
    if (p.end_after) (void)usleep(p.end_after * 1000);
    if (p.end_after) ts_net_stop(p.net);
    for (unsigned i = 0; i < p.threads; i++) pthread_join(threads[i], NULL);
    ts_net_free(p.net);
    return 0;
}
