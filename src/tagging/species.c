/* tagging: animals that may be other animals. A detector that knows ten of them takes every other for one of the ten: a
 * warthog for a sheep, an ostrich for a cow. A classifier that knows four hundred has an opinion on each of the ten, too; the
 * surer it is of an animal that is none of that kind, the more is the box doubted. And an animal's face is no
 * person's. It must not know files, users or output. */
#include "tagging/belief.h"

/* Of 12 such boxes on ImageNet photographs none was right, but for a lynx called cat and a wolf called dog. */
#define OTHER_ANIMAL 1.6F /* taken from the logit where all is another animal's */
#define ANIMAL_FACE 2.0F  /* ... of faces without a body: animals have them, too */
#define CLASS_FLOOR 0.001F

/* The share of the classifier's word that is at or below a concept. */
static float share_below(const ts_vocab *vocab, const ts_distribution *seen, ts_concept top)
{
    float share = 0;
    for (uint32_t class = 0; class < seen->count; class ++) {
        if (seen->probabilities[class] < CLASS_FLOOR) continue;
        ts_concept concept = ts_vocab_map_class(vocab, seen->scheme, class, NULL);
        if (concept == TS_CONCEPT_NONE) continue;
        if (concept == top || ts_vocab_is_ancestor(vocab, top, concept)) share += seen->probabilities[class];
    }
    return share;
}

static bool has_person(const ts_vocab *vocab, const ts_seen *seen)
{
    ts_concept person = ts_vocab_find(vocab, "people/person");
    for (size_t i = 0; i < seen->count; i++) {
        const ts_observation *o = &seen->items[i];
        if (o->has_box && ts_vocab_map_class(vocab, o->scheme, o->key, NULL) == person && ts_box_is_listed(o))
            return true;
    }
    return false;
}

void ts_doubt_species(const ts_vocab *vocab, ts_seen *seen)
{
    ts_concept animal = ts_vocab_find(vocab, "object/animal");
    if (!seen->distribution || animal == TS_CONCEPT_NONE) return;
    float animals = share_below(vocab, seen->distribution, animal);
    if (!has_person(vocab, seen)) ts_doubt_faces(seen, ANIMAL_FACE * animals);
    for (size_t i = 0; animals > 0 && i < seen->count; i++) {
        ts_observation *o = &seen->items[i];
        ts_concept kind = ts_vocab_map_class(vocab, o->scheme, o->key, NULL);
        if (!o->has_box || kind == TS_CONCEPT_NONE || !ts_vocab_is_ancestor(vocab, animal, kind)) continue;
        o->doubt += OTHER_ANIMAL * (animals - share_below(vocab, seen->distribution, kind));
    }
}
