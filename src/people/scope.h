/* people: what keys and people may do. One table, one question. Pure; any thread. */
#ifndef TS_PEOPLE_SCOPE_H
#define TS_PEOPLE_SCOPE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/error.h"

/* Bits. Admin includes all others. */
typedef enum ts_scope {
    TS_SCOPE_READ = 1,
    TS_SCOPE_WRITE = 2,
    TS_SCOPE_REVIEW = 4,
    TS_SCOPE_ADMIN = 8,
    TS_SCOPE_ALL = 15
} ts_scope;

/* What a person is. Stored by name. */
typedef enum ts_role {
    TS_ROLE_VIEWER = 0, /* read */
    TS_ROLE_TAGGER,     /* read, write */
    TS_ROLE_REVIEWER,   /* read, write, review */
    TS_ROLE_ADMIN,      /* all */
    TS_ROLE_COUNT
} ts_role;

/* The policy: do these scopes cover all those that are needed? Unknown bits grant nothing, and needing
 * nothing known is never covered. */
bool ts_scopes_cover(uint32_t have, uint32_t need);
/* May someone with `have` hand out `give`? Nobody gives more than they have. */
bool ts_scopes_may_give(uint32_t have, uint32_t give);
uint32_t ts_role_scopes(ts_role role);

const char *ts_role_name(ts_role role); /* "viewer"; never NULL */
bool ts_role_parse(const char *name, ts_role *role, ts_error *err);

#define TS_SCOPES_TEXT 32
/* "read,write" both ways; blanks round names are fine. TS_USAGE for an unknown name, a repeated one or none
 * at all. */
bool ts_scopes_parse(const char *text, uint32_t *scopes, ts_error *err);
void ts_scopes_print(uint32_t scopes, char text[TS_SCOPES_TEXT]);

#endif
