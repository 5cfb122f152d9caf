/* api: ImageKit's uploads: the form read, the file kept under its path, the answer. Only translation. */
#include <ctype.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "api/imagekit.h"
#include "base/base64.h"
#include "base/data_uri.h"
#include "base/json.h"
#include "base/random.h"
#include "base/utf8.h"

/* One upload on its way; dies with the request. */
typedef struct form {
    ts_call *call;
    json_t *fields; /* texts by name, the first of each */
    const ts_http_part *part;
    ts_buf decoded; /* of a plain base64 text */
    ts_upload upload;
    ts_ik_file old;
    bool has_old, overwrite;
    json_t *own, *metadata, *tags;
} form;

/* ---- the form ----------------------------------------------------------------------------------- */

static bool is_text(const ts_http_part *part)
{
    const char *data = part->data;
    return !part->filename && !part->type[0] && part->length > 0 && ts_utf8_valid(data, part->length) &&
           !memchr(data, '\0', part->length);
}

/* "tags[]" as some clients repeat it is "tags". */
static bool read_fields(form *f)
{
    ts_http_pairs pairs = ts_request_fields(f->call->request);
    f->fields = ts_ik_keep(f->call, json_object());
    for (size_t i = 0; f->fields && i < pairs.count; i++) {
        const ts_http_pair *pair = &pairs.items[i];
        json_t *value = json_stringn(pair->value, pair->length);
        if (value && !json_object_get(f->fields, pair->name))
            (void)json_object_set_new(f->fields, pair->name, value);
        else json_decref(value);
    }
    f->part = ts_request_part(f->call->request, "file");
    return f->fields != NULL;
}

static const char *field(const form *f, const char *name)
{
    const char *text = ts_json_string_or(f->fields, name, NULL);
    return text && text[0] ? text : NULL;
}

static bool read_flag(form *f, const char *name, bool usual, bool *out)
{
    const char *text = field(f, name);
    *out = text ? strcasecmp(text, "true") == 0 || strcmp(text, "1") == 0 : usual;
    if (!text || *out || strcasecmp(text, "false") == 0 || strcmp(text, "0") == 0) return true;
    (void)ts_fail(&f->call->err, TS_USAGE, "Invalid value of %.40s", name);
    return ts_hint(&f->call->err, "%s is true or false", name);
}

/* ---- the file ----------------------------------------------------------------------------------- */

static bool take_base64(form *f, const char *text)
{
    if (!ts_base64_decode(text, strlen(text), TS_BASE64_STANDARD, &f->decoded) || f->decoded.length == 0)
        return ts_ik_fail(f->call, TS_USAGE, "Invalid file parameter",
                          "file is the picture's bytes, its base64, or an http(s) address");
    f->upload.bytes = f->decoded.data;
    f->upload.length = f->decoded.length;
    return true;
}

static bool take_text(form *f, const char *text)
{
    if (strncasecmp(text, "http://", 7) == 0 || strncasecmp(text, "https://", 8) == 0) f->upload.url = text;
    else if (ts_is_data_uri(text, strlen(text))) f->upload.data_uri = text;
    else return take_base64(f, text);
    return true;
}

static bool take_file(form *f)
{
    const char *text = field(f, "file");
    if (f->part && !is_text(f->part)) {
        f->upload.bytes = f->part->data;
        f->upload.length = f->part->length;
        if (f->part->length) return true;
        text = NULL;
    }
    return text ? take_text(f, text)
                : ts_ik_fail(f->call, TS_USAGE, "Missing file parameter for upload",
                             "file is the picture's bytes, its base64, or an http(s) address");
}

/* ---- where it goes ------------------------------------------------------------------------------ */

/* A request that comes twice wants the same name twice: FNV-1a of its key. */
static uint64_t suffix_of(const char *key)
{
    uint64_t hash = UINT64_C(14695981039346656037);
    if (!key) return ts_random_u64();
    for (; *key; key++) hash = (hash ^ (unsigned char)*key) * UINT64_C(1099511628211);
    return hash;
}

/* "name_4f9xkqz1a.jpg" */
static const char *unique_name(form *f, const char *name)
{
    static const char digits[] = "0123456789abcdefghijklmnopqrstuvwxyz";
    char suffix[10];
    const char *dot = strrchr(name, '.');
    size_t stem = dot && dot != name ? (size_t)(dot - name) : strlen(name);
    uint64_t random = suffix_of(ts_request_idempotency_key(f->call->request));
    for (size_t i = 0; i < sizeof suffix - 1; i++, random /= 36) suffix[i] = digits[random % 36];
    suffix[sizeof suffix - 1] = '\0';
    return ts_arena_printf(f->call->arena, "%.*s_%s%s", (int)stem, name, suffix, name + stem);
}

static bool find_old(form *f, const char *path)
{
    ts_error none = {0};
    f->has_old = ts_ik_find_path(f->call, path, &f->old) && f->old.named;
    if (!f->has_old && f->call->err.code && f->call->err.code != TS_NOT_FOUND) return false;
    f->call->err = none;
    return true;
}

