/* tests/image: metadata of every block, in every container, in order of strength; hostile and damaged ones. */
#include "image/metadata.h"

#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "metadata_files.h"

#define XMP_HEAD                                                                                             \
    "<?xpacket begin=\"\xEF\xBB\xBF\" id=\"W5M0MpCehiHzreSzNTczkc9d\"?>\n<x:xmpmeta "                        \
    "xmlns:x=\"adobe:ns:meta/\">"                                                                            \
    "<rdf:RDF xmlns:rdf=\"http://www.w3.org/1999/02/22-rdf-syntax-ns#\">\n<rdf:Description rdf:about=\"\""   \
    " xmlns:dc=\"http://purl.org/dc/elements/1.1/\" xmlns:xmp=\"http://ns.adobe.com/xap/1.0/\""              \
    " xmlns:photoshop=\"http://ns.adobe.com/photoshop/1.0/\" "                                               \
    "xmlns:lr=\"http://ns.adobe.com/lightroom/1.0/\""                                                        \
    " xmlns:digiKam=\"http://www.digikam.org/ns/1.0/\" "                                                     \
    "xmlns:MicrosoftPhoto=\"http://ns.microsoft.com/photo/1.0/\""                                            \
    " xmlns:exif=\"http://ns.adobe.com/exif/1.0/\" xmlns:tiff=\"http://ns.adobe.com/tiff/1.0/\""             \
    " xmlns:Iptc4xmpCore=\"http://iptc.org/std/Iptc4xmpCore/1.0/xmlns/\""                                    \
    " xmlns:mwg-rs=\"http://www.metadataworkinggroup.com/schemas/regions/\""                                 \
    " xmlns:stArea=\"http://ns.adobe.com/xmp/sType/Area#\""
#define XMP_TAIL "</rdf:RDF></x:xmpmeta>\n<?xpacket end=\"w\"?>   \n"
#define XMP(body) XMP_HEAD ">" body "</rdf:Description>" XMP_TAIL

static const char full_xmp[] = XMP_HEAD
    " xmp:Rating=\"4\" photoshop:City=\"Z\xC3\xBCrich\" photoshop:Country='Switzerland'>"
    "<dc:title><rdf:Alt><rdf:li xml:lang=\"de\">Hund</rdf:li><rdf:li xml:lang=\"x-default\">Dog &amp; ball"
    "</rdf:li></rdf:Alt></dc:title><!-- a comment -->"
    "<dc:description><rdf:Alt><rdf:li xml:lang=\"x-default\">two\nlines &#x1F415; "
    "<![CDATA[<b>]]></rdf:li></rdf:Alt>"
    "</dc:description>"
    "<dc:subject><rdf:Bag><rdf:li>dog</rdf:li><rdf:li> ball "
    "</rdf:li><rdf:li>dog</rdf:li><rdf:li/></rdf:Bag></dc:subject>"
    "<lr:hierarchicalSubject><rdf:Bag><rdf:li>Animals|Dogs|A/B</rdf:li><rdf:li>plain</rdf:li></rdf:Bag>"
    "</lr:hierarchicalSubject>"
    "<digiKam:TagsList><rdf:Seq><rdf:li>Animals/Dogs</rdf:li></rdf:Seq></digiKam:TagsList>"
    "<MicrosoftPhoto:LastKeywordXMP><rdf:Bag><rdf:li>Places/Home</rdf:li></rdf:Bag></"
    "MicrosoftPhoto:LastKeywordXMP>"
    "<xmp:Label>Red</xmp:Label><dc:creator><rdf:Seq><rdf:li>Ann</rdf:li><rdf:li>Bob</rdf:li></rdf:Seq></"
    "dc:creator>"
    "<dc:rights><rdf:Alt><rdf:li xml:lang=\"x-default\">CC0</rdf:li></rdf:Alt></dc:rights>"
    "<photoshop:State>ZH</photoshop:State><Iptc4xmpCore:Location>Lake</Iptc4xmpCore:Location>"
    "<photoshop:DateCreated>2024-05-31T18:02:11.50+02:00</photoshop:DateCreated>"
    "<exif:GPSLatitude>47,22.5N</exif:GPSLatitude><exif:GPSLongitude>8,32,24W</exif:GPSLongitude>"
    "<tiff:Orientation>6</tiff:Orientation>"
    "<mwg-rs:Regions rdf:parseType=\"Resource\"><mwg-rs:RegionList><rdf:Bag>"
    "<rdf:li><rdf:Description mwg-rs:Name=\"Ann\" mwg-rs:Type=\"Face\"><mwg-rs:Area stArea:x=\"0.5\" "
    "stArea:y=\"0.25\""
    " stArea:w=\"0.1\" stArea:h=\"0.2\" stArea:unit=\"normalized\"/></rdf:Description></rdf:li>"
    "<rdf:li rdf:parseType=\"Resource\"><mwg-rs:Type>Face</mwg-rs:Type><mwg-rs:Area "
    "rdf:parseType=\"Resource\">"
    "<stArea:x>0.1</stArea:x><stArea:y>0.1</stArea:y><stArea:w>0.1</stArea:w><stArea:h>0.1</stArea:h></"
    "mwg-rs:Area></rdf:li>"
    "<rdf:li rdf:parseType=\"Resource\"><mwg-rs:Type>Pet</mwg-rs:Type></rdf:li></rdf:Bag></mwg-rs:RegionList>"
    "</mwg-rs:Regions></rdf:Description>" XMP_TAIL;

