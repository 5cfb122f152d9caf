/* exchange: one card of the report. Pure text; every value is escaped here, so the page never has to trust
 * one. */
#include <math.h>
#include <string.h>

#include "base/file.h"
#include "exchange/exchange.h"
#include "exchange/facets.h"
#include "exchange/html.h"
#include "exchange/json_out.h"
#include "exchange/report.h"

#define VEIL_FROM 0.5F /* nsfw score from which a picture is blurred until asked for */
#define SWATCHES_WIDE 120

/* ---- pieces -------------------------------------------------------------------------------------------- */

static void put_fixed_attribute(ts_buf *out, const char *name, double value, unsigned decimals)
{
    (void)ts_buf_printf(out, " %s=\"", name);
    ts_put_fixed(out, value, decimals);
    (void)ts_buf_putc(out, '"');
}

static unsigned percent(float share)
{
    if (!(share > 0)) return 0;
    return share < 1 ? (unsigned)lroundf(share * 100) : 100;
}

/* Paths that are no text are shown as the NDJSON record shows them. */
static void put_path(ts_buf *out, const char *path, const char *link)
{
    ts_buf escaped = {0};
    const char *shown = path ? path : "-";
    if (!ts_path_is_text(shown) && ts_path_escape(shown, "", &escaped)) shown = escaped.data;
    const char *name = ts_path_base(shown);
    (void)ts_buf_puts(out, "<h2><bdi class=dir>");
    ts_html_text_part(out, shown, (size_t)(name - shown));
    (void)ts_buf_puts(out, "</bdi>");
    if (link) {
        (void)ts_buf_puts(out, "<a target=_blank rel=noreferrer href=\"");
        ts_html_text(out, link);
        (void)ts_buf_puts(out, "\">");
    }
    (void)ts_buf_puts(out, "<bdi>");
    ts_html_text(out, name);
    (void)ts_buf_puts(out, link ? "</bdi></a></h2>" : "</bdi></h2>");
    ts_buf_free(&escaped);
}

static void put_size(ts_buf *out, size_t bytes)
{
    if (bytes >= 1000000) (void)ts_buf_printf(out, "%.1f MB", (double)bytes / 1e6);
    else (void)ts_buf_printf(out, "%zu KB", (bytes + 999) / 1000);
}

static void put_meta(ts_buf *out, const ts_record *record)
{
    const ts_picture_info *info = &record->picture;
    (void)ts_buf_printf(out, "<p class=meta>%u &times; %u &middot; ", info->width, info->height);
    ts_html_text(out, ts_format_name(info->format));
    (void)ts_buf_puts(out, " &middot; ");
    put_size(out, info->bytes);
    (void)ts_buf_puts(out, " &middot; ");
    ts_put_fixed(out, record->ms, 0);
    (void)ts_buf_puts(out, " ms</p>");
}

/* ---- the picture and what lies over it ----------------------------------------------------------------- */

static const char *said(const ts_record *record, bool title)
{
    if (record->text_count == 0) return "";
    return title ? record->texts[0].title : record->texts[0].alt_text;
}

static void put_title(ts_buf *out, const ts_record *record)
{
    if (!*said(record, true)) return;
    (void)ts_buf_puts(out, "<p class=title lang=");
    ts_html_text(out, record->texts[0].language);
    (void)ts_buf_putc(out, '>');
    ts_html_text(out, record->texts[0].title);
    (void)ts_buf_puts(out, "</p>");
}

/* The alternative text in the first language asked for; without one the sure tags. */
static void put_alt(ts_buf *out, const ts_record *record)
{
    if (*said(record, false)) {
        ts_html_text(out, said(record, false));
        return;
    }
    size_t shown = 0;
    for (size_t i = 0; i < record->tag_count && shown < 6; i++) {
        if (record->tags[i].state != TS_TAG_ACCEPTED) continue;
        if (shown++) (void)ts_buf_puts(out, ", ");
        ts_html_text(out, ts_tag_shown(&record->tags[i]));
    }
    if (!shown) (void)ts_buf_puts(out, "picture without sure tags");
}

static bool same_box(ts_rect a, ts_rect b)
{
    return a.x == b.x && a.y == b.y && a.width == b.width && a.height == b.height;
}

