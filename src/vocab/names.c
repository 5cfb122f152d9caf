/* vocab: finding concepts by what people call them in one language. Must not know how tags are judged. */
#include <stdlib.h>
#include <string.h>

#include "vocab/private.h"

typedef struct name_list {
    ts_vocab *vocab;
    const ts_lexicon *lexicon;
    ts_name *items;
    size_t count;
} name_list;

static uint64_t order_of(const char *folded)
{
    uint64_t order = 0;
    for (int i = 0; i < 8; i++) {
        order = order << 8 | (unsigned char)*folded;
        if (*folded != '\0') folded++;
    }
    return order;
}

static bool add_folded(name_list *list, const char *folded, const char *text, ts_concept concept,
                       ts_rank rank)
{
    char bare[TS_VOCAB_FOLDED_MAX];
    ts_name name = {.order = order_of(folded), .text = text, .concept = concept, .rank = rank};
    bool has_bare = ts_vocab_bare(folded, bare, sizeof bare);
    name.folded = ts_arena_strdup(list->vocab->arena, folded);
    name.bare = has_bare ? ts_arena_strdup(list->vocab->arena, bare) : NULL;
    if (!name.folded || (has_bare && !name.bare)) return false;
    list->items[list->count++] = name;
    return true;
}

static bool has_hangul(const char *folded)
{
    for (const unsigned char *s = (const unsigned char *)folded; *s != '\0'; s++)
        if (*s >= 0xEA && *s <= 0xED) return true; /* lead bytes of U+A000 to U+DFFF */
    return false;
}

static void drop_spaces(char *text)
{
    char *to = text;
    for (const char *from = text; *from != '\0'; from++)
        if (*from != ' ') *to++ = *from;
    *to = '\0';
}

/* Korean names are written with and without spaces alike, so they are indexed in both ways. */
static bool add_name(name_list *list, const char *text, ts_concept concept, ts_rank rank, ts_error *err)
{
    char folded[TS_VOCAB_FOLDED_MAX];
    if (!ts_vocab_fold(text, folded, sizeof folded)) {
        ts_table table = {.name = list->lexicon->table};
        return ts_table_fail(&table, list->lexicon->terms[concept].line, err,
                             "%s has a name that is too long", list->vocab->concepts[concept].id);
    }
    bool ok = add_folded(list, folded, text, concept, rank);
    if (ok && strchr(folded, ' ') && has_hangul(folded)) {
        drop_spaces(folded);
        ok = add_folded(list, folded, text, concept, rank);
    }
    return ok || ts_fail_memory(err);
}

static bool add_term(name_list *list, ts_concept concept, ts_error *err)
{
    const ts_term *term = &list->lexicon->terms[concept];
    if (!add_name(list, term->label, concept, TS_RANK_LABEL, err)) return false;
    if (term->plural && !add_name(list, term->plural, concept, TS_RANK_PLURAL, err)) return false;
    for (size_t i = 0; i < term->synonym_count; i++)
        if (!add_name(list, term->synonyms[i], concept, TS_RANK_SYNONYM, err)) return false;
    return true;
}

static int compare_names(const void *a, const void *b)
{
    const ts_name *x = a, *y = b;
    if (x->order != y->order) return x->order < y->order ? -1 : 1;
    int order = strcmp(x->folded, y->folded);
    if (order != 0) return order;
    if (x->rank != y->rank) return x->rank < y->rank ? -1 : 1;
    return (x->concept > y->concept) - (x->concept < y->concept);
}

/* Leaves each concept once under each name ("bison", plural "bison"), in its best rank. */
static void drop_repetitions(name_list *list)
{
    size_t kept = 0, first = 0; /* of the names that are spelt like the one in hand */
    for (size_t i = 0; i < list->count; i++) {
        const ts_name *name = &list->items[i];
        if (kept == 0 || strcmp(list->items[first].folded, name->folded) != 0) first = kept;
        size_t j = first;
        while (j < kept && list->items[j].concept != name->concept) j++;
        if (j == kept) list->items[kept++] = *name;
    }
    list->count = kept;
}

static size_t names_at_most(const ts_vocab *vocab, const ts_lexicon *lexicon)
{
    size_t total = 0;
    for (size_t i = 0; i < vocab->count; i++) total += 2 * (2 + lexicon->terms[i].synonym_count);
    return total;
}

static bool index_lexicon(ts_vocab *vocab, ts_lexicon *lexicon, ts_error *err)
{
    name_list list = {vocab, lexicon, TS_NEW_ARRAY(vocab->arena, names_at_most(vocab, lexicon), ts_name), 0};
    if (!list.items) return ts_fail_memory(err);
    for (size_t i = 0; i < vocab->count; i++)
        if (!add_term(&list, (ts_concept)i, err)) return false;
    qsort(list.items, list.count, sizeof *list.items, compare_names);
    drop_repetitions(&list);
    ts_concept *concepts = TS_NEW_ARRAY(vocab->arena, list.count, ts_concept);
    if (!concepts) return ts_fail_memory(err);
    for (size_t i = 0; i < list.count; i++) concepts[i] = list.items[i].concept;
    lexicon->names = list.items;
    lexicon->name_concepts = concepts;
    lexicon->name_count = list.count;
    return true;
}

/* A label may mean two things only where the table says so on every row concerned. */
static bool check_labels(const ts_vocab *vocab, const ts_lexicon *english, ts_error *err)
{
    const ts_name *names = english->names;
    for (size_t i = 1; i < english->name_count; i++) {
        for (size_t j = i; j-- > 0 && names[j].rank == TS_RANK_LABEL && names[i].rank == TS_RANK_LABEL &&
                           strcmp(names[j].folded, names[i].folded) == 0;) {
            const ts_concept_row *a = &vocab->concepts[names[j].concept];
            const ts_concept_row *b = &vocab->concepts[names[i].concept];
            if (a->facet != b->facet || (a->flags & b->flags & TS_CONCEPT_HOMONYM)) continue;
            return ts_vocab_fail_at(vocab, names[i].concept, err, "%s and %s share the label \"%s\"", a->id,
                                    b->id, names[i].text);
        }
    }
    return true;
}

bool ts_vocab_index_names(ts_vocab *vocab, ts_error *err)
{
    for (unsigned i = 0; i < TS_LANGUAGE_COUNT; i++)
        if (vocab->lexicons[i].terms && !index_lexicon(vocab, &vocab->lexicons[i], err)) return false;
    return check_labels(vocab, &vocab->lexicons[TS_LANGUAGE_EN], err);
}

/* Index of the first name that is not before `folded`. */
static size_t names_start(const ts_lexicon *lexicon, const char *folded)
{
    size_t low = 0, high = lexicon->name_count;
    while (low < high) {
        size_t middle = low + (high - low) / 2;
        if (strcmp(folded, lexicon->names[middle].folded) > 0) low = middle + 1;
        else high = middle;
    }
    return low;
}

ts_concepts ts_vocab_find_name_in(const ts_vocab *vocab, ts_language language, const char *name)
{
    char folded[TS_VOCAB_FOLDED_MAX];
    if (!ts_vocab_fold(name, folded, sizeof folded)) return (ts_concepts){NULL, 0};
    const ts_lexicon *lexicon = ts_vocab_lexicon(vocab, language);
    size_t start = names_start(lexicon, folded), end = start;
    while (end < lexicon->name_count && strcmp(folded, lexicon->names[end].folded) == 0) end++;
    return (ts_concepts){end > start ? lexicon->name_concepts + start : NULL, end - start};
}
