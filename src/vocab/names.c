/* vocab: finding concepts by what people call them. Must not know how tags are judged. */
#include <stdlib.h>
#include <string.h>

#include "vocab/private.h"

enum { RANK_LABEL, RANK_PLURAL, RANK_SYNONYM };

/* "T-shirt", "t shirt" and "T_SHIRT" are one name. Only ASCII letters have their case folded. */
static char fold_char(char c)
{
    if (c >= 'A' && c <= 'Z') return (char)(c - 'A' + 'a');
    return c == '-' || c == '_' ? ' ' : c;
}

/* The names of one concept so far, to leave out the equal ones ("bison", plural "bison"). */
typedef struct name_list {
    ts_name *items;
    size_t count;
    size_t first; /* of the concept in hand */
} name_list;

static bool add_name(ts_vocab *vocab, name_list *list, ts_concept concept, uint32_t rank, const char *text)
{
    char *folded = ts_arena_strdup(vocab->arena, text);
    if (!folded) return false;
    for (char *s = folded; *s != '\0'; s++) *s = fold_char(*s);
    for (size_t i = list->first; i < list->count; i++)
        if (strcmp(list->items[i].folded, folded) == 0) return true;
    list->items[list->count++] = (ts_name){folded, concept, rank};
    return true;
}

static bool add_names(ts_vocab *vocab, name_list *list, ts_concept concept)
{
    const ts_concept_row *row = &vocab->concepts[concept];
    list->first = list->count;
    if (!add_name(vocab, list, concept, RANK_LABEL, row->label)) return false;
    if (row->plural && !add_name(vocab, list, concept, RANK_PLURAL, row->plural)) return false;
    for (size_t i = 0; i < row->synonym_count; i++)
        if (!add_name(vocab, list, concept, RANK_SYNONYM, row->synonyms[i])) return false;
    return true;
}

static int compare_names(const void *a, const void *b)
{
    const ts_name *x = a, *y = b;
    int order = strcmp(x->folded, y->folded);
    if (order != 0) return order;
    if (x->rank != y->rank) return x->rank < y->rank ? -1 : 1;
    return (x->concept > y->concept) - (x->concept < y->concept);
}

/* A label may mean two things only where the table says so on every row concerned. */
static bool check_labels(const ts_vocab *vocab, const ts_name *names, size_t count, ts_error *err)
{
    for (size_t i = 1; i < count; i++) {
        for (size_t j = i; j-- > 0 && names[j].rank == RANK_LABEL && names[i].rank == RANK_LABEL &&
                           strcmp(names[j].folded, names[i].folded) == 0;) {
            const ts_concept_row *a = &vocab->concepts[names[j].concept];
            const ts_concept_row *b = &vocab->concepts[names[i].concept];
            if (a->facet != b->facet || (a->flags & b->flags & TS_CONCEPT_HOMONYM)) continue;
            return ts_vocab_fail_at(vocab, names[i].concept, err, "%s and %s share the label \"%s\"", a->id,
                                    b->id, b->label);
        }
    }
    return true;
}

static size_t names_at_most(const ts_vocab *vocab)
{
    size_t total = 0;
    for (size_t i = 0; i < vocab->count; i++) total += 2 + vocab->concepts[i].synonym_count;
    return total;
}

bool ts_vocab_index_names(ts_vocab *vocab, ts_error *err)
{
    name_list list = {.items = TS_NEW_ARRAY(vocab->arena, names_at_most(vocab), ts_name)};
    if (!list.items) return ts_fail_memory(err);
    for (size_t i = 0; i < vocab->count; i++)
        if (!add_names(vocab, &list, (ts_concept)i)) return ts_fail_memory(err);
    qsort(list.items, list.count, sizeof *list.items, compare_names);
    if (!check_labels(vocab, list.items, list.count, err)) return false;
    ts_concept *concepts = TS_NEW_ARRAY(vocab->arena, list.count, ts_concept);
    if (!concepts) return ts_fail_memory(err);
    for (size_t i = 0; i < list.count; i++) concepts[i] = list.items[i].concept;
    vocab->names = list.items;
    vocab->name_concepts = concepts;
    vocab->name_count = list.count;
    return true;
}

/* strcmp of the query, folded as it is read, with a folded name. */
static int compare_query(const char *query, const char *folded)
{
    for (;; query++, folded++) {
        unsigned char a = (unsigned char)fold_char(*query), b = (unsigned char)*folded;
        if (a != b) return a < b ? -1 : 1;
        if (a == '\0') return 0;
    }
}

ts_concepts ts_vocab_find_name(const ts_vocab *vocab, const char *name)
{
    size_t low = 0, high = vocab->name_count;
    while (low < high) {
        size_t middle = low + (high - low) / 2;
        if (compare_query(name, vocab->names[middle].folded) > 0) low = middle + 1;
        else high = middle;
    }
    size_t end = low;
    while (end < vocab->name_count && compare_query(name, vocab->names[end].folded) == 0) end++;
    return (ts_concepts){end > low ? vocab->name_concepts + low : NULL, end - low};
}
