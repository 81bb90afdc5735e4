#include "client/cli/metric/user_metric.h"

#include <cstdlib>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"
#include "base/child_process.h"
#include "base/files.h"
#include "client/cli/metric/evaluate_script.h"

namespace edgerack::cli {
namespace {

constexpr int64_t kTimeoutMs = 10 * 60'000;

absl::Status Invalid(const char* code, const std::string& message) {
  return MakeError(absl::StatusCode::kInvalidArgument, ErrorClass::kUser, code, message);
}

absl::StatusOr<std::string> Python() {
  if (const char* named = std::getenv("EDGERACK_PYTHON")) return std::string(named);
  const char* path = std::getenv("PATH");
  const std::vector<std::string> folders = absl::StrSplit(path == nullptr ? "" : path, ':');
  for (const std::string& folder : folders) {
    const std::filesystem::path candidate = std::filesystem::path(folder) / "python3";
    std::error_code ignored;
    if (!folder.empty() && std::filesystem::exists(candidate, ignored)) return candidate.string();
  }
  return MakeError(
      absl::StatusCode::kFailedPrecondition, ErrorClass::kUser, "NO_PYTHON",
      "a metric needs python3 with numpy, and there is none in PATH; install it or set "
      "EDGERACK_PYTHON");
}

// The last line of what it said, which in Python has the exception.
std::string LastLine(const std::string& text) {
  const std::vector<std::string> lines = absl::StrSplit(text, '\n', absl::SkipWhitespace());
  return lines.empty() ? "no word" : lines.back();
}

}  // namespace

absl::StatusOr<MetricFunction> ParseMetric(const std::string& text) {
  const size_t colon = text.rfind(':');
  if (colon == std::string::npos || colon == 0 || colon + 1 == text.size()) {
    return Invalid(
        "BAD_METRIC",
        absl::StrCat("metric '", text, "': give FILE.py:FUNCTION, e.g. metrics.py:macro_f1"));
  }
  MetricFunction metric{text.substr(0, colon), text.substr(colon + 1)};
  std::error_code ignored;
  if (!std::filesystem::is_regular_file(metric.file, ignored)) {
    return MakeError(absl::StatusCode::kNotFound, ErrorClass::kUser, "FILE_NOT_FOUND",
                     absl::StrCat("metric '", text, "': there is no file ", metric.file.string()));
  }
  return metric;
}

absl::StatusOr<nlohmann::ordered_json> Evaluate(const MetricFunction& metric,
                                                const std::string& outputs_npz,
                                                const std::filesystem::path& dataset) {
  ER_ASSIGN_OR_RETURN(std::string python, Python());
  const TempDir folder("edgerack-metric-");
  const std::filesystem::path script = folder.path() / "evaluate.py";
  const std::filesystem::path outputs = folder.path() / "outputs.npz";
  ER_RETURN_IF_ERROR(WriteFileAtomic(script, kEvaluateScript));
  ER_RETURN_IF_ERROR(WriteFileAtomic(outputs, outputs_npz));
  ChildLimits limits;
  limits.timeout_ms = kTimeoutMs;
  limits.memory_bytes = 0;  // it is the user's own code on the user's machine
  ER_ASSIGN_OR_RETURN(ChildResult done, RunChild({python, script.string(), metric.file.string(),
                                                  metric.name, outputs.string(), dataset.string()},
                                                 limits));
  if (done.timed_out) {
    return MakeError(absl::StatusCode::kDeadlineExceeded, ErrorClass::kUser, "METRIC_TIMEOUT",
                     absl::StrCat("metric ", metric.name, " was not done after 10 minutes"));
  }
  // The function may print too; ours is the last line.
  const auto document =
      nlohmann::ordered_json::parse(LastLine(done.standard_output), nullptr, false);
  if (document.is_object() && document.contains("values")) return document["values"];
  return Invalid("METRIC_FAILED",
                 absl::StrCat("metric ", metric.file.string(), ":", metric.name, " failed: ",
                              document.is_object() && document.contains("error")
                                  ? document["error"].get<std::string>()
                                  : LastLine(done.standard_error)));
}

}  // namespace edgerack::cli
