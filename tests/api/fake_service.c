/* tests: a service in memory: pictures, tags and search just real enough that routes can be tried without models. */
#include "fake_service.h"

#include <ftw.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include "base/random.h"
#include "base/wallclock.h"

static const char grounds[] = "{\"evidence\":[{\"analyser\":\"classify\",\"model\":\"fake\",\"version\":"
                              "\"1\",\"label\":\"dog\",\"raw\":0.91}],"
                              "\"count\":2,\"boxes\":[[1,2,30,40]],\"ancestors\":[\"object/animal\"]}";
static const char measures[] =
    "{\"faces\":[],\"colours\":[{\"name\":\"red\",\"hex\":\"#ff0000\",\"share\":0.5}],"
    "\"safety\":{\"nsfw\":0.01},\"quality\":{\"sharpness\":0.5},\"warnings\":[\"fake\"]}";

static bool open_schemes(ts_service *service, const char *vocab_dir, ts_error *err)
{
    (void)snprintf(service->folder, sizeof service->folder, "/tmp/tagsmith-fake-XXXXXX");
    if (!mkdtemp(service->folder)) return ts_fail_errno(err, "cannot make a folder");
    service->catalog = ts_catalog_open(service->folder, NULL, err);
    service->schemes =
        service->catalog ? ts_scheme_store_new(service->catalog, service->vocab, vocab_dir, err) : NULL;
    return service->schemes != NULL;
}

static int remove_one(const char *path, const struct stat *info, int flag, struct FTW *at)
{
    (void)info, (void)flag, (void)at;
    return remove(path);
}

ts_service *fake_service_open(const char *vocab_dir, ts_error *err)
{
    ts_service *service = calloc(1, sizeof *service);
    if (!service) return NULL;
    (void)pthread_mutex_init(&service->lock, NULL);
    service->arena = ts_arena_new(0);
    service->bodies = json_array();
    service->vocab = ts_vocab_open(vocab_dir, err);
    if (service->vocab && open_schemes(service, vocab_dir, err)) return service;
    fake_service_close(service);
    return NULL;
}

ts_scheme_store *ts_service_scheme_store(ts_service *service)
{
    return service->schemes;
}

void fake_service_close(ts_service *service)
{
    ts_scheme_store_free(service->schemes);
    ts_catalog_close(service->catalog);
    if (service->folder[0]) (void)nftw(service->folder, remove_one, 8, FTW_DEPTH | FTW_PHYS);
    ts_vocab_close(service->vocab);
    ts_arena_free(service->arena);
    json_decref(service->bodies);
    (void)pthread_mutex_destroy(&service->lock);
    free(service);
}

const char *fake_text(ts_service *service, const char *text)
{
    return text ? ts_arena_strdup(service->arena, text) : NULL;
}

void fake_change(ts_service *service, ts_change_kind kind, int64_t number, const char *id)
{
    if (service->change_count == FAKE_MAX * 4) return;
    int64_t seq = (int64_t)service->change_count + 1;
    service->changes[service->change_count++] = (ts_change){
        .seq = seq, .kind = kind, .number = number, .id = fake_text(service, id), .at = ts_wallclock_ms()};
}

fake_picture *fake_find(ts_service *service, const char *id, bool with_held, ts_error *err)
{
    for (size_t i = 0; i < service->picture_count; i++) {
        fake_picture *picture = &service->pictures[i];
        if (picture->deleted || strcmp(picture->row.id, id) != 0) continue;
        if (picture->row.visibility != TS_VISIBLE && !with_held) break;
        return picture;
    }
    (void)ts_fail(err, TS_NOT_FOUND, "there is no picture %.64s", id);
    return NULL;
}

