/* api: ImageKit's calls about no file in particular, or about its bytes: metadata, usage, the cache that we
 * have not, delivery. Only translation. */
#include <inttypes.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "api/imagekit.h"
#include "api/internal.h"
#include "api/json_of.h"
#include "base/json.h"
#include "base/random.h"
#include "base/wallclock.h"

/* ---- metadata ----------------------------------------------------------------------------------- */

static json_t *json_of_metadata(const ts_call *call, const ts_picture_row *row)
{
    json_t *out =
        json_pack("{s:I, s:I, s:I, s:s, s:b, s:b, s:{s:{}, s:{}, s:{}, s:{}, s:{}, s:{}}}", "height",
                  (json_int_t)row->height, "width", (json_int_t)row->width, "size", (json_int_t)row->bytes,
                  "format", ts_ik_extension(call, row->format), "hasColorProfile", 0, "hasTransparency", 0,
                  "exif", "image", "thumbnail", "exif", "gps", "interoperability", "makernote");
    if (row->has_phash) (void)json_object_set_new(out, "pHash", json_sprintf("%016" PRIx64, row->phash));
    if (row->has_place) {
        json_t *gps = json_object_get(json_object_get(out, "exif"), "gps");
        (void)json_object_set_new(gps, "GPSLatitude", json_pack("[f]", row->latitude));
        (void)json_object_set_new(gps, "GPSLongitude", json_pack("[f]", row->longitude));
    }
    return out;
}

bool ts_ik_metadata(ts_call *call)
{
    ts_ik_file file;
    return ts_ik_find(call, ts_call_path(call, "id"), &file) &&
           ts_answer(call, 200, json_of_metadata(call, &file.picture.row));
}

/* ".../ik/ID/...": one of ours. */
static const char *own_id(ts_call *call, const char *url)
{
    const char *at = strstr(url, "/ik/");
    size_t length = at ? strcspn(at + 4, "/?#") : 0;
    char *id = length ? ts_arena_strndup(call->arena, at + 4, length) : NULL;
    return id && ts_id_valid(id) ? id : NULL;
}

bool ts_ik_metadata_of_url(ts_call *call)
{
    ts_ik_file file;
    ts_upload_result result = {0};
    const char *url = ts_request_query(call->request, "url");
    if (!url || !url[0])
        return ts_ik_fail(call, TS_USAGE, "Missing url parameter", "url is the address of a picture");
    const char *id = own_id(call, url);
    if (id)
        return ts_ik_find(call, id, &file) && ts_answer(call, 200, json_of_metadata(call, &file.picture.row));
    ts_upload upload = {.url = url, .without_store = true, .origin = "api"};
    return ts_service_upload(call->service, &call->actor, &upload, call->arena, &result, &call->err) &&
           ts_answer(call, 200, json_of_metadata(call, &result.picture.row));
}

/* ---- usage -------------------------------------------------------------------------------------- */

static bool read_day(ts_call *call, const char *name, int64_t *out)
{
    const char *text = ts_request_query(call->request, name);
    if (text && strlen(text) == 10 && ts_iso8601_parse(text, 10, out)) return true;
    (void)ts_fail(&call->err, TS_USAGE, "Invalid %s parameter", name);
    return ts_hint(&call->err, "%s has the form YYYY-MM-DD", name);
}

typedef struct used {
    int64_t from, to, requests, pictures, errors;
} used;

/* Of the key that asks. */
static bool read_usage(ts_call *call, used *out)
{
    const ts_usage_row *rows = NULL;
    size_t count = 0;
    if (!read_day(call, "startDate", &out->from) || !read_day(call, "endDate", &out->to)) return false;
    if (out->to <= out->from || out->to - out->from > INT64_C(90) * 86400000)
        return ts_ik_fail(call, TS_USAGE, "Invalid endDate parameter",
                          "endDate comes after startDate, by less than 90 days");
    if (!ts_service_usage(call->service, &call->actor, call->actor.key_id, out->from, out->to, call->arena,
                          &rows, &count, &call->err))
        return false;
    for (size_t i = 0; i < count; i++) {
        out->requests += rows[i].requests;
        out->pictures += rows[i].pictures;
        out->errors += rows[i].errors;
    }
    return true;
}

/* What a network of caches would count is 0 here: there is none. */
bool ts_ik_usage(ts_call *call)
{
    used u = {0};
    return read_usage(call, &u) &&
           ts_answer(call, 200,
                     json_pack("{s:i, s:i, s:i, s:i, s:I}", "bandwidthBytes", 0, "mediaLibraryStorageBytes",
                               0, "originalCacheStorageBytes", 0, "videoProcessingUnitsCount", 0,
                               "extensionUnitsCount", (json_int_t)u.pictures));
}

