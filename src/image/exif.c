/* image: an EXIF block to plain facts. Must not know formats. */
#include <libexif/exif-data.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "image/codec.h"

static const uint8_t exif_prefix[6] = {'E', 'x', 'i', 'f', 0, 0};

/* Texts are padded with spaces and NULs by many cameras; control bytes are dropped. */
static void copy_text(const ExifContent *content, ExifTag tag, char *out, size_t size)
{
    const ExifEntry *entry = exif_content_get_entry((ExifContent *)(uintptr_t)content, tag);
    if (!entry || !entry->data || entry->format != EXIF_FORMAT_ASCII) return;
    size_t n = 0;
    for (unsigned i = 0; i < entry->size && entry->data[i] && n + 1 < size; i++)
        if (entry->data[i] >= ' ' && entry->data[i] != 127) out[n++] = (char)entry->data[i];
    while (n > 0 && out[n - 1] == ' ') n--;
    out[n] = '\0';
}

/* "2024:05:31 18:02:11" to "2024-05-31T18:02:11"; anything else is no date. */
static void take_moment(const char *text, char *out)
{
    int y, mo, d, h, mi, s;
    if (sscanf(text, "%4d%*[:-]%2d%*[:-]%2d %2d:%2d:%2d", &y, &mo, &d, &h, &mi, &s) != 6) return;
    bool sane = y >= 1826 && y <= 9999 && mo >= 1 && mo <= 12 && d >= 1 && d <= 31 && h >= 0 && h <= 23 &&
                mi >= 0 && mi <= 59 && s >= 0 && s <= 60;
    if (sane)
        (void)snprintf(out, sizeof((ts_exif *)0)->taken, "%04d-%02d-%02dT%02d:%02d:%02d",
                       (unsigned short)y % 10000, (unsigned char)mo % 100, (unsigned char)d % 100,
                       (unsigned char)h % 100, (unsigned char)mi % 100, (unsigned char)s % 100);
}

static void read_taken(const ExifContent *content, ExifTag tag, char *out)
{
    char text[24] = "";
    copy_text(content, tag, text, sizeof text);
    take_moment(text, out);
}

static bool read_rational(const ExifEntry *entry, ExifByteOrder order, unsigned index, double *out)
{
    if (entry->format != EXIF_FORMAT_RATIONAL || entry->size < (index + 1) * 8) return false;
    ExifRational r = exif_get_rational(entry->data + (size_t)index * 8, order);
    if (r.denominator == 0) return false;
    *out = (double)r.numerator / (double)r.denominator;
    return true;
}

/* Degrees from degrees, minutes and seconds; `negative` is the hemisphere letter that flips the sign. */
static bool read_angle(const ExifContent *gps, ExifByteOrder order, int tag, int reference_tag, char negative,
                       double limit, double *out)
{
    ExifContent *content = (ExifContent *)(uintptr_t)gps;
    const ExifEntry *entry = exif_content_get_entry(content, (ExifTag)tag);
    const ExifEntry *reference = exif_content_get_entry(content, (ExifTag)reference_tag);
    double degrees = 0, minutes = 0, seconds = 0;
    if (!entry || !entry->data || !read_rational(entry, order, 0, &degrees)) return false;
    (void)read_rational(entry, order, 1, &minutes);
    (void)read_rational(entry, order, 2, &seconds);
    double angle = degrees + minutes / 60 + seconds / 3600;
    if (!(angle >= 0 && angle <= limit)) return false;
    bool south_or_west =
        reference && reference->data && reference->size > 0 && reference->data[0] == (unsigned char)negative;
    *out = south_or_west ? -angle : angle;
    return true;
}

static void read_gps(const ExifData *data, ExifByteOrder order, ts_exif *exif)
{
    const ExifContent *gps = data->ifd[EXIF_IFD_GPS];
    double latitude = 0, longitude = 0;
    if (!read_angle(gps, order, EXIF_TAG_GPS_LATITUDE, EXIF_TAG_GPS_LATITUDE_REF, 'S', 90, &latitude)) return;
    if (!read_angle(gps, order, EXIF_TAG_GPS_LONGITUDE, EXIF_TAG_GPS_LONGITUDE_REF, 'W', 180, &longitude))
        return;
    exif->has_gps = true;
    exif->latitude = latitude;
    exif->longitude = longitude;
}

/* The day is a text, the time of day three numbers. */
static void read_gps_time(const ExifData *data, ExifByteOrder order, ts_exif *exif)
{
    ExifContent *gps = data->ifd[EXIF_IFD_GPS];
    const ExifEntry *entry = exif_content_get_entry(gps, (ExifTag)EXIF_TAG_GPS_TIME_STAMP);
    char day[12] = "", text[40];
    double hour = 0, minute = 0, second = 0;
    copy_text(gps, (ExifTag)EXIF_TAG_GPS_DATE_STAMP, day, sizeof day);
    if (!day[0] || !entry || !entry->data || !read_rational(entry, order, 0, &hour) ||
        !read_rational(entry, order, 1, &minute))
        return;
    (void)read_rational(entry, order, 2, &second);
    if (!(hour < 24 && minute < 60 && second < 61)) return;
    (void)snprintf(text, sizeof text, "%s %02d:%02d:%02d", day, (int)hour, (int)minute, (int)second);
    take_moment(text, exif->gps_time);
}

