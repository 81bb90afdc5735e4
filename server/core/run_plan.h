// Everything a run needs beside its board: the compiled package and the prepared samples.
#ifndef SERVER_CORE_RUN_PLAN_H_
#define SERVER_CORE_RUN_PLAN_H_

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "server/core/result.h"
#include "server/core/tensor.h"

namespace edgerack::core {

struct TensorSlice {
  int32_t tensor = 0;  // index in the package
  int64_t bytes = 0;
};

// A package as an artifact, with what its header says.
struct CompiledModel {
  std::string package_sha256;
  std::string report_sha256;
  uint32_t package_crc32 = 0;
  int64_t package_bytes = 0;
  std::vector<int64_t> input_bytes;  // per input, in the model's order
  std::vector<TensorSlice> outputs;  // in the model's order
  std::string compiler_version;
};

// The samples that go to the board and what the host computed for them.
struct PreparedSamples {
  int64_t samples = 0;
  std::string inputs_sha256;     // raw inputs of all samples, one after the other
  std::string reference_sha256;  // raw outputs of the host's reference run, likewise
  int64_t output_bytes = 0;      // of one sample
  std::vector<TensorInfo> outputs;
  std::vector<int64_t> labels;      // one per sample; empty when the dataset has none
  int64_t host_samples = 0;         // of the whole dataset
  std::optional<double> host_top1;  // over host_samples
  std::vector<Issue> issues;        // of the dataset; they only inform
  int64_t sample_seed = 0;          // how they were chosen, see control/samples.h
  int64_t trace_samples = 0;        // of `samples`, the first ones, traced layer by layer
  std::string trace_sha256;         // of the host's CRCs of every layer output; empty without
};

struct RunPlan {
  CompiledModel compiled;  // empty where somebody's own image has the model in it
  PreparedSamples prepared;
  Stage compile_stage;
};

}  // namespace edgerack::core

#endif  // SERVER_CORE_RUN_PLAN_H_
