/* service: an evaluation as a page of its own: a table, and for each facet its curves. Knows no pictures. */
#include <math.h>

#include "service/evaluate.h"

enum { side = 220, edge = 34 };

static const char style[] =
    "body{font:15px/1.5 system-ui,sans-serif;margin:2rem auto;max-width:70rem;padding:0 "
    "1rem;color:#222;background:#fff}"
    "table{border-collapse:collapse;font-variant-numeric:tabular-nums}th,td{padding:.3rem "
    ".7rem;text-align:right;"
    "border-bottom:1px solid #ddd}th:first-child,td:first-child{text-align:left}small{color:#666}"
    "figure{display:inline-block;margin:1rem 1.5rem 1rem 0}figcaption{font-size:.85rem;color:#555}"
    ".axis{stroke:#999}.ideal{stroke:#bbb;stroke-dasharray:4 4}.line{stroke:#1f6f8b;stroke-width:2;fill:none}"
    ".dot{fill:#c05621}text{font-size:11px;fill:#555}"
    "@media(prefers-color-scheme:dark){body{color:#ddd;background:#181818}th,td{border-color:#333}text{fill:#"
    "aaa}"
    "small,figcaption{color:#999}}";

static bool put_text(ts_buf *out, const char *text)
{
    for (; *text; text++) {
        const char *safe = *text == '<' ? "&lt;" : *text == '&' ? "&amp;" : *text == '"' ? "&quot;" : NULL;
        if (!(safe ? ts_buf_puts(out, safe) : ts_buf_append(out, text, 1))) return false;
    }
    return true;
}

static void put_share(ts_buf *out, double value, ts_interval at)
{
    if (isnan(value)) (void)ts_buf_puts(out, "<td>\xE2\x80\x93</td>");
    else if (isnan(at.low)) (void)ts_buf_printf(out, "<td>%.3f</td>", value);
    else
        (void)ts_buf_printf(out, "<td>%.3f <small>%.3f\xE2\x80\x93%.3f</small></td>", value, at.low, at.high);
}

static void put_row(ts_buf *out, const ts_facet_figures *f)
{
    (void)ts_buf_printf(out, "<tr><td>%s</td><td>%zu</td><td>%zu</td>", f->facet, f->concepts, f->there);
    put_share(out, f->precision, f->precision_at);
    put_share(out, f->recall, f->recall_at);
    put_share(out, f->f1, f->f1_at);
    put_share(out, f->map, f->map_at);
    put_share(out, f->ece, f->ece_at);
    put_share(out, f->line_95, (ts_interval){NAN, NAN});
    (void)ts_buf_puts(out, "</tr>\n");
}

static void put_table(ts_buf *out, const ts_evaluation *e)
{
    (void)ts_buf_puts(
        out, "<table><tr><th>facet</th><th>concepts</th><th>there</th><th>precision</th><th>recall</th>"
             "<th>F1</th><th>mAP</th><th>ECE</th><th>95 % line</th></tr>\n");
    for (size_t i = 0; i < e->facet_count; i++) put_row(out, &e->facets[i]);
    (void)ts_buf_puts(out, "</table>\n");
}

static double x_of(double share)
{
    return edge + share * side;
}

static double y_of(double share)
{
    return edge / 2.0 + (1 - share) * side;
}

static void open_plot(ts_buf *out, const char *x, const char *y, const char *title)
{
    (void)ts_buf_printf(out,
                        "<figure><svg width=\"%d\" height=\"%d\" role=\"img\" aria-label=\"%s\">"
                        "<path class=\"axis\" fill=\"none\" d=\"M%d %dV%dH%d\"/>",
                        side + 2 * edge, side + 2 * edge, title, edge, edge / 2, edge / 2 + side,
                        edge + side);
    for (int i = 0; i <= 4; i++) {
        double share = i / 4.0;
        (void)ts_buf_printf(out,
                            "<text x=\"%.0f\" y=\"%.0f\" text-anchor=\"middle\">%.2g</text>"
                            "<text x=\"%d\" y=\"%.0f\" text-anchor=\"end\">%.2g</text>",
                            x_of(share), y_of(0) + 14, share, edge - 5, y_of(share) + 4, share);
    }
    (void)ts_buf_printf(
        out, "<text x=\"%.0f\" y=\"%.0f\" text-anchor=\"middle\">%s</text><text x=\"%d\" y=\"11\">%s</text>",
        x_of(0.5), y_of(0) + 30, x, edge, y);
}

