/* tagging: where a picture was taken, as tags. Places are no concepts of the vocabulary (there are a hundred thousand of
 * them), so these tags are made here, beside the judgement, with ids by the country's code: place/fr, place/fr-84,
 * place/fr-84-lyon. The same rules of the caller hold for them. */
#include <ctype.h>
#include <math.h>
#include <string.h>

#include "tagging/judge.h"

#define NEAR_P 0.95F /* that the nearest town is the right one, next to it */
#define FAR_P 0.6F   /* and as far out as it still gives its name */
#define FAR_KM 50.0F
#define REGION_P 0.95F
#define COUNTRY_P 0.97F
#define ALONE_P 0.85F /* of region and country, without a town near */

typedef struct maker {
    const ts_seen *seen;
    const ts_tag_rules *rules;
    ts_arena *arena;
    ts_tag tags[3]; /* town, region, country */
    size_t count;
} maker;

static bool wanted(const ts_tag_rules *rules, float p)
{
    if (rules->facets && !(rules->facets & TS_FACET_BIT(TS_FACET_PLACE))) return false;
    if (rules->states && !(rules->states & (UINT32_C(1) << TS_TAG_ACCEPTED))) return false;
    if (rules->only) return false; /* a closed vocabulary knows no towns */
    const ts_line *own = &rules->facet_lines[TS_FACET_PLACE];
    const ts_line *line = own->kind != TS_LINE_DEFAULT ? own : &rules->line;
    if (line->kind != TS_LINE_DEFAULT && p < line->value) return false;
    return !(p < rules->min_confidence);
}

static bool add(maker *m, const char *concept, const char *label, float p, const char *const *above,
                size_t above_count)
{
    ts_evidence *evidence = TS_NEW(m->arena, ts_evidence);
    if (!evidence || !concept) return false;
    const ts_source *source = m->seen->place_source;
    *evidence = (ts_evidence){.analyser = source->analyser,
                              .model = source->model,
                              .version = source->version,
                              .label = label,
                              .raw = m->seen->place->km,
                              .score = p,
                              .p = p};
    if (!wanted(m->rules, p)) return true;
    m->tags[m->count++] = (ts_tag){.concept = concept,
                                   .label = label,
                                   .facet = ts_facet_name(TS_FACET_PLACE),
                                   .confidence = p,
                                   .state = TS_TAG_ACCEPTED,
                                   .evidence = evidence,
                                   .evidence_count = 1,
                                   .ancestors = above,
                                   .ancestor_count = above_count};
    return true;
}

static char *lower(char *id)
{
    for (char *p = id; p && *p; p++) *p = (char)tolower((unsigned char)*p);
    return id;
}

static bool make_tags(maker *m)
{
    const ts_picture_place *at = m->seen->place;
    bool town = at->city[0] && at->city_slug[0], region = at->region[0] && at->region_code[0];
    const char **above = TS_NEW_ARRAY(m->arena, 2, const char *);
    if (!above) return false;
    above[0] =
        lower(ts_arena_printf(m->arena, "place/%s-%s", at->country_code, region ? at->region_code : ""));
    above[1] = lower(ts_arena_printf(m->arena, "place/%s", at->country_code));
    const char *id =
        lower(ts_arena_printf(m->arena, "%s%s%s", region ? above[0] : above[1], "-", at->city_slug));
    float near = NEAR_P - (NEAR_P - FAR_P) * fminf(at->km / FAR_KM, 1);
    if (town && !add(m, id, at->city, near, region ? above : above + 1, region ? 2 : 1)) return false;
    if (region && !add(m, above[0], at->region, town ? REGION_P : ALONE_P, above + 1, 1)) return false;
    return add(m, above[1], at->country, town ? COUNTRY_P : ALONE_P, NULL, 0);
}

/* Behind what the picture shows, before how it looks. */
static size_t position_for(const ts_record *record)
{
    static const char *const first[] = {"object", "scene", "people", "activity", "event", "text"};
    size_t at = 0;
    for (size_t i = 0; i < record->tag_count && i < 12; i++)
        for (size_t k = 0; k < sizeof first / sizeof *first; k++)
            if (strcmp(record->tags[i].facet, first[k]) == 0) at = i + 1;
    return at;
}

bool ts_whereabouts_add(const ts_seen *seen, const ts_tag_rules *rules, ts_record *record, ts_error *err)
{
    maker m = {.seen = seen, .rules = rules, .arena = seen->arena};
    if (!seen->place) return true;
    record->place = seen->place;
    if (!make_tags(&m)) return ts_fail_memory(err);
    size_t total = record->tag_count + m.count, at = position_for(record);
    ts_tag *tags = TS_NEW_ARRAY(seen->arena, total, ts_tag);
    if (!tags) return ts_fail_memory(err);
    if (at) memcpy(tags, record->tags, at * sizeof *tags);
    if (m.count) memcpy(tags + at, m.tags, m.count * sizeof *tags);
    if (record->tag_count > at)
        memcpy(tags + at + m.count, record->tags + at, (record->tag_count - at) * sizeof *tags);
    record->tags = tags;
    record->tag_count = rules->max_tags && total > rules->max_tags ? rules->max_tags : total;
    return true;
}
