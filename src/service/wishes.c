/* service: wishes noted and granted. What tasks come to, tasks.c knows. */
#include "service/wishes.h"

#include <string.h>

#include "base/json.h"
#include "service/custom_fields.h"
#include "service/picture_read.h"
#include "service/see.h"
#include "service/tasks.h"

/* ---- noting ----------------------------------------------------------------------------------------- */

bool ts_wishes_note(json_t *extra, const json_t *wishes, const ts_actor *actor, ts_error *err)
{
    const json_t *before = json_object_get(extra, TS_WISHES);
    const json_t *known = json_object_get(before, "tasks");
    json_t *tasks = json_array();
    bool describe = ts_json_bool_or(before, "describe", false) || ts_json_bool_or(wishes, "describe", false);
    if (known) (void)json_array_extend(tasks, (json_t *)(uintptr_t)known);
    if (json_object_get(wishes, "tasks")) (void)json_array_extend(tasks, json_object_get(wishes, "tasks"));
    json_t *noted = json_pack("{s:b, s:o, s:s, s:s}", "describe", describe, "tasks", tasks, "by", actor->id,
                              "name", actor->name);
    return (noted && json_object_set_new(extra, TS_WISHES, noted) == 0) || ts_fail_memory(err);
}

/* ---- granting --------------------------------------------------------------------------------------- */

/* One picture's wishes being granted; dies with the change. */
typedef struct granting {
    ts_service *service;
    ts_txn *txn;
    ts_picture_full *picture;
    json_t *extra, *granted;
    const json_t *wishes;
    const ts_field *fields;
    size_t field_count;
    ts_arena *arena;
} granting;

static bool is_machines(ts_author_kind kind)
{
    return kind == TS_AUTHOR_MODEL || kind == TS_AUTHOR_RULE || kind == TS_AUTHOR_SYSTEM;
}

static bool facts_of(const granting *g, ts_task_facts *facts, ts_error *err)
{
    const ts_picture_full *picture = g->picture;
    ts_task_tag *tags = TS_NEW_ARRAY(g->arena, picture->tag_count, ts_task_tag);
    if (!tags) return ts_fail_memory(err);
    *facts = (ts_task_facts){.tags = tags, .vocab = g->service->vocab};
    for (size_t i = 0; i < picture->tag_count; i++) {
        const ts_tag_row *row = &picture->tags[i];
        const char *label = row->label ? row->label : row->concept;
        if (!label || row->state == TS_LEDGER_REJECTED) continue;
        tags[facts->tag_count++] = (ts_task_tag){.label = label,
                                                 .concept = row->concept,
                                                 .machine = is_machines(row->author.kind),
                                                 .accepted = row->state == TS_LEDGER_ACCEPTED,
                                                 .confidence = row->confidence};
    }
    return true;
}

static json_t *options_of(void *context, const char *name)
{
    const granting *g = context;
    for (size_t i = 0; i < g->field_count; i++) {
        const ts_field *field = &g->fields[i];
        if (strcmp(field->name, name) != 0 && strcmp(field->id, name) != 0) continue;
        return field->options ? json_incref((json_t *)(uintptr_t)field->options) : json_array();
    }
    return NULL;
}

static bool edit_tags(const granting *g, const json_t *done, ts_error *err)
{
    const json_t *lists[] = {json_object_get(done, "add"), json_object_get(done, "remove")};
    ts_author author = {.kind = TS_AUTHOR_PERSON,
                        .id = ts_json_string_or(g->wishes, "by", ""),
                        .name = ts_json_string_or(g->wishes, "name", "")};
    ts_tag_diff diff;
    size_t count = 0;
    ts_tag_edit *edits =
        TS_NEW_ARRAY(g->arena, json_array_size(lists[0]) + json_array_size(lists[1]), ts_tag_edit);
    if (!edits) return ts_fail_memory(err);
    for (size_t l = 0; l < 2; l++)
        for (size_t i = 0; i < json_array_size(lists[l]); i++) {
            const char *word = json_string_value(json_array_get(lists[l], i));
            if (!word || !word[0]) continue;
            edits[count].action = l == 0 ? TS_LEDGER_ADD : TS_LEDGER_REMOVE;
            /* What is no word for a tag is left out: there is nobody to refuse it to. */
            if (ts_tag_of_word(g->service->vocab, word, g->arena, &edits[count].tag, NULL)) count++;
        }
    return count == 0 ||
           ts_tags_edit(g->txn, g->picture->row.number, edits, count, &author, NULL, g->arena, &diff, err);
}

