/* api: import, backup, verify and export. The first three are for commands on this machine (the socket in the data
 * folder): they name paths of the server. Translation only. */
#include <fcntl.h>
#include <stdlib.h>
#include <unistd.h>

#include "api/internal.h"
#include "api/json_of.h"
#include "api/long_call.h"
#include "base/json.h"
#include "service/import.h"
#include "service/keep.h"

/* ---- import -------------------------------------------------------------------------------------- */

static json_t *json_of_news(const ts_import_news *news)
{
    json_t *counts = json_object();
    for (int i = 0; i < TS_IMPORT_KIND_COUNT; i++) {
        (void)json_object_set_new(counts, ts_import_kind_name((ts_import_kind)i),
                                  json_integer((json_int_t)news->counts[i]));
    }
    return json_pack("{s:s, s:o, s:o, s:o, s:o, s:I, s:b, s:I, s:o}", "kind", ts_import_kind_name(news->kind),
                     "path", ts_json_of_text(news->path), "other", ts_json_of_text(news->other), "error",
                     news->error ? ts_json_of_error(news->error) : json_null(), "counts", counts, "found",
                     (json_int_t)news->found, "counted", (int)news->counted, "done", (json_int_t)news->done,
                     "rate", ts_json_rounded(news->rate, 2));
}

typedef struct import_run {
    ts_long_call *call;
    json_t *last; /* what the last news said */
} import_run;

static void on_news(void *context, const ts_import_news *news)
{
    import_run *run = context;
    json_decref(run->last);
    run->last = json_of_news(news);
    ts_long_call_send(run->call, "news", json_incref(run->last));
}

static bool import_work(ts_long_call *call, ts_service *service, const ts_actor *actor, json_t **summary,
                        ts_error *err)
{
    const json_t *body = ts_long_call_body(call);
    ts_arena *arena = ts_arena_new(0);
    if (!arena) return ts_fail_memory(err);
    import_run run = {.call = call};
    ts_import wish = {.root = ts_member_text(body, "root"),
                      .preset = ts_member_text(body, "preset"),
                      .in_place = ts_member_flag(body, "in_place"),
                      .watch = ts_member_flag(body, "watch"),
                      .dry = ts_member_flag(body, "dry"),
                      .hidden = ts_member_flag(body, "hidden"),
                      .with_metadata = ts_member_flag(body, "with_metadata")};
    bool ok = ts_member_texts(arena, body, "excludes", &wish.excludes, &wish.exclude_count, err) &&
              ts_service_import(service, actor, &wish, on_news, &run, ts_long_call_stop(call), err);
    *summary = run.last ? run.last : json_object();
    bool stopped = atomic_load(ts_long_call_stop(call)) != 0;
    (void)json_object_set_new(*summary, "stopped", json_boolean(stopped));
    ts_arena_free(arena);
    return ok;
}

static bool import(ts_call *call)
{
    return ts_long_call_start(call, import_work);
}

/* ---- backup and verify --------------------------------------------------------------------------- */

static bool on_progress(void *context, uint64_t done, uint64_t total, const char *what)
{
    ts_long_call_send(context, "progress",
                      json_pack("{s:I, s:I, s:o}", "done", (json_int_t)done, "total", (json_int_t)total,
                                "what", ts_json_of_text(what ? what : "")));
    return atomic_load(ts_long_call_stop(context)) == 0;
}

static void on_finding(void *context, const char *text)
{
    ts_long_call_send(context, "finding", json_pack("{s:o}", "text", ts_json_of_text(text)));
}

static bool backup_work(ts_long_call *call, ts_service *service, const ts_actor *actor, json_t **summary,
                        ts_error *err)
{
    const char *target = ts_member_text(ts_long_call_body(call), "target");
    if (!ts_service_backup(service, actor, target, on_progress, call, err)) return false;
    *summary = json_pack("{s:o}", "target", ts_json_of_text(target));
    return true;
}

static bool backup(ts_call *call)
{
    return ts_long_call_start(call, backup_work);
}

static bool verify_work(ts_long_call *call, ts_service *service, const ts_actor *actor, json_t **summary,
                        ts_error *err)
{
    ts_verify_result result = {0};
    bool deep = ts_member_flag(ts_long_call_body(call), "deep");
    if (!ts_service_verify(service, actor, deep, on_finding, on_progress, call, &result, err)) return false;
    *summary = json_pack("{s:I, s:I, s:I, s:I}", "pictures", (json_int_t)result.pictures, "blobs",
                         (json_int_t)result.blobs, "ledger_lines", (json_int_t)result.ledger_lines,
                         "findings", (json_int_t)result.findings);
    return true;
}

static bool verify(ts_call *call)
{
    return ts_long_call_start(call, verify_work);
}

/* ---- export -------------------------------------------------------------------------------------- */

/* A file without a name. */
static int open_spool(const ts_call *call, ts_error *err)
{
    char *path = ts_arena_printf(call->arena, "%s/export-XXXXXX", call->api->spool_dir);
    if (!path) return (void)ts_fail_memory(err), -1;
    int fd = mkostemp(path, O_CLOEXEC);
    if (fd < 0) (void)ts_fail_errno(err, "cannot write to %s", call->api->spool_dir);
    else (void)unlink(path);
    return fd;
}

