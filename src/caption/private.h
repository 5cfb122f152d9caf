/* caption (private): words as the grammars need them, what a text is going to say, and the seven tongues that say it. */
#ifndef TS_CAPTION_PRIVATE_H
#define TS_CAPTION_PRIVATE_H

#include "base/buf.h"
#include "caption/caption.h"

/* ---- words (grammar.c) ------------------------------------------------------------------------------- */

/* How a noun behaves; each language reads those that it knows. */
typedef enum ts_trait {
    TS_TRAIT_M = 1 << 0,
    TS_TRAIT_F = 1 << 1,
    TS_TRAIT_N = 1 << 2,
    TS_TRAIT_MASS = 1 << 3,     /* is not counted: "food", "Essen", "du pain" */
    TS_TRAIT_PLURAL = 1 << 4,   /* has no singular: "Möbel", "gafas" */
    TS_TRAIT_PAIR = 1 << 5,     /* is counted in pairs: "a pair of scissors" */
    TS_TRAIT_WEAK = 1 << 6,     /* German: "mit einem Elefanten" */
    TS_TRAIT_ASPIRATE = 1 << 7, /* French: an h or y before which nothing is elided */
    TS_TRAIT_STRESSED = 1 << 8, /* Spanish: "un águila", though feminine */
    TS_TRAIT_A = 1 << 9,        /* English: "a", whatever the first letter */
    TS_TRAIT_AN = 1 << 10,      /* English: "an", likewise */
    TS_TRAIT_COUNT = 1 << 11,   /* is counted, though English does not */
} ts_trait;

#define TS_TRAIT_GENDERS (TS_TRAIT_M | TS_TRAIT_F | TS_TRAIT_N)

/* What a concept is to a sentence, in every language. Inherited from the nearest ancestor that has one. */
typedef enum ts_kind {
    TS_KIND_THING = 0,
    TS_KIND_PERSON,
    TS_KIND_ANIMAL,
    TS_KIND_HELD,     /* people have it with them: "a person with an umbrella" */
    TS_KIND_SCENE,    /* where it is */
    TS_KIND_TIME,     /* when it is */
    TS_KIND_STYLE,    /* what sort of picture */
    TS_KIND_ACTIVITY, /* what the people do */
    TS_KIND_NEVER,    /* not spoken of */
    TS_KIND_COUNT
} ts_kind;

/* One row of a grammar table. */
typedef struct ts_grammar_row {
    const char *word;    /* NULL: the vocabulary's label */
    const char *plural;  /* NULL: the vocabulary's plural */
    const char *counter; /* zh, ja, ko; NULL: none */
    const char
        *phrase; /* of scenes, times, activities and styles: as it stands in the sentence; NULL: none */
    uint32_t traits;
    bool there;
} ts_grammar_row;

struct ts_captioner {
    const ts_vocab *vocab;
    ts_arena *arena;
    uint8_t *kinds; /* a ts_kind for each concept */
    bool *silent;   /* a heading over others ("sports equipment"): named only where a language lacks theirs */
    ts_concept *names; /* of an activity: the thing that its phrase says already; TS_CONCEPT_NONE: none */
    ts_grammar_row *rows[TS_LANGUAGE_COUNT]; /* one for each concept; NULL when the language was not opened */
};

/* A noun ready to be used. */
typedef struct ts_noun {
    ts_concept concept; /* whose name it is: the one asked for, or an ancestor */
    const char *one, *many;
    const char *counter;
    uint32_t traits;
} ts_noun;

bool ts_grammar_load(ts_captioner *captioner, const char *dir, uint32_t languages, ts_error *err);
/* The concept's noun, or that of its nearest ancestor that has one; false when a sentence cannot name it. */
bool ts_grammar_noun(const ts_captioner *captioner, ts_language language, ts_concept concept, ts_noun *noun);
const ts_grammar_row *ts_grammar_row_of(const ts_captioner *captioner, ts_language language,
                                        ts_concept concept);

/* ---- the plan (plan.c): what is said, before any grammar --------------------------------------------- */

