// Runs graphs on the calibration's samples, by the portable kernels on this machine.
#ifndef SERVER_COMPILER_APP_CALIBRATION_RUNNER_H_
#define SERVER_COMPILER_APP_CALIBRATION_RUNNER_H_

#include "base/clock.h"
#include "server/compiler/ptq/graph_runner.h"
#include "server/compiler/quant/calibration_data.h"

namespace edgerack::compiler {

// Samples go through in parts, whose traces take kTraceBytes of disk at most (one sample at least).
class CalibrationRunner : public GraphRunner {
 public:
  static constexpr int64_t kTraceBytes = int64_t{128} << 20;

  // `data` are samples of `graph`'s inputs, which the graphs that Run() is given also have.
  CalibrationRunner(const CalibrationData& data, const Graph& graph, bool carry_state,
                    Clock& clock);

  // Errors of lowering and of the package's run.
  absl::Status Run(const Graph& graph, int64_t first, int64_t count, const Visit& visit) override;
  int64_t samples() const override { return samples_; }

 private:
  int64_t samples_;
  int64_t sample_bytes_ = 0;
  std::string inputs_;  // sample after sample, as a package takes them
  bool carry_state_;
  Clock& clock_;
};

}  // namespace edgerack::compiler

#endif  // SERVER_COMPILER_APP_CALIBRATION_RUNNER_H_
