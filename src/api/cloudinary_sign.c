/* api: who calls Cloudinary's Upload API: a signature over the parameters, a bearer key, or a preset that needs neither. The
 * string that is signed is the vendor's: "a=1&b=x,y" of all that was sent, sorted, and the secret behind it. In version 2 a
 * "&" within a pair is written %26; version 1, which old SDKs send, leaves it, so that one parameter can be passed off as
 * two: a key can refuse that (service/keys.h). The same signature may come again while it is fresh, as with the vendor: what
 * it asks for is done again. */
#include "api/cloudinary_sign.h"

#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "base/wallclock.h"
#include "service/keys.h"
#include "service/signing.h"
#include "service/upload_presets.h"

enum { fresh_s = 3600, ahead_s = 300 };

/* ---- the string ----------------------------------------------------------------------------------- */

static bool is_signed(const char *name)
{
    static const char *const others[] = {"file", "cloud_name", "resource_type", "api_key", "signature"};
    for (size_t i = 0; i < TS_COUNT_OF(others); i++)
        if (strcmp(name, others[i]) == 0) return false;
    return true;
}

static void put_value(ts_buf *out, const json_t *value)
{
    size_t i;
    const json_t *item;
    char *text = NULL;
    if (json_is_string(value)) (void)ts_buf_puts(out, json_string_value(value));
    else if (!json_is_array(value)) (void)ts_buf_puts(out, text = json_dumps(value, JSON_COMPACT));
    else
        json_array_foreach ((json_t *)(uintptr_t)value, i, item) {
            if (i) (void)ts_buf_putc(out, ',');
            put_value(out, item);
        }
    free(text);
}

static void put_pair(ts_buf *out, const char *name, const json_t *value, bool escapes)
{
    ts_buf pair = {0};
    (void)ts_buf_printf(&pair, "%s=", name);
    put_value(&pair, value);
    for (const char *at = pair.data ? pair.data : ""; *at; at++)
        (void)(*at == '&' && escapes ? ts_buf_puts(out, "%26") : ts_buf_putc(out, *at));
    out->failed = out->failed || pair.failed;
    ts_buf_free(&pair);
}

static int by_name(const void *a, const void *b)
{
    return strcmp(*(const char *const *)a, *(const char *const *)b);
}

bool ts_cld_string_to_sign(const json_t *params, bool escapes, ts_arena *arena, ts_buf *out)
{
    const char *name;
    json_t *value;
    size_t count = 0;
    const char **names = TS_NEW_ARRAY(arena, json_object_size(params), const char *);
    if (!names) return false;
    json_object_foreach ((json_t *)(uintptr_t)params, name, value)
        if (is_signed(name)) names[count++] = name;
    qsort(names, count, sizeof *names, by_name);
    for (size_t i = 0; i < count; i++) {
        if (i) (void)ts_buf_putc(out, '&');
        put_pair(out, names[i], json_object_get(params, names[i]), escapes);
    }
    return !out->failed;
}

/* ---- the signature -------------------------------------------------------------------------------- */

static bool hash_is(const ts_buf *text, const char *secret, const char *signature)
{
    ts_buf all = {0};
    char hex[TS_DIGEST_HEX];
    ts_digest kind = strlen(signature) == 64 ? TS_DIGEST_SHA256 : TS_DIGEST_SHA1;
    bool same = ts_buf_append(&all, text->data, text->length) && ts_buf_puts(&all, secret) &&
                ts_service_digest(kind, all.data, all.length, hex) && ts_service_same_text(hex, signature);
    if (all.data) explicit_bzero(all.data, all.length);
    ts_buf_free(&all);
    return same;
}

bool ts_cld_signature_fits(const json_t *params, const char *secret, const char *signature, bool old_too,
                           ts_arena *arena)
{
    bool fits = false;
    for (int version = 2; version >= (old_too ? 1 : 2) && !fits; version--) {
        ts_buf text = {0};
        fits = ts_cld_string_to_sign(params, version == 2, arena, &text) && hash_is(&text, secret, signature);
        ts_buf_free(&text);
    }
    return fits;
}

static bool say_wrong(ts_call *call, const json_t *params, const char *signature)
{
    ts_buf text = {0};
    (void)ts_cld_string_to_sign(params, true, call->arena, &text);
    (void)ts_fail(&call->err, TS_UNAUTHORIZED, "Invalid Signature %.64s. String to sign - '%.300s'.",
                  signature, text.data ? text.data : "");
    ts_buf_free(&text);
    return false;
}

bool ts_cld_check_timestamp(const char *text, int64_t now_s, ts_error *err)
{
    char *end = NULL, said[40];
    long long at = text ? strtoll(text, &end, 10) : 0;
    struct tm parts;
    if (!text) return ts_fail(err, TS_USAGE, "Missing required parameter - timestamp");
    if (end == text || *end || at < 0 || at > INT64_C(99999999999))
        return ts_fail(err, TS_USAGE, "Invalid timestamp %.40s", text);
    if (at >= now_s - fresh_s && at <= now_s + ahead_s) return true;
    time_t seconds = (time_t)at;
    if (!gmtime_r(&seconds, &parts)) return ts_fail(err, TS_USAGE, "Invalid timestamp %.40s", text);
    (void)strftime(said, sizeof said, "%Y-%m-%d %H:%M:%S +0000", &parts);
    return ts_fail(err, TS_USAGE, "Stale request - reported time is %s which is %s", said,
                   at < now_s ? "more than 1 hour ago" : "in the future");
}

