/* api (private): what the files of ImageKit's dialect share: a file as ImageKit means it, extensions,
 * errors.
 *
 * A file is a picture with a path ("/folder/name.jpg"): its name in the space TS_IK_SPACE, or "/" and its
 * file name where it came in another way. fileId is the picture's id and stays when the file is
 * overwritten. What ImageKit alone knows of it is kept in the picture's extra as "imagekit" ("own" below),
 * values of custom fields as "metadata": own: {"private", "unpublished": true, "coordinates": "x,y,w,h",
 * "words": [tags as given], "ai": [tagging extensions whose tags are shown], "extensions": [those asked for
 * last], "notify": [names], "base": what URLs begin with, "path", "failed": {extension: reason},
 * "hidden": [AI tags that were removed]}. Versions are the service's revisions. */
#ifndef TS_API_IMAGEKIT_H
#define TS_API_IMAGEKIT_H

#include "api/dialect.h"
#include "service/revisions.h"
#include "service/upload.h"

#define TS_IK_SPACE "imagekit"
enum { TS_IK_TAGS_BYTES = 500 };

/* ---- imagekit_file.c: a file and its JSON ------------------------------------------------------- */

typedef struct ts_ik_file {
    ts_picture_full picture;
    const char *path;
    bool named;             /* the path is its name in the space */
    json_t *own, *metadata; /* objects; they die with the request; may be changed and saved */
    const json_t *granted;  /* what came of wishes (service/wishes.h), or NULL */
    ts_revision revision;
} ts_ik_file;

/* name: in the space; NULL: looked up. */
bool ts_ik_file_of(ts_call *call, const ts_picture_full *picture, const char *name, ts_ik_file *out);
/* By fileId. TS_NOT_FOUND in ImageKit's words. */
bool ts_ik_find(ts_call *call, const char *id, ts_ik_file *out);
bool ts_ik_find_path(ts_call *call, const char *path, ts_ik_file *out);
/* An older version is a picture, too, but no file. */
bool ts_ik_is_older(const ts_ik_file *file);
/* Keeps own and metadata, and what else the patch says (may be NULL). */
bool ts_ik_save(ts_call *call, ts_ik_file *file, const ts_picture_patch *also);

typedef enum ts_ik_shape { TS_IK_FILE = 0, TS_IK_VERSION, TS_IK_UPLOAD, TS_IK_FACTS } ts_ik_shape;
/* New reference. FACTS: with all members that queries may ask for. */
json_t *ts_ik_file_json(const ts_call *call, const ts_ik_file *file, ts_ik_shape shape);
/* "/folder/" of a path, for folders "" to "/"; name: what comes after the last slash. */
const char *ts_ik_name_of(const char *path);
/* What URLs begin with: "http://host". In the arena. */
const char *ts_ik_base(const ts_call *call);
/* "jpg" of the format "JPEG". */
const char *ts_ik_extension(const ts_call *call, const char *format);
void ts_ik_give_up(void *json); /* json_decref for ts_arena_defer */
/* Hands a JSON value over to the call's arena; NULL and call->err when it is NULL. */
json_t *ts_ik_keep(ts_call *call, json_t *json);

/* The bare facts, so that webhooks, which have no request, can draw files, too. */
typedef struct ts_ik_tag {
    const char *label, *concept;
    bool machine, accepted; /* a machine's own word; of a person's, too, accepted */
    bool seen;              /* some model saw it, whoever has the last word */
    double confidence;      /* 0..1 */
} ts_ik_tag;
typedef struct ts_ik_facts {
    const char *id, *name, *path, *base, *description, *format;
    const char *created, *updated; /* ISO 8601 */
    int64_t width, height, bytes;
    bool pending, failed;
    const json_t *own, *metadata, *granted;
    ts_revision revision;
    const ts_ik_tag *tags;
    size_t tag_count;
    const ts_vocab *vocab; /* NULL: words are compared as they are */
} ts_ik_facts;
json_t *ts_ik_draw(const ts_ik_facts *facts, ts_ik_shape shape);
ts_ik_facts ts_ik_facts_of(const ts_call *call, const ts_ik_file *file);

/* ---- imagekit_tags.c: tags and AI tags ---------------------------------------------------------- */

json_t *ts_ik_tags_json(const ts_ik_facts *facts);    /* array or null */
json_t *ts_ik_ai_tags_json(const ts_ik_facts *facts); /* array or null */
/* {"google-auto-tagging": "success", …} of the extensions asked for last; NULL: none were. */
json_t *ts_ik_status_json(const ts_ik_facts *facts);
/* Tags as a list: JSON array, or text with commas. TS_USAGE for those that ImageKit does not take. */
bool ts_ik_parse_tags(ts_call *call, const json_t *tags, json_t **out);
/* Adds to own.words, so that tags are shown as they were given. */
void ts_ik_note_words(json_t *own, const json_t *words);

/* ---- imagekit_extensions.c ---------------------------------------------------------------------- */

/* Checks extensions, replaces saved ones by what was saved, and notes them in own. TS_USAGE. */
bool ts_ik_take_extensions(ts_call *call, const json_t *extensions, json_t *own);
/* JSON as people type it into shells: in another pair of quotes, with commas at the end. NULL: not even
 * that. */