#define TS_COUNT_SAID 5  /* counts up to here are said as numbers: boxes beyond miss some or see some twice */
#define TS_COUNT_MANY 12 /* from here on "many" */
#define TS_COUNT_SOME UINT32_MAX /* more than one, nobody knows how many: "dogs" */

/* Some of one kind of thing. count 0: not known, 1: one, up to TS_COUNT_SAID: so many, else several or many. */
typedef struct ts_group {
    ts_noun noun;
    ts_kind kind;
    uint32_t count;
    float area; /* share of the picture, 0: not known */
} ts_group;

enum { TS_LEAD_MAX = 3, TS_WITH_MAX = 2, TS_ALSO_MAX = 4, TS_PLAIN_MAX = 4 };

typedef struct ts_groups {
    ts_group items[TS_ALSO_MAX];
    size_t count;
} ts_groups;

typedef struct ts_plan {
    ts_groups lead;                  /* what the picture is of */
    ts_groups with;                  /* what the people or animals have with them */
    ts_groups also;                  /* what else can be seen */
    const char *plain[TS_PLAIN_MAX]; /* names without grammar, for a list */
    size_t plain_count;
    const char *scene;   /* "on a beach", or NULL */
    ts_group scene_noun; /* "beach", for pictures without a lead */
    bool has_scene_noun;
    const char *activity; /* "skiing", or NULL */
    const char *time;     /* "at night", or NULL */
    const char *style;    /* "the black-and-white photograph", or NULL for an ordinary one */
    ts_group style_noun;
    bool has_style_noun;
    const char *place; /* valid UTF-8 on one line, or NULL */
} ts_plan;

/* False when memory ran out. */
bool ts_plan_make(const ts_captioner *captioner, const ts_caption_input *input, ts_language language,
                  ts_arena *arena, ts_plan *plan);

/* ---- the tongues: one file a language ---------------------------------------------------------------- */

/* Each writes without a capital (capitals.c sets it) and appends to a buffer; a plan has a lead or a scene noun when
 * heading and statement are called. */
typedef struct ts_tongue {
    void (*heading)(const ts_plan *plan, ts_buf *out);   /* "two dogs on a beach" */
    void (*statement)(const ts_plan *plan, ts_buf *out); /* "the picture shows two dogs on a beach." */
    void (*also)(const ts_groups *groups, ts_buf *out);  /* "a car is also visible." */
    void (*setting)(const ts_plan *plan,
                    ts_buf *out);     /* a sentence on style and time, or nothing; may be NULL */
    const char *place;                /* before a place's name: "Location: " */
    const char *contents;             /* before a plain list */
    const char *separator;            /* between its names */
    const char *colon, *stop, *space; /* ": ", ".", " " */
    bool gendered;                    /* a noun needs a row of its own to be used in a sentence */
    bool apart; /* has no "with": what people have with them stands among what else can be seen */
} ts_tongue;

extern const ts_tongue ts_tongue_en, ts_tongue_zh, ts_tongue_fr, ts_tongue_de, ts_tongue_es, ts_tongue_ja,
    ts_tongue_ko;
const ts_tongue *ts_tongue_of(ts_language language);

/* ---- helpers for them (words.c) ---------------------------------------------------------------------- */

typedef enum ts_case { TS_CASE_NOMINATIVE, TS_CASE_ACCUSATIVE, TS_CASE_DATIVE } ts_case;
typedef void (*ts_say_group)(const ts_group *group, ts_case grammatical_case, ts_buf *out);
/* "a, b and c"; `and_` with its blanks. */
void ts_say_list(const ts_groups *groups, ts_say_group say, ts_case grammatical_case, const char *comma,
                 const char *and_, ts_buf *out);
/* A blank and the text; nothing for NULL. */
void ts_say_word(const char *text, ts_buf *out);
/* True when the group is one thing or an uncounted one: its verb stands in the singular. */
bool ts_group_is_singular(const ts_group *group);
bool ts_starts_with(const char *text, const char *prefix);
bool ts_ends_with(const char *text, const char *ending);
bool ts_count_is_said(uint32_t count); /* a number word is used */
bool ts_count_is_many(uint32_t count);
bool ts_count_is_some(uint32_t count);

#endif
