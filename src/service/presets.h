/* service: presets: how to tag, as named documents. A preset is JSON (docs/api.md, "Presets"):
 *
 * {"about", "analysers": ["classify", ..] (none: all), "min_confidence": 0..1 or null,
 *  "threshold": "default", 0..1 or "95%" (a precision), "thresholds": {"scene": 0.7, "object/dog": "90%"},
 *  "specificity": "leaf|natural|all", "only": ["dog", "object/cat", ..], "max_tags", "facets": [..],
 *  "max_per_facet": {"colour": 3}, "min_per_facet": {"scene": 1}, "languages": ["en","de"], "states": ["accepted","suggested"],
 *  "review": {"below": 0.6, "facets": ["safety"]}, "moderation": {"hold": {"nsfw": 0.6}, "reject": {"nsfw": 0.9},
 *  "levels": {"suggestive": "blur", "explicit": "reject"}, "concepts": {"object/knife": "hold"}},
 *  "scheme": "museum,shop", "scheme_only": true, "product": true,
 *  "duplicates": "return|keep|refuse", "default_for": ["api","page","import","cloudinary","imagekit","imagetag"]}
 *
 * Unknown members and values out of range are TS_USAGE naming the member. "default" exists from the start. */
#ifndef TS_SERVICE_PRESETS_H
#define TS_SERVICE_PRESETS_H

#include <jansson.h>

#include "catalog/pictures.h"
#include "service/service.h"
#include "tagging/tagging.h"

/* How safe a picture is, by the score of the safety network alone. */
typedef enum ts_safety_level {
    TS_SAFETY_SAFE = 0,
    TS_SAFETY_SUGGESTIVE, /* from 0.5 */
    TS_SAFETY_EXPLICIT,   /* from 0.8 */
    TS_SAFETY_LEVELS
} ts_safety_level;
ts_safety_level ts_safety_level_of(float nsfw);
/* "explicit"; never NULL. */
const char *ts_safety_level_name(ts_safety_level level);

/* What becomes of a picture, mildest first. */
typedef enum ts_policy {
    TS_POLICY_ALLOW = 0,
    TS_POLICY_BLUR,   /* shown, with a thumbnail on which nothing is recognised */
    TS_POLICY_REVIEW, /* held until a person has looked */
    TS_POLICY_REJECT
} ts_policy;

typedef struct ts_preset {
    const char *name;
    int64_t version;
    ts_tag_rules rules;           /* without what needs the vocabulary: ts_preset_rules */
    float review_below;           /* a tag less sure than this waits for a person; 0: none */
    uint32_t review_facets;       /* bits: every tag of these waits */
    float hold_nsfw, reject_nsfw; /* > 1: never */
    ts_policy levels[TS_SAFETY_LEVELS];
    bool has_levels;          /* some level is not simply allowed */
    bool moderates;           /* some pictures may be held or rejected: none is shown before it was seen */
    uint32_t left_out;        /* bits of the analysers that were not chosen; 0: all look */
    const json_t *thresholds; /* by facet or concept; those of facets stand in the rules */
    const json_t *only;       /* names of the closed vocabulary, or NULL */
    const json_t *concept_verdicts; /* {"object/knife": "hold"} or NULL */
    const char *const *languages;
    size_t language_count;
    const char *scheme; /* "museum,shop": tags that these forbid are not kept; or NULL */
    bool scheme_only;   /* nor those that they have no word for */
    bool product;       /* what a picture of goods shows is kept, too */
    int duplicates;     /* a ts_duplicate_rule, or -1: as the upload says */
    bool has_accept;    /* of one request, never of a preset that was put (accept_from.h) */
    float accept_from;  /* valid with has_accept: tags as sure as this are accepted, the others suggested */
    const json_t *body; /* as put; lives with the preset's arena */
} ts_preset;

bool ts_service_preset(ts_service *service, const char *name, const char *origin, ts_arena *arena,
                       ts_preset *out, ts_error *err);
bool ts_service_preset_list(ts_service *service, const ts_actor *actor, ts_arena *arena,
                            const ts_preset **out, size_t *count, ts_error *err);
bool ts_service_preset_put(ts_service *service, const ts_actor *actor, const char *name, const json_t *body,
                           int64_t if_version, ts_arena *arena, ts_preset *out, ts_error *err);
bool ts_service_preset_delete(ts_service *service, const ts_actor *actor, const char *name,
                              int64_t if_version, ts_error *err);

/* The preset's rules with its concepts looked up. Names that the vocabulary does not know (any more) are passed over, but
 * a closed vocabulary stays closed. TS_NO_MEMORY. */
bool ts_preset_rules(const ts_preset *preset, const ts_vocab *vocab, ts_arena *arena, ts_tag_rules *out,
                     ts_error *err);

/* What a preset makes of a record: which tags stay, which wait for a person, and the verdict. Pure. */
typedef struct ts_verdict {
    ts_visibility visibility; /* visible (allow), held (hold), rejected (reject) */
    const char *reason;       /* "" when allowed */
    bool blurred;             /* visible, but not at first sight */
} ts_verdict;
bool ts_preset_apply(const ts_preset *preset, const ts_record *record, ts_arena *arena, ts_record *out,
                     ts_verdict *verdict, ts_error *err);

#endif
