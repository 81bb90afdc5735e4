// The vector table: faults of the core, the board's UART; nothing else is expected.
#include "board_config.h"
#include "firmware/family/armv7m/startup.h"
#include "firmware/family/stm32/uart.h"

// It only ends the sleep of er_board_idle.
static void ignore_tick(void) {}

#pragma GCC diagnostic push
#pragma GCC diagnostic ignored "-Woverride-init"
const er_vector_t er_vectors[kErCoreVectors + ER_CHIP_INTERRUPTS]
    __attribute__((section(".vectors"), used)) = {
        [1 ... kErCoreVectors + ER_CHIP_INTERRUPTS - 1] = er_fault_entry,
        [0] = (er_vector_t)(void*)er_stack_top,
        [1] = er_reset_handler,
        [kErSysTickVector] = ignore_tick,
        [kErCoreVectors + ER_BOARD_UART_INSTANCE_IRQ] = er_uart_interrupt,
};
#pragma GCC diagnostic pop
