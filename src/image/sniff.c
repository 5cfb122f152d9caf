/* image: tells the kind of a file from its bytes. Must not know file names or codecs.
 *
 * Our own recognition, not a library's: a codec only ever sees the bytes of its own format, so a hole in one
 * codec cannot be reached through a file of another kind. */
#include "image/sniff.h"

#include <string.h>

typedef struct format_row {
    const char *name;
    const char *mime;
} format_row;

static const format_row format_table[TS_FORMAT_COUNT] = {
    [TS_FORMAT_UNKNOWN] = {"unknown", "application/octet-stream"},
    [TS_FORMAT_JPEG] = {"JPEG", "image/jpeg"},
    [TS_FORMAT_PNG] = {"PNG", "image/png"},
    [TS_FORMAT_WEBP] = {"WebP", "image/webp"},
    [TS_FORMAT_GIF] = {"GIF", "image/gif"},
    [TS_FORMAT_TIFF] = {"TIFF", "image/tiff"},
    [TS_FORMAT_AVIF] = {"AVIF", "image/avif"},
    [TS_FORMAT_HEIC] = {"HEIC", "image/heic"},
    [TS_FORMAT_BMP] = {"BMP", "image/bmp"},
    [TS_FORMAT_SVG] = {"SVG", "image/svg+xml"},
    [TS_FORMAT_PDF] = {"PDF", "application/pdf"},
    [TS_FORMAT_JXL] = {"JPEG XL", "image/jxl"},
    [TS_FORMAT_JPEG2000] = {"JPEG 2000", "image/jp2"},
    [TS_FORMAT_PSD] = {"PSD", "image/vnd.adobe.photoshop"},
    [TS_FORMAT_ICO] = {"ICO", "image/x-icon"},
    [TS_FORMAT_POSTSCRIPT] = {"PostScript", "application/postscript"},
    [TS_FORMAT_RAW] = {"RAW", "image/x-raw"},
    [TS_FORMAT_VIDEO] = {"video", "video/mp4"},
    [TS_FORMAT_OTHER] = {"other", "application/octet-stream"},
};

/* A signature: `length` bytes at `offset`. With TS_FORMAT_UNKNOWN it names something that is no picture. */
typedef struct signature {
    ts_format format;
    uint16_t offset;
    uint8_t length;
    const char *magic;
    const char *noun; /* with its article, for "the file is ..." */
} signature;

#define SIGNATURE(format, offset, magic, noun)                                                               \
    {                                                                                                        \
        (format), (offset), sizeof(magic) - 1, (magic), (noun)                                               \
    }

