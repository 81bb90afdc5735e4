// Makes a run's plan: compiles the model and prepares the samples, or finds both in the caches.
#ifndef SERVER_CONTROL_PLANNER_H_
#define SERVER_CONTROL_PLANNER_H_

#include <cstdint>
#include <optional>
#include <string>

#include "server/control/farm_context.h"

namespace edgerack::control {

struct PlanRequest {
  core::JobSpec spec;
  core::RunOptions options;
  std::string kind;  // of board to compile for
  std::string chip;
};

struct PlanOutcome {
  core::RunPlan plan;
  // New entries for the caches; empty on a hit.
  std::optional<store::CompileCacheEntry> compiled;
  std::optional<store::PreparedCacheEntry> prepared;
};

class Planner {
 public:
  explicit Planner(const Services& services) : services_(services) {}

  // What the compilation's outcome depends on: model, chip and its ISA, quantization, calibration,
  // the dataset where the model is quantized, compiler options, and the compiler program itself.
  // Errors of CompileClient::ProgramSha256.
  absl::StatusOr<std::string> CompileKey(const PlanRequest& request) const;

  // Blocks for as long as the compiler takes; thread-safe. Errors of CompileClient, of the store,
  // and of CheckFirmware where the job names one. Without a model nothing is compiled.
  absl::StatusOr<PlanOutcome> MakePlan(const PlanRequest& request);

 private:
  absl::StatusOr<core::CompiledModel> Compile(const PlanRequest& request);
  absl::StatusOr<core::PreparedSamples> Prepare(const PlanRequest& request,
                                                const core::CompiledModel& compiled);
  absl::StatusOr<compile_client::NamedFile> DatasetFile(const core::DatasetId& id) const;
  bool HasArtifact(const std::string& sha256) const;

  const Services& services_;
};

}  // namespace edgerack::control

#endif  // SERVER_CONTROL_PLANNER_H_
