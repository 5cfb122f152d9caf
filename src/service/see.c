/* service: one picture seen. Knows no uploads, jobs or requests. */
#include "service/see.h"

#include <math.h>
#include <string.h>

#include "base/file.h"
#include "base/utf8.h"
#include "base/wallclock.h"
#include "exchange/exchange.h"
#include "service/accept_from.h"
#include "service/schemes.h"

/* ---- looking --------------------------------------------------------------------------------------- */

/* What was not chosen does not run, but for what others need: the vector for search by likeness, and how safe the picture
 * is where the preset holds pictures by that. */
static uint32_t left_out_of(const ts_preset *preset)
{
    uint32_t needed = ts_tagger_analyser_bit("embed");
    if (preset->hold_nsfw <= 1 || preset->reject_nsfw <= 1 || preset->has_levels)
        needed |= ts_tagger_analyser_bit("safety");
    return preset->left_out & ~needed;
}

static bool look(ts_service *service, const ts_preset *preset, const void *bytes, size_t length,
                 ts_arena *arena, ts_sight *sight, ts_error *err)
{
    ts_tag_rules rules;
    if (!ts_preset_rules(preset, service->vocab, arena, &rules, err)) return false;
    ts_accept_from_rules(preset, &rules);
    rules.thumbnail = TS_THUMBNAIL_SIDE;
    rules.embedding = true;
    rules.phash = true;
    rules.hunches = true;
    rules.veil = preset->has_levels ? TS_VEIL_SIDE : 0;
    rules.left_out = left_out_of(preset);
    bool ok = ts_tagger_tag(service->tagger, NULL, bytes, length, &rules, arena, &sight->full, err);
    (void)atomic_fetch_add(ok ? &service->tagged : &service->failed, 1);
    (void)atomic_fetch_add(&service->tag_us, (uint_fast64_t)(sight->full.ms * 1e3));
    return ok;
}

static bool look_in_turn(ts_service *service, const ts_preset *preset, const ts_look *what, ts_arena *arena,
                         ts_sight *sight, ts_error *err)
{
    if (!ts_gate_enter(service->gate, what->turn, what->ms, err)) return false;
    sight->had_turn = true;
    bool ok = look(service, preset, what->bytes, what->length, arena, sight, err);
    ts_gate_leave(service->gate);
    return ok;
}

static bool hash(const ts_look *what, ts_arena *arena, ts_sight *sight, ts_error *err)
{
    char name[TS_BLOB_HASH];
    if (!what->sha256 && !ts_blob_hash(what->bytes, what->length, name, err)) return false;
    sight->sha256 = ts_arena_strdup(arena, what->sha256 ? what->sha256 : name);
    return sight->sha256 || ts_fail_memory(err);
}

/* a.jpg.xmp or a.xmp beside the picture's file. None, or one that cannot be read, is fine. */
static void read_sidecar(const char *path, ts_arena *arena, ts_buf *out)
{
    enum { limit = 1 << 20 };
    const char *dot = strrchr(ts_path_base(path), '.');
    const char *names[] = {ts_arena_printf(arena, "%s.xmp", path),
                           dot ? ts_arena_printf(arena, "%.*s.xmp", (int)(dot - path), path) : NULL};
    for (size_t i = 0; i < 2; i++)
        if (names[i] && ts_file_exists(names[i]) && ts_file_read(names[i], limit, out, NULL)) return;
}

static bool read_metadata(const ts_look *what, ts_arena *arena, ts_sight *sight, ts_error *err)
{
    ts_buf sidecar = {0};
    if (what->beside) read_sidecar(what->beside, arena, &sidecar);
    bool ok = ts_metadata_read(what->bytes, what->length, sidecar.data, sidecar.length, arena,
                               &sight->metadata, err);
    ts_buf_free(&sidecar);
    return ok;
}

/* What the preset's vocabularies forbid, or have no word for, is not kept. */
static bool keep_to_schemes(ts_service *service, const ts_preset *preset, ts_arena *arena, ts_sight *sight,
                            ts_error *err)
{
    ts_scheme_words words;
    if (!preset->scheme) return true;
    bool ok = ts_service_words_open(service, preset->scheme, "en", true, &words, err);
    words.how.only = preset->scheme_only;
    ok = ok && ts_scheme_tags_apply(&words.how, arena, &sight->record, err);
    ts_service_words_close(service, &words);
    return ok;
}

