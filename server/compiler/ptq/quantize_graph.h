// A float graph and a plan become an int8 graph, or one of int8 and int16.
#ifndef SERVER_COMPILER_PTQ_QUANTIZE_GRAPH_H_
#define SERVER_COMPILER_PTQ_QUANTIZE_GRAPH_H_

#include <string>
#include <vector>

#include "base/clock.h"
#include "server/compiler/passes/pass.h"
#include "server/compiler/ptq/insert_conversions.h"

namespace edgerack::compiler {

// What turns inserted conversions into int8 layers, and says what it did.
struct PassRun {
  const PassOptions& options;
  Clock& clock;
};

struct QuantizedGraph {
  Graph graph;  // after all passes
  std::vector<PassTiming> passes;
  std::vector<Finding> findings;  // of the passes
  // Layers by their main output's name; the first compute in float32, the second in int8 (or, as
  // the first name them, too, in float32).
  std::set<std::string> no_int8_kernel, no_int16_kernel;
};

// Layers without a kernel of the planned type are found by trying: those of int16 become int8
// layers, those of int8 join the plan's float layers, until the passes leave no other. Inputs and
// outputs stay float32. Errors of RunPasses().
absl::StatusOr<QuantizedGraph> QuantizeGraph(const Graph& graph, ConversionPlan plan,
                                             const PassRun& run);

// Float weights, exactly, in place of the int8 weights of hybrid layers, which remember their
// steps.
Graph WithFloatWeights(const Graph& graph);

// The graph with int8 inputs and outputs where it quantizes an input or dequantizes an output
// itself; the others keep their type.
Graph WithInt8Borders(const Graph& graph);

}  // namespace edgerack::compiler

#endif  // SERVER_COMPILER_PTQ_QUANTIZE_GRAPH_H_
