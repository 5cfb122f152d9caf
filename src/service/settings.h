/* service: the one table of settings of `tagsmith serve` and what works on its data folder: default, file, environment,
 * flag. */
#ifndef TS_SERVICE_SETTINGS_H
#define TS_SERVICE_SETTINGS_H

#include "base/config.h"
#include "service/service.h"

const ts_setting *ts_settings(size_t *count);

/* Defaults, then `file` (NULL: the usual places; none is fine), then the environment. */
ts_config *ts_settings_load(const char *file, ts_error *err);

/* The data folder: data.dir, else $XDG_DATA_HOME/tagsmith/data, ~/.local/share/tagsmith/data. In the arena. */
const char *ts_settings_data_dir(const ts_config *config, ts_arena *arena, ts_error *err);

/* Texts stay the config's or the arena's. */
bool ts_settings_service(const ts_config *config, ts_arena *arena, ts_service_options *options,
                         ts_error *err);

#endif
