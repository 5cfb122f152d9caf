/* image: what a wish changes: items of others stay, ours follow the wish. Knows properties, no bytes of files. */
#include "image/metadata_plan.h"

#include <string.h>
#include <strings.h>

const ts_xmp_name ts_plan_names[] = {
    {TS_XML_DC, "dc", "subject", TS_XMP_BAG},
    {TS_XML_LIGHTROOM, "lr", "hierarchicalSubject", TS_XMP_BAG},
    {TS_XML_DIGIKAM, "digiKam", "TagsList", TS_XMP_SEQ},
    {TS_XML_DC, "dc", "title", TS_XMP_ALT},
    {TS_XML_DC, "dc", "description", TS_XMP_ALT},
    {TS_XML_IPTC_CORE, "Iptc4xmpCore", "AltTextAccessibility", TS_XMP_ALT},
    /* What we wrote of each. */
    {TS_XML_TAGSMITH, "tagsmith", "subject", TS_XMP_BAG},
    {TS_XML_TAGSMITH, "tagsmith", "hierarchicalSubject", TS_XMP_BAG},
    {TS_XML_TAGSMITH, "tagsmith", "TagsList", TS_XMP_BAG},
    {TS_XML_TAGSMITH, "tagsmith", "title", TS_XMP_ALT},
    {TS_XML_TAGSMITH, "tagsmith", "description", TS_XMP_ALT},
    {TS_XML_TAGSMITH, "tagsmith", "altText", TS_XMP_ALT},
};
const size_t ts_plan_name_count = sizeof ts_plan_names / sizeof *ts_plan_names;

enum { PROPERTIES = TS_WISH_LIST_COUNT + TS_WISH_TEXT_COUNT };

/* ---- items ----------------------------------------------------------------------------------------- */

bool ts_plan_has(const ts_xmp_items *items, const char *text)
{
    for (size_t i = 0; i < items->count; i++)
        if (strcasecmp(items->items[i].text, text) == 0) return true;
    return false;
}

static bool has_exactly(const ts_xmp_items *items, const char *text)
{
    for (size_t i = 0; i < items->count; i++)
        if (strcmp(items->items[i].text, text) == 0) return true;
    return false;
}

static const ts_xmp_item *in_language(const ts_xmp_items *items, const char *language)
{
    for (size_t i = 0; i < items->count; i++)
        if (strcasecmp(items->items[i].language, language) == 0) return &items->items[i];
    return NULL;
}

static bool start_list(ts_plan *plan, size_t capacity, ts_xmp_items *out)
{
    out->count = 0;
    out->items = TS_NEW_ARRAY(plan->arena, capacity + 1, ts_xmp_item);
    return out->items != NULL;
}

static void add(ts_xmp_items *items, const char *language, const char *text)
{
    items->items[items->count++] = (ts_xmp_item){language, text, NULL};
}

bool ts_plan_note(ts_plan *plan, const char *property, const char *language, const char *text, bool removed)
{
    if (plan->count == plan->capacity) {
        size_t capacity = plan->capacity ? plan->capacity * 2 : 32;
        ts_metadata_change *more = TS_NEW_ARRAY(plan->arena, capacity, ts_metadata_change);
        if (!more) return false;
        if (plan->count) memcpy(more, plan->changes, plan->count * sizeof *more);
        plan->changes = more;
        plan->capacity = capacity;
    }
    plan->changes[plan->count++] = (ts_metadata_change){property, language, text, removed};
    plan->changed = true;
    return true;
}

static bool note(ts_plan *plan, const ts_xmp_name *name, const ts_xmp_item *item, bool removed)
{
    const char *property = ts_arena_printf(plan->arena, "%s:%s", name->prefix, name->name);
    return property && ts_plan_note(plan, property, item->language, item->text, removed);
}

/* One property and our note of it: as they are, and as they will be. */
typedef struct pair {
    const ts_xmp_name *name, *ours_name;
    ts_xmp_items found, ours, wanted, noted;
    bool changed, ours_changed;
} pair;

