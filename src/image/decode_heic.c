/* image: HEIC through libheif, the primary picture. Must not know other formats. */
#include <libheif/heif.h>
#include <stdlib.h>
#include <string.h>

#include "image/codec.h"

typedef struct heic_reader {
    ts_decode_job *job;
    struct heif_context *context;
    struct heif_image_handle *handle;
    struct heif_image *image;
    ts_sink sink;
} heic_reader;

static bool fail_heic(const heic_reader *r, struct heif_error error, ts_error *err)
{
    if (error.subcode == heif_suberror_Security_limit_exceeded) {
        (void)ts_fail(err, TS_TOO_LARGE, "the HEIC is larger than the limits allow: %.200s", error.message);
        return ts_hint(err, "raise the limits, or scale the picture down first");
    }
    if (error.code == heif_error_Memory_allocation_error) return ts_fail_memory(err);
    if (error.code == heif_error_Unsupported_filetype || error.code == heif_error_Unsupported_feature) {
        (void)ts_fail(err, TS_UNSUPPORTED, "this kind of HEIC is not supported: %.200s", error.message);
        return ts_hint(err, "convert it to JPEG first");
    }
    return ts_job_damaged(r->job, 0, error.message ? error.message : "unknown reason", err);
}

static bool fine(struct heif_error error)
{
    return error.code == heif_error_Ok;
}

/* The block begins with the offset of the TIFF header behind it. */
static void read_exif(heic_reader *r)
{
    heif_item_id id = 0;
    if (heif_image_handle_get_list_of_metadata_block_IDs(r->handle, "Exif", &id, 1) < 1) return;
    size_t size = heif_image_handle_get_metadata_size(r->handle, id);
    enum { exif_max = 16 << 20 };
    uint8_t *block = size > 4 && size <= exif_max ? malloc(size) : NULL;
    if (!block) return;
    if (fine(heif_image_handle_get_metadata(r->handle, id, block))) {
        size_t skip = (size_t)block[0] << 24 | (size_t)block[1] << 16 | (size_t)block[2] << 8 | block[3];
        if (skip < size - 4) ts_job_exif(r->job, block + 4 + skip, size - 4 - skip);
    }
    free(block);
}

static void read_profile(heic_reader *r)
{
    enum { profile_max = 8 << 20 };
    size_t size = heif_image_handle_get_raw_color_profile_size(r->handle);
    uint8_t *profile = size > 0 && size <= profile_max ? malloc(size) : NULL;
    if (!profile) return;
    if (fine(heif_image_handle_get_raw_color_profile(r->handle, profile))) ts_job_icc(r->job, profile, size);
    free(profile);
}

static void read_code_points(heic_reader *r)
{
    struct heif_color_profile_nclx *nclx = NULL;
    if (!fine(heif_image_handle_get_nclx_color_profile(r->handle, &nclx)) || !nclx) return;
    ts_job_cicp(r->job, (unsigned)nclx->color_primaries, (unsigned)nclx->transfer_characteristics);
    heif_nclx_color_profile_free(nclx);
}

static bool open_picture(heic_reader *r, ts_error *err)
{
    r->context = heif_context_alloc();
    if (!r->context) return ts_fail_memory(err);
    uint32_t side_max = r->job->limits->max_side < INT32_MAX ? r->job->limits->max_side : INT32_MAX;
    heif_context_set_maximum_image_size_limit(r->context, (int)side_max);
    heif_context_set_max_decoding_threads(r->context, 0);
    struct heif_error error =
        heif_context_read_from_memory_without_copy(r->context, r->job->bytes, r->job->length, NULL);
    if (fine(error)) error = heif_context_get_primary_image_handle(r->context, &r->handle);
    return fine(error) || fail_heic(r, error, err);
}

/* libheif turns the picture upright itself, so its size is that of the upright picture and EXIF must not turn
 * again. */
static bool read_header(heic_reader *r, ts_error *err)
{
    if (!open_picture(r, err)) return false;
    int width = heif_image_handle_get_width(r->handle), height = heif_image_handle_get_height(r->handle);
    if (!ts_job_size(r->job, width > 0 ? (uint64_t)width : 0, height > 0 ? (uint64_t)height : 0, err))
        return false;
    read_exif(r);
    read_profile(r);
    read_code_points(r);
    r->job->info.orientation = 1;
    if (heif_image_handle_get_luma_bits_per_pixel(r->handle) > 8) ts_job_flag(r->job, TS_PICTURE_DEEP);
    if (heif_image_handle_has_alpha_channel(r->handle)) ts_job_flag(r->job, TS_PICTURE_ALPHA);
    return true;
}

static struct heif_error decode_rgba(heic_reader *r)
{
    struct heif_decoding_options *options = heif_decoding_options_alloc();
    if (options) options->convert_hdr_to_8bit = 1;
    struct heif_error error =
        heif_decode_image(r->handle, &r->image, heif_colorspace_RGB, heif_chroma_interleaved_RGBA, options);
    heif_decoding_options_free(options);
    return error;
}

static bool read_pixels(heic_reader *r, ts_error *err)
{
    struct heif_error error = decode_rgba(r);
    if (!fine(error)) return fail_heic(r, error, err);
    int stride = 0;
    const uint8_t *rows = heif_image_get_plane_readonly(r->image, heif_channel_interleaved, &stride);
    int width = heif_image_get_width(r->image, heif_channel_interleaved);
    int height = heif_image_get_height(r->image, heif_channel_interleaved);
    if (!rows || stride < 0) return ts_job_damaged(r->job, 0, "it has no pixels", err);
    /* The coded picture may differ from what the container promised: the limits hold for it too. */
    if (!ts_job_size(r->job, width > 0 ? (uint64_t)width : 0, height > 0 ? (uint64_t)height : 0, err))
        return false;
    if (!ts_sink_open(&r->sink, r->job, (uint32_t)width, (uint32_t)height, err)) return false;
    for (int y = 0; y < height; y++) {
        const uint8_t *in = rows + (size_t)y * (size_t)stride;
        if (r->job->info.flags & TS_PICTURE_ALPHA)
            ts_row_from_rgba(in, ts_sink_row(&r->sink), (uint32_t)width);
        else ts_row_from_rgbx(in, ts_sink_row(&r->sink), (uint32_t)width);
        ts_sink_push(&r->sink);
    }
    return true;
}

static bool decode_heic(ts_decode_job *job, ts_error *err)
{
    heic_reader r = {.job = job};
    bool ok = read_header(&r, err);
    if (ok && !job->header_only) ok = read_pixels(&r, err);
    ts_sink_close(&r.sink);
    heif_image_release(r.image);
    heif_image_handle_release(r.handle);
    heif_context_free(r.context);
    return ok;
}

const ts_codec ts_codec_heic = {TS_FORMAT_HEIC, decode_heic};
