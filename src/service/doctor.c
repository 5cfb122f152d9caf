/* service: the use case "doctor". Each check is a function; what is wrong is said with what to do about it.
 */
#include "service/doctor.h"

#include <glob.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/file.h"
#include "engine/engine.h"
#include "packs/packs.h"
#include "service/doctor_machine.h"
#include "service/precision.h"
#include "service/setup.h"

#define NEED_MIB 700
#define SELF_TEST_SIDE 256
#define ARENA_LIMIT ((size_t)64 << 20)

typedef struct doctor {
    const ts_tagger_setup *setup;
    ts_check_visit visit;
    void *context;
    const char *const *pictures;
    size_t picture_count;
    bool bf16;
    ts_check_status worst;
    ts_arena *arena;
    ts_tagger_options options; /* what a tagging run would use */
    ts_buf detail;
} doctor;

const char *ts_check_status_name(ts_check_status status)
{
    static const char *const names[] = {"good", "warning", "problem"};
    return (unsigned)status < 3 ? names[status] : "unknown";
}

static void tell(doctor *d, const char *name, ts_check_status status, const char *advice)
{
    ts_check check = {name, status, d->detail.data ? d->detail.data : "", advice};
    d->visit(d->context, &check);
    if (status > d->worst) d->worst = status;
    ts_buf_clear(&d->detail);
}

static void tell_error(doctor *d, const char *name, const ts_error *err)
{
    (void)ts_buf_puts(&d->detail, err->message);
    tell(d, name, TS_CHECK_PROBLEM, err->hint);
}

/* ---- the checks -----------------------------------------------------------------------------------------
 */

static void check_machine(doctor *d)
{
    ts_machine_describe(&d->detail);
    bool fast = ts_machine_is_fast();
    tell(d, "processor", fast ? TS_CHECK_GOOD : TS_CHECK_WARNING,
         fast ? "" : "networks will run slowly: a processor with AVX2 is several times faster");
    unsigned long mib = ts_machine_free_mib();
    (void)ts_buf_printf(&d->detail, "%lu MB can be had", mib);
    bool enough = mib == 0 || mib >= NEED_MIB;
    tell(d, "memory", enough ? TS_CHECK_GOOD : TS_CHECK_WARNING,
         enough ? "" : "tag with --jobs 1, or free some memory");
}

static bool check_folders(doctor *d)
{
    ts_error err = {0};
    if (!ts_tagger_setup_apply(d->setup, d->arena, &d->options, &err)) {
        tell_error(d, "tables", &err);
        return false;
    }
    (void)ts_buf_puts(&d->detail, d->options.share_dir);
    tell(d, "tables", TS_CHECK_GOOD, "");
    const char *cache = d->options.cache_dir;
    bool writable = cache && access(cache, W_OK) == 0;
    (void)ts_buf_puts(&d->detail, cache ? cache : "no folder could be made");
    if (cache && !writable) (void)ts_buf_puts(&d->detail, " cannot be written");
    tell(d, "cache", writable ? TS_CHECK_GOOD : TS_CHECK_WARNING,
         writable
             ? ""
             : "set TAGSMITH_CACHE to a folder that can be written: each start compiles the networks again");
    return true;
}

static bool check_engine(doctor *d)
{
    ts_error err = {0};
    ts_engine_options options = {.library_dir = d->options.openvino_dir, .streams = 1};
    ts_engine *engine = ts_engine_open(&options, &err);
    if (!engine) {
        tell_error(d, "engine", &err);
        return false;
    }
    d->bf16 = ts_engine_has_bf16(engine);
    (void)ts_buf_printf(&d->detail, "OpenVINO %s, %s, %s", ts_engine_version(engine),
                        ts_engine_library(engine),
                        d->bf16 ? "computes in bf16 where that was checked" : "computes in f32");
    tell(d, "engine", TS_CHECK_GOOD, "");
    ts_engine_close(engine);
    return true;
}

