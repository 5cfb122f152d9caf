/* service: the user's own vocabularies: bring them in, look at them, say what their concepts mean and how they are used. */
#ifndef TS_SERVICE_SCHEMES_H
#define TS_SERVICE_SCHEMES_H

#include <jansson.h>

#include "ontology/ontology.h"
#include "service/scheme_tags.h"
#include "service/service.h"

/* About one scheme, in the arena that was given. */
typedef struct ts_scheme_row {
    const char *name, *title, *uri, *edition; /* edition: what the file calls its version; "" for none */
    int64_t version, updated;                 /* 0: as it came with the program */
    bool built_in;
    size_t concepts, confirmed, proposed, rejected; /* matches by state */
    const char *const *notes;                       /* of bringing it in */
    size_t note_count;
} ts_scheme_row;

/* Scope: read. */
bool ts_service_scheme_list(ts_service *service, const ts_actor *actor, ts_arena *arena,
                            const ts_scheme_row **rows, size_t *count, ts_error *err);
bool ts_service_scheme(ts_service *service, const ts_actor *actor, const char *name, ts_arena *arena,
                       ts_scheme_row *row, ts_error *err);
/* The whole as a file, appended. */
bool ts_service_scheme_export(ts_service *service, const ts_actor *actor, const char *name,
                              ts_scheme_format format, ts_buf *out, ts_error *err);
/* The matches of a state (ts_match_state, -1: all) as a table. */
bool ts_service_scheme_matches(ts_service *service, const ts_actor *actor, const char *name, int state,
                               ts_buf *out, ts_error *err);

/* One concept, for as long as it is held; given back with ts_service_scheme_release. NULL on failure. */
typedef struct ts_scheme_view {
    const ts_scheme *scheme;
    const ts_entry *entry; /* NULL where only the scheme was asked for */
    const void *held;
    int64_t version;
} ts_scheme_view;
/* concept: id, notation or name; NULL: none is looked for. */
bool ts_service_scheme_view(ts_service *service, const ts_actor *actor, const char *name, const char *concept,
                            ts_scheme_view *view, ts_error *err);
void ts_service_scheme_release(ts_service *service, ts_scheme_view *view); /* zeroed is fine */

/* Some schemes held to say tags in. All zero says nothing. */
typedef struct ts_scheme_words {
    ts_scheme_tags how;
    const void *held[TS_SCHEMES_MAX];
} ts_scheme_words;
/* list: "museum,shop". language is borrowed. passing: what is not there is passed over, else TS_NOT_FOUND. To be closed also
 * after a failure. */
bool ts_service_words_open(ts_service *service, const char *list, const char *language, bool passing,
                           ts_scheme_words *words, ts_error *err);
void ts_service_words_close(ts_service *service, ts_scheme_words *words);

/* All below: scope admin; if_version as in catalog/documents.h. */

/* Makes it or brings in a newer edition, which takes over matches and settings of the one before. */
bool ts_service_scheme_import(ts_service *service, const ts_actor *actor, const char *name, const void *bytes,
                              size_t length, ts_scheme_format format, int64_t if_version, ts_arena *arena,
                              ts_scheme_row *row, ts_error *err);
bool ts_service_scheme_delete(ts_service *service, const ts_actor *actor, const char *name,
                              int64_t if_version, ts_error *err);
/* Looks for what its concepts may mean (ts_scheme_propose). The proposals' reasons are in the table that is appended to out. */
bool ts_service_scheme_propose(ts_service *service, const ts_actor *actor, const char *name, ts_buf *out,
                               ts_error *err);
/* What a person makes of them: a table as ts_matches_read takes it. *taken: rows. */
bool ts_service_scheme_judge(ts_service *service, const ts_actor *actor, const char *name, const void *bytes,
                             size_t length, size_t *taken, ts_error *err);

/* What is to be set of one concept; what is absent stays. Words by language in an object, null takes them away:
 * {"hide": true, "never": false, "threshold": 0.7 or null, "merge_into": "ID" or null, "rename": {"de": "Hund", "en": null},
 *  "synonyms": {"de": ["Wauwau"]}, "matches": [{"core", "relation", "state"}],
 *  "split": {"id": "T2", "label": "Cats", "core": ["object/cat"]}} */
bool ts_service_scheme_set(ts_service *service, const ts_actor *actor, const char *name, const char *concept,
                           const json_t *settings, int64_t if_version, ts_error *err);

#endif