/* In order: the first match wins. */
static const signature signature_table[] = {
    SIGNATURE(TS_FORMAT_JPEG, 0, "\xFF\xD8\xFF", "a JPEG picture"),
    SIGNATURE(TS_FORMAT_PNG, 0, "\x89PNG\r\n\x1A\n", "a PNG picture"),
    SIGNATURE(TS_FORMAT_GIF, 0, "GIF87a", "a GIF picture"),
    SIGNATURE(TS_FORMAT_GIF, 0, "GIF89a", "a GIF picture"),
    SIGNATURE(TS_FORMAT_RAW, 0, "II*\0\x10\0\0\0CR\2", "a Canon camera RAW file"),
    SIGNATURE(TS_FORMAT_TIFF, 0, "II*\0", "a TIFF picture"),
    SIGNATURE(TS_FORMAT_TIFF, 0, "MM\0*", "a TIFF picture"),
    SIGNATURE(TS_FORMAT_TIFF, 0, "II+\0\x08\0\0\0", "a TIFF picture"),
    SIGNATURE(TS_FORMAT_TIFF, 0, "MM\0+\0\x08\0\0", "a TIFF picture"),
    SIGNATURE(TS_FORMAT_PDF, 0, "%PDF-", "a PDF document"),
    SIGNATURE(TS_FORMAT_JXL, 0, "\xFF\x0A", "a JPEG XL picture"),
    SIGNATURE(TS_FORMAT_JXL, 0, "\0\0\0\x0CJXL \r\n\x87\n", "a JPEG XL picture"),
    SIGNATURE(TS_FORMAT_JPEG2000, 0, "\0\0\0\x0CjP  \r\n\x87\n", "a JPEG 2000 picture"),
    SIGNATURE(TS_FORMAT_JPEG2000, 0, "\xFF\x4F\xFF\x51", "a JPEG 2000 picture"),
    SIGNATURE(TS_FORMAT_PSD, 0, "8BPS", "a Photoshop document"),
    SIGNATURE(TS_FORMAT_ICO, 0, "\0\0\1\0", "an icon"),
    SIGNATURE(TS_FORMAT_ICO, 0, "\0\0\2\0", "a cursor"),
    SIGNATURE(TS_FORMAT_POSTSCRIPT, 0, "%!PS", "a PostScript document"),
    SIGNATURE(TS_FORMAT_POSTSCRIPT, 0, "\xC5\xD0\xD3\xC6", "an encapsulated PostScript document"),
    SIGNATURE(TS_FORMAT_RAW, 0, "FUJIFILMCCD-RAW", "a Fujifilm camera RAW file"),
    SIGNATURE(TS_FORMAT_RAW, 0, "IIRO", "an Olympus camera RAW file"),
    SIGNATURE(TS_FORMAT_RAW, 0, "IIRS", "an Olympus camera RAW file"),
    SIGNATURE(TS_FORMAT_RAW, 0, "IIU\0", "a Panasonic camera RAW file"),
    SIGNATURE(TS_FORMAT_RAW, 0, "FOVb", "a Sigma camera RAW file"),
    SIGNATURE(TS_FORMAT_RAW, 0, "\0MRM", "a Minolta camera RAW file"),
    SIGNATURE(TS_FORMAT_VIDEO, 0, "\x1A\x45\xDF\xA3", "a Matroska or WebM video"),
    SIGNATURE(TS_FORMAT_VIDEO, 0, "\0\0\1\xBA", "an MPEG video"),
    SIGNATURE(TS_FORMAT_VIDEO, 0, "\0\0\1\xB3", "an MPEG video"),
    SIGNATURE(TS_FORMAT_VIDEO, 0, "FLV\1", "a Flash video"),
    SIGNATURE(TS_FORMAT_VIDEO, 4, "\x11\xAF", "an FLI animation"),
    SIGNATURE(TS_FORMAT_VIDEO, 4, "\x12\xAF", "an FLC animation"),
    SIGNATURE(TS_FORMAT_OTHER, 0, "DDS ", "a DDS texture"),
    SIGNATURE(TS_FORMAT_OTHER, 0, "qoif", "a QOI picture"),
    SIGNATURE(TS_FORMAT_OTHER, 0, "\x76\x2F\x31\x01", "an OpenEXR picture"),
    SIGNATURE(TS_FORMAT_OTHER, 0, "#?RADIANCE", "a Radiance HDR picture"),
    SIGNATURE(TS_FORMAT_OTHER, 0, "#?RGBE", "a Radiance HDR picture"),
    SIGNATURE(TS_FORMAT_OTHER, 0, "BLP1", "a BLP texture"),
    SIGNATURE(TS_FORMAT_OTHER, 0, "BLP2", "a BLP texture"),
    SIGNATURE(TS_FORMAT_OTHER, 0, "\x01\xDA\0", "an SGI picture"),
    SIGNATURE(TS_FORMAT_OTHER, 0, "\x01\xDA\1", "an SGI picture"),
    SIGNATURE(TS_FORMAT_OTHER, 0, "gimp xcf", "a GIMP document"),
    SIGNATURE(TS_FORMAT_OTHER, 0, "/* XPM */", "an XPM picture"),
    SIGNATURE(TS_FORMAT_OTHER, 0, "BPG\xFB", "a BPG picture"),
    SIGNATURE(TS_FORMAT_OTHER, 0, "AT&TFORM", "a DjVu document"),
    SIGNATURE(TS_FORMAT_OTHER, 0, "\xD7\xCD\xC6\x9A", "a Windows metafile"),
    SIGNATURE(TS_FORMAT_OTHER, 0, "SIMPLE  =", "a FITS picture"),
    SIGNATURE(TS_FORMAT_OTHER, 128, "DICM", "a DICOM picture"),
    SIGNATURE(TS_FORMAT_OTHER, 0, "\xABKTX ", "a KTX texture"),
    SIGNATURE(TS_FORMAT_OTHER, 0, "\x0A\5\1", "a PCX picture"),
    SIGNATURE(TS_FORMAT_UNKNOWN, 0, "PK\3\4", "a ZIP archive"),
    SIGNATURE(TS_FORMAT_UNKNOWN, 0, "\x1F\x8B", "gzip-compressed data"),
    SIGNATURE(TS_FORMAT_UNKNOWN, 0, "7z\xBC\xAF\x27\x1C", "a 7-Zip archive"),
    SIGNATURE(TS_FORMAT_UNKNOWN, 0, "Rar!\x1A\7", "a RAR archive"),
    SIGNATURE(TS_FORMAT_UNKNOWN, 0, "\x28\xB5\x2F\xFD", "zstd-compressed data"),
    SIGNATURE(TS_FORMAT_UNKNOWN, 0,
              "\xFD"
              "7zXZ",
              "xz-compressed data"),
    SIGNATURE(TS_FORMAT_UNKNOWN, 0,
              "\x7F"
              "ELF",
              "a program"),
    SIGNATURE(TS_FORMAT_UNKNOWN, 0, "MZ", "a program"),
    SIGNATURE(TS_FORMAT_UNKNOWN, 0, "SQLite format 3", "an SQLite database"),
    SIGNATURE(TS_FORMAT_UNKNOWN, 0, "ID3", "an audio file"),
    SIGNATURE(TS_FORMAT_UNKNOWN, 0, "fLaC", "an audio file"),
    SIGNATURE(TS_FORMAT_UNKNOWN, 0, "OggS", "an Ogg audio or video file"),
};

