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

typedef struct candidate {
    const ts_name *name;
    int match;
} candidate;

static bool is_better(candidate a, candidate b)
{
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
    char folded[TS_VOCAB_FOLDED_MAX];
    if (!ts_vocab_fold(prefix, folded, sizeof folded) || folded[0] == '\0') return 0;
    best_list best = {.limit = limit < TS_VOCAB_SUGGESTIONS_MAX ? limit : TS_VOCAB_SUGGESTIONS_MAX};
    const ts_lexicon *lexicon = ts_vocab_lexicon(vocab, language);
    size_t length = strlen(folded);
    for (size_t i = 0; i < lexicon->name_count; i++) {
        const ts_name *name = &lexicon->names[i];
        candidate offered = {name, match(name->folded, folded, length)};
        if (offered.match == NO_MATCH || (vocab->concepts[name->concept].flags & TS_CONCEPT_HIDDEN)) continue;
        offer(&best, offered);
    }
    for (size_t i = 0; i < best.count; i++)
        out[i] = (ts_suggestion){best.items[i].name->concept, best.items[i].name->text};
    return best.count;
}