static ts_arena *arena;

static int new_arena(void **state)
{
    (void)state;
    arena = ts_arena_new(0);
    return arena ? 0 : -1;
}

static int free_arena(void **state)
{
    (void)state;
    ts_arena_free(arena);
    return 0;
}

static ts_metadata read_both(const ts_buf *file, const char *sidecar)
{
    ts_metadata m;
    ts_error err;
    assert_works(ts_metadata_read(file ? file->data : "", file ? file->length : 0, sidecar,
                                  sidecar ? strlen(sidecar) : 0, arena, &m, &err),
                 err);
    return m;
}

static ts_metadata read_sidecar(const char *text)
{
    return read_both(NULL, text);
}

static void assert_list(const char *const *list, size_t count, const char *expected)
{
    char all[1024] = "";
    for (size_t i = 0; i < count; i++) {
        strncat(all, list[i], 200);
        strcat(all, ";");
    }
    assert_string_equal(all, expected);
}

/* ---- XMP ------------------------------------------------------------------------------------------- */

static void assert_full(const ts_metadata *m)
{
    assert_string_equal(m->title, "Dog & ball");
    assert_string_equal(m->description, "two\nlines \xF0\x9F\x90\x95 <b>");
    assert_list(m->keywords, m->keyword_count, "dog;ball;plain;");
    assert_list(m->keyword_paths, m->keyword_path_count, "Animals/Dogs/A B;Animals/Dogs;Places/Home;");
    assert_true(m->has_rating);
    assert_int_equal(m->rating, 4);
    assert_string_equal(m->label, "Red");
    assert_string_equal(m->creator, "Ann, Bob");
    assert_string_equal(m->copyright, "CC0");
    assert_string_equal(m->city, "Z\xC3\xBCrich");
    assert_string_equal(m->state, "ZH");
    assert_string_equal(m->country, "Switzerland");
    assert_string_equal(m->sublocation, "Lake");
    assert_string_equal(m->taken, "2024-05-31T18:02:11+02:00");
    assert_true(m->has_gps);
    assert_true(m->latitude > 47.3749 && m->latitude < 47.3751);
    assert_true(m->longitude > -8.5401 && m->longitude < -8.5399);
    assert_int_equal(m->orientation, 6);
    assert_int_equal(m->face_count, 2);
    assert_string_equal(m->faces[0].name, "Ann");
    assert_true(m->faces[0].x == 0.5 && m->faces[0].y == 0.25 && m->faces[0].width == 0.1 &&
                m->faces[0].height == 0.2);
    assert_string_equal(m->faces[1].name, "");
    assert_int_equal(m->damaged, 0);
}

