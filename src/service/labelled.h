/* service (private): a folder of pictures whose right labels are known.
 *
 *   DIR/labels.tsv    file<TAB>label|label...   # begins a comment
 *   DIR/classes.txt   every label that was looked for, one a line; without it, those that labels.tsv names
 *
 * A label is a concept's id or any of its names; of several concepts of a name, one of what a picture shows goes before a
 * colour or a style, and one that the picture's other labels name as well before one that they do not. What a label says holds for everything above it too: a beagle is a dog. */
#ifndef TS_SERVICE_LABELLED_H
#define TS_SERVICE_LABELLED_H

#include "base/arena.h"
#include "vocab/vocab.h"

typedef struct ts_labelled_picture {
    const char *path;
    const bool *there; /* by place in `asked` */
} ts_labelled_picture;

typedef struct ts_labelled {
    const ts_labelled_picture *pictures;
    size_t count;
    const ts_concept *asked; /* what can be judged at all: the labels' concepts, each once */
    size_t asked_count;
    const size_t *places;       /* by concept: its place in `asked` + 1; 0: not asked */
    const char *const *unknown; /* labels that name no concept, each once; they are left out */
    size_t unknown_count;
} ts_labelled;

/* Everything lives in the arena. TS_NOT_FOUND without labels.tsv, TS_USAGE for a line without a tab (it is named) or when
 * no label is known. */
bool ts_labelled_read(const char *dir, const ts_vocab *vocab, ts_arena *arena, ts_labelled *out,
                      ts_error *err);

/* Where a record's concept stands in `asked`; asked_count: nobody asks about it. */
size_t ts_labelled_place(const ts_labelled *folder, const ts_vocab *vocab, const char *concept);

#endif
