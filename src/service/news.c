/* service: whom a change is for. Pure: knows no catalogue and no stream. */
#include <string.h>

#include "service/watch.h"

static bool is_of_key(const ts_news *news, const char *key_id)
{
    return news->key_id && key_id && strcmp(news->key_id, key_id) == 0;
}

bool ts_news_for(const ts_news *news, uint32_t scopes, const char *key_id, ts_change *told)
{
    bool reviews = ts_scopes_cover(scopes, TS_SCOPE_REVIEW);
    *told = news->change;
    switch (news->change.kind) {
    case TS_CHANGE_PICTURE:
    case TS_CHANGE_PICTURE_DELETED:
    case TS_CHANGE_TAGS:
        if (reviews || told->sight == TS_CHANGE_FOR_ALL) return true;
        told->kind = TS_CHANGE_PICTURE_DELETED;
        return told->sight == TS_CHANGE_WITHDRAWN;
    case TS_CHANGE_JOB:
        return reviews || is_of_key(news, key_id);
    case TS_CHANGE_VECTOR:
        return false;
    case TS_CHANGE_DOCUMENT:
    case TS_CHANGE_DOCUMENT_DELETED:
    case TS_CHANGE_KEY:
    case TS_CHANGE_PERSON:
        break;
    }
    return ts_scopes_cover(scopes, TS_SCOPE_ADMIN);
}