/* What the bytes are: a format and, in words, the thing. */
typedef struct finding {
    ts_format format;
    const char *noun;
} finding;

static const finding finding_none = {TS_FORMAT_UNKNOWN, NULL};

static bool has_at(const uint8_t *bytes, size_t length, size_t offset, const char *magic, size_t magic_length)
{
    return length >= offset + magic_length && memcmp(bytes + offset, magic, magic_length) == 0;
}

static finding find_signature(const uint8_t *bytes, size_t length)
{
    for (size_t i = 0; i < sizeof signature_table / sizeof signature_table[0]; i++) {
        const signature *s = &signature_table[i];
        if (has_at(bytes, length, s->offset, s->magic, s->length)) return (finding){s->format, s->noun};
    }
    return finding_none;
}

/* "BM" alone begins many a text: ask for a known header size too. */
static finding find_bmp(const uint8_t *bytes, size_t length)
{
    if (!has_at(bytes, length, 0, "BM", 2) || length < 18) return finding_none;
    bool plausible = bytes[14] >= 12 && bytes[14] <= 128 && !bytes[15] && !bytes[16] && !bytes[17];
    return plausible ? (finding){TS_FORMAT_BMP, "a BMP picture"} : finding_none;
}

static finding find_riff(const uint8_t *bytes, size_t length)
{
    if (!has_at(bytes, length, 0, "RIFF", 4)) return finding_none;
    if (has_at(bytes, length, 8, "WEBP", 4)) return (finding){TS_FORMAT_WEBP, "a WebP picture"};
    if (has_at(bytes, length, 8, "AVI ", 4)) return (finding){TS_FORMAT_VIDEO, "an AVI video"};
    if (has_at(bytes, length, 8, "WAVE", 4)) return (finding){TS_FORMAT_UNKNOWN, "an audio file"};
    return finding_none;
}