static void reads_all_of_xmp(void **state)
{
    (void)state;
    ts_metadata m = read_sidecar(full_xmp);
    assert_full(&m);
    assert_true(m.has_sidecar && !m.has_xmp && !m.has_exif && !m.has_iptc);
}

static void reads_xmp_in_every_container(void **state)
{
    (void)state;
    for (int kind = 0; kind < 6; kind++) {
        parts p = {{0}, {0}, {0}};
        ts_buf file = {0};
        put(&p.xmp, full_xmp, sizeof full_xmp - 1);
        if (kind == 0) make_jpeg(&file, &p);
        if (kind == 1) make_png(&file, &p);
        if (kind == 2) make_webp(&file, &p);
        if (kind == 3) make_tiff(&file, false, &p);
        if (kind == 4) make_tiff(&file, true, &p);
        if (kind == 5) make_heic(&file, &p);
        ts_metadata m = read_both(&file, NULL);
        if (!m.has_xmp) fail_msg("no XMP in container %d", kind);
        assert_full(&m);
        ts_buf_free(&file);
        parts_free(&p);
    }
}

static void other_spellings_of_xmp_count(void **state)
{
    (void)state;
    ts_metadata m =
        read_sidecar("<r:RDF xmlns:r='http://www.w3.org/1999/02/22-rdf-syntax-ns#' "
                     "xmlns:d='http://purl.org/dc/elements/1.1/'>"
                     "<r:Description d:title='attribute'/>"
                     "<r:Description><d:description>plain</d:description><d:creator>one</d:creator>"
                     "<subject xmlns='http://purl.org/dc/elements/1.1/'><r:Bag><r:li>default "
                     "space</r:li></r:Bag></subject>"
                     "</r:Description></r:RDF>");
    assert_string_equal(m.title, "attribute");
    assert_string_equal(m.description, "plain");
    assert_string_equal(m.creator, "one");
    assert_list(m.keywords, m.keyword_count, "default space;");
    m = read_sidecar("<x:xmpmeta xmlns:x=\"adobe:ns:meta/\" />");
    assert_true(m.has_sidecar);
    m = read_sidecar(
        XMP("<xmp:Rating>-1</xmp:Rating><exif:GPSLatitude>-33.5</exif:GPSLatitude>"
            "<exif:GPSLongitude>151.25</exif:GPSLongitude><xmp:CreateDate>2024-02-29</xmp:CreateDate>"));
    assert_int_equal(m.rating, -1);
    assert_true(m.latitude == -33.5 && m.longitude == 151.25);
    assert_string_equal(m.taken, "2024-02-29T00:00:00");
}

static void what_is_no_xmp_is_refused(void **state)
{
    (void)state;
    static const char *const bad[] = {
        "<!DOCTYPE x [<!ENTITY a \"aaaa\">]>" XMP(""),
        XMP("<dc:title>&other;</dc:title>"),
        XMP("<dc:title>&#0;</dc:title>"),
        XMP("<dc:title>&#xD800;</dc:title>"),
        XMP("<dc:title>&#x110000;</dc:title>"),
        XMP("<dc:title>& </dc:title>"),
        XMP("<dc:title></dc:titel>"),
        XMP("<unknown:title/>"),
        XMP("<dc:title a=b/>"),
        XMP("<dc:title a='b/>"),
        XMP("<dc:title a='<'/>"),
        XMP("<dc:title"),
        XMP("\xFF"),
        XMP("\x01"),
        XMP("<![CDATA["),
        XMP("<!ELEMENT a>"),
        XMP("<dc:>x</dc:>"),
        "",
        " ",
        "text",
        "<a>",
        "<a/>",
        "</a>",
        "<a></a></a",
        "\xFE\xFF\0<\0a\0/\0>",
    };
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
        ts_metadata m = read_sidecar(bad[i]);
        if (m.has_sidecar) fail_msg("taken: %s", bad[i]);
        assert_int_equal(m.damaged, bad[i][0] ? 1 : 0);
        assert_string_equal(m.title, "");
    }
}

