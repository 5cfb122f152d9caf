/* service: folders of a space of names: those that were made and those that names imply. A path is "pets/dogs": no slash at
 * either end, no empty, "." or ".." part; "" is the root. */
#ifndef TS_SERVICE_FOLDERS_H
#define TS_SERVICE_FOLDERS_H

#include "service/service.h"

#define TS_FOLDER_PATH_MAX 400 /* bytes */
#define TS_FOLDER_MOVE_MAX 100000

/* Which names: of a space, all of which begin with root ("" or "/"). */
typedef struct ts_folder_space {
    const char *space, *root;
} ts_folder_space;

typedef struct ts_folder {
    const char *path, *name; /* "pets/dogs", "dogs" */
    const char *id;          /* 32 hex digits, of space and path */
    int64_t created;         /* ms since 1970; 0: names imply it */
} ts_folder;

/* Those in a folder ("": the root), or with deep also those in these; by path. TS_NOT_FOUND: no such parent. Scope: read. */
bool ts_service_folders(ts_service *service, const ts_actor *actor, const ts_folder_space *of,
                        const char *parent, bool deep, ts_arena *arena, const ts_folder **out, size_t *count,
                        ts_error *err);
/* TS_NOT_FOUND. Scope: read. */
bool ts_service_folder(ts_service *service, const ts_actor *actor, const ts_folder_space *of,
                       const char *path, ts_arena *arena, ts_folder *out, ts_error *err);
/* With all above it; *made: it was not there. TS_USAGE for what is no path. Scope: write. */
bool ts_service_folder_make(ts_service *service, const ts_actor *actor, const ts_folder_space *of,
                            const char *path, ts_arena *arena, ts_folder *out, bool *made, ts_error *err);
/* With those in it. TS_CONFLICT while there are pictures in it, held ones included, unless with_pictures; then they go,
 * too. TS_NOT_FOUND. deleted (or NULL): their paths. Scope: write. */
bool ts_service_folder_delete(ts_service *service, const ts_actor *actor, const ts_folder_space *of,
                              const char *path, bool with_pictures, ts_arena *arena,
                              const char *const **deleted, size_t *count, ts_error *err);
/* Calls the folder `to`, with all folders and pictures in it. TS_CONFLICT when `to` is there or inside of it, or more than
 * TS_FOLDER_MOVE_MAX names are. Scope: write. */
bool ts_service_folder_move(ts_service *service, const ts_actor *actor, const ts_folder_space *of,
                            const char *from, const char *to, ts_arena *arena, ts_folder *out, ts_error *err);

#endif
