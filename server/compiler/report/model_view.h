// What a model is before anything is done to it: layers, shapes and sizes.
#ifndef SERVER_COMPILER_REPORT_MODEL_VIEW_H_
#define SERVER_COMPILER_REPORT_MODEL_VIEW_H_

#include <nlohmann/json.hpp>
#include <string>

#include "server/compiler/ir/graph.h"

namespace edgerack::compiler {

// Keys as in message ModelView of the API (format, inputs, outputs, layers, totals), and
// model_sha256. `graph` is verified and as imported.
nlohmann::ordered_json BuildModelView(const Graph& graph, const std::string& format,
                                      const std::string& model_sha256);

}  // namespace edgerack::compiler

#endif  // SERVER_COMPILER_REPORT_MODEL_VIEW_H_
