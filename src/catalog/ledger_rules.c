/* catalog: the rules by which ledger lines become tags. Pure: no database, no clock, no memory of its own.
 *
 * 1. Who ranks lower than the tag's last author has no say: machines < imports < people.
 * 2. A machine's word replaces a machine's word. People and imports accept; the evidence that was there stays.
 * 3. What a person rejects or removes stays in the table as rejected: the tombstone that rule 1 protects.
 * 4. Restoring (undo) gives back exactly what stood after an earlier line. */
#include "catalog/ledger_rules.h"

#include <string.h>

int ts_author_level(ts_author_kind kind)
{
    if (kind == TS_AUTHOR_PERSON) return 2;
    return kind == TS_AUTHOR_IMPORT ? 1 : 0;
}

static const ts_standing nothing = {0};

static bool is_machine(const ts_author *author)
{
    return ts_author_level(author->kind) == 0;
}

/* Every line that has a say signs the tag. */
static ts_standing sign(ts_standing next, const ts_ledger_line *line)
{
    next.row.picture = line->picture;
    next.row.key = line->key;
    next.row.concept = line->concept;
    next.row.action = line->action;
    next.row.author = line->author;
    next.row.seq = line->seq;
    next.row.at = line->at;
    return next;
}

static void take_evidence(ts_tag_row *row, const ts_ledger_line *line)
{
    row->evidence = line->seq;
    row->analyser = line->analyser;
    row->model = line->model;
    row->version = line->version;
    row->payload = line->payload;
    row->raw = line->raw;
}

static ts_standing gone(const ts_standing *now, const ts_ledger_line *line)
{
    if (!now->present) return *now;
    ts_standing next = nothing;
    next.row.seq = line->seq;
    return next;
}

static ts_standing claim(const ts_standing *now, const ts_ledger_line *line)
{
    ts_standing next = *now;
    bool machine = is_machine(&line->author);
    next.present = true;
    if (!now->present || machine || line->payload) take_evidence(&next.row, line);
    if (!now->present || machine) {
        next.row.facet = line->facet;
        next.row.position = line->position;
    }
    if (!now->present || line->label) next.row.label = line->label;
    bool keeps_state = line->action == TS_LEDGER_CHANGE && !machine && now->present;
    if (!keeps_state) {
        next.row.confidence = line->confidence;
        next.row.state = machine && line->action != TS_LEDGER_ACCEPT ? line->state : TS_LEDGER_ACCEPTED;
    }
    return sign(next, line);
}

static ts_standing reject(const ts_standing *now, const ts_ledger_line *line)
{
    ts_standing next = *now;
    if (!now->present) {
        if (is_machine(&line->author) || line->action == TS_LEDGER_REMOVE) return *now;
        next.present = true;
        next.row.facet = line->facet;
        next.row.label = line->label;
        next.row.position = line->position;
        next.row.confidence = 0;
        take_evidence(&next.row, line);
    }
    next.row.state = TS_LEDGER_REJECTED;
    return sign(next, line);
}

ts_standing ts_tag_next(const ts_standing *now, const ts_ledger_line *line, const ts_standing *restored)
{
    if (line->action == TS_LEDGER_RESTORE) return restored ? *restored : nothing;
    int owner = now->present ? ts_author_level(now->row.author.kind) : 0;
    if (line->action == TS_LEDGER_DROP) return owner == 2 ? *now : gone(now, line);
    if (ts_author_level(line->author.kind) < owner) return *now;
    switch (line->action) {
    case TS_LEDGER_ADD:
    case TS_LEDGER_CHANGE:
    case TS_LEDGER_ACCEPT:
        return claim(now, line);
    case TS_LEDGER_REJECT:
        return reject(now, line);
    case TS_LEDGER_REMOVE:
        return line->author.kind == TS_AUTHOR_PERSON ? reject(now, line) : gone(now, line);
    case TS_LEDGER_RESTORE:
    case TS_LEDGER_DROP:
        break;
    }
    return *now;
}

static bool same_text(const char *a, const char *b)
{
    return a == b || (a && b && strcmp(a, b) == 0);
}

static bool same_evidence(const ts_tag_row *a, const ts_tag_row *b)
{
    return !(a->raw < b->raw) && !(a->raw > b->raw) && same_text(a->analyser, b->analyser) &&
           same_text(a->model, b->model) && same_text(a->version, b->version) &&
           same_text(a->payload, b->payload);
}

bool ts_standing_same(const ts_standing *a, const ts_standing *b)
{
    if (a->present != b->present) return false;
    if (!a->present) return true;
    const ts_tag_row *x = &a->row, *y = &b->row;
    if (x->state != y->state || x->confidence < y->confidence || x->confidence > y->confidence) return false;
    if (ts_author_level(x->author.kind) != ts_author_level(y->author.kind)) return false;
    if (x->state == TS_LEDGER_REJECTED && x->action != y->action) return false;
    return same_text(x->label, y->label) && same_text(x->facet, y->facet) && same_evidence(x, y);
}

static const ts_standing *find_standing(const ts_ledger_line *lines, size_t count,
                                        const ts_standing *standings, int64_t seq)
{
    for (size_t i = count; i-- > 0;)
        if (lines[i].seq == seq) return &standings[i];
    return NULL;
}

void ts_tag_fold(const ts_ledger_line *lines, size_t count, ts_standing *standings)
{
    const ts_standing *now = &nothing;
    for (size_t i = 0; i < count; i++) {
        const ts_standing *restored = find_standing(lines, i, standings, lines[i].restores);
        standings[i] = ts_tag_next(now, &lines[i], restored);
        now = &standings[i];
    }
}
