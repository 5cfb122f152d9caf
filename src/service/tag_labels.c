/* service: all words that pictures are tagged with. Knows no dialect. */
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "service/core.h"
#include "service/sift.h"

typedef struct gathering {
    const ts_vocab *vocab;
    const char *prefix;
    json_t *labels; /* an object as a set */
    bool failed;
} gathering;

static bool gather(void *context, const ts_tag_row *row)
{
    char label[512];
    gathering *g = context;
    const char *text = ts_fact_tag(row, g->vocab);
    size_t length = text ? strlen(text) : 0;
    if (length == 0 || length >= sizeof label) return true;
    for (size_t i = 0; i <= length; i++)
        label[i] = text[i] >= 'A' && text[i] <= 'Z' ? (char)(text[i] - 'A' + 'a') : text[i];
    if (strncasecmp(label, g->prefix, strlen(g->prefix)) != 0 || json_object_get(g->labels, label))
        return true;
    g->failed = json_object_set_new(g->labels, label, json_true()) != 0;
    return !g->failed;
}

static int by_bytes(const void *a, const void *b)
{
    return strcmp(*(const char *const *)a, *(const char *const *)b);
}

/* Those after `after`, sorted; at most limit of them. */
static bool cut(json_t *set, const char *after, size_t limit, ts_arena *arena, const char *const **labels,
                size_t *count, bool *more, ts_error *err)
{
    const char *label;
    json_t *is;
    size_t n = 0;
    const char **all = TS_NEW_ARRAY(arena, json_object_size(set), const char *);
    if (!all) return ts_fail_memory(err);
    json_object_foreach (set, label, is)
        if (!after || strcmp(label, after) > 0) all[n++] = ts_arena_strdup(arena, label);
    if (ts_arena_failed(arena)) return ts_fail_memory(err);
    qsort(all, n, sizeof *all, by_bytes);
    *labels = all;
    *count = n < limit ? n : limit;
    *more = n > limit;
    return true;
}

bool ts_service_tag_labels(ts_service *service, const ts_actor *actor, const char *prefix, const char *after,
                           size_t limit, ts_arena *arena, const char *const **labels, size_t *count,
                           bool *more, ts_error *err)
{
    gathering g = {.vocab = service->vocab, .prefix = prefix ? prefix : "", .labels = json_object()};
    if (!g.labels) return ts_fail_memory(err);
    bool ok = ts_actor_may(actor, TS_SCOPE_READ, err);
    ts_txn *txn = ok ? ts_catalog_read_begin(service->catalog, err) : NULL;
    ok = txn && ts_tags_scan(txn, 0, gather, &g, err) && (!g.failed || ts_fail_memory(err));
    ts_catalog_read_end(txn);
    ok = ok && cut(g.labels, after && after[0] ? after : NULL, limit, arena, labels, count, more, err);
    json_decref(g.labels);
    return ok;
}