static void a_billion_laughs_are_refused_quickly(void **state)
{
    (void)state;
    ts_buf text = {0};
    ts_buf_puts(&text, "<?xml version=\"1.0\"?><!DOCTYPE lolz [<!ENTITY lol \"lol\">");
    for (int i = 1; i < 30; i++)
        ts_buf_printf(&text, "<!ENTITY lol%d \"&lol%d;&lol%d;&lol%d;&lol%d;\">", i, i - 1, i - 1, i - 1,
                      i - 1);
    ts_buf_puts(&text, "]><lolz>&lol29;</lolz>");
    double before = ts_clock_ms();
    ts_metadata m = read_sidecar(text.data);
    assert_true(ts_clock_ms() - before < 50 * TS_TEST_PATIENCE);
    assert_int_equal(m.damaged, 1);
    ts_buf_free(&text);
}

static void nest(ts_buf *text, int levels)
{
    ts_buf_clear(text);
    ts_buf_puts(text, "<x:xmpmeta xmlns:x=\"adobe:ns:meta/\"><r:RDF "
                      "xmlns:r='http://www.w3.org/1999/02/22-rdf-syntax-ns#'>");
    for (int i = 2; i < levels; i++) ts_buf_puts(text, "<r:li>");
    for (int i = 2; i < levels; i++) ts_buf_puts(text, "</r:li>");
    ts_buf_puts(text, "</r:RDF></x:xmpmeta>");
}

static void depth_and_size_are_bounded(void **state)
{
    (void)state;
    ts_buf text = {0};
    nest(&text, 32);
    assert_true(read_sidecar(text.data).has_sidecar);
    nest(&text, 33);
    assert_false(read_sidecar(text.data).has_sidecar);
    nest(&text, 100000);
    assert_false(read_sidecar(text.data).has_sidecar);
    ts_buf_clear(&text);
    ts_buf_puts(&text, XMP_HEAD ">");
    while (text.length < 1100000) ts_buf_puts(&text, "<!-- filler filler filler filler filler -->");
    ts_buf_puts(&text, "</rdf:Description>" XMP_TAIL);
    assert_false(read_sidecar(text.data).has_sidecar);
    ts_buf_clear(&text);
    ts_buf_puts(&text, XMP_HEAD ">");
    for (int i = 0; i < 25000; i++) ts_buf_puts(&text, "<dc:a/>");
    ts_buf_puts(&text, "</rdf:Description>" XMP_TAIL);
    assert_false(read_sidecar(text.data).has_sidecar);
    ts_buf_free(&text);
}

static void keywords_are_bounded(void **state)
{
    (void)state;
    ts_buf text = {0};
    char *longest = calloc(1, 5001);
    assert_non_null(longest);
    memset(longest, 'a', 5000);
    memcpy(longest + 1023, "\xC3\xA4", 2); /* must not be cut in half */
    ts_buf_puts(&text, XMP_HEAD "><dc:subject><rdf:Bag>");
    ts_buf_printf(&text, "<rdf:li>%s</rdf:li>", longest);
    for (int i = 0; i < 1500; i++) ts_buf_printf(&text, "<rdf:li>k%d</rdf:li>", i);
    ts_buf_puts(&text, "</rdf:Bag></dc:subject></rdf:Description>" XMP_TAIL);
    ts_metadata m = read_sidecar(text.data);
    assert_int_equal(m.keyword_count, TS_METADATA_KEYWORDS_MAX);
    assert_int_equal(strlen(m.keywords[0]), 1023);
    assert_string_equal(m.keywords[999], "k998");
    free(longest);
    ts_buf_free(&text);
}

/* ---- IPTC ------------------------------------------------------------------------------------------ */

