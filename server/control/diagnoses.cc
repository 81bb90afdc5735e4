#include "server/control/diagnoses.h"

#include <utility>

#include "server/compile_client/diagnosis.h"

namespace edgerack::control {
namespace {

constexpr int kMostWaiting = 16;
// Of the server's other models, the newest.
constexpr int32_t kMostOthers = 8;

}  // namespace

absl::StatusOr<compile_client::DiagnoseInput> Diagnoses::FilesOf(const DiagnosisRequest& request) {
  compile_client::DiagnoseInput input;
  auto named = [this](const std::string& sha256, const std::string& name,
                      compile_client::NamedFile& file) -> absl::Status {
    ER_ASSIGN_OR_RETURN(file.path, services_.artifacts.PathOf(sha256));
    file.display_name = name;
    return absl::OkStatus();
  };
  ER_ASSIGN_OR_RETURN(core::Model model, services_.models.GetModel(request.model));
  ER_RETURN_IF_ERROR(named(model.id.value(), model.display_name, input.model));
  ER_ASSIGN_OR_RETURN(core::Dataset inputs, services_.datasets.GetDataset(request.inputs));
  ER_RETURN_IF_ERROR(named(inputs.id.value(), inputs.display_name, input.inputs));
  ER_ASSIGN_OR_RETURN(core::Dataset outputs, services_.datasets.GetDataset(request.outputs));
  ER_RETURN_IF_ERROR(named(outputs.id.value(), outputs.display_name, input.outputs));
  store::PageRequest page;
  page.size = kMostOthers + 1;
  ER_ASSIGN_OR_RETURN(auto others, services_.models.ListModels(page));
  for (const core::Model& other : others.records) {
    compile_client::NamedFile file;
    if (other.id == request.model || !named(other.id.value(), other.display_name, file).ok()) {
      continue;
    }
    input.others.push_back(std::move(file));
  }
  input.options = request.options;
  return input;
}

void Diagnoses::Make(DiagnosisRequest request, Callback done) {
  auto input = FilesOf(request);
  if (!input.ok()) return done(input.status());
  if (waiting_.fetch_add(1) >= kMostWaiting) {
    waiting_.fetch_sub(1);
    return done(MakeError(absl::StatusCode::kResourceExhausted, ErrorClass::kInfrastructure,
                          "TOO_MANY_DIAGNOSES",
                          "the server already makes as many diagnoses as it does at once; try "
                          "again in a few minutes"));
  }
  pool_.Post([this, input = *std::move(input), done = std::move(done)] {
    auto text = services_.compiler.Diagnose(input);
    waiting_.fetch_sub(1);
    if (!text.ok()) return done(text.status());
    done(compile_client::ParseDiagnosis(*text));
  });
}

}  // namespace edgerack::control
