/* search: makes a record of a picture: names become numbers, texts words, vectors bytes. Drafts are made by
 * several threads with the names that the index has; what is new is named by the writer's thread, which takes
 * the lock only for that. */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/error.h"
#include "search/store.h"
#include "search/vectors.h"

/* ---- names ---- */

/* Once a batch: whoever waits for running searches should not do so for each new word. */
static void lock_names(ts_index *index)
{
    if (!index->maker.is_locked) pthread_rwlock_wrlock(&index->lock);
    index->maker.is_locked = true;
}

void ts_record_unlock(ts_index *index)
{
    if (index->maker.is_locked) pthread_rwlock_unlock(&index->lock);
    index->maker.is_locked = false;
}

/* The number of a text in a dictionary that readers also use. */
static uint32_t intern(ts_hand *hand, ts_dict *dict, const char *text, size_t length, uint32_t value)
{
    uint32_t found = ts_dict_find(dict, text, length);
    if (found != TS_DICT_NONE) return found;
    hand->lacks_name = !hand->may_name;
    if (!hand->may_name) return TS_DICT_NONE;
    lock_names(hand->index);
    return ts_dict_add(dict, text, length, value);
}

static const char *fold(ts_hand *hand, const char *text)
{
    ts_buf *folded = &hand->folded;
    ts_buf_clear(folded);
    return ts_text_fold(text, folded) && folded->data ? folded->data : "";
}

static uint32_t facet_number(ts_hand *hand, const char *facet)
{
    ts_index *index = hand->index;
    const char *name = facet && *facet ? facet : "word";
    if (index->facets.count >= TS_FACETS_MAX &&
        ts_dict_find(&index->facets, name, strlen(name)) == TS_DICT_NONE)
        name = "word";
    return intern(hand, &index->facets, name, strlen(name), 0);
}

static bool keep_label(ts_hand *hand, uint32_t word, const char *label)
{
    ts_index *index = hand->index;
    if (word < index->free_label_capacity && index->free_labels[word]) return true;
    hand->lacks_name = !hand->may_name;
    if (!hand->may_name) return false;
    char *copy = strndup(label, 256);
    if (!copy) return false;
    lock_names(index);
    bool good = word < index->free_label_capacity;
    if (!good) {
        size_t capacity = word * (size_t)2 + 64;
        char **labels = reallocarray(index->free_labels, capacity, sizeof *labels);
        if (labels) {
            memset(labels + index->free_label_capacity, 0,
                   (capacity - index->free_label_capacity) * sizeof *labels);
            index->free_labels = labels;
            index->free_label_capacity = capacity;
            good = true;
        }
    }
    if (good) index->free_labels[word] = copy;
    if (!good) free(copy);
    return good;
}

static uint32_t free_term(ts_hand *hand, const char *word, const char *facet)
{
    ts_index *index = hand->index;
    uint32_t facet_of = facet_number(hand, facet);
    ts_buf *key = &hand->folded;
    ts_buf_clear(key);
    if (!*word || facet_of == TS_DICT_NONE) return TS_NONE;
    if (!ts_free_key(word, index->facets.entries[facet_of].text, key) || !key->length) return TS_NONE;
    if (index->concepts + index->free_words.count >= TS_TERMS_MAX) return TS_NONE;
    uint32_t number = intern(hand, &index->free_words, key->data, key->length, facet_of);
    if (number == TS_DICT_NONE || !keep_label(hand, number, word)) return TS_NONE;
    return (uint32_t)index->concepts + number;
}

/* A concept that this vocabulary does not know is kept as a free word of its facet. */
static uint32_t term_of(ts_hand *hand, const ts_index_tag *tag)
{
    char facet[32];
    if (!tag->concept) return tag->word ? free_term(hand, tag->word, tag->facet) : TS_NONE;
    uint32_t concept = ts_dict_find(&hand->index->maker.ids, tag->concept, strlen(tag->concept));
    if (concept != TS_DICT_NONE) return concept;
    const char *slash = strchr(tag->concept, '/');
    if (!slash || (size_t)(slash - tag->concept) >= sizeof facet) return free_term(hand, tag->concept, NULL);
    memcpy(facet, tag->concept, (size_t)(slash - tag->concept));
    facet[slash - tag->concept] = '\0';
    return free_term(hand, tag->word ? tag->word : slash + 1, facet);
}

/* ---- lists ---- */

static bool push(ts_record *record, uint32_t word)
{
    size_t used = (size_t)record->place.tags + record->place.words + record->place.colours +
                  record->place.counts + record->place.name + record->place.hunches;
    if (used == record->capacity) {
        size_t capacity = record->capacity ? record->capacity * 2 : 128;
        uint32_t *data = reallocarray(record->data, capacity, sizeof *data);
        if (!data) return false;
        record->data = data;
        record->capacity = capacity;
    }
    record->data[used] = word;
    return true;
}

