#include "agent/estimate/estimate.h"

#include <filesystem>
#include <utility>

#include "agent/estimate/compile_child.h"
#include "agent/estimate/emulated_run.h"
#include "agent/sync/convert.h"
#include "base/catalog/catalog.h"
#include "base/files.h"
#include "base/sha256.h"
#include "server/analysis/make_result.h"
#include "server/api/convert_agent.h"
#include "server/compile_client/compile_client.h"
#include "server/compile_client/report.h"
#include "server/core/job_options.h"

namespace edgerack::estimate {
namespace {

constexpr char kFreeze[] = "freeze.";

// What only a dataset on a board can use.
absl::Status RefuseDatasetOptions(const std::map<std::string, std::string>& options) {
  for (const char* key : {"board_samples", "sample_seed", "trace"}) {
    auto found = options.find(key);
    if (found == options.end()) continue;
    return MakeError(absl::StatusCode::kInvalidArgument, ErrorClass::kJob, "BAD_OPTION",
                     "option " + found->first + "=" + found->second +
                         ": an estimate has no dataset; use it with `edgerack run`");
  }
  return absl::OkStatus();
}

absl::StatusOr<core::RunOptions> OptionsOf(const EstimateRequest& request) {
  ER_RETURN_IF_ERROR(RefuseDatasetOptions(request.options));
  std::map<std::string, std::string> taken, frozen;
  for (const auto& option : request.options) {
    // A file of this machine, which a server must not open and the compiler here may.
    (option.first.rfind(kFreeze, 0) == 0 ? frozen : taken).insert(option);
  }
  taken.emplace("warmup", std::to_string(kWarmupRuns));
  taken.emplace("samples", std::to_string(kTimedRuns));
  core::JobSpec spec;  // by the link, so that options of other protocols are refused
  spec.options = std::move(taken);
  ER_ASSIGN_OR_RETURN(core::RunOptions options, core::OptionsOf(spec));
  options.compile_options.merge(frozen);
  return options;
}

// On another chip's emulation: its clock, where it has one that counts, and none of its places.
core::OperatingConditions ConditionsOn(const StandIn& stand_in, core::OperatingConditions wanted) {
  if (stand_in.note.empty()) return wanted;
  if (!stand_in.kind.cycle_counter) return {};  // instructions do not depend on them
  if (wanted.clock_hz == 0) wanted.clock_hz = stand_in.clock_hz;
  return wanted;
}

absl::StatusOr<core::RunPlan> PlanOf(const std::filesystem::path& folder, const Compiled& compiled,
                                     compile_client::PrepareOutput& samples) {
  core::RunPlan plan;
  ER_ASSIGN_OR_RETURN(const auto facts, compile_client::ReadPackage(compiled.package));
  plan.compiled = {.package_sha256 = Sha256Hex(compiled.package),
                   .report_sha256 = "",
                   .package_crc32 = facts.crc32,
                   .package_bytes = facts.total_bytes,
                   .input_bytes = facts.input_bytes,
                   .outputs = facts.outputs,
                   .compiler_version = ""};
  compile_client::CompileClient compiler(ProgramDir() / "edgerack-compile");
  // The one random sample that a job without a dataset runs.
  ER_ASSIGN_OR_RETURN(samples, compiler.Prepare(folder / "model.erp", {}));
  plan.prepared.samples = samples.manifest.samples;
  plan.prepared.inputs_sha256 = Sha256Hex(samples.inputs);
  plan.prepared.output_bytes = samples.manifest.output_bytes;
  plan.prepared.outputs = samples.manifest.outputs;
  plan.prepared.issues = samples.manifest.issues;
  return plan;
}

agent::Assignment AssignmentOf(const EstimateRequest& request, const core::RunPlan& plan,
                               const core::RunOptions& options) {
  core::Assignment assignment;
  assignment.board = core::BoardId(request.kind);
  assignment.run = core::RunId("estimate");
  assignment.plan = plan;
  assignment.options = options;
  agent::v1::DesiredState desired;
  api::ToProto({assignment}, &desired);
  return agent::FromProto(desired).front();
}

// As an agent would report it and a server would read it.
absl::StatusOr<core::Measurement> MeasurementOf(const agent::RunState& state) {
  if (!state.error.ok()) return state.error;
  agent::BoardState board;
  board.id = agent::BoardId("estimate");
  board.run = state;
  agent::BoardSpec spec;
  spec.kind.id = spec.chip.id = "estimate";
  agent::v1::AgentState said;
  said.set_agent_id("estimate");
  said.set_boot_id("estimate");
  *said.add_boards() = agent::ToProto(spec, board);
  ER_ASSIGN_OR_RETURN(const core::AgentReport report, api::FromProto(said));
  core::Measurement measurement = *report.boards.front().run->measurement;
  // How often a request was repeated depends on how busy this machine is, not on the model.
  measurement.link.reset();
  return measurement;
}

absl::StatusOr<core::Result> ResultOf(const EstimateRequest& request, analysis::RunFacts facts,
                                      const BoardKind& kind, const Chip& chip,
                                      const StandIn& stand_in, core::Measurement measurement) {
  // Addresses of another family's chip are nothing in this one.
  if (stand_in.chip.family != chip.family) measurement.places.reset();
  ER_ASSIGN_OR_RETURN(const std::string model, ReadFile(request.model));
  facts.spec.model = core::ModelId(Sha256Hex(model));
  facts.model_display_name = std::filesystem::path(request.model).filename().string();
  facts.spec.quantize = request.quantize;
  facts.spec.options = request.options;
  facts.board = {core::BoardId(kind.id), kind.id, kind.chip, "", /*is_virtual=*/true};
  facts.firmware = analysis::PlacesOf(&stand_in.kind, &chip, measurement);
  ER_ASSIGN_OR_RETURN(core::Result result, analysis::MakeResult(facts, measurement));
  if (!stand_in.note.empty()) result.issues.push_back({"OTHER_CHIP_EMULATED", stand_in.note});
  if (result.cycles && !request.cycle_parts.complete()) {
    result.verdict = core::Verdict::kDegraded;
    result.issues.push_back({"PARTIAL_CYCLE_MODEL",
                             "parts of the cycle model were left out: these cycles show what they "
                             "add, not what a chip takes; leave out --cycle-model"});
  }
  return result;
}

}  // namespace

absl::StatusOr<Estimate> MakeEstimate(const EstimateRequest& request, std::string& report) {
  ER_ASSIGN_OR_RETURN(const std::filesystem::path share, ShareDir());
  ER_ASSIGN_OR_RETURN(const Catalog catalog, Catalog::Load(share));
  ER_ASSIGN_OR_RETURN(const BoardKind kind, catalog.FindBoardKind(request.kind));
  ER_ASSIGN_OR_RETURN(const Chip chip, catalog.FindChip(kind.chip));
  EmulatedRun run;
  ER_ASSIGN_OR_RETURN(run.stand_in, FindStandIn(share, catalog, kind));
  run.image_dir = catalog.ImageDir(run.stand_in.kind);
  run.cycle_parts = request.cycle_parts;

  analysis::RunFacts facts;
  ER_ASSIGN_OR_RETURN(facts.options, OptionsOf(request));
  facts.options.conditions = ConditionsOn(run.stand_in, facts.options.conditions);
  TempDir scratch("edgerack-estimate-");
  ER_RETURN_IF_ERROR(scratch.status());
  Compiled compiled;
  const absl::Status taken = Compile({request.model, request.calibration, request.kind,
                                      request.quantize, facts.options.compile_options},
                                     scratch.path(), compiled);
  report = compiled.report;
  ER_RETURN_IF_ERROR(taken);
  ER_ASSIGN_OR_RETURN(facts.report, compile_client::ParseReport(compiled.report));
  compile_client::PrepareOutput samples;
  ER_ASSIGN_OR_RETURN(facts.plan, PlanOf(scratch.path(), compiled, samples));
  facts.reference = samples.reference;

  const agent::Assignment assignment = AssignmentOf(request, facts.plan, facts.options);
  run.artifacts = {{assignment.package_sha256, std::move(compiled.package)},
                   {assignment.inputs_sha256, std::move(samples.inputs)}};
  ER_ASSIGN_OR_RETURN(core::Measurement measurement, MeasurementOf(RunEmulated(run, assignment)));
  Estimate estimate;
  ER_ASSIGN_OR_RETURN(estimate.result, ResultOf(request, std::move(facts), kind, chip, run.stand_in,
                                                std::move(measurement)));
  if (estimate.result.cycles && request.cycle_parts.complete()) {
    ER_ASSIGN_OR_RETURN(const EmulationFacts known, ReadEmulationFacts(share, kind.chip));
    estimate.expected_error = ExpectedErrorOf(known, chip, estimate.result.memory);
  }
  estimate.stand_in = run.stand_in.note;
  return estimate;
}

}  // namespace edgerack::estimate