/* Before the tags are thinned out: a shop's scheme may have no word for a colour. */
static bool find_product(ts_service *service, const ts_preset *preset, ts_arena *arena, ts_sight *sight,
                         ts_error *err)
{
    ts_scheme_words words;
    if (!preset->product) return true;
    bool ok = ts_service_words_open(service, TS_PRODUCT_TAXONOMY, "en", false, &words, err) &&
              ts_product_find(words.how.schemes[0], "en", arena, &sight->record, err);
    ts_service_words_close(service, &words);
    return ok;
}

bool ts_service_see(ts_service *service, const ts_preset *preset, const ts_look *what, ts_arena *arena,
                    ts_sight *sight, ts_error *err)
{
    *sight = (ts_sight){0};
    if (!service->tagger) return ts_fail(err, TS_INTERNAL, "no networks are loaded in this process");
    return look_in_turn(service, preset, what, arena, sight, err) && hash(what, arena, sight, err) &&
           read_metadata(what, arena, sight, err) &&
           ts_accept_from_apply(preset, service->vocab, arena, &sight->full, err) &&
           ts_preset_apply(preset, &sight->full, arena, &sight->record, &sight->verdict, err) &&
           find_product(service, preset, arena, sight, err) &&
           keep_to_schemes(service, preset, arena, sight, err);
}

bool ts_sight_put_thumbnail(ts_service *service, const ts_sight *sight, ts_error *err)
{
    const ts_record *seen = &sight->full;
    if (seen->veil && !ts_blobs_put_thumbnail(service->blobs, sight->sha256, TS_VEIL_SIDE, seen->veil,
                                              seen->veil_size, err))
        return false;
    return !seen->thumbnail || ts_blobs_put_thumbnail(service->blobs, sight->sha256, TS_THUMBNAIL_SIDE,
                                                      seen->thumbnail, seen->thumbnail_size, err);
}

/* ---- the row --------------------------------------------------------------------------------------- */

static void fill_time_and_place(const ts_sight *sight, ts_picture_row *row)
{
    const ts_metadata *meta = &sight->metadata;
    const ts_exif *exif = &sight->full.picture.exif;
    const char *taken = meta->taken[0] ? meta->taken : exif->taken;
    row->has_taken = taken[0] && ts_iso8601_parse(taken, strlen(taken), &row->taken);
    row->has_place = meta->has_gps || exif->has_gps;
    row->latitude = meta->has_gps ? meta->latitude : exif->latitude;
    row->longitude = meta->has_gps ? meta->longitude : exif->longitude;
}

/* What a camera may have set; the rest is nonsense of the file. */
static void add_exposure(const ts_exif *exif, json_t *object)
{
    const struct {
        const char *name;
        double value, most;
    } numbers[] = {{"exposure_s", exif->exposure, 1e6},
                   {"f_number", exif->f_number, 1000},
                   {"focal_mm", exif->focal, 100000},
                   {"focal_35mm", exif->focal_35, 100000},
                   {"iso", exif->iso, 1e8}};
    for (size_t i = 0; i < sizeof numbers / sizeof *numbers; i++)
        if (numbers[i].value > 0 && numbers[i].value <= numbers[i].most)
            (void)json_object_set_new(object, numbers[i].name, json_real(numbers[i].value));
}

/* What the file says and nobody else keeps: who made it, with what, where. */
static bool add_metadata(const ts_sight *sight, json_t *extra)
{
    const ts_metadata *meta = &sight->metadata;
    const ts_exif *exif = &sight->full.picture.exif;
    const struct {
        const char *name, *text;
    } texts[] = {{"creator", meta->creator}, {"copyright", meta->copyright},
                 {"city", meta->city},       {"state", meta->state},
                 {"country", meta->country}, {"make", exif->make},
                 {"model", exif->model},     {"lens", exif->lens}};
    json_t *object = json_object();
    for (size_t i = 0; object && i < sizeof texts / sizeof *texts; i++)
        if (texts[i].text && texts[i].text[0])
            (void)json_object_set_new(object, texts[i].name,
                                      json_string(texts[i].text)); /* no UTF-8: left out */
    if (object) add_exposure(exif, object);
    if (object && meta->has_rating) (void)json_object_set_new(object, "rating", json_integer(meta->rating));
    if (object && json_object_size(object) > 0) return json_object_set_new(extra, "metadata", object) == 0;
    json_decref(object);
    return object != NULL;
}

