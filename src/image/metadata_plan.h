/* Private to the image room: what a wish changes in an XMP text, by whose each item is (metadata_write.h). */
#ifndef TS_IMAGE_METADATA_PLAN_H
#define TS_IMAGE_METADATA_PLAN_H

#include "image/metadata_write.h"
#include "image/xmp_edit.h"

typedef struct ts_plan {
    ts_arena *arena;
    ts_metadata_change *changes;
    size_t count, capacity;
    bool changed; /* also where only our notes change */
    /* What we had noted before, for the blocks that mirror XMP. */
    ts_xmp_items written[TS_WISH_LIST_COUNT];
    ts_xmp_items after[TS_WISH_LIST_COUNT];         /* what the list will hold */
    const char *default_before[TS_WISH_TEXT_COUNT]; /* our x-default text as noted; NULL: none */
    const char
        *default_after[TS_WISH_TEXT_COUNT]; /* the x-default text that the property will have; NULL: none */
} ts_plan;

/* The properties that writing may touch, ours included. */
extern const ts_xmp_name ts_plan_names[];
extern const size_t ts_plan_name_count;

/* Puts into the document whatever the wish changes. */
bool ts_plan_apply(ts_plan *plan, ts_xmp_doc *doc, const ts_metadata_wish *wish, ts_error *err);

/* Whether a list has the text: letter case of ASCII apart, because "Dog" beside "dog" helps nobody. */
bool ts_plan_has(const ts_xmp_items *items, const char *text);
bool ts_plan_note(ts_plan *plan, const char *property, const char *language, const char *text, bool removed);

#endif
