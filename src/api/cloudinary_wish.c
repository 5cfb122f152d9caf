/* api: what the parameters of an upload or an update wish for, checked, in the vendor's words where it is refused. */
#include <string.h>
#include <strings.h>

#include "api/cloudinary.h"
#include "base/json.h"
#include "service/custom_fields.h"

/* ---- checks --------------------------------------------------------------------------------------- */

/* Add-ons that make other pictures or files of one: none of ours does. */
static bool refuse_others(const json_t *params, ts_error *err)
{
    const char *value = ts_cld_text(params, "raw_convert");
    if (value) return ts_fail(err, TS_USAGE, "Raw convert is invalid");
    value = ts_cld_text(params, "background_removal");
    if (value) return ts_fail(err, TS_USAGE, "Background removal %.60s is invalid", value);
    value = ts_cld_text(params, "similarity_search");
    if (value) return ts_fail(err, TS_USAGE, "Similarity search %.60s is invalid", value);
    value = ts_cld_text(params, "type");
    if (value && strcmp(value, "upload") != 0)
        return ts_fail(err, TS_USAGE, "Invalid type %.60s: pictures here are of type upload", value);
    return true;
}

static bool check_add_ons(ts_call *call, const json_t *params, ts_cld_wish *out)
{
    ts_error *err = &call->err;
    return refuse_others(params, err) && ts_cld_check_detection(ts_cld_text(params, "detection"), err) &&
           ts_cld_check_categorization(ts_cld_text(params, "categorization"), err) &&
           ts_cld_check_ocr(ts_cld_text(params, "ocr"), err) &&
           ts_cld_check_moderation(ts_cld_text(params, "moderation"), err) &&
           ts_cld_auto_tagging(ts_cld_text(params, "auto_tagging"), call->arena, &out->line, err);
}

/* ---- what is kept --------------------------------------------------------------------------------- */

static void keep_texts(const json_t *params, ts_cld_wish *out)
{
    static const char *const names[] = {"detection",  "categorization", "ocr",          "auto_tagging",
                                        "moderation", "asset_folder",   "display_name", "upload_preset"};
    for (size_t i = 0; i < TS_COUNT_OF(names); i++) {
        const char *text = ts_cld_text(params, names[i]);
        if (!text) continue;
        (void)json_object_set_new(out->kept, names[i], json_string(text));
        out->looks = out->looks || i < 4;
    }
}

static void keep_flags(const json_t *params, ts_cld_wish *out)
{
    static const char *const names[] = {"colors", "faces", "phash", "quality_analysis"};
    for (size_t i = 0; i < TS_COUNT_OF(names); i++)
        if (ts_cld_flag(params, names[i], false)) (void)json_object_set_new(out->kept, names[i], json_true());
}

/* ---- the user's own data -------------------------------------------------------------------------- */

static void give_up(void *json)
{
    json_decref(json);
}

/* NULL where it was not given; lives with the call. */
static bool read_pairs(ts_call *call, const json_t *params, const char *name, json_t **out)
{
    *out = NULL;
    if (!json_object_get(params, name)) return true;
    *out = ts_cld_pairs(params, name, &call->err);
    if (!*out) return false;
    if (ts_arena_defer(call->arena, give_up, *out)) return true;
    json_decref(*out);
    return ts_fail_memory(&call->err);
}

/* Numbers, lists and sets come as texts; the field says what they are. */
static json_t *as_field_wants(const ts_field *field, json_t *value)
{
    const char *text = json_string_value(value);
    json_t *parsed = NULL;
    bool is_text = field->type == TS_FIELD_TEXT || field->type == TS_FIELD_LONG_TEXT ||
                   field->type == TS_FIELD_DATE || field->type == TS_FIELD_ONE_OF;
    if (!text || is_text) return json_incref(value);
    parsed = json_loads(text, JSON_DECODE_ANY, NULL);
    return parsed ? parsed : json_incref(value);
}

static bool shape_metadata(ts_call *call, json_t *metadata)
{
    const char *name;
    json_t *value;
    void *next;
    const ts_field *fields = NULL;
    size_t count = 0;
    if (!metadata) return true;
    if (!ts_service_fields(call->service, &call->actor, false, call->arena, &fields, &count, &call->err))
        return false;
    json_object_foreach_safe (metadata, next, name, value)
        for (size_t i = 0; i < count; i++)
            if (strcmp(fields[i].name, name) == 0)
                (void)json_object_set_new(metadata, name, as_field_wants(&fields[i], value));
    return ts_fields_take(fields, count, metadata, false, &call->err);
}

bool ts_cld_wish_read(ts_call *call, const json_t *params, ts_cld_wish *out)
{
    *out = (ts_cld_wish){.kept = json_object()};
    if (!out->kept || !ts_arena_defer(call->arena, give_up, out->kept)) {
        json_decref(out->kept);
        return ts_fail_memory(&call->err);
    }
    keep_texts(params, out);
    keep_flags(params, out);
    out->has_tags = json_object_get(params, "tags") != NULL;
    out->notification_url = ts_cld_text(params, "notification_url");
    out->async = ts_cld_flag(params, "async", false);
    return check_add_ons(call, params, out) &&
           ts_cld_list(params, "tags", call->arena, &out->tags, &out->tag_count, &call->err) &&
           read_pairs(call, params, "context", &out->context) &&
           read_pairs(call, params, "metadata", &out->metadata) && shape_metadata(call, out->metadata);
}

/* ---- what is not done ----------------------------------------------------------------------------- */

#define NOT_DONE "Tagsmith keeps pictures as they are: transformations are not made"

static void add_eager(const json_t *params, json_t *answer)
{
    const char *eager = ts_cld_text(params, "eager");
    if (!eager) return;
    (void)json_object_set_new(
        answer, "eager",
        json_pack("[{s:s, s:s, s:s}]", "transformation", eager, "status", "failed", "reason", NOT_DONE));
}

void ts_cld_say_ignored(const json_t *params, json_t *answer)
{
    static const char *const names[] = {"transformation",         "eager", "format",
                                        "responsive_breakpoints", "eval",  "on_success"};
    json_t *ignored = json_array();
    for (size_t i = 0; i < TS_COUNT_OF(names); i++)
        if (json_object_get(params, names[i])) (void)json_array_append_new(ignored, json_string(names[i]));
    add_eager(params, answer);
    if (json_array_size(ignored) > 0) (void)json_object_set(answer, "ignored", ignored);
    json_decref(ignored);
}
