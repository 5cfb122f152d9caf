/* service: folders of a space of names. Made ones are documents, the others are read from the names. Knows no dialect. */
#include "service/folders.h"

#include <stdlib.h>
#include <string.h>

#include "base/utf8.h"
#include "catalog/documents.h"
#include "service/core.h"
#include "service/named.h"

#define KIND "folder"

typedef struct list {
    const char **paths;
    int64_t *created;
    size_t count, capacity;
} list;

/* ---- paths --------------------------------------------------------------------------------------- */

static bool is_path(const char *path, ts_error *err)
{
    size_t length = strlen(path);
    bool ok = length > 0 && length <= TS_FOLDER_PATH_MAX && ts_utf8_valid(path, length) && path[0] != '/';
    for (const char *part = path; ok && *part;) {
        size_t size = strcspn(part, "/");
        bool dots = strncmp(part, "..", size) == 0 && size > 0 && size <= 2;
        ok = size > 0 && !dots && (part[size] == '\0' || part[size + 1] != '\0');
        part += size + (part[size] == '/');
    }
    return ok || ts_fail(err, TS_USAGE, "this is no path of a folder: \"%.100s\"", path);
}

static const char *id_of(const ts_folder_space *of, const char *path, ts_arena *arena)
{
    uint64_t a = 14695981039346656037u, b = 1099511628211u;
    for (int pass = 0; pass < 2; pass++)
        for (const char *c = pass ? path : of->space; *c; c++) {
            a = (a ^ (unsigned char)*c) * 1099511628211u;
            b = (b + (unsigned char)*c) * 6364136223846793005u + 1442695040888963407u;
        }
    return ts_arena_printf(arena, "%016llx%016llx", (unsigned long long)a, (unsigned long long)b);
}

static bool fill_folder(const ts_folder_space *of, const char *path, int64_t created, ts_arena *arena,
                        ts_folder *out, ts_error *err)
{
    const char *slash = strrchr(path, '/');
    *out = (ts_folder){.path = path, .name = slash ? slash + 1 : path, .created = created};
    out->id = id_of(of, path, arena);
    return out->id || ts_fail_memory(err);
}

/* What ids of documents, or names, of all in a folder begin with. */
static const char *document_id(const ts_folder_space *of, const char *path, ts_arena *arena)
{
    return ts_arena_printf(arena, "%s:%s", of->space, path);
}

static const char *names_in(const ts_folder_space *of, const char *path, ts_arena *arena)
{
    return ts_arena_printf(arena, "%s%s%s", of->root, path, path[0] ? "/" : "");
}

static bool is_within(const char *path, const char *folder)
{
    size_t length = strlen(folder);
    return length == 0 || (strncmp(path, folder, length) == 0 && path[length] == '/');
}

/* ---- listing ------------------------------------------------------------------------------------- */

static bool add(list *all, ts_arena *arena, const char *path, size_t length, int64_t created)
{
    for (size_t i = 0; i < all->count; i++) {
        if (strncmp(all->paths[i], path, length) != 0 || all->paths[i][length]) continue;
        if (created) all->created[i] = created;
        return true;
    }
    if (all->count == all->capacity) {
        size_t more = all->capacity ? all->capacity * 2 : 32;
        const char **paths = TS_NEW_ARRAY(arena, more, const char *);
        int64_t *times = TS_NEW_ARRAY(arena, more, int64_t);
        if (!paths || !times) return false;
        if (all->count) memcpy(paths, all->paths, all->count * sizeof *paths);
        if (all->count) memcpy(times, all->created, all->count * sizeof *times);
        *all = (list){paths, times, all->count, more};
    }
    all->paths[all->count] = ts_arena_strndup(arena, path, length);
    all->created[all->count] = created;
    return all->paths[all->count++] != NULL;
}

/* The documents of the space within a folder; of those further down the part that lies in it, or all of their parts. */
static bool add_made(ts_txn *txn, const ts_folder_space *of, const char *parent, bool deep, ts_arena *arena,
                     list *all, ts_error *err)
{
    const ts_document_row *rows = NULL;
    size_t count = 0, space = strlen(of->space), below = parent[0] ? strlen(parent) + 1 : 0;
    if (!ts_documents_list(txn, KIND, arena, &rows, &count, err)) return false;
    for (size_t i = 0; i < count; i++) {
        const char *path = rows[i].id + space + 1;
        if (strncmp(rows[i].id, of->space, space) != 0 || rows[i].id[space] != ':') continue;
        if (!is_within(path, parent)) continue;
        for (const char *end = path + below; *end;) {
            end += strcspn(end, "/");
            if (!add(all, arena, path, (size_t)(end - path), *end ? 0 : rows[i].created))
                return ts_fail_memory(err);
            end += *end == '/';
            if (!deep) break;
        }
    }
    return true;
}

