// How much of a model is what it claims to be: its operations by the types they compute with.
#ifndef SERVER_COMPILER_REPORT_OP_TYPES_H_
#define SERVER_COMPILER_REPORT_OP_TYPES_H_

#include <nlohmann/json.hpp>
#include <string>

#include "server/compiler/ir/graph.h"

namespace edgerack::compiler {

// ST's vocabulary, input first: smul_A_B for products with weights, sxor_A_B where both are bits,
// conv_A_B for conversions from A to B, op_A_A for the rest.
std::string OpTypeOf(const Graph& graph, const Node& node);

// [{"type", "ops", "percent"}] of the nodes that compute, by type; ops are counted as ST's MACC.
nlohmann::ordered_json OpTypesJson(const Graph& graph);

}  // namespace edgerack::compiler

#endif  // SERVER_COMPILER_REPORT_OP_TYPES_H_
