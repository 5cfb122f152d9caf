/* image: JPEG through libjpeg-turbo, reduced in the DCT. Must not know other formats.
 *
 * The library reports fatal errors with longjmp. Everything that must be freed afterwards lives in one struct
 * that the caller of setjmp owns, and nothing between setjmp and longjmp holds memory of its own. */
#include <setjmp.h>
#include <stdio.h>
#include <stdlib.h>

#include <jpeglib.h>

#include <jerror.h>

#include "image/codec.h"

typedef struct jpeg_reader {
    struct jpeg_decompress_struct jpeg; /* first: the library's pointers are cast back to the reader */
    struct jpeg_error_mgr errors;
    struct jpeg_source_mgr source;
    struct jpeg_progress_mgr progress;
    jmp_buf escape;
    ts_decode_job *job;
    ts_sink sink;
    JOCTET *profile;
    bool damaged; /* data ended early or did not make sense */
    bool no_rows; /* data ended before the first row of blocks was complete */
    bool too_many_scans;
    char message[JMSG_LENGTH_MAX];
} jpeg_reader;

static jpeg_reader *reader_of(j_common_ptr common)
{
    return (jpeg_reader *)(void *)common;
}

static void on_error(j_common_ptr common)
{
    jpeg_reader *r = reader_of(common);
    common->err->format_message(common, r->message);
    longjmp(r->escape, 1);
}

/* Stray bytes and version quirks are harmless; these mean that pixels are wrong. */
static bool warning_is_damage(int code)
{
    return code == JWRN_JPEG_EOF || code == JWRN_HIT_MARKER || code == JWRN_HUFF_BAD_CODE ||
           code == JWRN_MUST_RESYNC || code == JWRN_ARITH_BAD_CODE;
}

static void on_message(j_common_ptr common, int level)
{
    if (level >= 0) return;
    common->err->num_warnings++;
    if (warning_is_damage(common->err->msg_code)) reader_of(common)->damaged = true;
}

/* Each scan of a progressive file costs a pass over all coefficients: a small file may ask for minutes of work. Honest
 * encoders make about ten. */
static void on_progress(j_common_ptr common)
{
    enum { scans_free = 20, scans_max = 100 };
    const uint64_t work_max = 2000000000; /* coefficients visited: a few seconds */
    jpeg_reader *r = reader_of(common);
    uint64_t scans = (uint64_t)r->jpeg.input_scan_number;
    uint64_t work = scans * r->jpeg.image_width * r->jpeg.image_height;
    if (scans <= scans_free || (scans <= scans_max && work <= work_max)) return;
    r->too_many_scans = true;
    longjmp(r->escape, 1);
}

static void on_source_start(j_decompress_ptr jpeg)
{
    (void)jpeg;
}

/* The file has ended: an end marker lets the library finish with what it has. */
static boolean on_source_empty(j_decompress_ptr jpeg)
{
    static const JOCTET end_marker[2] = {0xFF, JPEG_EOI};
    jpeg_reader *r = reader_of((j_common_ptr)jpeg);
    if (!r->damaged)
        r->no_rows = jpeg->input_scan_number <= 1 && jpeg->input_iMCU_row == 0 && jpeg->total_iMCU_rows > 1;
    r->damaged = true;
    jpeg->src->next_input_byte = end_marker;
    jpeg->src->bytes_in_buffer = sizeof end_marker;
    return TRUE;
}

static void on_source_skip(j_decompress_ptr jpeg, long count)
{
    if (count <= 0) return;
    if ((size_t)count >= jpeg->src->bytes_in_buffer) {
        (void)on_source_empty(jpeg);
        return;
    }
    jpeg->src->next_input_byte += count;
    jpeg->src->bytes_in_buffer -= (size_t)count;
}

static void start_reader(jpeg_reader *r)
{
    r->jpeg.err = jpeg_std_error(&r->errors);
    r->errors.error_exit = on_error;
    r->errors.emit_message = on_message;
}

static void create_reader(jpeg_reader *r)
{
    jpeg_create_decompress(&r->jpeg);
    r->source = (struct jpeg_source_mgr){
        .next_input_byte = r->job->bytes,
        .bytes_in_buffer = r->job->length,
        .init_source = on_source_start,
        .fill_input_buffer = on_source_empty,
        .skip_input_data = on_source_skip,
        .resync_to_restart = jpeg_resync_to_restart,
        .term_source = on_source_start,
    };
    r->jpeg.src = &r->source;
    r->progress.progress_monitor = on_progress;
    r->jpeg.progress = &r->progress;
    jpeg_save_markers(&r->jpeg, JPEG_APP0 + 1, 0xFFFF);
    jpeg_save_markers(&r->jpeg, JPEG_APP0 + 2, 0xFFFF);
}

