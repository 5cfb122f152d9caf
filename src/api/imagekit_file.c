/* api: a picture as ImageKit's file. Only translation. */
#include <ctype.h>
#include <stdlib.h>
#include <string.h>

#include "api/imagekit.h"
#include "api/internal.h"
#include "base/json.h"
#include "base/wallclock.h"
#include "service/named.h"

#define NO_FILE "The requested file does not exist."
#define NO_FILE_HELP "Check the fileId: it is the fileId of an upload or of a list of files."

void ts_ik_give_up(void *json)
{
    json_decref(json);
}

json_t *ts_ik_keep(ts_call *call, json_t *json)
{
    if (json && ts_arena_defer(call->arena, ts_ik_give_up, json)) return json;
    json_decref(json);
    (void)ts_fail_memory(&call->err);
    return NULL;
}

bool ts_ik_fail(ts_call *call, ts_code code, const char *message, const char *help)
{
    (void)ts_fail(&call->err, code, "%s", message);
    return ts_hint(&call->err, "%s", help);
}

bool ts_ik_not_file(ts_call *call)
{
    return ts_ik_fail(call, TS_NOT_FOUND, NO_FILE, NO_FILE_HELP);
}

/* ---- finding ------------------------------------------------------------------------------------ */

static bool sees_held(const ts_call *call)
{
    return ts_scopes_cover(call->actor.scopes, TS_SCOPE_REVIEW);
}

static json_t *object_member(json_t *object, const char *name)
{
    json_t *member = json_object_get(object, name);
    if (json_is_object(member)) return member;
    if (json_object_set_new(object, name, json_object()) != 0) return NULL;
    return json_object_get(object, name);
}

static bool read_path(ts_call *call, const ts_picture_row *row, const char *name, ts_ik_file *out)
{
    if (!name && !ts_service_names_of(call->service, TS_IK_SPACE, &row, 1, call->arena, &name, &call->err))
        return false;
    out->named = strcmp(name, row->id) != 0;
    if (!out->named) name = row->name && row->name[0] ? row->name : row->id;
    out->path = name[0] == '/' ? name : ts_arena_printf(call->arena, "/%s", name);
    return out->path || ts_fail_memory(&call->err);
}

bool ts_ik_file_of(ts_call *call, const ts_picture_full *picture, const char *name, ts_ik_file *out)
{
    const char *text = picture->row.extra;
    json_t *all = text ? ts_json_parse(text, strlen(text), "extra", NULL) : NULL;
    if (!ts_ik_keep(call, all ? all : (all = json_object()))) return false;
    json_t *extra = object_member(all, "extra");
    out->picture = *picture;
    out->own = extra ? object_member(extra, "imagekit") : NULL;
    out->metadata = extra ? object_member(extra, "metadata") : NULL;
    if (!out->own || !out->metadata) return ts_fail_memory(&call->err);
    out->granted = json_object_get(all, "granted");
    out->revision = ts_revision_of(all, picture->row.id);
    return read_path(call, &picture->row, name, out);
}

bool ts_ik_is_older(const ts_ik_file *file)
{
    return strcmp(file->revision.of, file->picture.row.id) != 0;
}

bool ts_ik_find(ts_call *call, const char *id, ts_ik_file *out)
{
    ts_picture_full picture;
    ts_picture_query query = {.id = id, .with_held = sees_held(call)};
    if (!ts_service_picture(call->service, &call->actor, &query, call->arena, &picture, &call->err))
        return call->err.code == TS_NOT_FOUND ? ts_ik_not_file(call) : false;
    if (!ts_ik_file_of(call, &picture, NULL, out)) return false;
    return !ts_ik_is_older(out) || ts_ik_not_file(call);
}

