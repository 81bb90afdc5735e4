// A graph, the package it became, and what every tensor held while the package ran.
#ifndef SERVER_COMPILER_VALIDATE_TRACED_GRAPH_H_
#define SERVER_COMPILER_VALIDATE_TRACED_GRAPH_H_

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "server/compiler/emit/package_reader.h"
#include "server/compiler/ir/graph.h"

namespace edgerack::compiler {

struct TracedGraph {
  Graph graph;  // as it was lowered
  PackageInfo package;
  // By tensor of the graph: its index in the package, or -1 where the package does not have it (an
  // alias, a constant that nothing reads).
  std::vector<int> tensor_index;
};

// Bytes that one sample takes in a trace: all outputs of all layers, absent ones none.
int64_t TraceBytes(const PackageInfo& package);

// Where an output's bytes begin in a sample's trace, and how many there are; -1 for an absent one.
struct TracePlace {
  int tensor = -1;  // index in the package
  int64_t offset = 0, bytes = 0;
};
// Per layer of the package and output.
std::vector<std::vector<TracePlace>> TracePlaces(const PackageInfo& package);

// The raw bytes of each tensor of the graph after one run; empty for constants and for what is not
// known (states). `inputs` are the sample's, one after another; `trace` is its part of the trace.
std::vector<std::optional<std::string>> ValuesOf(const TracedGraph& traced, std::string_view inputs,
                                                 std::string_view trace);

}  // namespace edgerack::compiler

#endif  // SERVER_COMPILER_VALIDATE_TRACED_GRAPH_H_