json_t *ts_ik_lenient_json(const char *text);
/* What of own.extensions is done when the picture is tagged: as ts_upload.wishes. New reference; NULL: nothing. */
json_t *ts_ik_wishes(const json_t *own);
/* Names of own.extensions, whose end is told. */
json_t *ts_ik_names(const json_t *own);
/* One saved extension's config; NULL and TS_USAGE. Borrowed from the arena. */
json_t *ts_ik_saved_config(ts_call *call, const char *id);
/* An extension by itself: known, with valid parameters? TS_USAGE. */
bool ts_ik_check_extension(const json_t *extension, ts_error *err);

/* ---- imagekit_checks.c -------------------------------------------------------------------------- */

/* For ts_upload.accepts_context; fields: of the form. NULL and TS_USAGE. */
void *ts_ik_checks_read(ts_call *call, const char *text, const json_t *fields);
/* ts_upload.accepts */
bool ts_ik_checks_pass(void *context, const ts_upload_facts *facts, ts_error *err);

/* ---- imagekit_metadata.c: custom metadata ------------------------------------------------------- */

/* Merges values (null removes) into file->metadata, if the fields take them. replace: what is not given
 * goes. */
bool ts_ik_set_metadata(ts_call *call, json_t *metadata, const json_t *values, bool complete);

/* ---- imagekit_versions.c ------------------------------------------------------------------------ */

/* Deletes a file with all its versions. */
bool ts_ik_delete(ts_call *call, const ts_ik_file *file);
/* All of a file's versions, latest first, without the current one. */
bool ts_ik_older(ts_call *call, const ts_ik_file *file, ts_ik_file **out, size_t *count);

/* ---- imagekit_places.c: paths, folders ---------------------------------------------------------- */

/* "/a/b" of "a//b/": sanitised as ImageKit does; "/" for none. In the arena; NULL: no memory. */
const char *ts_ik_folder(ts_arena *arena, const char *text);
const char *ts_ik_file_name(ts_arena *arena, const char *text);
/* folder "/a" and name: "/a/name". */
const char *ts_ik_join(ts_arena *arena, const char *folder, const char *name);

/* ---- errors in ImageKit's words; all return false ----------------------------------------------- */

bool ts_ik_fail(ts_call *call, ts_code code, const char *message, const char *help);
bool ts_ik_not_file(ts_call *call);

/* ---- requests ----------------------------------------------------------------------------------- */

/* The JSON object of the body, whatever type it claims; TS_USAGE. */
const json_t *ts_ik_body(ts_call *call);
/* A text member of the body that must be there; NULL and TS_USAGE without. */
const char *ts_ik_need(ts_call *call, const json_t *body, const char *name);

/* Whoever asks by form (a client token, a JSON Web Token) or by header; from then on the call is theirs.
 * fields: of the form, to which a token's claims are added. */
bool ts_ik_admit(ts_call *call, bool v2, json_t *fields);

/* Handlers of the tables. */
bool ts_ik_upload(ts_call *call);
bool ts_ik_upload_v2(ts_call *call);
bool ts_ik_list(ts_call *call);
bool ts_ik_get(ts_call *call);
bool ts_ik_patch(ts_call *call);
bool ts_ik_remove(ts_call *call);
bool ts_ik_add_tags(ts_call *call);
bool ts_ik_remove_tags(ts_call *call);
bool ts_ik_remove_ai_tags(ts_call *call);
bool ts_ik_delete_many(ts_call *call);
bool ts_ik_copy(ts_call *call);
bool ts_ik_move(ts_call *call);
bool ts_ik_rename(ts_call *call);
bool ts_ik_folder_create(ts_call *call);
bool ts_ik_folder_delete(ts_call *call);
bool ts_ik_folder_copy(ts_call *call);
bool ts_ik_folder_move(ts_call *call);
bool ts_ik_folder_rename(ts_call *call);
bool ts_ik_job(ts_call *call);
bool ts_ik_versions(ts_call *call);
bool ts_ik_version_get(ts_call *call);
bool ts_ik_version_delete(ts_call *call);
bool ts_ik_version_restore(ts_call *call);
bool ts_ik_fields(ts_call *call);
bool ts_ik_field_create(ts_call *call);
bool ts_ik_field_update(ts_call *call);
bool ts_ik_field_delete(ts_call *call);
bool ts_ik_saved_list(ts_call *call);
bool ts_ik_saved_create(ts_call *call);
bool ts_ik_saved_get(ts_call *call);
bool ts_ik_saved_update(ts_call *call);
bool ts_ik_saved_delete(ts_call *call);
bool ts_ik_steps_list(ts_call *call);
bool ts_ik_steps_create(ts_call *call);
bool ts_ik_steps_get(ts_call *call);
bool ts_ik_steps_update(ts_call *call);
bool ts_ik_steps_delete(ts_call *call);
bool ts_ik_metadata(ts_call *call);
bool ts_ik_metadata_of_url(ts_call *call);
bool ts_ik_usage(ts_call *call);
bool ts_ik_analytics(ts_call *call);
bool ts_ik_purge(ts_call *call);
bool ts_ik_purge_status(ts_call *call);
bool ts_ik_origins(ts_call *call);
bool ts_ik_endpoints(ts_call *call);
bool ts_ik_endpoint(ts_call *call);
bool ts_ik_not_offered(ts_call *call);
bool ts_ik_deliver(ts_call *call);

extern const ts_hook_dialect ts_ik_hooks;

#endif
