/* The use case "tag": pictures from files, folders or standard input, through the tagger, out to wherever was
 * asked.
 *
 * One producer finds pictures, ts_tagger_jobs workers read, tag and render them, one lock orders what is
 * written. Memory is bounded whatever the number of pictures; a picture that fails is an entry, never the
 * end. Hooks are how the caller sees and steers it; they are never called at the same time, but from several
 * threads.
 */
#ifndef TS_SERVICE_TAG_H
#define TS_SERVICE_TAG_H

#include <stdatomic.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/error.h"

typedef enum ts_stdin_kind {
    TS_STDIN_AUTO = 0, /* by its first bytes: a picture, else NUL-separated paths, else one path a line */
    TS_STDIN_PICTURE,
    TS_STDIN_PATHS,
    TS_STDIN_PATHS0
} ts_stdin_kind;

typedef enum ts_sidecar_kind { TS_SIDECAR_NONE = 0, TS_SIDECAR_JSON, TS_SIDECAR_TXT } ts_sidecar_kind;

/* What hooks.write gets. */
typedef enum ts_emit_kind {
    TS_EMIT_NOTHING = 0,
    TS_EMIT_ERRORS, /* text, but only of the pictures that failed */
    TS_EMIT_NDJSON,
    TS_EMIT_TEXT,
    TS_EMIT_COLOUR_TEXT
} ts_emit_kind;

/* What shapes the tagger itself; shared with the other use cases. Everything may be zero. */
typedef struct ts_tagger_setup {
    const char *models_dir;
    const char *openvino_dir;
    const char *cache_dir;
    const char *analysers; /* comma-separated; NULL: the usual ones */
    const char *precision; /* "auto" or "f32"; NULL: auto */
    unsigned jobs;         /* 0: ts_tagger_usual_jobs() */
    uint64_t max_memory;   /* bytes the process may take; 0: no limit of its own */
    uint64_t max_pixels;   /* 0: the default limits of image.h for this and the next two */
    uint64_t max_bytes;
    uint32_t timeout_ms;
    bool decode_in_process;
} ts_tagger_setup;

/* A scheme of the user's words: a file, a text (CSV), or, with neither, one that comes with the program. */
typedef struct ts_scheme_source {
    const char *name;
    const char *path, *text;
} ts_scheme_source;

typedef struct ts_tag_request {
    ts_tagger_setup setup;
    const char *const *paths; /* files, folders, "-" for standard input */
    size_t path_count;
    ts_stdin_kind stdin_kind;
    int stdin_fd;
    const char *const *excludes; /* globs, see walk.h */
    size_t exclude_count;
    bool hidden;
    bool follow;
    const char *facets;   /* comma-separated; NULL: all */
    const char *states;   /* "accepted", "suggested" or both with a comma; NULL: both */
    float min_confidence; /* < 0: each facet's own */
    unsigned max_tags;    /* 0: no limit */
    const char *const
        *thresholds; /* "95%", "object=0.4", "dog=90%": see ts_line_parse; later ones go before earlier */
    size_t threshold_count;
    const char *const *max_per_facet; /* "colour=3" */
    size_t max_per_facet_count;
    const char *const *min_per_facet;
    size_t min_per_facet_count;
    const char *only;        /* path of a list of concepts, one a line: no other is a tag; NULL: open */
    const char *specificity; /* "leaf", "natural", "all"; NULL: natural */
    const char
        *languages; /* of titles, descriptions and alternative texts, comma-separated, "none"; NULL: en */
    const ts_scheme_source *schemes; /* tags are said in these, too; labels in the first of `languages` */
    size_t scheme_count;
    bool scheme_only; /* what they have no word for is left out */
    bool product;     /* record->product */
    bool embedding;
    bool mesh;
    ts_emit_kind emit;
    ts_sidecar_kind sidecar;
    const char *sidecar_dir; /* NULL: beside each picture */
    const char *output;      /* NDJSON file, or NULL */
    const char *report;      /* HTML file, or NULL */
    const char *state;       /* resume file, or NULL */
    bool dry_run;            /* only list, through hooks.write, what would be tagged */
} ts_tag_request;

#define TS_TAG_REQUEST_DEFAULT ((ts_tag_request){.min_confidence = -1.0F, .max_tags = 50})

typedef struct ts_tag_progress {
    uint64_t done; /* tagged and failed, in this run */
    uint64_t failed;
    uint64_t total;   /* found so far */
    bool total_known; /* the count is finished */
    double seconds;   /* since tagging began (start-up left out) */
    bool stopping;
} ts_tag_progress;

typedef struct ts_tag_summary {
    uint64_t tagged;
    uint64_t failed;
    uint64_t done_before; /* left out because the state file has them */
    uint64_t skipped;     /* files that plainly are no pictures, hidden or excluded */
    uint64_t nomedia;     /* folders left out because of .nomedia */
    double seconds;
    bool interrupted;   /* stopped on request: not every picture was reached */
    bool writer_closed; /* hooks.write said that nobody reads any more */
} ts_tag_summary;

typedef struct ts_tag_hooks {
    void *context;
    /* Takes rendered text; false: nobody reads it, end the run. */
    bool (*write)(void *context, const char *bytes, size_t length);
    /* Called about ten times a second while tagging; may be NULL. */
    void (*progress)(void *context, const ts_tag_progress *progress);
    /* Something about the set-up that the user should know, such as a network that runs slower; may be NULL.
     */
    void (*note)(void *context, const char *sentence);
    /* Set to non-zero (a signal handler may) to finish the pictures in hand and return. */
    const atomic_int *stop;
} ts_tag_hooks;

/* True when the run could be carried out, however many pictures failed. False and err: TS_USAGE for a request
 * that makes no sense, else whatever kept it from starting or going on (outputs that cannot be written,
 * models). *summary is filled in both cases. */
bool ts_service_tag(const ts_tag_request *request, const ts_tag_hooks *hooks, ts_tag_summary *summary,
                    ts_error *err);

#endif