static void make_iptc(ts_buf *out)
{
    put(out, "\x1C\x01\x5A\x00\x03\x1B%G", 8);
    put_dataset(out, 5, "Title");
    put_dataset(out, 25, "dog");
    put_dataset(out, 25, "M\xFCnchen"); /* Latin-1 */
    put_dataset(out, 25, "K\xC3\xB6ln");
    put_dataset(out, 25, "dog");
    put_dataset(out, 55, "20240531");
    put_dataset(out, 60, "180211+0200");
    put_dataset(out, 80, "Ann");
    put_dataset(out, 90, "City");
    put_dataset(out, 92, "Spot");
    put_dataset(out, 95, "State");
    put_dataset(out, 101, "Country");
    put_dataset(out, 105, "Headline");
    put_dataset(out, 116, "(c)");
    put_dataset(out, 120, "A caption\rof lines\x07");
}

static void reads_iptc(void **state)
{
    (void)state;
    for (int kind = 0; kind < 2; kind++) {
        parts p = {{0}, {0}, {0}};
        ts_buf file = {0};
        make_iptc(&p.iptc);
        if (kind == 0) make_jpeg(&file, &p);
        else make_tiff(&file, true, &p);
        ts_metadata m = read_both(&file, NULL);
        assert_true(m.has_iptc);
        assert_string_equal(m.title, "Title");
        assert_list(m.keywords, m.keyword_count, "dog;M\xC3\xBCnchen;K\xC3\xB6ln;");
        assert_string_equal(m.taken, "2024-05-31T18:02:11+02:00");
        assert_string_equal(m.creator, "Ann");
        assert_string_equal(m.city, "City");
        assert_string_equal(m.sublocation, "Spot");
        assert_string_equal(m.state, "State");
        assert_string_equal(m.country, "Country");
        assert_string_equal(m.copyright, "(c)");
        assert_string_equal(m.description, "A caption of lines");
        ts_buf_free(&file);
        parts_free(&p);
    }
}

/* ---- EXIF ------------------------------------------------------------------------------------------ */

static void put_rationals(ts_buf *out, bool big, unsigned a, unsigned b, unsigned c100)
{
    unsigned values[] = {a, 1, b, 1, c100, 100};
    for (int i = 0; i < 6; i++) put_number(out, big, 4, values[i]);
}

static void make_exif(ts_buf *out, bool big)
{
    static const char wide[] = "d\0o\0g\0;\0A\0n\0i\0m\0a\0l\0s\0/\0c\0a\0t\0;\0\xFC\0\0\0";
    static const exif_entry details[] = {
        {0x9003, 2, 20, "2024:05:31 18:02:11", 20, 0},
        {0x9011, 2, 7, "+02:00", 7, 0},
    };
    ts_buf latitude = {0}, longitude = {0};
    put_rationals(&latitude, big, 47, 22, 3000);
    put_rationals(&longitude, big, 8, 32, 2400);
    exif_entry gps[] = {
        {1, 2, 2, "S", 2, 0},
        {2, 5, 3, latitude.data, latitude.length, 0},
        {3, 2, 2, "E", 2, 0},
        {4, 5, 3, longitude.data, longitude.length, 0},
    };
    exif_entry first[] = {
        {0x010E, 2, 23, "OLYMPUS DIGITAL CAMERA", 23, 0},
        {0x0112, 3, 1, NULL, 0, 8},
        {0x0132, 2, 20, "2025:01:01 00:00:00", 20, 0},
        {0x013B, 2, 4, "Ann", 4, 0},
        {0x4746, 3, 1, NULL, 0, 3},
        {0x8298, 2, 4, "(c)", 4, 0},
        {0x8769, 4, 1, NULL, 0, 0},
        {0x8825, 4, 1, NULL, 0, 0},
        {0x9C9E, 1, sizeof wide - 1, wide, sizeof wide - 1, 0},
    };
    size_t at = 8 + directory_size(first, 9);
    first[6].value = (uint32_t)at;
    first[7].value = (uint32_t)(at + directory_size(details, 2));
    put_tiff_header(out, big);
    put_directory(out, big, 8, first, 9);
    put_directory(out, big, first[6].value, details, 2);
    put_directory(out, big, first[7].value, gps, 4);
    ts_buf_free(&latitude);
    ts_buf_free(&longitude);
}

