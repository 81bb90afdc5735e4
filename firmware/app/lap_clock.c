#include "firmware/app/lap_clock.h"

#include "firmware/hal/board_api.h"

enum { kMicroseconds = 1000000 };

static struct {
  uint64_t us;
  uint64_t cycles;  // counted, and not yet in `us`
  uint32_t rest;    // millionths of a cycle, likewise
  uint32_t last;    // reading of the cycle counter
} lap;

void er_lap_clock_init(void) {
  lap.us = 0;
  lap.cycles = 0;
  lap.rest = 0;
  lap.last = er_board_cycles();
}

void er_lap_clock_advance(void) {
  const uint32_t now = er_board_cycles();
  lap.cycles += now - lap.last;
  lap.last = now;
}

uint64_t er_lap_clock_us(void) {
  er_lap_clock_advance();
  const uint32_t hz = er_board_clock_hz();
  const uint64_t total = lap.cycles * kMicroseconds + lap.rest;
  lap.us += total / hz;
  lap.rest = (uint32_t)(total % hz);
  lap.cycles = 0;
  return lap.us;
}
