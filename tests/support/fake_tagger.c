/* tests/support: a tagger without models, so that everything round it can be tested anywhere. Its records
 * follow from the picture's name and bytes alone: two runs give the same. Files whose name holds "bad" fail;
 * "slow" ones take their time, and "snail" ones a lot of it; in "sign" ones there is something to read; "rude" ones are
 * veiled; "sick" ones fail for as long as the file $TAGSMITH_FAKE_TROUBLE is there; "hash=" and 16 hex digits say what
 * one looks like. */
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/error.h"
#include "base/file.h"
#include "tagging/tagging.h"

struct ts_tagger {
    unsigned jobs;
    ts_vocab *vocab; /* NULL for who gave no folder */
};

unsigned ts_tagger_usual_jobs(void)
{
    return 3;
}

ts_tagger *ts_tagger_open(const ts_tagger_options *options, ts_error *err)
{
    if (options->analysers && strstr(options->analysers, "nonsense")) {
        (void)ts_fail(err, TS_USAGE, "there is no analyser \"nonsense\"");
        return NULL;
    }
    ts_tagger *tagger = calloc(1, sizeof *tagger);
    if (!tagger) {
        (void)ts_fail_memory(err);
        return NULL;
    }
    tagger->jobs = options->jobs ? options->jobs : 2;
    tagger->vocab = options->vocab_dir ? ts_vocab_open_with(options->vocab_dir, 0, err) : NULL;
    if (tagger->vocab || !options->vocab_dir) return tagger;
    ts_tagger_close(tagger);
    return NULL;
}

void ts_tagger_close(ts_tagger *tagger)
{
    if (tagger) ts_vocab_close(tagger->vocab);
    free(tagger);
}

unsigned ts_tagger_jobs(const ts_tagger *tagger)
{
    return tagger->jobs;
}

const ts_vocab *ts_tagger_vocab(const ts_tagger *tagger)
{
    return tagger->vocab;
}

ts_decoder_pool *ts_tagger_decoders(const ts_tagger *tagger)
{
    (void)tagger;
    return NULL;
}

size_t ts_tagger_notes(const ts_tagger *tagger, const char *const **notes)
{
    (void)tagger;
    *notes = NULL;
    return 0;
}

static const char *const analysers[] = {"classify", "detect", "safety"};
enum { analyser_count = sizeof analysers / sizeof *analysers };

size_t ts_tagger_analysers(const char **names, const char **helps, bool *on_by_default)
{
    for (size_t i = 0; i < analyser_count; i++) {
        names[i] = analysers[i];
        helps[i] = "makes things up";
        on_by_default[i] = true;
    }
    return analyser_count;
}

uint32_t ts_tagger_analyser_bit(const char *name)
{
    for (size_t i = 0; i < analyser_count; i++)
        if (strcmp(analysers[i], name) == 0) return UINT32_C(1) << i;
    return 0;
}

/* 160 x 120 of one colour. */
static bool make_thumbnail(uint32_t seed, uint32_t side, ts_arena *arena, const uint8_t **out,
                           size_t *out_size, ts_error *err)
{
    enum { WIDTH = 160, HEIGHT = 120 };
    static const uint32_t colours[] = {0xFF8899AA, 0xFF336655, 0xFFAA5533, 0xFF334488};
    ts_pixels pixels = {.width = WIDTH, .height = HEIGHT, .stride = WIDTH * 4};
    uint32_t *data = TS_NEW_ARRAY(arena, WIDTH * HEIGHT, uint32_t);
    if (!data) return ts_fail_memory(err);
    for (size_t i = 0; i < WIDTH * HEIGHT; i++) data[i] = colours[seed % 4];
    pixels.data = (uint8_t *)data;
    uint8_t *jpeg = NULL;
    size_t length = 0;
    if (!ts_thumbnail_jpeg(&pixels, side < WIDTH ? side : WIDTH, 80, &jpeg, &length, err)) return false;
    uint8_t *copy = TS_NEW_ARRAY(arena, length, uint8_t);
    if (copy) memcpy(copy, jpeg, length);
    free(jpeg);
    *out = copy;
    *out_size = length;
    return copy || ts_fail_memory(err);
}

