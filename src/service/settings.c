/* service: what can be set, and what it means for an open data folder. */
#include "service/settings.h"

#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/file.h"
#include "vocab/vocab.h"

static const char *const log_formats[] = {"text", "json", NULL};
static const char *const log_levels[] = {"error", "warn", "info", "debug", NULL};
static const char *const precisions[] = {"auto", "f32", NULL};

static const ts_setting table[] = {
    {"data.dir", TS_SETTING_TEXT, "",
     "Folder that holds everything: catalogue, originals, thumbnails, keys. Empty: "
     "tagsmith/data in your own data folder"},
    {"server.listen", TS_SETTING_TEXT, "127.0.0.1:8080", "Address and port; port 0 takes any that is free"},
    {"server.public_url", TS_SETTING_TEXT, "",
     "What links begin with, such as https://pictures.example.org. Empty: "
     "relative links"},
    {"server.hosts", TS_SETTING_LIST, "",
     "Names that clients may call this server by; others are refused (421), which "
     "keeps foreign pages from reaching it by a name of theirs. Empty: any"},
    {"server.trusted_proxies", TS_SETTING_LIST, "", "Addresses whose X-Forwarded headers are believed"},
    {"server.max_upload", TS_SETTING_SIZE, "64M", "Largest request body", .min = 1024, .max = 1e12},
    {"server.max_connections", TS_SETTING_INT, "2048", "Connections at once", .min = 1, .max = 65536},
    {"server.workers", TS_SETTING_INT, "16", "Requests answered at once", .min = 1, .max = 512},
    {"server.queue", TS_SETTING_INT, "256",
     "Requests that may wait for that; more are told to come back (503)", .min = 1, .max = 100000},
    {"server.rate_per_minute", TS_SETTING_INT, "0",
     "Requests a minute of a key that has no rate of its own; 0: no limit", .min = 0, .max = 1e9},
    {"server.open_metrics", TS_SETTING_BOOL, "no",
     "Programs on this machine may read /metrics without a key. Requests that a proxy forwarded still need "
     "one"},
    {"server.drain", TS_SETTING_DURATION, "20s", "How long work in hand may take to finish on shutdown",
     .min = 0, .max = 3600000},
    {"tagging.jobs", TS_SETTING_INT, "0", "Pictures in hand at once; 0: the cores and one more", .min = 0,
     .max = 1024},
    {"tagging.max_memory", TS_SETTING_SIZE, "0",
     "Stay within this: fewer pictures at once, smaller decoders; 0: no limit", .min = 0, .max = 1e15},
    {"tagging.max_pixels", TS_SETTING_SIZE, "0", "Largest picture in pixels; 0: the usual 100 million",
     .min = 0, .max = 8e9},
    {"tagging.timeout", TS_SETTING_DURATION, "0", "For decoding one picture; 0: the usual 10 s", .min = 0,
     .max = 600000},
    {"tagging.precision", TS_SETTING_CHOICE, "auto", "auto uses bf16 where it was checked against f32",
     .choices = precisions},
    {"tagging.models", TS_SETTING_TEXT, "", "Where the networks lie. Empty: the usual places"},
    {"jobs.workers", TS_SETTING_INT, "0", "Background pictures in hand at once; 0: as many as tagging.jobs",
     .min = 0, .max = 64},
    {"jobs.queue", TS_SETTING_INT, "100000", "Jobs that may wait; more are refused (503)", .min = 1,
     .max = 1e8},
    {"jobs.attempts", TS_SETTING_INT, "3", "Tries before a picture is put into quarantine", .min = 1,
     .max = 100},
    {"jobs.sync_wait", TS_SETTING_DURATION, "15s",
     "How long an upload waits for its turn before it becomes a job", .min = 100, .max = 600000},
    {"jobs.max_waiting", TS_SETTING_INT, "64", "Uploads that may wait for a turn; more are refused (503)",
     .min = 1, .max = 100000},
    {"fetch.allow_private", TS_SETTING_BOOL, "no", "Fetch from and send webhooks into private networks"},
    {"fetch.allow", TS_SETTING_LIST, "", "Further addresses that may be reached: 10.1.0.0/16, nas.home:8080"},
    {"fetch.timeout", TS_SETTING_DURATION, "15s", "For fetching one picture, redirects included", .min = 100,
     .max = 600000},
    {"webhooks.pauses", TS_SETTING_LIST, "5s, 1m, 5m, 30m, 2h, 6h, 14h",
     "How long to wait after the first, second, ... try that failed; after the last one a delivery is given "
     "up and "
     "kept. Empty: one try"},
    {"webhooks.timeout", TS_SETTING_DURATION, "15s", "For one delivery, until the receiver has answered",
     .min = 100, .max = 55000},
    {"captioner.url", TS_SETTING_TEXT, "",
     "A server that describes pictures by OpenAI's API, such as https://models.example.org/v1; its address "
     "must be "
     "public or stand in fetch.allow. Visible pictures are sent there. Empty: texts are made from tags "
     "alone"},
    {"captioner.model", TS_SETTING_TEXT, "", "What that server calls its model"},
    {"captioner.key_file", TS_SETTING_TEXT, "",
     "File that holds the key for it; or TAGSMITH_CAPTIONER_KEY in the environment. Empty: no key"},
    {"captioner.languages", TS_SETTING_LIST, "en", "Languages to ask for: en, zh, fr, de, es, ja, ko"},
    {"captioner.timeout", TS_SETTING_DURATION, "60s", "For one picture", .min = 100, .max = 600000},
    {"captioner.max_side", TS_SETTING_INT, "400", "Longer side of the picture that is sent, in pixels",
     .min = 64, .max = 4096},
    {"imagetag.keep", TS_SETTING_BOOL, "no",
     "Keep pictures that come in by the AI Image Tag API; else they are tagged and forgotten"},
    {"log.level", TS_SETTING_CHOICE, "info", "Least grave lines that are written", .choices = log_levels},
    {"log.format", TS_SETTING_CHOICE, "text", "text to read, json to collect", .choices = log_formats},
};

