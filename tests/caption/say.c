/* Says what the captions are of pictures written as lines of text on standard input: for those who edit the tables, and
 * to make tests/caption/expected.LANGUAGE.tsv anew (then read every line of it).
 *
 *     build/tests/caption/say vocab de < tests/caption/pictures.txt */
#include "house.h"

static void say(const ts_captioner *captioner, const ts_vocab *vocab, const char *line, ts_language language)
{
    said_picture picture;
    ts_caption caption = {0};
    ts_error err = {0};
    ts_arena *arena = ts_arena_new(0);
    read_picture(&picture, vocab, line);
    if (arena && ts_caption_write(captioner, &picture.input, language, arena, &caption, &err))
        printf("%s\t%s\t%s\t%s\n", line, caption.title, caption.description, caption.alt_text);
    ts_arena_free(arena);
}

int main(int argc, char **argv)
{
    ts_error err = {0};
    ts_language language = TS_LANGUAGE_EN;
    if (argc < 3 || !ts_language_find(argv[2], &language)) {
        fprintf(stderr, "usage: say VOCAB LANGUAGE < pictures.txt\n");
        return 2;
    }
    ts_vocab *vocab = ts_vocab_open(argv[1], &err);
    ts_captioner *captioner = vocab ? ts_captioner_open(vocab, argv[1], TS_LANGUAGE_ALL, &err) : NULL;
    char line[512];
    if (!captioner) fprintf(stderr, "%s\n", err.message);
    printf("picture\ttitle\tdescription\talt_text\n");
    while (captioner && fgets(line, sizeof line, stdin)) {
        line[strcspn(line, "\n")] = '\0';
        if (line[0] && line[0] != '#') say(captioner, vocab, line, language);
    }
    int rc = captioner ? 0 : 1;
    ts_captioner_close(captioner);
    ts_vocab_close(vocab);
    return rc;
}