static void read_exif(jpeg_reader *r)
{
    for (jpeg_saved_marker_ptr m = r->jpeg.marker_list; m; m = m->next) {
        bool exif = m->marker == JPEG_APP0 + 1 && m->data_length > 6 && m->data[0] == 'E' &&
                    m->data[1] == 'x' && m->data[2] == 'i' && m->data[3] == 'f' && m->data[4] == 0;
        if (!exif) continue;
        ts_job_exif(r->job, m->data, m->data_length);
        return;
    }
}

static void read_profile(jpeg_reader *r)
{
    unsigned length = 0;
    if (jpeg_read_icc_profile(&r->jpeg, &r->profile, &length)) ts_job_icc(r->job, r->profile, length);
}

static bool read_header(jpeg_reader *r, ts_error *err)
{
    create_reader(r);
    (void)jpeg_read_header(&r->jpeg, TRUE);
    if (!ts_job_size(r->job, r->jpeg.image_width, r->jpeg.image_height, err)) return false;
    read_exif(r);
    read_profile(r);
    if (r->jpeg.num_components == 4) ts_job_flag(r->job, TS_PICTURE_CMYK);
    if (r->jpeg.num_components == 1) ts_job_flag(r->job, TS_PICTURE_GREY);
    return true;
}

/* The smallest DCT size that still serves the caller, of those that libjpeg-turbo has in SIMD. The odd ones give fewer
 * pixels and yet take longer than the next of these: 3/8 of 12 megapixels 36 ms against 31 for 4/8, 6/8 of
 * 640 x 480 3.2 ms against 2.8 for all of it. */
static void choose_scale(jpeg_reader *r)
{
    static const unsigned eighths[] = {1, 2, 4};
    r->jpeg.scale_num = r->jpeg.scale_denom = 8;
    if (r->job->wanted == 0) return;
    for (size_t i = 0; i < sizeof eighths / sizeof eighths[0]; i++) {
        r->jpeg.scale_num = eighths[i];
        jpeg_calc_output_dimensions(&r->jpeg);
        if (r->jpeg.output_width >= r->job->wanted && r->jpeg.output_height >= r->job->wanted) return;
    }
    r->jpeg.scale_num = 8;
}

static bool read_pixels(jpeg_reader *r, ts_error *err)
{
    choose_scale(r);
    r->jpeg.out_color_space = r->jpeg.num_components == 4 ? JCS_CMYK : JCS_EXT_BGRA;
    (void)jpeg_start_decompress(&r->jpeg);
    if (r->no_rows) return ts_job_damaged(r->job, 0, "the file ends there", err);
    if (!ts_sink_open(&r->sink, r->job, r->jpeg.output_width, r->jpeg.output_height, err)) return false;
    while (r->jpeg.output_scanline < r->jpeg.output_height) {
        JSAMPROW row = ts_sink_row(&r->sink);
        if (jpeg_read_scanlines(&r->jpeg, &row, 1) != 1) break;
        ts_sink_push(&r->sink);
    }
    return !r->no_rows || ts_job_damaged(r->job, 0, "the file ends there", err);
}

static bool fail_jpeg(jpeg_reader *r, ts_error *err)
{
    if (r->too_many_scans)
        return ts_fail(err, TS_CORRUPT, "the JPEG asks for more scans than any honest picture has");
    int code = r->errors.msg_code;
    if (code == JERR_OUT_OF_MEMORY) return ts_fail_memory(err);
    if (code == JERR_BAD_PRECISION || code == JERR_SOF_UNSUPPORTED || code == JERR_CONVERSION_NOTIMPL) {
        (void)ts_fail(err, TS_UNSUPPORTED, "this kind of JPEG is not supported: %s", r->message);
        return ts_hint(err, "save it as an ordinary 8-bit JPEG or as PNG");
    }
    bool no_area = r->jpeg.image_width == 0 || r->jpeg.image_height == 0;
    if (code == JERR_EMPTY_IMAGE && no_area)
        return ts_job_size(r->job, r->jpeg.image_width, r->jpeg.image_height, err);
    return ts_job_damaged(r->job, r->sink.row, r->message, err);
}

static bool run_reader(jpeg_reader *r, ts_error *err)
{
    if (setjmp(r->escape)) return fail_jpeg(r, err);
    if (!read_header(r, err)) return false;
    if (r->job->header_only) return true;
    if (!read_pixels(r, err)) return false;
    if (r->damaged) ts_job_flag(r->job, TS_PICTURE_TRUNCATED);
    return true;
}

static bool decode_jpeg(ts_decode_job *job, ts_error *err)
{
    jpeg_reader *r = calloc(1, sizeof *r);
    if (!r) return ts_fail_memory(err);
    r->job = job;
    start_reader(r);
    bool ok = run_reader(r, err);
    ts_sink_close(&r->sink);
    jpeg_destroy_decompress(&r->jpeg);
    free(r->profile);
    free(r);
    return ok;
}

const ts_codec ts_codec_jpeg = {TS_FORMAT_JPEG, decode_jpeg};
