// Somebody's own firmware for an STM32F746 with a model in it: no resident firmware, no link, no
// farm. Reads one image as 64 bytes from USART1 (PA9, PB7; 115200 baud), answers with the ten
// scores and the cycles of the inference as a line of text. Registers: RM0385 (STM32F746 reference
// manual).
#include <stdint.h>

#include "digits_int8.h"

#define REG(address) (*(volatile uint32_t*)(address))

extern uint32_t _estack, _sidata, _sdata, _edata, _sbss, _ebss;
void Reset_Handler(void);

__attribute__((section(".vectors"), used)) static const uintptr_t vectors[16] = {
    [0] = (uintptr_t)&_estack,
    [1] = (uintptr_t)Reset_Handler,
};

static uint8_t arena[DIGITS_INT8_ARENA_BYTES] __attribute__((aligned(16)));

static void start_uart(void) {
  REG(0x40023830) |= 3u;                                           // RCC_AHB1ENR: GPIOA, GPIOB
  REG(0x40023844) |= 1u << 4;                                      // RCC_APB2ENR: USART1
  REG(0x40020000) = (REG(0x40020000) & ~(3u << 18)) | 2u << 18;    // PA9: alternate function
  REG(0x40020024) = (REG(0x40020024) & ~(0xFu << 4)) | 7u << 4;    // AF7
  REG(0x40020400) = (REG(0x40020400) & ~(3u << 14)) | 2u << 14;    // PB7: alternate function
  REG(0x40020420) = (REG(0x40020420) & ~(0xFu << 28)) | 7u << 28;  // AF7
  REG(0x4001100C) = 139;                                           // USART1_BRR: 16 MHz / 115200
  REG(0x40011000) = 1u << 0 | 1u << 2 | 1u << 3;                   // USART1_CR1: UE, RE, TE
}

static void put(char c) {
  while ((REG(0x4001101C) & (1u << 7)) == 0) {  // USART1_ISR: TXE
  }
  REG(0x40011028) = (uint8_t)c;
}

static uint8_t get(void) {
  while ((REG(0x4001101C) & (1u << 5)) == 0) {  // USART1_ISR: RXNE
  }
  return (uint8_t)REG(0x40011024);
}

static void print(const char* text) {
  while (*text != 0) put(*text++);
}

static void print_number(int32_t value) {
  char digits[12];
  int n = 0;
  uint32_t rest = value < 0 ? 0u - (uint32_t)value : (uint32_t)value;
  if (value < 0) put('-');
  do {
    digits[n++] = (char)('0' + rest % 10);
    rest /= 10;
  } while (rest != 0);
  while (n > 0) put(digits[--n]);
}

static void answer(void) {
  int8_t* pixels = digits_int8_input_0();
  for (uint32_t i = 0; i < DIGITS_INT8_INPUT_0_ELEMENTS; i++) pixels[i] = (int8_t)get();
  const uint32_t start = REG(0xE0001004);  // DWT_CYCCNT
  digits_int8_run();
  const uint32_t cycles = REG(0xE0001004) - start;
  const int8_t* scores = digits_int8_output_0();
  for (uint32_t i = 0; i < DIGITS_INT8_OUTPUT_0_ELEMENTS; i++) {
    print_number(scores[i]);
    put(' ');
  }
  print("cycles ");
  print_number((int32_t)cycles);
  print("\r\n");
}

void Reset_Handler(void) {
  REG(0xE000ED88) |= 0xFu << 20;  // CPACR: the FPU, before anything uses it
  __asm volatile("dsb\n isb");
  const uint32_t* from = &_sidata;
  for (uint32_t* to = &_sdata; to < &_edata;) *to++ = *from++;
  for (uint32_t* to = &_sbss; to < &_ebss;) *to++ = 0;
  REG(0xE000EDFC) |= 1u << 24;    // DEMCR: TRCENA
  REG(0xE0001FB0) = 0xC5ACCE55u;  // DWT_LAR: unlock
  REG(0xE0001000) |= 1u;          // DWT_CTRL: CYCCNTENA
  const int failed = digits_int8_load(arena);
  start_uart();  // only now: a receiver that nobody reads overruns after one character
  for (;;) {
    if (failed == 0) {
      answer();
      continue;
    }
    get();
    print(digits_int8_error());
    print("\r\n");
  }
}