static void check_models(doctor *d)
{
    ts_error err = {0};
    ts_packs *packs = ts_packs_open(d->options.share_dir, d->options.models_dir, &err);
    if (!packs) {
        tell_error(d, "models", &err);
        return;
    }
    size_t wrong = 0;
    for (size_t i = 0; i < ts_packs_count(packs); i++) {
        const ts_model *model = ts_packs_at(packs, i);
        if (ts_model_verify(model, &err)) continue;
        wrong++;
        (void)ts_buf_puts(&d->detail, err.message);
        tell(d, model->name, TS_CHECK_PROBLEM, err.hint[0] ? err.hint : "run tagsmith models convert");
    }
    (void)ts_buf_printf(&d->detail, "%zu of %zu in place and verified, in %s", ts_packs_count(packs) - wrong,
                        ts_packs_count(packs), d->options.models_dir);
    tell(d, "models", wrong ? TS_CHECK_PROBLEM : TS_CHECK_GOOD, wrong ? "run tagsmith models convert" : "");
    ts_packs_close(packs);
}

static void check_codecs(doctor *d)
{
    (void)ts_image_libraries(&d->detail);
    tell(d, "codecs", TS_CHECK_GOOD, "");
}

static void check_decoders(doctor *d, ts_tagger *tagger)
{
    const char *how = ts_decoder_pool_confinement(ts_tagger_decoders(tagger));
    bool confined = strstr(how, "seccomp") != NULL;
    (void)ts_buf_puts(&d->detail, how);
    tell(d, "decoders", confined ? TS_CHECK_GOOD : TS_CHECK_WARNING,
         confined
             ? ""
             : "pictures from strangers are decoded without full confinement: use a kernel with seccomp");
}

static void check_analysers(doctor *d)
{
    const char *names[TS_ANALYSERS_MAX];
    const char *helps[TS_ANALYSERS_MAX];
    bool on[TS_ANALYSERS_MAX];
    size_t count = ts_tagger_analysers(names, helps, on);
    for (size_t i = 0; i < count; i++)
        (void)ts_buf_printf(&d->detail, "%s%s%s", i ? ", " : "", names[i], on[i] ? "" : " (on request)");
    tell(d, "analysers", TS_CHECK_GOOD, "");
}

/* ---- the self-test --------------------------------------------------------------------------------------
 */

/* A red disc on white: drawn here, so that the test needs no file. BGRX as ts_pixels wants it. */
static void draw_disc(ts_pixels *pixels)
{
    int middle = SELF_TEST_SIDE / 2;
    int radius = SELF_TEST_SIDE * 3 / 8;
    for (int y = 0; y < SELF_TEST_SIDE; y++) {
        uint8_t *at = pixels->data + (size_t)y * pixels->stride;
        for (int x = 0; x < SELF_TEST_SIDE; x++, at += 4) {
            bool inside = (x - middle) * (x - middle) + (y - middle) * (y - middle) < radius * radius;
            at[0] = at[1] = inside ? 20 : 255;
            at[2] = inside ? 200 : 255;
            at[3] = 255;
        }
    }
}

static bool make_picture(uint8_t **jpeg, size_t *length, ts_error *err)
{
    ts_pixels pixels = {.width = SELF_TEST_SIDE, .height = SELF_TEST_SIDE, .stride = SELF_TEST_SIDE * 4};
    pixels.data = malloc(pixels.stride * SELF_TEST_SIDE);
    if (!pixels.data) return ts_fail_memory(err);
    draw_disc(&pixels);
    bool ok = ts_thumbnail_jpeg(&pixels, SELF_TEST_SIDE, 95, jpeg, length, err);
    free(pixels.data);
    return ok;
}

static bool has_colour(const ts_record *record, const char *name)
{
    for (size_t i = 0; i < record->colours.count; i++)
        if (strcmp(record->colours.swatches[i].name, name) == 0) return true;
    return false;
}

static void judge_self_test(doctor *d, const ts_record *record)
{
    bool size = record->picture.width == SELF_TEST_SIDE && record->picture.height == SELF_TEST_SIDE;
    bool colours = !record->has_colours || has_colour(record, "red");
    (void)ts_buf_printf(&d->detail, "a drawn picture came back with %zu tags in %.0f ms", record->tag_count,
                        record->ms);
    if (!size) (void)ts_buf_puts(&d->detail, ", of the wrong size");
    if (!colours) (void)ts_buf_puts(&d->detail, ", its red disc unseen");
    tell(d, "self-test", size && colours ? TS_CHECK_GOOD : TS_CHECK_PROBLEM,
         size && colours ? "" : "this build is broken: please report it");
}

