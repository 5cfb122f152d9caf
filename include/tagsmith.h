/* Tagsmith: tags for pictures, from C.
 *
 *     #include <stdio.h>
 *     #include <tagsmith.h>
 *
 *     int main(int argc, char **argv)
 *     {
 *         ts_error err;
 *         tagsmith *tagger = tagsmith_open(NULL, &err);
 *         tagsmith_picture *picture = tagger ? tagsmith_tag_file(tagger, argv[argc - 1], &err) : NULL;
 *         for (size_t i = 0; picture && i < tagsmith_tag_count(picture); i++) {
 *             const tagsmith_tag *tag = tagsmith_tag_at(picture, i);
 *             printf("%s %.2f\n", tag->label, tag->confidence);
 *         }
 *         if (!picture) fprintf(stderr, "%s\n%s\n", err.message, err.hint);
 *         int status = picture ? 0 : 1;
 *         tagsmith_picture_free(picture);
 *         tagsmith_close(tagger);
 *         return status;
 *     }
 *
 * Build with: cc program.c $(pkg-config --cflags --libs tagsmith)
 *
 * Threads: one open handle may tag in any number of threads at once; `jobs` of them run side by side, more
 * wait. A picture belongs to whoever holds it and is never changed once it is returned, so it may be read
 * anywhere. Opening starts `jobs` decoder processes and the inference library's threads; nothing else runs
 * in the background. The library prints nothing, never exits and installs no signal handler.
 *
 * Ownership: what a function with _open, _tag or _json in its name returns is the caller's, to be given up
 * with the function named beside it. Everything reached through a picture lives as long as the picture.
 *
 * Errors: NULL (or false) and a filled ts_error (tagsmith/error.h). Trouble with one picture leaves the
 * handle as good as before.
 */
#ifndef TAGSMITH_H
#define TAGSMITH_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "tagsmith/error.h"

#ifdef __cplusplus
extern "C" {
#endif

typedef struct tagsmith tagsmith;
typedef struct tagsmith_picture tagsmith_picture;

/* Zero it, then set what you want otherwise. */
typedef struct tagsmith_options {
    const char *models;     /* folder with the model files; NULL: where set-up put them */
    const char *cache;      /* folder for compiled networks; NULL: the user's cache folder, "": none */
    const char *analysers;  /* "classify,detect,..." (see `tagsmith tag --help`); NULL: the usual ones */
    unsigned jobs;          /* pictures tagged side by side; 0: one more than the processor cores */
    uint64_t max_pixels;    /* refuse larger pictures; 0: 100 million */
    uint64_t max_bytes;     /* refuse larger files; 0: 64 MiB */
    uint32_t timeout_ms;    /* decoding time for one picture; 0: 10 seconds */
    bool decode_in_process; /* no decoder processes: a crash in a codec is then yours */
    float min_confidence;   /* drop tags below; 0: each kind's own measured line */
    unsigned max_tags;      /* keep the most telling ones; 0: 50 */
} tagsmith_options;

/* options may be NULL. Loading takes about a second the first time on a machine, less later.
 * Give up with tagsmith_close, when no call is running in any thread. */
tagsmith *tagsmith_open(const tagsmith_options *options, ts_error *err);
void tagsmith_close(tagsmith *tagger); /* NULL is fine */

/* Tags one picture; give up with tagsmith_picture_free. The bytes are only read, and only during the call. */
tagsmith_picture *tagsmith_tag_file(tagsmith *tagger, const char *path, ts_error *err);
tagsmith_picture *tagsmith_tag_bytes(tagsmith *tagger, const void *bytes, size_t length, ts_error *err);
void tagsmith_picture_free(tagsmith_picture *picture); /* NULL is fine */

typedef struct tagsmith_box {
    float x, y, width, height; /* pixels of the upright picture, from its top left corner */
} tagsmith_box;

typedef struct tagsmith_tag {
    const char *concept; /* "object/dog": never changes its meaning */
    const char *label;   /* "dog" */
    const char *facet;   /* "object", "scene", "people", "colour", ... */
    float confidence;    /* probability that the tag is right, 0..1 */
    bool accepted;       /* sure enough to stand without a person's look; otherwise a suggestion */
    uint32_t count;      /* how many were seen; 0 where counting makes no sense */
    const tagsmith_box *boxes;
    size_t box_count;
    const char *const *ancestors; /* concepts above it, nearest first */
    size_t ancestor_count;
} tagsmith_tag;

/* Tags in order of what they tell. at: index below the count, or NULL is returned. */
size_t tagsmith_tag_count(const tagsmith_picture *picture);
const tagsmith_tag *tagsmith_tag_at(const tagsmith_picture *picture, size_t index);

/* Size of the upright picture in pixels. */
uint32_t tagsmith_picture_width(const tagsmith_picture *picture);
uint32_t tagsmith_picture_height(const tagsmith_picture *picture);

/* Everything known about the picture as one line of JSON (docs/record.schema.json), without a line end.
 * Lives as long as the picture. */
const char *tagsmith_picture_json(const tagsmith_picture *picture);

/* "0.1.0" */
const char *tagsmith_version(void);

#ifdef __cplusplus
}
#endif
#endif