static bool open_pair(pair *p, const ts_xmp_doc *doc, size_t at, ts_error *err)
{
    *p = (pair){.name = &ts_plan_names[at], .ours_name = &ts_plan_names[at + PROPERTIES]};
    return ts_xmp_items_of(doc, p->name, &p->found, err) && ts_xmp_items_of(doc, p->ours_name, &p->ours, err);
}

static bool put_pair(ts_plan *plan, const pair *p, ts_xmp_doc *doc, ts_error *err)
{
    if (p->changed && !ts_xmp_put(doc, p->name, &p->wanted, err)) return false;
    if (p->ours_changed && !ts_xmp_put(doc, p->ours_name, &p->noted, err)) return false;
    plan->changed = plan->changed || p->changed || p->ours_changed;
    return true;
}

/* ---- lists ----------------------------------------------------------------------------------------- */

typedef struct texts {
    const char *const *items;
    size_t count;
} texts;

static bool is_wished(texts wish, const char *text)
{
    for (size_t i = 0; i < wish.count; i++)
        if (strcmp(wish.items[i], text) == 0) return true;
    return false;
}

/* What is there: ours that nobody wishes any more goes. What we wrote and somebody took out stays noted: it is how we
 * know not to bring it back. */
static bool keep_found(ts_plan *plan, pair *p, texts wish)
{
    bool ok = true;
    for (size_t i = 0; ok && i < p->found.count; i++) {
        const ts_xmp_item *item = &p->found.items[i];
        bool goes = has_exactly(&p->ours, item->text) && !is_wished(wish, item->text);
        if (goes) ok = note(plan, p->name, item, true);
        else p->wanted.items[p->wanted.count++] = *item;
        p->changed = p->changed || goes;
    }
    for (size_t i = 0; i < p->ours.count; i++) {
        const ts_xmp_item *item = &p->ours.items[i];
        bool stays = is_wished(wish, item->text) || !has_exactly(&p->found, item->text);
        if (stays) p->noted.items[p->noted.count++] = *item;
        else p->ours_changed = true;
    }
    return ok;
}

static bool add_wished(ts_plan *plan, pair *p, texts wish, bool again)
{
    bool ok = true;
    for (size_t i = 0; ok && i < wish.count; i++) {
        const char *text = wish.items[i];
        bool noted = has_exactly(&p->ours, text);
        if (ts_plan_has(&p->wanted, text) || (noted && !again)) continue;
        add(&p->wanted, "", text);
        p->changed = true;
        ok = note(plan, p->name, &p->wanted.items[p->wanted.count - 1], false);
        if (noted) continue;
        add(&p->noted, "", text);
        p->ours_changed = true;
    }
    return ok;
}

static bool plan_list(ts_plan *plan, ts_xmp_doc *doc, size_t at, const ts_metadata_wish *wish, ts_error *err)
{
    pair p;
    texts wished = {wish->lists[at].items, wish->lists[at].count};
    if (!open_pair(&p, doc, at, err)) return false;
    plan->written[at] = p.ours;
    bool ok = start_list(plan, p.found.count + wished.count, &p.wanted) &&
              start_list(plan, p.ours.count + wished.count, &p.noted) && keep_found(plan, &p, wished) &&
              add_wished(plan, &p, wished, wish->again);
    plan->after[at] = p.wanted;
    return ok ? put_pair(plan, &p, doc, err) : ts_fail_memory(err);
}

/* ---- texts in languages ---------------------------------------------------------------------------- */

static const char *wished_text(const ts_metadata_wish *wish, size_t at, const char *language)
{
    for (size_t i = 0; i < wish->texts[at].count; i++)
        if (strcasecmp(wish->texts[at].items[i].language, language) == 0)
            return wish->texts[at].items[i].text;
    return NULL;
}

