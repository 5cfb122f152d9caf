/* ontology: what a tag is called in a scheme. Must not know how sure anybody is of a match: only confirmed ones are here. */
#include <string.h>

#include "ontology/private.h"

/* The first match of the concept, or the place where it would be. */
static size_t first_match(const ts_scheme *scheme, const char *core)
{
    size_t low = 0, high = scheme->match_count;
    while (low < high) {
        size_t middle = low + (high - low) / 2;
        if (strcmp(scheme->matches[middle].core, core) < 0) low = middle + 1;
        else high = middle;
    }
    return low;
}

/* Merges end after a few steps: sealing has seen to it. */
static const ts_entry *merged_of(const ts_scheme *scheme, const ts_entry *entry)
{
    while (entry->merged) {
        const ts_entry *into = ts_scheme_find(scheme, entry->merged);
        if (!into) break;
        entry = into;
    }
    return entry;
}

static bool is_never(const ts_entry *entry)
{
    for (; entry; entry = entry->up)
        if (entry->never) return true;
    return false;
}

static void add_hit(ts_scheme_hit *hits, size_t *count, const ts_entry *entry, ts_match_relation relation)
{
    for (size_t i = 0; i < *count; i++)
        if (hits[i].entry == entry) return;
    if (*count < TS_SCHEME_HITS_MAX) hits[(*count)++] = (ts_scheme_hit){entry, relation};
}

typedef struct sight {
    bool never, hidden; /* some entry was passed over for that */
} sight;

/* The best of one concept's matches: all exact ones, else all close ones, else the wider ones. */
static sight look(const ts_scheme *scheme, const char *core, float confidence, ts_scheme_hit *hits,
                  size_t *count)
{
    ts_match_relation best = TS_MATCH_NARROWER;
    sight seen = {false, false};
    for (size_t i = first_match(scheme, core); i < scheme->match_count; i++) {
        const ts_core_match *match = &scheme->matches[i];
        if (strcmp(match->core, core) != 0 || match->relation == TS_MATCH_NARROWER) break;
        if (*count > 0 && match->relation != best) break;
        const ts_entry *entry = merged_of(scheme, match->entry);
        bool never = is_never(match->entry) || is_never(entry);
        seen.never = seen.never || never;
        seen.hidden = seen.hidden || entry->hidden || match->entry->hidden;
        if (never || entry->hidden || match->entry->hidden || confidence < entry->threshold) continue;
        best = match->relation;
        add_hit(hits, count, entry, match->relation);
    }
    return seen;
}

/* A hidden entry hides what it means, not what lies below and has no entry of its own; one that is never used hides both. */
ts_scheme_verdict ts_scheme_translate(const ts_scheme *scheme, const char *core, const char *const *ancestors,
                                      size_t ancestor_count, float confidence,
                                      ts_scheme_hit hits[TS_SCHEME_HITS_MAX], size_t *count)
{
    *count = 0;
    sight seen = look(scheme, core, confidence, hits, count);
    if (*count == 0 && seen.hidden) return TS_SCHEME_FORBIDDEN;
    for (size_t i = 0; *count == 0 && !seen.never && i < ancestor_count; i++) {
        seen = look(scheme, ancestors[i], confidence, hits, count);
        for (size_t k = 0; k < *count; k++) hits[k].relation = TS_MATCH_BROADER;
    }
    if (*count > 0) return TS_SCHEME_SAID;
    return seen.never ? TS_SCHEME_FORBIDDEN : TS_SCHEME_SILENT;
}