/* What only search hears of: {"object/dog": 0.61}. */
static bool add_hunches(const ts_sight *sight, json_t *extra)
{
    const ts_record *seen = &sight->full;
    json_t *hunches = seen->hunch_count ? json_object() : NULL;
    if (!seen->hunch_count) return json_object_del(extra, "hunches"), true;
    for (size_t i = 0; i < seen->hunch_count && hunches; i++) {
        double rounded = round((double)seen->hunches[i].strength * 1000) / 1000;
        (void)json_object_set_new(hunches, seen->hunches[i].concept, json_real(rounded));
    }
    return hunches && json_object_set_new(extra, "hunches", hunches) == 0;
}

/* Only where the preset asked for it; what an earlier one had found goes. */
static bool add_product(const ts_sight *sight, json_t *extra)
{
    ts_buf text = {0};
    if (!sight->record.product) return json_object_del(extra, "product"), true;
    json_t *product =
        ts_json_product(sight->record.product, &text) ? json_loadb(text.data, text.length, 0, NULL) : NULL;
    ts_buf_free(&text);
    return product && json_object_set_new(extra, "product", product) == 0;
}

static bool add_measures(const ts_sight *sight, json_t *extra, ts_error *err)
{
    ts_buf text = {0};
    json_t *measures = NULL;
    if (ts_json_measures(&sight->full, &text)) measures = json_loadb(text.data, text.length, 0, NULL);
    bool ok = measures && json_object_update(extra, measures) == 0 && add_metadata(sight, extra) &&
              add_hunches(sight, extra) && add_product(sight, extra);
    if (ok && sight->full.embedding_model)
        ok = json_object_set_new(extra, "embedding_model", json_string(sight->full.embedding_model)) == 0;
    json_decref(measures);
    ts_buf_free(&text);
    return ok || ts_fail_memory(err);
}

bool ts_sight_fill_row(const ts_sight *sight, json_t *extra, ts_arena *arena, ts_picture_row *row,
                       ts_error *err)
{
    const ts_picture_info *info = &sight->full.picture;
    row->sha256 = sight->sha256;
    row->bytes = (int64_t)info->bytes;
    row->format = ts_format_name(info->format);
    row->width = info->width;
    row->height = info->height;
    row->orientation = info->orientation;
    row->phash = sight->full.phash;
    row->has_phash = sight->full.has_phash;
    row->state = TS_PICTURE_READY;
    row->error = NULL;
    row->visibility = sight->verdict.visibility;
    row->reason = sight->verdict.reason;
    fill_time_and_place(sight, row);
    if (json_object_set_new(extra, TS_BLURRED, json_boolean(sight->verdict.blurred)) != 0)
        return ts_fail_memory(err);
    if (!add_measures(sight, extra, err)) return false;
    row->extra = ts_json_dump(extra, arena, err);
    return row->extra != NULL;
}

/* ---- tags ------------------------------------------------------------------------------------------ */

static bool input_of(const ts_tag *tag, ts_arena *arena, ts_tag_input *out, ts_error *err)
{
    ts_buf grounds = {0};
    const ts_evidence *first = tag->evidence_count ? &tag->evidence[0] : &(ts_evidence){"", "", "", "", 0};
    bool ok = ts_json_tag_grounds(tag, &grounds);
    *out = (ts_tag_input){.concept = tag->concept,
                          .label = tag->label,
                          .facet = tag->facet,
                          .state = (ts_ledger_state)tag->state,
                          .confidence = (double)tag->confidence,
                          .raw = (double)first->raw,
                          .analyser = first->analyser,
                          .model = first->model,
                          .version = first->version,
                          .payload = ok ? ts_arena_strndup(arena, grounds.data, grounds.length) : NULL};
    ts_buf_free(&grounds);
    return out->payload || ts_fail_memory(err);
}