static bool make_stamps(ts_hand *hand, size_t count)
{
    if (count <= hand->stamp_count) return true;
    uint32_t *stamps = reallocarray(hand->stamps, count * 2, sizeof *stamps);
    if (!stamps) return false;
    memset(stamps + hand->stamp_count, 0, (count * 2 - hand->stamp_count) * sizeof *stamps);
    hand->stamps = stamps;
    hand->stamp_count = count * 2;
    return true;
}

static bool add_tag(ts_hand *hand, ts_record *record, const ts_index_tag *tag)
{
    uint32_t term = record->place.tags < TS_INDEX_TAGS_MAX ? term_of(hand, tag) : TS_NONE;
    if (hand->lacks_name) return false;
    if (term == TS_NONE) {
        record->lost_tags++;
        return true;
    }
    if (!make_stamps(hand, (size_t)term + 1)) return false;
    if (hand->stamps[term] == hand->stamp) return true; /* named twice: the first one counts */
    hand->stamps[term] = hand->stamp;
    unsigned source = (unsigned)tag->source < TS_SOURCE_IMPLIED ? (unsigned)tag->source : 0;
    unsigned state = (unsigned)tag->state <= TS_INDEX_REJECTED ? (unsigned)tag->state : 0;
    if (!push(record, TS_TAG_PACK(term, ts_level_of(tag->confidence), source, state))) return false;
    record->place.tags++;
    return true;
}

/* One broader concept: as sure, and in as good a state, as the best that implies it. */
static bool add_implied(ts_hand *hand, ts_record *record, ts_concept concept, uint32_t from,
                        size_t explicit_tags)
{
    if (hand->stamps[concept] == hand->stamp) {
        for (size_t i = explicit_tags; i < record->place.tags; i++) {
            uint32_t tag = record->data[i];
            if (TS_TAG_TERM(tag) != concept) continue;
            unsigned level = TS_TAG_LEVEL(tag) > TS_TAG_LEVEL(from) ? TS_TAG_LEVEL(tag) : TS_TAG_LEVEL(from);
            unsigned state = TS_TAG_STATE(tag) | TS_TAG_STATE(from); /* suggested 0, accepted 1 */
            record->data[i] = TS_TAG_PACK(concept, level, TS_SOURCE_IMPLIED, state);
        }
        return true;
    }
    if (record->place.tags >= TS_TAGS_ALL) return true;
    hand->stamps[concept] = hand->stamp;
    if (!push(record, TS_TAG_PACK(concept, TS_TAG_LEVEL(from), TS_SOURCE_IMPLIED, TS_TAG_STATE(from))))
        return false;
    record->place.tags++;
    return true;
}

/* A rejected "animal" stays rejected though a dog is there: it is stamped, so nothing implies it. */
static bool add_broader(ts_hand *hand, ts_record *record)
{
    const ts_index *index = hand->index;
    size_t explicit_tags = record->place.tags;
    for (size_t i = 0; i < explicit_tags; i++) {
        uint32_t tag = record->data[i];
        if (TS_TAG_TERM(tag) >= index->concepts || !TS_TAG_IS_SHOWN(tag)) continue;
        ts_concepts up = ts_vocab_ancestors(index->vocab, TS_TAG_TERM(tag));
        for (size_t k = 0; k < up.count; k++)
            if (!add_implied(hand, record, up.items[k], tag, explicit_tags)) return false;
    }
    return true;
}

/* What the file says it was taken with: counted and found in its facet. A level of 0 weighs nothing. */
static bool add_fact(ts_hand *hand, ts_record *record, const char *text, const char *facet)
{
    if (!text || !*text || record->place.tags >= TS_TAGS_ALL) return true;
    uint32_t term = free_term(hand, text, facet);
    if (hand->lacks_name) return false;
    if (term == TS_NONE) return true;
    if (!make_stamps(hand, (size_t)term + 1)) return false;
    if (hand->stamps[term] == hand->stamp) return true;
    hand->stamps[term] = hand->stamp;
    if (!push(record, TS_TAG_PACK(term, 0, TS_SOURCE_IMPLIED, TS_INDEX_ACCEPTED))) return false;
    record->place.tags++;
    return true;
}

/* Which of the four runs that store.h promises a tag belongs to. */
static unsigned run_of(const ts_index *index, uint32_t tag)
{
    if (!TS_TAG_IS_SHOWN(tag)) return 3;
    return TS_TAG_SOURCE(tag) == TS_SOURCE_IMPLIED ? 2 : TS_TAG_TERM(tag) >= index->concepts;
}

