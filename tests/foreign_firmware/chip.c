#include "chip.h"

extern uint32_t stack_top, data_load, data_start, data_end, bss_start, bss_end;
int main(void);
void reset_entry(void);

__attribute__((section(".vectors"), used)) static const uintptr_t vectors[16] = {
    (uintptr_t)&stack_top, (uintptr_t)reset_entry};

void reset_entry(void) {
  const uint32_t* from = &data_load;
  for (uint32_t* to = &data_start; to < &data_end;) *to++ = *from++;
  for (uint32_t* to = &bss_start; to < &bss_end;) *to++ = 0;
  main();
  for (;;) {
  }
}

void chip_start(void) {
  RCC_AHB1ENR |= 3u;      /* GPIOA, GPIOB */
  RCC_APB1ENR |= 1u;      /* TIM2 */
  RCC_APB2ENR |= 1u << 4; /* USART1 */
  GPIOA_MODER = (GPIOA_MODER & ~(3u << 18)) | 2u << 18;
  GPIOA_AFRH = (GPIOA_AFRH & ~(0xFu << 4)) | 7u << 4;
  GPIOB_MODER = (GPIOB_MODER & ~(3u << 14)) | 2u << 14;
  GPIOB_AFRL = (GPIOB_AFRL & ~(0xFu << 28)) | 7u << 28;
  USART1_BRR = 139; /* 16 MHz / 115200 */
  USART1_CR1 = 1u | 1u << 2 | 1u << 3;
  TIM2_PSC = 15;
  TIM2_ARR = 0xFFFFFFFFu;
  TIM2_EGR = 1; /* takes the prescaler over */
  TIM2_CR1 = 1;
}

uint32_t chip_microseconds(void) { return TIM2_CNT; }

char chip_getchar(void) {
  while ((USART1_ISR & (1u << 5)) == 0) {
  }
  return (char)USART1_RDR;
}

static void put(char c) {
  while ((USART1_ISR & (1u << 7)) == 0) {
  }
  USART1_TDR = (uint8_t)c;
}

void chip_print(const char* text) {
  while (*text != 0) put(*text++);
}

void chip_print_number(uint32_t value) {
  char digits[10];
  int n = 0;
  do {
    digits[n++] = (char)('0' + value % 10);
    value /= 10;
  } while (value != 0);
  while (n > 0) put(digits[--n]);
}
