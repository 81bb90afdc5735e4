// What only moves elements goes with the layers beside it.
#ifndef SERVER_COMPILER_PTQ_MOVED_BETWEEN_H_
#define SERVER_COMPILER_PTQ_MOVED_BETWEEN_H_

#include <set>
#include <string>

#include "server/compiler/ir/graph.h"

namespace edgerack::compiler {

// `layers`, by their main output's name, and those between two of them, or between one and the
// graph's border, that keep their input's scale: in coarser steps they would round what both sides
// know better, and convert it twice.
std::set<std::string> WithMovedBetween(const Graph& graph, const std::set<std::string>& layers);

}  // namespace edgerack::compiler

#endif  // SERVER_COMPILER_PTQ_MOVED_BETWEEN_H_
