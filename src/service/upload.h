/* service: pictures come in: bytes, a file, an address or a data URI; are kept, tagged and committed. */
#ifndef TS_SERVICE_UPLOAD_H
#define TS_SERVICE_UPLOAD_H

#include "service/pictures.h"

/* What to do when the same bytes are there already. */
typedef enum ts_duplicate_rule {
    TS_DUPLICATE_RETURN = 0, /* give back the picture that is there (its tags untouched) */
    TS_DUPLICATE_KEEP,       /* a second picture over the same original */
    TS_DUPLICATE_REFUSE      /* TS_CONFLICT */
} ts_duplicate_rule;

/* What to do when another picture has the name (space, alias) already. */
typedef enum ts_alias_rule {
    TS_ALIAS_MOVES = 0, /* the name goes over to the new picture; the other one stays without */
    TS_ALIAS_OVERWRITES, /* the new picture takes the other one's place: its id, its time of birth, its next version; what was
                            known of the old bytes is gone. The same bytes under another name are a picture of their own,
                            whatever `duplicates` and the preset say. */
    TS_ALIAS_SUCCEEDS, /* as OVERWRITES, but the other one stays: as an older revision, with an id of its own (revisions.h);
                          all its names go over to the new picture */
    TS_ALIAS_STAYS /* nothing is kept: the result is that other picture, as a duplicate. Else as OVERWRITES. */
} ts_alias_rule;

/* What is known of a picture before anything is done with it. */
typedef struct ts_upload_facts {
    size_t bytes;
    const char *mime;       /* by content */
    uint32_t width, height; /* upright; 0: its header cannot be read */
} ts_upload_facts;

/* Exactly one of bytes, url and data_uri. */
typedef struct ts_upload {
    const void *bytes;
    size_t length;
    const char *url;      /* fetched behind the address guard */
    const char *data_uri; /* "data:image/jpeg;base64,…" */
    const char *name;     /* file name as the client has it, only ever a text; may be NULL */
    const char
        *path; /* for pictures that stay where they are: absolute path; NULL: the bytes go to the blobs */
    const char *library;       /* which import root, or NULL */
    int64_t file_mtime;        /* of path, ns since 1970; 0: not known */
    const char *space, *alias; /* a name to be found by later (catalog/pictures.h, ts_names_put), or NULL */
    ts_alias_rule alias_rule;
    const char *preset;              /* NULL: the default of `origin` */
    const char *origin;              /* "api", "page", "import", or a dialect: whose default preset */
    const char *title, *description; /* NULL: from the file's metadata, if any */
    const char *const *tags; /* words or concept ids that the uploader gives: accepted, by the actor */
    size_t tag_count;
    bool
        tags_as_given; /* they come back as they are: a word that is another concept's synonym stays a free word */
    const char *callback_url;        /* a webhook for this picture alone, or NULL */
    const char *callback_secret_key; /* id of the key whose secret signs it; NULL: the actor's */
    const char *callback_dialect;    /* who writes and signs it (hooks.h); NULL: our own */
    const double
        *accept_from; /* 0..1: tags as sure as this are accepted, the others suggested; NULL: by the preset */
    const char *idempotency_key; /* NULL: none */
    const json_t *
        wishes; /* done in the change that tags it, or NULL: {"describe": true: the description that its tags make
                             is kept, "tasks": [..] (tasks.h)} */
    const json_t *extra; /* kept as given under the picture's "extra" (dialects), or NULL */
    ts_duplicate_rule duplicates;
    bool async; /* answer at once with a job */
    bool
        judge; /* the verdict is what is asked for: the same bytes count as there already only where a person or this very
                   preset judged them; else they are seen again, and kept as a picture of their own */
    bool
        without_store; /* tag and forget (AI Image Tag dialect, verdicts): nothing is kept, number is 0 and id "", all
                           else of the picture is filled as if it were: tags by the preset, visibility, reason, extra */
    bool
        visible_only; /* TS_REFUSED, at no cost, for what the preset's policy would hold or reject: nothing is kept */
    const char *const
        *formats; /* "jpeg", "png": by content, all others are TS_UNSUPPORTED; NULL: all that there are */
    size_t format_count;
    /* Asked when the bytes are there, wherever they come from, before they are looked at; false, and why: refused. NULL:
       all are welcome. A repeated request is not asked again. */
    bool (*accepts)(void *context, const ts_upload_facts *facts, ts_error *err);
    void *accepts_context;
    uint32_t credits; /* what it costs [1 for each picture of a key with limited credits] */
} ts_upload;

typedef struct ts_upload_result {
    ts_picture_full picture; /* tags only when done */
    bool done;               /* false: `job` tells how far it is */
    bool duplicate;          /* the bytes were there before */
    bool again;              /* the request came before: this is what the first one made */
    const char *job;         /* id, or NULL */
    const ts_record *record; /* what the tagger saw, when it ran within this call; else NULL */
    int64_t credits_left; /* of the key, when this was paid; TS_CREDITS_UNLIMITED: also of who pays nothing */
} ts_upload_result;

/* Synchronous when it gets a turn within sync_ms, else a job. Credits are spent with the commit and never for a
 * picture that failed. TS_BUSY (with a hint when to return), TS_NO_CREDIT, TS_REFUSED (address), and what ts_decode
 * says of the picture. A picture that cannot be decoded is not kept. Scope: write. */
bool ts_service_upload(ts_service *service, const ts_actor *actor, const ts_upload *upload, ts_arena *arena,
                       ts_upload_result *result, ts_error *err);

#endif
