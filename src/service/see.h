/* service (private): one picture seen: its turn at the networks, its record, the preset's verdict, and all of it in the
 * rows of the catalogue. Nothing is kept here. */
#ifndef TS_SERVICE_SEE_H
#define TS_SERVICE_SEE_H

#include "catalog/pictures.h"
#include "image/metadata.h"
#include "service/core.h"
#include "service/presets.h"

/* Everything lives in the arena that was given. */
typedef struct ts_sight {
    ts_record full;   /* what the tagger saw; has thumbnail and embedding */
    ts_record record; /* what the preset left of it */
    ts_verdict verdict;
    ts_metadata metadata; /* what the file itself says */
    const char *sha256;
    bool had_turn; /* false: the networks never saw it */
} ts_sight;

enum { TS_THUMBNAIL_SIDE = 400, TS_VEIL_SIDE = 16 };
/* Member of a row's extra: its thumbnail is veiled for those who may not review. */
#define TS_BLURRED "blurred"

/* What is to be seen, and how urgently. */
typedef struct ts_look {
    const void *bytes;
    size_t length;
    const char *sha256; /* of the bytes, where it is known already; else NULL */
    const char
        *beside; /* path of the picture's file, where a.jpg.xmp or a.xmp may lie beside it; else NULL */
    ts_turn turn;
    uint32_t ms; /* how long to wait for a turn */
} ts_look;

/* TS_BUSY or TS_TIMEOUT when there is no turn within look->ms; else what ts_tagger_tag says. */
bool ts_service_see(ts_service *service, const ts_preset *preset, const ts_look *look, ts_arena *arena,
                    ts_sight *sight, ts_error *err);

/* Keeps what was seen as the thumbnail of these bytes; nothing where none was made. */
bool ts_sight_put_thumbnail(ts_service *service, const ts_sight *sight, ts_error *err);

/* Fills what a sight knows of a row: size, format, time and place taken, hash, verdict, measures. `extra` is the
 * object to which the measures are added. */
bool ts_sight_fill_row(const ts_sight *sight, json_t *extra, ts_arena *arena, ts_picture_row *row,
                       ts_error *err);

/* The record's tags as a run of the machine: inputs in the arena. */
bool ts_sight_run(const ts_sight *sight, const ts_preset *preset, ts_arena *arena, ts_tag_run_input *run,
                  ts_error *err);

/* The file's own keywords as edits of an import. */
bool ts_sight_keywords(ts_service *service, const ts_sight *sight, ts_arena *arena, const ts_tag_edit **edits,
                       size_t *count, ts_error *err);

/* A word as a tag: the concept that it names in any language, else a free word. */
bool ts_tag_of_word(const ts_vocab *vocab, const char *word, ts_arena *arena, ts_tag_input *out,
                    ts_error *err);
/* The same where the word must come back as it is: a concept only by its id or its very label (in lower case), so that
 * "mine" does not turn into a quarry. */
bool ts_tag_as_given(const ts_vocab *vocab, const char *word, ts_arena *arena, ts_tag_input *out,
                     ts_error *err);

#endif