static void reads_exif(void **state)
{
    (void)state;
    for (int kind = 0; kind < 8; kind++) {
        parts p = {{0}, {0}, {0}};
        ts_buf file = {0};
        make_exif(&p.exif, kind % 2);
        if (kind / 2 == 0) make_jpeg(&file, &p);
        if (kind / 2 == 1) make_png(&file, &p);
        if (kind / 2 == 2) make_webp(&file, &p);
        if (kind / 2 == 3) make_heic(&file, &p);
        ts_metadata m = read_both(&file, NULL);
        if (!m.has_exif) fail_msg("no EXIF in container %d", kind);
        assert_string_equal(m.description, "");
        assert_string_equal(m.creator, "Ann");
        assert_string_equal(m.copyright, "(c)");
        assert_int_equal(m.orientation, 8);
        assert_int_equal(m.rating, 3);
        assert_string_equal(m.taken, "2024-05-31T18:02:11+02:00");
        assert_true(m.latitude < -47.3749 && m.latitude > -47.3751);
        assert_true(m.longitude > 8.5399 && m.longitude < 8.5401);
        assert_list(m.keywords, m.keyword_count, "dog;\xC3\xBC;");
        assert_list(m.keyword_paths, m.keyword_path_count, "Animals/cat;");
        ts_buf_free(&file);
        parts_free(&p);
    }
}

static void taken_is_stronger_than_written(void **state)
{
    (void)state;
    static const char xmp[] = XMP("<xmp:CreateDate>2030-01-01T00:00:00</xmp:CreateDate>");
    parts p = {{0}, {0}, {0}};
    ts_buf file = {0};
    put(&p.xmp, xmp, sizeof xmp - 1);
    make_exif(&p.exif, false);
    make_jpeg(&file, &p);
    assert_string_equal(read_both(&file, NULL).taken, "2024-05-31T18:02:11+02:00");
    ts_buf_free(&file);
    ts_buf_clear(&p.exif);
    put_tiff_header(&p.exif, false);
    const exif_entry changed = {0x0132, 2, 20, "2025:01:01 00:00:00", 20, 0};
    put_directory(&p.exif, false, 8, &changed, 1);
    ts_buf_clear(&p.xmp);
    make_jpeg(&file, &p);
    assert_string_equal(read_both(&file, NULL).taken, "2025-01-01T00:00:00");
    ts_buf_free(&file);
    parts_free(&p);
}

static void dates_that_are_none_are_ignored(void **state)
{
    (void)state;
    static const char *const bad[] = {"0000:00:00 00:00:00", "2024:13:01 00:00:00",
                                      "2023-02-29T10:00:00", "2024-01-01T25:00:00",
                                      "    :  :     :  :  ", "-024-01-01",
                                      "2024-01-01X10:00",    "2024-01-01T10:00:00 o'clock",
                                      "1700-01-01",          "2024"};
    char text[2000];
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
        (void)snprintf(text, sizeof text, XMP("<xmp:CreateDate>%s</xmp:CreateDate>"), bad[i]);
        ts_metadata m = read_sidecar(text);
        assert_true(m.has_sidecar);
        if (m.taken[0]) fail_msg("%s became %s", bad[i], m.taken);
    }
}

/* ---- together -------------------------------------------------------------------------------------- */

