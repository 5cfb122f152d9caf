/* cli: commands about a data folder: their settings and their calls. */
#include "cli/server_settings.h"

#include <stdlib.h>
#include <string.h>

#include "base/json.h"
#include "service/settings.h"

ts_config *ts_server_config(const ts_server_settings *settings, ts_error *err)
{
    ts_config *config = ts_settings_load(settings->config, err);
    if (!config || !settings->data || ts_config_set(config, "data.dir", settings->data, "--data", err)) return config;
    ts_config_free(config);
    return NULL;
}

static ts_code code_of(const char *name)
{
    for (int code = 1; code < TS_CODE_COUNT; code++)
        if (strcmp(ts_code_name((ts_code)code), name) == 0) return (ts_code)code;
    return TS_INTERNAL;
}

/* What the server said of a call that it refused. */
static bool fail_as_told(const json_t *problem, int status, ts_error *err)
{
    const char *detail = ts_json_string_or(problem, "detail", NULL);
    if (!detail) return ts_fail(err, TS_INTERNAL, "the server answered %d", status);
    (void)ts_fail(err, code_of(ts_json_string_or(problem, "code", "")), "%s", detail);
    return ts_hint(err, "%s", ts_json_string_or(problem, "hint", ""));
}

static json_t *parse_answer(const ts_cli_answer *answer, ts_error *err)
{
    json_t *json = answer->body.length ? json_loadb(answer->body.data, answer->body.length, JSON_DECODE_ANY, NULL)
                                       : json_object();
    if (answer->status < 300 && json) return json;
    (void)fail_as_told(json, answer->status, err);
    json_decref(json);
    return NULL;
}

json_t *ts_server_json(const ts_call *call, const ts_server_settings *settings, const char *method, const char *target,
                       const json_t *body, ts_error *err)
{
    ts_cli_answer answer = {0};
    json_t *json = NULL;
    char *text = body ? json_dumps(body, JSON_COMPACT) : NULL;
    ts_config *config = ts_server_config(settings, err);
    ts_cli_request request = {.config = config, .method = method, .target = target, .body = text, .stop = call->stop};
    if (config && call->house->call(&request, &answer, err)) json = parse_answer(&answer, err);
    ts_buf_free(&answer.body);
    ts_config_free(config);
    free(text);
    return json;
}
