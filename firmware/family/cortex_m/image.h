// What an image knows of itself: from its linker script and from board_config.h.
#ifndef FIRMWARE_FAMILY_CORTEX_M_IMAGE_H_
#define FIRMWARE_FAMILY_CORTEX_M_IMAGE_H_

#include "firmware/hal/board_api.h"

// Name, build id and CPUID.
void er_image_identify(er_board_identity_t* identity);

// Everything.
void er_image_describe_memory(er_board_memory_t* memory);

#endif  // FIRMWARE_FAMILY_CORTEX_M_IMAGE_H_