static void copy_out(const fake_picture *picture, ts_arena *arena, ts_picture_full *out)
{
    ts_tag_row *tags = TS_NEW_ARRAY(arena, picture->tag_count, ts_tag_row);
    out->row = picture->row;
    out->tags = tags;
    out->tag_count = 0;
    for (size_t i = 0; i < picture->tag_count; i++) {
        if (picture->tags[i].state != TS_LEDGER_REJECTED) tags[out->tag_count++] = picture->tags[i];
    }
}

static void touch(ts_service *service, fake_picture *picture)
{
    picture->row.version++;
    picture->row.updated = ts_wallclock_ms();
    fake_change(service, TS_CHANGE_PICTURE, picture->row.number, picture->row.id);
}

static bool is_version(const fake_picture *picture, int64_t expected, ts_error *err)
{
    if (expected < 0 || expected == picture->row.version) return true;
    return ts_fail(err, TS_CHANGED, "the picture is at version %lld", (long long)picture->row.version);
}

/* ---- upload -------------------------------------------------------------------------------------- */

static const char *hash_of(ts_arena *arena, const void *bytes, size_t length)
{
    uint64_t hash = 1469598103934665603ULL;
    for (size_t i = 0; i < length; i++) hash = (hash ^ ((const unsigned char *)bytes)[i]) * 1099511628211ULL;
    return ts_arena_printf(arena, "%016llx%016llx%016llx%016llx", (unsigned long long)hash,
                           (unsigned long long)hash, (unsigned long long)hash, (unsigned long long)hash);
}

static bool look_at_bytes(const ts_upload *upload, const void **bytes, size_t *length, ts_error *err)
{
    *bytes = upload->bytes;
    *length = upload->length;
    if (upload->url) return ts_fail(err, TS_REFUSED, "the address is not allowed");
    if (upload->data_uri) {
        *bytes = upload->data_uri;
        *length = strlen(upload->data_uri);
        if (strncmp(upload->data_uri, "data:image/", 11) == 0) return true;
        return ts_fail(err, TS_USAGE, "data_uri is no data URI of a picture");
    }
    if (*length >= 3 && memcmp(*bytes, "\xFF\xD8\xFF", 3) == 0) return true;
    return ts_fail(err, TS_NOT_PICTURE, "these bytes are no picture");
}

static void put_tag(ts_service *service, fake_picture *picture, const char *word, const ts_actor *actor)
{
    ts_concepts named = ts_vocab_find_name(service->vocab, word);
    ts_concept concept = ts_vocab_find(service->vocab, word);
    if (concept == TS_CONCEPT_NONE && named.count) concept = named.items[0];
    bool known = concept != TS_CONCEPT_NONE;
    const char *key =
        known ? ts_vocab_id(service->vocab, concept) : ts_arena_printf(service->arena, "word/%s", word);
    size_t at = 0;
    while (at < picture->tag_count && strcmp(picture->tags[at].key, key) != 0) at++;
    if (at == FAKE_TAGS) return;
    if (at == picture->tag_count) picture->tag_count++;
    picture->tags[at] =
        (ts_tag_row){.picture = picture->row.number,
                     .key = key,
                     .concept = known ? key : NULL,
                     .label = fake_text(service, word),
                     .facet = known ? ts_facet_name(ts_vocab_facet(service->vocab, concept)) : "word",
                     .state = TS_LEDGER_ACCEPTED,
                     .confidence = 1,
                     .author = {.kind = actor ? TS_AUTHOR_PERSON : TS_AUTHOR_MODEL,
                                .id = fake_text(service, actor ? actor->id : "default"),
                                .name = fake_text(service, actor ? actor->name : "default")},
                     .seq = 1,
                     .at = ts_wallclock_ms(),
                     .payload = actor ? NULL : grounds};
}