/* An ancestor carries the boxes of what it was seen in: drawn once in the overview, again when it is asked
 * for. */
static bool drawn_before(const ts_record *record, size_t tag, ts_rect box)
{
    for (size_t i = 0; i < tag; i++)
        for (size_t b = 0; b < record->tags[i].box_count; b++)
            if (same_box(record->tags[i].boxes[b], box)) return true;
    return false;
}

static void put_box(ts_buf *out, const ts_record *record, size_t number, ts_rect box)
{
    const ts_picture_info *info = &record->picture;
    double letter = (double)(info->width > info->height ? info->width : info->height) / 22.0;
    double text_y = (double)box.y > letter * 1.3 ? (double)box.y - letter * 0.35 : (double)box.y + letter;
    (void)ts_buf_printf(out, "<g data-t=%zu%s><rect", number,
                        drawn_before(record, number, box) ? " class=again" : "");
    put_fixed_attribute(out, "x", (double)box.x, 1);
    put_fixed_attribute(out, "y", (double)box.y, 1);
    put_fixed_attribute(out, "width", (double)box.width, 1);
    put_fixed_attribute(out, "height", (double)box.height, 1);
    (void)ts_buf_puts(out, "/><text");
    put_fixed_attribute(out, "x", (double)box.x + letter * 0.25, 1);
    put_fixed_attribute(out, "y", text_y, 1);
    put_fixed_attribute(out, "font-size", letter, 1);
    (void)ts_buf_putc(out, '>');
    ts_html_text(out, ts_tag_shown(&record->tags[number]));
    (void)ts_buf_puts(out, "</text></g>");
}

static void put_boxes(ts_buf *out, const ts_record *record)
{
    const ts_picture_info *info = &record->picture;
    (void)ts_buf_printf(out, "<svg viewBox=\"0 0 %u %u\" aria-hidden=true>", info->width, info->height);
    for (size_t i = 0; i < record->tag_count; i++)
        for (size_t b = 0; b < record->tags[i].box_count; b++)
            put_box(out, record, i, record->tags[i].boxes[b]);
    (void)ts_buf_puts(out, "</svg>");
}

static bool is_veiled(const ts_record *record)
{
    return record->has_safety && record->nsfw >= VEIL_FROM;
}

static void put_figure(ts_buf *out, const ts_record *record)
{
    (void)ts_buf_puts(out, is_veiled(record) ? "<figure class=veiled>" : "<figure>");
    if (record->thumbnail) {
        (void)ts_buf_puts(out, "<img loading=lazy decoding=async src=\"data:image/jpeg;base64,");
        ts_base64(out, record->thumbnail, record->thumbnail_size);
        (void)ts_buf_puts(out, "\" alt=\"");
        put_alt(out, record);
        (void)ts_buf_putc(out, '"');
        if (*said(record, false)) (void)ts_buf_printf(out, " lang=%s", record->texts[0].language);
        (void)ts_buf_putc(out, '>');
    } else {
        (void)ts_buf_puts(out, "<p class=none>no thumbnail</p>");
    }
    put_boxes(out, record);
    if (is_veiled(record))
        (void)ts_buf_puts(out, "<details class=veil><summary>Sensitive picture: show</summary></details>");
    (void)ts_buf_puts(out, "</figure>");
}

/* ---- tags ---------------------------------------------------------------------------------------------- */

static void put_chip(ts_buf *out, const ts_tag *tag, size_t number)
{
    unsigned sure = percent(tag->confidence);
    const char *kind = tag->state == TS_TAG_ACCEPTED ? "a" : "s";
    (void)ts_buf_printf(out, "<li class=\"%s c%u\" data-c=%u", kind, sure / 10, sure);
    if (tag->box_count) (void)ts_buf_printf(out, " data-t=%zu tabindex=0", number);
    (void)ts_buf_puts(out, " title=\"");
    ts_html_text(out, tag->concept);
    (void)ts_buf_printf(out, ", %s\">", ts_tag_state_name(tag->state));
    ts_html_text(out, ts_tag_shown(tag));
    if (tag->count > 1) (void)ts_buf_printf(out, " &times;%u", tag->count);
    (void)ts_buf_printf(out, "<b>%u</b></li>", sure);
}

