// What the agent and its server speak of, as plain values.
#ifndef AGENT_BOARD_TYPES_H_
#define AGENT_BOARD_TYPES_H_

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "agent/link/identity.h"
#include "agent/mlperf/windows.h"
#include "base/catalog/placement.h"
#include "base/error.h"
#include "base/ids.h"

namespace edgerack::agent {

using BoardId = StrongId<struct BoardTag>;
using RunId = StrongId<struct RunTag>;

// A run is never started twice with the same key.
struct RunKey {
  RunId run_id;
  int32_t attempt = 0;
  auto operator<=>(const RunKey&) const = default;
};

struct StageTimeouts {
  int64_t acquire_ms = 60'000;
  int64_t flash_ms = 120'000;
  int64_t handshake_ms = 15'000;
  int64_t load_ms = 120'000;
  int64_t run_ms = 300'000;
  int64_t validate_ms = 900'000;
};

struct TensorSlice {
  int32_t tensor = 0;  // index in the package
  int64_t bytes = 0;
};

struct OperatingConditions {
  int64_t clock_hz = 0;  // 0 = the board's usual
  bool icache = true;
  bool dcache = true;
  bool art = true;
  Placement placement;

  bool operator==(const OperatingConditions&) const = default;
};

// How the board is talked to while it is measured.
enum class Protocol {
  kLink,        // the board link
  kMlperfTiny,  // MLPerf Tiny's text commands
  kLogRegex,    // not at all: it prints its times
};

// Of runs by another protocol than the link, or of somebody else's image.
struct Foreign {
  Protocol protocol = Protocol::kLink;
  std::string image_sha256;  // an ELF file to flash; empty = the resident firmware
  uint32_t baud = 0;         // of the image's console; 0 = the board's usual
  WindowRules windows;       // of MLPerf Tiny
  std::string regex;         // of the log
};

struct Assignment {
  BoardId board;
  RunKey key;
  // Of somebody else's image without a model: all of the package is empty.
  std::string package_sha256;
  uint32_t package_crc32 = 0;  // as in the package's header
  int64_t package_bytes = 0;
  std::string inputs_sha256;  // empty when there are no samples
  int64_t samples = 0;
  std::vector<int64_t> input_bytes;  // per sample, the inputs in order
  std::vector<TensorSlice> outputs;
  int64_t trace_samples = 0;     // of `samples`, the first ones, layer by layer
  std::string trace_sha256;      // of the host's CRCs; empty when there are none
  std::string firmware_variant;  // another build of the board's image; empty = the usual one
  OperatingConditions conditions;
  int32_t warmup_runs = 0;
  int32_t timed_runs = 1;
  int64_t function_samples = 0;  // of the program counter; 0 = none
  Foreign foreign;
  StageTimeouts timeouts;
  bool cancelled = false;
};

struct StageTime {
  std::string name;
  int64_t start_wall_ms = 0;
  int64_t duration_ms = 0;
  bool skipped = false;  // nothing was to do
};

// The fields of these three mean what edgerack.agent.v1 says.
struct TracedOutput {
  int64_t sample = 0;
  int32_t layer = 0;
  int32_t output = 0;
  std::string data;
};

struct BoardTrace {
  int64_t samples = 0;
  std::vector<uint32_t> crc32;
  std::vector<TracedOutput> differing;
  std::string note;
};

// Addresses in the chip's address space, as the board answered CONFIGURE.
struct Places {
  uint32_t arena = 0;
  uint32_t weights = 0;
  uint32_t stack = 0;
  uint32_t kernels = 0;
};

// Samples of the program counter that fell into one function.
struct FunctionSamples {
  std::string name;  // empty: into none that is known
  std::string file;  // under firmware/; empty: of the C library
  int64_t samples = 0;
};

struct Measurement {
  int64_t clock_hz = 0;
  std::vector<uint32_t> sample_cycles;
  int64_t timer_overhead_cycles = 0;
  std::vector<LayerCount> layers;
  int64_t profiler_overhead_cycles = 0;
  int64_t profiled_total_cycles = 0;
  std::optional<int64_t> extra_counts;
  std::string extra_unit;
  int64_t stack_bytes = 0;
  int64_t stack_capacity_bytes = 0;
  int64_t code_bytes = 0;
  int64_t data_bytes = 0;
  int64_t arena_capacity_bytes = 0;
  uint32_t settings = 0;
  std::optional<Places> places;  // absent where the firmware does not know CONFIGURE
  std::string outputs;
  int64_t samples = 0;
  std::string uid;
  std::string firmware_build_id;
  std::optional<double> host_clock_ratio;
  LinkStatistics link;
  std::vector<FunctionSamples> functions;  // the most first; empty where none was asked for
  std::vector<InferenceWindow> windows;    // by MLPerf Tiny's protocol
  std::vector<double> logged_us;           // by the log, of one inference each
  std::vector<double> logged_cycles;       // likewise
  std::vector<double> reported_results;    // what the device said the last inference gave
  std::vector<std::string> said;           // what the device said of itself
  std::optional<BoardTrace> trace;         // empty where none was asked for
};

struct RunState {
  RunKey key;
  std::string stage;
  std::optional<double> progress;  // of the stage, 0..1
  std::vector<StageTime> stages;
  bool finished = false;
  absl::Status error;                              // when finished: this,
  std::shared_ptr<const Measurement> measurement;  // or this
};

enum class BoardStatus { kIdle, kBusy, kRecovering, kOffline };
const char* BoardStatusName(BoardStatus status);

struct BoardState {
  BoardId id;
  BoardStatus status = BoardStatus::kRecovering;
  std::string reason;  // why it is not idle, for a person
  std::string uid;     // empty until the board has answered once
  std::string firmware_build_id;
  std::optional<RunState> run;
};

}  // namespace edgerack::agent

#endif  // AGENT_BOARD_TYPES_H_
