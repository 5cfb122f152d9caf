/* Tests of the image room: AVIF and HEIC, where the installed libraries can write them. */
#include <stdlib.h>
#include <string.h>

#include "encode.h"

#ifdef TS_HAVE_AVIF
#include <avif/avif.h>

static void set_pixels(avifImage *image, const drawing *d)
{
    avifRGBImage rgb;
    avifRGBImageSetDefaults(&rgb, image);
    rgb.depth = 8;
    rgb.format = AVIF_RGB_FORMAT_RGBA;
    rgb.pixels = d->rgba;
    rgb.rowBytes = d->width * 4;
    assert_int_equal(avifImageRGBToYUV(image, &rgb), AVIF_RESULT_OK);
}

static encoded write_avif(const drawing *d, unsigned depth, unsigned orientation, unsigned transfer)
{
    encoded e = {0};
    if (!avifCodecName(AVIF_CODEC_CHOICE_AUTO, AVIF_CODEC_FLAG_CAN_ENCODE)) return e;
    avifImage *image = avifImageCreate(d->width, d->height, depth, AVIF_PIXEL_FORMAT_YUV444);
    avifEncoder *encoder = avifEncoderCreate();
    avifRWData out = AVIF_DATA_EMPTY;
    assert_non_null(image);
    assert_non_null(encoder);
    if (transfer) {
        image->colorPrimaries = AVIF_COLOR_PRIMARIES_BT2020;
        image->transferCharacteristics = (avifTransferCharacteristics)transfer;
    }
    set_pixels(image, d);
    if (orientation == 6) {
        image->transformFlags |= AVIF_TRANSFORM_IROT;
        image->irot.angle = 3;
    }
    encoder->speed = 10;
    encoder->maxThreads = 1;
    encoder->minQuantizer = encoder->maxQuantizer = 4;
    assert_int_equal(avifEncoderWrite(encoder, image, &out), AVIF_RESULT_OK);
    e.bytes = malloc(out.size);
    assert_non_null(e.bytes);
    memcpy(e.bytes, out.data, out.size);
    e.length = out.size;
    avifRWDataFree(&out);
    avifEncoderDestroy(encoder);
    avifImageDestroy(image);
    return e;
}

encoded encode_avif(const drawing *d, unsigned depth, unsigned orientation)
{
    return write_avif(d, depth, orientation, 0);
}

encoded encode_avif_wide(const drawing *d, unsigned transfer)
{
    return write_avif(d, 10, 1, transfer);
}
#else
encoded encode_avif_wide(const drawing *d, unsigned transfer)
{
    (void)d, (void)transfer;
    return (encoded){0};
}

encoded encode_avif(const drawing *d, unsigned depth, unsigned orientation)
{
    (void)d, (void)depth, (void)orientation;
    return (encoded){0};
}
#endif

#ifdef TS_HAVE_HEIC
#include <libheif/heif.h>

static struct heif_error write_heic(struct heif_context *context, const void *bytes, size_t length,
                                    void *user)
{
    encoded *e = user;
    (void)context;
    e->bytes = malloc(length);
    assert_non_null(e->bytes);
    memcpy(e->bytes, bytes, length);
    e->length = length;
    return (struct heif_error){heif_error_Ok, heif_suberror_Unspecified, ""};
}

static struct heif_image *heic_image(const drawing *d)
{
    struct heif_image *image = NULL;
    struct heif_error error = heif_image_create((int)d->width, (int)d->height, heif_colorspace_RGB,
                                                heif_chroma_interleaved_RGB, &image);
    assert_int_equal(error.code, heif_error_Ok);
    error = heif_image_add_plane(image, heif_channel_interleaved, (int)d->width, (int)d->height, 24);
    assert_int_equal(error.code, heif_error_Ok);
    int stride = 0;
    uint8_t *rows = heif_image_get_plane(image, heif_channel_interleaved, &stride);
    for (size_t y = 0; y < d->height; y++)
        for (size_t x = 0; x < d->width; x++)
            memcpy(rows + y * (size_t)stride + x * 3, d->rgba + (y * d->width + x) * 4, 3);
    return image;
}

encoded encode_heic(const drawing *d)
{
    encoded e = {0};
    struct heif_encoder *encoder = NULL;
    struct heif_context *context = heif_context_alloc();
    if (heif_context_get_encoder_for_format(context, heif_compression_HEVC, &encoder).code == heif_error_Ok) {
        struct heif_image *image = heic_image(d);
        struct heif_writer writer = {1, write_heic};
        (void)heif_encoder_set_lossy_quality(encoder, 95);
        assert_int_equal(heif_context_encode_image(context, image, encoder, NULL, NULL).code, heif_error_Ok);
        assert_int_equal(heif_context_write(context, &writer, &e).code, heif_error_Ok);
        heif_image_release(image);
        heif_encoder_release(encoder);
    }
    heif_context_free(context);
    return e;
}
#else
encoded encode_heic(const drawing *d)
{
    (void)d;
    return (encoded){0};
}
#endif
