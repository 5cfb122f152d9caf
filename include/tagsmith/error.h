/* Tagsmith's one error value: what went wrong, with which picture, and what to do about it.
 *
 * Every function that can fail takes a `ts_error *` as its last argument and returns false (or NULL, or
 * -1) after filling it. The value is plain data: no allocation, no ownership, safe to copy and to pass
 * between threads. A function that succeeds leaves it untouched. Passing NULL is allowed everywhere.
 */
#ifndef TAGSMITH_ERROR_H
#define TAGSMITH_ERROR_H

#ifdef __cplusplus
extern "C" {
#endif

/* What kind of trouble. Stable: numbers are never reused; new kinds go to the end. */
typedef enum ts_code {
    TS_OK = 0,
    TS_USAGE,        /* the caller asked for something that makes no sense */
    TS_NOT_FOUND,    /* no such file, model or concept */
    TS_IO,           /* reading or writing failed */
    TS_UNSUPPORTED,  /* a known kind of file that Tagsmith does not decode (SVG, PDF, JXL, ...) */
    TS_NOT_PICTURE,  /* the bytes are no picture of any known kind */
    TS_CORRUPT,      /* a picture whose data is damaged beyond use */
    TS_TOO_LARGE,    /* over a limit on bytes or pixels */
    TS_TIMEOUT,      /* over the time limit for one picture */
    TS_DECODER_DIED, /* the confined decoder crashed or was stopped by its limits */
    TS_NO_MEMORY,    /* an allocation failed, or the memory limit is reached */
    TS_CONFIG,       /* a table, manifest or setting is malformed */
    TS_MODEL,        /* a model file is missing, changed or unreadable */
    TS_ENGINE,       /* the inference library is missing, of the wrong version, or failed */
    TS_INTERRUPTED,  /* stopped on request */
    TS_INTERNAL,     /* a broken promise inside Tagsmith: please report */
    TS_UNAUTHORIZED, /* no key, or one that is not known (any more) */
    TS_FORBIDDEN,    /* a good key that may not do this */
    TS_CONFLICT,     /* what is there already stands against it */
    TS_CHANGED,      /* it was changed meanwhile: read it again first (If-Match) */
    TS_RATE_LIMITED, /* more requests than the key's rate allows */
    TS_NO_CREDIT,    /* the key's credits are spent */
    TS_BUSY,         /* too much in hand just now: try again in a moment */
    TS_NO_SPACE,     /* the disk is full */
    TS_REFUSED,      /* an address, redirect or policy that is not allowed */
    TS_CODE_COUNT
} ts_code;

#define TS_MESSAGE_MAX 320
#define TS_HINT_MAX 240

typedef struct ts_error {
    ts_code code;
    char message[TS_MESSAGE_MAX]; /* one sentence, UTF-8, no newline, no trailing full stop */
    char hint[TS_HINT_MAX];       /* what the user can do, or "" */
} ts_error;

/* The stable lower-case name of a code ("too_large"), as JSON output shows it. Never NULL. */
const char *ts_code_name(ts_code code);

/* The HTTP status that stands for a code in an API answer. */
int ts_code_http_status(ts_code code);

#ifdef __cplusplus
}
#endif
#endif