const ts_setting *ts_settings(size_t *count)
{
    *count = sizeof table / sizeof *table;
    return table;
}

ts_config *ts_settings_load(const char *file, ts_error *err)
{
    ts_error none = {0};
    ts_arena *arena = ts_arena_new(0);
    ts_config *config = arena ? ts_config_new(table, sizeof table / sizeof *table, err) : NULL;
    if (arena && !file) file = ts_config_find_file(arena, &none);
    bool ok = config && none.code == TS_OK && (!file || ts_config_read_file(config, file, err)) &&
              ts_config_read_environment(config, environ, err);
    if (!arena) (void)ts_fail_memory(err);
    if (none.code != TS_OK && err) *err = none;
    ts_arena_free(arena);
    if (ok) return config;
    ts_config_free(config);
    return NULL;
}

const char *ts_settings_data_dir(const ts_config *config, ts_arena *arena, ts_error *err)
{
    const char *set = ts_config_text(config, "data.dir");
    const char *home = getenv("HOME"), *data = getenv("XDG_DATA_HOME");
    const char *dir = set[0]            ? ts_arena_strdup(arena, set)
                      : data && data[0] ? ts_path_join(arena, data, "tagsmith/data")
                      : home && home[0] ? ts_path_join(arena, home, ".local/share/tagsmith/data")
                                        : NULL;
    if (!dir) (void)ts_fail(err, TS_USAGE, "which data folder? There is no home folder: say --data DIR");
    return dir;
}

static const char *text_or_null(const ts_config *config, const char *name)
{
    const char *text = ts_config_text(config, name);
    return text[0] ? text : NULL;
}

static ts_tagger_setup tagger_of(const ts_config *config)
{
    return (ts_tagger_setup){.models_dir = text_or_null(config, "tagging.models"),
                             .precision = ts_config_text(config, "tagging.precision"),
                             .jobs = (unsigned)ts_config_int(config, "tagging.jobs"),
                             .max_memory = (uint64_t)ts_config_int(config, "tagging.max_memory"),
                             .max_pixels = (uint64_t)ts_config_int(config, "tagging.max_pixels"),
                             .max_bytes = (uint64_t)ts_config_int(config, "server.max_upload"),
                             .timeout_ms = (uint32_t)ts_config_int(config, "tagging.timeout")};
}