/* Within a run tags stay as they came. */
static void sort_tags(const ts_index *index, ts_record *record)
{
    uint32_t sorted[TS_TAGS_ALL];
    size_t count = record->place.tags, starts[5] = {0};
    for (size_t i = 0; i < count; i++) starts[run_of(index, record->data[i]) + 1]++;
    for (size_t run = 1; run < 5; run++) starts[run] += starts[run - 1];
    record->place.spoken = (uint16_t)starts[1];
    record->place.shown = (uint16_t)starts[3];
    for (size_t i = 0; i < count; i++) sorted[starts[run_of(index, record->data[i])]++] = record->data[i];
    if (count) memcpy(record->data, sorted, count * sizeof *sorted);
}

static bool add_tags(ts_hand *hand, ts_record *record, const ts_index_picture *picture)
{
    if (!make_stamps(hand, ts_term_count(hand->index) + 1)) return false;
    if (++hand->stamp == 0) {
        memset(hand->stamps, 0, hand->stamp_count * sizeof *hand->stamps);
        hand->stamp = 1;
    }
    for (size_t i = 0; i < picture->tag_count; i++)
        if (!add_tag(hand, record, &picture->tags[i])) return false;
    if (!add_broader(hand, record) || !add_fact(hand, record, picture->camera, TS_FACET_CAMERA) ||
        !add_fact(hand, record, picture->lens, TS_FACET_LENS))
        return false;
    sort_tags(hand->index, record);
    return true;
}

/* ---- texts ---- */

/* The stem that the index knows for a word; TS_STEM_LATER: none yet. */
static uint32_t known_stem(const ts_index *index, const char *word, size_t length)
{
    const ts_dict *dict = ts_stemmer_knows(word, length) ? &index->surfaces : &index->stems;
    uint32_t found = ts_dict_find(dict, word, length);
    if (found == TS_DICT_NONE) return TS_STEM_LATER;
    return dict == &index->surfaces ? dict->entries[found].value : found;
}

/* The number of a stem, which another word may have brought in, or this one in another picture. */
static uint32_t new_stem(ts_index *index, const char *word, size_t length)
{
    size_t stem_length = length;
    if (index->stems.count >= TS_STEMS_MAX) return TS_NONE;
    lock_names(index);
    if (!ts_stemmer_knows(word, length)) return ts_dict_add(&index->stems, word, length, 0);
    const char *text = ts_stemmer_stem(index->maker.stemmer, word, length, &stem_length);
    uint32_t stem = ts_dict_add(&index->stems, text, stem_length, 0);
    if (stem != TS_DICT_NONE) ts_dict_add(&index->surfaces, word, length, stem);
    return stem;
}

static bool add_word(const ts_index *index, ts_record *record, const ts_word *word, ts_text_field field)
{
    uint32_t stem = known_stem(index, word->text, word->length);
    if (stem == TS_STEM_LATER && (!ts_buf_append(&record->new_words, word->text, word->length) ||
                                  !ts_buf_append(&record->new_words, "", 1)))
        return false;
    if (!push(record, TS_WORD_PACK(stem, field))) return false;
    record->place.words++;
    return true;
}

static bool add_text(ts_hand *hand, ts_record *record, const char *text, ts_text_field field)
{
    if (!text || !*text) return true;
    const char *cursor = fold(hand, text);
    ts_word word;
    if (record->place.words) {
        if (!push(record, TS_WORD_GAP)) return false;
        record->place.words++;
    }
    while (record->place.words < TS_WORDS_MAX && ts_text_next_word(&cursor, &word))
        if (!add_word(hand->index, record, &word, field)) return false;
    return true;
}

static bool add_texts(ts_hand *hand, ts_record *record, const ts_index_picture *picture)
{
    return add_text(hand, record, picture->title, TS_FIELD_TITLE) &&
           add_text(hand, record, picture->description, TS_FIELD_DESCRIPTION) &&
           add_text(hand, record, picture->text, TS_FIELD_TEXT) &&
           add_text(hand, record, picture->name, TS_FIELD_NAME) &&
           add_text(hand, record, picture->folder, TS_FIELD_FOLDER);
}

