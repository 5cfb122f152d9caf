/* api: the addresses that Cloudinary's resources carry: the original as it is. Whoever has the signed address may fetch it,
 * as with the vendor; without the signature a key is needed. */
#include <ctype.h>
#include <string.h>

#include "api/cloudinary.h"
#include "api/internal.h"
#include "service/signing.h"

/* "s--TOKEN--/v12/a/b.jpg" cut into its parts. */
typedef struct address {
    const char *token; /* or NULL */
    char *public_id;
    bool transforms; /* something stands before the version that would change pixels */
} address;

/* "v1795240680" */
static bool is_version(const char *segment, size_t length)
{
    if (length < 2 || segment[0] != 'v') return false;
    for (size_t i = 1; i < length; i++)
        if (!isdigit((unsigned char)segment[i])) return false;
    return true;
}

static void read_address(char *path, address *out)
{
    *out = (address){.public_id = path};
    char *end = strncmp(path, "s--", 3) == 0 ? strstr(path + 3, "--/") : NULL;
    if (end) {
        *end = '\0';
        out->token = path + 3;
        out->public_id = path = end + 3;
    }
    for (char *at = path; *at;) {
        size_t length = strcspn(at, "/");
        if (is_version(at, length) && at[length]) {
            out->transforms = at != path;
            out->public_id = at + length + 1;
            return;
        }
        at += length + (at[length] == '/');
    }
}

/* Names may have dots: first as it stands, then without what looks like a format. */
static bool find(ts_call *call, const address *from, ts_named *out)
{
    if (ts_cld_find(call, from->public_id, out)) return true;
    char *dot = strrchr(from->public_id, '.');
    if (call->err.code != TS_NOT_FOUND || !dot || strchr(dot, '/')) return false;
    *dot = '\0';
    return ts_cld_find(call, from->public_id, out);
}

/* Who asks is not known yet; a signature is a right to look at this one picture. */
static bool find_by_token(ts_call *call, const address *from, ts_named *out)
{
    char token[TS_LINK_TOKEN];
    call->actor =
        (ts_actor){.kind = TS_ACTOR_KEY, .id = "", .name = "link", .key_id = "", .scopes = TS_SCOPE_READ};
    if (!find(call, from, out)) return false;
    ts_service_link_token(call->service, out->picture.row.id, token);
    /* Whoever guesses learns not even which names there are. */
    return ts_service_same_text(token, from->token) ||
           ts_fail(&call->err, TS_NOT_FOUND, "Resource not found - %.200s", from->public_id);
}

static bool find_by_key(ts_call *call, const address *from, ts_named *out)
{
    ts_identity identity = {0};
    return ts_who_authorize(call->api, ts_request_credentials(call->request), call->route, call->request,
                            &identity, &call->err) &&
           ts_request_admit(call->request, &identity, &call->err) &&
           (call->actor = ts_who_actor(ts_request_identity(call->request)), find(call, from, out));
}

static bool deliver(ts_call *call)
{
    address from;
    ts_named named;
    ts_picture_file file = {0};
    char *path = ts_arena_strdup(call->arena, ts_call_path(call, "path"));
    if (!path) return ts_fail_memory(&call->err);
    read_address(path, &from);
    if (!(from.token ? find_by_token(call, &from, &named) : find_by_key(call, &from, &named))) return false;
    if (!ts_service_picture_file(call->service, &call->actor, named.picture.row.id, TS_RENDITION_ORIGINAL,
                                 false, call->arena, &file, &call->err))
        return false;
    if (from.transforms)
        ts_response_header(call->response, "X-Cld-Error",
                           "transformations are not made: this is the original");
    ts_response_status(call->response, 200);
    ts_response_etag(call->response, file.etag);
    ts_response_user_file(call->response, NULL);
    ts_response_file(call->response, file.content_type, file.fd, 0, file.length);
    return true;
}

static const ts_route routes[] = {
    {"GET", "/res/{cloud}/image/upload/{path...}", ts_dialect_route, TS_SCOPE_READ, TS_ROUTE_PUBLIC,
     TS_BODY_NONE, .doc = &(const ts_route_doc){.id = "cloudinaryDelivery", .run = deliver}},
};
const ts_family ts_cld_delivery_family = {routes, TS_COUNT_OF(routes)};
