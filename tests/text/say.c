/* tests/text: a program for the scripts: lines in, what the text room makes of each out.
 *
 *   text_say tokens WORDS.bin        pieces of each line, as numbers
 *   text_say query|passage SHARE MODELS   the vector of each line, 384 floats in binary
 *
 * Speaks of nothing but the text room. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "text/text.h"
#include "text/tokens.h"

static int give_up(const ts_error *err)
{
    (void)fprintf(stderr, "%s\n", err->message);
    return 1;
}

static bool say_tokens(const ts_words *words, const char *line, size_t length, ts_error *err)
{
    ts_buf normal = {0};
    size_t capacity = length * 20 + 1, count = 0;
    uint32_t *pieces = calloc(capacity, sizeof *pieces);
    bool ok = pieces && ts_text_normalise(words, "", line, length, &normal, err) &&
              ts_text_cut(words, normal.data, normal.length, pieces, capacity, &count, err);
    for (size_t i = 0; i < count && ok; i++) (void)printf("%s%u", i ? " " : "", pieces[i]);
    if (ok) (void)putchar('\n');
    free(pieces);
    ts_buf_free(&normal);
    return ok;
}

static int tokens(const char *path)
{
    ts_words words;
    ts_error err = {0};
    char *line = NULL;
    size_t room = 0;
    ssize_t length = 0;
    bool ok = ts_words_open(path, &words, &err);
    while (ok && (length = getline(&line, &room, stdin)) > 0)
        ok = say_tokens(&words, line, (size_t)length - (line[length - 1] == '\n'), &err);
    free(line);
    ts_words_close(&words);
    return ok ? 0 : give_up(&err);
}

static int vectors(ts_text_kind kind, const char *share, const char *models)
{
    ts_error err = {0};
    char *line = NULL;
    size_t room = 0;
    ssize_t length = 0;
    float vector[TS_TEXT_DIMS_MAX];
    ts_packs *packs = ts_packs_open(share, models, &err);
    ts_text_encoder *encoder = packs ? ts_text_open(packs, &(ts_text_options){0}, &err) : NULL;
    bool ok = encoder != NULL;
    while (ok && (length = getline(&line, &room, stdin)) > 0) {
        if (line[length - 1] == '\n') line[length - 1] = '\0';
        ok = ts_text_encode(encoder, &(const char *){line}, 1, kind, vector, &err);
        if (ok) (void)fwrite(vector, sizeof *vector, ts_text_dims(encoder), stdout);
    }
    free(line);
    ts_text_close(encoder);
    ts_packs_close(packs);
    return ok ? 0 : give_up(&err);
}

int main(int argc, char **argv)
{
    if (argc == 3 && strcmp(argv[1], "tokens") == 0) return tokens(argv[2]);
    if (argc == 4 && strcmp(argv[1], "query") == 0) return vectors(TS_TEXT_QUERY, argv[2], argv[3]);
    if (argc == 4 && strcmp(argv[1], "passage") == 0) return vectors(TS_TEXT_PASSAGE, argv[2], argv[3]);
    (void)fputs("usage: text_say tokens WORDS | query SHARE MODELS | passage SHARE MODELS\n", stderr);
    return 2;
}
