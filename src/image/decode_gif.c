/* image: the first frame of a GIF through giflib. Must not know other formats. */
#include <gif_lib.h>
#include <stdlib.h>
#include <string.h>

#include "image/codec.h"

typedef struct gif_reader {
    ts_decode_job *job;
    size_t at; /* read position of giflib */
    GifFileType *gif;
    uint32_t width; /* of the canvas */
    uint32_t height;
    int transparent;         /* colour index, or -1 */
    uint8_t palette[256][4]; /* B G R X; the transparent one is white */
    uint8_t *indices;        /* the frame: one row, or all rows when interlaced */
    ts_sink sink;
} gif_reader;

static int read_bytes(GifFileType *gif, GifByteType *out, int count)
{
    gif_reader *r = gif->UserData;
    size_t left = r->job->length - r->at;
    size_t n = (size_t)count < left ? (size_t)count : left;
    memcpy(out, r->job->bytes + r->at, n);
    r->at += n;
    return (int)n;
}

static bool fail_gif(const gif_reader *r, int code, ts_error *err)
{
    if (r->gif && r->gif->Error) code = r->gif->Error;
    if (code == D_GIF_ERR_NOT_ENOUGH_MEM) return ts_fail_memory(err);
    const char *reason = GifErrorString(code);
    return ts_job_damaged(r->job, 0, reason ? reason : "it has no frame", err);
}

/* ---- counting frames ----------------------------------------------------------------------------- */

static size_t skip_blocks(const uint8_t *bytes, size_t length, size_t at)
{
    while (at < length && bytes[at] > 0) at += (size_t)bytes[at] + 1;
    return at + 1;
}

static size_t colour_table_size(uint8_t packed)
{
    return packed & 0x80 ? (size_t)3 << ((packed & 7) + 1) : 0;
}

/* Walks over the blocks without unpacking any. */
static uint32_t count_frames(const uint8_t *bytes, size_t length)
{
    enum { screen_end = 13, image_header = 10 };
    uint32_t frames = 0;
    if (length < screen_end) return 0;
    size_t at = screen_end + colour_table_size(bytes[10]);
    while (at < length && bytes[at] != 0x3B) {
        if (bytes[at] == 0x21) {
            at = skip_blocks(bytes, length, at + 2);
        } else if (bytes[at] == 0x2C && length - at > image_header) {
            frames++;
            at = skip_blocks(bytes, length, at + image_header + colour_table_size(bytes[at + 9]) + 1);
        } else {
            break;
        }
    }
    return frames;
}

/* ---- header -------------------------------------------------------------------------------------- */

static bool read_extension(gif_reader *r)
{
    int code = 0;
    GifByteType *block = NULL;
    GraphicsControlBlock control;
    if (DGifGetExtension(r->gif, &code, &block) == GIF_ERROR) return false;
    if (code == GRAPHICS_EXT_FUNC_CODE && block &&
        DGifExtensionToGCB(block[0], block + 1, &control) == GIF_OK)
        r->transparent = control.TransparentColor;
    while (block)
        if (DGifGetExtensionNext(r->gif, &block) == GIF_ERROR) return false;
    return true;
}

/* Stops in front of the first frame's pixels. */
static bool find_frame(gif_reader *r)
{
    for (;;) {
        GifRecordType type = UNDEFINED_RECORD_TYPE;
        if (DGifGetRecordType(r->gif, &type) == GIF_ERROR) return false;
        if (type == IMAGE_DESC_RECORD_TYPE) return DGifGetImageDesc(r->gif) == GIF_OK;
        if (type != EXTENSION_RECORD_TYPE || !read_extension(r)) return false;
    }
}

static uint32_t larger(int a, int b)
{
    return (uint32_t)(a > b ? a : b);
}

/* The screen, widened where the frame reaches over its edge: some writers leave the screen at zero. */
static bool read_header(gif_reader *r, ts_error *err)
{
    int code = 0;
    r->transparent = NO_TRANSPARENT_COLOR;
    r->gif = DGifOpen(r, read_bytes, &code);
    if (!r->gif || !find_frame(r)) return fail_gif(r, code, err);
    const GifImageDesc *frame = &r->gif->Image;
    if (frame->Width <= 0 || frame->Height <= 0) return ts_job_size(r->job, 0, 0, err);
    r->width = larger(r->gif->SWidth, frame->Left + frame->Width);
    r->height = larger(r->gif->SHeight, frame->Top + frame->Height);
    if (!ts_job_size(r->job, r->width, r->height, err)) return false;
    uint32_t frames = count_frames(r->job->bytes, r->job->length);
    r->job->info.frames = frames > 1 ? frames : 1;
    if (frames > 1) ts_job_flag(r->job, TS_PICTURE_ANIMATED);
    return true;
}

