/* service: is a new picture one that is there already? By likeness of how they look, for dialects that ask for a verdict.
 *
 * Who uploads says so in the picture's extra: member "twins" {"likeness": 0..1, "space": NAME}. Once the picture
 * was looked at, a job compares it with those that came before and are not rejected, and takes that member away. What it
 * found is kept in extra's member of the space's name: "verdicts" {"duplicate": {"status": "approved" or "rejected", "at":
 * "2026-11-21T22:10:00Z", "like": [{"name": name in the space, "likeness": 0..1}, nearest first]}}. One that is like another
 * is rejected (picture.rejected), one that is like none is told of as picture.released; what a person judged stays so. */
#ifndef TS_SERVICE_TWINS_H
#define TS_SERVICE_TWINS_H

#include "service/service.h"

/* For a picture that is kept and looked at already and whose extra was changed to say so. Scope: write. */
bool ts_service_compare(ts_service *service, const ts_actor *actor, const char *picture, ts_error *err);

#endif
