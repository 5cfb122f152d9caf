/* api: Cloudinary's dialect put together: its tables, its errors. Only translation. */
#include "api/cloudinary_admin.h"

/* Its Node SDK understands few statuses; with others the message is lost. */
static int known_status(int status)
{
    switch (status) {
    case 401:
    case 403:
    case 404:
    case 409:
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
    (void)request;
    ts_respond_json(response, known_status(problem->status),
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
    {"/v2", &ts_cld_analysis_family, TS_GROUP_DECODE_FIRST},
};

const ts_dialect ts_dialect_cloudinary = {.name = "cloudinary",
                                          .families = families,
                                          .family_count = TS_COUNT_OF(families),
                                          .render_error = render_error};
