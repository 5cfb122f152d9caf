/* The image room: bytes in, upright pixels and facts about the file out.
 *
 * A file is recognised by its content, never by its name. Its header is checked against the limits before
 * a pixel is allocated. Decoding happens once, in a pool of confined worker processes (or in this process
 * on request); a crash, a hang or a bomb in a codec becomes one clear error for one picture.
 *
 * This room must not know networks, labels, concepts or tags.
 */
#ifndef TS_IMAGE_IMAGE_H
#define TS_IMAGE_IMAGE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/arena.h"
#include "base/buf.h"
#include "base/error.h"

/* ---- formats ------------------------------------------------------------------------------------ */

typedef enum ts_format {
    TS_FORMAT_UNKNOWN = 0,
    TS_FORMAT_JPEG,
    TS_FORMAT_PNG,
    TS_FORMAT_WEBP,
    TS_FORMAT_GIF,
    TS_FORMAT_TIFF,
    TS_FORMAT_AVIF,
    TS_FORMAT_HEIC,
    TS_FORMAT_BMP,
    TS_FORMAT_DECODED_COUNT, /* formats from here on are recognised only to be refused by name */
    TS_FORMAT_SVG = TS_FORMAT_DECODED_COUNT,
    TS_FORMAT_PDF,
    TS_FORMAT_JXL,
    TS_FORMAT_JPEG2000,
    TS_FORMAT_PSD,
    TS_FORMAT_ICO,
    TS_FORMAT_POSTSCRIPT,
    TS_FORMAT_RAW,
    TS_FORMAT_VIDEO,
    TS_FORMAT_OTHER, /* further known kinds: EXR, DDS, QOI, PNM, TGA with footer, ... */
    TS_FORMAT_COUNT
} ts_format;

/* From the first bytes (64 are enough for all but SVG, which may look at 1024). Any thread. */
ts_format ts_format_sniff(const uint8_t *bytes, size_t length);
/* "JPEG"; never NULL. */
const char *ts_format_name(ts_format format);
/* "image/jpeg"; never NULL. */
const char *ts_format_mime(ts_format format);
bool ts_format_is_decoded(ts_format format);

/* ---- limits ------------------------------------------------------------------------------------- */

typedef struct ts_decode_limits {
    uint64_t max_pixels;     /* width x height of the file, from its header */
    size_t max_bytes;        /* of the encoded file */
    uint32_t max_side;       /* of either side */
    uint32_t timeout_ms;     /* wall time for one picture; the CPU limit follows from it */
    size_t max_worker_bytes; /* address space of one worker above its start (RLIMIT_AS) */
} ts_decode_limits;

#define TS_DECODE_LIMITS_DEFAULT                                                                             \
    ((ts_decode_limits){.max_pixels = 100000000,                                                             \
                        .max_bytes = (size_t)64 << 20,                                                       \
                        .max_side = 65535,                                                                   \
                        .timeout_ms = 10000,                                                                 \
                        .max_worker_bytes = (size_t)1 << 30})

/* ---- a decoded picture -------------------------------------------------------------------------- */

/* Upright sRGB pixels, 4 bytes each in memory order B G R X (libyuv's "ARGB"), X always 255, alpha already laid
 * over white, rows `stride` bytes apart. */
typedef struct ts_pixels {
    uint8_t *data;
    uint32_t width;
    uint32_t height;
    size_t stride;
} ts_pixels;

/* Capture facts from EXIF, as plain values; a text is "" and a flag false where the file does not say. */
typedef struct ts_exif {
    char make[64];
    char model[64];
    char lens[96];
    char taken[24];    /* "2024-05-31T18:02:11", local time of the camera */
    char offset[8];    /* its zone: "+02:00" */
    char gps_time[24]; /* UTC of the satellites, as taken */
    bool has_gps;
    double latitude;  /* degrees, north positive */
    double longitude; /* degrees, east positive */
    double exposure;  /* seconds; this and the following: 0 where the file does not say, may be nonsense */
    double f_number;
    double focal;    /* mm */
    double focal_35; /* mm, as on 24 x 36 */
    double iso;
} ts_exif;

typedef enum ts_picture_flag {
    TS_PICTURE_TRUNCATED = 1 << 0, /* data ended early or was damaged: decoded as far as it goes */
    TS_PICTURE_ANIMATED = 1 << 1,  /* several frames or pages: the first was taken */
    TS_PICTURE_ALPHA = 1 << 2,     /* had transparency, laid over white */
    TS_PICTURE_DEEP = 1 << 3,      /* more than 8 bits a sample */
    TS_PICTURE_CMYK = 1 << 4,      /* was CMYK */
    TS_PICTURE_ICC = 1 << 5,       /* had a colour profile, converted to sRGB */
    TS_PICTURE_GREY = 1 << 6,      /* stored as one channel */
    TS_PICTURE_BAD_ICC = 1 << 7,   /* its colour profile was unusable and ignored */
    TS_PICTURE_BAD_EXIF = 1 << 8   /* its EXIF block was unusable and ignored */
} ts_picture_flag;

