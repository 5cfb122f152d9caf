/* api: what Cloudinary's add-ons are called and which of them we stand in for. A model that no pack brings yet is refused in
 * the vendor's words. */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "api/cloudinary_models.h"

/* What is asked of whom: names of the vendor's, answered from what our analysers saw. */
static const ts_cld_model models[] = {
    {"captioning", TS_CLD_MODEL_CAPTION, 2},
    {"coco", TS_CLD_MODEL_BOXES, 2},
    {"tagsmith", TS_CLD_MODEL_ALL, 1},
};
static const char *const categorizers[] = {"aws_rek_tagging", "google_tagging", "imagga_tagging"};
/* Judged by our safety network, whatever they are called. */
static const char *const judges[] = {"aws_rek", "google_video_moderation", "webpurify", "tagsmith"};

/* ---- lists with commas ---------------------------------------------------------------------------- */

/* The next item into `item`: false at the end. Too long ones are cut, and so unknown. */
static bool next_item(const char **list, char stop, char item[TS_CLD_WORD_MAX])
{
    const char *at = *list;
    while (*at == ' ' || *at == stop) at++;
    const char *end = strchr(at, stop);
    size_t length = end ? (size_t)(end - at) : strlen(at);
    *list = at + length;
    while (length && at[length - 1] == ' ') length--;
    size_t kept = length < TS_CLD_WORD_MAX ? length : TS_CLD_WORD_MAX - 1;
    memcpy(item, at, kept);
    item[kept] = '\0';
    return length > 0;
}

static bool is_among(const char *word, const char *const *words, size_t count)
{
    for (size_t i = 0; i < count; i++)
        if (strcmp(word, words[i]) == 0) return true;
    return false;
}

/* ---- detection ------------------------------------------------------------------------------------ */

static bool read_version(const char *text, const ts_cld_model *model, unsigned *version)
{
    char *end = NULL;
    unsigned long number = strtoul(text, &end, 10);
    if (*end || end == text || number < 1 || number > model->versions) return false;
    *version = (unsigned)number;
    return true;
}

/* "coco" or "coco_v1"; NULL: there is none of that name and version. */
static const ts_cld_model *find_model(const char *name, unsigned *version)
{
    for (size_t i = 0; i < TS_COUNT_OF(models); i++) {
        size_t length = strlen(models[i].name);
        if (strncmp(name, models[i].name, length) != 0) continue;
        *version = models[i].versions;
        if (!name[length]) return &models[i];
        if (strncmp(name + length, "_v", 2) == 0 && read_version(name + length + 2, &models[i], version))
            return &models[i];
    }
    return NULL;
}

bool ts_cld_next_model(const char **list, ts_cld_chosen *chosen)
{
    while (next_item(list, ',', chosen->asked)) {
        chosen->model = find_model(chosen->asked, &chosen->version);
        if (chosen->model) return true;
    }
    return false;
}

bool ts_cld_check_detection(const char *list, ts_error *err)
{
    unsigned version = 0;
    char name[TS_CLD_WORD_MAX];
    while (list && next_item(&list, ',', name))
        if (!find_model(name, &version)) return ts_fail(err, TS_USAGE, "Detection invalid model '%s'", name);
    return true;
}

/* ---- the other add-ons ---------------------------------------------------------------------------- */

bool ts_cld_next_categorizer(const char **list, char name[TS_CLD_WORD_MAX])
{
    while (next_item(list, ',', name))
        if (is_among(name, categorizers, TS_COUNT_OF(categorizers))) return true;
    return false;
}

bool ts_cld_check_categorization(const char *list, ts_error *err)
{
    char name[TS_CLD_WORD_MAX];
    while (list && next_item(&list, ',', name))
        if (!is_among(name, categorizers, TS_COUNT_OF(categorizers)))
            return ts_fail(err, TS_USAGE, "Categorization item %s is not valid", name);
    return true;
}

bool ts_cld_check_ocr(const char *name, ts_error *err)
{
    const char *kind = name ? strchr(name, ':') : NULL;
    size_t length = kind ? (size_t)(kind - name) : name ? strlen(name) : 0;
    bool known = length == strlen("adv_ocr") && strncmp(name, "adv_ocr", length) == 0;
    known = known && (!kind || strcmp(kind, ":document") == 0);
    return !name || known || ts_fail(err, TS_USAGE, "Ocr value %.60s is invalid", name);
}

bool ts_cld_auto_tagging(const char *text, ts_arena *arena, const double **line, ts_error *err)
{
    char *end = NULL;
    *line = NULL;
    if (!text || strcmp(text, "default") == 0) return true;
    double value = strtod(text, &end);
    bool plain = strspn(text, "0123456789.eE+-") == strlen(text);
    if (*end || end == text || !plain || !isfinite(value) || value < 0 || value > 1)
        return ts_fail(err, TS_USAGE,
                       "Invalid auto_tagging value %.40s: must be a number from 0 to 1 or \"default\"", text);
    double *kept = TS_NEW(arena, double);
    if (!kept) return ts_fail_memory(err);
    *kept = value;
    *line = kept;
    return true;
}

/* ---- moderation ----------------------------------------------------------------------------------- */

static ts_cld_judge judge_of(const char *step)
{
    if (strcmp(step, "manual") == 0) return TS_CLD_JUDGE_PERSON;
    if (strcmp(step, "duplicate") == 0 || strncmp(step, "duplicate:", strlen("duplicate:")) == 0)
        return TS_CLD_JUDGE_TWINS;
    return is_among(step, judges, TS_COUNT_OF(judges)) ? TS_CLD_JUDGE_SAFETY : TS_CLD_JUDGE_NONE;
}

bool ts_cld_next_judge(const char **pipe, char name[TS_CLD_WORD_MAX], ts_cld_judge *judge)
{
    if (!next_item(pipe, '|', name)) return false;
    *judge = judge_of(name);
    char *options = strchr(name, ':');
    if (options) *options = '\0';
    return true;
}

/* Of what stands behind "duplicate:". */
static bool likeness_is_good(const char *step)
{
    const char *text = strchr(step, ':');
    char *end = NULL;
    if (!text) return true;
    double value = strtod(text + 1, &end);
    return end != text + 1 && !*end && value >= 0 && value <= 1;
}

bool ts_cld_check_moderation(const char *pipe, ts_error *err)
{
    char step[TS_CLD_WORD_MAX];
    while (pipe && next_item(&pipe, '|', step))
        if (judge_of(step) == TS_CLD_JUDGE_NONE || !likeness_is_good(step))
            return ts_fail(err, TS_USAGE, "Moderation %s moderation is not valid", step);
    return true;
}

/* Without a number only the very same picture is meant. */
json_t *ts_cld_twins(const char *pipe)
{
    char step[TS_CLD_WORD_MAX];
    while (pipe && next_item(&pipe, '|', step)) {
        const char *likeness = strchr(step, ':');
        if (judge_of(step) == TS_CLD_JUDGE_TWINS)
            return json_pack("{s:f, s:s}", "likeness", likeness ? strtod(likeness + 1, NULL) : 1.0, "space",
                             TS_CLD_SPACE);
    }
    return NULL;
}
