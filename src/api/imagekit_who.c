/* api: who uploads by ImageKit's form: the secret as Basic, or proofs made with it. Only translation. */
#include <stdlib.h>
#include <string.h>

#include "api/imagekit.h"
#include "api/internal.h"
#include "base/json.h"
#include "service/client_token.h"

#define NO_ACCOUNT "Your account cannot be authenticated."
#define NO_ACCOUNT_HELP                                                                                      \
    "Send the private key by HTTP Basic, or publicKey, token, expire and signature in the form."

static bool by_header(ts_call *call)
{
    ts_identity identity = {0};
    const ts_http_credentials *shown = ts_request_credentials(call->request);
    if (!ts_who_authorize(call->api, shown, call->route, call->request, &identity, &call->err)) return false;
    if (!ts_request_admit(call->request, &identity, &call->err)) return false;
    call->actor = ts_who_actor(ts_request_identity(call->request));
    return true;
}

static bool by_token(ts_call *call, const json_t *fields, ts_actor *actor, ts_key_row *row)
{
    ts_client_token token = {.key_id = ts_json_string_or(fields, "publicKey", NULL),
                             .token = ts_json_string_or(fields, "token", NULL),
                             .expire = ts_json_string_or(fields, "expire", NULL),
                             .signature = ts_json_string_or(fields, "signature", NULL)};
    if (!token.key_id && !token.token && !token.signature)
        return ts_ik_fail(call, TS_UNAUTHORIZED, NO_ACCOUNT, NO_ACCOUNT_HELP);
    const char *missing = !token.key_id      ? "Missing publicKey parameter for upload"
                          : !token.token     ? "Missing token parameter for upload"
                          : !token.expire    ? "Missing expire parameter for upload"
                          : !token.signature ? "Missing signature parameter for upload"
                                             : NULL;
    if (missing) return ts_ik_fail(call, TS_USAGE, missing, NO_ACCOUNT_HELP);
    return ts_service_client_token(call->service, &token, call->arena, actor, row, &call->err);
}

/* What was signed counts: a field that says otherwise was changed on the way. */
static bool add_claims(ts_call *call, const json_t *claims, json_t *fields)
{
    const char *name;
    json_t *value;
    json_object_foreach ((json_t *)(uintptr_t)claims, name, value) {
        const char *sent = ts_json_string_or(fields, name, NULL);
        bool about_token = strcmp(name, "iat") == 0 || strcmp(name, "exp") == 0 || strcmp(name, "nbf") == 0;
        char *plain = json_is_string(value) ? NULL : json_dumps(value, JSON_ENCODE_ANY | JSON_COMPACT);
        json_t *text = plain ? json_string(plain) : json_incref(value);
        free(plain);
        bool same = !sent || strcmp(sent, json_string_value(text) ? json_string_value(text) : "") == 0;
        if (!about_token && same) (void)json_object_set(fields, name, text);
        json_decref(text);
        if (!about_token && !same)
            return ts_fail(&call->err, TS_USAGE, "The value of %.60s is not the one in the token.", name);
    }
    return true;
}

static bool by_jwt(ts_call *call, json_t *fields, ts_actor *actor, ts_key_row *row)
{
    const json_t *claims = NULL;
    const char *token = ts_json_string_or(fields, "token", NULL);
    if (!token)
        return ts_ik_fail(call, TS_UNAUTHORIZED, NO_ACCOUNT,
                          "Send the private key by HTTP Basic, or a token.");
    return ts_service_client_jwt(call->service, token, call->arena, actor, row, &claims, &call->err) &&
           json_object_del(fields, "token") == 0 && add_claims(call, claims, fields);
}

bool ts_ik_admit(ts_call *call, bool v2, json_t *fields)
{
    ts_actor actor;
    ts_key_row row;
    if (ts_request_credentials(call->request)->kind != TS_CREDENTIALS_NONE) return by_header(call);
    bool ok = v2 ? by_jwt(call, fields, &actor, &row) : by_token(call, fields, &actor, &row);
    return ok && ts_dialect_admit(call, &actor, &row);
}