static const ts_evidence evidence[] = {
    {"detect", "fake-detector", "1.0", "domestic dog", 0.81234F, 0.81234F, 0.9F},
    {"classify", "fake-classifier", "2.1", "golden retriever", 0.4F, 0.5F, 0.4F},
};
static const char *const ancestors[] = {"object/animal", "object/living-thing"};
static const ts_rect boxes[] = {{40.25F, 30, 100, 80.5F}, {300, 200, 50, 60}};

static const ts_tag all_tags[] = {
    {"object/dog", "dog", "object", 0.9375F, TS_TAG_ACCEPTED, evidence, 2, 2, boxes, 2, ancestors, 2, 2},
    {"scene/beach", "beach", "scene", 0.62F, TS_TAG_ACCEPTED, evidence + 1, 1, 0, NULL, 0, NULL, 0, 0},
    {"object/ball", "ball", "object", 0.41F, TS_TAG_SUGGESTED, evidence, 1, 1, boxes + 1, 1, NULL, 0, 0},
    {"colour/blue", "blue", "colour", 0.7F, TS_TAG_ACCEPTED, evidence + 1, 1, 0, NULL, 0, NULL, 0, 0},
    {"people/person", "person", "people", 0.55F, TS_TAG_SUGGESTED, evidence, 1, 1, boxes, 1, NULL, 0, 0},
};

static bool passes(const ts_tag *tag, const ts_tag_rules *rules)
{
    ts_facet facet = TS_FACET_OBJECT;
    if (rules->min_confidence >= 0 && tag->confidence < rules->min_confidence) return false;
    if (rules->states && !(rules->states >> tag->state & 1)) return false;
    bool known = ts_facet_find(tag->facet, &facet);
    const ts_line *own = known && rules->facet_lines[facet].kind ? &rules->facet_lines[facet] : &rules->line;
    if (own->kind != TS_LINE_DEFAULT && tag->confidence < own->value) return false;
    return !rules->facets || (ts_facet_find(tag->facet, &facet) && (rules->facets >> facet & 1));
}

/* The tag as it would be had the analysers that are left out said nothing; false: it would not be. */
static bool hear(const ts_tag *from, const ts_tag_rules *rules, ts_tag *to)
{
    *to = *from;
    while (to->evidence_count && (ts_tagger_analyser_bit(to->evidence->analyser) & rules->left_out)) {
        to->evidence++;
        to->evidence_count--;
    }
    while (to->evidence_count &&
           (ts_tagger_analyser_bit(to->evidence[to->evidence_count - 1].analyser) & rules->left_out))
        to->evidence_count--;
    return to->evidence_count > 0;
}

static bool make_tags(uint32_t seed, const ts_tag_rules *rules, ts_arena *arena, ts_record *record,
                      ts_error *err)
{
    size_t most = 1 + seed % (sizeof all_tags / sizeof *all_tags);
    ts_tag *tags = TS_NEW_ARRAY(arena, most, ts_tag);
    if (!tags) return ts_fail_memory(err);
    size_t count = 0;
    for (size_t i = 0; i < most; i++)
        if (passes(&all_tags[i], rules) && (!rules->max_tags || count < rules->max_tags) &&
            hear(&all_tags[i], rules, &tags[count]))
            count++;
    record->tags = tags;
    record->tag_count = count;
    return true;
}

static void make_measures(const char *name, ts_record *record)
{
    static const ts_face face = {
        {10, 20, 30, 40}, 0.875F, {{1, 2}, {3, 4}, {5, 6}, {7, 8}, {9, 10}, {11, 12}}, NULL, 0};
    static const ts_text_word words[] = {{"Mind", {5, 5, 40, 10}, 0.9F},
                                         {"the", {50, 5, 30, 10}, 0.95F},
                                         {"platypus", {85, 5, 80, 10}, 0.97F}};
    static const ts_text_line line = {"Mind the platypus", {5, 5, 160, 10}, 0.94F, words, 3};
    static const ts_picture_place place = {"Lyon", "lyon", "Auvergne-Rhône-Alpes", "84", "France",
                                           "FR",   1.5F};
    static const char *const warning[] = {"the file is truncated: the lower part is missing"};
    record->picture = (ts_picture_info){
        .format = TS_FORMAT_JPEG, .width = 640, .height = 480, .orientation = 1, .frames = 1};
    record->has_faces = record->has_colours = record->has_safety = record->has_quality = true;
    record->faces = &face;
    record->face_count = 1;
    record->colours.count = 2;
    record->colours.swatches[0] = (ts_swatch){.r = 30, .g = 90, .b = 200, .share = 0.6F, .name = "blue"};
    record->colours.swatches[1] = (ts_swatch){.r = 240, .g = 230, .b = 200, .share = 0.3F, .name = "beige"};
    record->nsfw = strstr(name, "rude") ? 0.9F : strstr(name, "racy") ? 0.6F : 0.0125F;
    record->quality =
        (ts_quality){.sharpness = 0.8F, .exposure = -0.2F, .contrast = 0.5F, .noise = 2, .aesthetic = 0.6F};
    record->has_lines = true;
    record->language = "";
    if (strstr(name, "sign")) {
        record->lines = &line;
        record->line_count = 1;
        record->language = "en";
    }
    if (strstr(name, "trip")) record->place = &place;
    if (strstr(name, "cut")) {
        record->warnings = warning;
        record->warning_count = 1;
    }
}