static bool read_pauses(const ts_config *config, ts_arena *arena, ts_service_options *options, ts_error *err)
{
    static const char name[] = "webhooks.pauses";
    enum { most = 50, longest_ms = 7 * 24 * 3600 * 1000 };
    size_t count = 0;
    const char *const *texts = ts_config_list(config, name, &count);
    int64_t *pauses = TS_NEW_ARRAY(arena, count + 1, int64_t);
    if (!pauses) return ts_fail_memory(err);
    if (count > most) return ts_fail(err, TS_CONFIG, "%s must be at most %d durations", name, most);
    for (size_t i = 0; i < count; i++)
        if (!ts_duration_parse(texts[i], &pauses[i]) || pauses[i] > longest_ms)
            return ts_fail(err, TS_CONFIG,
                           "%s must be durations such as 30s or 5m, at most 7d each, not \"%.80s\"", name,
                           texts[i]);
    options->webhook_pauses_ms = pauses;
    options->webhook_pause_count = count;
    return true;
}

static bool read_key(const char *file, ts_arena *arena, const char **key, ts_error *err)
{
    ts_buf text = {0};
    const char *own = getenv("TAGSMITH_CAPTIONER_KEY");
    *key = own && own[0] ? own : NULL;
    if (*key || !file) return true;
    bool ok = ts_file_read(file, 4096, &text, err);
    size_t length = ok && text.data ? strcspn(text.data, "\r\n") : 0;
    if (ok && length > 0) *key = ts_arena_strndup(arena, text.data, length);
    ts_buf_free(&text);
    return ok;
}

static bool read_captioner(const ts_config *config, ts_arena *arena, ts_captioner_setup *out, ts_error *err)
{
    ts_language language;
    *out = (ts_captioner_setup){.url = text_or_null(config, "captioner.url"),
                                .model = ts_config_text(config, "captioner.model"),
                                .timeout_ms = (uint32_t)ts_config_int(config, "captioner.timeout"),
                                .max_side = (uint32_t)ts_config_int(config, "captioner.max_side")};
    out->languages = ts_config_list(config, "captioner.languages", &out->language_count);
    for (size_t i = 0; i < out->language_count; i++)
        if (!ts_language_find(out->languages[i], &language) ||
            strcmp(out->languages[i], ts_language_code(language)) != 0)
            return ts_fail(err, TS_CONFIG, "captioner.languages must be some of en, zh, fr, de, es, ja, ko");
    if (out->url && (!out->model[0] || out->language_count == 0))
        return ts_fail(err, TS_CONFIG,
                       "captioner.url needs captioner.model and captioner.languages beside it");
    return !out->url || read_key(text_or_null(config, "captioner.key_file"), arena, &out->key, err);
}

bool ts_settings_service(const ts_config *config, ts_arena *arena, ts_service_options *options, ts_error *err)
{
    *options = (ts_service_options){.data_dir = ts_settings_data_dir(config, arena, err),
                                    .public_url = text_or_null(config, "server.public_url"),
                                    .tagger = tagger_of(config),
                                    .job_workers = (unsigned)ts_config_int(config, "jobs.workers"),
                                    .max_queue = (size_t)ts_config_int(config, "jobs.queue"),
                                    .max_waiting = (size_t)ts_config_int(config, "jobs.max_waiting"),
                                    .sync_ms = (uint32_t)ts_config_int(config, "jobs.sync_wait"),
                                    .max_attempts = (unsigned)ts_config_int(config, "jobs.attempts"),
                                    .allow_private_addresses = ts_config_bool(config, "fetch.allow_private")};
    options->allow_hosts = ts_config_list(config, "fetch.allow", &options->allow_host_count);
    options->fetch_ms = (uint32_t)ts_config_int(config, "fetch.timeout");
    options->webhook_ms = (uint32_t)ts_config_int(config, "webhooks.timeout");
    return options->data_dir != NULL && read_pauses(config, arena, options, err) &&
           read_captioner(config, arena, &options->captioner, err);
}