/* ---- pixels -------------------------------------------------------------------------------------- */

static void make_palette(gif_reader *r)
{
    const ColorMapObject *map = r->gif->Image.ColorMap ? r->gif->Image.ColorMap : r->gif->SColorMap;
    for (int i = 0; i < 256; i++) {
        bool known = map && i < map->ColorCount;
        GifColorType c = known ? map->Colors[i] : (GifColorType){0, 0, 0};
        ts_put_rgb(r->palette[i], c.Red, c.Green, c.Blue);
    }
    if (r->transparent >= 0 && r->transparent < 256) memset(r->palette[r->transparent], 255, 4);
}

/* One row of the canvas: white, with the frame's row over it when there is one. */
static void push_row(gif_reader *r, const uint8_t *indices)
{
    const GifImageDesc *frame = &r->gif->Image;
    uint8_t *row = ts_sink_row(&r->sink);
    bool covered = indices && (uint32_t)frame->Width == r->width;
    if (!covered) memset(row, 255, (size_t)r->width * 4);
    uint8_t *out = row + (size_t)frame->Left * 4;
    for (int x = 0; indices && x < frame->Width; x++, out += 4) memcpy(out, r->palette[indices[x]], 4);
    ts_sink_push(&r->sink);
}

static uint64_t read_interlaced(gif_reader *r)
{
    static const struct {
        int first, step;
    } passes[4] = {{0, 8}, {4, 8}, {2, 4}, {1, 2}};
    const GifImageDesc *frame = &r->gif->Image;
    uint64_t rows = 0;
    for (int p = 0; p < 4; p++)
        for (int y = passes[p].first; y < frame->Height; y += passes[p].step, rows++)
            if (DGifGetLine(r->gif, r->indices + (size_t)y * (size_t)frame->Width, frame->Width) == GIF_ERROR)
                return rows;
    return rows;
}

/* Pushes the frame's rows; how many were there. */
static uint64_t push_frame(gif_reader *r)
{
    const GifImageDesc *frame = &r->gif->Image;
    uint64_t rows = frame->Interlace ? read_interlaced(r) : 0;
    for (int y = 0; y < frame->Height; y++) {
        if (frame->Interlace) {
            push_row(r, r->indices + (size_t)y * (size_t)frame->Width);
        } else if (rows == (uint64_t)y && DGifGetLine(r->gif, r->indices, frame->Width) == GIF_OK) {
            push_row(r, r->indices);
            rows++;
        }
    }
    return rows;
}

static bool read_pixels(gif_reader *r, ts_error *err)
{
    const GifImageDesc *frame = &r->gif->Image;
    size_t rows_kept = frame->Interlace ? (size_t)frame->Height : 1;
    int blank = r->transparent >= 0 ? r->transparent : 0;
    r->indices = malloc(rows_kept * (size_t)frame->Width);
    if (!r->indices) return ts_fail_memory(err);
    memset(r->indices, blank, rows_kept * (size_t)frame->Width);
    make_palette(r);
    bool holes = frame->Width < (int)r->width || frame->Height < (int)r->height;
    if (r->transparent >= 0 || holes) ts_job_flag(r->job, TS_PICTURE_ALPHA);
    if (!ts_sink_open(&r->sink, r->job, r->width, r->height, err)) return false;
    for (int y = 0; y < frame->Top; y++) push_row(r, NULL);
    uint64_t rows = push_frame(r);
    if (rows < (uint64_t)frame->Height) return ts_job_damaged(r->job, rows, "the data ends there", err);
    while (r->sink.row < r->height) push_row(r, NULL);
    return true;
}

static bool decode_gif(ts_decode_job *job, ts_error *err)
{
    gif_reader r = {.job = job};
    int code = 0;
    bool ok = read_header(&r, err);
    if (ok && !job->header_only) ok = read_pixels(&r, err);
    ts_sink_close(&r.sink);
    if (r.gif) (void)DGifCloseFile(r.gif, &code);
    free(r.indices);
    return ok;
}

const ts_codec ts_codec_gif = {TS_FORMAT_GIF, decode_gif};
