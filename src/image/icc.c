/* image: colour profiles and inks to sRGB, in place. Must not know formats. */
#include <lcms2.h>
#include <math.h>
#include <string.h>

#include "image/codec.h"
#include "image/icc_matrix.h"

/* The signature of the colour space of the pixels that a profile may describe here. */
typedef enum pixel_space { SPACE_RGB, SPACE_GREY, SPACE_CMYK } pixel_space;

static bool close_to(double a, double b, double tolerance)
{
    return fabs(a - b) <= tolerance;
}

static bool colorant_is(cmsHPROFILE profile, cmsTagSignature tag, double x, double y, double z)
{
    const cmsCIEXYZ *xyz = cmsReadTag(profile, tag);
    return xyz && close_to(xyz->X, x, 0.003) && close_to(xyz->Y, y, 0.003) && close_to(xyz->Z, z, 0.003);
}

static bool curve_is_srgb(cmsHPROFILE profile, cmsTagSignature tag)
{
    const cmsToneCurve *curve = cmsReadTag(profile, tag);
    return curve && close_to(cmsEvalToneCurveFloat(curve, 0.25F), 0.0509, 0.01) &&
           close_to(cmsEvalToneCurveFloat(curve, 0.5F), 0.2140, 0.01) &&
           close_to(cmsEvalToneCurveFloat(curve, 0.75F), 0.5225, 0.01);
}

/* Most profiles are sRGB under one of many names; the numbers tell, and no conversion is needed. */
static bool profile_is_srgb(cmsHPROFILE profile)
{
    return colorant_is(profile, cmsSigRedColorantTag, 0.4361, 0.2225, 0.0139) &&
           colorant_is(profile, cmsSigGreenColorantTag, 0.3851, 0.7169, 0.0971) &&
           colorant_is(profile, cmsSigBlueColorantTag, 0.1431, 0.0606, 0.7141) &&
           curve_is_srgb(profile, cmsSigRedTRCTag) && curve_is_srgb(profile, cmsSigGreenTRCTag) &&
           curve_is_srgb(profile, cmsSigBlueTRCTag);
}

static bool space_of_profile(cmsHPROFILE profile, pixel_space *space)
{
    switch ((unsigned)cmsGetColorSpace(profile)) {
    case cmsSigRgbData:
        *space = SPACE_RGB;
        return true;
    case cmsSigGrayData:
        *space = SPACE_GREY;
        return true;
    case cmsSigCmykData:
        *space = SPACE_CMYK;
        return true;
    default:
        return false;
    }
}

/* A profile must describe the pixels it comes with: inks with inks, grey only with grey pictures. */
static bool space_fits(pixel_space space, uint32_t flags)
{
    if (flags & TS_PICTURE_CMYK) return space == SPACE_CMYK;
    if (space == SPACE_GREY) return (flags & TS_PICTURE_GREY) != 0;
    return space == SPACE_RGB;
}

/* Grey pictures were widened to B G R X before: their first sample is the grey value. */
static cmsUInt32Number input_type(pixel_space space)
{
    if (space == SPACE_CMYK) return TYPE_CMYK_8_REV;
    if (space == SPACE_GREY) return COLORSPACE_SH(PT_GRAY) | CHANNELS_SH(1) | BYTES_SH(1) | EXTRA_SH(3);
    return TYPE_BGRA_8;
}

static cmsHTRANSFORM make_transform(cmsContext context, cmsHPROFILE profile, pixel_space space)
{
    cmsHPROFILE srgb = cmsCreate_sRGBProfileTHR(context);
    if (!srgb) return NULL;
    cmsUInt32Number speed = space == SPACE_CMYK ? cmsFLAGS_LOWRESPRECALC : 0;
    cmsHTRANSFORM transform = cmsCreateTransformTHR(context, profile, input_type(space), srgb, TYPE_BGRA_8,
                                                    INTENT_PERCEPTUAL, speed);
    cmsCloseProfile(srgb);
    return transform;
}

/* lcms leaves the fourth byte alone; after inks it must become 255. */
static void transform_rows(cmsHTRANSFORM transform, ts_pixels *pixels, bool set_x)
{
    for (uint32_t y = 0; y < pixels->height; y++) {
        uint8_t *row = pixels->data + y * pixels->stride;
        cmsDoTransform(transform, row, row, pixels->width);
        for (uint32_t x = 0; set_x && x < pixels->width; x++) row[x * 4 + 3] = 255;
    }
}

static bool convert(cmsContext context, cmsHPROFILE profile, pixel_space space, ts_pixels *pixels)
{
    if (space == SPACE_RGB && ts_icc_matrix_apply(profile, pixels)) return true;
    cmsHTRANSFORM transform = make_transform(context, profile, space);
    if (!transform) return false;
    transform_rows(transform, pixels, space != SPACE_RGB);
    cmsDeleteTransform(transform);
    return true;
}

/* False when the profile is unusable: then nothing was changed. */
static bool apply_profile(cmsContext context, const uint8_t *icc, size_t icc_length, ts_pixels *pixels,
                          uint32_t *flags)
{
    cmsHPROFILE profile = cmsOpenProfileFromMemTHR(context, icc, (cmsUInt32Number)icc_length);
    if (!profile) return false;
    pixel_space space = SPACE_RGB;
    bool ok = space_of_profile(profile, &space) && space_fits(space, *flags);
    if (ok && !profile_is_srgb(profile)) {
        ok = convert(context, profile, space, pixels);
        if (ok) *flags |= TS_PICTURE_ICC;
    }
    cmsCloseProfile(profile);
    return ok;
}

/* Inks without a profile: light that passes both the ink and the black. Samples are inverted: 255 is no ink.
 */
static void inks_to_rgb(ts_pixels *pixels)
{
    for (uint32_t y = 0; y < pixels->height; y++) {
        uint8_t *p = pixels->data + y * pixels->stride;
        for (uint32_t x = 0; x < pixels->width; x++, p += 4) {
            uint32_t k = p[3];
            ts_put_rgb(p, (uint8_t)(p[0] * k / 255), (uint8_t)(p[1] * k / 255), (uint8_t)(p[2] * k / 255));
        }
    }
}

void ts_icc_apply(const uint8_t *icc, size_t icc_length, ts_pixels *pixels, uint32_t *flags)
{
    bool done = false;
    if (icc) {
        /* A context of its own: lcms keeps error state in it, and threads must not share that. */
        cmsContext context = cmsCreateContext(NULL, NULL);
        done = context && apply_profile(context, icc, icc_length, pixels, flags);
        if (context) cmsDeleteContext(context);
        if (!done) *flags |= TS_PICTURE_BAD_ICC;
    }
    if (!done && (*flags & TS_PICTURE_CMYK)) inks_to_rgb(pixels);
}