static void fill(ts_service *service, const ts_actor *actor, const ts_upload *upload, const char *hash,
                 size_t length, fake_picture *picture)
{
    char id[TS_ID_SIZE] = "";
    if (!upload->without_store) ts_id_new(id);
    bool held = upload->name && strstr(upload->name, "nsfw");
    int64_t now = ts_wallclock_ms();
    picture->row = (ts_picture_row){.number = (int64_t)service->picture_count + 1,
                                    .id = fake_text(service, id),
                                    .version = 1,
                                    .sha256 = fake_text(service, hash),
                                    .bytes = (int64_t)length,
                                    .format = "JPEG",
                                    .width = 640,
                                    .height = 480,
                                    .orientation = 1,
                                    .name = fake_text(service, upload->name),
                                    .title = fake_text(service, upload->title),
                                    .description = fake_text(service, upload->description),
                                    .created = now,
                                    .updated = now,
                                    .owner = fake_text(service, actor->id),
                                    .preset = "default",
                                    .state = TS_PICTURE_READY,
                                    .visibility = held ? TS_HELD : TS_VISIBLE,
                                    .reason = held ? "nsfw over 0.6" : "",
                                    .extra = measures};
    if (upload->extra) {
        json_t *extra = json_loads(measures, 0, NULL);
        (void)json_object_set(extra, "extra", (json_t *)(uintptr_t)upload->extra);
        char *text = json_dumps(extra, 0);
        picture->row.extra = fake_text(service, text);
        free(text);
        json_decref(extra);
    }
    put_tag(service, picture, "dog", NULL);
    for (size_t i = 0; i < upload->tag_count; i++) put_tag(service, picture, upload->tags[i], actor);
}

static const char *add_job(ts_service *service, const fake_picture *picture)
{
    char id[TS_ID_SIZE];
    ts_id_new(id);
    ts_job_full *job = &service->jobs[service->job_count++];
    *job = (ts_job_full){.row = {.number = (int64_t)service->job_count,
                                 .id = fake_text(service, id),
                                 .kind = "tag",
                                 .state = TS_JOB_QUEUED,
                                 .max_attempts = 3,
                                 .total = 1,
                                 .created = ts_wallclock_ms(),
                                 .picture = picture->row.number},
                         .picture = picture->row.id};
    fake_change(service, TS_CHANGE_JOB, job->row.number, job->row.id);
    return job->row.id;
}

static fake_picture *twin_of(ts_service *service, const char *hash)
{
    for (size_t i = 0; i < service->picture_count; i++) {
        if (!service->pictures[i].deleted && strcmp(service->pictures[i].row.sha256, hash) == 0) {
            return &service->pictures[i];
        }
    }
    return NULL;
}

static bool keep(ts_service *service, const ts_actor *actor, const ts_upload *upload, ts_arena *arena,
                 ts_upload_result *result, ts_error *err)
{
    const void *bytes;
    size_t length;
    fake_picture scratch = {0};
    fake_key *key = fake_key_of(service, actor->key_id);
    if (!look_at_bytes(upload, &bytes, &length, err)) return false;
    if (key && key->row.credits == 0) return ts_fail(err, TS_NO_CREDIT, "the credits of this key are spent");
    if (upload->preset && strcmp(upload->preset, "default") != 0) {
        return ts_fail(err, TS_NOT_FOUND, "there is no preset %.64s", upload->preset);
    }
    const char *hash = hash_of(arena, bytes, length);
    fake_picture *picture = upload->without_store ? NULL : twin_of(service, hash);
    result->done = true;
    if (picture && upload->duplicates == TS_DUPLICATE_REFUSE)
        return ts_fail(err, TS_CONFLICT, "it is there already");
    result->duplicate = picture && upload->duplicates == TS_DUPLICATE_RETURN;
    if (!result->duplicate) {
        if (service->picture_count == FAKE_MAX) return ts_fail(err, TS_BUSY, "the fake is full");
        picture = upload->without_store ? &scratch : &service->pictures[service->picture_count];
        fill(service, actor, upload, hash, length, picture);
        if (!upload->without_store) service->picture_count++;
        if (!upload->without_store)
            fake_change(service, TS_CHANGE_PICTURE, picture->row.number, picture->row.id);
        if (upload->async) picture->row.state = TS_PICTURE_PENDING;
        if (upload->async) result->job = add_job(service, picture);
        result->done = !upload->async;
    }
    if (key && key->row.credits > 0) key->row.credits--;
    copy_out(picture, arena, &result->picture);
    if (upload->without_store) result->picture.row.number = 0;
    return true;
}

