// Where the bits come from that a layer reads as float32.
#ifndef SERVER_COMPILER_PASSES_BIT_SOURCE_H_
#define SERVER_COMPILER_PASSES_BIT_SOURCE_H_

#include <array>
#include <optional>

#include "server/compiler/ir/graph.h"

namespace edgerack::compiler {

struct BitSource {
  TensorId bits;                     // int1 or uint1
  std::array<int64_t, 4> pads = {};  // top, bottom, left, right of an image
  int64_t outside = 0;               // what the padding holds: -1, 0 or 1
};

// The bits that `unbinarize` turned into the numbers `id`, with a constant padding of one of their
// values or zero in between.
std::optional<BitSource> BitsBehind(const Graph& graph, TensorId id);

// The tensor that reshapes made `id` of; `id` itself where none did.
TensorId BehindReshapes(const Graph& graph, TensorId id);

}  // namespace edgerack::compiler

#endif  // SERVER_COMPILER_PASSES_BIT_SOURCE_H_