static void the_stronger_source_comes_first(void **state)
{
    (void)state;
    static const char sidecar[] =
        XMP("<dc:title>sidecar</dc:title><dc:subject><rdf:Bag><rdf:li>s</rdf:li></rdf:Bag></dc:subject>");
    static const char xmp[] =
        XMP("<dc:title>xmp</dc:title><photoshop:City>xmp</photoshop:City>"
            "<dc:subject><rdf:Bag><rdf:li>x</rdf:li><rdf:li>s</rdf:li></rdf:Bag></dc:subject>");
    parts p = {{0}, {0}, {0}};
    ts_buf file = {0};
    put(&p.xmp, xmp, sizeof xmp - 1);
    make_iptc(&p.iptc);
    make_exif(&p.exif, false);
    make_jpeg(&file, &p);
    ts_metadata m = read_both(&file, sidecar);
    assert_string_equal(m.title, "sidecar");
    assert_string_equal(m.city, "xmp");
    assert_string_equal(m.state, "State");
    assert_int_equal(m.rating, 3);
    assert_list(m.keywords, m.keyword_count, "s;x;dog;M\xC3\xBCnchen;K\xC3\xB6ln;\xC3\xBC;");
    assert_true(m.has_sidecar && m.has_xmp && m.has_iptc && m.has_exif);
    m = read_both(&file, "<broken");
    assert_string_equal(m.title, "xmp");
    assert_int_equal(m.damaged, 1);
    ts_buf_free(&file);
    parts_free(&p);
}

/* Every length and every flipped byte of every container, for the sanitizers: no claim but that it returns with texts
 * that are what the header promises. */
static void survives_damage(void **state)
{
    (void)state;
    parts p = {{0}, {0}, {0}};
    static const char xmp[] = XMP("<dc:title>xmp</dc:title>");
    put(&p.xmp, xmp, sizeof xmp - 1);
    make_iptc(&p.iptc);
    make_exif(&p.exif, true);
    for (int kind = 0; kind < 5; kind++) {
        ts_buf file = {0};
        if (kind == 0) make_jpeg(&file, &p);
        if (kind == 1) make_png(&file, &p);
        if (kind == 2) make_webp(&file, &p);
        if (kind == 3) make_tiff(&file, true, &p);
        if (kind == 4) make_heic(&file, &p);
        for (size_t i = 0; i < 2 * file.length; i++) {
            size_t length = i < file.length ? i : file.length;
            char *copy =
                malloc(length ? length : 1); /* of exactly this size: one byte further is a finding */
            assert_non_null(copy);
            memcpy(copy, file.data, length);
            if (i >= file.length) copy[i - file.length] = (char)(copy[i - file.length] ^ (1 << (i % 8)));
            ts_metadata m;
            ts_error err;
            assert_works(ts_metadata_read(copy, length, NULL, 0, arena, &m, &err), err);
            assert_true(strlen(m.title) <= TS_METADATA_TEXT_MAX && m.orientation <= 8);
            free(copy);
            ts_arena_reset(arena);
        }
        ts_buf_free(&file);
    }
    parts_free(&p);
}

static void other_files_say_nothing(void **state)
{
    (void)state;
    ts_buf file = {0};
    ts_metadata m = read_both(&file, NULL);
    assert_string_equal(m.title, "");
    put(&file, "GIF89a and some more bytes of nothing", 37);
    m = read_both(&file, NULL);
    assert_string_equal(m.description, "");
    assert_int_equal(m.damaged, 0);
    assert_int_equal(m.keyword_count, 0);
    ts_buf_free(&file);
}

#define WITH_ARENA(test) cmocka_unit_test_setup_teardown(test, new_arena, free_arena)

int main(void)
{
    const struct CMUnitTest tests[] = {
        WITH_ARENA(reads_all_of_xmp),
        WITH_ARENA(reads_xmp_in_every_container),
        WITH_ARENA(other_spellings_of_xmp_count),
        WITH_ARENA(what_is_no_xmp_is_refused),
        WITH_ARENA(a_billion_laughs_are_refused_quickly),
        WITH_ARENA(depth_and_size_are_bounded),
        WITH_ARENA(keywords_are_bounded),
        WITH_ARENA(reads_iptc),
        WITH_ARENA(reads_exif),
        WITH_ARENA(taken_is_stronger_than_written),
        WITH_ARENA(dates_that_are_none_are_ignored),
        WITH_ARENA(the_stronger_source_comes_first),
        WITH_ARENA(survives_damage),
        WITH_ARENA(other_files_say_nothing),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
