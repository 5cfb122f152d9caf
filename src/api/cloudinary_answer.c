/* api: what answers in Cloudinary's dialect have in common. Knows none of its calls. */
#include <string.h>
#include <time.h>

#include "api/cloudinary_admin.h"

#define UNLIMITED 1000000u

/* Its clients show these; where a key has no limit it has plenty. */
void ts_cld_put_rate(const ts_request *request, ts_response *response)
{
    char reset[64];
    struct tm parts;
    ts_http_rate rate = {.limit = UNLIMITED, .remaining = UNLIMITED, .reset_s = 3600};
    (void)ts_request_rate(request, &rate);
    time_t at = time(NULL) + (time_t)rate.reset_s;
    ts_response_headerf(response, "X-FeatureRateLimit-Limit", "%u", rate.limit);
    ts_response_headerf(response, "X-FeatureRateLimit-Remaining", "%u", rate.remaining);
    if (gmtime_r(&at, &parts) && strftime(reset, sizeof reset, "%a, %d %b %Y %H:%M:%S GMT", &parts))
        ts_response_header(response, "X-FeatureRateLimit-Reset", reset);
}

bool ts_cld_answer(ts_call *call, int status, json_t *body)
{
    ts_cld_put_rate(call->request, call->response);
    return ts_answer(call, status, body);
}

void ts_cld_say_cost(ts_call *call, const ts_sift_answer *found)
{
    ts_response_headerf(call->response, "X-Tagsmith-Read", "%llu", (unsigned long long)found->looked_at);
}

bool ts_cld_message(ts_call *call, const char *message)
{
    return ts_cld_answer(call, 200, json_pack("{s:s}", "message", message));
}

bool ts_cld_lacks(ts_call *call, const char *what)
{
    return ts_fail(&call->err, TS_USAGE, "%s are not supported by this server", what);
}

bool ts_cld_sees_held(const ts_call *call)
{
    return ts_actor_may(&call->actor, TS_SCOPE_REVIEW, NULL);
}

bool ts_cld_page_size(const json_t *params, unsigned fallback, unsigned *size, ts_error *err)
{
    int64_t value = fallback;
    if (!ts_cld_int(params, "max_results", 1, TS_CLD_PAGE_MAX, &value, err)) return false;
    *size = (unsigned)value;
    return true;
}

static const struct {
    const char *flag, *field;
    unsigned with;
} parts[] = {{"tags", "tags", TS_CLD_WITH_TAGS},
             {"context", "context", TS_CLD_WITH_CONTEXT},
             {"metadata", "metadata", TS_CLD_WITH_METADATA},
             {"moderations", "moderation", TS_CLD_WITH_MODERATION},
             {"image_analysis", "info", TS_CLD_WITH_DETAILS}};

unsigned ts_cld_with(ts_call *call, const json_t *params)
{
    unsigned with = 0;
    size_t count = 0;
    const char *const *fields = NULL;
    for (size_t i = 0; i < TS_COUNT_OF(parts); i++)
        if (ts_cld_flag(params, parts[i].flag, false)) with |= parts[i].with;
    if (!ts_cld_list(params, "fields", call->arena, &fields, &count, NULL)) return with;
    for (size_t f = 0; f < count; f++)
        for (size_t i = 0; i < TS_COUNT_OF(parts); i++)
            if (strcmp(fields[f], parts[i].field) == 0) with |= parts[i].with;
    return with;
}

void ts_cld_only_fields(ts_call *call, const json_t *params, json_t *resource)
{
    size_t count = 0;
    const char *name;
    json_t *value;
    void *next;
    const char *const *fields = NULL;
    if (!ts_cld_list(params, "fields", call->arena, &fields, &count, NULL) || count == 0) return;
    json_object_foreach_safe (resource, next, name, value) {
        bool keep = strcmp(name, "public_id") == 0 || strcmp(name, "asset_id") == 0;
        for (size_t f = 0; f < count; f++) keep = keep || strcmp(fields[f], name) == 0;
        if (!keep) (void)json_object_del(resource, name);
    }
}
