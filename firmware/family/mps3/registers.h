// The registers of the Corstone-300 subsystem and of image AN547 that the firmware touches, at
// their secure addresses (Arm 101773 "SSE-300", DAI 0547, DDI 0479 "CMSDK").
#ifndef FIRMWARE_FAMILY_MPS3_REGISTERS_H_
#define FIRMWARE_FAMILY_MPS3_REGISTERS_H_

#include "firmware/family/cortex_m55/registers.h"

// System counter: control frame
#define CNTCR ER_REGISTER(0x58100000)
#define CNTCR_EN ER_BIT(0)
#define CNTCR_SCEN ER_BIT(2)
#define CNTCV_LO ER_REGISTER(0x58100008)
#define CNTCV_HI ER_REGISTER(0x5810000C)
#define CNTSCR0 ER_REGISTER(0x581000D0)  // counts per input cycle, 8.24 fixed point

// Watchdog on the slow clock; its first expiry is the core's NMI, its second a reset
#define WDOG_LOAD ER_REGISTER(0x5802E000)
#define WDOG_CONTROL ER_REGISTER(0x5802E008)
#define WDOG_CONTROL_INTERRUPT ER_BIT(0)
#define WDOG_CONTROL_RESET ER_BIT(1)
#define WDOG_INTCLR ER_REGISTER(0x5802E00C)
#define WDOG_LOCK ER_REGISTER(0x5802EC00)
#define WDOG_LOCK_KEY 0x1ACCE551u

// UART, relative to its base
#define UART_DATA(base) ER_REGISTER((base) + 0x00)
#define UART_STATE(base) ER_REGISTER((base) + 0x04)
#define UART_STATE_TX_FULL ER_BIT(0)
#define UART_STATE_RX_FULL ER_BIT(1)
#define UART_CTRL(base) ER_REGISTER((base) + 0x08)
#define UART_CTRL_TX_ENABLE ER_BIT(0)
#define UART_CTRL_RX_ENABLE ER_BIT(1)
#define UART_CTRL_RX_INTERRUPT ER_BIT(3)
#define UART_INTCLEAR(base) ER_REGISTER((base) + 0x0C)
#define UART_INT_RX ER_BIT(1)
#define UART_BAUDDIV(base) ER_REGISTER((base) + 0x10)

#endif  // FIRMWARE_FAMILY_MPS3_REGISTERS_H_