bool ts_service_upload(ts_service *service, const ts_actor *actor, const ts_upload *upload, ts_arena *arena,
                       ts_upload_result *result, ts_error *err)
{
    if (!ts_actor_may(actor, TS_SCOPE_WRITE, err)) return false;
    pthread_mutex_lock(&service->lock);
    bool ok = keep(service, actor, upload, arena, result, err);
    pthread_mutex_unlock(&service->lock);
    return ok;
}

/* ---- pictures ------------------------------------------------------------------------------------ */

static bool may_see_held(const ts_actor *actor, bool with_held, ts_error *err)
{
    return !with_held || ts_actor_may(actor, TS_SCOPE_REVIEW, err);
}

bool ts_service_picture(ts_service *service, const ts_actor *actor, const ts_picture_query *query,
                        ts_arena *arena, ts_picture_full *out, ts_error *err)
{
    if (!may_see_held(actor, query->with_held, err)) return false;
    pthread_mutex_lock(&service->lock);
    fake_picture *picture = fake_find(service, query->id, query->with_held, err);
    if (picture) copy_out(picture, arena, out);
    pthread_mutex_unlock(&service->lock);
    return picture != NULL;
}

/* Newest first; the cursor is the number of the last one shown. */
bool ts_service_pictures(ts_service *service, const ts_actor *actor, const char *cursor, unsigned limit,
                         bool with_held, ts_arena *arena, ts_picture_page *out, ts_error *err)
{
    char *end = NULL;
    long before = cursor[0] ? strtol(cursor, &end, 10) : FAKE_MAX + 1;
    if (!may_see_held(actor, with_held, err)) return false;
    if (cursor[0] && *end) return ts_fail(err, TS_USAGE, "the cursor is none of this list");
    ts_picture_full *page = TS_NEW_ARRAY(arena, limit, ts_picture_full);
    *out = (ts_picture_page){.pictures = page};
    pthread_mutex_lock(&service->lock);
    for (size_t i = service->picture_count; i-- > 0 && !out->next;) {
        const fake_picture *picture = &service->pictures[i];
        if (picture->deleted || picture->row.number >= before) continue;
        if (picture->row.visibility != TS_VISIBLE && !with_held) continue;
        if (out->count < limit) copy_out(picture, arena, &page[out->count++]);
        else out->next = ts_arena_printf(arena, "%lld", (long long)page[out->count - 1].row.number);
    }
    pthread_mutex_unlock(&service->lock);
    return true;
}

static void patch_row(ts_service *service, ts_picture_row *row, const ts_picture_patch *patch)
{
    if (patch->title) row->title = fake_text(service, patch->title);
    if (patch->description) row->description = fake_text(service, patch->description);
    if (patch->alt) row->alt = fake_text(service, patch->alt);
    if (patch->name) row->name = fake_text(service, patch->name);
}

bool ts_service_picture_patch(ts_service *service, const ts_actor *actor, const char *id,
                              const ts_picture_patch *patch, ts_arena *arena, ts_picture_full *out,
                              ts_error *err)
{
    pthread_mutex_lock(&service->lock);
    fake_picture *picture = fake_find(service, id, ts_actor_may(actor, TS_SCOPE_REVIEW, NULL), err);
    bool ok = picture && is_version(picture, patch->if_version, err);
    if (ok) {
        patch_row(service, &picture->row, patch);
        touch(service, picture);
        copy_out(picture, arena, out);
    }
    pthread_mutex_unlock(&service->lock);
    return ok;
}