static void self_test(doctor *d, ts_tagger *tagger)
{
    ts_error err = {0};
    uint8_t *jpeg = NULL;
    size_t length = 0;
    ts_record record = {0};
    ts_tag_rules rules = TS_TAG_RULES_DEFAULT;
    ts_arena *arena = ts_arena_new(ARENA_LIMIT);
    bool ok = arena ? make_picture(&jpeg, &length, &err) : ts_fail_memory(&err);
    ok = ok && ts_tagger_tag(tagger, NULL, jpeg, length, &rules, arena, &record, &err);
    if (ok) judge_self_test(d, &record);
    else tell_error(d, "self-test", &err);
    free(jpeg);
    ts_arena_free(arena);
}

/* ---- the precisions -------------------------------------------------------------------------------------
 */

static bool add_pictures(const char *path, glob_t *found)
{
    ts_buf pattern = {0};
    bool folder = ts_dir_exists(path);
    bool ok = ts_buf_printf(&pattern, folder ? "%s/*.[jJpPwW]*" : "%s", path);
    /* A file's own name is no pattern: what glob does not find is taken as it stands. */
    if (ok)
        ok = glob(pattern.data, (folder ? 0 : GLOB_NOCHECK) | (found->gl_pathc ? GLOB_APPEND : 0), NULL,
                  found) == 0;
    ts_buf_free(&pattern);
    return ok;
}

static void tell_precision(doctor *d, const ts_precision_report *report)
{
    (void)ts_buf_printf(&d->detail,
                        "bf16 against f32 on %zu pictures, different decisions:", report->pictures);
    for (size_t k = 0; k < TS_PRECISION_ANALYSERS; k++) {
        const ts_agreement *a = &report->agreements[k];
        (void)ts_buf_printf(&d->detail, "%s %s %zu of %zu", k ? "," : "", a->analyser, a->different,
                            a->decisions);
    }
    (void)ts_buf_printf(&d->detail, "; safety at most %.3f apart", report->nsfw_apart);
    bool agrees = ts_precision_agrees(report);
    tell(d, "precision", agrees ? TS_CHECK_GOOD : TS_CHECK_WARNING,
         agrees ? "" : "tag with --precision f32: this processor's bf16 strays");
}

static void check_precision(doctor *d)
{
    glob_t found = {0};
    ts_precision_report report;
    ts_error err = {0};
    const char *usual = ts_path_join(d->arena, d->options.models_dir, "../photos");
    if (d->picture_count == 0 && usual) (void)add_pictures(usual, &found);
    for (size_t i = 0; i < d->picture_count; i++) (void)add_pictures(d->pictures[i], &found);
    if (found.gl_pathc == 0) {
        (void)ts_buf_puts(&d->detail, "bf16 and f32 were not compared: no photographs at hand");
        tell(d, "precision", TS_CHECK_GOOD, "tagsmith doctor FOLDER compares them on your own");
    } else if (ts_precision_compare(&d->options, (const char *const *)found.gl_pathv, found.gl_pathc, &report,
                                    &err)) {
        tell_precision(d, &report);
    } else {
        tell_error(d, "precision", &err);
    }
    globfree(&found);
}

static void check_line(doctor *d)
{
    ts_error err = {0};
    d->options.jobs = 1;
    ts_tagger *tagger = ts_tagger_open(&d->options, &err);
    if (!tagger) {
        tell_error(d, "self-test", &err);
        return;
    }
    const char *const *notes = NULL;
    size_t count = ts_tagger_notes(tagger, &notes);
    for (size_t i = 0; i < count; i++) {
        (void)ts_buf_puts(&d->detail, notes[i]);
        tell(d, "precision", TS_CHECK_WARNING, "");
    }
    check_decoders(d, tagger);
    self_test(d, tagger);
    ts_tagger_close(tagger);
}

ts_check_status ts_service_doctor(const ts_tagger_setup *setup, const char *const *pictures,
                                  size_t picture_count, ts_check_visit visit, void *context)
{
    doctor d = {.setup = setup,
                .visit = visit,
                .context = context,
                .pictures = pictures,
                .picture_count = picture_count,
                .arena = ts_arena_new(0)};
    if (!d.arena) return TS_CHECK_PROBLEM;
    check_machine(&d);
    if (check_folders(&d)) {
        bool engine = check_engine(&d);
        check_models(&d);
        check_codecs(&d);
        check_analysers(&d);
        if (engine) check_line(&d);
        if (engine && d.bf16 && d.worst != TS_CHECK_PROBLEM) check_precision(&d);
    }
    ts_buf_free(&d.detail);
    ts_arena_free(d.arena);
    return d.worst;
}
