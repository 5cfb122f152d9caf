/* Private to the image room: colour profiles made of three curves and a matrix. */
#ifndef TS_IMAGE_ICC_MATRIX_H
#define TS_IMAGE_ICC_MATRIX_H

#include <lcms2.h>

#include "image/image.h"

/* Converts B G R X pixels to sRGB in place. False when the profile is of another kind: then nothing was
 * changed. */
bool ts_icc_matrix_apply(cmsHPROFILE profile, ts_pixels *pixels);

#endif
