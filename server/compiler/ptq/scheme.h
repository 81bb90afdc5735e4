// Which tensors get which steps: what shares a scale because a kernel only moves elements, and
// what TFLite's specification fixes.
#ifndef SERVER_COMPILER_PTQ_SCHEME_H_
#define SERVER_COMPILER_PTQ_SCHEME_H_

#include <map>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "server/compiler/ir/graph.h"
#include "server/compiler/ptq/grid.h"
#include "server/compiler/ptq/range_method.h"
#include "server/compiler/ptq/tensor_statistics.h"

namespace edgerack::compiler {

// By tensor of the graph; empty for what is no float32 activation.
using GraphStatistics = std::vector<std::optional<TensorStatistics>>;

struct TensorScheme {
  Quantization grid;        // as int8
  Quantization int16_grid;  // as int16
  std::string method;       // "minmax", …; "fixed" where the specification says it
  TensorStatistics values;  // of all tensors that share the grid

  // `dtype` is kS8 or kS16.
  const Quantization& Grid(DType dtype) const { return dtype == DType::kS16 ? int16_grid : grid; }
};

// Share of the values that clamping to the grid changes by more than one step; 0..1.
double ClampedShare(const TensorStatistics& values, const Quantization& grid, DType dtype);

// The steps of each float32 activation. Tensors whose values are not all finite have none.
std::map<TensorId, TensorScheme> ChooseGrids(const Graph& graph, const GraphStatistics& statistics,
                                             const RangeMethod& method,
                                             const RangeOptions& options);

}  // namespace edgerack::compiler

#endif  // SERVER_COMPILER_PTQ_SCHEME_H_
