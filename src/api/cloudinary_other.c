/* api: calls of Cloudinary's Admin API about what Tagsmith has not: derived pictures, streaming, access. Lists are empty, single
 * ones are not found, and what would make one says that it cannot. Only translation. */
#include <string.h>

#include "api/cloudinary_admin.h"

static bool no_transformations(ts_call *call)
{
    const json_t *params = NULL;
    if (!ts_cld_params(call, &params)) return false;
    const char *name = ts_cld_text(params, "transformation");
    if (name) return ts_fail(&call->err, TS_NOT_FOUND, "Can't find transformation %.100s", name);
    return ts_cld_answer(call, 200, json_pack("{s:[]}", "transformations"));
}

static bool no_profiles(ts_call *call)
{
    return ts_cld_answer(call, 200, json_pack("{s:[]}", "data"));
}

static bool no_mappings(ts_call *call)
{
    const json_t *params = NULL;
    if (!ts_cld_params(call, &params)) return false;
    const char *folder = ts_cld_text(params, "folder");
    if (folder) return ts_fail(&call->err, TS_NOT_FOUND, "Can't find upload mapping for %.100s", folder);
    return ts_cld_answer(call, 200, json_pack("{s:[]}", "mappings"));
}

static bool no_rules(ts_call *call)
{
    return ts_cld_answer(call, 200, json_pack("{s:[]}", "metadata_rules"));
}

static bool not_there(ts_call *call)
{
    return ts_fail(&call->err, TS_NOT_FOUND, "%.100s not found", ts_call_path(call, "name"));
}

static bool lacks_transformations(ts_call *call)
{
    return ts_cld_lacks(call, "Transformations");
}

static bool lacks_profiles(ts_call *call)
{
    return ts_cld_lacks(call, "Streaming profiles");
}

static bool lacks_mappings(ts_call *call)
{
    return ts_cld_lacks(call, "Upload mappings");
}

static bool lacks_rules(ts_call *call)
{
    return ts_cld_lacks(call, "Conditional metadata rules");
}

static bool lacks_access(ts_call *call)
{
    return ts_cld_lacks(call, "Access modes");
}

/* Everything is published as soon as it may be seen. */
static bool publish(ts_call *call)
{
    return ts_cld_answer(call, 200, json_pack("{s:[], s:[]}", "published", "failed"));
}

#define GET(pattern, name, function)                                                                         \
    {                                                                                                        \
        "GET", "/v1_1/{cloud}" pattern, ts_dialect_route, TS_SCOPE_READ, 0, TS_CLD_TAKES, 0, 0,              \
            &(const ts_route_doc)                                                                            \
        {                                                                                                    \
            .id = name, .run = function                                                                      \
        }                                                                                                    \
    }
#define ANY(pattern, name, function)                                                                         \
    {                                                                                                        \
        "*", "/v1_1/{cloud}" pattern, ts_dialect_route, TS_SCOPE_WRITE, 0, TS_CLD_TAKES, 0, 0,               \
            &(const ts_route_doc)                                                                            \
        {                                                                                                    \
            .id = name, .run = function                                                                      \
        }                                                                                                    \
    }

static const ts_route routes[] = {
    GET("/transformations", "transformations", no_transformations),
    ANY("/transformations", "changeTransformations", lacks_transformations),
    GET("/transformations/{name...}", "transformation", not_there),
    ANY("/transformations/{name...}", "changeTransformation", lacks_transformations),
    GET("/streaming_profiles", "streamingProfiles", no_profiles),
    ANY("/streaming_profiles", "createStreamingProfile", lacks_profiles),
    GET("/streaming_profiles/{name}", "streamingProfile", not_there),
    ANY("/streaming_profiles/{name}", "changeStreamingProfile", lacks_profiles),
    GET("/upload_mappings", "uploadMappings", no_mappings),
    ANY("/upload_mappings", "changeUploadMappings", lacks_mappings),
    GET("/metadata_rules", "metadataRules", no_rules),
    ANY("/metadata_rules", "createMetadataRule", lacks_rules),
    ANY("/metadata_rules/{name}", "changeMetadataRule", lacks_rules),
    ANY("/resources/{rt}/publish_resources", "publish", publish),
    ANY("/resources/{rt}/{type}/update_access_mode", "accessMode", lacks_access),
};
const ts_family ts_cld_other_family = {routes, TS_COUNT_OF(routes)};