static void put_facet(ts_buf *out, const ts_record *record, const char *facet)
{
    (void)ts_buf_puts(out, "<div class=\"f ");
    ts_html_text(out, facet);
    (void)ts_buf_puts(out, "\"><h3>");
    ts_html_text(out, facet);
    (void)ts_buf_puts(out, "</h3><ul>");
    for (size_t i = 0; i < record->tag_count; i++)
        if (strcmp(record->tags[i].facet, facet) == 0) put_chip(out, &record->tags[i], i);
    (void)ts_buf_puts(out, "</ul></div>");
}

static void put_tags(ts_buf *out, const ts_record *record)
{
    for (size_t i = 0; i < TS_FACET_COUNT; i++) {
        const char *facet = ts_facet_shown(i);
        if (i == TS_FACETS_SHORT) (void)ts_buf_puts(out, "<div class=looks>");
        if (ts_record_has_facet(record, facet)) put_facet(out, record, facet);
    }
    (void)ts_buf_puts(out, "</div>");
    if (record->tag_count == 0) (void)ts_buf_puts(out, "<p class=none>no tags</p>");
}

static void put_swatches(ts_buf *out, const ts_colours *colours)
{
    (void)ts_buf_printf(out,
                        "<svg class=swatches viewBox=\"0 0 %d 6\" preserveAspectRatio=none role=img "
                        "aria-label=\"colours: ",
                        SWATCHES_WIDE);
    double total = 0;
    for (size_t i = 0; i < colours->count; i++) {
        const ts_swatch *s = &colours->swatches[i];
        ts_html_text(out, s->name);
        (void)ts_buf_printf(out, " %u%%%s", percent(s->share), i + 1 < colours->count ? ", " : "");
        total += (double)s->share;
    }
    (void)ts_buf_puts(out, "\">");
    double x = 0;
    for (size_t i = 0; i < colours->count && total > 0; i++) {
        const ts_swatch *s = &colours->swatches[i];
        double width = (double)s->share / total * SWATCHES_WIDE;
        (void)ts_buf_printf(out, "<rect fill=\"#%02x%02x%02x\" height=6", s->r, s->g, s->b);
        put_fixed_attribute(out, "x", x, 2);
        put_fixed_attribute(out, "width", width, 2);
        (void)ts_buf_puts(out, "><title>");
        ts_html_text(out, s->name);
        (void)ts_buf_printf(out, " %u%%</title></rect>", percent(s->share));
        x += width;
    }
    (void)ts_buf_puts(out, "</svg>");
}

/* ---- the details --------------------------------------------------------------------------------------- */

static void put_evidence_row(ts_buf *out, const ts_tag *tag, const ts_evidence *e)
{
    (void)ts_buf_puts(out, "<tr><td>");
    ts_html_text(out, ts_tag_shown(tag));
    (void)ts_buf_puts(out, "<td>");
    ts_html_text(out, e->analyser);
    (void)ts_buf_puts(out, "<td><span title=\"");
    ts_html_text(out, e->model);
    (void)ts_buf_putc(out, ' ');
    ts_html_text(out, e->version);
    (void)ts_buf_puts(out, "\">");
    ts_html_text(out, e->label ? e->label : e->model);
    (void)ts_buf_puts(out, "</span><td>");
    ts_put_fixed(out, (double)e->raw, 3);
}

static void put_measure(ts_buf *out, const char *name, double value, double least, double most,
                        unsigned decimals)
{
    (void)ts_buf_printf(out, "<div><dt>%s<dd><meter", name);
    put_fixed_attribute(out, "min", least, 1);
    put_fixed_attribute(out, "max", most, 1);
    put_fixed_attribute(out, "value", value, 3);
    (void)ts_buf_puts(out, "></meter> ");
    ts_put_fixed(out, value, decimals);
    (void)ts_buf_puts(out, "</div>");
}