static json_t *member(json_t *object, const char *name)
{
    json_t *value = json_object_get(object, name);
    if (json_is_object(value)) return value;
    return json_object_set_new(object, name, json_object()) == 0 ? json_object_get(object, name) : NULL;
}

/* Values that the fields do not take are left out; why, is told. */
static bool set_values(const granting *g, const json_t *values, ts_error *err)
{
    const char *name;
    json_t *value;
    json_t *extra = member(g->extra, "extra"), *metadata = extra ? member(extra, "metadata") : NULL;
    if (!metadata) return ts_fail_memory(err);
    json_object_foreach ((json_t *)(uintptr_t)values, name, value) {
        ts_error why = {0};
        json_t *one = json_pack("{s:O}", name, value);
        if (!one) return ts_fail_memory(err);
        if (!ts_fields_take(g->fields, g->field_count, one, false, &why))
            (void)json_object_set_new(g->granted, "refused", ts_json_repaired(why.message));
        else if (json_is_null(value)) (void)json_object_del(metadata, name);
        else (void)json_object_set(metadata, name, value);
        json_decref(one);
    }
    return true;
}

static bool note_added(const granting *g, const json_t *words)
{
    json_t *added = json_object_get(g->granted, "added");
    if (!added && json_object_set_new(g->granted, "added", added = json_array()) != 0) return false;
    return !words || json_array_extend(added, (json_t *)(uintptr_t)words) == 0;
}

static bool do_tasks(granting *g, ts_error *err)
{
    ts_task_facts facts;
    const json_t *tasks = json_object_get(g->wishes, "tasks");
    if (json_array_size(tasks) == 0) return true;
    if (!facts_of(g, &facts, err) || !ts_fields_in(g->txn, false, g->arena, &g->fields, &g->field_count, err))
        return false;
    json_t *done = ts_tasks_decide(&facts, tasks, options_of, g);
    bool ok = done && note_added(g, json_object_get(done, "add"))
                  ? set_values(g, json_object_get(done, "set"), err) && edit_tags(g, done, err)
                  : ts_fail_memory(err);
    json_decref(done);
    return ok;
}

/* Of the tags as they are now. */
static bool describe(const granting *g, ts_picture_row *row, ts_error *err)
{
    ts_picture_texts texts;
    if (!ts_json_bool_or(g->wishes, "describe", false)) return true;
    if (!ts_service_picture_texts(g->service, g->picture, TS_LANGUAGE_EN, g->arena, &texts, err))
        return false;
    if (texts.description[0]) row->description = texts.description;
    return true;
}

static bool grant(granting *g, ts_error *err)
{
    int64_t number = g->picture->row.number;
    g->wishes = json_object_get(g->extra, TS_WISHES);
    g->granted = member(g->extra, TS_GRANTED);
    if (!g->granted) return ts_fail_memory(err);
    (void)json_object_del(g->granted, "refused");
    if (!do_tasks(g, err) || !ts_picture_fill(g->txn, number, false, g->arena, g->picture, err)) return false;
    ts_picture_row *row = &g->picture->row;
    if (!describe(g, row, err)) return false;
    (void)json_object_del(g->extra, TS_WISHES);
    row->extra = ts_json_dump(g->extra, g->arena, err);
    return row->extra && ts_pictures_update(g->txn, row, -1, err);
}

bool ts_wishes_grant(ts_service *service, ts_txn *txn, int64_t number, ts_arena *arena, ts_error *err)
{
    ts_picture_full picture;
    if (!ts_picture_fill(txn, number, false, arena, &picture, err)) return false;
    const char *text = picture.row.extra;
    if (picture.row.state != TS_PICTURE_READY || !text || !strstr(text, "\"" TS_WISHES "\"")) return true;
    granting g = {
        .service = service, .txn = txn, .picture = &picture, .extra = ts_json_of(text), .arena = arena};
    bool ok = !json_object_get(g.extra, TS_WISHES) || grant(&g, err);
    json_decref(g.extra);
    return ok;
}
