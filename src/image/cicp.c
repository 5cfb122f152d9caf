/* image: colours that a file names by code points (ITU-T H.273) instead of a profile, made into a profile.
 * Must not know formats.
 *
 * Wide primaries (Display P3, BT.2020) are converted as by any profile. The bright scales PQ and HLG, made for
 * displays of 1000 nits and more, are brought down: what ordinary white paper reflects stays as it is, lights above it are
 * pressed together below white. Without that such pictures look grey and flat, to people and to networks. */
#include <lcms2.h>
#include <math.h>
#include <stdlib.h>

#include "image/codec.h"

enum { PRIMARIES_BT2020 = 9, PRIMARIES_P3 = 12 };
enum { TRANSFER_GAMMA22 = 4, TRANSFER_GAMMA28 = 5, TRANSFER_LINEAR = 8, TRANSFER_PQ = 16, TRANSFER_HLG = 18 };

static const double white_nits = 203; /* of paper white, ITU-R BT.2408 */

/* 1 is paper white. Straight up to 0.6, then bent so that it never reaches 1. */
static double press_lights(double light)
{
    const double knee = 0.6;
    return light <= knee ? light : knee + (1 - knee) * (1 - exp((knee - light) / (1 - knee)));
}

static double pq_to_light(double v)
{
    const double m1 = 0.1593017578125, m2 = 78.84375, c1 = 0.8359375, c2 = 18.8515625, c3 = 18.6875;
    double p = pow(v, 1 / m2);
    double above = p > c1 ? p - c1 : 0;
    return pow(above / (c2 - c3 * p), 1 / m1) * 10000 / white_nits;
}

static double hlg_to_light(double v)
{
    const double a = 0.17883277, b = 0.28466892, c = 0.55991073;
    double scene = v <= 0.5 ? v * v / 3 : (exp((v - c) / a) + b) / 12;
    return pow(scene, 1.2) * 1000 / white_nits;
}

static double srgb_to_light(double v)
{
    return v <= 0.04045 ? v / 12.92 : pow((v + 0.055) / 1.055, 2.4);
}

/* The broadcast curves (BT.709, BT.601, BT.2020) are shown on the same displays as sRGB, so they count as it. */
static double to_light(unsigned transfer, double v)
{
    switch (transfer) {
    case TRANSFER_GAMMA22:
        return pow(v, 2.2);
    case TRANSFER_GAMMA28:
        return pow(v, 2.8);
    case TRANSFER_LINEAR:
        return v;
    case TRANSFER_PQ:
        return press_lights(pq_to_light(v));
    case TRANSFER_HLG:
        return press_lights(hlg_to_light(v));
    default:
        return srgb_to_light(v);
    }
}

static bool same_as_srgb(unsigned primaries, unsigned transfer)
{
    bool wide = primaries == PRIMARIES_BT2020 || primaries == PRIMARIES_P3;
    bool other = transfer == TRANSFER_GAMMA22 || transfer == TRANSFER_GAMMA28 ||
                 transfer == TRANSFER_LINEAR || transfer == TRANSFER_PQ || transfer == TRANSFER_HLG;
    return !wide && !other;
}

static cmsHPROFILE make_profile(cmsContext context, unsigned primaries, unsigned transfer)
{
    static const cmsCIExyYTRIPLE bt709 = {{0.640, 0.330, 1}, {0.300, 0.600, 1}, {0.150, 0.060, 1}};
    static const cmsCIExyYTRIPLE bt2020 = {{0.708, 0.292, 1}, {0.170, 0.797, 1}, {0.131, 0.046, 1}};
    static const cmsCIExyYTRIPLE p3 = {{0.680, 0.320, 1}, {0.265, 0.690, 1}, {0.150, 0.060, 1}};
    static const cmsCIExyY white = {0.3127, 0.3290, 1};
    enum { steps = 256 };
    cmsFloat32Number table[steps];
    for (int i = 0; i < steps; i++) table[i] = (cmsFloat32Number)to_light(transfer, i / (steps - 1.0));
    cmsToneCurve *curve = cmsBuildTabulatedToneCurveFloat(context, steps, table);
    if (!curve) return NULL;
    const cmsCIExyYTRIPLE *triple = primaries == PRIMARIES_BT2020 ? &bt2020
                                    : primaries == PRIMARIES_P3   ? &p3
                                                                  : &bt709;
    cmsToneCurve *curves[3] = {curve, curve, curve};
    cmsHPROFILE profile = cmsCreateRGBProfileTHR(context, &white, triple, curves);
    cmsFreeToneCurve(curve);
    return profile;
}

static void keep_profile(ts_decode_job *job, cmsHPROFILE profile)
{
    cmsUInt32Number size = 0;
    if (!cmsSaveProfileToMem(profile, NULL, &size)) return;
    uint8_t *bytes = malloc(size);
    if (bytes && cmsSaveProfileToMem(profile, bytes, &size)) ts_job_icc(job, bytes, size);
    free(bytes);
}

void ts_job_cicp(ts_decode_job *job, unsigned primaries, unsigned transfer)
{
    if (job->icc || job->header_only || same_as_srgb(primaries, transfer)) return;
    cmsContext context = cmsCreateContext(NULL, NULL);
    cmsHPROFILE profile = context ? make_profile(context, primaries, transfer) : NULL;
    if (profile) {
        keep_profile(job, profile);
        cmsCloseProfile(profile);
    }
    if (context) cmsDeleteContext(context);
}
