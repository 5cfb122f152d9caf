/* catalog: the fifth schema: numbers of pictures by name, time and what dialects keep with them, so that questions about
 * those read no picture that does not fit. */
#include "catalog/schema.h"

#include <stddef.h>

/* A place in a picture's JSON as dialects write it: "context.alt". Keys in quotes lose them; keys that hold quotes or
 * backslashes are found by nobody who asks for them here (ts_numbers_knows). */
#define PLACE(path) "replace(substr(" path ", 9), '\"', '')"
#define TREE "json_tree(CASE WHEN json_valid(new.extra) THEN new.extra END, '$.extra') AS t"
/* The user's own data and what the dialects answer by; not their notes about the request. */
#define WANTED                                                                                               \
    "(t.fullkey GLOB '$.extra.context*' OR t.fullkey GLOB '$.extra.metadata*'"                               \
    " OR t.fullkey GLOB '$.extra.cloudinary*')"                                                              \
    " AND NOT (t.path = '$.extra.cloudinary' AND t.key IN ('base', 'cloud', 'request', 'version'))"

/* Which members an object has, and which texts and numbers stand where; of a list each one. */
#define MEMBERS(from)                                                                                        \
    "INSERT OR IGNORE INTO picture_kept SELECT " PLACE("t.path") ", t.key, new.number FROM " from            \
                                                                 " WHERE typeof(t.key) = 'text' AND " WANTED \
                                                                 "; "
#define VALUES(from)                                                                                         \
    "INSERT OR IGNORE INTO picture_kept SELECT"                                                              \
    " CASE typeof(t.key) WHEN 'integer' THEN " PLACE("t.path") " ELSE " PLACE(                               \
        "t.fullkey") " END,"                                                                                 \
                     " substr(CASE t.type WHEN 'true' THEN 'true' WHEN 'false' THEN 'false'"                 \
                     " WHEN 'real' THEN printf('%.15g', t.atom) ELSE t.atom END, 1, 1024), new.number "      \
                     "FROM " from " WHERE t.atom IS NOT NULL AND " WANTED "; "

const char *const ts_schema_5[] = {
    "CREATE INDEX pictures_by_created ON pictures (created);"
    "CREATE INDEX pictures_apart ON pictures (visibility, gone) WHERE visibility <> 0 OR gone <> 0;"
    "CREATE INDEX picture_names_folded ON picture_names (space, name COLLATE NOCASE, picture);",

    "CREATE TABLE picture_kept (path TEXT NOT NULL, value TEXT NOT NULL COLLATE NOCASE,"
    " picture INTEGER NOT NULL REFERENCES pictures ON DELETE CASCADE,"
    " PRIMARY KEY (path, value, picture)) WITHOUT ROWID;"
    "CREATE INDEX picture_kept_by_picture ON picture_kept (picture);",
    MEMBERS("pictures AS new, " TREE) VALUES("pictures AS new, " TREE),

    "CREATE TRIGGER picture_kept_first AFTER INSERT ON pictures WHEN new.extra IS NOT NULL BEGIN " MEMBERS(
        TREE) VALUES(TREE) "END;"
                           "CREATE TRIGGER picture_kept_again AFTER UPDATE OF extra ON pictures WHEN "
                           "old.extra IS NOT new.extra BEGIN"
                           " DELETE FROM picture_kept WHERE picture = new.number; " MEMBERS(TREE)
                               VALUES(TREE) "END;",
    NULL,
};
