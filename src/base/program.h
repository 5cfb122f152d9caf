/* Where the small programs lie that Tagsmith starts for work that must be confined. */
#ifndef TS_BASE_PROGRAM_H
#define TS_BASE_PROGRAM_H

#include <stdbool.h>
#include <stddef.h>

typedef struct ts_program {
    const char *name;      /* "tagsmith-decoder" */
    const char *variable;  /* of the environment, names the program itself: "TAGSMITH_DECODER" */
    const char *build_dir; /* below a build folder: "src/image/" */
    const char *installed; /* folder */
} ts_program;

/* By the variable, else beside this program or library, else where it was installed. False when there is none. */
bool ts_program_find(const ts_program *program, char *path, size_t size);

#endif
