/* lib: the public C API over the service. Translates handles and types; decides nothing.
 * It must not print, exit or touch signals. */
#include "tagsmith.h"

#include <stdlib.h>
#include <string.h>

#include "base/file.h"
#include "exchange/exchange.h"
#include "service/setup.h"
#include "tagging/tagging.h"

struct tagsmith {
    ts_tagger *tagger;
    ts_tag_rules rules;
    size_t max_bytes;
    ts_arena *arena; /* names that the tagger's options point to */
};

struct tagsmith_picture {
    ts_arena *arena;
    ts_record record;
    tagsmith_tag *tags;
    ts_buf json; /* made before the picture is handed out, so that reading it is safe in any thread */
};

static bool open_tagger(tagsmith *handle, const tagsmith_options *o, ts_error *err)
{
    ts_tagger_setup setup = {.models_dir = o->models,
                             .cache_dir = o->cache,
                             .analysers = o->analysers,
                             .jobs = o->jobs,
                             .max_pixels = o->max_pixels,
                             .max_bytes = o->max_bytes,
                             .timeout_ms = o->timeout_ms,
                             .decode_in_process = o->decode_in_process};
    ts_tagger_options options;
    handle->arena = ts_arena_new(0);
    if (!handle->arena) return ts_fail_memory(err);
    if (!ts_tagger_setup_apply(&setup, handle->arena, &options, err)) return false;
    handle->max_bytes = options.limits.max_bytes;
    handle->tagger = ts_tagger_open(&options, err);
    return handle->tagger != NULL;
}

tagsmith *tagsmith_open(const tagsmith_options *options, ts_error *err)
{
    static const tagsmith_options usual = {0};
    const tagsmith_options *o = options ? options : &usual;
    tagsmith *handle = calloc(1, sizeof *handle);
    if (!handle) {
        (void)ts_fail_memory(err);
        return NULL;
    }
    handle->rules = TS_TAG_RULES_DEFAULT;
    if (o->min_confidence > 0) handle->rules.min_confidence = o->min_confidence;
    if (o->max_tags) handle->rules.max_tags = o->max_tags;
    if (open_tagger(handle, o, err)) return handle;
    tagsmith_close(handle);
    return NULL;
}

void tagsmith_close(tagsmith *tagger)
{
    if (!tagger) return;
    ts_tagger_close(tagger->tagger);
    ts_arena_free(tagger->arena);
    free(tagger);
}

/* ts_rect and tagsmith_box are the same four floats; the compiler checks that they stay so. */
_Static_assert(sizeof(ts_rect) == sizeof(tagsmith_box) &&
                   offsetof(ts_rect, height) == offsetof(tagsmith_box, height),
               "a public box is a rectangle of the record");

/* Texts are the vocabulary's, and the handle may be closed before the picture is freed: the picture keeps its own. */
static bool copy_ancestors(const ts_tag *tag, ts_arena *arena, tagsmith_tag *out)
{
    const char **ids = TS_NEW_ARRAY(arena, tag->ancestor_count, const char *);
    for (size_t i = 0; ids && i < tag->ancestor_count; i++)
        ids[i] = ts_arena_strdup(arena, tag->ancestors[i]);
    out->ancestors = ids;
    out->ancestor_count = tag->ancestor_count;
    return ids != NULL;
}

static bool translate_tag(const ts_tag *tag, ts_arena *arena, tagsmith_tag *out)
{
    tagsmith_box *boxes = TS_NEW_ARRAY(arena, tag->box_count, tagsmith_box);
    if (boxes && tag->box_count) memcpy(boxes, tag->boxes, tag->box_count * sizeof *boxes);
    *out = (tagsmith_tag){.concept = ts_arena_strdup(arena, tag->concept),
                          .label = ts_arena_strdup(arena, tag->label),
                          .facet = tag->facet, /* a constant */
                          .confidence = tag->confidence,
                          .accepted = tag->state == TS_TAG_ACCEPTED,
                          .count = tag->count,
                          .boxes = boxes,
                          .box_count = tag->box_count};
    return boxes && copy_ancestors(tag, arena, out) && !ts_arena_failed(arena);
}

static bool translate_tags(tagsmith_picture *picture, ts_error *err)
{
    const ts_record *record = &picture->record;
    picture->tags = TS_NEW_ARRAY(picture->arena, record->tag_count, tagsmith_tag);
    if (!picture->tags) return ts_fail_memory(err);
    for (size_t i = 0; i < record->tag_count; i++)
        if (!translate_tag(&record->tags[i], picture->arena, &picture->tags[i])) return ts_fail_memory(err);
    return true;
}

static bool render_json(tagsmith_picture *picture, ts_error *err)
{
    if (!ts_ndjson_record(&picture->record, &picture->json)) return ts_fail_memory(err);
    picture->json.data[--picture->json.length] = '\0'; /* the line end */
    return true;
}

static tagsmith_picture *tag(tagsmith *tagger, const char *path, const void *bytes, size_t length,
                             ts_error *err)
{
    tagsmith_picture *picture = calloc(1, sizeof *picture);
    if (picture) picture->arena = ts_arena_new(0);
    if (!picture || !picture->arena) {
        free(picture);
        (void)ts_fail_memory(err);
        return NULL;
    }
    bool ok = ts_tagger_tag(tagger->tagger, path, bytes, length, &tagger->rules, picture->arena,
                            &picture->record, err) &&
              translate_tags(picture, err) && render_json(picture, err);
    if (ok) return picture;
    tagsmith_picture_free(picture);
    return NULL;
}

tagsmith_picture *tagsmith_tag_bytes(tagsmith *tagger, const void *bytes, size_t length, ts_error *err)
{
    return tag(tagger, NULL, bytes, length, err);
}

tagsmith_picture *tagsmith_tag_file(tagsmith *tagger, const char *path, ts_error *err)
{
    ts_buf file = {0};
    tagsmith_picture *picture = NULL;
    if (ts_file_read(path, tagger->max_bytes, &file, err))
        picture = tag(tagger, path, file.data, file.length, err);
    ts_buf_free(&file);
    return picture;
}

void tagsmith_picture_free(tagsmith_picture *picture)
{
    if (!picture) return;
    ts_buf_free(&picture->json);
    ts_arena_free(picture->arena);
    free(picture);
}

size_t tagsmith_tag_count(const tagsmith_picture *picture)
{
    return picture->record.tag_count;
}

const tagsmith_tag *tagsmith_tag_at(const tagsmith_picture *picture, size_t index)
{
    return index < picture->record.tag_count ? &picture->tags[index] : NULL;
}

uint32_t tagsmith_picture_width(const tagsmith_picture *picture)
{
    return picture->record.picture.width;
}

uint32_t tagsmith_picture_height(const tagsmith_picture *picture)
{
    return picture->record.picture.height;
}

const char *tagsmith_picture_json(const tagsmith_picture *picture)
{
    return picture->json.data;
}

const char *tagsmith_version(void)
{
    return TS_VERSION;
}
