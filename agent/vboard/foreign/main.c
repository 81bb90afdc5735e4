// A small program as a user would bring it: full speed from the board's clock, SysTick at 1 kHz,
// USART3 with interrupts, floating point in main and in the tick at once. It links nothing of this
// project.
#include "chip.h"

#define USART3_CR1 REG(0x40004800)
#define USART3_BRR REG(0x4000480C)
#define USART3_ISR REG(0x4000481C)
#define USART3_ICR REG(0x40004820)
#define USART3_RDR REG(0x40004824)
#define USART3_TDR REG(0x40004828)
#define SCB_VTOR REG(0xE000ED08)
#define SCB_CPACR REG(0xE000ED88)
#define SYST_CSR REG(0xE000E010)
#define SYST_RVR REG(0xE000E014)
#define SYST_CVR REG(0xE000E018)
#define NVIC_ISER1 REG(0xE000E104)

void SystemInit(void);
void SysTick_Handler(void);
void USART3_IRQHandler(void);
int main(void);

volatile uint32_t ticks;
volatile float tick_sum = 0.5f;  // in .data: start-up must copy it
volatile uint32_t corruptions;
volatile uint32_t terms_per_series = 20000;  // volatile: each call must really compute
volatile float last_value;

static char received[64];
static volatile uint32_t received_count;

void SystemInit(void) {
  SCB_CPACR |= 0xFu << 20;
  __asm volatile("dsb\n isb" ::: "memory");
  SCB_VTOR = 0x08000000;
}

static void usart3_open(uint32_t kernel_hz) {
  enum { kBaud = 115200 };
  USART3_BRR = (kernel_hz + kBaud / 2) / kBaud;
  USART3_CR1 = 1u << 0 | 1u << 2 | 1u << 3 | 1u << 5;
  NVIC_ISER1 = 1u << (39 - 32);
}

static void put(char c) {
  while ((USART3_ISR & (1u << 7)) == 0) {
  }
  USART3_TDR = (uint8_t)c;
}

static void print(const char* text) {
  while (*text != 0) put(*text++);
}

static void print_number(uint32_t number) {
  char digits[10];
  int count = 0;
  do {
    digits[count++] = (char)('0' + number % 10);
    number /= 10;
  } while (number != 0);
  while (count > 0) put(digits[--count]);
}

void SysTick_Handler(void) {
  ++ticks;
  // Enough registers that a missing save in either direction shows.
  float a = tick_sum, b = a * 1.5f, c = b - a, d = c + b * 0.25f;
  for (int i = 0; i < 8; ++i) {
    a = a * 0.5f + b * 0.25f;
    b = b * 0.75f - c * 0.125f;
    c = c + d * 0.0625f;
    d = d * 0.5f;
  }
  tick_sum = 0.5f + (a + b + c + d) * 0.001f;
}

void USART3_IRQHandler(void) {
  if ((USART3_ISR & (1u << 3)) != 0) USART3_ICR = 1u << 3;
  if ((USART3_ISR & (1u << 5)) == 0) return;
  const char c = (char)USART3_RDR;
  if (received_count < sizeof received) received[received_count++] = c;
}

__attribute__((noinline)) float series(uint32_t terms);
__attribute__((noinline)) float series(uint32_t terms) {
  float sum = 0.0f, sign = 1.0f, k = 1.0f;
  for (uint32_t i = 0; i < terms; ++i) {
    sum += sign / k;
    sign = -sign;
    k += 2.0f;
  }
  return sum * 4.0f;
}

__attribute__((noinline)) void report(float value);
__attribute__((noinline)) void report(float value) {
  last_value = value;
  print("pi*1000000=");
  print_number((uint32_t)(value * 1000000.0f));
  print(" corruptions=");
  print_number(corruptions);
  print("\r\n");
}

int main(void) {
  const uint32_t core_hz = chip_full_speed();
  usart3_open(chip_connect_usart3());
  SYST_RVR = core_hz / 1000 - 1;
  SYST_CVR = 0;
  SYST_CSR = 7;
  __asm volatile("cpsie i");
  print("foreign program ready\r\n");
  const float expected = series(terms_per_series);
  uint32_t next_report = 0;
  uint32_t echoed = 0;
  for (;;) {
    if (ticks >= next_report) {
      next_report = ticks + 500;
      const uint32_t before = ticks;
      float value = expected;
      // Long enough that several ticks fall into it.
      for (int i = 0; i < 8; ++i) {
        value = series(terms_per_series);
        if (value != expected) ++corruptions;
      }
      if (ticks == before) print("no tick came\r\n");
      report(value);
    }
    while (echoed < received_count) {
      const char c = received[echoed++];
      if (echoed == received_count) echoed = received_count = 0;
      put(c >= 'a' && c <= 'z' ? (char)(c - 32) : c);
    }
    __asm volatile("wfi");
  }
}
