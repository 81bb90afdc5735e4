// The executions of one model, run on this machine and compared with each other and a board's.
#ifndef SERVER_COMPILER_APP_VALIDATE_H_
#define SERVER_COMPILER_APP_VALIDATE_H_

#include <nlohmann/json.hpp>
#include <optional>
#include <string>

#include "server/compiler/app/compile.h"
#include "server/compiler/validate/board_trace.h"

namespace edgerack::compiler {

struct ValidateRequest {
  CompileRequest compile;
  NpyArchive dataset;   // empty: the samples of the board's trace, no accuracy
  int64_t samples = 4;  // compared layer by layer, where there is no trace that says which
  std::optional<BoardTrace> board;
  std::string board_outputs;  // raw outputs of the trace's `sample_indices`; may be shorter
};

// validation_json.h's object with "model_sha256", "board", "executions" ([{"name", "ran",
// "why_not"}]), "note", and "accuracy" where the dataset has `y` (accuracy_json.h: "labels" or
// "targets" hold it). Errors of Compile() and of running; TRACE_OF_ANOTHER_PACKAGE (USER) where the
// board's trace is not of the package that this compiler makes.
absl::StatusOr<nlohmann::ordered_json> Validate(const ValidateRequest& request, Clock& clock);

}  // namespace edgerack::compiler

#endif  // SERVER_COMPILER_APP_VALIDATE_H_
