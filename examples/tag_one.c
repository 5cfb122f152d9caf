/* Tags one picture and prints what is on it: the whole public API in a dozen lines.
 *     cc tag_one.c $(pkg-config --cflags --libs tagsmith) -o tag_one && ./tag_one photo.jpg */
#include <stdio.h>
#include <tagsmith.h>

int main(int argc, char **argv)
{
    if (argc != 2) {
        fprintf(stderr, "usage: tag_one PICTURE\n");
        return 2;
    }
    ts_error err;
    tagsmith *tagger = tagsmith_open(NULL, &err);
    tagsmith_picture *picture = tagger ? tagsmith_tag_file(tagger, argv[1], &err) : NULL;
    for (size_t i = 0; picture && i < tagsmith_tag_count(picture); i++) {
        const tagsmith_tag *tag = tagsmith_tag_at(picture, i);
        printf("%-10s %-24s %3.0f %%%s\n", tag->facet, tag->label, (double)tag->confidence * 100,
               tag->accepted ? "" : "  (suggested)");
    }
    if (!picture) fprintf(stderr, "%s\n%s\n", err.message, err.hint);
    int status = picture ? 0 : 1;
    tagsmith_picture_free(picture);
    tagsmith_close(tagger);
    return status;
}
