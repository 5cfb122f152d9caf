/* api: Cloudinary's dialect put together: its tables, its errors. Only translation. */
#include <string.h>

#include "api/cloudinary_admin.h"

/* "/v1_1/CLOUD/image/..." */
static bool is_upload_api(const char *path)
{
    static const char *const types[] = {"/image/", "/raw/", "/video/", "/auto/"};
    const char *cloud = strncmp(path, "/v1_1/", 6) == 0 ? strchr(path + 6, '/') : NULL;
    for (size_t i = 0; cloud && i < TS_COUNT_OF(types); i++)
        if (strncmp(cloud, types[i], strlen(types[i])) == 0) return true;
    return false;
}

/* Its Node SDK understands few statuses, for uploads still fewer; with others the message is lost. */
static int known_status(int status, bool upload)
{
    switch (status) {
    case 402: /* credits */
    case 503: /* too busy: come again */
        return 420;
    case 403:
        return upload ? 401 : status;
    case 409:
        return upload ? 400 : status;
    case 401:
    case 404:
    case 420:
    case 429:
        return status;
    default:
        return status >= 500 ? 500 : 400;
    }
}

static void render_error(void *context, const ts_request *request, const ts_problem *problem,
                         ts_response *response)
{
    (void)context;
    ts_cld_put_rate(request, response);
    ts_respond_json(response, known_status(problem->status, is_upload_api(ts_request_path(request))),
                    json_pack("{s:{s:s}}", "error", "message", problem->detail));
}

static const ts_dialect_family families[] = {
    {"/v1_1", &ts_cld_account_family, TS_GROUP_DECODE_FIRST},
    {"/v1_1", &ts_cld_list_family, TS_GROUP_DECODE_FIRST},
    {"/v1_1", &ts_cld_one_family, TS_GROUP_DECODE_FIRST},
    {"/v1_1", &ts_cld_delete_family, TS_GROUP_DECODE_FIRST},
    {"/v1_1", &ts_cld_search_family, TS_GROUP_DECODE_FIRST},
    {"/v1_1", &ts_cld_folder_family, TS_GROUP_DECODE_FIRST},
    {"/v1_1", &ts_cld_preset_family, TS_GROUP_DECODE_FIRST},
    {"/v1_1", &ts_cld_trigger_family, TS_GROUP_DECODE_FIRST},
    {"/v1_1", &ts_cld_field_family, TS_GROUP_DECODE_FIRST},
    {"/v1_1", &ts_cld_other_family, TS_GROUP_DECODE_FIRST},
    {"/v1_1", &ts_cld_upload_family, TS_GROUP_DECODE_FIRST},
    {"/v1_1", &ts_cld_change_family, TS_GROUP_DECODE_FIRST},
    {"/res", &ts_cld_delivery_family, TS_GROUP_DECODE_FIRST},
    {"/v2", &ts_cld_analysis_family, TS_GROUP_DECODE_FIRST},
    {"/search", &ts_cld_signed_search_family, 0},
    {"/res", &ts_cld_cloud_search_family, 0},
};

const ts_dialect ts_dialect_cloudinary = {.name = "cloudinary",
                                          .families = families,
                                          .family_count = TS_COUNT_OF(families),
                                          .render_error = render_error,
                                          .hooks = &ts_cld_hooks};