typedef struct ts_picture_info {
    ts_format format;
    uint32_t width; /* of the upright picture at full size */
    uint32_t height;
    uint32_t orientation; /* EXIF 1..8 as stored in the file, 1 when absent; already applied to the pixels */
    uint32_t frames;      /* 1 for a still picture */
    uint32_t flags;       /* ts_picture_flag */
    size_t bytes;         /* of the file */
    ts_exif exif;
} ts_picture_info;

/* One decode. `pixels` may be smaller than the picture by a whole DCT or mip factor, never smaller than
 * min(wanted, full size) on the shorter side. */
typedef struct ts_decoded {
    ts_picture_info info;
    ts_pixels pixels;
} ts_decoded;

/* Appends short English sentences for the flags that a user should know of ("the file is truncated...").
 * out: array of at least 8 pointers to constant strings; returns how many were set. */
size_t ts_picture_warnings(const ts_picture_info *info, const char **out);

/* ---- decoding ----------------------------------------------------------------------------------- */

/* A pool of decoders. Threads: any number of threads may decode at once; each call takes a free worker or
 * waits for one. */
typedef struct ts_decoder_pool ts_decoder_pool;

typedef struct ts_decoder_options {
    ts_decode_limits limits;
    unsigned workers; /* processes; at least 1 */
    bool in_process;  /* decode in the calling thread instead: no confinement, no time limit */
} ts_decoder_options;

/* Starts the worker processes: the program `tagsmith-decoder`, found through $TAGSMITH_DECODER, beside the running
 * program, beside the library or where it was installed. Without it they are forked from this process instead; then
 * call this before there are many threads or much memory. NULL and err on failure. */
ts_decoder_pool *ts_decoder_pool_new(const ts_decoder_options *options, ts_error *err);
/* Stops the workers and waits for them. NULL is fine. No decode may be running. */
void ts_decoder_pool_free(ts_decoder_pool *pool);
/* What protects this process from the codecs, in words ("2 processes: seccomp, rlimits"), for `tagsmith doctor`.
 * Lives as long as the pool. */
const char *ts_decoder_pool_confinement(const ts_decoder_pool *pool);

/* Appends the codec libraries and their versions, as one line for `tagsmith doctor`. */
bool ts_image_libraries(ts_buf *out);

/* Decodes one picture.
 *   bytes, length: the whole file; only read.
 *   wanted: the shorter side in pixels that the caller needs; 0 for full size.
 *   out: filled on success; out->pixels.data lives until ts_decoded_release.
 * Errors: TS_NOT_PICTURE, TS_UNSUPPORTED, TS_CORRUPT, TS_TOO_LARGE, TS_TIMEOUT, TS_DECODER_DIED, TS_NO_MEMORY.
 * After an error nothing need be released. */
bool ts_decode(ts_decoder_pool *pool, const void *bytes, size_t length, uint32_t wanted, ts_decoded *out,
               ts_error *err);
/* Gives the pixels back (and the worker's shared memory to the next picture). Safe on zeroed memory and twice. */
void ts_decoded_release(ts_decoder_pool *pool, ts_decoded *decoded);

/* Facts from the header alone, in the same confinement; pixels stay empty. */
bool ts_decode_header(ts_decoder_pool *pool, const void *bytes, size_t length, ts_picture_info *out,
                      ts_error *err);

/* ---- views -------------------------------------------------------------------------------------- */

typedef enum ts_fit {
    TS_FIT_STRETCH = 0, /* both sides scaled on their own */
    /* The largest centred region of the view's aspect, its sides times crop_share: the same as scaling the
     * shorter side to size / crop_share and cutting out the centre. */
    TS_FIT_CROP,
    TS_FIT_LETTERBOX, /* aspect kept, centred, black bars */
} ts_fit;

/* A view: a small copy of the picture as a network wants it. Packed RGB or BGR, 3 bytes a pixel. */
typedef struct ts_view_spec {
    uint32_t width;
    uint32_t height;
    ts_fit fit;
    float crop_share; /* TS_FIT_CROP only: (0, 1], e.g. 0.875 for 224 out of 256 */
    bool bgr;         /* channel order in memory; false: R G B */
} ts_view_spec;

/* Where the view lies in the picture: x_picture = x_view * scale_x + offset_x, in pixels of `pixels`. Coordinates
 * are of edges, not of centres: the middle of view pixel i is i + 0.5, box edges map as they are. */
typedef struct ts_view_map {
    float scale_x, scale_y;
    float offset_x, offset_y;
} ts_view_map;

/* out: width * height * 3 bytes. The filter is a triangle as wide as the shrink factor, bilinear when growing: within
 * one level of Pillow's and torchvision's antialiased bilinear, which networks are trained with. map may be NULL.
 * Errors: TS_INTERNAL (an empty picture, a side of 0 or above 16384, a crop share outside (0, 1]), TS_NO_MEMORY.
 * Any thread. */
bool ts_view_make(const ts_pixels *pixels, const ts_view_spec *spec, uint8_t *out, ts_view_map *map,
                  ts_error *err);

/* The same for a part of the picture (clipped to it); map is in pixels of the whole `pixels`. Pixels just outside the
 * part may shine into the view's edge. TS_USAGE when the part lies wholly outside, is empty or not finite. */
