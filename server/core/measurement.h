// What the board measured in one attempt, raw; analysis makes a result of it.
#ifndef SERVER_CORE_MEASUREMENT_H_
#define SERVER_CORE_MEASUREMENT_H_

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace edgerack::core {

struct LayerCounts {
  uint32_t cycles = 0;
  std::optional<uint32_t> extra_counts;
};

// In force while the model ran, as the firmware read it back.
struct RunSettings {
  bool icache = false;
  bool dcache = false;
  bool art = false;
  bool fpu = false;
  bool debug_build = false;
  bool clock_fallback = false;  // the intended clock did not come up
};

// Addresses in the chip's address space.
struct Places {
  uint32_t arena = 0;
  uint32_t weights = 0;
  uint32_t stack = 0;
  uint32_t kernels = 0;
};

// The link to the board over the attempt.
struct LinkStatistics {
  int64_t requests = 0;
  int64_t repeated_requests = 0;
  int64_t damaged_replies = 0;
  int64_t damaged_requests = 0;
};

// An output of a layer that is not what the host computed.
struct TracedOutput {
  int64_t sample = 0;
  int32_t layer = 0;
  int32_t output = 0;  // among the layer's
  std::string data;
};

// The first samples once more, layer by layer.
struct BoardTrace {
  int64_t samples = 0;                  // traced to the last layer
  std::vector<uint32_t> crc32;          // per sample, layer and output, as zlib's crc32
  std::vector<TracedOutput> differing;  // as many as were read from the board
  std::string note;                     // why there is less than was asked for
};

// Samples of the program counter that fell into one function of the firmware.
struct FunctionSamples {
  std::string name;  // empty: into none that is known
  std::string file;  // under firmware/; empty: of the C library
  int64_t samples = 0;
};

// Many inferences between two readings of the device's clock.
struct InferenceWindow {
  int64_t inferences = 0;
  int64_t elapsed_us = 0;
};

struct Measurement {
  int64_t clock_hz = 0;
  std::vector<uint32_t> sample_cycles;  // per timed run, timer overhead subtracted
  int64_t timer_overhead_cycles = 0;
  std::vector<LayerCounts> layers;       // profiler overhead subtracted
  int64_t profiler_overhead_cycles = 0;  // per layer
  int64_t profiled_total_cycles = 0;     // profiler's cost included
  std::optional<int64_t> extra_counts;   // for one inference
  std::string extra_unit;                // "instructions"
  int64_t stack_bytes = 0;               // high-water mark
  int64_t stack_capacity_bytes = 0;
  int64_t code_bytes = 0;
  int64_t data_bytes = 0;
  int64_t arena_capacity_bytes = 0;
  RunSettings settings;
  std::optional<Places> places;
  std::string outputs;  // raw outputs of `samples` samples, in order
  int64_t samples = 0;
  std::string uid;
  std::string firmware_build_id;
  std::string agent_version;
  std::optional<double> host_clock_ratio;  // board / host
  std::optional<LinkStatistics> link;
  std::vector<FunctionSamples> functions;  // the most first; empty where none was asked for
  std::vector<InferenceWindow> windows;    // by MLPerf Tiny's protocol
  std::vector<double> logged_us;           // found in the log, each of one inference
  std::vector<double> logged_cycles;       // likewise
  std::vector<double> reported_results;    // what the device said the last inference gave
  std::vector<std::string> said;           // what the device said of itself
  std::optional<BoardTrace> trace;
};

}  // namespace edgerack::core

#endif  // SERVER_CORE_MEASUREMENT_H_
