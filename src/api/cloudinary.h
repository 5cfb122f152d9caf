/* api (private): what the files of Cloudinary's dialect share: how parameters are read, how pictures, errors and addresses
 * are said. Everything returned lives as long as the call unless said otherwise. */
#ifndef TS_API_CLOUDINARY_H
#define TS_API_CLOUDINARY_H

#include "api/dialect.h"
#include "service/named.h"

#define TS_CLD_SPACE "cloudinary" /* of names: a public_id is a name in it */
#define TS_CLD_EXTRA "cloudinary" /* member of a picture's extra: what this dialect keeps (ts_cld_kept) */

/* The families of calls, put together in cloudinary.c. */
extern const ts_family ts_cld_upload_family, ts_cld_change_family, ts_cld_delivery_family;

/* ---- answers (cloudinary_answer.c) ------------------------------------------------------------------- */

/* How the key stands with its rate: X-FeatureRateLimit-*, of refusals too. */
void ts_cld_put_rate(const ts_request *request, ts_response *response);
/* With these. True. Takes the reference; NULL: out of memory. */
bool ts_cld_answer(ts_call *call, int status, json_t *body);

/* ---- parameters (cloudinary_params.c) ---------------------------------------------------------------
 * The query and the body (JSON, urlencoded or multipart by its Content-Type) as one object. Scalars are texts whatever
 * they were ("1", "true", "0.5"); "key[]", "key[0]" and JSON arrays are arrays; JSON objects stay as they are; nulls and
 * empty texts are left out. The file part is not among them. */
bool ts_cld_params(ts_call *call, const json_t **out);
/* Members of a JSON object (settings of a preset) put among them, in place of those of the same name. */
void ts_cld_put_params(json_t *params, const json_t *body);

const char *ts_cld_text(const json_t *params, const char *name); /* NULL: not given */
/* 1 and true, 0 and false, in any case; else the fallback. */
bool ts_cld_flag(const json_t *params, const char *name, bool fallback);
/* TS_USAGE when it is no number within the bounds. */
bool ts_cld_int(const json_t *params, const char *name, int64_t low, int64_t high, int64_t *value,
                ts_error *err);
/* An array, or a text with commas: without empty ones, blanks around them gone. */
bool ts_cld_list(const json_t *params, const char *name, ts_arena *arena, const char *const **items,
                 size_t *count, ts_error *err);
/* "a=1|b=x\|y" or an object as {"a": "1", "b": "x|y"}: a new reference; NULL: no memory or (TS_USAGE) no pairs. */
json_t *ts_cld_pairs(const json_t *params, const char *name, ts_error *err);
/* TS_USAGE "Missing required parameter - NAME". */
bool ts_cld_required(const json_t *params, const char *name, const char **value, ts_error *err);

/* ---- what is kept with a picture, and changed (cloudinary_kept.c) ------------------------------------
 * Members of extra's "cloudinary": version (seconds), detection, categorization, ocr, auto_tagging ("0.6", "default"),
 * moderation ("aws_rek|manual"), verdicts {kind: {status, at}}, colors, phash, faces, quality_analysis (true),
 * asset_folder, display_name, original_filename, cloud, base, request. extra's "context" {k: v} and "metadata" {k: v} are
 * shared with the other dialects. */

/* Replaces the members given of "cloudinary" (null removes) and, where not NULL, all of context and metadata. */
typedef struct ts_cld_patch {
    const json_t *kept, *context, *metadata;
    const json_t *twins; /* as service/twins.h wants it; the picture is then compared */
} ts_cld_patch;
bool ts_cld_change(ts_call *call, const char *public_id, const ts_cld_patch *patch, ts_named *out);
/* A new moderation: what was said before no longer counts (a null in kept), and who asks for duplicates is compared. */
bool ts_cld_patch_moderation(ts_call *call, const char *pipe, json_t *kept, ts_cld_patch *patch);
/* By public_id (or id). TS_NOT_FOUND says "Resource not found - PUBLIC_ID". */
bool ts_cld_find(ts_call *call, const char *public_id, ts_named *out);

/* ---- pictures (cloudinary_resource.c) --------------------------------------------------------------- */

enum {
    TS_CLD_WITH_TAGS = 1,
    TS_CLD_WITH_CONTEXT = 2,
    TS_CLD_WITH_METADATA = 4,
    TS_CLD_WITH_MODERATION = 8,
    TS_CLD_WITH_DETAILS =
        16, /* info, colors, phash, faces, quality_analysis: as far as they were asked for at upload */
    TS_CLD_WITH_ALL = 31,
    TS_CLD_WITH_UPLOAD =
        32 /* what only the Upload API says: version_id, signature, etag, original_filename, ... */
};