/* Names the words that were new to the index when the record was made, in their order. */
static bool name_words(ts_index *index, ts_record *record)
{
    const char *word = record->new_words.data;
    uint32_t *words = record->data + record->place.tags;
    for (size_t i = 0; i < record->place.words && record->new_words.length; i++) {
        if (words[i] == TS_WORD_GAP || TS_WORD_STEM(words[i]) != TS_STEM_LATER) continue;
        uint32_t stem = new_stem(index, word, strlen(word));
        if (stem == TS_NONE) return false;
        words[i] = TS_WORD_PACK(stem, TS_WORD_FIELD(words[i]));
        word += strlen(word) + 1;
    }
    return true;
}

/* ---- colours, counts, name ---- */

static uint32_t signed_byte(float value)
{
    return (uint8_t)(int8_t)lrintf(fminf(fmaxf(value, -127), 127));
}

static bool add_colours(ts_record *record, const ts_index_picture *picture)
{
    size_t count =
        picture->colour_count < TS_INDEX_COLOURS_MAX ? picture->colour_count : TS_INDEX_COLOURS_MAX;
    for (size_t i = 0; i < count; i++) {
        const ts_index_colour *c = &picture->colours[i];
        uint32_t word = signed_byte(c->l) | signed_byte(c->a) << 8 | signed_byte(c->b) << 16 |
                        ts_level_of(c->share) << 24;
        if (!push(record, word)) return false;
        record->place.colours++;
    }
    return true;
}

static bool add_counts(ts_hand *hand, ts_record *record, const ts_index_picture *picture)
{
    for (size_t i = 0; i < picture->tag_count && i < TS_INDEX_TAGS_MAX; i++) {
        const ts_index_tag *tag = &picture->tags[i];
        uint32_t term = tag->count && tag->state != TS_INDEX_REJECTED ? term_of(hand, tag) : TS_NONE;
        if (term == TS_NONE) continue;
        if (!push(record, term << 12 | (tag->count < 0xfff ? tag->count : 0xfff))) return false;
        record->place.counts++;
    }
    return true;
}

static bool add_name(ts_hand *hand, ts_record *record, const char *name)
{
    if (!name || !*name) return true;
    const char *folded = fold(hand, name);
    size_t length = strlen(folded);
    if (length > 255) length = 255;
    for (size_t i = 0; i < length + 1; i += 4) {
        uint32_t word = 0;
        memcpy(&word, folded + i, length - i < 4 ? length - i : 4);
        if (!push(record, word)) return false;
        record->place.name++;
    }
    return true;
}

static bool add_hunches(const ts_hand *hand, ts_record *record, const ts_index_picture *picture)
{
    for (size_t i = 0; i < picture->hunch_count && record->place.hunches < TS_INDEX_HUNCHES_MAX; i++) {
        const char *id = picture->hunches[i].concept;
        uint32_t concept = ts_dict_find(&hand->index->maker.ids, id, strlen(id));
        if (concept == TS_DICT_NONE) continue;
        float strength = fminf(fmaxf(picture->hunches[i].strength, 0), 1);
        unsigned level = ts_level_of(sqrtf(strength)); /* weights are squares of levels */
        if (!push(record, TS_TAG_PACK(concept, level, 0, 0))) return false;
        record->place.hunches++;
    }
    return true;
}

/* ---- the row ---- */

static uint8_t level_or_unknown(float value)
{
    return !(value >= 0) ? 255 : (uint8_t)lrintf(fminf(value, 1) * 254);
}

static bool is_grey(const ts_index_picture *picture)
{
    float coloured = 0;
    for (size_t i = 0; i < picture->colour_count; i++) {
        const ts_index_colour *c = &picture->colours[i];
        if (hypotf(c->a, c->b) > 8) coloured += c->share;
    }
    return picture->colour_count && coloured < 0.02f;
}

static uint32_t flag(ts_flag which, bool on)
{
    return on ? 1u << which : 0;
}

/* Square within two percent; pictures without a size have no shape. */
static uint32_t shape_of(const ts_index_picture *p)
{
    if (!p->width || !p->height) return 0;
    double ratio = (double)p->width / (double)p->height;
    return flag(ratio < 0.98 ? TS_FLAG_PORTRAIT : ratio > 1.02 ? TS_FLAG_LANDSCAPE : TS_FLAG_SQUARE, true);
}

static bool is_untagged(const ts_record *record)
{
    for (size_t i = 0; i < record->place.tags; i++)
        if (TS_TAG_IS_SHOWN(record->data[i]) && TS_TAG_SOURCE(record->data[i]) != TS_SOURCE_IMPLIED)
            return false;
    return true;
}

