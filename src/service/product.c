/* service: what a picture of goods shows, from its tags. Knows no seller and no shop. */
#include <string.h>

#include "service/scheme_tags.h"
#include "service/texts.h"

/* The good is what is seen surely and fills the picture; what is only worn beside it is small. */
static float weight_of(const ts_record *record, const ts_tag *tag)
{
    const ts_picture_info *info = &record->picture;
    return tag->confidence * (0.25F + ts_boxes_share(tag->boxes, tag->box_count, info->width, info->height));
}

static bool is_kind_of(const ts_tag *tag, const char *concept)
{
    for (size_t i = 0; i < tag->ancestor_count; i++)
        if (strcmp(tag->ancestors[i], concept) == 0) return true;
    return false;
}

/* A narrower word says more: "T-shirt" goes before "clothing" unless it is much less sure. */
static bool goes_before(const ts_record *record, const ts_tag *tag, const ts_tag *best)
{
    if (!best) return true;
    if (is_kind_of(tag, best->concept)) return tag->confidence >= best->confidence / 2;
    if (is_kind_of(best, tag->concept)) return best->confidence < tag->confidence / 2;
    return weight_of(record, tag) > weight_of(record, best);
}

static bool find_type(const ts_scheme_tags *how, ts_arena *arena, const ts_record *record,
                      ts_product *product, ts_error *err)
{
    for (size_t i = 0; i < record->tag_count; i++) {
        const ts_tag *tag = &record->tags[i];
        const ts_tag_term *terms = NULL;
        size_t count = 0;
        bool forbidden;
        if (strcmp(tag->facet, ts_facet_name(TS_FACET_OBJECT)) != 0) continue;
        if (!ts_scheme_terms(how, tag->concept, tag->ancestors, tag->ancestor_count, tag->confidence, arena,
                             &terms, &count, &forbidden, err))
            return false;
        if (count == 0 || !goes_before(record, tag, product->type)) continue;
        product->type = tag;
        product->category = &terms[0];
    }
    return true;
}

static void find_facet(const ts_record *record, ts_facet facet, const ts_tag **list, size_t *count)
{
    for (size_t i = 0; i < record->tag_count; i++) {
        const ts_tag *tag = &record->tags[i];
        if (strcmp(tag->facet, ts_facet_name(facet)) != 0) continue;
        size_t at = *count < TS_PRODUCT_LIST ? (*count)++ : TS_PRODUCT_LIST;
        for (; at > 0 && list[at - 1]->confidence < tag->confidence; at--)
            if (at < TS_PRODUCT_LIST) list[at] = list[at - 1];
        if (at < TS_PRODUCT_LIST) list[at] = tag;
    }
}

bool ts_product_find(const ts_scheme *taxonomy, const char *language, ts_arena *arena, ts_record *record,
                     ts_error *err)
{
    ts_scheme_tags how = {.schemes = {taxonomy}, .count = 1, .language = language};
    ts_product *product = TS_NEW(arena, ts_product);
    if (!product) return ts_fail_memory(err);
    if (!find_type(&how, arena, record, product, err)) return false;
    find_facet(record, TS_FACET_COLOUR, product->colours, &product->colour_count);
    find_facet(record, TS_FACET_PATTERN, product->patterns, &product->pattern_count);
    find_facet(record, TS_FACET_MATERIAL, product->materials, &product->material_count);
    record->product = product;
    return true;
}
