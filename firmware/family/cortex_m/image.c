#include "firmware/family/cortex_m/image.h"

#include <string.h>

#include "board_config.h"
#include "firmware/family/cortex_m/registers.h"

// From the linker script.
extern const uint8_t er_build_id_note[];
extern uint8_t er_code_start[], er_code_end[];
// The whole code, or kernels in memory of their own; how many bytes start-up copied there.
extern uint8_t er_kernels_start[], er_kernels_end[], er_kernels_copied_bytes[];
extern uint8_t er_data_start[], er_noinit_end[];
extern uint8_t er_stack_low[], er_stack_top[];

static const er_memory_range_t kRam[] = ER_CHIP_RAM;
// The image, its kernels, the stack with the static data behind it, the package store: what of it
// is RAM may not be given away.
static er_memory_range_t own[4];

static er_memory_range_t between(const uint8_t* start, const uint8_t* end) {
  const er_memory_range_t range = {(uintptr_t)start, (uint32_t)(end - start)};
  return range;
}

void er_image_identify(er_board_identity_t* identity) {
  enum { kNoteHeaderBytes = 16 };  // sizes, type, "GNU\0"
  identity->image_name = ER_BOARD_IMAGE;
  memcpy(identity->build_id, er_build_id_note + kNoteHeaderBytes, sizeof identity->build_id);
  identity->cpuid = SCB_CPUID;
}

void er_image_describe_memory(er_board_memory_t* memory) {
  memory->arena = (uint8_t*)ER_CHIP_LAYOUT_ARENA_REGION_ADDRESS;
  memory->arena_bytes = ER_CHIP_LAYOUT_ARENA_BYTES;
  memory->stack_low = er_stack_low;
  memory->stack_bytes = (uint32_t)(er_stack_top - er_stack_low);
  memory->code_bytes =
      (uint32_t)(er_code_end - er_code_start) + (uint32_t)(uintptr_t)er_kernels_copied_bytes;
  memory->data_bytes = (uint32_t)(er_noinit_end - er_data_start);
  memory->store_address = ER_CHIP_LAYOUT_PACKAGE_ADDRESS;
  memory->store_bytes = ER_CHIP_LAYOUT_PACKAGE_BYTES;
#ifdef ER_CHIP_MEMORY_FLASH_ALIAS_ADDRESS
  memory->store_alias_address = ER_CHIP_LAYOUT_PACKAGE_ADDRESS - ER_CHIP_MEMORY_FLASH_ADDRESS +
                                ER_CHIP_MEMORY_FLASH_ALIAS_ADDRESS;
#endif
  memory->kernels_address = (uint32_t)(uintptr_t)er_kernels_start;
  memory->ram = kRam;
  memory->ram_count = sizeof kRam / sizeof kRam[0];
  own[0] = between(er_code_start, er_code_end);
  own[1] = between(er_kernels_start, er_kernels_end);
  own[2] = between(er_stack_low, er_noinit_end);
  own[3].address = ER_CHIP_LAYOUT_PACKAGE_ADDRESS;
  own[3].bytes = ER_CHIP_LAYOUT_PACKAGE_BYTES;
  memory->own = own;
  memory->own_count = sizeof own / sizeof own[0];
}
