// A convolution and the pooling of its output as one node, which needs no memory for what lies
// between. The planner makes such nodes; no importer does.
#ifndef SERVER_COMPILER_OPS_CONV_POOL_H_
#define SERVER_COMPILER_OPS_CONV_POOL_H_

#include <cstddef>
#include <string>
#include <vector>

#include "server/compiler/ir/graph.h"

namespace edgerack::compiler {

// Names of the poolings that can take the convolution before them into their own node: nothing else
// reads what lies between, one image, a kernel for the types.
std::vector<std::string> StreamablePools(const Graph& graph);

// Those of them that are faster so: nothing but the convolution's rows that stay in the cache
// differs, as with floats. For int8 there is a faster convolution that wants more scratch memory.
std::vector<std::string> FasterStreamedPools(const Graph& graph);

// Makes one node of each named pooling and its convolution. The names must be streamable.
Graph StreamPools(const Graph& graph, const std::vector<std::string>& pools);

}  // namespace edgerack::compiler

#endif  // SERVER_COMPILER_OPS_CONV_POOL_H_
