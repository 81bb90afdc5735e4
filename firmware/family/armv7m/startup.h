// What the start-up code of an Armv7-M core and the vector table of a family ask of each other.
#ifndef FIRMWARE_FAMILY_ARMV7M_STARTUP_H_
#define FIRMWARE_FAMILY_ARMV7M_STARTUP_H_

#include <stdint.h>

enum { kErCoreVectors = 16, kErSysTickVector = 15 };

typedef void (*er_vector_t)(void);

// The family's table: the core's vectors, then the chip's interrupts.
extern const er_vector_t er_vectors[];

// From the linker script.
extern uint32_t er_stack_top[];

// The first code after a reset: memory, FPU, vectors, then er_board_init and er_app_main.
void er_reset_handler(void);

// For every vector that means a fault or an interrupt nobody asked for: leaves a record, resets.
void er_fault_entry(void);

// What a chip must have done before it may write to RAM. Runs without a stack: a chip that needs
// it writes it naked. Others do nothing.
void er_chip_confirm_supply(void);

#endif  // FIRMWARE_FAMILY_ARMV7M_STARTUP_H_