static void put_precision_curve(ts_buf *out, const ts_facet_figures *f)
{
    open_plot(out, "recall", "precision", "precision over recall");
    (void)ts_buf_puts(out, "<path class=\"line\" d=\"");
    size_t every = f->points / 400 + 1; /* a page, not a data file */
    for (size_t i = 0; i < f->points; i += every)
        (void)ts_buf_printf(out, "%c%.1f %.1f", i ? 'L' : 'M', x_of(f->curve[i].recall),
                            y_of(f->curve[i].precision));
    (void)ts_buf_printf(
        out,
        "\"/><circle class=\"dot\" r=\"4\" cx=\"%.1f\" cy=\"%.1f\"/></svg><figcaption>%s: precision "
        "over recall; the dot is what is shown by default</figcaption></figure>\n",
        x_of(f->recall), y_of(f->precision), f->facet);
}

static void put_reliability(ts_buf *out, const ts_facet_figures *f)
{
    open_plot(out, "confidence", "share that is right", "reliability");
    (void)ts_buf_printf(out, "<path class=\"ideal\" d=\"M%.0f %.0fL%.0f %.0f\"/>", x_of(0), y_of(0), x_of(1),
                        y_of(1));
    for (size_t i = 0; i < TS_EVALUATE_BINS; i++) {
        const ts_reliability *bin = &f->bins[i];
        if (bin->count == 0) continue;
        ts_interval at = ts_wilson(bin->right, bin->count, 1.6449);
        (void)ts_buf_printf(
            out,
            "<path class=\"line\" d=\"M%.1f %.1fV%.1f\"/><circle class=\"dot\" r=\"4\" cx=\"%.1f\" "
            "cy=\"%.1f\"><title>%zu claims</title></circle>",
            x_of(bin->p), y_of(at.low), y_of(at.high), x_of(bin->p), y_of(ts_share(bin->right, bin->count)),
            bin->count);
    }
    (void)ts_buf_printf(
        out,
        "</svg><figcaption>%s: what the confidence promises and what was right (90 %% intervals)"
        "</figcaption></figure>\n",
        f->facet);
}

static void put_notes(ts_buf *out, const ts_evaluation *e)
{
    (void)ts_buf_puts(
        out,
        "<p><small>Claims: each concept that the labels ask about, once a picture. Precision, recall, F1 "
        "and ECE are of what is shown by default; mAP and the curves of all that was weighed. 90 % "
        "intervals: Wilson's, else a bootstrap over the pictures.</small></p>\n");
    if (e->unknown_count) (void)ts_buf_puts(out, "<p>Labels that the vocabulary does not know, left out:");
    for (size_t i = 0; i < e->unknown_count; i++) {
        (void)ts_buf_puts(out, i ? ", " : " ");
        (void)put_text(out, e->unknown[i]);
    }
    for (size_t i = 0; i < e->failed; i++) {
        (void)ts_buf_puts(out, i ? "<br>" : "<p>Not read:<br>");
        (void)put_text(out, e->failures[i] ? e->failures[i] : "");
    }
}

bool ts_evaluation_page(const ts_evaluation *evaluation, const char *dir, ts_buf *out, ts_error *err)
{
    (void)ts_buf_puts(
        out,
        "<!DOCTYPE html>\n<html lang=\"en\"><head><meta charset=\"utf-8\">"
        "<meta name=\"viewport\" content=\"width=device-width\"><title>Tagsmith evaluation</title><style>");
    (void)ts_buf_puts(out, style);
    (void)ts_buf_puts(out, "</style></head><body>\n<h1>How good the tags are</h1>\n<p>");
    (void)ts_buf_printf(out, "%zu pictures of ", evaluation->pictures);
    (void)put_text(out, dir);
    (void)ts_buf_printf(out, "; %.0f tags a picture at the median, 10 to 50 on %.0f %%.</p>\n",
                        evaluation->tags_median, 100 * evaluation->tags_10_to_50);
    put_table(out, evaluation);
    for (size_t i = 0; i < evaluation->facet_count; i++) {
        put_precision_curve(out, &evaluation->facets[i]);
        put_reliability(out, &evaluation->facets[i]);
    }
    put_notes(out, evaluation);
    (void)ts_buf_puts(out, "\n</body></html>\n");
    return !out->failed || ts_fail_memory(err);
}
