/* catalog (private): the schemas, oldest first; each turns the one before into the next.
 * A schema is a list of statements that ends with NULL. */
#ifndef TS_CATALOG_SCHEMA_H
#define TS_CATALOG_SCHEMA_H

extern const char *const ts_schema_1[];
extern const char *const ts_schema_2[];
extern const char *const ts_schema_3[];
extern const char *const ts_schema_4[];
extern const char *const ts_schema_5[];

#endif
