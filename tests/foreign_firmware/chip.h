/* STM32F746 registers that these programs use (RM0385). */
#ifndef CHIP_H_
#define CHIP_H_

#include <stdint.h>

#define REG(address) (*(volatile uint32_t*)(address))

#define RCC_AHB1ENR REG(0x40023830)
#define RCC_APB1ENR REG(0x40023840)
#define RCC_APB2ENR REG(0x40023844)
#define GPIOA_MODER REG(0x40020000)
#define GPIOA_AFRH REG(0x40020024)
#define GPIOB_MODER REG(0x40020400)
#define GPIOB_AFRL REG(0x40020420)
#define USART1_CR1 REG(0x40011000)
#define USART1_BRR REG(0x4001100C)
#define USART1_ISR REG(0x4001101C)
#define USART1_RDR REG(0x40011024)
#define USART1_TDR REG(0x40011028)
#define TIM2_CR1 REG(0x40000000)
#define TIM2_EGR REG(0x40000014)
#define TIM2_CNT REG(0x40000024)
#define TIM2_PSC REG(0x40000028)
#define TIM2_ARR REG(0x4000002C)

/* Starts the serial port (PA9, PB7, 115200 baud) and a timer of microseconds; the chip runs from
 * its internal oscillator of 16 MHz. */
void chip_start(void);
uint32_t chip_microseconds(void);
char chip_getchar(void);
void chip_print(const char* text);
void chip_print_number(uint32_t value);

#endif