static bool add_implied(ts_txn *txn, const ts_folder_space *of, const char *parent, ts_arena *arena,
                        list *all, ts_error *err)
{
    const char *const *names = NULL;
    size_t count = 0;
    const char *prefix = names_in(of, parent, arena);
    if (!prefix || !ts_names_folders(txn, of->space, prefix, arena, &names, &count, err)) return false;
    for (size_t i = 0; i < count; i++) {
        const char *path = ts_arena_printf(arena, "%s%s%s", parent, parent[0] ? "/" : "", names[i]);
        if (!path || !add(all, arena, path, strlen(path), 0)) return ts_fail_memory(err);
    }
    return true;
}

/* Grows while it is walked: what is found is looked into, too. */
static bool list_folders(ts_txn *txn, const ts_folder_space *of, const char *parent, bool deep,
                         ts_arena *arena, list *all, ts_error *err)
{
    if (!add_made(txn, of, parent, deep, arena, all, err) || !add_implied(txn, of, parent, arena, all, err))
        return false;
    for (size_t i = 0; deep && i < all->count; i++)
        if (!add_implied(txn, of, all->paths[i], arena, all, err)) return false;
    return true;
}

static bool has_names(ts_txn *txn, const ts_folder_space *of, const char *path, ts_arena *arena, bool *has,
                      ts_error *err)
{
    const ts_name_row *rows = NULL;
    size_t count = 0;
    ts_names_ask ask = {.space = of->space, .after = "", .with_held = true, .limit = 1};
    ask.prefix = names_in(of, path, arena);
    if (!ask.prefix || !ts_names_list(txn, &ask, arena, &rows, &count, err)) return false;
    *has = count > 0;
    return true;
}

/* A folder is there when it was made, or something is in it. */
static bool look(ts_txn *txn, const ts_folder_space *of, const char *path, ts_arena *arena, int64_t *created,
                 bool *there, ts_error *err)
{
    list inside = {0};
    ts_document_row row;
    ts_error missing = {0};
    const char *id = document_id(of, path, arena);
    *created = 0;
    *there = path[0] == '\0';
    if (!id) return ts_fail_memory(err);
    if (*there) return true;
    if (ts_documents_get(txn, KIND, id, arena, &row, &missing)) {
        *created = row.created;
        return *there = true;
    }
    if (missing.code != TS_NOT_FOUND) return ts_fail(err, missing.code, "%s", missing.message);
    if (!has_names(txn, of, path, arena, there, err) || *there) return *there;
    if (!add_made(txn, of, path, false, arena, &inside, err)) return false;
    *there = inside.count > 0;
    return true;
}

static bool must_be_there(ts_txn *txn, const ts_folder_space *of, const char *path, ts_arena *arena,
                          int64_t *created, ts_error *err)
{
    bool there = false;
    return look(txn, of, path, arena, created, &there, err) &&
           (there || ts_fail(err, TS_NOT_FOUND, "there is no folder \"%.200s\"", path));
}

static int by_path(const void *a, const void *b)
{
    return strcmp(((const ts_folder *)a)->path, ((const ts_folder *)b)->path);
}

static bool fill_all(const ts_folder_space *of, const list *all, ts_arena *arena, const ts_folder **out,
                     ts_error *err)
{
    ts_folder *folders = TS_NEW_ARRAY(arena, all->count, ts_folder);
    if (!folders) return ts_fail_memory(err);
    for (size_t i = 0; i < all->count; i++)
        if (!fill_folder(of, all->paths[i], all->created[i], arena, &folders[i], err)) return false;
    qsort(folders, all->count, sizeof *folders, by_path);
    *out = folders;
    return true;
}

