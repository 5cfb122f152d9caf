/* tests: what the parts of the fake service share: everything it knows, in memory, behind one lock. */
#ifndef FAKE_SERVICE_H
#define FAKE_SERVICE_H

#include <pthread.h>

#include "service/edit.h"
#include "service/find.h"
#include "service/hooks.h"
#include "service/import.h"
#include "service/keep.h"
#include "service/keys.h"
#include "service/presets.h"
#include "service/scheme_store.h"
#include "service/searches.h"
#include "service/upload.h"
#include "service/watch.h"

#define FAKE_MAX 4096
#define FAKE_TAGS 64

typedef struct fake_picture {
    ts_picture_row row;
    ts_tag_row tags[FAKE_TAGS];
    size_t tag_count;
    bool deleted;
} fake_picture;

typedef struct fake_key {
    ts_key_row row;
    const char *key, *secret;
} fake_key;

enum { FAKE_SEARCHES = 64 };
typedef struct fake_search {
    const char *owner;
    ts_saved_search search;
} fake_search;

struct ts_service {
    pthread_mutex_t lock;
    ts_arena *arena; /* every text lives until the end */
    ts_vocab *vocab;
    char folder[64]; /* of the catalogue that keeps schemes, which are real */
    ts_catalog *catalog;
    ts_scheme_store *schemes;
    fake_picture pictures[FAKE_MAX];
    size_t picture_count;
    fake_key keys[FAKE_MAX];
    size_t key_count;
    ts_preset presets[FAKE_MAX];
    size_t preset_count;
    json_t *bodies; /* of all presets there ever were */
    ts_hook hooks[FAKE_MAX];
    size_t hook_count;
    ts_job_full jobs[FAKE_MAX];
    size_t job_count;
    ts_change changes[FAKE_MAX * 4];
    size_t change_count;
    fake_search searches[FAKE_SEARCHES];
    size_t search_count;
};

ts_service *fake_service_open(const char *vocab_dir, ts_error *err);
void fake_service_close(ts_service *service);

/* Under the lock. */
const char *fake_text(ts_service *service, const char *text); /* a copy; NULL stays NULL */
void fake_change(ts_service *service, ts_change_kind kind, int64_t number, const char *id);
fake_picture *fake_find(ts_service *service, const char *id, bool with_held, ts_error *err);
fake_key *fake_key_of(ts_service *service, const char *id);

#endif