static bool choose_place(form *f)
{
    ts_call *call = f->call;
    bool unique = true;
    const char *given = field(f, "fileName"), *folder = field(f, "folder");
    if (!given)
        return ts_ik_fail(call, TS_USAGE, "Missing fileName parameter for upload",
                          "fileName is the name of the file");
    if (!read_flag(f, "useUniqueFileName", true, &unique) ||
        !read_flag(f, "overwriteFile", true, &f->overwrite))
        return false;
    const char *name = ts_ik_file_name(call->arena, given);
    if (name && unique) name = unique_name(f, name);
    folder = ts_ik_folder(call->arena, folder ? folder : "/");
    const char *path = name && folder ? ts_ik_join(call->arena, folder, name) : NULL;
    if (!path) return ts_fail_memory(&call->err);
    if (strlen(path) > 500)
        return ts_ik_fail(call, TS_USAGE, "Invalid fileName parameter", "a path has at most 500 bytes");
    if (!find_old(f, path)) return false;
    f->upload.name = name;
    f->upload.space = TS_IK_SPACE;
    f->upload.alias = path;
    return true;
}

/* ---- what is known of it ------------------------------------------------------------------------ */

static bool read_tags(form *f)
{
    bool overwrite = true;
    if (!read_flag(f, "overwriteTags", true, &overwrite)) return false;
    if (field(f, "tags") || field(f, "tags[]")) {
        const char *name = field(f, "tags") ? "tags" : "tags[]";
        return ts_ik_parse_tags(f->call, json_object_get(f->fields, name), &f->tags);
    }
    if (!f->has_old || overwrite) return true;
    ts_ik_facts facts = ts_ik_facts_of(f->call, &f->old);
    f->tags = ts_ik_keep(f->call, ts_ik_tags_json(&facts));
    return f->tags != NULL;
}

static bool give_tags(form *f)
{
    size_t count = json_array_size(f->tags);
    const char **tags = TS_NEW_ARRAY(f->call->arena, count, const char *);
    if (!tags) return ts_fail_memory(&f->call->err);
    for (size_t i = 0; i < count; i++) tags[i] = json_string_value(json_array_get(f->tags, i));
    f->upload.tags = tags;
    f->upload.tag_count = count;
    if (count) ts_ik_note_words(f->own, f->tags);
    return true;
}

static bool read_metadata(form *f)
{
    bool overwrite = true;
    const char *text = field(f, "customMetadata");
    json_t *values = text ? ts_ik_lenient_json(text) : NULL;
    if (!read_flag(f, "overwriteCustomMetadata", true, &overwrite)) return json_decref(values), false;
    if (text && !json_is_object(values)) {
        json_decref(values);
        return ts_ik_fail(f->call, TS_USAGE, "Invalid customMetadata parameter",
                          "customMetadata is a JSON object");
    }
    bool keeps = f->has_old && !overwrite;
    f->metadata = ts_ik_keep(f->call, keeps ? json_deep_copy(f->old.metadata) : json_object());
    bool ok = f->metadata && ts_ik_set_metadata(f->call, f->metadata, values, true);
    json_decref(values);
    return ok;
}

static bool read_coordinates(form *f)
{
    const char *text = field(f, "customCoordinates"), *at = text;
    for (int i = 0; text && i < 4; i++) {
        char *end = NULL;
        (void)strtod(at, &end);
        if (end == at || *end != (i < 3 ? ',' : '\0'))
            return ts_ik_fail(f->call, TS_USAGE, "Invalid customCoordinates parameter",
                              "customCoordinates have the form x,y,width,height");
        at = end + 1;
    }
    if (text) (void)json_object_set_new(f->own, "coordinates", json_string(text));
    return true;
}

static bool read_states(form *f)
{
    bool is_private = false, published = true;
    if (!read_flag(f, "isPrivateFile", false, &is_private) || !read_flag(f, "isPublished", true, &published))
        return false;
    if (is_private) (void)json_object_set_new(f->own, "private", json_true());
    if (!published) (void)json_object_set_new(f->own, "unpublished", json_true());
    return true;
}

static bool read_extensions(form *f)
{
    bool overwrite = true;
    const char *text = field(f, "extensions");
    if (!read_flag(f, "overwriteAITags", true, &overwrite)) return false;
    json_t *before = f->has_old && !overwrite ? json_object_get(f->old.own, "ai") : NULL;
    if (before) (void)json_object_set_new(f->own, "ai", json_deep_copy(before));
    if (!text) return true;
    json_t *extensions = ts_ik_lenient_json(text);
    bool ok = extensions ? ts_ik_take_extensions(f->call, extensions, f->own)
                         : ts_ik_fail(f->call, TS_USAGE, "Invalid extensions parameter",
                                      "extensions is a JSON array of objects");
    json_decref(extensions);
    return ok;
}

/* Who hears of each extension's end. */
static bool read_webhook(form *f)
{
    const char *url = field(f, "webhookUrl");
    json_t *wishes = ts_ik_wishes(f->own);
    if (wishes && !(f->upload.wishes = ts_ik_keep(f->call, wishes))) return false;
    if (!url || !json_array_size(json_object_get(f->own, "extensions"))) return true;
    (void)json_object_set_new(f->own, "notify", ts_ik_names(f->own));
    f->upload.callback_url = url;
    f->upload.callback_dialect = TS_IK_SPACE;
    return true;
}

