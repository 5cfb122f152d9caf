/* tests/engine: the two answers of the false OpenVINO that tests set: its version, and its last error. */
#include <stdlib.h>

#include <openvino/c/openvino.h>

ov_status_e ov_get_openvino_version(ov_version_t *version)
{
    version->buildNumber = getenv("TS_FAKE_OPENVINO_VERSION");
    version->description = "false";
    return version->buildNumber ? OK : GENERAL_ERROR;
}

void ov_version_free(ov_version_t *version)
{
    version->buildNumber = NULL;
}

const char *ov_get_last_err_msg(void); /* the C header declares it without a prototype */

/* As the real one speaks: source positions first, what matters last. */
const char *ov_get_last_err_msg(void)
{
    return "Exception from src/inference/src/cpp/core.cpp:99:\nCheck 'x' failed at a.cpp:1:\nthe false one "
           "never starts\n\n";
}