/* 0 where it is not said. */
static double read_number(const ExifData *data, ExifByteOrder order, ExifTag tag)
{
    const ExifEntry *entry = exif_content_get_entry(data->ifd[EXIF_IFD_EXIF], tag);
    double number = 0;
    if (!entry || !entry->data) return 0;
    if (entry->format == EXIF_FORMAT_SHORT && entry->size >= 2) return exif_get_short(entry->data, order);
    (void)read_rational(entry, order, 0, &number);
    return number;
}

static void read_exposure(const ExifData *data, ExifByteOrder order, ts_exif *exif)
{
    exif->exposure = read_number(data, order, EXIF_TAG_EXPOSURE_TIME);
    exif->f_number = read_number(data, order, EXIF_TAG_FNUMBER);
    exif->focal = read_number(data, order, EXIF_TAG_FOCAL_LENGTH);
    exif->focal_35 = read_number(data, order, EXIF_TAG_FOCAL_LENGTH_IN_35MM_FILM);
    exif->iso = read_number(data, order, EXIF_TAG_ISO_SPEED_RATINGS);
}

static uint32_t read_orientation(const ExifData *data, ExifByteOrder order)
{
    const ExifEntry *entry = exif_content_get_entry(data->ifd[EXIF_IFD_0], EXIF_TAG_ORIENTATION);
    if (!entry || !entry->data || entry->format != EXIF_FORMAT_SHORT || entry->size < 2) return 1;
    uint32_t orientation = exif_get_short(entry->data, order);
    return orientation >= 1 && orientation <= 8 ? orientation : 1;
}

static void read_facts(ExifData *data, uint32_t *orientation, ts_exif *exif)
{
    enum { tag_lens_model = 0xA434 }; /* EXIF 2.3; libexif before 0.6.25 has no name for it */
    ExifByteOrder order = exif_data_get_byte_order(data);
    *orientation = read_orientation(data, order);
    copy_text(data->ifd[EXIF_IFD_0], EXIF_TAG_MAKE, exif->make, sizeof exif->make);
    copy_text(data->ifd[EXIF_IFD_0], EXIF_TAG_MODEL, exif->model, sizeof exif->model);
    copy_text(data->ifd[EXIF_IFD_EXIF], (ExifTag)tag_lens_model, exif->lens, sizeof exif->lens);
    read_taken(data->ifd[EXIF_IFD_EXIF], EXIF_TAG_DATE_TIME_ORIGINAL, exif->taken);
    if (!exif->taken[0]) read_taken(data->ifd[EXIF_IFD_0], EXIF_TAG_DATE_TIME, exif->taken);
    copy_text(data->ifd[EXIF_IFD_EXIF], EXIF_TAG_OFFSET_TIME_ORIGINAL, exif->offset, sizeof exif->offset);
    read_exposure(data, order, exif);
    read_gps(data, order, exif);
    read_gps_time(data, order, exif);
}

static bool has_prefix(const uint8_t *bytes, size_t length)
{
    return length >= sizeof exif_prefix && memcmp(bytes, exif_prefix, sizeof exif_prefix) == 0;
}

/* libexif asks for the prefix; PNG, WebP and HEIF leave it out. */
static uint8_t *with_prefix(const uint8_t *bytes, size_t length)
{
    uint8_t *copy = malloc(length + sizeof exif_prefix);
    if (!copy) return NULL;
    memcpy(copy, exif_prefix, sizeof exif_prefix);
    memcpy(copy + sizeof exif_prefix, bytes, length);
    return copy;
}

static bool is_tiff_header(const uint8_t *bytes, size_t length)
{
    return length >= 8 && (memcmp(bytes, "II*\0", 4) == 0 || memcmp(bytes, "MM\0*", 4) == 0);
}

bool ts_exif_read(const uint8_t *bytes, size_t length, uint32_t *orientation, ts_exif *exif)
{
    enum { exif_max = 16 << 20 };
    bool prefixed = has_prefix(bytes, length);
    size_t skip = prefixed ? sizeof exif_prefix : 0;
    if (length > exif_max || !is_tiff_header(bytes + skip, length - skip)) return false;
    uint8_t *copy = prefixed ? NULL : with_prefix(bytes, length);
    if (!prefixed && !copy) return false;
    size_t full = prefixed ? length : length + sizeof exif_prefix;
    ExifData *data = exif_data_new();
    if (data) {
        exif_data_unset_option(data, EXIF_DATA_OPTION_FOLLOW_SPECIFICATION);
        exif_data_load_data(data, prefixed ? bytes : copy, (unsigned)full);
        read_facts(data, orientation, exif);
        exif_data_unref(data);
    }
    free(copy);
    return data != NULL;
}
