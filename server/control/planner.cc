#include "server/control/planner.h"

#include <algorithm>
#include <numeric>

#include "absl/strings/str_cat.h"
#include "base/sha256.h"
#include "server/analysis/outputs.h"
#include "server/control/foreign_plan.h"
#include "server/control/samples.h"

namespace edgerack::control {
namespace {

// Each part with its length in front, so that no two lists of parts give one text.
void AppendPart(std::string& text, const std::string& part) {
  absl::StrAppend(&text, part.size(), ":", part, "\n");
}

std::string PreparedKey(const std::string& package_sha256, const core::DatasetId& dataset,
                        const core::RunOptions& options, const std::string& program_sha256) {
  std::string text;
  for (const std::string& part :
       {package_sha256, dataset.value(), std::to_string(options.board_samples),
        std::to_string(options.sample_seed), std::to_string(options.trace_samples),
        program_sha256}) {
    AppendPart(text, part);
  }
  return Sha256Hex(text);
}

absl::Status CheckSizes(const core::CompiledModel& compiled,
                        const compile_client::Manifest& manifest) {
  const int64_t inputs =
      std::accumulate(compiled.input_bytes.begin(), compiled.input_bytes.end(), int64_t{0});
  int64_t outputs = 0;
  for (const auto& output : compiled.outputs) outputs += output.bytes;
  if (inputs == manifest.input_bytes && outputs == manifest.output_bytes) return absl::OkStatus();
  return MakeError(absl::StatusCode::kInternal, ErrorClass::kBug, "BAD_MANIFEST",
                   absl::StrCat("the package takes ", inputs, " bytes and gives ", outputs,
                                ", the prepared samples have ", manifest.input_bytes, " and ",
                                manifest.output_bytes));
}

// The compiler then tells the accuracy before and after, so that its report depends on the samples.
bool Quantizes(const core::JobSpec& spec) {
  return !spec.quantize.empty() && spec.quantize != "none";
}

}  // namespace

bool Planner::HasArtifact(const std::string& sha256) const {
  return services_.artifacts.PathOf(sha256).ok();
}

absl::StatusOr<std::string> Planner::CompileKey(const PlanRequest& request) const {
  ER_ASSIGN_OR_RETURN(std::string program, services_.compiler.ProgramSha256());
  auto chip = services_.catalog.FindChip(request.chip);
  std::string text;
  for (const std::string& part :
       {request.spec.model.value(), request.chip, chip.ok() ? chip->isa : std::string(),
        request.spec.quantize, request.spec.calibration.value(), program}) {
    AppendPart(text, part);
  }
  for (const auto& [key, value] : request.options.compile_options) {
    AppendPart(text, key);
    AppendPart(text, value);
  }
  if (Quantizes(request.spec)) AppendPart(text, request.spec.dataset.value());
  return Sha256Hex(text);
}

absl::StatusOr<compile_client::NamedFile> Planner::DatasetFile(const core::DatasetId& id) const {
  if (id.empty()) return compile_client::NamedFile();
  ER_ASSIGN_OR_RETURN(core::Dataset dataset, services_.datasets.GetDataset(id));
  ER_ASSIGN_OR_RETURN(auto path, services_.artifacts.PathOf(id.value()));
  return compile_client::NamedFile{path, dataset.display_name};
}

absl::StatusOr<core::CompiledModel> Planner::Compile(const PlanRequest& request) {
  compile_client::CompileInput input;
  ER_ASSIGN_OR_RETURN(core::Model model, services_.models.GetModel(request.spec.model));
  ER_ASSIGN_OR_RETURN(input.model.path, services_.artifacts.PathOf(model.id.value()));
  input.model.display_name = model.display_name;
  ER_ASSIGN_OR_RETURN(input.calibration, DatasetFile(request.spec.calibration));
  if (Quantizes(request.spec)) {
    ER_ASSIGN_OR_RETURN(input.dataset, DatasetFile(request.spec.dataset));
  }
  input.kind = request.kind;
  input.quantize = request.spec.quantize;
  input.options = request.options.compile_options;
  const int64_t start_ms = services_.clock.SteadyMs();
  ER_ASSIGN_OR_RETURN(compile_client::CompileOutput output, services_.compiler.Compile(input));
  services_.metrics.ObserveCompile(static_cast<double>(services_.clock.SteadyMs() - start_ms) /
                                   1000);

  core::CompiledModel compiled;
  ER_ASSIGN_OR_RETURN(auto package, services_.artifacts.Put(output.package));
  ER_ASSIGN_OR_RETURN(auto report, services_.artifacts.Put(output.report));
  compiled.package_sha256 = package.sha256;
  compiled.report_sha256 = report.sha256;
  compiled.package_crc32 = output.facts.crc32;
  compiled.package_bytes = output.facts.total_bytes;
  compiled.input_bytes = output.facts.input_bytes;
  compiled.outputs = output.facts.outputs;
  ER_ASSIGN_OR_RETURN(auto parsed, compile_client::ParseReport(output.report));
  ER_ASSIGN_OR_RETURN(std::string program, services_.compiler.ProgramSha256());
  compiled.compiler_version =
      parsed.compiler_version.empty() ? "sha256:" + program.substr(0, 16) : parsed.compiler_version;
  return compiled;
}

absl::StatusOr<core::PreparedSamples> Planner::Prepare(const PlanRequest& request,
                                                       const core::CompiledModel& compiled) {
  ER_ASSIGN_OR_RETURN(auto package, services_.artifacts.PathOf(compiled.package_sha256));
  ER_ASSIGN_OR_RETURN(auto dataset, DatasetFile(request.spec.dataset));
  ER_ASSIGN_OR_RETURN(auto all, services_.compiler.Prepare(package, dataset));
  ER_RETURN_IF_ERROR(CheckSizes(compiled, all.manifest));
  const auto chosen = Choose(all, request.options.board_samples, request.options.sample_seed);
  core::PreparedSamples prepared;
  ER_ASSIGN_OR_RETURN(auto inputs, services_.artifacts.Put(chosen.inputs));
  ER_ASSIGN_OR_RETURN(auto reference, services_.artifacts.Put(chosen.reference));
  prepared.samples = chosen.manifest.samples;
  prepared.inputs_sha256 = inputs.sha256;
  prepared.reference_sha256 = reference.sha256;
  prepared.output_bytes = chosen.manifest.output_bytes;
  prepared.outputs = chosen.manifest.outputs;
  prepared.labels = chosen.manifest.labels;
  prepared.issues = all.manifest.issues;
  prepared.sample_seed = request.options.sample_seed;
  prepared.trace_samples = std::min(request.options.trace_samples, prepared.samples);
  if (prepared.trace_samples > 0) {
    const std::string_view all_inputs = chosen.inputs;
    const auto bytes = static_cast<size_t>(prepared.trace_samples * chosen.manifest.input_bytes);
    ER_ASSIGN_OR_RETURN(
        std::string crcs,
        services_.compiler.Trace(package, all_inputs.substr(0, bytes), prepared.trace_samples));
    ER_ASSIGN_OR_RETURN(auto trace, services_.artifacts.Put(crcs));
    prepared.trace_sha256 = trace.sha256;
  }
  prepared.host_samples = all.manifest.samples;
  prepared.host_top1 = analysis::Top1(all.reference, all.manifest.output_bytes,
                                      all.manifest.outputs, all.manifest.labels);
  return prepared;
}

absl::StatusOr<PlanOutcome> Planner::MakePlan(const PlanRequest& request) {
  PlanOutcome outcome;
  if (!request.spec.firmware.empty()) {
    ER_RETURN_IF_ERROR(CheckFirmware(request.spec.firmware, request.chip, services_));
  }
  if (request.spec.model.empty()) {
    ER_ASSIGN_OR_RETURN(outcome.plan, PlanWithoutModel(request.spec, services_));
    return outcome;
  }
  core::Stage& stage = outcome.plan.compile_stage;
  stage.name = "compile";
  stage.start_time_ms = services_.clock.WallMs();
  const int64_t start_ms = services_.clock.SteadyMs();

  ER_ASSIGN_OR_RETURN(const std::string key, CompileKey(request));
  ER_ASSIGN_OR_RETURN(auto cached, services_.caches.FindCompiled(key));
  const bool hit =
      cached && HasArtifact(cached->package_sha256) && HasArtifact(cached->report_sha256);
  services_.metrics.CountCacheLookup("compile", hit);
  if (hit) {
    outcome.plan.compiled = *cached;
  } else {
    ER_ASSIGN_OR_RETURN(outcome.plan.compiled, Compile(request));
    outcome.compiled = {key, outcome.plan.compiled, services_.clock.WallMs()};
  }

  ER_ASSIGN_OR_RETURN(std::string program, services_.compiler.ProgramSha256());
  const std::string prepared_key = PreparedKey(outcome.plan.compiled.package_sha256,
                                               request.spec.dataset, request.options, program);
  ER_ASSIGN_OR_RETURN(auto prepared, services_.caches.FindPrepared(prepared_key));
  const bool prepared_hit = prepared && HasArtifact(prepared->inputs_sha256) &&
                            HasArtifact(prepared->reference_sha256) &&
                            (prepared->trace_samples == 0 || HasArtifact(prepared->trace_sha256));
  services_.metrics.CountCacheLookup("dataset", prepared_hit);
  if (prepared_hit) {
    outcome.plan.prepared = *prepared;
  } else {
    ER_ASSIGN_OR_RETURN(outcome.plan.prepared, Prepare(request, outcome.plan.compiled));
    outcome.prepared = {prepared_key, outcome.plan.prepared, services_.clock.WallMs()};
  }
  stage.skipped = hit && prepared_hit;
  stage.duration_ms = static_cast<double>(services_.clock.SteadyMs() - start_ms);
  return outcome;
}

}  // namespace edgerack::control