static bool read_checks(form *f)
{
    const char *text = field(f, "checks");
    if (!text) return true;
    f->upload.accepts = ts_ik_checks_pass;
    f->upload.accepts_context = ts_ik_checks_read(f->call, text, f->fields);
    return f->upload.accepts_context != NULL;
}

/* ---- keeping ------------------------------------------------------------------------------------ */

static bool fill(form *f)
{
    f->own = ts_ik_keep(f->call, json_object());
    if (!f->own) return false;
    (void)json_object_set_new(f->own, "path", ts_json_repaired(f->upload.alias));
    (void)json_object_set_new(f->own, "base", json_string(ts_ik_base(f->call)));
    f->upload.description = field(f, "description");
    return read_tags(f) && give_tags(f) && read_metadata(f) && read_coordinates(f) && read_states(f) &&
           read_extensions(f) && read_webhook(f) && read_checks(f);
}

static bool refuse_name(form *f)
{
    return ts_ik_fail(
        f->call, TS_USAGE,
        "A file with the same name already exists at the exact location. We could not overwrite it "
        "because both overwriteFile and useUniqueFileName are set to false.",
        "Choose another fileName, or allow one of the two.");
}

/* A file that has the path already becomes an older version, or keeps it. A request that is repeated gets what it made. */
static bool keep(form *f, ts_ik_file *out)
{
    ts_call *call = f->call;
    ts_upload_result result = {0};
    json_t *extra = json_pack("{s:O, s:O}", "imagekit", f->own, "metadata", f->metadata);
    if (!ts_ik_keep(call, extra)) return false;
    f->upload.extra = extra;
    f->upload.alias_rule = f->overwrite ? TS_ALIAS_SUCCEEDS : TS_ALIAS_STAYS;
    f->upload.duplicates = TS_DUPLICATE_KEEP;
    f->upload.origin = "api";
    f->upload.idempotency_key = ts_request_idempotency_key(call->request);
    if (!ts_service_upload(call->service, &call->actor, &f->upload, call->arena, &result, &call->err))
        return false;
    if (result.duplicate && !result.again) return refuse_name(f);
    return ts_ik_file_of(call, &result.picture, NULL, out);
}

/* ---- answering ---------------------------------------------------------------------------------- */

static bool is_wanted(const char *list, const char *name)
{
    size_t length = strlen(name);
    for (const char *at = list; at && *at;) {
        at += strspn(at, ", []\"");
        size_t word = strcspn(at, ", []\"");
        if (word == length && strncmp(at, name, length) == 0) return true;
        at += word;
    }
    return false;
}

static json_t *legacy_metadata(const ts_call *call, const ts_ik_file *file)
{
    const ts_picture_row *row = &file->picture.row;
    return json_pack("{s:I, s:I, s:I, s:s, s:b, s:b}", "height", (json_int_t)row->height, "width",
                     (json_int_t)row->width, "size", (json_int_t)row->bytes, "format",
                     ts_ik_extension(call, row->format), "hasColorProfile", false, "hasTransparency", false);
}

static json_t *draw(const form *f, const ts_ik_file *file)
{
    static const char *const on_request[] = {"tags",        "customCoordinates", "isPrivateFile",
                                             "isPublished", "customMetadata",    "embeddedMetadata"};
    const char *wanted =
        field(f, "responseFields") ? field(f, "responseFields") : field(f, "responseFields[]");
    json_t *out = ts_ik_file_json(f->call, file, TS_IK_UPLOAD);
    for (size_t i = 0; i < TS_COUNT_OF(on_request); i++)
        if (!is_wanted(wanted, on_request[i])) (void)json_object_del(out, on_request[i]);
    if (is_wanted(wanted, "metadata"))
        (void)json_object_set_new(out, "metadata", legacy_metadata(f->call, file));
    if (is_wanted(wanted, "selectedFieldsSchema"))
        (void)json_object_set_new(out, "selectedFieldsSchema", json_object());
    ts_ik_facts facts = ts_ik_facts_of(f->call, file);
    json_t *status = ts_ik_status_json(&facts);
    if (status) (void)json_object_set_new(out, "extensionStatus", status);
    return out;
}

static bool upload(ts_call *call, bool v2)
{
    form f = {.call = call};
    ts_ik_file file;
    bool ok = read_fields(&f) && ts_ik_admit(call, v2, f.fields) && take_file(&f) && choose_place(&f) &&
              fill(&f) && keep(&f, &file);
    if (ok && field(&f, "transformation"))
        ts_response_header(call->response, "X-Tagsmith-Note",
                           "transformation: pictures are kept as they are sent");
    ok = ok && ts_answer(call, 200, draw(&f, &file));
    ts_buf_free(&f.decoded);
    return ok;
}

bool ts_ik_upload(ts_call *call)
{
    return upload(call, false);
}

bool ts_ik_upload_v2(ts_call *call)
{
    return upload(call, true);
}
