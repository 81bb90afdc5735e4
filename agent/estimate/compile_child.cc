#include "agent/estimate/compile_child.h"

#include "base/files.h"
#include "server/compile_client/compile_client.h"

namespace edgerack::estimate {
namespace {

absl::Status EndOf(const ChildResult& child, const Compiled& compiled, const ChildLimits& limits) {
  if (child.timed_out) {
    return MakeError(absl::StatusCode::kInvalidArgument, ErrorClass::kUser, "COMPILE_TIMEOUT",
                     "the compilation took longer than " +
                         std::to_string(limits.timeout_ms / 1000) +
                         " s and was stopped; try a smaller model");
  }
  if (auto failure = compile_client::RefusalIn(compiled.report)) {
    return MakeError(absl::StatusCode::kInvalidArgument, failure->error_class, failure->code,
                     failure->message);
  }
  if (child.exit_code == 0) return absl::OkStatus();
  const std::string how = child.signal != 0 ? "signal " + std::to_string(child.signal)
                                            : "status " + std::to_string(child.exit_code);
  return MakeError(absl::StatusCode::kInternal, ErrorClass::kBug, "COMPILER_CRASHED",
                   "the compiler ended with " + how +
                       " and no report: " + child.standard_error.substr(0, 2'000) +
                       "; keep the model and report this as a bug");
}

}  // namespace

absl::Status Compile(const CompileRequest& request, const std::filesystem::path& folder,
                     Compiled& compiled) {
  const std::filesystem::path package = folder / "model.erp";
  const std::filesystem::path report = folder / "report.json";
  std::vector<std::string> arguments = {(ProgramDir() / "edgerack-compile").string(), request.model,
                                        "--board", request.kind};
  if (!request.quantize.empty()) {
    arguments.insert(arguments.end(), {"--quantize", request.quantize});
  }
  if (!request.calibration.empty()) {
    arguments.insert(arguments.end(), {"--calibration", request.calibration});
  }
  for (const auto& [key, value] : request.options) {
    arguments.insert(arguments.end(), {"--option", key + "=" + value});
  }
  arguments.insert(arguments.end(), {"--out", package.string(), "--report", report.string()});
  const ChildLimits limits = compile_client::CompileClient::DefaultLimits();
  ER_ASSIGN_OR_RETURN(const ChildResult child, RunChild(arguments, limits));
  if (auto text = ReadFile(report); text.ok()) compiled.report = *std::move(text);
  ER_RETURN_IF_ERROR(EndOf(child, compiled, limits));
  ER_ASSIGN_OR_RETURN(compiled.package, ReadFile(package));
  return absl::OkStatus();
}

}  // namespace edgerack::estimate
