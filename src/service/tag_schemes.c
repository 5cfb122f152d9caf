/* service: the schemes of one tagging run: from files, texts or the program. Knows no data folder. */
#include "service/tag_schemes.h"

#include <string.h>

#include "base/file.h"

static ts_scheme *read_path(const ts_scheme_source *source, ts_error *err)
{
    ts_buf text = {0};
    ts_scheme *scheme = NULL;
    if (ts_file_read(source->path, TS_SCHEME_BYTES_MAX, &text, err)) {
        scheme = ts_scheme_read(source->name, text.data ? text.data : "", text.length, TS_SCHEME_AUTO, err);
        if (!scheme) (void)ts_fail_prefix(err, "%s", source->path);
    }
    ts_buf_free(&text);
    return scheme;
}

static ts_scheme *open_one(ts_tag_schemes *schemes, const ts_scheme_source *source, const char *vocab_dir,
                           ts_error *err)
{
    if (source->path) return read_path(source, err);
    if (source->text)
        return ts_scheme_read(source->name, source->text, strlen(source->text), TS_SCHEME_CSV, err);
    if (!schemes->vocab) schemes->vocab = ts_vocab_open(vocab_dir, err);
    return schemes->vocab ? ts_scheme_built_in(source->name, schemes->vocab, vocab_dir, err) : NULL;
}

static bool check_sources(const ts_tag_request *request, ts_error *err)
{
    if (request->scheme_count > TS_SCHEMES_MAX)
        return ts_fail(err, TS_USAGE, "at most %d schemes at once", TS_SCHEMES_MAX);
    for (size_t i = 0; i < request->scheme_count; i++)
        for (size_t k = 0; k < i; k++)
            if (strcmp(request->schemes[i].name, request->schemes[k].name) == 0)
                return ts_fail(err, TS_USAGE, "the scheme \"%s\" is named twice", request->schemes[i].name);
    return true;
}

/* The first of "de,en". */
static void set_language(ts_tag_schemes *schemes, const char *languages)
{
    size_t length = languages ? strcspn(languages, ",") : 0;
    bool fits = length > 0 && length < sizeof schemes->language && strcmp(languages, "none") != 0;
    memcpy(schemes->language, fits ? languages : "en", fits ? length : 2);
    schemes->language[fits ? length : 2] = '\0';
}

bool ts_tag_schemes_open(ts_tag_schemes *schemes, const ts_tag_request *request, const char *vocab_dir,
                         ts_error *err)
{
    static const ts_scheme_source goods = {.name = TS_PRODUCT_TAXONOMY};
    if (!check_sources(request, err)) return false;
    set_language(schemes, request->languages);
    for (size_t i = 0; i < request->scheme_count; i++) {
        schemes->owned[i] = open_one(schemes, &request->schemes[i], vocab_dir, err);
        if (!schemes->owned[i]) return false;
        schemes->how.schemes[schemes->how.count++] = schemes->owned[i];
    }
    schemes->how.language = schemes->language;
    schemes->how.only = request->scheme_only;
    schemes->how.once = true;
    schemes->how.relabel = true;
    if (!request->product) return true;
    schemes->taxonomy = open_one(schemes, &goods, vocab_dir, err);
    return schemes->taxonomy != NULL;
}

void ts_tag_schemes_close(ts_tag_schemes *schemes)
{
    for (size_t i = 0; i < TS_SCHEMES_MAX; i++) ts_scheme_free(schemes->owned[i]);
    ts_scheme_free(schemes->taxonomy);
    ts_vocab_close(schemes->vocab);
    *schemes = (ts_tag_schemes){0};
}

bool ts_tag_schemes_apply(const ts_tag_schemes *schemes, ts_arena *arena, ts_record *record, ts_error *err)
{
    if (schemes->taxonomy && !ts_product_find(schemes->taxonomy, schemes->language, arena, record, err))
        return false;
    return ts_scheme_tags_apply(&schemes->how, arena, record, err);
}
