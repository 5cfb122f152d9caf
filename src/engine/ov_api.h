/* Private to the engine room: the OpenVINO C API, loaded at run time.
 *
 * Loading by hand, not by the linker, because a missing or unfit library must be one clear error that says
 * what to do, and because `tagsmith --help` must work without it. */
#ifndef TS_ENGINE_OV_API_H
#define TS_ENGINE_OV_API_H

#include <openvino/c/openvino.h>

#include "base/error.h"

/* Every entry point that the backend uses. A list, so that the table, its loading and its use cannot drift.
 */
#define OV_FUNCTIONS(X)                                                                                      \
    X(ov_get_openvino_version)                                                                               \
    X(ov_version_free)                                                                                       \
    X(ov_get_last_err_msg)                                                                                   \
    X(ov_free)                                                                                               \
    X(ov_core_create)                                                                                        \
    X(ov_core_free)                                                                                          \
    X(ov_core_read_model)                                                                                    \
    X(ov_core_compile_model)                                                                                 \
    X(ov_core_set_property)                                                                                  \
    X(ov_core_get_property)                                                                                  \
    X(ov_model_free)                                                                                         \
    X(ov_model_reshape_single_input)                                                                         \
    X(ov_model_is_dynamic)                                                                                   \
    X(ov_partial_shape_create_static)                                                                        \
    X(ov_partial_shape_free)                                                                                 \
    X(ov_layout_create)                                                                                      \
    X(ov_layout_free)                                                                                        \
    X(ov_preprocess_prepostprocessor_create)                                                                 \
    X(ov_preprocess_prepostprocessor_free)                                                                   \
    X(ov_preprocess_prepostprocessor_get_input_info)                                                         \
    X(ov_preprocess_prepostprocessor_get_output_info_by_name)                                                \
    X(ov_preprocess_prepostprocessor_build)                                                                  \
    X(ov_preprocess_input_info_free)                                                                         \
    X(ov_preprocess_input_info_get_tensor_info)                                                              \
    X(ov_preprocess_input_info_get_preprocess_steps)                                                         \
    X(ov_preprocess_input_info_get_model_info)                                                               \
    X(ov_preprocess_input_tensor_info_free)                                                                  \
    X(ov_preprocess_input_tensor_info_set_element_type)                                                      \
    X(ov_preprocess_input_tensor_info_set_layout)                                                            \
    X(ov_preprocess_preprocess_steps_free)                                                                   \
    X(ov_preprocess_preprocess_steps_convert_element_type)                                                   \
    X(ov_preprocess_preprocess_steps_mean_multi_channels)                                                    \
    X(ov_preprocess_preprocess_steps_scale_multi_channels)                                                   \
    X(ov_preprocess_input_model_info_free)                                                                   \
    X(ov_preprocess_input_model_info_set_layout)                                                             \
    X(ov_preprocess_output_info_free)                                                                        \
    X(ov_preprocess_output_info_get_tensor_info)                                                             \
    X(ov_preprocess_output_tensor_info_free)                                                                 \
    X(ov_preprocess_output_set_element_type)                                                                 \
    X(ov_compiled_model_create_infer_request)                                                                \
    X(ov_compiled_model_free)                                                                                \
    X(ov_infer_request_get_input_tensor)                                                                     \
    X(ov_infer_request_get_tensor)                                                                           \
    X(ov_infer_request_infer)                                                                                \
    X(ov_infer_request_free)                                                                                 \
    X(ov_tensor_data)                                                                                        \
    X(ov_tensor_get_byte_size)                                                                               \
    X(ov_tensor_get_shape)                                                                                   \
    X(ov_tensor_set_shape)                                                                                   \
    X(ov_tensor_free)                                                                                        \
    X(ov_shape_free)

typedef struct ov_api {
#define OV_MEMBER(name) __typeof__(&name) name;
    OV_FUNCTIONS(OV_MEMBER)
#undef OV_MEMBER
    void *library;
    char path[1024];
} ov_api;

/* Looks in dir (may be NULL), then in the usual places. TS_ENGINE with a hint when nothing fits. */
bool ov_api_load(ov_api *api, const char *dir, ts_error *err);
void ov_api_unload(ov_api *api);

#endif