/* Who looked at what from where is written down nowhere: those lists are empty. */
bool ts_ik_analytics(ts_call *call)
{
    static const char *const tops[] = {"browser",
                                       "country",
                                       "device",
                                       "format",
                                       "topImages",
                                       "topReferrers",
                                       "topUserAgents",
                                       "topVideos",
                                       "topOtherAssets",
                                       "urlEndpoints",
                                       "topImageTransforms",
                                       "topVideoTransforms"};
    static const char *const lists[] = {"errorReasons", "statusCodes", "top404Assets", "videoProcessing"};
    used u = {0};
    if (!read_usage(call, &u)) return false;
    json_t *out = json_pack(
        "{s:i, s:I, s:o, s:s, s:s, s:{s:i, s:i, s:i}, s:[{s:s, s:I}]}", "bandwidthBytes", 0, "requestCount",
        (json_int_t)u.requests, "generatedAt", ts_json_of_time(ts_wallclock_ms()), "startDate",
        ts_request_query(call->request, "startDate"), "endDate", ts_request_query(call->request, "endDate"),
        "cache", "errorCount", 0, "hitCount", 0, "missCount", 0, "extensions", "name", "auto-tagging",
        "operationCount", (json_int_t)u.pictures);
    for (size_t i = 0; i < TS_COUNT_OF(tops); i++)
        (void)json_object_set_new(out, tops[i], json_pack("{s:[], s:[]}", "byBandwidth", "byRequests"));
    for (size_t i = 0; i < TS_COUNT_OF(lists); i++) (void)json_object_set_new(out, lists[i], json_array());
    return ts_answer(call, 200, out);
}

/* ---- caches ------------------------------------------------------------------------------------- */

/* Nothing is cached, so everything is purged. */
bool ts_ik_purge(ts_call *call)
{
    char id[TS_ID_SIZE];
    const json_t *body = ts_ik_body(call);
    if (!body || !ts_ik_need(call, body, "url")) return false;
    ts_id_new(id);
    return ts_answer(call, 201, json_pack("{s:s}", "requestId", id));
}

bool ts_ik_purge_status(ts_call *call)
{
    if (!ts_id_valid(ts_call_path(call, "id")))
        return ts_ik_fail(call, TS_NOT_FOUND, "The requested purge request does not exist.",
                          "requestId is what a purge answered.");
    return ts_answer(call, 200, json_pack("{s:s}", "status", "Completed"));
}

/* Pictures come in by uploads and imports; from no other storage are they fetched when they are looked at. */
bool ts_ik_origins(ts_call *call)
{
    return ts_answer(call, 200, json_array());
}

/* There is one address, and it is this server's. */
static json_t *url_endpoint(void)
{
    return json_pack("{s:s, s:s, s:[], s:s}", "id", "default", "description", "this server", "origins",
                     "urlPrefix", "ik");
}

bool ts_ik_endpoints(ts_call *call)
{
    return ts_answer(call, 200, json_pack("[o]", url_endpoint()));
}

bool ts_ik_endpoint(ts_call *call)
{
    if (strcmp(ts_call_path(call, "id"), "default") == 0) return ts_answer(call, 200, url_endpoint());
    return ts_ik_fail(call, TS_NOT_FOUND, "The requested URL endpoint does not exist.",
                      "GET /v1/accounts/url-endpoints lists them.");
}

bool ts_ik_not_offered(ts_call *call)
{
    return ts_ik_fail(call, TS_FORBIDDEN, "This feature is not available on this server.",
                      "Tagsmith stores and tags pictures; it transforms and caches none.");
}

/* ---- delivery ----------------------------------------------------------------------------------- */

static const ts_actor anybody = {
    .kind = TS_ACTOR_SYSTEM, .id = "", .name = "", .key_id = "", .scopes = TS_SCOPE_READ};

/* Only what came in by this dialect lies open, as it does there; all else needs a key. */
static bool is_open(ts_call *call, const char *id)
{
    ts_picture_full picture;
    ts_ik_file file;
    ts_error none = {0};
    ts_picture_query query = {.id = id};
    bool ok = ts_service_picture(call->service, &anybody, &query, call->arena, &picture, &call->err) &&
              ts_ik_file_of(call, &picture, NULL, &file);
    call->err = none;
    return ok && json_object_get(file.own, "path") && !ts_json_bool_or(file.own, "private", false) &&
           !ts_json_bool_or(file.own, "unpublished", false);
}

static bool admit_reader(ts_call *call, const char *id)
{
    ts_identity identity = {0};
    const ts_http_credentials *shown = ts_request_credentials(call->request);
    if (shown->kind == TS_CREDENTIALS_NONE) {
        call->actor = anybody;
        return is_open(call, id) || ts_ik_not_file(call);
    }
    if (!ts_who_authorize(call->api, shown, call->route, call->request, &identity, &call->err) ||
        !ts_request_admit(call->request, &identity, &call->err))
        return false;
    call->actor = ts_who_actor(ts_request_identity(call->request));
    return true;
}

bool ts_ik_deliver(ts_call *call)
{
    ts_picture_file file;
    const char *id = ts_call_path(call, "id"), *rest = ts_call_path(call, "path");
    const char *steps = ts_request_query(call->request, "tr");
    bool small = strncmp(rest, "tr:n-media_library_thumbnail", 28) == 0 ||
                 (steps && strcmp(steps, "n-media_library_thumbnail") == 0);
    if (!admit_reader(call, id)) return false;
    if (!ts_service_picture_file(call->service, &call->actor, id,
                                 small ? TS_RENDITION_THUMBNAIL : TS_RENDITION_ORIGINAL, false, call->arena,
                                 &file, &call->err))
        return call->err.code == TS_NOT_FOUND ? ts_ik_not_file(call) : false;
    ts_response_file(call->response, file.content_type, file.fd, 0, file.length);
    ts_response_etag(call->response, file.etag);
    ts_response_user_file(call->response, NULL);
    ts_response_status(call->response, 200);
    return true;
}