/* ---- the ways in ---------------------------------------------------------------------------------- */

/* The key itself, whoever vouches for its holder. */
static bool become(ts_call *call, const char *key_id, const char *secret, uint32_t scopes)
{
    ts_actor actor = {0};
    ts_key_row row = {0};
    if (!ts_service_who_secret(call->service, key_id, secret, call->arena, &actor, &row, &call->err))
        return false;
    actor.scopes &= scopes;
    return ts_dialect_admit(call, &actor, &row);
}

static bool with_signature(ts_call *call, const json_t *params)
{
    ts_error unknown = {0};
    const char *key_id = NULL, *signature = NULL, *secret = NULL;
    if (!ts_cld_required(params, "api_key", &key_id, &call->err)) return false;
    if (!ts_cld_required(params, "signature", &signature, &call->err)) return false;
    if (!ts_service_secret(call->service, key_id, call->arena, &secret, &unknown))
        return ts_fail(&call->err, TS_UNAUTHORIZED, "Unknown API key %.80s", key_id);
    bool strict = ts_service_key_is_strict(call->service, key_id);
    bool ok =
        ts_cld_signature_fits(params, secret, signature, !strict, call->arena)
            ? ts_cld_check_timestamp(ts_cld_text(params, "timestamp"), ts_wallclock_ms() / 1000, &call->err)
            : say_wrong(call, params, signature);
    ok = ok && become(call, key_id, secret, TS_SCOPE_ALL);
    explicit_bzero((char *)(uintptr_t)secret, strlen(secret));
    return ok;
}

static bool with_bearer(ts_call *call, const char *bearer)
{
    ts_actor actor = {0};
    ts_key_row row = {0};
    return ts_service_who(call->service, bearer, call->arena, &actor, &row, &call->err) &&
           ts_dialect_admit(call, &actor, &row);
}

static bool with_basic(ts_call *call, const ts_http_credentials *shown)
{
    return become(call, shown->id, shown->secret, TS_SCOPE_ALL);
}

/* What an upload without a signature may say for itself; all else stands in its preset. */
static bool may_say(const char *name)
{
    static const char *const allowed[] = {
        "upload_preset", "callback",          "public_id", "folder",           "asset_folder",
        "tags",          "context",           "metadata",  "face_coordinates", "custom_coordinates",
        "source",        "filename_override", "regions",   "public_id_prefix", "display_name",
        "file",          "timestamp",         "api_key"};
    for (size_t i = 0; i < TS_COUNT_OF(allowed); i++)
        if (strcmp(name, allowed[i]) == 0) return true;
    return false;
}

static bool check_unsigned(const json_t *params, ts_error *err)
{
    const char *name;
    json_t *value;
    json_object_foreach ((json_t *)(uintptr_t)params, name, value)
        if (!may_say(name))
            return ts_fail(err, TS_USAGE, "%.60s parameter is not allowed when using unsigned upload", name);
    return true;
}

static bool with_preset(ts_call *call, const json_t *params)
{
    ts_upload_preset preset;
    const char *secret = NULL, *name = ts_cld_text(params, "upload_preset");
    if (!name)
        return ts_fail(&call->err, TS_USAGE, "Upload preset must be specified when using unsigned upload");
    if (!ts_service_upload_preset(call->service, name, call->arena, &preset, &call->err)) {
        bool unknown = call->err.code == TS_NOT_FOUND;
        return unknown ? ts_fail(&call->err, TS_USAGE, "Upload preset not found") : false;
    }
    if (!preset.without_key)
        return ts_fail(&call->err, TS_USAGE, "Upload preset must be whitelisted for unsigned uploads");
    if (!check_unsigned(params, &call->err)) return false;
    if (!preset.key_id || !ts_service_secret(call->service, preset.key_id, call->arena, &secret, &call->err))
        return ts_fail(&call->err, TS_UNAUTHORIZED, "The key of this upload preset is no longer valid");
    bool ok = become(call, preset.key_id, secret, TS_SCOPE_READ | TS_SCOPE_WRITE);
    explicit_bzero((char *)(uintptr_t)secret, strlen(secret));
    return ok;
}

bool ts_cld_sign_in(ts_call *call, const json_t *params, bool *without_key)
{
    const ts_http_credentials *shown = ts_request_credentials(call->request);
    if (without_key) *without_key = false;
    if (shown->kind == TS_CREDENTIALS_BEARER) return with_bearer(call, shown->secret);
    if (shown->kind == TS_CREDENTIALS_BASIC) return with_basic(call, shown);
    if (ts_cld_text(params, "signature") || !without_key) return with_signature(call, params);
    *without_key = true;
    return with_preset(call, params);
}
