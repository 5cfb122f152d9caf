/* ontology: walking through a scheme level by level, and finding entries by a part of a name. Must not know how it was made. */
#include <string.h>

#include "ontology/private.h"

#define FOLDED_MAX 512 /* bytes of a name that count */

size_t ts_entry_narrower(const ts_scheme *scheme, const ts_entry *entry)
{
    size_t first = ts_scheme_first_below(scheme, entry), count = 0;
    while (first + count < scheme->below_count && scheme->below[first + count]->up == entry) count++;
    return count;
}

static bool has_name(const ts_entry *entry, const char *part)
{
    char folded[FOLDED_MAX];
    for (size_t i = 0; i < entry->word_count; i++) {
        const ts_words *words = &entry->words[i];
        if (ts_words_docs[words->kind].found && ts_vocab_fold(words->text, folded, sizeof folded) &&
            strstr(folded, part))
            return true;
    }
    return false;
}

size_t ts_scheme_browse(const ts_scheme *scheme, const ts_scheme_wish *wish, size_t from,
                        const ts_entry **found, size_t room, size_t *next)
{
    char part[FOLDED_MAX];
    size_t count = 0, i = from;
    *next = scheme->count;
    if (wish->name && !ts_vocab_fold(wish->name, part, sizeof part)) return 0;
    for (; i < scheme->count; i++) {
        const ts_entry *entry = scheme->entries[i];
        if (wish->name ? !has_name(entry, part) : entry->up != wish->under) continue;
        if (count == room) break;
        found[count++] = entry;
    }
    *next = i;
    return count;
}
