/* vocab: what someone who types may be about to write. Must not know where it is shown. */
#include <string.h>

#include "vocab/private.h"

enum { NO_MATCH, INSIDE, LATER_WORD, BEGINS, WHOLE };

/* Words of Chinese, Japanese and Korean names run together: the last one is the thing itself ("柴犬" is a
 * "犬"), while a match further inside may be chance. In other scripts a word begins behind a space. */
static int match_later(const char *at, size_t length)
{
    if (at[-1] == ' ' || at[-1] == '\'') return LATER_WORD;
    bool runs_together = (unsigned char)*at >= 0xE1; /* the lead bytes from U+1000 on */
    if (!runs_together) return NO_MATCH;
    return at[length] == '\0' ? LATER_WORD : INSIDE;
}

static int match(const char *name, const char *prefix, size_t length)
{
    if (strncmp(name, prefix, length) == 0) return name[length] == '\0' ? WHOLE : BEGINS;
    int best = NO_MATCH;
    for (const char *at = name; best < LATER_WORD && (at = strstr(at + 1, prefix)) != NULL;) {
        int found = match_later(at, length);
        if (found > best) best = found;
    }
    return best;
}

/* What was typed. Who types no accents means any; who types some means those first. */
typedef struct query {
    char folded[TS_VOCAB_FOLDED_MAX];
    char bare[TS_VOCAB_FOLDED_MAX]; /* "" when `folded` has no accents */
} query;

typedef struct candidate {
    const ts_name *name;
    int match;
    bool accents; /* as typed */
} candidate;

static bool read_query(query *q, const char *prefix)
{
    if (!ts_vocab_fold(prefix, q->folded, sizeof q->folded) || q->folded[0] == '\0') return false;
    if (!ts_vocab_bare(q->folded, q->bare, sizeof q->bare)) q->bare[0] = '\0';
    return true;
}

static candidate match_name(const ts_name *name, const query *q)
{
    int found = match(name->folded, q->folded, strlen(q->folded));
    if (found != NO_MATCH) return (candidate){name, found, true};
    bool accents = q->bare[0] == '\0';
    if (accents && !name->bare) return (candidate){name, NO_MATCH, accents};
    const char *typed = accents ? q->folded : q->bare, *bare = name->bare ? name->bare : name->folded;
    return (candidate){name, match(bare, typed, strlen(typed)), accents};
}

static bool is_better(candidate a, candidate b)
{
    if (a.accents != b.accents) return a.accents;
    if (a.match != b.match) return a.match > b.match;
    if (a.name->rank != b.name->rank) return a.name->rank < b.name->rank;
    size_t x = strlen(a.name->folded), y = strlen(b.name->folded);
    if (x != y) return x < y;
    return a.name < b.name; /* the order of the index: alphabetical */
}

/* The best candidates so far, best first; never two of one concept. */
typedef struct best_list {
    candidate items[TS_VOCAB_SUGGESTIONS_MAX];
    size_t count;
    size_t limit;
} best_list;

static void offer(best_list *best, candidate offered)
{
    size_t place = best->count, same = best->count;
    for (size_t i = best->count; i-- > 0;) {
        if (is_better(offered, best->items[i])) place = i;
        if (best->items[i].name->concept == offered.name->concept) same = i;
    }
    if (same < place || place == best->limit) return;
    if (same == best->count && best->count < best->limit) best->count++;
    if (same == best->limit) same--; /* the last one makes room */
    memmove(best->items + place + 1, best->items + place, (same - place) * sizeof *best->items);
    best->items[place] = offered;
}

size_t ts_vocab_prefix(const ts_vocab *vocab, ts_language language, const char *prefix, size_t limit,
                       ts_suggestion *out)
{
    query q;
    if (!read_query(&q, prefix)) return 0;
    best_list best = {.limit = limit < TS_VOCAB_SUGGESTIONS_MAX ? limit : TS_VOCAB_SUGGESTIONS_MAX};
    const ts_lexicon *lexicon = ts_vocab_lexicon(vocab, language);
    for (size_t i = 0; i < lexicon->name_count; i++) {
        const ts_name *name = &lexicon->names[i];
        if (vocab->concepts[name->concept].flags & TS_CONCEPT_HIDDEN) continue;
        candidate offered = match_name(name, &q);
        if (offered.match != NO_MATCH) offer(&best, offered);
    }
    for (size_t i = 0; i < best.count; i++)
        out[i] = (ts_suggestion){best.items[i].name->concept, best.items[i].name->text};
    return best.count;
}