bool ts_service_folders(ts_service *service, const ts_actor *actor, const ts_folder_space *of,
                        const char *parent, bool deep, ts_arena *arena, const ts_folder **out, size_t *count,
                        ts_error *err)
{
    list all = {0};
    int64_t created;
    if (!ts_actor_may(actor, TS_SCOPE_READ, err)) return false;
    ts_txn *txn = ts_catalog_read_begin(service->catalog, err);
    bool ok = txn && must_be_there(txn, of, parent, arena, &created, err) &&
              list_folders(txn, of, parent, deep, arena, &all, err);
    ts_catalog_read_end(txn);
    *count = all.count;
    return ok && fill_all(of, &all, arena, out, err);
}

bool ts_service_folder(ts_service *service, const ts_actor *actor, const ts_folder_space *of,
                       const char *path, ts_arena *arena, ts_folder *out, ts_error *err)
{
    int64_t created = 0;
    if (!ts_actor_may(actor, TS_SCOPE_READ, err) || !is_path(path, err)) return false;
    ts_txn *txn = ts_catalog_read_begin(service->catalog, err);
    bool ok = txn && must_be_there(txn, of, path, arena, &created, err);
    ts_catalog_read_end(txn);
    return ok && fill_folder(of, path, created, arena, out, err);
}

/* ---- changing ------------------------------------------------------------------------------------ */

typedef struct change {
    const ts_folder_space *of;
    const char *path, *to;
    bool there;
    int64_t created;
    list gone;
    const ts_name_row *names; /* of pictures in it */
    size_t name_count;
    ts_arena *arena;
} change;

static bool put_folder(ts_txn *txn, const change *c, const char *path, ts_error *err)
{
    const char *id = document_id(c->of, path, c->arena);
    return id ? ts_documents_put(txn, KIND, id, "{}", TS_VERSION_ANY, NULL, err) : ts_fail_memory(err);
}

static bool commit_make(ts_txn *txn, void *context, ts_error *err)
{
    change *c = context;
    if (!look(txn, c->of, c->path, c->arena, &c->created, &c->there, err)) return false;
    if (c->created) return true;
    c->created = ts_txn_now(txn);
    return put_folder(txn, c, c->path, err);
}

bool ts_service_folder_make(ts_service *service, const ts_actor *actor, const ts_folder_space *of,
                            const char *path, ts_arena *arena, ts_folder *out, bool *made, ts_error *err)
{
    change c = {.of = of, .path = path, .arena = arena};
    if (!ts_actor_may(actor, TS_SCOPE_WRITE, err) || !is_path(path, err)) return false;
    if (!ts_catalog_write(service->catalog, commit_make, &c, err)) return false;
    *made = !c.there;
    return fill_folder(of, path, c.created, arena, out, err);
}

static bool drop_folders(ts_txn *txn, change *c, ts_error *err)
{
    for (size_t i = 0; i < c->gone.count; i++) {
        ts_error missing = {0};
        const char *id = document_id(c->of, c->gone.paths[i], c->arena);
        if (!id) return ts_fail_memory(err);
        if (!ts_documents_delete(txn, KIND, id, TS_VERSION_ANY, &missing) && missing.code != TS_NOT_FOUND)
            return ts_fail(err, missing.code, "%s", missing.message);
    }
    return true;
}

static bool list_gone(ts_txn *txn, change *c, ts_error *err)
{
    return add(&c->gone, c->arena, c->path, strlen(c->path), 0)
               ? list_folders(txn, c->of, c->path, true, c->arena, &c->gone, err)
               : ts_fail_memory(err);
}

static bool commit_delete(ts_txn *txn, void *context, ts_error *err)
{
    change *c = context;
    bool full = false;
    if (!must_be_there(txn, c->of, c->path, c->arena, &c->created, err) ||
        !has_names(txn, c->of, c->path, c->arena, &full, err))
        return false;
    if (full) return ts_fail(err, TS_CONFLICT, "the folder \"%.200s\" is not empty", c->path);
    return list_gone(txn, c, err) && drop_folders(txn, c, err);
}

/* Pictures go one by one: each tells its own end. */
static bool delete_pictures(ts_service *service, const ts_actor *actor, const change *c, ts_error *err)
{
    const ts_name_row *rows = NULL;
    size_t count = 0;
    ts_names_ask ask = {.space = c->of->space, .after = "", .with_held = true, .limit = 0};
    ask.prefix = names_in(c->of, c->path, c->arena);
    ts_txn *txn = ask.prefix ? ts_catalog_read_begin(service->catalog, err) : NULL;
    bool ok = txn && ts_names_list(txn, &ask, c->arena, &rows, &count, err);
    ts_catalog_read_end(txn);
    for (size_t i = 0; ok && i < count; i++)
        ok = ts_service_named_delete(service, actor, c->of->space, rows[i].name, err);
    return ok;
}

