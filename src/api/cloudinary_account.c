/* api: what Cloudinary's Admin API says of the account: usage, settings, tags. Only translation. */
#include <string.h>

#include "api/cloudinary_admin.h"
#include "base/wallclock.h"
#include "service/keys.h"
#include "service/watch.h"

enum { usual_tags = 10, day_ms = 86400000 };

static json_t *day_text(int64_t ms)
{
    char text[TS_ISO8601_SIZE];
    ts_iso8601_format(ms, text);
    return json_stringn(text, 10);
}

/* ---- usage ---------------------------------------------------------------------------------------- */

/* "2026-11-20", or as the clients write it "20-11-2026": that day's first millisecond. */
static bool read_day(const char *text, int64_t *ms)
{
    char turned[11];
    if (strlen(text) != 10) return false;
    if (ts_iso8601_parse(text, 10, ms)) return true;
    memcpy(turned, text + 6, 4);
    turned[4] = '-';
    memcpy(turned + 5, text + 3, 2);
    turned[7] = '-';
    memcpy(turned + 8, text, 2);
    turned[10] = '\0';
    return text[2] == '-' && ts_iso8601_parse(turned, 10, ms);
}

static bool answer_usage(ts_call *call, int64_t from, int64_t until)
{
    size_t count = 0;
    ts_service_stats stats;
    const ts_usage_row *rows = NULL;
    json_int_t requests = 0, pictures = 0, credits = 0;
    if (!ts_service_stats_of(call->service, &stats, &call->err)) return false;
    if (call->actor.key_id[0] && !ts_service_usage(call->service, &call->actor, call->actor.key_id, from,
                                                   until, call->arena, &rows, &count, &call->err))
        return false;
    for (size_t i = 0; i < count; i++) {
        requests += rows[i].requests;
        pictures += rows[i].pictures;
        credits += rows[i].credits;
    }
    return ts_cld_answer(
        call, 200,
        json_pack("{s:s, s:o, s:{s:I}, s:{s:I}, s:{s:I}, s:{s:I}, s:{s:I}, s:I, s:I, s:i, s:{s:I}}", "plan",
                  "Tagsmith", "last_updated", day_text(until), "transformations", "usage", (json_int_t)0,
                  "objects", "usage", (json_int_t)stats.pictures, "bandwidth", "usage", (json_int_t)0,
                  "storage", "usage", (json_int_t)0, "credits", "usage", credits, "requests", requests,
                  "resources", (json_int_t)stats.pictures, "derived_resources", 0, "pictures", "usage",
                  pictures));
}

static bool usage(ts_call *call)
{
    int64_t now = ts_wallclock_ms();
    return answer_usage(call, now - 30LL * day_ms, now);
}

static bool usage_of_day(ts_call *call)
{
    int64_t day;
    const char *text = ts_call_path(call, "date");
    if (!read_day(text, &day)) return ts_fail(&call->err, TS_USAGE, "Invalid date \"%.40s\"", text);
    return answer_usage(call, day, day + day_ms - 1);
}

/* ---- the rest ------------------------------------------------------------------------------------- */

static bool config(ts_call *call)
{
    const json_t *params = NULL;
    if (!ts_cld_params(call, &params)) return false;
    json_t *body = json_pack("{s:s}", "cloud_name", ts_call_path(call, "cloud"));
    if (ts_cld_flag(params, "settings", false))
        (void)json_object_set_new(body, "settings", json_pack("{s:s}", "folder_mode", "fixed"));
    return ts_cld_answer(call, 200, body);
}

static bool tags(ts_call *call)
{
    bool more = false;
    size_t count = 0;
    unsigned size = 0;
    const json_t *params = NULL;
    const char *const *labels = NULL;
    if (!ts_cld_params(call, &params) || !ts_cld_page_size(params, usual_tags, &size, &call->err))
        return false;
    ts_sift_ask rules = ts_cld_ask(call);
    ts_tag_labels_ask ask = {.space = rules.space,
                             .machine_member = rules.machine_member,
                             .prefix = ts_cld_text(params, "prefix"),
                             .after = ts_cld_text(params, "next_cursor"),
                             .limit = size};
    bool images = strcmp(ts_call_path(call, "rt"), "image") == 0;
    if (images && !ts_service_tag_labels(call->service, &call->actor, &ask, call->arena, &labels, &count,
                                         &more, &call->err))
        return false;
    json_t *list = json_array();
    for (size_t i = 0; i < count; i++) (void)json_array_append_new(list, json_string(labels[i]));
    json_t *body = json_pack("{s:o}", "tags", list);
    if (more) (void)json_object_set_new(body, "next_cursor", json_string(labels[count - 1]));
    return ts_cld_answer(call, 200, body);
}

static bool ping(ts_call *call)
{
    return ts_cld_answer(call, 200, json_pack("{s:s}", "status", "ok"));
}

#define ROUTE(pattern, flags, name, function)                                                                \
    {                                                                                                        \
        "GET", "/v1_1/{cloud}" pattern, ts_dialect_route, TS_SCOPE_READ, flags, TS_BODY_NONE, 0, 0,          \
            &(const ts_route_doc)                                                                            \
        {                                                                                                    \
            .id = name, .run = function                                                                      \
        }                                                                                                    \
    }

static const ts_route routes[] = {
    ROUTE("/ping", 0, "ping", ping),
    ROUTE("/usage", 0, "usage", usage),
    ROUTE("/usage/{date}", 0, "usageOfDay", usage_of_day),
    ROUTE("/config", 0, "config", config),
    ROUTE("/tags/{rt}", TS_ROUTE_LONG, "tags", tags),
};
const ts_family ts_cld_account_family = {routes, TS_COUNT_OF(routes)};
