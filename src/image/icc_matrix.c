/* image: the common kind of colour profile, three curves and a matrix, applied fast. Must not know formats.
 *
 * One picture in seven has such a profile (Adobe RGB, Display P3, camera RGB), and the general engine takes
 * longer for it than the whole JPEG decode. Here each sample value looks up its share of linear red, green
 * and blue; the three shares are added, and a table leads from linear light to sRGB. */
#include "image/icc_matrix.h"

#include <math.h>
#include <string.h>

enum { LINEAR_STEPS = 4096, FRACTION_BITS = 12 };

typedef int32_t share __attribute__((vector_size(16)));

typedef struct matrix_tables {
    share shares[3][256];          /* of R, G, B samples: linear sRGB in LINEAR_STEPS, with FRACTION_BITS */
    uint8_t encoded[LINEAR_STEPS]; /* linear to sRGB */
} matrix_tables;

/* XYZ (D50) to linear sRGB: the inverse of the colorants in the sRGB profile. */
static const double xyz_to_srgb[3][3] = {
    {3.1338561, -1.6168667, -0.4906146},
    {-0.9787684, 1.9161415, 0.0334540},
    {0.0719453, -0.2289914, 1.4052427},
};

static double srgb_to_linear(double v)
{
    return v <= 0.04045 ? v / 12.92 : pow((v + 0.055) / 1.055, 2.4);
}

/* Walks up the 256 codes instead of taking 4096 powers. */
static void fill_encoded(uint8_t *encoded)
{
    int step = 0;
    for (int code = 0; code < 256; code++) {
        double edge = code < 255 ? srgb_to_linear((code + 0.5) / 255) : 1;
        for (; step < LINEAR_STEPS && (step <= edge * (LINEAR_STEPS - 1) || code == 255); step++)
            encoded[step] = (uint8_t)code;
    }
}

static void fill_shares(share *shares, const cmsToneCurve *curve, const cmsCIEXYZ *colorant)
{
    double unit[3];
    for (int c = 0; c < 3; c++)
        unit[c] = (xyz_to_srgb[c][0] * colorant->X + xyz_to_srgb[c][1] * colorant->Y +
                   xyz_to_srgb[c][2] * colorant->Z) *
                  (LINEAR_STEPS - 1) * (1 << FRACTION_BITS);
    for (int v = 0; v < 256; v++) {
        double linear = (double)cmsEvalToneCurveFloat(curve, (float)v / 255.0F);
        for (int c = 0; c < 3; c++) shares[v][c] = (int32_t)lrint(linear * unit[c]);
    }
}

static bool sane_colorant(const cmsCIEXYZ *xyz)
{
    return xyz && fabs(xyz->X) <= 2 && fabs(xyz->Y) <= 2 && fabs(xyz->Z) <= 2;
}

static bool sane_curve(const cmsToneCurve *curve)
{
    for (int v = 0; curve && v < 256; v++) {
        float y = cmsEvalToneCurveFloat(curve, (float)v / 255.0F);
        if (!(y >= 0.0F && y <= 1.0F)) return false;
    }
    return curve != NULL;
}

static bool fill_tables(cmsHPROFILE profile, matrix_tables *t)
{
    static const struct {
        cmsTagSignature colorant, curve;
    } tags[3] = {{cmsSigRedColorantTag, cmsSigRedTRCTag},
                 {cmsSigGreenColorantTag, cmsSigGreenTRCTag},
                 {cmsSigBlueColorantTag, cmsSigBlueTRCTag}};
    if (cmsIsTag(profile, cmsSigAToB0Tag) || cmsGetPCS(profile) != cmsSigXYZData) return false;
    memset(t, 0, sizeof *t);
    for (int i = 0; i < 3; i++) {
        const cmsCIEXYZ *colorant = cmsReadTag(profile, tags[i].colorant);
        const cmsToneCurve *curve = cmsReadTag(profile, tags[i].curve);
        if (!sane_colorant(colorant) || !sane_curve(curve)) return false;
        fill_shares(t->shares[i], curve, colorant);
    }
    fill_encoded(t->encoded);
    return true;
}

static uint8_t encode(const matrix_tables *t, int32_t linear)
{
    int32_t step = (linear + (1 << (FRACTION_BITS - 1))) >> FRACTION_BITS;
    return t->encoded[step < 0 ? 0 : step >= LINEAR_STEPS ? LINEAR_STEPS - 1 : step];
}

static void convert_row(const matrix_tables *t, uint8_t *row, uint32_t width)
{
    for (uint32_t x = 0; x < width; x++, row += 4) {
        share sum = t->shares[0][row[2]] + t->shares[1][row[1]] + t->shares[2][row[0]];
        row[0] = encode(t, sum[2]);
        row[1] = encode(t, sum[1]);
        row[2] = encode(t, sum[0]);
    }
}

bool ts_icc_matrix_apply(cmsHPROFILE profile, ts_pixels *pixels)
{
    matrix_tables tables;
    if (!fill_tables(profile, &tables)) return false;
    for (uint32_t y = 0; y < pixels->height; y++)
        convert_row(&tables, pixels->data + y * pixels->stride, pixels->width);
    return true;
}
