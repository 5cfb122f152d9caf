/* people: what keys and people may do: the one policy. Knows no key and no person. */
#include "people/scope.h"

#include <stdio.h>
#include <string.h>

typedef struct scope_row {
    const char *name;
    uint32_t bit;
} scope_row;

static const scope_row scopes_table[] = {{"read", TS_SCOPE_READ},
                                         {"write", TS_SCOPE_WRITE},
                                         {"review", TS_SCOPE_REVIEW},
                                         {"admin", TS_SCOPE_ADMIN}};

typedef struct role_row {
    const char *name;
    uint32_t scopes;
} role_row;

static const role_row roles_table[TS_ROLE_COUNT] = {
    [TS_ROLE_VIEWER] = {"viewer", TS_SCOPE_READ},
    [TS_ROLE_TAGGER] = {"tagger", TS_SCOPE_READ | TS_SCOPE_WRITE},
    [TS_ROLE_REVIEWER] = {"reviewer", TS_SCOPE_READ | TS_SCOPE_WRITE | TS_SCOPE_REVIEW},
    [TS_ROLE_ADMIN] = {"admin", TS_SCOPE_ALL},
};

#define SCOPE_COUNT (sizeof(scopes_table) / sizeof(scopes_table[0]))

bool ts_scopes_cover(uint32_t have, uint32_t need)
{
    if (need == 0 || (need & ~(uint32_t)TS_SCOPE_ALL) != 0) return false;
    if (have & TS_SCOPE_ADMIN) return true;
    return (need & ~have) == 0;
}

bool ts_scopes_may_give(uint32_t have, uint32_t give)
{
    return ts_scopes_cover(have, give);
}

uint32_t ts_role_scopes(ts_role role)
{
    return (unsigned)role < TS_ROLE_COUNT ? roles_table[role].scopes : 0;
}

const char *ts_role_name(ts_role role)
{
    return (unsigned)role < TS_ROLE_COUNT ? roles_table[role].name : "unknown";
}

bool ts_role_parse(const char *name, ts_role *role, ts_error *err)
{
    for (unsigned i = 0; i < TS_ROLE_COUNT; i++) {
        if (strcmp(roles_table[i].name, name) != 0) continue;
        *role = (ts_role)i;
        return true;
    }
    (void)ts_fail(err, TS_USAGE, "there is no role '%.40s'", name);
    return ts_hint(err, "roles are viewer, tagger, reviewer and admin");
}

static uint32_t scope_of(const char *name, size_t length)
{
    for (size_t i = 0; i < SCOPE_COUNT; i++)
        if (strlen(scopes_table[i].name) == length && memcmp(scopes_table[i].name, name, length) == 0)
            return scopes_table[i].bit;
    return 0;
}

static bool fail_scopes(const char *text, ts_error *err)
{
    (void)ts_fail(err, TS_USAGE, "'%.60s' is no list of scopes", text);
    return ts_hint(err, "name some of read, write, review and admin, with commas between, each once");
}

bool ts_scopes_parse(const char *text, uint32_t *scopes, ts_error *err)
{
    uint32_t found = 0;
    const char *p = text;
    for (;;) {
        p += strspn(p, " \t");
        size_t length = strcspn(p, ", \t");
        uint32_t bit = scope_of(p, length);
        if (bit == 0 || (found & bit) != 0) return fail_scopes(text, err);
        found |= bit;
        p += length;
        p += strspn(p, " \t");
        if (*p == '\0') break;
        if (*p++ != ',') return fail_scopes(text, err);
    }
    *scopes = found;
    return true;
}

void ts_scopes_print(uint32_t scopes, char text[TS_SCOPES_TEXT])
{
    size_t used = 0;
    text[0] = '\0';
    for (size_t i = 0; i < SCOPE_COUNT; i++) {
        if ((scopes & scopes_table[i].bit) == 0) continue;
        used += (size_t)snprintf(text + used, TS_SCOPES_TEXT - used, "%s%s", used ? "," : "",
                                 scopes_table[i].name);
    }
}