bool ts_sight_run(const ts_sight *sight, const ts_preset *preset, ts_arena *arena, ts_tag_run_input *run,
                  ts_error *err)
{
    const ts_record *record = &sight->record;
    ts_tag_input *inputs = TS_NEW_ARRAY(arena, record->tag_count, ts_tag_input);
    if (!inputs) return ts_fail_memory(err);
    for (size_t i = 0; i < record->tag_count; i++)
        if (!input_of(&record->tags[i], arena, &inputs[i], err)) return false;
    *run = (ts_tag_run_input){.author = {.kind = TS_AUTHOR_MODEL, .id = preset->name, .name = "tagsmith"},
                              .tags = inputs,
                              .count = record->tag_count};
    return true;
}

static bool check_word(const char *word, ts_error *err)
{
    size_t length = strlen(word);
    return (length > 0 && length <= 200 && ts_utf8_valid(word, length)) ||
           ts_fail(err, TS_USAGE, "a tag is a text of 1 to 200 bytes of UTF-8");
}

/* TS_CONCEPT_NONE: a free word. */
static bool make_tag(const ts_vocab *vocab, ts_concept concept, const char *word, ts_arena *arena,
                     ts_tag_input *out, ts_error *err)
{
    *out = (ts_tag_input){
        .state = TS_LEDGER_ACCEPTED, .confidence = 1, .analyser = "", .model = "", .version = ""};
    if (concept != TS_CONCEPT_NONE) {
        out->concept = ts_vocab_id(vocab, concept);
        out->label = ts_vocab_label(vocab, concept);
        out->facet = ts_facet_name(ts_vocab_facet(vocab, concept));
        return true;
    }
    char folded[800];
    if (!ts_vocab_fold(word, folded, sizeof folded))
        return ts_fail(err, TS_USAGE, "a tag of more than 800 bytes");
    if (!folded[0]) return ts_fail(err, TS_USAGE, "a tag needs more than blanks");
    out->label = ts_arena_strdup(arena, word);
    out->folded = ts_arena_strdup(arena, folded);
    out->facet = "word";
    return (out->label && out->folded) || ts_fail_memory(err);
}

bool ts_tag_of_word(const ts_vocab *vocab, const char *word, ts_arena *arena, ts_tag_input *out,
                    ts_error *err)
{
    if (!check_word(word, err)) return false;
    ts_concept concept = ts_vocab_find(vocab, word);
    if (concept == TS_CONCEPT_NONE) {
        ts_concepts named = ts_vocab_find_name(vocab, word);
        if (named.count) concept = named.items[0];
    }
    return make_tag(vocab, concept, word, arena, out, err);
}

/* The word is the label with its capitals made small. */
static bool is_label(const char *word, const char *label)
{
    for (; *word && *label; word++, label++) {
        bool capital = *label >= 'A' && *label <= 'Z';
        if (*word != (capital ? *label - 'A' + 'a' : *label)) return false;
    }
    return *word == *label;
}

bool ts_tag_as_given(const ts_vocab *vocab, const char *word, ts_arena *arena, ts_tag_input *out,
                     ts_error *err)
{
    if (!check_word(word, err)) return false;
    ts_concept concept = ts_vocab_find(vocab, word);
    ts_concepts named = ts_vocab_find_name(vocab, word);
    for (size_t i = 0; i < named.count && concept == TS_CONCEPT_NONE; i++)
        if (is_label(word, ts_vocab_label(vocab, named.items[i]))) concept = named.items[i];
    return make_tag(vocab, concept, word, arena, out, err);
}

bool ts_sight_keywords(ts_service *service, const ts_sight *sight, ts_arena *arena, const ts_tag_edit **edits,
                       size_t *count, ts_error *err)
{
    const ts_metadata *meta = &sight->metadata;
    ts_tag_edit *list = TS_NEW_ARRAY(arena, meta->keyword_count, ts_tag_edit);
    if (!list) return ts_fail_memory(err);
    *count = 0;
    for (size_t i = 0; i < meta->keyword_count; i++) {
        ts_error odd = {0};
        ts_tag_edit *edit = &list[*count];
        edit->action = TS_LEDGER_ADD;
        if (ts_tag_of_word(service->vocab, meta->keywords[i], arena, &edit->tag, &odd)) (*count)++;
        else if (odd.code != TS_USAGE) return ts_fail_memory(err);
    }
    *edits = list;
    return true;
}
