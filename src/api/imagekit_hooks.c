/* api: what ImageKit's receivers of webhooks are told, and how it is signed: in its old way and in the way
 * of Standard Webhooks at once, since SDKs of both kinds are about. Only translation. */
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "api/imagekit.h"
#include "base/base64.h"
#include "base/json.h"
#include "base/random.h"
#include "base/wallclock.h"
#include "service/client_token.h"

/* ---- the file that a payload tells of ----------------------------------------------------------- */

static size_t tags_of(const json_t *payload, ts_ik_tag *tags, size_t room)
{
    size_t count = 0;
    const json_t *list = json_object_get(payload, "tags");
    for (size_t i = 0; i < json_array_size(list) && count < room; i++) {
        const json_t *tag = json_array_get(list, i);
        const char *source = ts_json_string_or(tag, "source", ""),
                   *state = ts_json_string_or(tag, "state", "");
        if (strcmp(state, "rejected") == 0) continue;
        tags[count++] =
            (ts_ik_tag){.label = ts_json_string_or(tag, "label", ts_json_string_or(tag, "concept", "")),
                        .concept = ts_json_string_or(tag, "concept", NULL),
                        .machine = strcmp(source, "person") != 0 && strcmp(source, "import") != 0,
                        .accepted = strcmp(state, "accepted") == 0,
                        .confidence = ts_json_number_or(tag, "confidence", 0)};
    }
    return count;
}

static int64_t number(const json_t *object, const char *name)
{
    return json_integer_value(json_object_get(object, name));
}

static ts_ik_facts facts_of(const json_t *payload, const ts_vocab *vocab)
{
    const json_t *extra = json_object_get(payload, "extra"), *own = json_object_get(extra, "imagekit");
    const json_t *picture = json_object_get(payload, "picture");
    const char *name = ts_json_string_or(payload, "name", "");
    const char *path = ts_json_string_or(own, "path", name);
    return (ts_ik_facts){.id = ts_json_string_or(payload, "id", ""),
                         .name = ts_ik_name_of(path),
                         .path = path,
                         .base = ts_json_string_or(own, "base", ""),
                         .description = ts_json_string_or(payload, "description", ""),
                         .format = ts_json_string_or(picture, "format", ""),
                         .created = ts_json_string_or(payload, "created", ""),
                         .updated = ts_json_string_or(payload, "created", ""),
                         .width = number(picture, "width"),
                         .height = number(picture, "height"),
                         .bytes = number(picture, "bytes"),
                         .own = own,
                         .metadata = json_object_get(extra, "metadata"),
                         .granted = json_object_get(payload, "granted"),
                         .revision = ts_revision_of(payload, ts_json_string_or(payload, "id", "")),
                         .vocab = vocab};
}

/* ---- bodies ------------------------------------------------------------------------------------- */

/* Why it came to nothing; NULL: it did not. */
static const char *failure_of(const ts_ik_facts *facts, const char *service)
{
    const char *refused = ts_json_string_or(facts->granted, "refused", NULL);
    if (refused && strcmp(service, "ai-tasks") == 0) return refused;
    return ts_json_string_or(json_object_get(facts->own, "failed"), service, NULL);
}

static json_t *extension_body(const ts_ik_facts *facts, const char *event, const json_t *payload)
{
    size_t part = (size_t)number(payload, "part");
    const char *service = json_string_value(json_array_get(json_object_get(facts->own, "notify"), part));
    if (!service) service = "";
    const char *failed = failure_of(facts, service);
    if (strcmp(event, "picture.failed") == 0)
        failed = ts_json_string_or(json_object_get(payload, "error"), "message",
                                   "the picture could not be looked at");
    if (failed)
        return json_pack("{s:s, s:s, s:s, s:{s:s}}", "service", service, "status", "FAILURE", "fileId",
                         facts->revision.of, "error", "message", failed);
    return json_pack("{s:s, s:s, s:o}", "service", service, "status", "SUCCESS", "fileObject",
                     ts_ik_draw(facts, TS_IK_FILE));
}