static void put_measures(ts_buf *out, const ts_record *record)
{
    const ts_quality *q = &record->quality;
    (void)ts_buf_puts(out, "<dl>");
    if (record->has_quality) {
        put_measure(out, "sharpness", (double)q->sharpness, 0, 1, 2);
        put_measure(out, "exposure", (double)q->exposure, -1, 1, 2);
        put_measure(out, "contrast", (double)q->contrast, 0, 1, 2);
        put_measure(out, "noise", (double)q->noise, 0, 30, 1);
        put_measure(out, "aesthetic", (double)q->aesthetic, 0, 1, 2);
    }
    if (record->has_safety) put_measure(out, "nsfw", (double)record->nsfw, 0, 1, 3);
    if (record->has_faces) (void)ts_buf_printf(out, "<div><dt>faces<dd>%zu</div>", record->face_count);
    (void)ts_buf_puts(out, "</dl>");
}

static void put_details(ts_buf *out, const ts_record *record)
{
    (void)ts_buf_puts(out, "<details><summary>Why, and how good</summary>");
    put_measures(out, record);
    if (record->tag_count)
        (void)ts_buf_puts(out, "<table><thead><tr><th>tag<th>analyser<th>saw<th>raw<tbody>");
    for (size_t i = 0; i < record->tag_count; i++)
        for (size_t e = 0; e < record->tags[i].evidence_count; e++)
            put_evidence_row(out, &record->tags[i], &record->tags[i].evidence[e]);
    if (record->tag_count) (void)ts_buf_puts(out, "</table>");
    (void)ts_buf_puts(out, "</details>");
}

/* What is written in the picture, a line a line; long ones are folded away. */
static void put_writing(ts_buf *out, const ts_record *record)
{
    if (record->line_count == 0) return;
    (void)ts_buf_printf(out, "<details class=read%s><summary>Text</summary><p",
                        record->line_count <= 4 ? " open" : "");
    if (*record->language) (void)ts_buf_printf(out, " lang=%s", record->language);
    (void)ts_buf_putc(out, '>');
    for (size_t i = 0; i < record->line_count; i++) {
        if (i) (void)ts_buf_puts(out, "<br>");
        ts_html_text(out, record->lines[i].text);
    }
    (void)ts_buf_puts(out, "</p></details>");
}

/* What the filter finds beside the texts that the card shows: ancestors. */
static void put_hidden_words(ts_buf *out, const ts_record *record)
{
    (void)ts_buf_puts(out, " data-q=\"");
    for (size_t i = 0; i < record->tag_count; i++) {
        const ts_tag *tag = &record->tags[i];
        for (size_t a = 0; a < tag->ancestor_count; a++) {
            const char *slash = strchr(tag->ancestors[a], '/');
            (void)ts_buf_putc(out, ' ');
            ts_html_text(out, slash ? slash + 1 : tag->ancestors[a]);
        }
    }
    (void)ts_buf_putc(out, '"');
}

/* ---- whole cards --------------------------------------------------------------------------------------- */

bool ts_report_record_card(const ts_record *record, const char *link, ts_buf *out)
{
    (void)ts_buf_puts(out, "<article");
    put_hidden_words(out, record);
    (void)ts_buf_putc(out, '>');
    put_figure(out, record);
    if (record->has_colours && record->colours.count) put_swatches(out, &record->colours);
    put_title(out, record);
    put_path(out, record->path, link);
    put_meta(out, record);
    put_tags(out, record);
    put_writing(out, record);
    for (size_t i = 0; i < record->warning_count; i++) {
        (void)ts_buf_puts(out, "<p class=note>");
        ts_html_text(out, record->warnings[i]);
        (void)ts_buf_puts(out, "</p>");
    }
    put_details(out, record);
    (void)ts_buf_puts(out, "</article>\n");
    return !out->failed;
}

bool ts_report_error_card(const char *path, const char *link, const ts_error *error, ts_buf *out)
{
    (void)ts_buf_puts(out, "<article class=error><p class=cross aria-hidden=true>!</p>");
    put_path(out, path, link);
    (void)ts_buf_puts(out, "<p class=code>");
    ts_html_text(out, ts_code_name(error->code));
    (void)ts_buf_puts(out, "</p><p>");
    ts_html_text(out, error->message);
    (void)ts_buf_puts(out, "</p>");
    if (error->hint[0]) {
        (void)ts_buf_puts(out, "<p class=hint>");
        ts_html_text(out, error->hint);
        (void)ts_buf_puts(out, "</p>");
    }
    (void)ts_buf_puts(out, "</article>\n");
    return !out->failed;
}
