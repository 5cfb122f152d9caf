/* fuzz: any bytes as a path, a label or a message: the JSON must be JSON, the HTML must hold no markup of theirs, and
 * an escaped path must come back. */
#include <jansson.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "base/error.h"
#include "exchange/exchange.h"
#include "exchange/report.h"

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t length);

static void check_path(const char *path)
{
    ts_buf text = {0};
    ts_buf back = {0};
    if (!ts_path_escape(path, " ", &text)) abort();
    if (text.length && !ts_path_unescape(text.data, text.length, &back)) abort();
    if (strcmp(back.data ? back.data : "", path) != 0) abort();
    ts_buf_free(&back);
    ts_buf_free(&text);
}

static void check_line(const char *path, const ts_error *err)
{
    ts_buf line = {0};
    if (!ts_ndjson_error(path, err, &line)) abort();
    if (memchr(line.data, '\n', line.length) != line.data + line.length - 1) abort();
    json_t *root = json_loadb(line.data, line.length, JSON_REJECT_DUPLICATES, NULL);
    if (!root) abort();
    json_decref(root);
    ts_buf_free(&line);
}

static size_t count_of(const char *text, char c)
{
    size_t count = 0;
    for (; *text; text++) count += *text == c;
    return count;
}

/* As many brackets as a card of harmless words has. */
static void check_card(const char *path, const ts_error *err)
{
    ts_buf card = {0};
    ts_buf plain = {0};
    ts_error tame = *err;
    tame.message[0] = '\0';
    tame.hint[0] = err->hint[0] ? 'x' : '\0';
    tame.hint[1] = '\0';
    if (!ts_report_error_card(path, path, err, &card) || !ts_report_error_card("a", "a", &tame, &plain))
        abort();
    if (count_of(card.data, '<') != count_of(plain.data, '<')) abort();
    if (count_of(card.data, '"') != count_of(plain.data, '"')) abort();
    ts_buf_free(&plain);
    ts_buf_free(&card);
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t length)
{
    char *path = malloc(length + 1);
    if (!path) return 0;
    memcpy(path, bytes, length);
    path[length] = '\0';
    ts_error err = {0};
    (void)ts_fail(&err, TS_CORRUPT, "%s", path);
    (void)ts_hint(&err, "%s", path);
    check_path(path);
    check_line(path, &err);
    check_card(path, &err);
    ts_buf shown = {0};
    if (!ts_text_error(path, &err, false, &shown) || strchr(shown.data, '\033')) abort();
    ts_buf_free(&shown);
    free(path);
    return 0;
}
