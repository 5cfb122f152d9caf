/* service: from a record's tags to the texts that say what the picture shows. Knows records and captions, no word of any
 * language. */
#include "service/texts.h"

#include <ctype.h>
#include <string.h>

static bool add_language(ts_describer *describer, const char *word, ts_error *err)
{
    ts_language language;
    if (!ts_language_find(word, &language) || strlen(word) != strlen(ts_language_code(language))) {
        (void)ts_fail(err, TS_USAGE, "there is no language \"%s\"", word);
        return ts_hint(err, "the languages are en, zh, fr, de, es, ja and ko, or none");
    }
    for (size_t i = 0; i < describer->language_count; i++)
        if (describer->languages[i] == language) return true;
    describer->languages[describer->language_count++] = language;
    return true;
}

bool ts_describer_languages(ts_describer *describer, const char *list, ts_error *err)
{
    *describer = (ts_describer){0};
    if (!list) list = "en";
    if (strcmp(list, "none") == 0) return true;
    do {
        char word[32];
        size_t length = strcspn(list, ",");
        size_t kept = length < sizeof word ? length : sizeof word - 1;
        memcpy(word, list, kept);
        word[kept] = '\0';
        if (!add_language(describer, word, err)) return false;
        list += length;
    } while (*list++ == ',');
    return true;
}

bool ts_describer_open(ts_describer *describer, const char *vocab_dir, const char *list, ts_error *err)
{
    uint32_t mask = 0;
    if (!ts_describer_languages(describer, list, err)) return false;
    if (describer->language_count == 0) return true;
    for (size_t i = 0; i < describer->language_count; i++) mask |= TS_LANGUAGE_BIT(describer->languages[i]);
    describer->vocab = ts_vocab_open_with(vocab_dir, mask, err);
    if (describer->vocab) describer->captioner = ts_captioner_open(describer->vocab, vocab_dir, mask, err);
    if (describer->captioner) describer->countries = ts_countries_open_in(vocab_dir, err);
    return describer->countries != NULL;
}

void ts_describer_close(ts_describer *describer)
{
    ts_countries_close(describer->countries);
    ts_captioner_close(describer->captioner);
    ts_vocab_close(describer->vocab);
    *describer = (ts_describer){0};
}

float ts_boxes_share(const ts_rect *boxes, size_t count, uint32_t width, uint32_t height)
{
    float area = 0, whole = (float)width * (float)height;
    for (size_t i = 0; i < count; i++) area += boxes[i].width * boxes[i].height;
    if (!(whole > 0) || !(area > 0)) return 0;
    return area < whole ? area / whole : 1;
}

static ts_caption_tag tag_of(const ts_describer *describer, const ts_record *record, const ts_tag *tag)
{
    const ts_picture_info *info = &record->picture;
    return (ts_caption_tag){
        .concept = ts_vocab_find(describer->vocab, tag->concept),
        .confidence = tag->confidence,
        .accepted = tag->state == TS_TAG_ACCEPTED,
        .count = (uint32_t)tag->box_count,
        .sure_count = tag->sure_count,
        .area = ts_boxes_share(tag->boxes, tag->box_count, info->width, info->height),
    };
}

const char *ts_place_said(const ts_countries *countries, const char *city, const char *region,
                          const char *code, ts_language language, ts_arena *arena)
{
    const char *country = ts_countries_name(countries, code, ts_language_code(language));
    const char *near = *city ? city : region;
    if (!country || !*near || strcmp(near, country) == 0) return country;
    return ts_arena_printf(arena, "%s, %s", near, country);
}

const char *ts_country_label(const ts_countries *countries, const char *concept, ts_language language)
{
    static const char prefix[] = "place/";
    const size_t length = sizeof prefix - 1;
    if (strncmp(concept, prefix, length) != 0 || strlen(concept) != length + 2) return NULL;
    const char code[] = {(char)toupper((unsigned char)concept[length]),
                         (char)toupper((unsigned char)concept[length + 1]), '\0'};
    return ts_countries_name(countries, code, ts_language_code(language));
}

static bool write_in(const ts_describer *describer, const ts_caption_input *input, ts_language language,
                     ts_arena *arena, ts_picture_text *text, ts_error *err)
{
    ts_caption caption;
    if (!ts_caption_write(describer->captioner, input, language, arena, &caption, err)) return false;
    *text = (ts_picture_text){.language = ts_language_code(language),
                              .title = caption.title,
                              .description = caption.description,
                              .alt_text = caption.alt_text};
    return true;
}

/* The names of what the vocabulary knows, and of countries. */
static bool name_tag(const ts_describer *describer, ts_arena *arena, ts_tag *tag)
{
    ts_concept concept = ts_vocab_find(describer->vocab, tag->concept);
    bool known = concept != TS_CONCEPT_NONE;
    if (!known && !ts_country_label(describer->countries, tag->concept, TS_LANGUAGE_EN)) return true;
    ts_tag_label *labels = TS_NEW_ARRAY(arena, describer->language_count, ts_tag_label);
    if (!labels) return false;
    for (size_t i = 0; i < describer->language_count; i++) {
        ts_language language = describer->languages[i];
        labels[i].language = ts_language_code(language);
        labels[i].label = known ? ts_vocab_label_in(describer->vocab, concept, language, NULL)
                                : ts_country_label(describer->countries, tag->concept, language);
    }
    tag->labels = labels;
    tag->label_count = describer->language_count;
    return true;
}

static bool name_tags(const ts_describer *describer, ts_arena *arena, ts_record *record, ts_error *err)
{
    if (describer->language_count == 1 && describer->languages[0] == TS_LANGUAGE_EN) return true;
    ts_tag *tags = TS_NEW_ARRAY(arena, record->tag_count, ts_tag);
    if (!tags) return ts_fail_memory(err);
    for (size_t i = 0; i < record->tag_count; i++) {
        tags[i] = record->tags[i];
        if (!name_tag(describer, arena, &tags[i])) return ts_fail_memory(err);
    }
    record->tags = tags;
    return true;
}

bool ts_describer_record(const ts_describer *describer, ts_arena *arena, ts_record *record, ts_error *err)
{
    if (describer->language_count == 0) return true;
    ts_caption_tag *tags = TS_NEW_ARRAY(arena, record->tag_count, ts_caption_tag);
    ts_picture_text *texts = TS_NEW_ARRAY(arena, describer->language_count, ts_picture_text);
    if (!tags || !texts) return ts_fail_memory(err);
    ts_caption_input input = {.tags = tags};
    for (size_t i = 0; i < record->tag_count; i++) {
        ts_caption_tag tag = tag_of(describer, record, &record->tags[i]);
        if (strcmp(record->tags[i].concept, "people/face") == 0) input.faces = tag.sure_count;
        if (tag.concept != TS_CONCEPT_NONE) tags[input.tag_count++] = tag;
    }
    const ts_picture_place *at = record->place;
    for (size_t i = 0; i < describer->language_count; i++) {
        if (at)
            input.place = ts_place_said(describer->countries, at->city, at->region, at->country_code,
                                        describer->languages[i], arena);
        if (!write_in(describer, &input, describer->languages[i], arena, &texts[i], err)) return false;
    }
    record->texts = texts;
    record->text_count = describer->language_count;
    return name_tags(describer, arena, record, err);
}