bool ts_service_picture_delete(ts_service *service, const ts_actor *actor, const char *id, int64_t if_version,
                               ts_error *err)
{
    pthread_mutex_lock(&service->lock);
    fake_picture *picture = fake_find(service, id, ts_actor_may(actor, TS_SCOPE_REVIEW, NULL), err);
    bool ok = picture && is_version(picture, if_version, err);
    if (ok) {
        picture->deleted = true;
        fake_change(service, TS_CHANGE_PICTURE_DELETED, picture->row.number, id);
    }
    pthread_mutex_unlock(&service->lock);
    return ok;
}

bool ts_service_picture_file(ts_service *service, const ts_actor *actor, const char *id,
                             ts_rendition rendition, bool with_held, ts_arena *arena, ts_picture_file *out,
                             ts_error *err)
{
    static const char bytes[] = "\xFF\xD8\xFF fake";
    if (!may_see_held(actor, with_held, err)) return false;
    pthread_mutex_lock(&service->lock);
    fake_picture *picture = fake_find(service, id, with_held, err);
    pthread_mutex_unlock(&service->lock);
    if (!picture) return false;
    int fd = memfd_create("fake", MFD_CLOEXEC);
    if (fd < 0 || write(fd, bytes, sizeof bytes - 1) < 0) return ts_fail_errno(err, "memfd");
    *out = (ts_picture_file){.fd = fd,
                             .length = sizeof bytes - 1,
                             .content_type = "image/jpeg",
                             .name = rendition == TS_RENDITION_ORIGINAL ? picture->row.name : NULL,
                             .etag = ts_arena_strdup(arena, picture->row.sha256)};
    return true;
}

static void diff_of(const fake_picture *picture, ts_arena *arena, ts_tag_diff *diff)
{
    ts_diff_entry *entries = TS_NEW_ARRAY(arena, 1, ts_diff_entry);
    ts_tag_row *tag = TS_NEW(arena, ts_tag_row);
    *diff = (ts_tag_diff){.entries = entries};
    if (picture->tag_count == 0) return;
    *tag = picture->tags[0];
    entries[0] = (ts_diff_entry){.kind = TS_DIFF_ADDED, .after = tag};
    diff->count = diff->added = 1;
}

bool ts_service_retag(ts_service *service, const ts_actor *actor, const char *id, const ts_retag *retag,
                      ts_arena *arena, ts_tag_diff *diff, ts_error *err)
{
    pthread_mutex_lock(&service->lock);
    fake_picture *picture = fake_find(service, id, ts_actor_may(actor, TS_SCOPE_REVIEW, NULL), err);
    if (picture) diff_of(picture, arena, diff);
    if (picture && !retag->dry) touch(service, picture);
    pthread_mutex_unlock(&service->lock);
    return picture != NULL;
}

bool ts_service_moderate(ts_service *service, const ts_actor *actor, const char *id, ts_visibility visibility,
                         const char *reason, ts_arena *arena, ts_picture_full *out, ts_error *err)
{
    if (!ts_actor_may(actor, TS_SCOPE_REVIEW, err)) return false;
    pthread_mutex_lock(&service->lock);
    fake_picture *picture = fake_find(service, id, true, err);
    if (picture) {
        picture->row.visibility = visibility;
        picture->row.reason = fake_text(service, reason);
        touch(service, picture);
        copy_out(picture, arena, out);
    }
    pthread_mutex_unlock(&service->lock);
    return picture != NULL;
}

/* ---- tags ---------------------------------------------------------------------------------------- */

static const char *const action_names[] = {"add", "remove", "accept", "reject", "replace"};

const char *ts_edit_action_name(ts_edit_action action)
{
    return action_names[action];
}

static void drop_tag(fake_picture *picture, const char *tag)
{
    for (size_t i = 0; i < picture->tag_count; i++) {
        if (strcmp(picture->tags[i].key, tag) != 0 && strcmp(picture->tags[i].label, tag) != 0) continue;
        picture->tags[i] = picture->tags[--picture->tag_count];
        return;
    }
}

