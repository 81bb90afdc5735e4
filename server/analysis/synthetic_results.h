// Results of a board with known noise, for tests of what judges them.
#ifndef SERVER_ANALYSIS_SYNTHETIC_RESULTS_H_
#define SERVER_ANALYSIS_SYNTHETIC_RESULTS_H_

#include <algorithm>
#include <random>
#include <vector>

#include "server/core/result.h"

namespace edgerack::analysis {

// A board whose inferences vary by `percent` (standard deviation), a third of which stays through a
// run, as `edgerack-vboard --jitter` does.
class SyntheticBoard {
 public:
  SyntheticBoard(double percent, uint64_t seed) : percent_(percent), random_(seed) {}

  // Cycles of each layer without noise.
  std::vector<double> layers = {40'000, 9'000, 120'000, 25'000, 3'000, 60'000, 2'000, 6'000};
  int samples = 20;

  core::Result Run() {
    core::Result result;
    result.id = core::ResultId("r" + std::to_string(next_id_++));
    result.verdict = core::Verdict::kValid;
    result.board = {core::BoardId("f7"), "virtual-f746", "stm32f746", "uid", true};
    result.clock_hz = 216'000'000;
    result.provenance.model_sha256 = model;
    result.provenance.package_sha256 = "package of " + model;
    result.provenance.firmware_build_id = firmware;
    const double stays = 1 + percent_ / 100 / 3 * normal_(random_);
    double all = 0;
    for (size_t i = 0; i < layers.size(); ++i) {
      all += layers[i];
      core::Layer& layer = result.layers.emplace_back();
      layer.index = static_cast<int32_t>(i);
      layer.name = "layer" + std::to_string(i);
      layer.op = "conv2d";
      layer.kernel = "fast";
      layer.cycles = static_cast<int64_t>(layers[i] * stays * Varied());
    }
    std::vector<int64_t> cycles;
    core::Latency latency;
    for (int i = 0; i < samples; ++i) {
      cycles.push_back(static_cast<int64_t>(all * stays * Varied()));
      latency.samples_ms.push_back(static_cast<double>(cycles.back()) / 216'000.0);
    }
    std::sort(cycles.begin(), cycles.end());
    result.cycles = core::Cycles{true, cycles[cycles.size() / 2], cycles.front(), cycles.back()};
    latency.median_ms = static_cast<double>(*result.cycles->median) / 216'000.0;
    result.latency = latency;
    result.memory.arena_bytes = 3072;
    return result;
  }
  std::vector<core::Result> Runs(size_t count) {
    std::vector<core::Result> results;
    for (size_t i = 0; i < count; ++i) results.push_back(Run());
    return results;
  }

  std::string model = "m1";
  std::string firmware = "f1";

 private:
  // From inference to inference: the rest of the variance.
  double Varied() { return 1 + percent_ / 100 * 0.943 * normal_(random_); }

  const double percent_;
  std::mt19937_64 random_;
  std::normal_distribution<double> normal_;
  int next_id_ = 1;
};

}  // namespace edgerack::analysis

#endif  // SERVER_ANALYSIS_SYNTHETIC_RESULTS_H_
