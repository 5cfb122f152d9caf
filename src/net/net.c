/* net: the handle: settings that live as long as the process, and turns. Knows no request. */
#include "net/net.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "base/clock.h"
#include "base/wait.h"
#include "net/private.h"

void ts_turns_init(ts_turns *turns, unsigned count)
{
    pthread_mutex_init(&turns->mutex, NULL);
    (void)ts_cond_init(&turns->freed);
    turns->left = count;
}

void ts_turns_end(ts_turns *turns)
{
    pthread_cond_destroy(&turns->freed);
    pthread_mutex_destroy(&turns->mutex);
}

bool ts_turns_take(ts_turns *turns, double deadline_ms)
{
    struct timespec until = ts_moment_in((uint64_t)fmax(ceil(deadline_ms - ts_clock_ms()), 0));
    bool taken = false;
    pthread_mutex_lock(&turns->mutex);
    while (turns->left == 0)
        if (!ts_cond_wait_until(&turns->freed, &turns->mutex, &until)) break;
    if (turns->left > 0) {
        turns->left--;
        taken = true;
    }
    pthread_mutex_unlock(&turns->mutex);
    return taken;
}

void ts_turns_give(ts_turns *turns)
{
    pthread_mutex_lock(&turns->mutex);
    turns->left++;
    pthread_cond_signal(&turns->freed);
    pthread_mutex_unlock(&turns->mutex);
}

static bool copy_text(char **out, const char *text)
{
    *out = text ? strdup(text) : NULL;
    return *out || !text;
}

static bool copy_options(ts_net *net, const ts_net_options *options)
{
    net->resolve = options->resolve;
    net->resolve_user = options->resolve_user;
    net->line_count = options->max_posts ? options->max_posts : 16;
    net->lines = calloc(net->line_count, sizeof(*net->lines));
    return net->lines && copy_text(&net->proxy, options->proxy) &&
           copy_text(&net->ca_file, options->ca_file) &&
           copy_text(&net->user_agent, options->user_agent ? options->user_agent : "Tagsmith/" TS_VERSION);
}

ts_net *ts_net_new(const ts_net_options *options, ts_error *err)
{
    static const ts_net_options defaults = {0};
    if (!options) options = &defaults;
    if (curl_global_init(CURL_GLOBAL_DEFAULT) != CURLE_OK) {
        (void)ts_fail(err, TS_INTERNAL, "libcurl does not start");
        return NULL;
    }
    ts_net *net = calloc(1, sizeof(*net));
    if (!net) {
        curl_global_cleanup();
        (void)ts_fail_memory(err);
        return NULL;
    }
    ts_turns_init(&net->fetch_turns, options->max_fetches ? options->max_fetches : 16);
    ts_turns_init(&net->post_turns, options->max_posts ? options->max_posts : 16);
    pthread_mutex_init(&net->line_mutex, NULL);
    bool ok = copy_options(net, options) || ts_fail_memory(err);
    if (ok) net->guard = ts_net_guard_new(&options->guard, err);
    if (net->guard) return net;
    ts_net_free(net);
    return NULL;
}

void ts_net_free(ts_net *net)
{
    if (!net) return;
    for (unsigned i = 0; net->lines && i < net->line_count; i++)
        if (net->lines[i].curl) curl_easy_cleanup(net->lines[i].curl);
    free(net->lines);
    ts_net_guard_free(net->guard);
    free(net->proxy);
    free(net->ca_file);
    free(net->user_agent);
    ts_turns_end(&net->fetch_turns);
    ts_turns_end(&net->post_turns);
    pthread_mutex_destroy(&net->line_mutex);
    free(net);
    curl_global_cleanup();
}

void ts_net_stop(ts_net *net)
{
    atomic_store(&net->stopped, true);
}

const ts_net_guard *ts_net_guard_of(const ts_net *net)
{
    return net->guard;
}
