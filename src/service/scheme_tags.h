/* service (private): tags said in the user's schemes: a step of its own behind the judgement. Pure. */
#ifndef TS_SERVICE_SCHEME_TAGS_H
#define TS_SERVICE_SCHEME_TAGS_H

#include "base/arena.h"
#include "ontology/ontology.h"
#include "record/record.h"

#define TS_SCHEMES_MAX 8 /* at once */

typedef struct ts_scheme_tags {
    const ts_scheme *schemes[TS_SCHEMES_MAX];
    size_t count;
    const char *language; /* of labels and paths: "de" */
    bool only;            /* a tag that says nothing in them is left out */
    bool once;            /* and, with `only`, one that says nothing that an earlier one has not said */
    bool relabel;         /* a tag's label becomes that of its first term, where no earlier tag has that */
} ts_scheme_tags;

/* The terms of one tag, in the arena, in the order of the schemes. *forbidden: the user does not want to see it. */
bool ts_scheme_terms(const ts_scheme_tags *how, const char *concept, const char *const *ancestors,
                     size_t ancestor_count, float confidence, ts_arena *arena, const ts_tag_term **terms,
                     size_t *count, bool *forbidden, ts_error *err);

/* Gives the record's tags their terms and leaves out what the schemes forbid. */
bool ts_scheme_tags_apply(const ts_scheme_tags *how, ts_arena *arena, ts_record *record, ts_error *err);

#define TS_PRODUCT_TAXONOMY                                                                                  \
    "google-product" /* the scheme of product categories that comes with the program */

/* What a picture of goods shows: record->product. taxonomy: a scheme of product categories. Before the tags are thinned out. */
bool ts_product_find(const ts_scheme *taxonomy, const char *language, ts_arena *arena, ts_record *record,
                     ts_error *err);

#endif