static uint16_t flags_of(const ts_record *record, const ts_index_picture *p)
{
    uint32_t flags = TS_ROW_LIVE | shape_of(p) | flag(TS_FLAG_HELD, p->held) |
                     flag(TS_FLAG_REVIEW, p->needs_review) | flag(TS_FLAG_UNTAGGED, is_untagged(record)) |
                     flag(TS_FLAG_BW, is_grey(p)) | flag(TS_FLAG_FACES, p->faces > 0) |
                     flag(TS_FLAG_TEXT, p->text && *p->text) | flag(TS_FLAG_GPS, p->has_place) |
                     flag(TS_FLAG_TITLE, p->title && *p->title) |
                     flag(TS_FLAG_TAKEN, p->taken_ms != TS_TIME_UNKNOWN);
    return (uint16_t)flags;
}

static uint32_t name_number(ts_hand *hand, ts_dict *dict, const char *text)
{
    if (!text) text = "";
    return intern(hand, dict, text, strlen(text), 0);
}

static uint32_t folder_number(ts_hand *hand, const char *folder)
{
    const char *folded = fold(hand, folder ? folder : "");
    while (*folded == '/') folded++;
    size_t length = strlen(folded);
    while (length && folded[length - 1] == '/') length--;
    return intern(hand, &hand->index->folders, folded, length, 0);
}

static bool make_row(ts_hand *hand, ts_record *record, const ts_index_picture *p)
{
    uint32_t format = name_number(hand, &hand->index->formats, p->format);
    record->row = (ts_row){
        .taken = p->taken_ms,
        .created = p->created_ms,
        .bytes = p->bytes,
        .phash = p->phash,
        .width = p->width,
        .height = p->height,
        .folder = folder_number(hand, p->folder),
        .owner = name_number(hand, &hand->index->owners, p->owner),
        .latitude = p->has_place ? (int32_t)lrint(fmin(fmax(p->latitude, -90), 90) * 1e7) : 0,
        .longitude = p->has_place ? (int32_t)lrint(fmin(fmax(p->longitude, -180), 180) * 1e7) : 0,
        .faces = (uint16_t)(p->faces < 0xffff ? p->faces : 0xffff),
        .flags = flags_of(record, p),
        .format = (uint8_t)(format < 255 ? format : 255),
        .quality = level_or_unknown(p->quality),
        .aesthetic = level_or_unknown(p->aesthetic),
        .nsfw = level_or_unknown(p->nsfw),
        .people = (uint8_t)ts_level_of(fminf(fmaxf(p->people_share, 0), 1)),
    };
    return format != TS_DICT_NONE && record->row.folder != TS_DICT_NONE && record->row.owner != TS_DICT_NONE;
}

static bool check_vector(ts_index *index, const ts_index_picture *p, ts_error *err)
{
    if (!p->vector || !p->vector_dims) return true;
    if (p->vector_dims > TS_VECTOR_DIMS_MAX)
        return ts_fail(err, TS_USAGE, "picture %u has a vector of %zu dimensions, too many", p->number,
                       p->vector_dims);
    if (index->vector_dims && index->vector_dims != p->vector_dims)
        return ts_fail(err, TS_USAGE, "picture %u has a vector of %zu dimensions, those before have %zu",
                       p->number, p->vector_dims, index->vector_dims);
    index->vector_dims = p->vector_dims;
    return true;
}

void ts_record_free(ts_record *record)
{
    ts_buf_free(&record->new_words);
    free(record->data);
    *record = (ts_record){0};
}

bool ts_record_draft(ts_hand *hand, ts_record *record, const ts_index_picture *p)
{
    hand->lacks_name = false;
    record->number = p->number;
    record->place = (ts_place){0};
    record->lost_tags = 0;
    ts_buf_clear(&record->new_words);
    return p->number > 0 && p->number <= TS_INDEX_NUMBER_MAX && p->vector_dims <= TS_VECTOR_DIMS_MAX &&
           add_tags(hand, record, p) && add_texts(hand, record, p) && add_colours(record, p) &&
           add_counts(hand, record, p) && !hand->lacks_name && add_name(hand, record, p->name) &&
           add_hunches(hand, record, p) && make_row(hand, record, p);
}

bool ts_record_finish(ts_hand *hand, ts_record *record, const ts_index_picture *p, ts_error *err)
{
    if (p->number == 0 || p->number > TS_INDEX_NUMBER_MAX)
        return ts_fail(err, TS_USAGE, "picture number %u is not between 1 and %u", p->number,
                       TS_INDEX_NUMBER_MAX);
    if (!check_vector(hand->index, p, err)) return false;
    if (!record->is_ready && !(ts_record_draft(hand, record, p) && ts_record_measure(hand->index, record, p)))
        return ts_fail_memory(err);
    atomic_fetch_add(&hand->index->lost_tags, record->lost_tags);
    return name_words(hand->index, record) || ts_fail_memory(err);
}
