/* service: what a kept picture says about itself. Must not know how sentences are made (caption/), nor who asks.
 *
 * Sentences are made with each read: they are a seventh of the processor time of a list of 200 pictures (12 of 86 ms), so a
 * cache, which every change of tags, vocabulary and grammar would have to empty, is not worth its trouble. */
#include <string.h>

#include "base/json.h"
#include "service/caption_job.h"
#include "service/core.h"
#include "service/pictures.h"
#include "service/texts.h"

/* The boxes that the catalogue keeps beside a tag: [[x, y, width, height], ...]. */
static float area_of(const json_t *boxes, const ts_picture_row *row)
{
    float share = 0;
    size_t i;
    const json_t *box;
    json_array_foreach (boxes, i, box) {
        ts_rect rect = {.width = (float)json_number_value(json_array_get(box, 2)),
                        .height = (float)json_number_value(json_array_get(box, 3))};
        share += ts_boxes_share(&rect, 1, (uint32_t)row->width, (uint32_t)row->height);
    }
    return share < 1 ? share : 1;
}

/* A tag of before sure_count was kept counts as it was counted then. */
static void read_grounds(const ts_tag_row *row, const ts_picture_row *picture, ts_caption_tag *tag)
{
    json_t *grounds = row->payload ? ts_json_parse(row->payload, strlen(row->payload), "tag", NULL) : NULL;
    const json_t *boxes = json_object_get(grounds, "boxes");
    double count = (double)json_array_size(boxes);
    tag->count = (uint32_t)count;
    tag->sure_count = (uint32_t)ts_json_number_or(grounds, "sure_count", count);
    tag->area = area_of(boxes, picture);
    json_decref(grounds);
}

static ts_caption_tag tag_of(const ts_service *service, const ts_tag_row *row, const ts_picture_row *picture)
{
    ts_caption_tag tag = {.concept = TS_CONCEPT_NONE};
    if (row->concept) tag.concept = ts_vocab_find(service->vocab, row->concept);
    tag.accepted = row->state == TS_LEDGER_ACCEPTED;
    bool human = row->author.kind == TS_AUTHOR_PERSON || row->author.kind == TS_AUTHOR_IMPORT;
    tag.confidence = human ? 1 : (float)row->confidence;
    if (tag.concept != TS_CONCEPT_NONE) read_grounds(row, picture, &tag);
    return tag;
}

/* As its place is called in the language; NULL where it is not known. */
static const char *place_of(const ts_service *service, const ts_picture_row *row, ts_language language,
                            ts_arena *arena)
{
    if (!row->has_place || !row->extra) return NULL;
    json_t *extra = ts_json_parse(row->extra, strlen(row->extra), "extra", NULL);
    const json_t *place = json_object_get(extra, "place");
    const char *said = NULL;
    if (place)
        said = ts_place_said(service->countries, ts_json_string_or(place, "city", ""),
                             ts_json_string_or(place, "region", ""),
                             ts_json_string_or(place, "country_code", ""), language, arena);
    json_decref(extra);
    return said;
}

static bool make_texts(const ts_service *service, const ts_picture_full *picture, ts_language language,
                       ts_arena *arena, ts_caption *made, ts_error *err)
{
    ts_caption_tag *tags = TS_NEW_ARRAY(arena, picture->tag_count, ts_caption_tag);
    if (!tags) return ts_fail_memory(err);
    ts_caption_input input = {.tags = tags};
    for (size_t i = 0; i < picture->tag_count; i++) {
        const ts_tag_row *row = &picture->tags[i];
        ts_caption_tag tag = tag_of(service, row, &picture->row);
        if (row->concept && strcmp(row->concept, "people/face") == 0) input.faces = tag.sure_count;
        if (tag.concept != TS_CONCEPT_NONE) tags[input.tag_count++] = tag;
    }
    input.place = place_of(service, &picture->row, language, arena);
    return ts_caption_write(service->captioner, &input, language, arena, made, err);
}

static const char *either(const char *own, const char *made, bool *is_made)
{
    bool has_own = own && own[0];
    *is_made = !has_own && made[0];
    return has_own ? own : made;
}

/* What a captioner said in this language, in the arena. False: nothing. */
static bool read_captions(const ts_picture_row *row, ts_language language, ts_arena *arena, ts_caption *said,
                          const char **by)
{
    json_t *extra = row->extra && strstr(row->extra, TS_CAPTIONS) ? ts_json_of(row->extra) : NULL;
    const json_t *captions = json_object_get(extra, TS_CAPTIONS);
    const json_t *texts = json_object_get(json_object_get(captions, "texts"), ts_language_code(language));
    *said = (ts_caption){.title = ts_arena_strdup(arena, ts_json_string_or(texts, "title", "")),
                         .description = ts_arena_strdup(arena, ts_json_string_or(texts, "description", "")),
                         .alt_text = ts_arena_strdup(arena, ts_json_string_or(texts, "alt", ""))};
    *by = ts_arena_strdup(arena, ts_json_string_or(captions, "by", ""));
    bool ok = texts && said->title && said->description && said->alt_text && *by;
    json_decref(extra);
    return ok;
}

bool ts_service_picture_texts(const ts_service *service, const ts_picture_full *picture, ts_language language,
                              ts_arena *arena, ts_picture_texts *out, ts_error *err)
{
    const ts_picture_row *row = &picture->row;
    ts_caption made = {"", "", ""};
    const char *by = "tags";
    if (!read_captions(row, language, arena, &made, &by)) {
        by = "tags";
        if (!make_texts(service, picture, language, arena, &made, err)) return false;
    }
    out->title = either(row->title, made.title, &out->made_title);
    out->description = either(row->description, made.description, &out->made_description);
    out->alt = either(row->alt, made.alt_text, &out->made_alt);
    out->made_by = out->made_title || out->made_description || out->made_alt ? by : "";
    return true;
}
