// The whole way of a model: import, passes, lowering, memory plan, package, report.
#ifndef SERVER_COMPILER_APP_COMPILE_H_
#define SERVER_COMPILER_APP_COMPILE_H_

#include <functional>
#include <nlohmann/json.hpp>
#include <optional>
#include <string>

#include "base/catalog/catalog.h"
#include "base/clock.h"
#include "base/npy/npy.h"
#include "server/compiler/app/compile_options.h"
#include "server/compiler/importers/importer.h"
#include "server/compiler/ir/finding.h"
#include "server/compiler/report/report.h"

namespace edgerack::compiler {

struct CompileRequest {
  std::string model;  // the file's bytes
  BoardKind board;
  Chip chip;
  CompileOptions options;
  std::string quantize = "none";          // as --quantize names it
  std::optional<NpyArchive> calibration;  // checked against the model even where nothing uses it
  // Accuracy before and after --quantize, and what option accuracy= is judged by; not used
  // otherwise.
  std::optional<NpyArchive> dataset;
  std::vector<Finding> findings;  // known before compiling, e.g. about unused arguments
  std::function<void(const std::string& line)> progress;  // of long steps; may be empty
};

struct CompileOutcome {
  std::string package;  // the .erp's bytes
  nlohmann::ordered_json report;
  std::vector<RegionUse> regions;
  bool fits = false;     // false: the package must not be used
  Finding does_not_fit;  // where it does not
};

// A model as far as no board matters: what is lowered, and what is known of it by then.
struct BuiltGraph {
  ImportedModel model;  // as the file has it
  Graph graph;          // after the passes
  std::vector<Finding> findings;
  std::vector<PassTiming> passes;
  nlohmann::ordered_json quantization;  // of the report; null where nothing was quantized here
  nlohmann::ordered_json codebooks;     // the same of option codebook
  bool reshaped = false;  // an option gave an input another shape than the importer took
};

// Imports, checks quantization and samples, and runs the passes. Errors as Compile().
absl::StatusOr<BuiltGraph> BuildGraph(const CompileRequest& request, Clock& clock);

// Errors are refusals (class USER or JOB) or COMPILER_BUG. A model that compiles but does not fit
// the chip is not an error here: `fits` is false and the report has finding DOES_NOT_FIT.
absl::StatusOr<CompileOutcome> Compile(const CompileRequest& request, Clock& clock);

}  // namespace edgerack::compiler

#endif  // SERVER_COMPILER_APP_COMPILE_H_
