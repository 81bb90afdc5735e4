// What the bench runs: one of three kinds of work, picked by KERNEL, then WFI.
#include <stdint.h>

extern uint32_t _estack;
void Reset_Handler(void);

__attribute__((section(".isr_vector"), used)) static const uintptr_t vectors[16] = {
    [0] = (uintptr_t)&_estack,
    [1] = (uintptr_t)Reset_Handler,
};

#define SIZE 1024
#define CPACR (*(volatile uint32_t*)0xE000ED88)
#define CCR (*(volatile uint32_t*)0xE000ED14)

static uint32_t a[SIZE / 2], b[SIZE / 2];  // pairs of int16_t
static float x[SIZE], w[SIZE];
static uint32_t keys[SIZE];
volatile uint32_t sink;

#if KERNEL == 1
// Sums of products of pairs, as int8 networks compute them.
static void Work(int round) {
  uint32_t sums[4] = {(uint32_t)round, 0, 0, 0};
  for (int i = 0; i < SIZE / 2; i += 4) {
    for (int k = 0; k < 4; ++k) {
      __asm("smlad %0, %1, %2, %0" : "+r"(sums[k]) : "r"(a[i + k]), "r"(b[i + k]));
    }
  }
  sink = sums[0] + sums[1] + sums[2] + sums[3];
}
#elif KERNEL == 2
static void Work(int round) {
  float sum = (float)round;
  for (int i = 0; i < SIZE; ++i) sum += x[i] * w[i];
  sink = (uint32_t)sum;
}
#else
// A checksum and a sort: branches that depend on data.
static void Work(int round) {
  uint32_t seed = (uint32_t)round;
  for (int i = 0; i < SIZE / 8; ++i) {
    seed = seed * 1664525u + 1013904223u;
    keys[i] = seed >> 8;
  }
  for (int i = 1; i < SIZE / 8; ++i) {
    const uint32_t key = keys[i];
    int k = i;
    for (; k > 0 && keys[k - 1] > key; --k) keys[k] = keys[k - 1];
    keys[k] = key;
  }
  sink = keys[SIZE / 16];
}
#endif

void Reset_Handler(void) {
  CPACR = 0xFu << 20;
  CCR = 3u << 16;
  __asm volatile("dsb\n\tisb");
  for (int i = 0; i < SIZE; ++i) {
    a[i / 2] = (uint32_t)i;
    b[i / 2] = 3 * (uint32_t)i;
    x[i] = (float)i;
    w[i] = 0.25f;
  }
  for (int round = 0; round < ROUNDS; ++round) Work(round);
  for (;;) __asm volatile("wfi");
}