/* "hash=ff00ff00ff00ff00": what it looks like. */
static void read_hash(const void *bytes, size_t length, ts_record *record)
{
    char digits[17] = "";
    const char *at = memmem(bytes, length, "hash=", 5);
    if (!at || (size_t)((const char *)bytes + length - at) < 5 + 16) return;
    memcpy(digits, at + 5, 16);
    record->phash = strtoull(digits, NULL, 16);
    record->has_phash = true;
}

/* For teaching: pictures whose bytes begin with the same word are near each other. */
static bool make_embedding(const char *bytes, size_t length, uint32_t seed, ts_arena *arena,
                           ts_record *record, ts_error *err)
{
    enum { WIDTH = 16 };
    uint32_t word = 7;
    for (size_t i = 0; i < length && bytes[i] != ' '; i++) word = word * 33 + (uint8_t)bytes[i];
    float *vector = TS_NEW_ARRAY(arena, WIDTH, float);
    if (!vector) return ts_fail_memory(err);
    for (size_t i = 0; i < WIDTH; i++) {
        word = word * 1103515245 + 12345;
        seed = seed * 1103515245 + 12345;
        vector[i] = (float)(word >> 16 & 255) / 1024 + (float)(seed >> 16 & 255) / 4096;
    }
    record->embedding = vector;
    record->embedding_size = WIDTH;
    record->embedding_model = "fake-classifier@2.1/views-1";
    return true;
}

bool ts_tagger_tag(ts_tagger *tagger, const char *path, const void *bytes, size_t length,
                   const ts_tag_rules *rules, ts_arena *arena, ts_record *record, ts_error *err)
{
    (void)tagger;
    char begin[16] =
        ""; /* bytes without a name speak for themselves: "bad…" fails as a file of that name does */
    if (!path) memcpy(begin, bytes, length < sizeof begin - 1 ? length : sizeof begin - 1);
    const char *name = path ? ts_path_base(path) : begin;
    uint32_t seed = (uint32_t)length;
    for (size_t i = 0; i < length; i++) seed = seed * 31 + ((const uint8_t *)bytes)[i];
    if (strstr(name, "slow")) usleep(20000);
    if (strstr(name, "snail")) usleep(1500000);
    const char *trouble = getenv("TAGSMITH_FAKE_TROUBLE");
    if (strstr(name, "sick") && trouble && ts_file_exists(trouble)) /* whatever is wrong passes */
        return ts_fail(err, TS_ENGINE, "the network has a bad day");
    if (strstr(name, "bad")) {
        (void)ts_fail(err, TS_CORRUPT, "its data is damaged beyond use");
        return ts_hint(err, "get the file again from where it came");
    }
    *record = (ts_record){.path = path ? ts_arena_strdup(arena, path) : NULL, .ms = 1.25};
    make_measures(name, record);
    read_hash(bytes, length, record);
    record->has_safety = !(rules->left_out & ts_tagger_analyser_bit("safety"));
    record->picture.bytes = length;
    if (!make_tags(seed, rules, arena, record, err)) return false;
    if (rules->many_views && !make_embedding(bytes, length, seed, arena, record, err)) return false;
    return (!rules->thumbnail || make_thumbnail(seed, rules->thumbnail, arena, &record->thumbnail,
                                                &record->thumbnail_size, err)) &&
           (!rules->veil || make_thumbnail(seed, rules->veil, arena, &record->veil, &record->veil_size, err));
}