/* What a resource's texts need beside the picture. */
typedef struct ts_cld_view {
    const ts_service *service;
    ts_arena *arena;
    const char *base;   /* "https://pictures.example.org": what addresses begin with */
    const char *cloud;  /* of the path */
    const char *secret; /* signs public_id and version for TS_CLD_WITH_UPLOAD; NULL: "" is said */
} ts_cld_view;
/* Of a request: base from public_url, else from its Host. */
ts_cld_view ts_cld_view_of(ts_call *call);

/* A new reference; NULL: no memory. */
json_t *ts_cld_resource(const ts_cld_view *view, const char *public_id, const ts_picture_full *picture,
                        unsigned with);
/* {"custom": {...}}, tags in the words of this dialect, moderation [{kind, status}], "approved" of one kind. */
json_t *ts_cld_tags(const ts_picture_full *picture);
/* Are what the machine accepted among its tags here: was auto_tagging asked for, or did it come by another way? */
bool ts_cld_shows_machine(const ts_picture_row *row);
json_t *ts_cld_time(int64_t ms); /* "2026-11-21T22:10:00Z" */

/* info and measures (cloudinary_info.c): adds members to a resource. extra: the whole of the row's. */
bool ts_cld_add_details(const ts_cld_view *view, const ts_picture_full *picture, const json_t *extra,
                        json_t *resource);

/* "coco_v1,captioning" (cloudinary_models.c): TS_USAGE "Detection invalid model 'x'", "Categorization x is not valid", ... */
bool ts_cld_check_detection(const char *list, ts_error *err);
bool ts_cld_check_categorization(const char *list, ts_error *err);
bool ts_cld_check_ocr(const char *name, ts_error *err);
bool ts_cld_check_moderation(const char *pipe, ts_error *err);
/* What a pipe with "duplicate:0.8" asks of service/twins.h: a new reference; NULL: nothing. */
json_t *ts_cld_twins(const char *pipe);
/* "default" or 0..1; *line is NULL for default. TS_USAGE. */
bool ts_cld_auto_tagging(const char *text, ts_arena *arena, const double **line, ts_error *err);
/* Also as the states of a pipe, from what the picture's row and kept verdicts say: a new reference. */
json_t *ts_cld_moderation(const ts_picture_row *row, const json_t *extra);

/* ---- who (cloudinary_sign.c) ------------------------------------------------------------------------- */

/* The way in of the Upload API: Bearer, Basic, a signature, or, where without_key is not NULL, a preset for uploads without
 * one (*without_key then says so). Admits the call. */
bool ts_cld_sign_in(ts_call *call, const json_t *params, bool *without_key);

/* ---- what an upload or an update wishes (cloudinary_wish.c) ------------------------------------------- */

/* Everything checked, in the vendor's words where it is refused. */
typedef struct ts_cld_wish {
    json_t *kept;               /* what is to be kept under "cloudinary" */
    json_t *context, *metadata; /* NULL: not given */
    const char *const *tags;
    size_t tag_count;
    bool has_tags;                /* given, if only as none */
    bool looks;                   /* asks for something that is seen in the picture */
    const double *line;           /* of auto_tagging; NULL: none, or "default" */
    const char *notification_url; /* or NULL */
    bool async;
} ts_cld_wish;
bool ts_cld_wish_read(ts_call *call, const json_t *params, ts_cld_wish *out);
/* Does it to a picture that is there: explicit, and the Admin API's update. named is it afterwards. */
bool ts_cld_update(ts_call *call, const char *public_id, const json_t *params, ts_named *named,
                   ts_cld_wish *wish);
/* Whatever would change pixels is said not to be done: adds "eager" and "ignored" to an answer. */
void ts_cld_say_ignored(const json_t *params, json_t *answer);

/* From parameters and a file's name to a public_id (cloudinary_name.c). *chosen: the caller did, so that it may be there
 * already. TS_USAGE for names that cannot be. */
bool ts_cld_public_id(ts_call *call, const json_t *params, const char *filename, const char **public_id,
                      bool *chosen);
/* "/a/b/My dog.JPG" and "https://x.y/My%20dog.jpg?z" as "My dog"; NULL: there is none. */
const char *ts_cld_stem(const char *filename, ts_arena *arena);

/* The secret of the caller's key, to sign answers with; "" for whoever has none. Wiped with the call's arena's memory. */
const char *ts_cld_secret(ts_call *call);
/* Only pictures are kept here: TS_USAGE for raw and video. */
bool ts_cld_check_type(ts_call *call, const json_t *params);

/* What is told outside (cloudinary_hooks.c); an event of this name tells of an update. */
extern const ts_hook_dialect ts_cld_hooks;
#define TS_CLD_EXPLICIT "picture.explicit"

#endif
