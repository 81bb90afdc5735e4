#include "server/control/validations.h"

#include <spdlog/spdlog.h>

#include <utility>

#include "server/core/run_options.h"

namespace edgerack::control {
namespace {

constexpr size_t kMostWaitingResults = 16;

absl::Status NotTraced(const core::ResultId& id) {
  return MakeError(absl::StatusCode::kFailedPrecondition, ErrorClass::kUser, "NOT_TRACED",
                   "result \"" + id.value() +
                       "\" has no trace of the board's layers; run the model again with option "
                       "trace=4, or with `edgerack validate`");
}

}  // namespace

Validations::Validations(const Services& services, WorkerPool& pool)
    : services_(services), work_(pool, kMostWaitingResults) {}

void Validations::Get(const core::ResultId& id, Callback done) {
  auto result = services_.results.GetResult(id);
  if (!result.ok()) return done(result.status());
  if (!result->trace) return done(NotTraced(id));
  auto program = services_.compiler.ProgramSha256();
  if (!program.ok()) return done(program.status());
  auto cached = services_.caches.FindValidation(id, *program);
  if (!cached.ok()) return done(cached.status());
  services_.metrics.CountCacheLookup("validation", cached->has_value());
  if (*cached) return done(**cached);
  work_.Ask(
      id, [this, result = *std::move(result), program = *program] { return Make(result, program); },
      std::move(done));
}

absl::StatusOr<compile_client::NamedFile> Validations::DatasetFile(
    const core::DatasetId& id) const {
  if (id.empty()) return compile_client::NamedFile();
  ER_ASSIGN_OR_RETURN(core::Dataset dataset, services_.datasets.GetDataset(id));
  ER_ASSIGN_OR_RETURN(auto path, services_.artifacts.PathOf(id.value()));
  return compile_client::NamedFile{path, dataset.display_name};
}

absl::StatusOr<compile_client::ValidateInput> Validations::InputOf(
    const core::Result& result) const {
  compile_client::ValidateInput input;
  ER_ASSIGN_OR_RETURN(core::Job job, services_.jobs.GetJob(result.job));
  ER_ASSIGN_OR_RETURN(core::Model model, services_.models.GetModel(job.spec.model));
  ER_ASSIGN_OR_RETURN(core::RunOptions options, core::ParseRunOptions(job.spec.options));
  input.compile.model.display_name = model.display_name;
  ER_ASSIGN_OR_RETURN(input.compile.model.path, services_.artifacts.PathOf(model.id.value()));
  ER_ASSIGN_OR_RETURN(input.compile.calibration, DatasetFile(job.spec.calibration));
  input.compile.kind = result.board.kind;
  input.compile.quantize = job.spec.quantize;
  input.compile.options = options.compile_options;
  ER_ASSIGN_OR_RETURN(input.dataset, DatasetFile(job.spec.dataset));
  ER_ASSIGN_OR_RETURN(input.board_trace, services_.artifacts.PathOf(result.trace->sha256));
  if (result.outputs && result.outputs->samples > 0) {
    ER_ASSIGN_OR_RETURN(input.board_outputs,
                        services_.artifacts.PathOf(result.outputs->board_sha256));
  }
  return input;
}

absl::StatusOr<std::string> Validations::Make(const core::Result& result,
                                              const std::string& program_sha256) {
  ER_ASSIGN_OR_RETURN(auto input, InputOf(result));
  ER_ASSIGN_OR_RETURN(std::string body, services_.compiler.Validate(input));
  store::WriteBatch batch;
  batch.validations.push_back({result.id, program_sha256, body, services_.clock.WallMs()});
  // The answer does not wait for the disk: a validation that is lost is made again.
  services_.journal.Write(std::move(batch), store::Durability::kReport,
                          [](const absl::Status& status) {
                            if (!status.ok())
                              spdlog::warn("a validation was not kept: {}", ErrorMessageOf(status));
                          });
  return body;
}

}  // namespace edgerack::control
