/* tagging: the tagger, which walks a picture down the line: decode, look, believe, judge, record.
 * It must not know where pictures come from or where records go. */
#include <malloc.h>
#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "base/cores.h"
#include "image/phash.h"
#include "tagging/hunches.h"
#include "tagging/judge.h"
#include "tagging/tagging.h"

struct ts_tagger {
    ts_decoder_pool *decoders;
    ts_vision *vision;
    ts_vocab *vocab;
    unsigned jobs;
};

static bool open_parts(ts_tagger *tagger, const ts_tagger_options *options, ts_error *err)
{
    /* Decoders first: they are started from this process while it is still small. */
    ts_decoder_options decode = {
        .limits = options->limits, .workers = tagger->jobs, .in_process = options->decode_in_process};
    tagger->decoders = ts_decoder_pool_new(&decode, err);
    if (!tagger->decoders) return false;
    tagger->vocab = ts_vocab_open(options->vocab_dir, err);
    if (!tagger->vocab) return false;
    ts_vision_options vision = {.share = options->share_dir,
                                .weights = options->models_dir,
                                .openvino = options->openvino_dir,
                                .cache = options->cache_dir,
                                .analysers = options->analysers,
                                .also = options->also,
                                .precision = options->precision,
                                .streams = tagger->jobs};
    tagger->vision = ts_vision_open(&vision, err);
    return tagger->vision != NULL;
}

unsigned ts_tagger_usual_jobs(void)
{
    return ts_core_count() + 1;
}

ts_tagger *ts_tagger_open(const ts_tagger_options *options, ts_error *err)
{
    ts_tagger *tagger = calloc(1, sizeof *tagger);
    if (!tagger) {
        (void)ts_fail_memory(err);
        return NULL;
    }
    tagger->jobs = options->jobs ? options->jobs : ts_tagger_usual_jobs();
    if (open_parts(tagger, options, err)) return tagger;
    ts_tagger_close(tagger);
    return NULL;
}

void ts_tagger_close(ts_tagger *tagger)
{
    if (!tagger) return;
    ts_vision_close(tagger->vision);
    ts_vocab_close(tagger->vocab);
    ts_decoder_pool_free(tagger->decoders);
    free(tagger);
    /* Networks are large and freed in pieces: hand the pages back rather than keep them for nobody. */
    (void)malloc_trim(0);
}

static bool copy_warnings(const ts_picture_info *info, ts_arena *arena, ts_record *record, ts_error *err)
{
    const char **warnings = TS_NEW_ARRAY(arena, 8, const char *);
    if (!warnings) return ts_fail_memory(err);
    record->warning_count = ts_picture_warnings(info, warnings);
    record->warnings = warnings;
    return true;
}

static bool make_thumbnail(const ts_pixels *pixels, uint32_t side, ts_arena *arena, const uint8_t **out,
                           size_t *out_size, ts_error *err)
{
    uint8_t *jpeg = NULL;
    size_t length = 0;
    *out = NULL;
    if (side == 0) return true;
    if (!ts_thumbnail_jpeg(pixels, side, 78, &jpeg, &length, err)) return false;
    uint8_t *copy = TS_NEW_ARRAY(arena, length, uint8_t);
    if (copy) memcpy(copy, jpeg, length);
    free(jpeg);
    *out = copy;
    *out_size = length;
    return copy || ts_fail_memory(err);
}

static void copy_measures(const ts_seen *seen, ts_record *record)
{
    record->faces = seen->faces;
    record->face_count = seen->face_count;
    record->has_faces = seen->has_faces;
    record->colours = seen->colours;
    record->has_colours = seen->has_colours;
    record->nsfw = seen->nsfw;
    record->has_safety = seen->has_safety;
    record->quality = seen->quality;
    record->has_quality = seen->has_quality;
    record->lines = seen->lines;
    record->line_count = seen->line_count;
    record->has_lines = seen->has_lines;
    record->language = seen->language;
    record->embedding = seen->embedding;
    record->embedding_size = seen->embedding_size;
    record->embedding_model = seen->embedding_model;
}

/* What one picture has on its way. */
typedef struct walk {
    const ts_tagger *tagger;
    const ts_tag_rules *rules;
    ts_look_wishes wishes;
    const void *bytes;
    size_t length;
    uint32_t wanted; /* shorter side of the decode */
    ts_arena *arena;
    ts_seen seen;
    ts_record *record;
} walk;

