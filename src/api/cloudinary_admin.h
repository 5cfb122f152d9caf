/* api (private): what the files of Cloudinary's Admin API share. */
#ifndef TS_API_CLOUDINARY_ADMIN_H
#define TS_API_CLOUDINARY_ADMIN_H

#include "api/cloudinary.h"
#include "service/sift.h"

#define TS_CLD_TAKES (TS_BODY_JSON | TS_BODY_FORM | TS_BODY_MULTIPART | TS_BODY_OPTIONAL)
#define TS_CLD_PAGE_MAX 500

/* Their tables, put together in cloudinary.c. */
extern const ts_family ts_cld_account_family, ts_cld_list_family, ts_cld_one_family, ts_cld_delete_family,
    ts_cld_search_family, ts_cld_folder_family, ts_cld_preset_family, ts_cld_trigger_family,
    ts_cld_field_family, ts_cld_other_family;
/* Of /v2. */
extern const ts_family ts_cld_analysis_family;
/* Of /search and /res. */
extern const ts_family ts_cld_signed_search_family, ts_cld_cloud_search_family;

/* ---- answers (cloudinary_answer.c); each returns true ----------------------------------------------- */

bool ts_cld_message(ts_call *call, const char *message); /* {"message": ...} */
/* false, TS_USAGE: that we have nothing of the kind. */
bool ts_cld_lacks(ts_call *call, const char *what);

/* Held and rejected pictures are shown to those who may review. */
bool ts_cld_sees_held(const ts_call *call);
/* max_results, 1 to TS_CLD_PAGE_MAX. */
bool ts_cld_page_size(const json_t *params, unsigned fallback, unsigned *size, ts_error *err);
/* Which parts of a resource "tags=true&context=true..." and "fields=tags,context" ask for: TS_CLD_WITH_* */
unsigned ts_cld_with(ts_call *call, const json_t *params);
/* Leaves out what "fields" does not name, where it names any. */
void ts_cld_only_fields(ts_call *call, const json_t *params, json_t *resource);

/* "X-Tagsmith-Read: 11": of how many pictures the catalogue's rows were read for this answer. */
void ts_cld_say_cost(ts_call *call, const ts_sift_answer *found);

/* ---- pages of pictures (cloudinary_list.c) ---------------------------------------------------------- */

/* GET of one (cloudinary_one.c). */
bool ts_cld_show_one(ts_call *call, const char *public_id);

/* What is asked of every page: their names, and which tags are theirs. */
ts_sift_ask ts_cld_ask(const ts_call *call);
/* Adds a condition; TS_SIFT_NONE stays NONE. false: no memory. */
bool ts_cld_also(ts_call *call, ts_sift *all, ts_sift condition);
/* resource_type and type of the path; what we do not have fits nothing. */
bool ts_cld_also_kind(ts_call *call, ts_sift *all);

#endif
