// What one board measured for one job: the shape of a result's JSON. Unknown or not applicable =
// the optional is empty; a known 0 or false is there.
#ifndef SERVER_CORE_RESULT_H_
#define SERVER_CORE_RESULT_H_

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "server/core/ids.h"
#include "server/core/tensor.h"

namespace edgerack::core {

enum class Verdict { kValid, kDegraded, kInvalid };
// "VALID", "DEGRADED", "INVALID".
const char* VerdictName(Verdict verdict);
Verdict ParseVerdict(const std::string& name);  // kInvalid for a name it does not know

struct Issue {
  std::string code;
  std::string message;
};

struct ResultBoard {
  BoardId id;
  std::string kind;
  std::string chip;
  std::string uid;
  std::optional<bool> is_virtual;
};

struct Latency {
  std::optional<bool> estimated;  // the time is modelled, not measured
  std::optional<double> median_ms;
  std::optional<double> min_ms;
  std::optional<double> max_ms;
  std::optional<double> p90_ms;
  std::vector<double> samples_ms;
};

struct Cycles {
  std::optional<bool> estimated;
  std::optional<int64_t> median;
  std::optional<int64_t> min;
  std::optional<int64_t> max;
};

struct MemoryRegionUse {
  std::string name;
  std::optional<int64_t> used_bytes;
  std::optional<int64_t> size_bytes;
};

struct Memory {
  std::optional<int64_t> weights_bytes;
  std::optional<int64_t> arena_bytes;
  std::optional<int64_t> arena_lower_bound_bytes;
  std::optional<int64_t> code_bytes;
  std::optional<int64_t> stack_bytes;
  std::optional<int64_t> package_bytes;
  std::vector<MemoryRegionUse> regions;
  // Names of regions; empty when unknown.
  std::string weights_region;
  std::string arena_region;
  std::string code_region;
  std::string stack_region;
};

struct Layer {
  std::optional<int32_t> index;
  std::string name;
  std::string op;
  std::string kernel;
  std::string kernel_reason;  // why it has this kernel
  std::string weights_dtype;  // of a layer with multiply-accumulates; else empty
  std::string output_dtype;
  std::optional<int64_t> weights_bytes;  // constants that it reads
  std::optional<int64_t> input_bytes;    // activations that it reads
  std::optional<int64_t> output_bytes;
  std::optional<int64_t> macs;
  std::optional<int64_t> cycles;
  std::optional<int64_t> instructions;
  std::vector<int64_t> output_shape;
  std::vector<std::string> findings;
};

// What a function of the firmware had of the time, by samples of the program counter.
struct FunctionShare {
  std::string name;  // empty: what fell into none that is known
  std::string file;  // under firmware/; empty: of the C library
  std::optional<int64_t> samples;
  std::optional<double> percent;
};

struct Accuracy {
  std::optional<int64_t> samples;  // run on the board
  std::optional<double> top1;      // 0..1
  std::optional<double> rmse;
  std::optional<double> mae;
  std::optional<double> cos;
  std::optional<int64_t> host_samples;
  std::optional<double> host_top1;
};

// Of one output: top1 against labels, the others against targets.
struct AccuracyFigures {
  std::optional<double> top1;  // 0..1
  std::optional<double> rmse;
  std::optional<double> mae;
  std::optional<double> cos;
};

// What quantization costs on a dataset, as the compiler found it.
struct QuantizationAccuracy {
  std::optional<int64_t> samples;
  std::string against;                    // labels, targets, original
  std::optional<AccuracyFigures> before;  // none against "original"
  AccuracyFigures after;
};

struct Agreement {
  std::optional<int64_t> samples;
  std::optional<int64_t> bit_exact;
  std::optional<int32_t> first_divergent_layer;  // index in `layers`, of the traced samples
  std::optional<int64_t> traced_samples;         // compared layer by layer
  std::optional<double> max_abs_error;
};

struct Stage {
  std::string name;  // queue, compile, acquire, flash, handshake, load, run, validate
  int64_t start_time_ms = 0;
  std::optional<double> duration_ms;
  std::optional<bool> skipped;
};

struct Provenance {
  std::string model_sha256;
  std::string package_sha256;
  std::string dataset_sha256;
  std::string firmware_build_id;
  std::string firmware_image;
  std::string compiler_version;
  std::string server_version;
  std::string agent_version;
  std::string board_uid;
  std::map<std::string, std::string> options;
  std::optional<bool> icache;
  std::optional<bool> dcache;
  std::optional<bool> art;
  std::optional<bool> fpu;
  std::optional<int32_t> warmup_runs;
  std::optional<int32_t> timed_runs;
  std::optional<int64_t> timer_overhead_cycles;
  std::optional<int64_t> profiler_overhead_cycles;
  std::optional<int64_t> profiled_total_cycles;
  std::optional<int64_t> link_requests;
  std::optional<int64_t> link_repeated_requests;
  std::optional<int64_t> link_damaged_replies;   // as the agent received them
  std::optional<int64_t> link_damaged_requests;  // as the board received them
  std::string firmware_sha256;  // of the ELF file that ran; empty = the resident firmware did
  std::string protocol;         // empty = the link
  std::vector<std::string> firmware_says;  // of itself
};

// Of one window of MLPerf Tiny's performance mode.
struct ThroughputWindow {
  std::optional<int64_t> inferences;
  std::optional<double> seconds;  // by the device's clock
  std::optional<double> per_s;
};

struct Throughput {
  std::optional<double> median_per_s;
  std::vector<ThroughputWindow> windows;
  std::vector<double> results;  // what the device said the last inference gave
};

// The outputs of the samples that ran on the board: raw bytes as artifacts, sample after sample.
struct KeptOutputs {
  int64_t samples = 0;          // kept, the first ones of those that ran
  int64_t run_samples = 0;      // ran on the board, spread over the dataset
  int64_t dataset_samples = 0;  // in the whole dataset
  int64_t sample_seed = 0;      // how they were chosen of it
  int64_t sample_bytes = 0;
  std::string board_sha256;      // `samples` × sample_bytes
  std::string reference_sha256;  // of the host, `run_samples` × sample_bytes
  std::vector<TensorInfo> tensors;
};

// What the board said of each layer, as an artifact for `edgerack-compile validate`.
struct KeptTrace {
  int64_t samples = 0;
  std::string sha256;
};

struct Result {
  ResultId id;
  JobId job;
  RunId run;
  std::string model_display_name;
  int64_t create_time_ms = 0;
  ResultBoard board;
  Verdict verdict = Verdict::kInvalid;
  std::vector<Issue> issues;
  std::optional<int64_t> clock_hz;
  std::optional<Latency> latency;
  std::optional<Cycles> cycles;
  std::optional<int64_t> instructions;
  std::optional<int64_t> macs;
  std::optional<double> cycles_per_mac;
  Memory memory;
  std::vector<Layer> layers;
  std::vector<FunctionShare> functions;  // the most first; empty where none was asked for
  std::optional<Accuracy> accuracy;
  std::optional<QuantizationAccuracy> quantization_accuracy;
  std::optional<Agreement> agreement;
  std::vector<Stage> stages;
  Provenance provenance;
  std::optional<KeptOutputs> outputs;
  std::optional<KeptTrace> trace;
  std::optional<Throughput> throughput;
};

}  // namespace edgerack::core

#endif  // SERVER_CORE_RESULT_H_
