// --quantize: a float graph becomes an int8 one, with what is to be told of it.
#ifndef SERVER_COMPILER_APP_QUANTIZE_MODEL_H_
#define SERVER_COMPILER_APP_QUANTIZE_MODEL_H_

#include <nlohmann/json.hpp>

#include "server/compiler/app/compile.h"
#include "server/compiler/ptq/quantize_graph.h"

namespace edgerack::compiler {

struct QuantizedModel {
  QuantizedGraph quantized;
  std::vector<Finding> findings;  // of quantization; those of the passes are in `quantized`
  nlohmann::ordered_json report;  // "quantization" of the compile report
};

// `graph` is the imported one after the passes that compute (see BuildGraph). Errors:
// NO_CALIBRATION, BAD_OPTION, NOTHING_TO_QUANTIZE (class JOB), BAD_CALIBRATION (class USER), those
// of running the graph.
absl::StatusOr<QuantizedModel> QuantizeModel(const Graph& graph, const CompileRequest& request,
                                             Clock& clock);

}  // namespace edgerack::compiler

#endif  // SERVER_COMPILER_APP_QUANTIZE_MODEL_H_
