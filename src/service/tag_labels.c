/* service: all words that pictures are tagged with. Knows no dialect. */
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "service/core.h"
#include "service/sift.h"

typedef struct gathering {
    ts_txn *txn;
    const ts_vocab *vocab;
    const ts_tag_labels_ask *ask;
    json_t *labels;  /* an object as a set */
    int64_t picture; /* whose rule this is: */
    bool people_only;
    ts_arena *scratch;
    bool failed;
} gathering;

/* Asked only for tags whose label is new, so for few pictures. */
static bool counts(gathering *g, const ts_tag_row *tag)
{
    ts_picture_row row;
    if (!g->ask->machine_member || tag->author.kind == TS_AUTHOR_PERSON) return true;
    if (g->picture == tag->picture) return !g->people_only;
    ts_arena_reset(g->scratch);
    if (!ts_pictures_get(g->txn, tag->picture, g->scratch, &row, NULL)) return false;
    json_t *extra = ts_json_of(row.extra);
    g->people_only = ts_fact_people_only(extra, g->ask->space, g->ask->machine_member);
    g->picture = tag->picture;
    json_decref(extra);
    return !g->people_only;
}

static bool gather(void *context, const ts_tag_row *row)
{
    char label[512];
    gathering *g = context;
    const char *text = ts_fact_tag(row, g->vocab), *prefix = g->ask->prefix ? g->ask->prefix : "";
    size_t length = text ? strlen(text) : 0;
    if (length == 0 || length >= sizeof label) return true;
    memcpy(label, text, length + 1);
    for (size_t i = 0; row->concept && i < length; i++)
        if (label[i] >= 'A' && label[i] <= 'Z') label[i] = (char)(label[i] - 'A' + 'a');
    if (strncasecmp(label, prefix, strlen(prefix)) != 0 || json_object_get(g->labels, label)) return true;
    if (counts(g, row)) g->failed = json_object_set_new(g->labels, label, json_true()) != 0;
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

bool ts_service_tag_labels(ts_service *service, const ts_actor *actor, const ts_tag_labels_ask *ask,
                           ts_arena *arena, const char *const **labels, size_t *count, bool *more,
                           ts_error *err)
{
    gathering g = {.vocab = service->vocab, .ask = ask, .labels = json_object(), .scratch = ts_arena_new(0)};
    bool ok = ts_actor_may(actor, TS_SCOPE_READ, err) && ((g.labels && g.scratch) || ts_fail_memory(err));
    g.txn = ok ? ts_catalog_read_begin(service->catalog, err) : NULL;
    ok = g.txn && ts_tags_scan(g.txn, 0, gather, &g, err) && (!g.failed || ts_fail_memory(err));
    ts_catalog_read_end(g.txn);
    ok = ok && cut(g.labels, ask->after && ask->after[0] ? ask->after : NULL, ask->limit, arena, labels,
                   count, more, err);
    json_decref(g.labels);
    ts_arena_free(g.scratch);
    return ok;
}
