#include "client/cli/commands/submission.h"

#include <algorithm>
#include <filesystem>

#include "base/ids.h"

namespace edgerack::cli {
namespace {

constexpr size_t kShortestId = 6;
constexpr size_t kIdDigits = 64;

bool LooksLikeId(const std::string& text) {
  return text.size() >= kShortestId && text.size() <= kIdDigits &&
         text.find_first_not_of("0123456789abcdef") == std::string::npos;
}

// Looks through all pages: an id is a digest, so its beginning says nothing about its place.
absl::StatusOr<v1::Model> FindModel(Session& session, const std::string& beginning) {
  if (beginning.size() == kIdDigits) return session.connection().GetModel("models/" + beginning);
  v1::ListModelsRequest request;
  request.set_page_size(1000);
  std::vector<v1::Model> found;
  do {
    ER_ASSIGN_OR_RETURN(v1::ListModelsResponse page, session.connection().ListModels(request));
    for (const v1::Model& model : page.models()) {
      if (model.id().rfind(beginning, 0) == 0) found.push_back(model);
    }
    request.set_page_token(page.next_page_token());
  } while (!request.page_token().empty());
  if (found.size() == 1) return found[0];
  if (found.empty()) {
    return MakeError(absl::StatusCode::kNotFound, ErrorClass::kUser, "MODEL_NOT_FOUND",
                     "there is no file \"" + beginning +
                         "\", and no model on the server has an id that starts so; "
                         "`edgerack models list` shows them");
  }
  return MakeError(absl::StatusCode::kInvalidArgument, ErrorClass::kUser, "AMBIGUOUS_ID",
                   std::to_string(found.size()) + " models have an id that starts with \"" +
                       beginning + "\"; give more digits");
}

// "K=V" items into the job.
absl::Status ParseOptions(const std::vector<std::string>& items, v1::JobSpec& spec) {
  for (const std::string& item : items) {
    const size_t equals = item.find('=');
    if (equals == std::string::npos || equals == 0) {
      return MakeError(absl::StatusCode::kInvalidArgument, ErrorClass::kUser, "BAD_USAGE",
                       "--option takes K=V, not \"" + item + "\"");
    }
    (*spec.mutable_options())[item.substr(0, equals)] = item.substr(equals + 1);
  }
  return absl::OkStatus();
}

}  // namespace

void DeclareSubmission(CLI::App* command, SubmissionArguments& a) {
  command->add_option("model", a.model, "a model file, or the id of an uploaded one")->required();
  command->add_option("--board", a.board, "an id, kind=…, chip=…, family=…, tag=…; commas join")
      ->required();
  command->add_option("--quantize", a.quantize, "how to quantize")
      ->check(CLI::IsMember({"none", "int8", "int8-int16", "int8-float", "weights-int8"}));
  command->add_option("--calibration", a.calibration, "an npz to calibrate with");
  command->add_option("--option", a.options, "an option of compiler or run, K=V; repeatable")
      ->allow_extra_args(false);
}

absl::StatusOr<v1::JobSpec> MakeSpec(Session& session, const SubmissionArguments& arguments) {
  v1::JobSpec spec;
  ER_RETURN_IF_ERROR(ParseOptions(arguments.options, spec));
  if (!arguments.model.empty()) {
    ER_ASSIGN_OR_RETURN(v1::Model model, FindOrUploadModel(session, arguments.model));
    spec.set_model(model.name());
    spec.set_quantize(arguments.quantize);
  }
  if (!arguments.calibration.empty()) {
    ER_ASSIGN_OR_RETURN(v1::Dataset dataset,
                        session.connection().UploadDataset(arguments.calibration));
    spec.set_calibration(dataset.name());
  }
  spec.set_board_selector(arguments.board);
  return spec;
}

absl::StatusOr<v1::Job> Submit(Session& session, const v1::JobSpec& spec) {
  v1::CreateJobRequest request;
  *request.mutable_job() = spec;
  request.set_request_id(SystemIds().NewId());
  return session.connection().CreateJob(request);
}

absl::StatusOr<v1::Model> FindOrUploadModel(Session& session, const std::string& reference) {
  const std::string id = reference.rfind("models/", 0) == 0
                             ? reference.substr(std::string("models/").size())
                             : reference;
  std::error_code ignored;
  if (LooksLikeId(id) && !std::filesystem::exists(reference, ignored)) {
    return FindModel(session, id);
  }
  return session.connection().UploadModel(reference);
}

}  // namespace edgerack::cli