/* A language that is there: another's text stays as it is; ours follows the wish. */
static bool follow_text(ts_plan *plan, pair *p, ts_xmp_item item, const char *wished, bool again)
{
    const ts_xmp_item *ours = in_language(&p->ours, item.language);
    bool is_ours = ours && strcmp(ours->text, item.text) == 0;
    bool same = wished && strcmp(wished, item.text) == 0;
    bool stays = same || (!is_ours && !(again && wished));
    if (!stays && !note(plan, p->name, &item, true)) return false;
    if (!stays) p->changed = true;
    if (!stays && wished) {
        item.text = wished;
        if (!note(plan, p->name, &item, false)) return false;
    }
    if (stays || wished) p->wanted.items[p->wanted.count++] = item;
    return true;
}

static bool add_text(ts_plan *plan, pair *p, const ts_language_text *wished, bool again)
{
    if (in_language(&p->found, wished->language) || (in_language(&p->ours, wished->language) && !again))
        return true;
    add(&p->wanted, wished->language, wished->text);
    p->changed = true;
    return note(plan, p->name, &p->wanted.items[p->wanted.count - 1], false);
}

/* Our note of a language follows what we wrote now, and else stays, so that a person's change stays known. */
static void note_texts(pair *p, const ts_metadata_wish *wish, size_t at)
{
    for (size_t i = 0; i < p->ours.count; i++) {
        ts_xmp_item item = p->ours.items[i];
        const ts_xmp_item *before = in_language(&p->found, item.language);
        const ts_xmp_item *after = in_language(&p->wanted, item.language);
        bool gone = before && !after;
        bool rewritten = after && (!before || strcmp(before->text, after->text) != 0);
        p->ours_changed = p->ours_changed || gone || rewritten;
        if (rewritten) item.text = after->text;
        if (!gone) p->noted.items[p->noted.count++] = item;
    }
    for (size_t i = 0; i < wish->texts[at].count; i++) {
        const ts_language_text *wished = &wish->texts[at].items[i];
        const ts_xmp_item *before = in_language(&p->found, wished->language);
        const ts_xmp_item *after = in_language(&p->wanted, wished->language);
        bool wrote = after && strcmp(after->text, wished->text) == 0 &&
                     (!before || strcmp(before->text, wished->text) != 0);
        if (in_language(&p->ours, wished->language) || !wrote) continue;
        add(&p->noted, wished->language, wished->text);
        p->ours_changed = true;
    }
}

static bool plan_text(ts_plan *plan, ts_xmp_doc *doc, size_t at, const ts_metadata_wish *wish, ts_error *err)
{
    pair p;
    size_t count = wish->texts[at].count;
    if (!open_pair(&p, doc, TS_WISH_LIST_COUNT + at, err)) return false;
    const ts_xmp_item *ours = in_language(&p.ours, "x-default");
    plan->default_before[at] = ours ? ours->text : NULL;
    bool ok = start_list(plan, p.found.count + count, &p.wanted) &&
              start_list(plan, p.ours.count + count, &p.noted);
    for (size_t i = 0; ok && i < p.found.count; i++) {
        const ts_xmp_item *item = &p.found.items[i];
        const char *wished = count ? wished_text(wish, at, item->language) : item->text;
        ok = follow_text(plan, &p, *item, wished, wish->again);
    }
    for (size_t i = 0; ok && i < count; i++) ok = add_text(plan, &p, &wish->texts[at].items[i], wish->again);
    if (!ok) return ts_fail_memory(err);
    note_texts(&p, wish, at);
    const ts_xmp_item *after = in_language(&p.wanted, "x-default");
    plan->default_after[at] = after ? after->text : NULL;
    return put_pair(plan, &p, doc, err);
}

bool ts_plan_apply(ts_plan *plan, ts_xmp_doc *doc, const ts_metadata_wish *wish, ts_error *err)
{
    plan->arena = doc->arena;
    bool ok = true;
    for (size_t i = 0; ok && i < TS_WISH_LIST_COUNT; i++) ok = plan_list(plan, doc, i, wish, err);
    for (size_t i = 0; ok && i < TS_WISH_TEXT_COUNT; i++) ok = plan_text(plan, doc, i, wish, err);
    return ok;
}
