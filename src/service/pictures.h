/* service: pictures one by one: look, change, delete, tag again, release. */
#ifndef TS_SERVICE_PICTURES_H
#define TS_SERVICE_PICTURES_H

#include <jansson.h>

#include "catalog/pictures.h"
#include "catalog/tags.h"
#include "record/record.h"
#include "service/service.h"
#include "vocab/vocab.h"

/* A picture with its tags, as every dialect shows it. */
typedef struct ts_picture_full {
    ts_picture_row row;
    const ts_tag_row *tags; /* in the order of their rank; rejected ones only when asked for */
    size_t tag_count;
} ts_picture_full;

/* What a picture says about itself in a language: the texts that a person, an uploader or the file gave, and where
 * there is none, what a captioner said, else what its accepted tags amount to. "" where nothing can be said. Texts made
 * from tags are kept nowhere: they follow the tags, and a person's text takes their place for good. */
typedef struct ts_picture_texts {
    const char *title, *description, *alt;
    bool made_title, made_description, made_alt; /* not somebody's */
    const char *made_by;                         /* "captioner MODEL", "tags", or "" where nothing was made */
} ts_picture_texts;
bool ts_service_picture_texts(const ts_service *service, const ts_picture_full *picture, ts_language language,
                              ts_arena *arena, ts_picture_texts *out, ts_error *err);

typedef struct ts_picture_query {
    const char *id;
    bool with_rejected;
    bool
        with_held; /* held and rejected pictures are invisible (TS_NOT_FOUND) without it; needs scope review */
} ts_picture_query;

bool ts_service_picture(ts_service *service, const ts_actor *actor, const ts_picture_query *query,
                        ts_arena *arena, ts_picture_full *out, ts_error *err);

/* Newest first. cursor: "" or what the last call gave; next is NULL on the last page. */
typedef struct ts_picture_page {
    const ts_picture_full *pictures;
    size_t count;
    const char *next;
} ts_picture_page;
bool ts_service_pictures(ts_service *service, const ts_actor *actor, const char *cursor, unsigned limit,
                         bool with_held, ts_arena *arena, ts_picture_page *out, ts_error *err);

/* NULL members stay as they are; "" empties. if_version: the version the caller saw, or -1. TS_CHANGED when it moved. */
typedef struct ts_picture_patch {
    const char *title, *description, *alt, *name;
    const json_t *extra; /* merged, member by member; null removes */
    const json_t *
        wishes; /* as ts_upload.wishes: done in this change, or with the tagging when that is still to come */
    /* Who hears when all of it is done: of this change, or of the tagging. NULL: nobody (who was to hear of the tagging,
       still does) */
    const char *callback_url, *callback_dialect;
    int64_t if_version;
} ts_picture_patch;
bool ts_service_picture_patch(ts_service *service, const ts_actor *actor, const char *id,
                              const ts_picture_patch *patch, ts_arena *arena, ts_picture_full *out,
                              ts_error *err);

/* The record, its tags, vectors, thumbnails and, when no other picture shares it, the original (never a file that
 * stays in its own folder). Scope: write. */
bool ts_service_picture_delete(ts_service *service, const ts_actor *actor, const char *id, int64_t if_version,
                               ts_error *err);

typedef enum ts_rendition { TS_RENDITION_ORIGINAL = 0, TS_RENDITION_THUMBNAIL } ts_rendition;
/* An open file to send and its type; the caller closes fd. */
typedef struct ts_picture_file {
    int fd;
    uint64_t length;
    const char *content_type, *name, *etag;
} ts_picture_file;
bool ts_service_picture_file(ts_service *service, const ts_actor *actor, const char *id,
                             ts_rendition rendition, bool with_held, ts_arena *arena, ts_picture_file *out,
                             ts_error *err);

/* What tagging anew changes, without changing it when dry. preset NULL: the one it had. */
typedef struct ts_retag {
    const char *preset;
    bool dry;
    bool reset;                /* also drop machine tags of other models and other presets */
    const double *accept_from; /* as ts_upload.accept_from; NULL: as before */
} ts_retag;
bool ts_service_retag(ts_service *service, const ts_actor *actor, const char *id, const ts_retag *retag,
                      ts_arena *arena, ts_tag_diff *diff, ts_error *err);

/* The same by a job; when it is done, the receiver alone is told (url NULL: nobody), beside what everybody hears. */
typedef struct ts_retag_note {
    const char *event, *url, *dialect;
} ts_retag_note;
bool ts_service_retag_later(ts_service *service, const ts_actor *actor, const char *id, const ts_retag *retag,
                            const ts_retag_note *note, ts_arena *arena, const char **job, ts_error *err);

/* Moderation: release (visible), hold, reject. Scope: review. Fires the webhooks picture.released and so on. */
bool ts_service_moderate(ts_service *service, const ts_actor *actor, const char *id, ts_visibility visibility,
                         const char *reason, ts_arena *arena, ts_picture_full *out, ts_error *err);

#endif