static void apply(ts_service *service, const ts_actor *actor, fake_picture *picture, const ts_edit *edits,
                  size_t count)
{
    if (edits[0].action == TS_EDIT_REPLACE && !edits[0].with) picture->tag_count = 0;
    for (size_t i = 0; i < count; i++) {
        const ts_edit *edit = &edits[i];
        if (edit->action == TS_EDIT_REMOVE || edit->action == TS_EDIT_REJECT || edit->with)
            drop_tag(picture, edit->tag);
        else if (edit->tag) put_tag(service, picture, edit->tag, actor);
        if (edit->with) put_tag(service, picture, edit->with, actor);
    }
    touch(service, picture);
}

bool ts_service_edit(ts_service *service, const ts_actor *actor, const char *id, const ts_edit *edits,
                     size_t count, int64_t if_version, ts_arena *arena, ts_picture_full *out, ts_error *err)
{
    pthread_mutex_lock(&service->lock);
    fake_picture *picture = fake_find(service, id, ts_actor_may(actor, TS_SCOPE_REVIEW, NULL), err);
    bool ok = picture && is_version(picture, if_version, err);
    if (ok) {
        apply(service, actor, picture, edits, count);
        copy_out(picture, arena, out);
    }
    pthread_mutex_unlock(&service->lock);
    return ok;
}

/* Every query finds everything, except one that does not parse. */
static bool check_query(const char *query, ts_error *err)
{
    if (!query || !strchr(query, '(')) return true;
    return ts_fail(err, TS_USAGE, "column %zu: a parenthesis is not closed", strcspn(query, "(") + 1);
}

bool ts_service_bulk_edit(ts_service *service, const ts_actor *actor, const ts_bulk_edit *bulk,
                          ts_arena *arena, ts_edit_result *result, ts_error *err)
{
    if (!check_query(bulk->which.query, err)) return false;
    pthread_mutex_lock(&service->lock);
    size_t matched = 0;
    ts_tag_diff *sample = TS_NEW(arena, ts_tag_diff);
    for (size_t i = 0; i < service->picture_count; i++) matched += !service->pictures[i].deleted;
    bool ok = bulk->expect < 0 || (size_t)bulk->expect == matched ||
              ts_fail(err, TS_CHANGED, "%zu match now", matched);
    for (size_t i = 0; ok && !bulk->dry && i < service->picture_count; i++) {
        if (!service->pictures[i].deleted)
            apply(service, actor, &service->pictures[i], bulk->edits, bulk->count);
    }
    if (service->picture_count) diff_of(&service->pictures[0], arena, sample);
    *result = (ts_edit_result){
        .batch = "batch1", .matched = matched, .changed = matched, .samples = sample, .sample_count = 1};
    pthread_mutex_unlock(&service->lock);
    return ok;
}

bool ts_service_undo(ts_service *service, const ts_actor *actor, const char *batch, ts_undo_result *result,
                     ts_error *err)
{
    (void)service, (void)actor;
    *result = (ts_undo_result){.undone = 1, .skipped = 0};
    return strcmp(batch, "batch1") == 0 || ts_fail(err, TS_NOT_FOUND, "there is no batch %.64s", batch);
}

bool ts_service_history(ts_service *service, const ts_actor *actor, const char *id, ts_arena *arena,
                        const ts_ledger_line **lines, size_t *count, ts_error *err)
{
    pthread_mutex_lock(&service->lock);
    fake_picture *picture = fake_find(service, id, ts_actor_may(actor, TS_SCOPE_REVIEW, NULL), err);
    *count = picture ? picture->tag_count : 0;
    ts_ledger_line *made = TS_NEW_ARRAY(arena, *count, ts_ledger_line);
    for (size_t i = 0; i < *count; i++) {
        const ts_tag_row *tag = &picture->tags[i];
        made[i] = (ts_ledger_line){.seq = (int64_t)i + 1,
                                   .picture = tag->picture,
                                   .key = tag->key,
                                   .concept = tag->concept,
                                   .label = tag->label,
                                   .facet = tag->facet,
                                   .action = TS_LEDGER_ADD,
                                   .author = tag->author,
                                   .state = tag->state,
                                   .confidence = tag->confidence,
                                   .analyser = "",
                                   .at = tag->at};
    }
    *lines = made;
    pthread_mutex_unlock(&service->lock);
    return picture != NULL;
}

