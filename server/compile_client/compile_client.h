// Runs `edgerack-compile` as a limited child process: models are hostile until proven otherwise.
#ifndef SERVER_COMPILE_CLIENT_COMPILE_CLIENT_H_
#define SERVER_COMPILE_CLIENT_COMPILE_CLIENT_H_

#include <cstdint>
#include <filesystem>
#include <map>
#include <mutex>
#include <string>
#include <string_view>
#include <vector>

#include "base/child_process.h"
#include "base/error.h"
#include "server/compile_client/package_reader.h"
#include "server/compile_client/report.h"

namespace edgerack::compile_client {

// An uploaded file under the name it was uploaded with; an empty path = none.
struct NamedFile {
  std::filesystem::path path;
  std::string display_name;
};

struct CompileInput {
  NamedFile model;
  NamedFile calibration;
  NamedFile dataset;     // for the accuracy before and after quantization
  std::string kind;      // of board
  std::string quantize;  // empty = the compiler's default
  std::map<std::string, std::string> options;
};

struct ValidateInput {
  CompileInput compile;
  NamedFile dataset;                    // empty: no accuracy
  std::filesystem::path board_trace;    // as control/kept_trace.h writes it
  std::filesystem::path board_outputs;  // raw; empty = none
};

struct CompileOutput {
  std::string package;
  std::string report;  // JSON
  PackageFacts facts;
};

struct DiagnoseInput {
  NamedFile model;
  NamedFile inputs;
  NamedFile outputs;
  std::vector<NamedFile> others;
  std::map<std::string, std::string> options;
};

struct PrepareOutput {
  Manifest manifest;
  std::string inputs;     // raw, samples × input_bytes
  std::string reference;  // raw, samples × output_bytes
};

class CompileClient {
 public:
  explicit CompileClient(std::filesystem::path program, ChildLimits limits = DefaultLimits());
  // 10 minutes of wall clock and of CPU, 4 GiB of memory.
  static ChildLimits DefaultLimits();

  // All are thread-safe and block until the child has ended.

  // A refusal has the class, code and message of the compiler's report (usually USER). A limit that
  // was hit: USER with COMPILE_TIMEOUT or COMPILE_OUT_OF_MEMORY. A crash: BUG, COMPILER_CRASHED.
  // No program: INFRASTRUCTURE, NO_PROGRAM.
  absl::StatusOr<CompileOutput> Compile(const CompileInput& input);
  // Inputs as the package takes them and the host's reference outputs, for the dataset or, without
  // one, for one random sample. Errors as above, a refusal without a report is DATASET_REFUSED.
  absl::StatusOr<PrepareOutput> Prepare(const std::filesystem::path& package,
                                        const NamedFile& dataset);
  // CRC-32 of every output of every layer for these inputs, sample after sample, 4 bytes
  // little-endian each; 0 for an output that is absent. Errors as Prepare().
  absl::StatusOr<std::string> Trace(const std::filesystem::path& package, std::string_view inputs,
                                    int64_t samples);
  // What the model is, as JSON that ParseModelView takes: only imported, not compiled. Errors as
  // Compile(); it gets a minute.
  absl::StatusOr<std::string> Show(const NamedFile& model);
  // Where the executions of the model part, as JSON (server/compiler/app/validate.h). Errors as
  // Compile(); INTERNAL (BAD_VALIDATION), class BUG, when what was written is no JSON object.
  absl::StatusOr<std::string> Validate(const ValidateInput& input);
  // Why `outputs` are not what the model gives for `inputs`, as JSON that ParseDiagnosis takes.
  // `others` are models that may have been on the board instead. Errors as Compile().
  absl::StatusOr<std::string> Diagnose(const DiagnoseInput& input);
  // SHA-256 of the program: what it gives may change with it.
  absl::StatusOr<std::string> ProgramSha256();

 private:
  const std::filesystem::path program_;
  const ChildLimits limits_;
  std::mutex mutex_;
  std::filesystem::file_time_type hashed_time_;
  std::string hash_;
};

}  // namespace edgerack::compile_client

#endif  // SERVER_COMPILE_CLIENT_COMPILE_CLIENT_H_
