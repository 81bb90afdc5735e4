#include "server/compiler/doctor/subject.h"

#include "base/files.h"
#include "base/sha256.h"
#include "server/compiler/app/lower_and_plan.h"
#include "server/compiler/app/package_runner.h"
#include "server/compiler/emit/package_writer.h"
#include "server/compiler/importers/importer.h"

namespace edgerack::compiler::doctor {
namespace {

absl::StatusOr<std::string> CompileForHost(const Graph& graph, const std::string& model_sha256) {
  ER_ASSIGN_OR_RETURN(
      PlannedProgram planned,
      LowerAndPlan(graph, ER_ISA_SCALAR, KernelPreference::kReference, Objective::kTime));
  ER_ASSIGN_OR_RETURN(WrittenPackage package,
                      WritePackage(planned.program, planned.plan, model_sha256));
  return std::move(package.bytes);
}

absl::StatusOr<std::string> RunBytes(const std::string& package, const std::string& raw_inputs,
                                     int64_t samples) {
  TempDir folder("edgerack-doctor-");
  ER_RETURN_IF_ERROR(folder.status());
  const std::filesystem::path path = folder.path() / "model.erp";
  ER_RETURN_IF_ERROR(WriteFileAtomic(path, package));
  return RunPackageOnHost(path, raw_inputs, samples, "reference");
}

}  // namespace

absl::StatusOr<Subject> Subject::Create(const std::string& model, const PassOptions& options) {
  Subject subject;
  ER_ASSIGN_OR_RETURN(ImportedModel imported, ImportModel(model, options));
  PassOptions open = options;
  for (const std::string& name : imported.fixed_inputs) {
    open.input_shapes.erase(name);
    open.frozen_inputs.erase(name);
  }
  std::vector<Finding> findings;
  ER_RETURN_IF_ERROR(RunPasses(imported.graph, open, findings, SystemClock()).status());
  subject.format_ = imported.format;
  subject.graph_ = std::move(imported.graph);
  ER_ASSIGN_OR_RETURN(subject.bytes_, CompileForHost(subject.graph_, Sha256Hex(model)));
  ER_ASSIGN_OR_RETURN(subject.package_, ReadPackage(subject.bytes_));
  return subject;
}

absl::StatusOr<std::string> Subject::Run(const std::string& raw_inputs, int64_t samples) const {
  return RunBytes(bytes_, raw_inputs, samples);
}

absl::StatusOr<std::string> Subject::RunChanged(const Graph& changed, const std::string& raw_inputs,
                                                int64_t samples) const {
  ER_ASSIGN_OR_RETURN(std::string bytes, CompileForHost(changed, package_.model_sha256));
  return RunBytes(bytes, raw_inputs, samples);
}

}  // namespace edgerack::compiler::doctor