/* ---- search -------------------------------------------------------------------------------------- */

bool ts_service_find(ts_service *service, const ts_actor *actor, const ts_find_ask *ask, ts_arena *arena,
                     ts_find_answer *out, ts_error *err)
{
    static const char *const hints[] = {"No tag is called \"dgo\". Did you mean \"dog\"?"};
    ts_picture_page page = {0};
    if (!check_query(ask->query, err)) return false;
    if (ask->similar && !fake_find(service, ask->similar, false, err)) return false;
    if (!ts_service_pictures(service, actor, ask->cursor ? ask->cursor : "", ask->limit, ask->with_held,
                             arena, &page, err)) {
        return false;
    }
    ts_find_row *rows = TS_NEW_ARRAY(arena, page.count, ts_find_row);
    for (size_t i = 0; i < page.count; i++)
        rows[i] = (ts_find_row){.picture = page.pictures[i], .score = 0.75F};
    ts_facet_count *facet = TS_NEW(arena, ts_facet_count);
    *facet =
        (ts_facet_count){.facet = "object", .concept = "object/dog", .label = "dog", .pictures = page.count};
    *out = (ts_find_answer){.rows = rows,
                            .count = page.count,
                            .total = page.count,
                            .facets = facet,
                            .facet_count = ask->facet_values ? 1 : 0,
                            .next = page.next,
                            .hints = hints,
                            .hint_count = ask->query && strstr(ask->query, "dgo") ? 1 : 0};
    return true;
}

bool ts_service_suggest(ts_service *service, const ts_actor *actor, const char *prefix, const char *language,
                        unsigned limit, ts_arena *arena, const ts_suggestion_row **rows, size_t *count,
                        ts_error *err)
{
    (void)actor, (void)err;
    ts_suggestion found[TS_VOCAB_SUGGESTIONS_MAX];
    ts_language in = TS_LANGUAGE_EN;
    (void)ts_language_find(language, &in);
    *count = ts_vocab_prefix(service->vocab, in, prefix, limit, found);
    ts_suggestion_row *made = TS_NEW_ARRAY(arena, *count, ts_suggestion_row);
    for (size_t i = 0; i < *count; i++) {
        made[i] = (ts_suggestion_row){.text = found[i].name,
                                      .concept = ts_vocab_id(service->vocab, found[i].concept)};
    }
    *rows = made;
    return true;
}

/* Without grammars: a made title that says in which language it was asked for. */
bool ts_service_picture_texts(const ts_service *service, const ts_picture_full *picture, ts_language language,
                              ts_arena *arena, ts_picture_texts *out, ts_error *err)
{
    (void)service;
    const ts_picture_row *row = &picture->row;
    *out = (ts_picture_texts){.description = row->description ? row->description : "",
                              .alt = row->alt ? row->alt : "",
                              .made_title = !row->title || !row->title[0]};
    out->made_by = out->made_title ? "tags" : "";
    out->title =
        out->made_title ? ts_arena_printf(arena, "made in %s", ts_language_code(language)) : row->title;
    return out->title || ts_fail_memory(err);
}

const char *ts_service_country(const ts_service *service, const char *name, ts_language language)
{
    (void)service, (void)language;
    return strcmp(name, "Germany") == 0 ? "Deutschland" : NULL;
}

const ts_vocab *ts_service_vocab(const ts_service *service)
{
    return service->vocab;
}
