/* cli: what commands ask of the composition root, because it knows the rooms that this one must not: a server, and calls
 * to it. */
#ifndef TS_CLI_HOUSE_H
#define TS_CLI_HOUSE_H

#include <stdatomic.h>
#include <stdbool.h>
#include <stddef.h>

#include "base/buf.h"
#include "base/config.h"
#include "base/error.h"

/* One line of an answer that comes line by line. False ends the call. */
typedef bool (*ts_cli_line)(void *context, const char *line, size_t length);

typedef struct ts_cli_request {
    const ts_config *config; /* says which data folder */
    const char *method, *target;
    const char *body; /* a text, or NULL */
    const char *type; /* of the body; NULL: application/json */
    ts_cli_line
        on_line; /* of an answer that comes by line (NDJSON, events); NULL: everything goes to the body */
    void *context;
    bool with_tagger;       /* when no server runs, the call needs the networks */
    const atomic_int *stop; /* non-zero: TS_INTERRUPTED; work in this process has then ended in good order */
} ts_cli_request;

/* body is the caller's to free. */
typedef struct ts_cli_answer {
    int status;
    ts_buf body;
} ts_cli_answer;

typedef struct ts_cli_house {
    /* Serves until *stop. False: it could not begin. */
    bool (*serve)(const ts_config *config, const atomic_int *stop, ts_error *err);
    /* To the server that has the data folder, or, where none runs, to the same route in this process. True when an
     * answer came, whatever its status. */
    bool (*call)(const ts_cli_request *request, ts_cli_answer *answer, ts_error *err);
} ts_cli_house;

#endif