bool ts_ik_find_path(ts_call *call, const char *path, ts_ik_file *out)
{
    ts_named named;
    if (!ts_service_named(call->service, &call->actor, TS_IK_SPACE, path, sees_held(call), call->arena,
                          &named, &call->err))
        return call->err.code == TS_NOT_FOUND
                   ? ts_ik_fail(call, TS_NOT_FOUND, "The file at this path does not exist.",
                                "Paths begin with a slash: /folder/name.jpg")
                   : false;
    return ts_ik_file_of(call, &named.picture, named.name, out);
}

bool ts_ik_save(ts_call *call, ts_ik_file *file, const ts_picture_patch *also)
{
    ts_picture_full now;
    ts_picture_patch patch = also ? *also : (ts_picture_patch){0};
    json_t *extra = json_pack("{s:O, s:O}", "imagekit", file->own, "metadata", file->metadata);
    if (!ts_ik_keep(call, extra)) return false;
    patch.extra = extra;
    patch.if_version = file->picture.row.version;
    return ts_service_picture_patch(call->service, &call->actor, file->picture.row.id, &patch, call->arena,
                                    &now, &call->err) &&
           ts_ik_file_of(call, &now, file->named ? file->path : NULL, file);
}

/* ---- drawing ------------------------------------------------------------------------------------ */

const char *ts_ik_name_of(const char *path)
{
    const char *slash = strrchr(path, '/');
    return slash ? slash + 1 : path;
}

const char *ts_ik_base(const ts_call *call)
{
    if (call->api->public_url[0]) return call->api->public_url;
    const char *host = ts_request_host(call->request);
    if (!host[0]) return "";
    const char *base = ts_arena_printf(call->arena, "%s://%s", ts_request_scheme(call->request), host);
    return base ? base : "";
}

static bool is_machines(ts_author_kind kind)
{
    return kind == TS_AUTHOR_MODEL || kind == TS_AUTHOR_RULE || kind == TS_AUTHOR_SYSTEM;
}

static const ts_ik_tag *tags_of(const ts_call *call, const ts_ik_file *file, size_t *count)
{
    ts_ik_tag *tags = TS_NEW_ARRAY(call->arena, file->picture.tag_count, ts_ik_tag);
    for (size_t i = 0; tags && i < file->picture.tag_count; i++) {
        const ts_tag_row *row = &file->picture.tags[i];
        const char *label = row->label ? row->label : row->concept;
        if (!label || row->state == TS_LEDGER_REJECTED) continue;
        tags[(*count)++] = (ts_ik_tag){.label = label,
                                       .concept = row->concept,
                                       .machine = is_machines(row->author.kind),
                                       .accepted = row->state == TS_LEDGER_ACCEPTED,
                                       .seen = row->analyser && row->analyser[0],
                                       .confidence = row->confidence};
    }
    return tags;
}

static const char *time_text(const ts_call *call, int64_t ms)
{
    char text[TS_ISO8601_SIZE];
    ts_iso8601_format(ms, text);
    const char *copy = ts_arena_strdup(call->arena, text);
    return copy ? copy : "";
}

ts_ik_facts ts_ik_facts_of(const ts_call *call, const ts_ik_file *file)
{
    const ts_picture_row *row = &file->picture.row;
    ts_ik_facts facts = {.id = row->id,
                         .name = ts_ik_name_of(file->path),
                         .path = file->path,
                         .base = ts_ik_base(call),
                         .description = row->description,
                         .format = row->format,
                         .created = time_text(call, row->created),
                         .updated = time_text(call, row->updated),
                         .width = row->width,
                         .height = row->height,
                         .bytes = row->bytes,
                         .pending = row->state == TS_PICTURE_PENDING,
                         .failed = row->state == TS_PICTURE_FAILED,
                         .own = file->own,
                         .metadata = file->metadata,
                         .granted = file->granted,
                         .revision = file->revision,
                         .vocab = ts_service_vocab(call->service)};
    facts.tags = tags_of(call, file, &facts.tag_count);
    return facts;
}

json_t *ts_ik_file_json(const ts_call *call, const ts_ik_file *file, ts_ik_shape shape)
{
    ts_ik_facts facts = ts_ik_facts_of(call, file);
    return ts_ik_draw(&facts, shape);
}

