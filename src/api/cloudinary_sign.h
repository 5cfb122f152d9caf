/* api (private): Cloudinary's signatures, apart so that tests can check them against the vendor's vectors. */
#ifndef TS_API_CLOUDINARY_SIGN_H
#define TS_API_CLOUDINARY_SIGN_H

#include "api/cloudinary.h"
#include "base/buf.h"

/* What is signed, without the secret. escapes: version 2. false: no memory. */
bool ts_cld_string_to_sign(const json_t *params, bool escapes, ts_arena *arena, ts_buf *out);
/* By SHA-1 or SHA-256, as its length says; old_too: of version 1, too. In constant time. */
bool ts_cld_signature_fits(const json_t *params, const char *secret, const char *signature, bool old_too,
                           ts_arena *arena);
/* At most an hour old, and at most five minutes (of clocks that differ) ahead. */
bool ts_cld_check_timestamp(const char *text, int64_t now_s, ts_error *err);

#endif