static bool look_at_decoded(walk *w, const ts_decoded *picture, ts_error *err)
{
    const ts_tag_rules *rules = w->rules;
    ts_record *record = w->record;
    record->picture = picture->info;
    if (!ts_vision_look(w->tagger->vision, picture, w->wishes, &w->seen, err)) return false;
    if (rules->phash && !ts_phash(&picture->pixels, &record->phash, err)) return false;
    record->has_phash = rules->phash;
    if (!make_thumbnail(&picture->pixels, rules->thumbnail, w->arena, &record->thumbnail,
                        &record->thumbnail_size, err) ||
        !make_thumbnail(&picture->pixels, rules->veil, w->arena, &record->veil, &record->veil_size, err))
        return false;
    return copy_warnings(&picture->info, w->arena, record, err);
}

static bool look_once(walk *w, ts_error *err)
{
    ts_decoded picture = {0};
    ts_decoder_pool *decoders = w->tagger->decoders;
    bool ok = ts_decode(decoders, w->bytes, w->length, w->wanted, &picture, err) &&
              look_at_decoded(w, &picture, err);
    ts_decoded_release(decoders, &picture);
    return ok;
}

/* The few pictures with small writing are decoded a second time. The first decode is given back before: a thread that
 * held one while it waits for another could wait for ever. */
static bool look_closer(walk *w, ts_error *err)
{
    if (w->seen.closer_side == 0) return true;
    ts_decoded picture = {0};
    ts_decoder_pool *decoders = w->tagger->decoders;
    bool ok = ts_decode(decoders, w->bytes, w->length, w->seen.closer_side, &picture, err) &&
              ts_vision_look_closer(w->tagger->vision, &picture, w->wishes, &w->seen, err);
    ts_decoded_release(decoders, &picture);
    return ok;
}

static bool judge(walk *w, ts_error *err)
{
    ts_beliefs beliefs;
    const ts_picture_info *info = &w->record->picture;
    copy_measures(&w->seen, w->record);
    return ts_beliefs_form(w->tagger->vocab, &w->seen, info, w->arena, &beliefs, err) &&
           ts_judge(&beliefs, info, w->rules, w->record, err) &&
           (!w->rules->hunches || ts_hunches_take(w->tagger->vocab, &w->seen, w->arena, w->record, err)) &&
           ts_whereabouts_add(&w->seen, w->rules, w->record, err);
}

bool ts_tagger_tag(ts_tagger *tagger, const char *path, const void *bytes, size_t length,
                   const ts_tag_rules *rules, ts_arena *arena, ts_record *record, ts_error *err)
{
    double start = ts_clock_ms();
    walk w = {
        .tagger = tagger, .rules = rules, .bytes = bytes, .length = length, .arena = arena, .record = record};
    w.wishes = (ts_look_wishes){.mesh = rules->mesh,
                                .embedding = rules->embedding,
                                .many_views = rules->many_views,
                                .left_out = rules->left_out};
    w.seen.arena = arena;
    memset(record, 0, sizeof *record);
    if (path) record->path = ts_arena_strdup(arena, path);
    w.wanted = ts_vision_wanted_side(tagger->vision);
    if (rules->thumbnail > w.wanted) w.wanted = rules->thumbnail;
    if (rules->many_views && w.wanted < TS_MANY_VIEWS_SIDE) w.wanted = TS_MANY_VIEWS_SIDE;
    bool ok = look_once(&w, err) && look_closer(&w, err) && judge(&w, err);
    if (ok && ts_arena_failed(arena)) ok = ts_fail_memory(err);
    record->ms = ts_clock_ms() - start;
    return ok;
}

const ts_vocab *ts_tagger_vocab(const ts_tagger *tagger)
{
    return tagger->vocab;
}

unsigned ts_tagger_jobs(const ts_tagger *tagger)
{
    return tagger->jobs;
}

ts_decoder_pool *ts_tagger_decoders(const ts_tagger *tagger)
{
    return tagger->decoders;
}

size_t ts_tagger_notes(const ts_tagger *tagger, const char *const **notes)
{
    return ts_vision_notes(tagger->vision, notes);
}

size_t ts_tagger_analysers(const char **names, const char **helps, bool *on_by_default)
{
    ts_analyser_info info[TS_ANALYSERS_MAX];
    size_t count = ts_vision_analysers(info, TS_ANALYSERS_MAX);
    for (size_t i = 0; i < count; i++) {
        names[i] = info[i].name;
        helps[i] = info[i].help;
        on_by_default[i] = info[i].on_by_default;
    }
    return count;
}

uint32_t ts_tagger_analyser_bit(const char *name)
{
    ts_analyser_info info[TS_ANALYSERS_MAX];
    size_t count = ts_vision_analysers(info, TS_ANALYSERS_MAX);
    for (size_t i = 0; i < count; i++)
        if (strcmp(info[i].name, name) == 0) return UINT32_C(1) << i;
    return 0;
}
