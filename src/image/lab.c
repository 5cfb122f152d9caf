/* image: sRGB to CIELAB, and the colourfulness of many pixels. Knows no pictures. */
#include "image/lab.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

static float linear(float channel)
{
    float v = channel / 255;
    return v <= 0.04045f ? v / 12.92f : powf((v + 0.055f) / 1.055f, 2.4f);
}

/* The CIE's cube root with its straight foot. */
static float lab_root(float t)
{
    return t > 216.0f / 24389.0f ? cbrtf(t) : (24389.0f / 27.0f * t + 16) / 116;
}

ts_lab ts_lab_of(float r, float g, float b)
{
    r = linear(r);
    g = linear(g);
    b = linear(b);
    float x = lab_root((0.4124564f * r + 0.3575761f * g + 0.1804375f * b) / 0.95047f);
    float y = lab_root(0.2126729f * r + 0.7151522f * g + 0.0721750f * b);
    float z = lab_root((0.0193339f * r + 0.1191920f * g + 0.9503041f * b) / 1.08883f);
    return (ts_lab){.l = 116 * y - 16, .a = 500 * (x - y), .b = 200 * (y - z)};
}

bool ts_lab_of_hex(const char *hex, ts_lab *out)
{
    unsigned r = 0, g = 0, b = 0;
    if (hex[0] != '#' || strlen(hex) != 7 || strspn(hex + 1, "0123456789abcdefABCDEF") != 6) return false;
    if (sscanf(hex, "#%2x%2x%2x", &r, &g, &b) != 3) return false;
    *out = ts_lab_of((float)r, (float)g, (float)b);
    return true;
}

float ts_lab_chroma(ts_lab lab)
{
    return sqrtf(lab.a * lab.a + lab.b * lab.b);
}

float ts_colourfulness(const ts_opponents *o)
{
    if (o->count == 0) return 0;
    double n = (double)o->count;
    double rg = (double)o->rg / n, yb = (double)o->yb / n / 2;
    double variance = (double)o->rg_squares / n - rg * rg + (double)o->yb_squares / n / 4 - yb * yb;
    return (float)(sqrt(variance > 0 ? variance : 0) + 0.3 * sqrt(rg * rg + yb * yb));
}
