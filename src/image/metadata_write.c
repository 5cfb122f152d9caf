/* image: an edit from end to end: open, plan, write, read back and compare. Knows no file on a disk. */
#include "image/metadata_write.h"

#include <string.h>

#include "image/embed.h"
#include "image/iptc_edit.h"

void ts_metadata_edit_free(ts_metadata_edit *edit)
{
    ts_buf_free(&edit->bytes);
}

/* The XMP text with the wish in it. */
static bool edit_xmp(const char *text, size_t length, const ts_metadata_wish *wish, ts_plan *plan,
                     ts_xmp_doc *doc, ts_buf *out, ts_error *err)
{
    return ts_xmp_open(doc, text, length, plan->arena, err) && ts_plan_apply(plan, doc, wish, err) &&
           (!plan->changed || ts_xmp_finish(doc, out, err));
}

static bool not_as_planned(ts_error *err)
{
    (void)ts_fail(err, TS_INTERNAL, "what would have been written does not read back as it should");
    return ts_hint(err, "nothing was written; please report it, with the file if you can");
}

/* Read back: nothing is left to do, and everything else is as it was. */
static bool check_xmp(const char *text, size_t length, const ts_metadata_wish *wish, const ts_xmp_doc *before,
                      ts_arena *arena, ts_error *err)
{
    ts_metadata_wish once = *wish;
    ts_xmp_doc after;
    ts_plan plan = {.arena = arena};
    once.again = false;
    bool ok = ts_xmp_open(&after, text, length, arena, NULL) && ts_plan_apply(&plan, &after, &once, NULL) &&
              !plan.changed && ts_xmp_same_rest(before, &after, ts_plan_names, ts_plan_name_count);
    ts_xmp_close(&after);
    return ok || not_as_planned(err);
}

static void tell(const ts_plan *plan, ts_metadata_edit *edit)
{
    edit->changed = plan->changed;
    edit->changes = plan->changes;
    edit->change_count = plan->count;
}

bool ts_metadata_edit_sidecar(const void *bytes, size_t length, const ts_metadata_wish *wish, ts_arena *arena,
                              ts_metadata_edit *edit, ts_error *err)
{
    ts_plan plan = {.arena = arena};
    ts_xmp_doc doc = {0};
    *edit = (ts_metadata_edit){{0}};
    bool ok = edit_xmp(bytes, length, wish, &plan, &doc, &edit->bytes, err);
    ok = ok && (!plan.changed || check_xmp(edit->bytes.data, edit->bytes.length, wish, &doc, arena, err));
    ts_xmp_close(&doc);
    tell(&plan, edit);
    return ok;
}

/* ---- pictures --------------------------------------------------------------------------------------- */

static const char wrapper_head[] = "<?xpacket begin=\"\xEF\xBB\xBF\" id=\"W5M0MpCehiHzreSzNTczkc9d\"?>\n";
static const char wrapper_tail[] = "<?xpacket end=\"w\"?>";

/* A packet that is new gets the wrapper by which programs find it that do not know the format. */
static bool wrap(ts_buf *xmp, bool is_new, ts_error *err)
{
    ts_buf whole = {0};
    if (!is_new) return true;
    (void)ts_buf_puts(&whole, wrapper_head);
    (void)ts_buf_append(&whole, xmp->data, xmp->length);
    (void)ts_buf_puts(&whole, wrapper_tail);
    ts_buf_free(xmp);
    *xmp = whole;
    return !whole.failed || ts_fail_memory(err);
}

typedef struct picture_edit {
    const uint8_t *bytes;
    size_t length;
    const ts_metadata_wish *wish;
    ts_metadata_blocks found;
    ts_plan plan;
    ts_xmp_doc doc;
    ts_buf xmp, iptc;
    bool iptc_changed;
} picture_edit;

static bool plan_iptc(picture_edit *p, ts_metadata_edit *edit, ts_error *err)
{
    ts_metadata_block iim;
    if (ts_format_sniff(p->bytes, p->length) != TS_FORMAT_JPEG) return true;
    if (ts_embed_jpeg_iptc(p->bytes, p->length, &iim))
        return ts_iptc_edit(iim, &p->plan, p->wish, &p->iptc, &p->iptc_changed, &edit->note, err);
    edit->note = "its IPTC is damaged or in several pieces, and was left as it is";
    return true;
}

/* What stands in the new bytes, against the plan; and the rest of the file, against what it was. */
static bool check_picture(const picture_edit *p, const ts_buf *out, ts_error *err)
{
    ts_metadata_blocks now;
    const uint8_t *bytes = (const uint8_t *)out->data;
    ts_metadata_find_blocks(bytes, out->length, &now);
    if (!now.xmp.bytes) return not_as_planned(err);
    return check_xmp((const char *)now.xmp.bytes, now.xmp.length, p->wish, &p->doc, p->plan.arena, err) &&
           ts_embed_same_rest(p->bytes, p->length, bytes, out->length, err);
}

static bool write_picture(picture_edit *p, ts_metadata_edit *edit, ts_error *err)
{
    bool only_iptc = p->xmp.length == 0;
    ts_embed_blocks blocks = {.with_iptc = p->iptc_changed,
                              .iptc = (const uint8_t *)p->iptc.data,
                              .iptc_length = p->iptc.length,
                              .xmp = only_iptc ? p->doc.text : p->xmp.data,
                              .xmp_length = only_iptc ? p->doc.length : p->xmp.length};
    return ts_embed(p->bytes, p->length, &blocks, &edit->bytes, err) && check_picture(p, &edit->bytes, err);
}

/* Whether the format and this file may be written at all, before anything is planned. */
static bool check_place(const picture_edit *p, ts_error *err)
{
    ts_buf probe = {0};
    const ts_embed_blocks same = {.xmp = p->found.xmp.bytes ? (const char *)p->found.xmp.bytes : " ",
                                  .xmp_length = p->found.xmp.bytes ? p->found.xmp.length : 1};
    bool ok = ts_embed(p->bytes, p->length, &same, &probe, err);
    ts_buf_free(&probe);
    return ok;
}

bool ts_metadata_edit_picture(const void *bytes, size_t length, const ts_metadata_wish *wish, ts_arena *arena,
                              ts_metadata_edit *edit, ts_error *err)
{
    picture_edit p = {.bytes = bytes, .length = length, .wish = wish, .plan = {.arena = arena}};
    *edit = (ts_metadata_edit){{0}};
    ts_metadata_find_blocks(bytes, length, &p.found);
    const char *old = (const char *)p.found.xmp.bytes;
    bool ok = check_place(&p, err) && edit_xmp(old, p.found.xmp.length, wish, &p.plan, &p.doc, &p.xmp, err) &&
              plan_iptc(&p, edit, err);
    ok = ok && (p.xmp.length == 0 || wrap(&p.xmp, !old, err));
    ok = ok && (!p.plan.changed || write_picture(&p, edit, err));
    tell(&p.plan, edit);
    ts_xmp_close(&p.doc);
    ts_buf_free(&p.xmp);
    ts_buf_free(&p.iptc);
    return ok;
}
