/* image: which codec libraries this program runs with, for `tagsmith doctor`. */
#include <stdio.h>

#include <gif_lib.h>
#include <jpeglib.h>
#include <lcms2.h>
#include <libyuv/version.h>
#include <spng.h>
#include <tiffio.h>
#include <webp/decode.h>
#ifdef TS_HAVE_AVIF
#include <avif/avif.h>
#endif
#ifdef TS_HAVE_HEIC
#include <libheif/heif.h>
#endif

#include "image/image.h"

/* libjpeg-turbo tells its version only when it is compiled against. */
#define TEXT_OF(x) #x
#define VERSION_TEXT(x) TEXT_OF(x)
#ifdef LIBJPEG_TURBO_VERSION
#define JPEG_VERSION "libjpeg-turbo " VERSION_TEXT(LIBJPEG_TURBO_VERSION)
#else
#define JPEG_VERSION "libjpeg " VERSION_TEXT(JPEG_LIB_VERSION)
#endif

bool ts_image_libraries(ts_buf *out)
{
    int webp = WebPGetDecoderVersion();
    char tiff[16] = "?";
    (void)sscanf(TIFFGetVersion(), "LIBTIFF, Version %15[0-9.]", tiff);
    int lcms = cmsGetEncodedCMMversion();
    (void)ts_buf_printf(out, "%s, libspng %s, libwebp %d.%d.%d", JPEG_VERSION, spng_version_string(),
                        webp >> 16, webp >> 8 & 255, webp & 255);
    (void)ts_buf_printf(out, ", libtiff %s, giflib %d.%d.%d", tiff, GIFLIB_MAJOR, GIFLIB_MINOR,
                        GIFLIB_RELEASE);
#ifdef TS_HAVE_AVIF
    (void)ts_buf_printf(out, ", libavif %s", avifVersion());
#endif
#ifdef TS_HAVE_HEIC
    (void)ts_buf_printf(out, ", libheif %s", heif_get_version());
#endif
    (void)ts_buf_printf(out, ", lcms %d.%d, libyuv %d", lcms / 1000, lcms % 1000 / 10, LIBYUV_VERSION);
    return !out->failed;
}