typedef struct ts_rect {
    float x, y, width, height;
} ts_rect;
bool ts_view_make_part(const ts_pixels *pixels, ts_rect part, const ts_view_spec *spec, uint8_t *out,
                       ts_view_map *map, ts_error *err);

/* A JPEG of the picture no larger than side x side (4096 at most), for contact sheets: baseline, 4:2:0, quality 1..100;
 * small pictures are not enlarged. *jpeg is malloc'ed: free() it; NULL after an error. Errors: TS_INTERNAL, TS_NO_MEMORY. Any thread. */
bool ts_thumbnail_jpeg(const ts_pixels *pixels, uint32_t side, int quality, uint8_t **jpeg, size_t *length,
                       ts_error *err);

/* ---- colour and quality measures ---------------------------------------------------------------- */

/* All measures judge the pixels given. Where `pixels` was reduced in the decoder, that is the picture as seen at about
 * that size: blur and noise finer than its pixels are gone. Errors: TS_INTERNAL (no pixels), TS_NO_MEMORY. Any thread. */

typedef struct ts_swatch {
    uint8_t r, g, b;
    float share;      /* of the picture's area, 0..1 */
    float lightness;  /* CIELAB, D65: 0..100 */
    float a, b_lab;   /* CIELAB */
    const char *name; /* basic colour name in English, lower case ("turquoise"); constant */
} ts_swatch;

#define TS_PALETTE_MAX 8

typedef struct ts_colours {
    /* Largest share first, each name once, shares add up to 1; what covers less than 2 % (1 % where vivid) is
     * counted with its nearest neighbour. */
    ts_swatch swatches[TS_PALETTE_MAX];
    size_t count; /* at least 1 */
    /* No visible chroma anywhere: true of noisy and faintly tinted ones too, false for sepia and other toning. */
    bool black_and_white;
    float warmth; /* -1 cold (blue) .. 1 warm (orange): hue warmth weighted by chroma; near 0 for grey */
    float colourfulness;  /* Hasler and Suesstrunk 2003, M; about 0..110 */
    float mean_lightness; /* CIELAB, 0..100 */
} ts_colours;

bool ts_colours_measure(const ts_pixels *pixels, ts_colours *out, ts_error *err);

/* Name of the basic colour nearest to an sRGB colour; constant. One of: black, grey, white, red, orange, brown, beige,
 * yellow, gold, olive, green, turquoise, blue, light blue, navy, purple, pink, burgundy. */
const char *ts_colour_name(uint8_t r, uint8_t g, uint8_t b);

/* Every value moves one way with its fault; where a tag begins is decided elsewhere. In brackets what photographs (245
 * of two public sets) show: 5th percentile, median, 95th. */
typedef struct ts_quality {
    float sharpness; /* 0 blurred .. 1 sharp, of the sharpest parts [0.45, 0.9, 1]; below 0.35: nothing in the
                            picture is in focus. 0.5 where nothing could be sharp (a blank picture) */
    float exposure;  /* -1 far too dark .. 0 balanced .. 1 far too bright [-0.3, -0.05, 0.3] */
    float contrast; /* 0 flat .. 1 full range (spread of the 5th and 95th percentile of luma) [0.5, 0.8, 1] */
    float noise; /* estimated standard deviation of sensor noise, 0..255 units [0.2, 0.6, 3.5]; what a JPEG's
                            compression has removed does not count */
    float clipped_dark;  /* share of pixels at black (luma below 3 of 255) */
    float clipped_light; /* share of pixels at white (luma above 252) */
    float aesthetic;     /* 0..1, the documented rule in quality.c; no learned taste [0.65, 0.78, 0.9] */
} ts_quality;

/* full_width, full_height: size of the picture at full resolution, for judging resolution. */
bool ts_quality_measure(const ts_pixels *pixels, uint32_t full_width, uint32_t full_height, ts_quality *out,
                        ts_error *err);

/* A coarse map of the picture, and how its pixels meet each other. In brackets what photographs show (423 of the test
 * sets): 5th percentile, median, 95th. */
#define TS_LAYOUT_SIDE 16 /* cells a side, whatever the picture's shape */

typedef struct ts_cell {
    float l, a, b; /* CIELAB of the mean colour */
    float detail;  /* mean step of luma to the right and to the lower neighbour, 0..255 */
} ts_cell;

typedef struct ts_layout {
    ts_cell cells[TS_LAYOUT_SIDE][TS_LAYOUT_SIDE]; /* [row][column], top left first */
    float
        flat; /* share of pixels of exactly the colour of their right and lower neighbours [0, 0.03, 0.26] */
    float paper;    /* share of nearly white pixels */
    float edges;    /* share of pixels at an outline */
    float straight; /* of the outlines, the share that runs exactly along or across [0.11, 0.21, 0.43] */
    float
        symmetry; /* correlation of lightness with the mirror image, -1..1; 0 for one even tone [-0.2, 0.5, 0.94] */
} ts_layout;

bool ts_layout_measure(const ts_pixels *pixels, ts_layout *out, ts_error *err);

#endif
