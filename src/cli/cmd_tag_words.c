/* cli: the vocabularies of `tagsmith tag --scheme`: files, those of a data folder, those that come with the program. */
#include <stdlib.h>
#include <string.h>

#include "base/file.h"
#include "cli/vocab.h"

void ts_vocab_name_of(const char *path, char name[65])
{
    size_t length = 0;
    for (const char *c = ts_path_base(path); *c && *c != '.' && length < 64; c++) {
        bool capital = *c >= 'A' && *c <= 'Z', plain = (*c >= 'a' && *c <= 'z') || (*c >= '0' && *c <= '9');
        char sign = capital ? (char)(*c - 'A' + 'a') : plain || *c == '_' ? *c : '-';
        if (plain || capital || length > 0) name[length++] = sign;
    }
    name[length] = '\0';
}

static bool is_file(const char *word)
{
    return strchr(word, '/') || strchr(word, '.') || ts_file_exists(word);
}

static bool comes_with_us(const char *word)
{
    return strcmp(word, "core") == 0 || strcmp(word, "google-product") == 0 ||
           strcmp(word, "iptc-mediatopic") == 0;
}

static char *ask_folder(const ts_call *call, const ts_server_settings *server, const char *name,
                        ts_error *err)
{
    ts_buf target = {0}, text = {0};
    bool ok = ts_vocab_target(&target, name, "/file?format=csv", err);
    ts_server_ask ask = {.method = "GET", .target = target.data};
    ok = ok && ts_server_text(call, server, &ask, &text, err);
    ts_buf_free(&target);
    if (ok && !text.data) ok = ts_fail(err, TS_INTERNAL, "the scheme %s is empty", name);
    if (!ok) ts_buf_free(&text);
    return ok ? text.data : NULL;
}

static bool load_one(ts_scheme_source *source, const ts_call *call, const ts_server_settings *server,
                     const char *word, ts_error *err)
{
    char own[65];
    bool file = is_file(word);
    if (file) ts_vocab_name_of(word, own);
    source->name = strdup(file ? own : word);
    if (file) source->path = strdup(word);
    if (!source->name || (file && !source->path)) return ts_fail_memory(err);
    /* What the user has set on the program's own schemes lies in a data folder, too: of one that was named. */
    if (file || (comes_with_us(word) && !server->data)) return true;
    source->text = ask_folder(call, server, word, err);
    return source->text != NULL;
}

bool ts_tag_words_load(ts_tag_words *words, const ts_call *call, const ts_server_settings *server,
                       const char *list, ts_error *err)
{
    size_t most = 1;
    for (const char *c = list; c && *c; c++) most += *c == ',';
    words->sources = list ? calloc(most, sizeof *words->sources) : NULL;
    if (list && !words->sources) return ts_fail_memory(err);
    while (list && *list) {
        size_t length = strcspn(list, ",");
        char *word = strndup(list, length);
        if (!word) return ts_fail_memory(err);
        bool ok = true;
        if (*word) ok = load_one(&words->sources[words->count++], call, server, word, err);
        free(word);
        if (!ok) return false;
        list += length + (list[length] == ',');
    }
    return true;
}

void ts_tag_words_free(ts_tag_words *words)
{
    for (size_t i = 0; i < words->count; i++) {
        free((char *)(uintptr_t)words->sources[i].name);
        free((char *)(uintptr_t)words->sources[i].path);
        free((char *)(uintptr_t)words->sources[i].text);
    }
    free(words->sources);
    *words = (ts_tag_words){0};
}
