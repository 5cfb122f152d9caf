/* fuzz: the file of settings: what is taken can be explained, what is refused changes nothing. */
#include <stdlib.h>
#include <string.h>

#include "base/config.h"

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t length);

static const char *const colours[] = {"red", "green", NULL};
static const ts_setting table[] = {
    {"server.listen", TS_SETTING_TEXT, "127.0.0.1:8080", "Address"},
    {"server.max_upload", TS_SETTING_SIZE, "32M", "Largest upload", .min = 1024, .max = 1099511627776},
    {"server.timeout", TS_SETTING_DURATION, "30s", "Patience", .min = 1, .max = 86400000},
    {"server.threads", TS_SETTING_INT, "4", "Threads", .min = 1, .max = 64},
    {"server.secret", TS_SETTING_TEXT, "", "A token", .secret = true},
    {"tags.threshold", TS_SETTING_REAL, "0.5", "From here on", .max = 1},
    {"tags.people", TS_SETTING_BOOL, "yes", "Whether"},
    {"tags.languages", TS_SETTING_LIST, "en, de", "Languages"},
    {"tags.colour", TS_SETTING_CHOICE, "red", "Which", .choices = colours},
};
enum { COUNT = sizeof table / sizeof *table };

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t length)
{
    ts_error err = {0};
    ts_buf text = {0};
    ts_config *config = ts_config_new(table, COUNT, &err);
    if (!config) abort();
    bool taken = ts_config_read_text(config, (const char *)bytes, length, "fuzz", &err);
    if (!taken && (err.code == TS_OK || !err.message[0])) abort();
    for (size_t i = 0; i < COUNT; i++)
        if (!taken && !ts_config_is_default(config, table[i].name)) abort();
    int64_t threads = ts_config_int(config, "server.threads");
    double threshold = ts_config_real(config, "tags.threshold");
    size_t count = 0;
    const char *const *list = ts_config_list(config, "tags.languages", &count);
    if (threads < 1 || threads > 64 || !(threshold >= 0 && threshold <= 1) || list[count]) abort();
    if (!ts_config_explain(config, &text)) abort();
    ts_buf_free(&text);
    ts_config_free(config);
    return 0;
}