typedef struct brand_row {
    char brand[5];
    ts_format format;
    const char *noun;
} brand_row;

static const brand_row brand_table[] = {
    {"avif", TS_FORMAT_AVIF, "an AVIF picture"},        {"avis", TS_FORMAT_AVIF, "an AVIF picture"},
    {"heic", TS_FORMAT_HEIC, "a HEIC picture"},         {"heix", TS_FORMAT_HEIC, "a HEIC picture"},
    {"heim", TS_FORMAT_HEIC, "a HEIC picture"},         {"heis", TS_FORMAT_HEIC, "a HEIC picture"},
    {"hevc", TS_FORMAT_HEIC, "a HEIC picture"},         {"hevx", TS_FORMAT_HEIC, "a HEIC picture"},
    {"crx ", TS_FORMAT_RAW, "a Canon camera RAW file"}, {"M4A ", TS_FORMAT_UNKNOWN, "an audio file"},
};

static const brand_row *find_brand(const uint8_t *brand)
{
    for (size_t i = 0; i < sizeof brand_table / sizeof brand_table[0]; i++)
        if (memcmp(brand, brand_table[i].brand, 4) == 0) return &brand_table[i];
    return NULL;
}

/* ISO base media files: the major brand decides; "mif1" and "msf1" only say "a HEIF container", then the
 * first known compatible brand tells the codec. */
static finding find_iso_media(const uint8_t *bytes, size_t length)
{
    if (!has_at(bytes, length, 4, "ftyp", 4) || length < 12) return finding_none;
    const brand_row *row = find_brand(bytes + 8);
    if (row) return (finding){row->format, row->noun};
    bool heif = has_at(bytes, length, 8, "mif1", 4) || has_at(bytes, length, 8, "msf1", 4);
    if (!heif) return (finding){TS_FORMAT_VIDEO, "an MPEG-4 or QuickTime video"};
    size_t box = (size_t)bytes[2] << 8 | bytes[3];
    size_t end = box < length ? box : length;
    if (end > 256) end = 256;
    for (size_t at = 16; at + 4 <= end; at += 4) {
        row = find_brand(bytes + at);
        if (row) return (finding){row->format, row->noun};
    }
    return (finding){TS_FORMAT_HEIC, "a HEIF picture"};
}

static finding find_pnm(const uint8_t *bytes, size_t length)
{
    if (length < 4 || bytes[0] != 'P' || bytes[1] < '1' || bytes[1] > '7') return finding_none;
    bool space = bytes[2] == '\n' || bytes[2] == ' ' || bytes[2] == '\r' || bytes[2] == '\t';
    return space ? (finding){TS_FORMAT_OTHER, "a PNM picture"} : finding_none;
}

/* Case-insensitive search for an ASCII tag in the first bytes of a text. */
static bool text_contains(const uint8_t *bytes, size_t length, const char *tag)
{
    size_t tag_length = strlen(tag);
    for (size_t i = 0; i + tag_length <= length; i++) {
        size_t k = 0;
        while (k < tag_length &&
               (bytes[i + k] | ((bytes[i + k] >= 'A' && bytes[i + k] <= 'Z') ? 0x20 : 0)) == tag[k])
            k++;
        if (k == tag_length) return true;
    }
    return false;
}

static bool looks_like_text(const uint8_t *bytes, size_t length)
{
    for (size_t i = 0; i < length; i++)
        if (bytes[i] < 9 || (bytes[i] > 13 && bytes[i] < 32) || bytes[i] == 127) return false;
    return length > 0;
}

static size_t skip_space(const uint8_t *bytes, size_t length)
{
    size_t at = has_at(bytes, length, 0, "\xEF\xBB\xBF", 3) ? 3 : 0;
    while (at < length && (bytes[at] == ' ' || (bytes[at] >= 9 && bytes[at] <= 13))) at++;
    return at;
}

