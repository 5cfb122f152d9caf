/* tagging: persons who may be empty clothes. A coat that is laid out has the shape of whoever wears it, and a detector takes
 * it for one. Who fills a picture shows a face, or their back, which is seldom: where the face analyser looked and found
 * none, the box is doubted, and more so the more the classifier sees clothes. It must not know files, users or output. */
#include <math.h>
#include <string.h>

#include "tagging/belief.h"

/* Of 79 COCO photographs with people three have one large person without a face; of 159 photographs of garments 37 have
 * such a box, and nobody in them. */
#define FILLS_FROM 0.4F /* share of the picture */
#define FACELESS 2.0F   /* taken from the logit */
#define CLOTHES 4.0F    /* ... and this times how sure it is that they are clothes */
#define THINGS 2.5F     /* the same for boxes of other things, without a face in the picture */
#define FACES 3.0F /* ... for faces: prints and folds, as five of five were where garments were laid out */
#define SURE_FACE 0.25F /* what is left of a face that may be one */

static float share_of_clothes(const ts_vocab *vocab, const ts_distribution *seen)
{
    ts_concept clothing = ts_vocab_find(vocab, "object/clothing");
    float share = 0;
    for (uint32_t class = 0; seen && clothing != TS_CONCEPT_NONE && class < seen->count; class ++) {
        if (seen->probabilities[class] < 0.001F) continue;
        ts_concept concept = ts_vocab_map_class(vocab, seen->scheme, class, NULL);
        if (concept != TS_CONCEPT_NONE && ts_vocab_is_ancestor(vocab, clothing, concept))
            share += seen->probabilities[class];
    }
    return fminf(share, 1);
}

/* How sure it is that garments lie or hang there: by the classes that are clothes, and by the gist of the whole. */
static float sight_of_clothes(const ts_vocab *vocab, const ts_seen *seen)
{
    return fmaxf(share_of_clothes(vocab, seen->distribution), ts_gist_of(seen, "clothes", 0));
}

/* Folds and prints look like many things: telephones, suitcases, beds. */
static void doubt_things(const ts_vocab *vocab, ts_seen *seen, float clothes)
{
    ts_concept person = ts_vocab_find(vocab, "people/person");
    for (size_t i = 0; i < seen->count; i++) {
        ts_observation *o = &seen->items[i];
        if (o->has_box && ts_vocab_map_class(vocab, o->scheme, o->key, NULL) != person)
            o->doubt += THINGS * clothes;
    }
}

/* The one listed box of a person, or NULL where there are none or several. */
static ts_observation *lone_person(const ts_vocab *vocab, const ts_seen *seen)
{
    ts_concept person = ts_vocab_find(vocab, "people/person");
    ts_observation *found = NULL;
    for (size_t i = 0; i < seen->count && person != TS_CONCEPT_NONE; i++) {
        ts_observation *o = &seen->items[i];
        if (!o->has_box || !ts_box_is_listed(o)) continue;
        if (ts_vocab_map_class(vocab, o->scheme, o->key, NULL) != person) continue;
        if (found) return NULL;
        found = o;
    }
    return found;
}

static bool has_sure_face(const ts_seen *seen)
{
    for (size_t i = 0; i < seen->face_count; i++)
        if (seen->faces[i].score >= SURE_FACE) return true;
    return false;
}

void ts_doubt_garments(const ts_vocab *vocab, const ts_picture_info *picture, ts_seen *seen)
{
    ts_doubt_faces(seen, FACES * ts_gist_of(seen, "clothes", 0));
    if (!seen->has_faces || has_sure_face(seen)) return;
    float clothes = sight_of_clothes(vocab, seen);
    doubt_things(vocab, seen, clothes);
    ts_observation *person = lone_person(vocab, seen);
    float area = (float)picture->width * (float)picture->height;
    if (!person || person->box.width * person->box.height < FILLS_FROM * area) return;
    person->doubt += FACELESS + CLOTHES * clothes;
}