static json_t *version_info(const ts_ik_facts *facts)
{
    return json_pack("{s:s, s:o}", "id", facts->revision.id, "name",
                     json_sprintf("Version %lld", (long long)facts->revision.number));
}

static json_t *url_of(const ts_ik_facts *facts, const char *steps)
{
    return json_sprintf("%s/ik/%s/%s%s", facts->base, facts->id, steps, facts->name);
}

static json_t *text_or_null(const json_t *own, const char *name)
{
    const char *text = ts_json_string_or(own, name, NULL);
    return text ? json_string(text) : json_null();
}

/* "JPEG" as a type ("jpeg") or as the end of a name ("jpg"). */
static json_t *format_text(const char *format, const char *before, bool ends_name)
{
    char text[16];
    size_t n = 0;
    for (; format && format[n] && n < sizeof text - 1; n++) text[n] = (char)tolower((unsigned char)format[n]);
    text[n] = '\0';
    bool jpeg = n == 0 || strcmp(text, "jpeg") == 0;
    return json_sprintf("%s%s", before, jpeg ? ends_name ? "jpg" : "jpeg" : text);
}

const char *ts_ik_extension(const ts_call *call, const char *format)
{
    json_t *text = format_text(format, "", true);
    const char *copy = text ? ts_arena_strdup(call->arena, json_string_value(text)) : NULL;
    json_decref(text);
    return copy ? copy : "jpg";
}

/* What uploads, files and versions have in common. */
static json_t *draw_common(const ts_ik_facts *facts)
{
    json_t *file = json_pack(
        "{s:s, s:o, s:I, s:o, s:o, s:o, s:s, s:I, s:I, s:o}", "fileId", facts->revision.of, "name",
        ts_json_repaired(facts->name), "size", (json_int_t)facts->bytes, "versionInfo", version_info(facts),
        "filePath", ts_json_repaired(facts->path), "url", url_of(facts, ""), "fileType", "image", "height",
        (json_int_t)facts->height, "width", (json_int_t)facts->width, "AITags", ts_ik_ai_tags_json(facts));
    if (facts->description && facts->description[0])
        (void)json_object_set_new(file, "description", ts_json_repaired(facts->description));
    return file;
}

static void draw_details(const ts_ik_facts *facts, json_t *file)
{
    (void)json_object_set_new(file, "tags", ts_ik_tags_json(facts));
    (void)json_object_set_new(file, "customCoordinates", text_or_null(facts->own, "coordinates"));
    (void)json_object_set_new(file, "isPrivateFile",
                              json_boolean(ts_json_bool_or(facts->own, "private", false)));
    (void)json_object_set_new(file, "isPublished",
                              json_boolean(!ts_json_bool_or(facts->own, "unpublished", false)));
    (void)json_object_set(file, "customMetadata", (json_t *)(uintptr_t)facts->metadata);
    (void)json_object_set_new(file, "embeddedMetadata", json_object());
}

json_t *ts_ik_draw(const ts_ik_facts *facts, ts_ik_shape shape)
{
    json_t *file = draw_common(facts);
    draw_details(facts, file);
    const char *thumbnail = shape == TS_IK_UPLOAD ? "thumbnailUrl" : "thumbnail";
    (void)json_object_set_new(file, thumbnail, url_of(facts, "tr:n-media_library_thumbnail/"));
    if (shape == TS_IK_UPLOAD) return file;
    (void)json_object_set_new(file, "type", json_string(shape == TS_IK_VERSION ? "file-version" : "file"));
    (void)json_object_set_new(file, "createdAt", json_string(facts->created));
    (void)json_object_set_new(file, "updatedAt", json_string(facts->updated));
    (void)json_object_set_new(file, "hasAlpha", json_false());
    (void)json_object_set_new(file, "mime", format_text(facts->format, "image/", false));
    if (shape == TS_IK_FACTS) (void)json_object_set_new(file, "format", format_text(facts->format, "", true));
    return file;
}