/* SVG and HTML hide behind declarations, comments and white space. */
static finding find_markup(const uint8_t *bytes, size_t length)
{
    size_t window = length < 1024 ? length : 1024;
    size_t start = skip_space(bytes, window);
    if (start >= window || bytes[start] != '<') return finding_none;
    const uint8_t *text = bytes + start;
    size_t rest = window - start;
    if (text_contains(text, rest, "<!doctype html") || text_contains(text, rest, "<html"))
        return (finding){TS_FORMAT_UNKNOWN, "an HTML page"};
    if (text_contains(text, rest, "<svg")) return (finding){TS_FORMAT_SVG, "an SVG drawing"};
    return looks_like_text(text, rest) ? (finding){TS_FORMAT_UNKNOWN, "an XML text"} : finding_none;
}

static finding find_tail(const uint8_t *bytes, size_t length)
{
    if (length >= 44 && has_at(bytes, length, length - 18, "TRUEVISION-XFILE.", 17))
        return (finding){TS_FORMAT_OTHER, "a TGA picture"};
    return finding_none;
}

static finding find_text(const uint8_t *bytes, size_t length)
{
    size_t window = length < 512 ? length : 512;
    return window >= 4 && looks_like_text(bytes, window) ? (finding){TS_FORMAT_UNKNOWN, "a plain text"}
                                                         : finding_none;
}

static finding find_kind(const uint8_t *bytes, size_t length)
{
    static finding (*const finders[])(const uint8_t *, size_t) = {
        find_signature, find_riff, find_iso_media, find_bmp, find_pnm, find_markup, find_tail, find_text,
    };
    for (size_t i = 0; i < sizeof finders / sizeof finders[0]; i++) {
        finding found = finders[i](bytes, length);
        if (found.noun) return found;
    }
    return finding_none;
}

ts_format ts_format_sniff(const uint8_t *bytes, size_t length)
{
    return bytes ? find_kind(bytes, length).format : TS_FORMAT_UNKNOWN;
}

bool ts_sniff_refuse(const uint8_t *bytes, size_t length, ts_error *err)
{
    if (length == 0) {
        (void)ts_fail(err, TS_NOT_PICTURE, "the file is empty");
        return ts_hint(err, "copy or download it again");
    }
    finding found = find_kind(bytes, length);
    if (!found.noun) {
        (void)ts_fail(err, TS_NOT_PICTURE, "the bytes are no picture of any known kind");
        return ts_hint(err, "check that the file was copied whole");
    }
    if (found.format == TS_FORMAT_UNKNOWN)
        return ts_fail(err, TS_NOT_PICTURE, "the file is %s, not a picture", found.noun);
    if (ts_format_is_decoded(found.format)) {
        (void)ts_fail(err, TS_UNSUPPORTED, "the file is %s, which this build of Tagsmith cannot decode",
                      found.noun);
        return ts_hint(err, "build Tagsmith with libavif and libheif, or convert the picture to JPEG or PNG");
    }
    (void)ts_fail(err, TS_UNSUPPORTED,
                  "the file is %s; Tagsmith decodes JPEG, PNG, WebP, GIF, TIFF, AVIF, HEIC and BMP",
                  found.noun);
    return ts_hint(err, "%s",
                   found.format == TS_FORMAT_VIDEO ? "save single frames of it as JPEG or PNG"
                                                   : "convert it to JPEG or PNG first");
}

static const format_row *format_row_of(ts_format format)
{
    return &format_table[(unsigned)format < TS_FORMAT_COUNT ? format : TS_FORMAT_UNKNOWN];
}

const char *ts_format_name(ts_format format)
{
    return format_row_of(format)->name;
}

const char *ts_format_mime(ts_format format)
{
    return format_row_of(format)->mime;
}

bool ts_format_is_decoded(ts_format format)
{
    return format > TS_FORMAT_UNKNOWN && format < TS_FORMAT_DECODED_COUNT;
}
