/* service: tags said in the user's schemes. Knows records and schemes, not where either comes from. */
#include "service/scheme_tags.h"

#include <string.h>

static bool copy_text(ts_arena *arena, const char *text, const char **out)
{
    *out = text ? ts_arena_strdup(arena, text) : NULL;
    return !text || *out;
}

/* Copies: a record outlives the edition of a scheme that it was said in. */
static bool make_term(const ts_scheme *scheme, const ts_scheme_hit *hit, const char *language,
                      ts_arena *arena, ts_tag_term *term)
{
    const ts_entry *path[TS_SCHEME_DEPTH_MAX];
    size_t count = ts_entry_path(scheme, hit->entry, path);
    const char **labels = TS_NEW_ARRAY(arena, count, const char *);
    bool ok = labels && (term->scheme = ts_arena_strdup(arena, ts_scheme_name(scheme))) != NULL &&
              (term->id = ts_arena_strdup(arena, hit->entry->id)) != NULL &&
              copy_text(arena, ts_entry_first(hit->entry, TS_WORDS_NOTATION), &term->notation) &&
              copy_text(arena, ts_entry_label(scheme, hit->entry, language), &term->label);
    for (size_t i = 0; ok && i < count; i++)
        ok = copy_text(arena, ts_entry_label(scheme, path[i], language), &labels[i]);
    term->relation = ts_match_relation_name(hit->relation);
    term->path = labels;
    term->path_count = count;
    return ok;
}

bool ts_scheme_terms(const ts_scheme_tags *how, const char *concept, const char *const *ancestors,
                     size_t ancestor_count, float confidence, ts_arena *arena, const ts_tag_term **terms,
                     size_t *count, bool *forbidden, ts_error *err)
{
    ts_tag_term *list = TS_NEW_ARRAY(arena, how->count * TS_SCHEME_HITS_MAX, ts_tag_term);
    *count = 0;
    *forbidden = false;
    if (!list) return ts_fail_memory(err);
    for (size_t i = 0; i < how->count; i++) {
        ts_scheme_hit hits[TS_SCHEME_HITS_MAX];
        size_t hit_count = 0;
        ts_scheme_verdict verdict = ts_scheme_translate(how->schemes[i], concept, ancestors, ancestor_count,
                                                        confidence, hits, &hit_count);
        *forbidden = *forbidden || verdict == TS_SCHEME_FORBIDDEN;
        for (size_t k = 0; k < hit_count; k++)
            if (!make_term(how->schemes[i], &hits[k], how->language, arena, &list[(*count)++]))
                return ts_fail_memory(err);
    }
    *terms = list;
    return true;
}

static bool has_term(const ts_tag *tag, const ts_tag_term *term)
{
    for (size_t i = 0; i < tag->term_count; i++)
        if (strcmp(tag->terms[i].scheme, term->scheme) == 0 && strcmp(tag->terms[i].id, term->id) == 0)
            return true;
    return false;
}

static bool is_said(const ts_tag *tags, size_t count, const ts_tag_term *term)
{
    for (size_t i = 0; i < count; i++)
        if (has_term(&tags[i], term)) return true;
    return false;
}

/* Is there a term that none of the tags before has? */
static bool says_more(const ts_tag *tags, size_t count, const ts_tag *tag)
{
    for (size_t t = 0; t < tag->term_count; t++)
        if (!is_said(tags, count, &tag->terms[t])) return true;
    return false;
}

/* What one scheme forbids and another has a word for stays, in that word. */
static bool stays(const ts_scheme_tags *how, const ts_tag *tags, size_t count, const ts_tag *tag,
                  bool forbidden)
{
    if (tag->term_count == 0) return !forbidden && !how->only;
    return !how->only || !how->once || says_more(tags, count, tag);
}

bool ts_scheme_tags_apply(const ts_scheme_tags *how, ts_arena *arena, ts_record *record, ts_error *err)
{
    ts_tag *tags = TS_NEW_ARRAY(arena, record->tag_count, ts_tag);
    size_t count = 0;
    if (how->count == 0) return true;
    if (!tags) return ts_fail_memory(err);
    for (size_t i = 0; i < record->tag_count; i++) {
        ts_tag *tag = &tags[count];
        bool forbidden = false;
        *tag = record->tags[i];
        if (!ts_scheme_terms(how, tag->concept, tag->ancestors, tag->ancestor_count, tag->confidence, arena,
                             &tag->terms, &tag->term_count, &forbidden, err))
            return false;
        /* A second tag of the same word keeps its own: two of a name would tell nobody anything. */
        bool fresh = tag->term_count && !is_said(tags, count, &tag->terms[0]);
        if (how->relabel && fresh) tag->label = tag->terms[0].label;
        count += stays(how, tags, count, tag, forbidden);
    }
    record->tags = tags;
    record->tag_count = count;
    return true;
}