bool ts_service_folder_delete(ts_service *service, const ts_actor *actor, const ts_folder_space *of,
                              const char *path, bool with_pictures, ts_arena *arena,
                              const char *const **deleted, size_t *count, ts_error *err)
{
    ts_folder folder;
    change c = {.of = of, .path = path, .arena = arena};
    if (!ts_actor_may(actor, TS_SCOPE_WRITE, err) || !is_path(path, err)) return false;
    if (with_pictures) {
        bool made;
        /* The folder stays while its pictures go. */
        if (!ts_service_folder(service, actor, of, path, arena, &folder, err) ||
            !ts_service_folder_make(service, actor, of, path, arena, &folder, &made, err) ||
            !delete_pictures(service, actor, &c, err))
            return false;
    }
    if (!ts_catalog_write(service->catalog, commit_delete, &c, err)) return false;
    if (deleted) *deleted = c.gone.paths;
    if (count) *count = c.gone.count;
    return true;
}

static bool move_names(ts_txn *txn, change *c, ts_error *err)
{
    ts_names_ask ask = {
        .space = c->of->space, .after = "", .with_held = true, .limit = TS_FOLDER_MOVE_MAX + 1};
    ask.prefix = names_in(c->of, c->path, c->arena);
    size_t below = ask.prefix ? strlen(ask.prefix) : 0;
    if (!ask.prefix || !ts_names_list(txn, &ask, c->arena, &c->names, &c->name_count, err)) return false;
    if (c->name_count > TS_FOLDER_MOVE_MAX)
        return ts_fail(err, TS_CONFLICT, "more than %d pictures are in this folder", TS_FOLDER_MOVE_MAX);
    for (size_t i = 0; i < c->name_count; i++) {
        const ts_name_row *row = &c->names[i];
        const char *name = ts_arena_printf(c->arena, "%s%s/%s", c->of->root, c->to, row->name + below);
        if (!name) return ts_fail_memory(err);
        if (strlen(name) > TS_NAMED_MAX) return ts_fail(err, TS_USAGE, "a picture's name would be too long");
        if (!ts_names_drop(txn, c->of->space, row->name, err) ||
            !ts_names_put(txn, c->of->space, name, row->picture, false, err))
            return false;
    }
    return true;
}

static bool move_folders(ts_txn *txn, change *c, ts_error *err)
{
    if (!list_gone(txn, c, err) || !drop_folders(txn, c, err)) return false;
    for (size_t i = 0; i < c->gone.count; i++) {
        const char *path = ts_arena_printf(c->arena, "%s%s", c->to, c->gone.paths[i] + strlen(c->path));
        if (!path) return ts_fail_memory(err);
        if (strlen(path) > TS_FOLDER_PATH_MAX)
            return ts_fail(err, TS_USAGE, "a folder's path would be too long");
        if (!put_folder(txn, c, path, err)) return false;
    }
    return true;
}

static bool commit_move(ts_txn *txn, void *context, ts_error *err)
{
    change *c = context;
    int64_t created = 0;
    if (!must_be_there(txn, c->of, c->path, c->arena, &created, err) ||
        !look(txn, c->of, c->to, c->arena, &c->created, &c->there, err))
        return false;
    if (c->there || is_within(c->to, c->path))
        return ts_fail(err, TS_CONFLICT, "the folder \"%.200s\" is there already, or in this one", c->to);
    c->created = ts_txn_now(txn);
    return move_folders(txn, c, err) && move_names(txn, c, err);
}

bool ts_service_folder_move(ts_service *service, const ts_actor *actor, const ts_folder_space *of,
                            const char *from, const char *to, ts_arena *arena, ts_folder *out, ts_error *err)
{
    change c = {.of = of, .path = from, .to = to, .arena = arena};
    return ts_actor_may(actor, TS_SCOPE_WRITE, err) && is_path(from, err) && is_path(to, err) &&
           ts_catalog_write(service->catalog, commit_move, &c, err) &&
           fill_folder(of, to, c.created, arena, out, err);
}
