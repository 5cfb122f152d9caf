/* catalog: the first schema. Frozen once released: what changes later goes into schema_2.c and so on. */
#include "catalog/schema.h"

#include <stddef.h>

/* Columns that a query never needs stay out of indexes; texts that repeat on every ledger line (authors, origins,
 * batches) are kept once. Numbers of pictures, lines, jobs and deliveries are never used again (AUTOINCREMENT). */
const char *const ts_schema_1[] = {
    "CREATE TABLE meta (name TEXT PRIMARY KEY, value TEXT NOT NULL) WITHOUT ROWID;",

    "CREATE TABLE changes (seq INTEGER PRIMARY KEY, kind INTEGER NOT NULL, number INTEGER NOT NULL,"
    " id TEXT NOT NULL, at INTEGER NOT NULL);",

    "CREATE TABLE pictures (number INTEGER PRIMARY KEY AUTOINCREMENT, id TEXT NOT NULL UNIQUE,"
    " version INTEGER NOT NULL, sha256 TEXT NOT NULL, bytes INTEGER NOT NULL, format TEXT NOT NULL,"
    " width INTEGER NOT NULL, height INTEGER NOT NULL, orientation INTEGER NOT NULL, name TEXT NOT NULL,"
    " path TEXT, file_mtime INTEGER NOT NULL, library TEXT, title TEXT NOT NULL, description TEXT NOT NULL,"
    " alt TEXT NOT NULL, created INTEGER NOT NULL, updated INTEGER NOT NULL, taken INTEGER, latitude REAL,"
    " longitude REAL, owner TEXT NOT NULL, preset TEXT NOT NULL, state INTEGER NOT NULL,"
    " visibility INTEGER NOT NULL, reason TEXT NOT NULL, gone INTEGER NOT NULL, phash INTEGER, extra TEXT,"
    " error TEXT);"
    "CREATE INDEX pictures_by_sha256 ON pictures (sha256);"
    "CREATE UNIQUE INDEX pictures_by_path ON pictures (path) WHERE path IS NOT NULL;",

    /* Four bands of 16 bits: hashes that differ in at most 7 bits have a band that differs in at most one. */
    "CREATE TABLE picture_bands (band INTEGER NOT NULL, picture INTEGER NOT NULL, phash INTEGER NOT NULL,"
    " PRIMARY KEY (band, picture)) WITHOUT ROWID;"
    "CREATE TABLE picture_vectors (picture INTEGER NOT NULL REFERENCES pictures ON DELETE CASCADE,"
    " model TEXT NOT NULL, vector BLOB NOT NULL, PRIMARY KEY (picture, model));"
    "CREATE TABLE picture_names (space TEXT NOT NULL, name TEXT NOT NULL,"
    " picture INTEGER NOT NULL REFERENCES pictures ON DELETE CASCADE, PRIMARY KEY (space, name)) WITHOUT "
    "ROWID;"
    "CREATE INDEX picture_names_by_picture ON picture_names (picture, space);",

    "CREATE TABLE authors (number INTEGER PRIMARY KEY, kind INTEGER NOT NULL, id TEXT NOT NULL,"
    " name TEXT NOT NULL);"
    "CREATE INDEX authors_by_id ON authors (kind, id, name);"
    "CREATE TABLE origins (number INTEGER PRIMARY KEY, analyser TEXT NOT NULL, model TEXT NOT NULL,"
    " version TEXT NOT NULL, UNIQUE (analyser, model, version));"
    "CREATE TABLE batches (number INTEGER PRIMARY KEY, id TEXT NOT NULL UNIQUE);",

    "CREATE TABLE ledger (seq INTEGER PRIMARY KEY AUTOINCREMENT,"
    " picture INTEGER NOT NULL REFERENCES pictures ON DELETE CASCADE, key TEXT NOT NULL, label TEXT,"
    " facet TEXT NOT NULL, action INTEGER NOT NULL, author INTEGER NOT NULL, state INTEGER NOT NULL,"
    " confidence REAL NOT NULL, raw REAL NOT NULL, position INTEGER NOT NULL, origin INTEGER NOT NULL,"
    " payload TEXT, batch INTEGER, restores INTEGER, at INTEGER NOT NULL);"
    "CREATE INDEX ledger_by_picture ON ledger (picture);"
    "CREATE INDEX ledger_by_batch ON ledger (batch, picture) WHERE batch IS NOT NULL;",

    "CREATE TABLE tags (picture INTEGER NOT NULL REFERENCES pictures ON DELETE CASCADE, key TEXT NOT NULL,"
    " label TEXT, facet TEXT NOT NULL, state INTEGER NOT NULL, confidence REAL NOT NULL,"
    " position INTEGER NOT NULL, action INTEGER NOT NULL, author INTEGER NOT NULL, seq INTEGER NOT NULL,"
    " evidence INTEGER NOT NULL, at INTEGER NOT NULL, PRIMARY KEY (picture, key)) WITHOUT ROWID;",

    "CREATE TABLE documents (kind TEXT NOT NULL, id TEXT NOT NULL, version INTEGER NOT NULL,"
    " created INTEGER NOT NULL, updated INTEGER NOT NULL, body TEXT NOT NULL, PRIMARY KEY (kind, id));",

    "CREATE TABLE keys (id TEXT PRIMARY KEY, name TEXT NOT NULL, key_hash TEXT NOT NULL UNIQUE,"
    " key_prefix TEXT NOT NULL, secret_hash TEXT NOT NULL UNIQUE, secret_sealed TEXT NOT NULL,"
    " scopes INTEGER NOT NULL, rate_per_min INTEGER NOT NULL, credits INTEGER NOT NULL CHECK (credits >= -1),"
    " origins TEXT, owner TEXT NOT NULL, created INTEGER NOT NULL, expires INTEGER NOT NULL,"
    " revoked INTEGER NOT NULL, last_used INTEGER NOT NULL);"
    "CREATE TABLE usage (key_id TEXT NOT NULL, day INTEGER NOT NULL, requests INTEGER NOT NULL,"
    " pictures INTEGER NOT NULL, credits INTEGER NOT NULL, errors INTEGER NOT NULL,"
    " PRIMARY KEY (day, key_id)) WITHOUT ROWID;",

    "CREATE TABLE jobs (number INTEGER PRIMARY KEY AUTOINCREMENT, id TEXT NOT NULL UNIQUE, kind TEXT NOT "
    "NULL,"
    " payload TEXT NOT NULL, priority INTEGER NOT NULL, state INTEGER NOT NULL, delayed INTEGER NOT NULL,"
    " attempts INTEGER NOT NULL, max_attempts INTEGER NOT NULL, run_after INTEGER NOT NULL,"
    " lease_until INTEGER NOT NULL, worker TEXT NOT NULL, done INTEGER NOT NULL, total INTEGER NOT NULL,"
    " parent INTEGER NOT NULL, picture INTEGER NOT NULL, key_id TEXT NOT NULL, error TEXT, result TEXT,"
    " created INTEGER NOT NULL, started INTEGER NOT NULL, finished INTEGER NOT NULL);"
    "CREATE INDEX jobs_ready ON jobs (kind, priority DESC, number) WHERE state = 0 AND delayed = 0;"
    "CREATE INDEX jobs_delayed ON jobs (run_after) WHERE state = 0 AND delayed = 1;"
    "CREATE INDEX jobs_running ON jobs (lease_until) WHERE state = 1;"
    "CREATE INDEX jobs_stopped ON jobs (state, number) WHERE state IN (3, 4);"
    "CREATE INDEX jobs_ended ON jobs (finished) WHERE state IN (2, 3, 5);"
    "CREATE INDEX jobs_by_parent ON jobs (parent, state) WHERE parent <> 0;"
    "CREATE INDEX jobs_by_picture ON jobs (picture) WHERE picture <> 0;"
    "CREATE TABLE job_counts (kind TEXT NOT NULL, state INTEGER NOT NULL, count INTEGER NOT NULL,"
    " PRIMARY KEY (kind, state)) WITHOUT ROWID;"
    "CREATE TRIGGER jobs_counted AFTER INSERT ON jobs BEGIN"
    " INSERT INTO job_counts VALUES (new.kind, new.state, 1)"
    "  ON CONFLICT DO UPDATE SET count = count + 1; END;"
    "CREATE TRIGGER jobs_recounted AFTER UPDATE OF state ON jobs WHEN old.state <> new.state BEGIN"
    " UPDATE job_counts SET count = count - 1 WHERE kind = old.kind AND state = old.state;"
    " INSERT INTO job_counts VALUES (new.kind, new.state, 1)"
    "  ON CONFLICT DO UPDATE SET count = count + 1; END;"
    "CREATE TRIGGER jobs_discounted AFTER DELETE ON jobs BEGIN"
    " UPDATE job_counts SET count = count - 1 WHERE kind = old.kind AND state = old.state; END;",

    /* lane: what has to be in order; only the first waiting one of a lane is not held. */
    "CREATE TABLE deliveries (number INTEGER PRIMARY KEY AUTOINCREMENT, id TEXT NOT NULL UNIQUE,"
    " hook TEXT NOT NULL, url TEXT NOT NULL, key_id TEXT NOT NULL, dialect TEXT NOT NULL, event TEXT NOT "
    "NULL,"
    " picture INTEGER NOT NULL, order_key TEXT NOT NULL, body TEXT NOT NULL, state INTEGER NOT NULL,"
    " attempts INTEGER NOT NULL, next_at INTEGER NOT NULL, last_status INTEGER NOT NULL,"
    " last_error TEXT NOT NULL, created INTEGER NOT NULL, finished INTEGER NOT NULL, lane TEXT,"
    " held INTEGER NOT NULL);"
    "CREATE INDEX deliveries_due ON deliveries (next_at) WHERE state = 0 AND held = 0;"
    "CREATE INDEX deliveries_by_lane ON deliveries (lane, number) WHERE state = 0 AND lane IS NOT NULL;"
    "CREATE INDEX deliveries_by_hook ON deliveries (hook, number);"
    "CREATE INDEX deliveries_ended ON deliveries (finished) WHERE state = 1;"
    "CREATE INDEX deliveries_dead ON deliveries (number) WHERE state = 2;"
    "CREATE INDEX deliveries_by_picture ON deliveries (picture) WHERE picture <> 0;",

    "CREATE TABLE idempotency (key_id TEXT NOT NULL, key TEXT NOT NULL, fingerprint TEXT NOT NULL,"
    " status INTEGER NOT NULL, body TEXT, created INTEGER NOT NULL, PRIMARY KEY (key_id, key));"
    "CREATE INDEX idempotency_by_age ON idempotency (created);",

    "CREATE TABLE people (id TEXT PRIMARY KEY, name TEXT NOT NULL, email TEXT NOT NULL UNIQUE COLLATE NOCASE,"
    " password_hash TEXT NOT NULL, role TEXT NOT NULL, created INTEGER NOT NULL, disabled INTEGER NOT NULL);"
    "CREATE TABLE sessions (token_hash TEXT PRIMARY KEY, person TEXT NOT NULL REFERENCES people ON DELETE "
    "CASCADE,"
    " csrf TEXT NOT NULL, created INTEGER NOT NULL, expires INTEGER NOT NULL) WITHOUT ROWID;"
    "CREATE INDEX sessions_by_person ON sessions (person);"
    "CREATE TABLE invitations (token_hash TEXT PRIMARY KEY, email TEXT NOT NULL, role TEXT NOT NULL,"
    " invited_by TEXT NOT NULL, created INTEGER NOT NULL, expires INTEGER NOT NULL) WITHOUT ROWID;",
    NULL,
};