/* Sent as a file; what a browser is to keep under a name has one. */
static bool answer_file(ts_call *call, int fd, const char *media_type, const char *file_name)
{
    off_t length = lseek(fd, 0, SEEK_END);
    if (length < 0) return ts_fail_errno(&call->err, "cannot read the export");
    ts_response_headerf(call->response, "Content-Disposition", "attachment; filename=\"%s\"", file_name);
    ts_response_file(call->response, media_type, fd, 0, (uint64_t)length);
    return true;
}

static bool export(ts_call *call)
{
    const json_t *wish = call->body ? call->body : call->query;
    const char *media_type = NULL, *file_name = NULL;
    ts_export_ask ask = {.format = ts_member_text(wish, "format"),
                         .language = call->languages.count ? call->languages.items[0] : TS_LANGUAGE_EN,
                         .with_suggested = ts_member_flag(wish, "suggested"),
                         .fd = open_spool(call, &call->err),
                         .aside = -1};
    if (ask.fd >= 0) ask.aside = open_spool(call, &call->err);
    bool ok = ask.aside >= 0 && ts_call_choice(call, wish, "q", &ask.which) &&
              ts_export_kind(ask.format, &media_type, &file_name, &call->err) &&
              ts_service_export(call->service, &call->actor, &ask, NULL, NULL, &call->err) &&
              answer_file(call, ask.fd, media_type, file_name);
    if (ask.aside >= 0) (void)close(ask.aside);
    if (!ok && ask.fd >= 0) (void)close(ask.fd);
    return ok;
}

/* ---- the table ----------------------------------------------------------------------------------- */

#define UPKEEP "Upkeep"
#define PROGRESS                                                                                             \
    {                                                                                                        \
        200, NULL, "text/event-stream", "Progress, then done or error."                                      \
    }

static const ts_route_doc import_doc = {.id = "import",
                                        .family = UPKEEP,
                                        .summary = "Take a folder in.",
                                        .body = "ImportWish",
                                        .answers = {PROGRESS},
                                        .run = import};
static const ts_route_doc backup_doc = {.id = "backup",
                                        .family = UPKEEP,
                                        .summary = "Back up.",
                                        .body = "BackupWish",
                                        .answers = {PROGRESS},
                                        .run = backup};
static const ts_route_doc verify_doc = {.id = "verify",
                                        .family = UPKEEP,
                                        .summary = "Check.",
                                        .body = "VerifyWish",
                                        .answers = {PROGRESS},
                                        .run = verify};
#define PART "A part of it (Range)."
#define EXPORTED                                                                                             \
    {200, NULL, "application/x-ndjson",                                                                      \
     "A file, with a name: lines of docs/record.schema.json, or as asked."},                                 \
        {200, NULL, "application/json", ""}, {200, NULL, "text/csv", ""},                                    \
        {200, NULL, "application/zip", ""}, {206, NULL, "application/x-ndjson", PART},                       \
        {206, NULL, "application/json", PART}, {206, NULL, "text/csv", PART},                                \
        {206, NULL, "application/zip", PART},                                                                \
    {                                                                                                        \
        416, NULL, "application/problem+json", "No such part."                                               \
    }
static const ts_route_doc export_doc = {
    .id = "exportPictures",
    .family = UPKEEP,
    .summary = "Every picture that a question finds, in one file.",
    .about = "ndjson is the whole record and needs the scope admin; json, csv, coco and xmp (a zip of "
             "sidecars) need read.",
    .query = "ExportQuery",
    .answers = {EXPORTED},
    .errors = TS_SAYS_NOT_FOUND,
    .run = export,
};
static const ts_route_doc export_some_doc = {
    .id = "exportSomePictures",
    .family = UPKEEP,
    .summary = "The same of a choice that is too long for an address.",
    .query = "LanguageQuery",
    .body = "ExportWish",
    .answers = {EXPORTED},
    .errors = TS_SAYS_NOT_FOUND,
    .run = export,
};

static const ts_route routes[] = {
    {"POST", "/api/import", ts_call_route, TS_SCOPE_WRITE, TS_ROUTE_LOCAL, TS_BODY_JSON, .doc = &import_doc},
    {"POST", "/api/backup", ts_call_route, TS_SCOPE_ADMIN, TS_ROUTE_LOCAL, TS_BODY_JSON, .doc = &backup_doc},
    {"POST", "/api/verify", ts_call_route, TS_SCOPE_ADMIN, TS_ROUTE_LOCAL, TS_BODY_JSON | TS_BODY_OPTIONAL,
     .doc = &verify_doc},
    {"GET", "/api/export", ts_call_route, TS_SCOPE_READ, .doc = &export_doc},
    {"POST", "/api/export", ts_call_route, TS_SCOPE_READ, 0, TS_BODY_JSON, .doc = &export_some_doc},
};
const ts_family ts_family_keep = {routes, TS_COUNT_OF(routes)};
