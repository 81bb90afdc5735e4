// A model of one's own behind the text commands, and what they say: for tests on this machine.
#ifndef FIRMWARE_APP_FAKE_BENCHMARK_H_
#define FIRMWARE_APP_FAKE_BENCHMARK_H_

#include <cstdint>
#include <cstring>
#include <string>
#include <vector>

#include "firmware/app/benchmark.h"
#include "firmware/app/lap_clock.h"
#include "firmware/hal/board_api.h"

namespace edgerack::firmware {

// Include in one file of a program: the functions below are its only ones of these names.
struct FakeBenchmark {
  const char* problem = nullptr;  // why no model is ready
  std::vector<uint8_t> buffer = std::vector<uint8_t>(64);
  uint32_t input_bytes = 12;
  std::vector<float> result = {0.25f, -1.5f};
  bool needs_input = false;
  uint64_t us_per_inference = 250;
  uint64_t us = 1000;
  uint32_t inferences = 0;
  std::vector<uint8_t> input;  // as it was loaded last
  std::string said;
};

inline FakeBenchmark& Fake() {
  static FakeBenchmark fake;
  return fake;
}

}  // namespace edgerack::firmware

extern "C" {
const char* er_benchmark_ready(void) { return edgerack::firmware::Fake().problem; }
const char* er_benchmark_name(char to[ER_BENCHMARK_NAME_BYTES]) { return std::strcpy(to, "kws01"); }
uint8_t* er_benchmark_buffer(uint32_t* capacity_bytes) {
  *capacity_bytes = static_cast<uint32_t>(edgerack::firmware::Fake().buffer.size());
  return edgerack::firmware::Fake().buffer.data();
}
uint32_t er_benchmark_input_bytes(void) { return edgerack::firmware::Fake().input_bytes; }
int er_benchmark_takes(uint32_t bytes) { return bytes == edgerack::firmware::Fake().input_bytes; }
void er_benchmark_load_input(uint32_t bytes) {
  auto& fake = edgerack::firmware::Fake();
  fake.input.assign(fake.buffer.begin(), fake.buffer.begin() + bytes);
}
void er_benchmark_infer(uint32_t count) {
  auto& fake = edgerack::firmware::Fake();
  fake.inferences += count;
  fake.us += fake.us_per_inference * count;
}
uint32_t er_benchmark_result_count(void) {
  return static_cast<uint32_t>(edgerack::firmware::Fake().result.size());
}
int er_benchmark_result_needs_input(void) { return edgerack::firmware::Fake().needs_input; }
float er_benchmark_result(uint32_t index, uint32_t) {
  return edgerack::firmware::Fake().result.at(index);
}
uint64_t er_lap_clock_us(void) { return edgerack::firmware::Fake().us; }
void er_board_feed_watchdog(void) {}
void er_board_uart_write(const uint8_t* from, size_t bytes) {
  edgerack::firmware::Fake().said.append(reinterpret_cast<const char*>(from), bytes);
}
}

#endif  // FIRMWARE_APP_FAKE_BENCHMARK_H_
