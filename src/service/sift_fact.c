/* service: the facts of one picture, as texts and numbers. Pure: knows no catalogue. */
#include <jansson.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/json.h"
#include "service/sift.h"

#define KEPT_DEPTH_MAX 8
#define TEXT_MAX 1024

/* ---- what dialects keep -------------------------------------------------------------------------- */

static const json_t *member_of(const json_t *kept, const char *path)
{
    const json_t *at = json_object_get(kept, "extra");
    char name[TEXT_MAX];
    while (at && path && *path) {
        size_t length = strcspn(path, ".");
        if (length >= sizeof name) return NULL;
        /* A member may have a dot in its own name. */
        const json_t *whole = json_object_get(at, path);
        if (whole) return whole;
        memcpy(name, path, length);
        name[length] = '\0';
        at = json_object_get(at, name);
        path += length + (path[length] == '.');
    }
    return at;
}

static bool visit_scalar(const json_t *value, ts_fact_visit visit, void *context)
{
    char text[64];
    if (json_is_string(value)) return visit(context, json_string_value(value));
    if (json_is_boolean(value)) return visit(context, json_is_true(value) ? "true" : "false");
    if (json_is_integer(value))
        (void)snprintf(text, sizeof text, "%lld", (long long)json_integer_value(value));
    else if (json_is_real(value)) (void)snprintf(text, sizeof text, "%.15g", json_real_value(value));
    else return false;
    return visit(context, text);
}

static bool visit_kept(const json_t *value, ts_fact_visit visit, void *context)
{
    size_t i;
    const char *name;
    json_t *item;
    if (!json_is_array(value) && !json_is_object(value)) return visit_scalar(value, visit, context);
    json_array_foreach (value, i, item)
        if (visit_scalar(item, visit, context)) return true;
    json_object_foreach ((json_t *)(uintptr_t)value, name, item)
        if (visit(context, name)) return true;
    return false;
}

static bool visit_deep(const json_t *value, unsigned depth, ts_fact_visit visit, void *context)
{
    size_t i;
    const char *name;
    json_t *item;
    if (depth > KEPT_DEPTH_MAX) return false;
    if (json_is_string(value)) return visit(context, json_string_value(value));
    json_array_foreach (value, i, item)
        if (visit_deep(item, depth + 1, visit, context)) return true;
    json_object_foreach ((json_t *)(uintptr_t)value, name, item)
        if (visit_deep(item, depth + 1, visit, context)) return true;
    return false;
}

/* ---- texts --------------------------------------------------------------------------------------- */

const char *ts_fact_tag(const ts_tag_row *tag, const ts_vocab *vocab)
{
    if (tag->state != TS_LEDGER_ACCEPTED) return NULL;
    if (tag->label && tag->label[0]) return tag->label;
    ts_concept concept = tag->concept && vocab ? ts_vocab_find(vocab, tag->concept) : TS_CONCEPT_NONE;
    return concept != TS_CONCEPT_NONE ? ts_vocab_label(vocab, concept) : tag->key;
}

bool ts_fact_people_only(const json_t *extra, const char *space, const char *machine_member)
{
    const json_t *own = json_object_get(json_object_get(extra, "extra"), space);
    return machine_member && own && !json_object_get(own, machine_member);
}

/* Parsing is most of what looking at a picture costs. */
static const json_t *kept_of(const ts_sifted *picture)
{
    if (picture->kept || !picture->lazy) return picture->kept;
    if (!*picture->lazy && picture->row->extra) *picture->lazy = json_loads(picture->row->extra, 0, NULL);
    if (!*picture->lazy) *picture->lazy = json_object();
    return *picture->lazy;
}

bool ts_fact_is_tag(const ts_sifted *picture, const ts_tag_row *tag)
{
    if (tag->state != TS_LEDGER_ACCEPTED) return false;
    return !picture->machine_member || tag->author.kind == TS_AUTHOR_PERSON ||
           !ts_fact_people_only(kept_of(picture), picture->space, picture->machine_member);
}

static bool visit_tags(const ts_sifted *picture, ts_fact_visit visit, void *context)
{
    for (size_t i = 0; i < picture->tag_count; i++) {
        const ts_tag_row *tag = &picture->tags[i];
        const char *label = ts_fact_is_tag(picture, tag) ? ts_fact_tag(tag, picture->vocab) : NULL;
        if (label && visit(context, label)) return true;
    }
    return false;
}

/* The part of each object of a list. */
static bool visit_list(const json_t *list, const char *part, ts_fact_visit visit, void *context)
{
    size_t i;
    json_t *item;
    json_array_foreach (list, i, item) {
        const char *text = ts_json_string_or(item, part, NULL);
        if (text && visit(context, text)) return true;
    }
    return false;
}

