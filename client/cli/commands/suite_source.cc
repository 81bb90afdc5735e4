#include "client/cli/commands/suite_source.h"

#include <filesystem>
#include <map>

#include "base/files.h"
#include "client/cli/suite_file/suite_file.h"

namespace edgerack::cli {
namespace {

constexpr uint64_t kLongestFile = 1 << 20;

// Uploads each file once, however many models name it.
class Uploads {
 public:
  Uploads(Session& session, std::filesystem::path folder)
      : session_(session), folder_(std::move(folder)) {}

  absl::StatusOr<std::string> Model(const std::string& path) {
    if (path.rfind("models/", 0) == 0) return path;
    const std::string file = (folder_ / path).string();
    if (models_.count(file) == 0) {
      ER_ASSIGN_OR_RETURN(v1::Model model, session_.connection().UploadModel(file));
      models_[file] = model.name();
    }
    return models_[file];
  }
  absl::StatusOr<std::string> Dataset(const std::string& path) {
    if (path.empty() || path.rfind("datasets/", 0) == 0) return path;
    const std::string file = (folder_ / path).string();
    if (datasets_.count(file) == 0) {
      ER_ASSIGN_OR_RETURN(v1::Dataset dataset, session_.connection().UploadDataset(file));
      datasets_[file] = dataset.name();
    }
    return datasets_[file];
  }

 private:
  Session& session_;
  const std::filesystem::path folder_;
  std::map<std::string, std::string> models_;
  std::map<std::string, std::string> datasets_;
};

}  // namespace

absl::StatusOr<v1::Suite> ApplySuiteFile(Session& session, const std::string& path) {
  ER_ASSIGN_OR_RETURN(std::string text, ReadFile(path, kLongestFile));
  ER_ASSIGN_OR_RETURN(SuiteFile file, ParseSuiteFile(text, path));
  Uploads uploads(session, std::filesystem::path(path).parent_path());
  for (int i = 0; i < file.suite.models_size(); ++i) {
    v1::SuiteModel* model = file.suite.mutable_models(i);
    const SuiteFile::Files& files = file.files[static_cast<size_t>(i)];
    ER_ASSIGN_OR_RETURN(*model->mutable_model(), uploads.Model(files.model));
    ER_ASSIGN_OR_RETURN(*model->mutable_dataset(), uploads.Dataset(files.dataset));
    ER_ASSIGN_OR_RETURN(*model->mutable_calibration(), uploads.Dataset(files.calibration));
  }
  v1::UpdateSuiteRequest request;
  *request.mutable_suite() = file.suite;
  request.set_allow_missing(true);
  return session.connection().UpdateSuite(request);
}

absl::StatusOr<v1::Suite> FindOrApplySuite(Session& session, const std::string& reference) {
  std::error_code ignored;
  if (std::filesystem::is_regular_file(reference, ignored)) {
    return ApplySuiteFile(session, reference);
  }
  return session.connection().GetSuite(ResourceName("suites", reference));
}

}  // namespace edgerack::cli
