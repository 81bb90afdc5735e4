#include "server/compiler/app/package_runner.h"

#include "base/child_process.h"
#include "base/files.h"
#include "server/compiler/ir/refusal.h"

namespace edgerack::compiler {
namespace {

constexpr int kCannotWrite = 3;  // exit status of edgerack-run-package: its outputs have no room

std::string OneLine(std::string text) {
  for (char& c : text) {
    if (c == '\n' || c == '\r') c = ' ';
  }
  while (!text.empty() && text.back() == ' ') text.pop_back();
  return text;
}

}  // namespace

absl::StatusOr<std::string> RunPackageOnHost(const std::filesystem::path& package,
                                             const std::string& inputs, int64_t samples,
                                             const std::string& kernels,
                                             const std::vector<Feedback>& feedback,
                                             const TraceFiles& trace) {
  TempDir folder("edgerack-run-");
  ER_RETURN_IF_ERROR(folder.status());
  const std::filesystem::path in = folder.path() / "inputs.bin";
  const std::filesystem::path out = folder.path() / "outputs.bin";
  ER_RETURN_IF_ERROR(WriteFileAtomic(in, inputs));
  ChildLimits limits;
  limits.timeout_ms = 3'600'000;
  limits.memory_bytes = 16ull << 30;
  std::vector<std::string> command = {(ProgramDir() / "edgerack-run-package").string(),
                                      package.string(),
                                      "--inputs",
                                      in.string(),
                                      "--outputs",
                                      out.string(),
                                      "--samples",
                                      std::to_string(samples),
                                      "--kernels",
                                      kernels};
  for (const Feedback& f : feedback) {
    command.insert(command.end(),
                   {"--feedback", std::to_string(f.output) + "=" + std::to_string(f.input)});
  }
  if (!trace.bytes.empty()) command.insert(command.end(), {"--trace", trace.bytes.string()});
  if (!trace.crc32.empty()) command.insert(command.end(), {"--trace-crc32", trace.crc32.string()});
  ER_ASSIGN_OR_RETURN(ChildResult result, RunChild(command, limits));
  if (result.timed_out) {
    return MakeError(absl::StatusCode::kDeadlineExceeded, ErrorClass::kUser, "RUN_TOO_LONG",
                     "running " + std::to_string(samples) +
                         " samples on this machine took over an hour; use fewer samples");
  }
  if (result.signal != 0) {
    return CompilerBug("edgerack-run-package was ended by signal " + std::to_string(result.signal) +
                       " " + OneLine(result.standard_error));
  }
  if (result.exit_code == kCannotWrite) {
    return MakeError(
        absl::StatusCode::kResourceExhausted, ErrorClass::kInfrastructure, "DISK_FULL",
        OneLine(result.standard_error) + "; make room in the temporary folder and try again");
  }
  if (result.exit_code != 0) return Refuse("RUN_FAILED", OneLine(result.standard_error));
  return ReadFile(out, uint64_t{8} << 30);
}

}  // namespace edgerack::compiler
