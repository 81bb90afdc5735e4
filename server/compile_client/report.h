// Reads what `edgerack-compile` writes beside its package. Lenient: a key that is missing or of
// another type is unknown, so that an older server reads a newer compiler's report.
#ifndef SERVER_COMPILE_CLIENT_REPORT_H_
#define SERVER_COMPILE_CLIENT_REPORT_H_

#include <optional>
#include <string>

#include "base/error.h"
#include "server/core/compile_report.h"
#include "server/core/failure.h"
#include "server/core/model_view.h"
#include "server/core/run_plan.h"

namespace edgerack::compile_client {

// INTERNAL (BAD_REPORT), class BUG, when the text is not a JSON object.
absl::StatusOr<core::CompileReport> ParseReport(const std::string& text);

// True for the text of a JSON object.
bool IsObject(const std::string& text);

// Why the model was not taken: the report's "error", else its first finding. Empty when it was.
std::optional<core::Failure> RefusalIn(const std::string& text);

// What `prepare` says about the samples it wrote.
struct Manifest {
  int64_t samples = 0;
  int64_t input_bytes = 0;   // of one sample
  int64_t output_bytes = 0;  // of one sample
  std::vector<core::TensorInfo> outputs;
  std::vector<int64_t> labels;      // one per sample, or none
  std::vector<core::Issue> issues;  // what it found in the dataset
};

// What `show` printed. INTERNAL (BAD_VIEW), class BUG, when the text is not a JSON object.
absl::StatusOr<core::ModelView> ParseModelView(const std::string& text);

// INTERNAL (BAD_MANIFEST), class BUG, when sizes are missing or contradict each other.
absl::StatusOr<Manifest> ParseManifest(const std::string& text);

}  // namespace edgerack::compile_client

#endif  // SERVER_COMPILE_CLIENT_REPORT_H_
