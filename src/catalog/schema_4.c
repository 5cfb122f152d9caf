/* catalog: the fourth schema: the review queue. What waits for a person is found by how doubtful it is, of all concepts or
 * of one; who looks at what now, and what was answered. */
#include "catalog/schema.h"

#include <stddef.h>

/* tags_waiting has the state, which is always 0 in it, because only then this SQLite counts in the index alone. */
const char *const ts_schema_4[] = {
    "CREATE INDEX tags_doubtful ON tags (abs(confidence - 0.5)) WHERE state = 0;"
    "CREATE INDEX tags_waiting ON tags (key, abs(confidence - 0.5), state) WHERE state = 0;"
    "CREATE INDEX tags_sensitive ON tags (key) WHERE facet = 'safety' AND state = 1 AND key <> "
    "'safety/safe';",

    "CREATE TABLE review_leases (picture INTEGER NOT NULL REFERENCES pictures ON DELETE CASCADE,"
    " key TEXT NOT NULL, holder TEXT NOT NULL, until INTEGER NOT NULL, PRIMARY KEY (picture, key)) WITHOUT "
    "ROWID;"
    "CREATE INDEX review_leases_by_holder ON review_leases (holder);"
    "CREATE INDEX review_leases_by_age ON review_leases (until);",

    "CREATE TABLE review_answers (number INTEGER PRIMARY KEY AUTOINCREMENT, reviewer TEXT NOT NULL,"
    " request TEXT NOT NULL, picture INTEGER NOT NULL REFERENCES pictures ON DELETE CASCADE, key TEXT NOT "
    "NULL,"
    " answer INTEGER NOT NULL, outcome INTEGER NOT NULL, batch TEXT NOT NULL, at INTEGER NOT NULL,"
    " until INTEGER NOT NULL, undone INTEGER NOT NULL);"
    "CREATE UNIQUE INDEX review_answers_by_request ON review_answers (reviewer, request, picture, key);"
    "CREATE INDEX review_answers_by_tag ON review_answers (picture, key, reviewer);"
    "CREATE INDEX review_answers_by_time ON review_answers (at, reviewer);",
    NULL,
};