static json_t *event_body(const ts_ik_facts *facts, const char *event)
{
    char id[TS_ID_SIZE], now[TS_ISO8601_SIZE];
    const char *type = strcmp(event, "picture.tagged") == 0    ? "file.created"
                       : strcmp(event, "picture.deleted") == 0 ? "file.deleted"
                                                               : "file.updated";
    ts_id_new(id);
    ts_iso8601_format(ts_wallclock_ms(), now);
    bool gone = strcmp(type, "file.deleted") == 0;
    json_t *data = gone ? json_pack("{s:s}", "fileId", facts->id) : ts_ik_draw(facts, TS_IK_FILE);
    return json_pack("{s:s, s:s, s:s, s:o}", "id", id, "type", type, "created_at", now, "data", data);
}

static bool body(ts_service *service, const char *event, const json_t *payload, ts_buf *out, ts_error *err)
{
    ts_ik_facts facts = facts_of(payload, ts_service_vocab(service));
    size_t room = json_array_size(json_object_get(payload, "tags"));
    ts_ik_tag *tags = calloc(room + 1, sizeof *tags);
    if (!tags) return ts_fail_memory(err);
    facts.tags = tags;
    facts.tag_count = tags_of(payload, tags, room);
    bool direct = json_is_true(json_object_get(payload, "direct"));
    json_t *root = direct ? extension_body(&facts, event, payload) : event_body(&facts, event);
    char *text = root ? json_dumps(root, JSON_COMPACT) : NULL;
    bool ok = text && ts_buf_puts(out, text);
    free(text);
    json_decref(root);
    free(tags);
    return ok || ts_fail_memory(err);
}

/* One for each extension to whoever gave an address for them; one for each event to others. */
static size_t parts(const char *event, const json_t *payload)
{
    static const char *const ends[] = {"picture.tagged", "picture.held", "picture.rejected",
                                       "picture.failed"};
    const json_t *own = json_object_get(json_object_get(payload, "extra"), "imagekit");
    if (!json_is_true(json_object_get(payload, "direct"))) return strncmp(event, "picture.", 8) == 0;
    for (size_t i = 0; i < TS_COUNT_OF(ends); i++)
        if (strcmp(ends[i], event) == 0) return json_array_size(json_object_get(own, "notify"));
    return 0;
}

/* ---- signing ------------------------------------------------------------------------------------ */

static bool sign_old(int64_t now_ms, const char *secret, const void *bytes, size_t length, ts_buf *out)
{
    uint8_t mac[32];
    ts_buf text = {0};
    bool ok = ts_buf_printf(&text, "%" PRId64 ".", now_ms) && ts_buf_append(&text, bytes, length) &&
              ts_secret_mac(secret, text.data, text.length, mac) &&
              ts_buf_printf(out, "x-ik-signature: t=%" PRId64 ",v1=", now_ms);
    for (size_t i = 0; ok && i < sizeof mac; i++) ok = ts_buf_printf(out, "%02x", mac[i]);
    ts_buf_free(&text);
    return ok && ts_buf_puts(out, "\n");
}

/* The key is the secret's own bytes, whatever it begins with. */
static bool sign_new(const char *id, int64_t now_s, const char *secret, const void *bytes, size_t length,
                     ts_buf *out)
{
    uint8_t mac[32];
    ts_buf text = {0};
    bool ok = ts_buf_printf(&text, "%s.%" PRId64 ".", id, now_s) && ts_buf_append(&text, bytes, length) &&
              ts_secret_mac(secret, text.data, text.length, mac) &&
              ts_buf_printf(out, "webhook-id: %s\nwebhook-timestamp: %" PRId64 "\nwebhook-signature: v1,", id,
                            now_s) &&
              ts_base64_encode(mac, sizeof mac, TS_BASE64_STANDARD, out);
    ts_buf_free(&text);
    return ok && ts_buf_puts(out, "\n");
}

static bool sign(const char *id, int64_t now_ms, const char *secret, const void *bytes, size_t length,
                 ts_buf *header_lines, ts_error *err)
{
    return (sign_old(now_ms, secret, bytes, length, header_lines) &&
            sign_new(id, now_ms / 1000, secret, bytes, length, header_lines)) ||
           ts_fail_memory(err);
}

const ts_hook_dialect ts_ik_hooks = {.name = TS_IK_SPACE, .body = body, .sign = sign, .parts = parts};
