/* service: asks a captioner on another server, one picture at a time, and keeps what it says beside the picture. Knows
 * nothing of what is asked and answered (caption_words.c). */
#include "service/caption_job.h"

#include <string.h>
#include <unistd.h>

#include "base/json.h"
#include "image/image.h"
#include "service/caption_words.h"
#include "service/picture_read.h"
#include "service/see.h"

enum { answer_max = 256 << 10, small_max = 4 << 20 };

/* ---- the wish ---------------------------------------------------------------------------------------- */

void ts_caption_wish(ts_service *service, const ts_picture_row *row)
{
    ts_error err = {0};
    const ts_captioner_setup *setup = &service->options.captioner;
    if (!setup->url || row->state != TS_PICTURE_READY || row->visibility != TS_VISIBLE) return;
    ts_arena *arena = ts_arena_new(0);
    ts_job_row job = {.kind = "caption", .picture = row->number, .max_attempts = 2, .key_id = ""};
    bool ok = arena && ts_job_queue_add(service->jobs, &job, 1, arena, &err);
    if (!ok) ts_log_trouble(service->log, TS_LOG_WARN, "a picture keeps the texts of its tags", &err, NULL);
    ts_arena_free(arena);
}

/* ---- the job ----------------------------------------------------------------------------------------- */

typedef struct asking {
    ts_service *service;
    const ts_captioner_setup *setup;
    ts_arena *arena;
    ts_picture_row row;
    ts_buf jpeg;
    json_t *texts;
} asking;

static bool read_row(asking *a, const ts_job_row *job, ts_error *err)
{
    ts_txn *txn = ts_catalog_read_begin(a->service->catalog, err);
    bool ok = txn && ts_pictures_get(txn, job->picture, a->arena, &a->row, err);
    ts_catalog_read_end(txn);
    return ok;
}

/* The thumbnail that is kept: enough for most models, and no second decode. */
static bool take_thumbnail(asking *a, ts_error *err)
{
    uint64_t length = 0;
    ts_blob_name name = {.kind = TS_BLOB_THUMBNAIL, .hash = a->row.sha256, .size = TS_THUMBNAIL_SIDE};
    int fd = ts_blobs_open(a->service->blobs, &name, &length, err);
    if (fd < 0) return false;
    char *place = length <= small_max ? ts_arena_alloc(a->arena, (size_t)length + 1) : NULL;
    ssize_t got = place ? pread(fd, place, (size_t)length, 0) : -1;
    (void)close(fd);
    bool ok = got == (ssize_t)length && ts_buf_append(&a->jpeg, place, (size_t)length);
    return ok || ts_fail(err, TS_IO, "the picture's thumbnail cannot be read");
}

static bool draw_larger(asking *a, uint32_t side, ts_error *err)
{
    ts_buf bytes = {0};
    ts_decoded picture = {0};
    uint8_t *jpeg = NULL;
    size_t length = 0;
    ts_decoder_pool *decoders = ts_tagger_decoders(a->service->tagger);
    bool ok = ts_picture_bytes(a->service, &a->row, &bytes, err) &&
              ts_decode(decoders, bytes.data, bytes.length, side, &picture, err);
    if (ok) {
        ok = ts_thumbnail_jpeg(&picture.pixels, side, 85, &jpeg, &length, err);
        ts_decoded_release(decoders, &picture);
    }
    ok = ok && (ts_buf_append(&a->jpeg, jpeg, length) || ts_fail_memory(err));
    free(jpeg);
    ts_buf_free(&bytes);
    return ok;
}

static bool take_picture(asking *a, ts_error *err)
{
    uint32_t side = a->setup->max_side;
    bool large = side > TS_THUMBNAIL_SIDE && a->service->tagger && ts_tagger_decoders(a->service->tagger);
    return large ? draw_larger(a, side, err) : take_thumbnail(a, err);
}

/* ".../v1" and ".../v1/chat/completions" are both said of the same server. */
static const char *address_of(const ts_captioner_setup *setup, ts_arena *arena)
{
    static const char path[] = "/chat/completions";
    size_t length = strlen(setup->url), tail = sizeof path - 1;
    while (length > 0 && setup->url[length - 1] == '/') length--;
    bool whole = length >= tail && memcmp(setup->url + length - tail, path, tail) == 0;
    return ts_arena_printf(arena, "%.*s%s", (int)length, setup->url, whole ? "" : path);
}

static bool ask(asking *a, ts_error *err)
{
    ts_buf answer = {0};
    ts_post_result result;
    const char *key =
        a->setup->key ? ts_arena_printf(a->arena, "Authorization: Bearer %s", a->setup->key) : NULL;
    ts_post post = {.url = address_of(a->setup, a->arena),
                    .headers = &key,
                    .header_count = key != NULL,
                    .body = ts_caption_question(a->setup, a->jpeg.data, a->jpeg.length, a->arena, err),
                    .total_ms = a->setup->timeout_ms,
                    .answer = &answer,
                    .max_answer = answer_max};
    if (!post.body || !post.url) return ts_fail_memory(err);
    post.length = strlen(post.body);
    bool ok = ts_net_post(a->service->net, &post, &result, err);
    if (ok && result.status != 200)
        ok = ts_fail(err, TS_IO, "the captioner answered with status %d", result.status);
    if (ok) a->texts = ts_caption_answer(a->setup, answer.data, answer.length, err);
    ts_buf_free(&answer);
    return ok && a->texts;
}

/* The row is read again within the change: somebody may have edited it meanwhile. */
static bool commit_texts(ts_txn *txn, void *context, ts_error *err)
{
    asking *a = context;
    if (!ts_pictures_get(txn, a->row.number, a->arena, &a->row, err)) return false;
    json_t *extra = ts_json_of(a->row.extra);
    const char *by = ts_arena_printf(a->arena, "captioner %s", a->setup->model);
    bool ok = by && json_object_set_new(extra, TS_CAPTIONS,
                                        json_pack("{s:s, s:O}", "by", by, "texts", a->texts)) == 0;
    a->row.extra = ok ? ts_json_dump(extra, a->arena, err) : NULL;
    json_decref(extra);
    if (!a->row.extra) return ts_fail_memory(err);
    return ts_pictures_update(txn, &a->row, -1, err);
}

bool ts_run_caption_job(void *context, const ts_job_row *job, ts_job_run *run, ts_error *err)
{
    ts_service *service = context;
    asking a = {.service = service, .setup = &service->options.captioner, .arena = ts_job_run_arena(run)};
    if (!a.setup->url) return ts_fail(err, TS_CONFIG, "no captioner is set any more");
    bool ok = read_row(&a, job, err) && take_picture(&a, err) && ask(&a, err) &&
              ts_job_run_commit(run, commit_texts, &a, err);
    json_decref(a.texts);
    ts_buf_free(&a.jpeg);
    return ok;
}