static bool visit_text(const char *text, ts_fact_visit visit, void *context)
{
    return text && text[0] && visit(context, text);
}

static bool visit_folder(const char *name, ts_fact_visit visit, void *context)
{
    char folder[TEXT_MAX];
    const char *slash = strrchr(name, '/');
    size_t length = slash ? (size_t)(slash - name) : 0;
    if (length >= sizeof folder) return false;
    memcpy(folder, name, length);
    folder[length] = '\0';
    return visit(context, folder);
}

static bool visit_any(const ts_sifted *picture, ts_fact_visit visit, void *context)
{
    const ts_picture_row *row = picture->row;
    return visit_tags(picture, visit, context) || visit_text(picture->name, visit, context) ||
           visit_text(row->name, visit, context) || visit_text(row->title, visit, context) ||
           visit_text(row->description, visit, context) ||
           visit_deep(json_object_get(kept_of(picture), "extra"), 0, visit, context);
}

static bool visit_lists(const ts_sifted *picture, ts_fact fact, ts_fact_visit visit, void *context)
{
    if (fact == TS_FACT_COLOUR)
        return visit_list(json_object_get(kept_of(picture), "colours"), "name", visit, context);
    return visit_list(json_object_get(json_object_get(kept_of(picture), "text"), "lines"), "text", visit,
                      context);
}

bool ts_fact_texts(const ts_sifted *picture, ts_fact fact, const char *member, ts_fact_visit visit,
                   void *context)
{
    const ts_picture_row *row = picture->row;
    const char *slash = strrchr(picture->name, '/');
    switch (fact) {
    case TS_FACT_TAG:
        return visit_tags(picture, visit, context);
    case TS_FACT_NAME:
        return visit_text(picture->name, visit, context);
    case TS_FACT_FOLDER:
        return visit_folder(picture->name, visit, context);
    case TS_FACT_BASE:
        return visit_text(slash ? slash + 1 : picture->name, visit, context);
    case TS_FACT_ID:
        return visit_text(row->id, visit, context);
    case TS_FACT_FILE:
        return visit_text(row->name, visit, context);
    case TS_FACT_FORMAT:
        return visit_text(row->format, visit, context);
    case TS_FACT_TITLE:
        return visit_text(row->title, visit, context);
    case TS_FACT_DESCRIPTION:
        return visit_text(row->description, visit, context);
    case TS_FACT_HASH:
        return visit_text(row->sha256, visit, context);
    case TS_FACT_VISIBILITY:
        return visit(context, ts_visibility_name(row->visibility));
    case TS_FACT_PRESET:
        return visit_text(row->preset, visit, context);
    case TS_FACT_KEPT:
        return visit_kept(member_of(kept_of(picture), member), visit, context);
    case TS_FACT_ANY:
        return visit_any(picture, visit, context);
    default:
        return visit_lists(picture, fact, visit, context);
    }
}

/* ---- numbers ------------------------------------------------------------------------------------- */

static size_t count_tags(const ts_sifted *picture)
{
    size_t count = 0;
    for (size_t i = 0; i < picture->tag_count; i++) count += ts_fact_is_tag(picture, &picture->tags[i]);
    return count;
}

static bool nsfw_of(const json_t *kept, double *out)
{
    *out = ts_json_number_or(json_object_get(kept, "safety"), "nsfw", -1);
    return *out >= 0;
}

bool ts_fact_number(const ts_sifted *picture, ts_fact fact, double *out)
{
    const ts_picture_row *row = picture->row;
    double width = (double)row->width, height = (double)row->height;
    switch (fact) {
    case TS_FACT_WIDTH:
        return *out = width, width > 0;
    case TS_FACT_HEIGHT:
        return *out = height, height > 0;
    case TS_FACT_RATIO:
        return *out = height > 0 ? width / height : 0, width > 0 && height > 0;
    case TS_FACT_PIXELS:
        return *out = width * height, width > 0 && height > 0;
    case TS_FACT_BYTES:
        return *out = (double)row->bytes, true;
    case TS_FACT_FACES:
        return *out = (double)json_array_size(json_object_get(kept_of(picture), "faces")), true;
    case TS_FACT_TAG_COUNT:
        return *out = (double)count_tags(picture), true;
    case TS_FACT_NSFW:
        return nsfw_of(kept_of(picture), out);
    case TS_FACT_CREATED:
        return *out = (double)row->created, true;
    case TS_FACT_UPDATED:
        return *out = (double)row->updated, true;
    case TS_FACT_TAKEN:
        return *out = (double)row->taken, row->has_taken;
    default:
        return false;
    }
}
