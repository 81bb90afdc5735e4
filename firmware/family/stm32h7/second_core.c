// Chips with a Cortex-M4 beside the Cortex-M7 start both. The second finds this at its boot address
// and sleeps for ever; without it, it would execute whatever lies there.
#include "board_config.h"

#ifdef ER_CHIP_LAYOUT_SECOND_CORE_ADDRESS
#include "firmware/family/armv7m/startup.h"

void er_second_core_sleep(void);

__attribute__((section(".second_core.vectors"),
               used)) static const er_vector_t vectors[kErCoreVectors] = {
    // No stack is ever used; the address is one that is surely memory.
    [0] = (er_vector_t)(void*)er_stack_top,
    [1 ... kErCoreVectors - 1] = er_second_core_sleep,
};

__attribute__((naked, section(".second_core.text"))) void er_second_core_sleep(void) {
  __asm__ volatile(
      "cpsid i\n"
      "1: wfi\n"
      "b 1b\n");
}
#endif
