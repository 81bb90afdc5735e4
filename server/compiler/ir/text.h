// The text form of a graph: what passes are tested with and what a person reads.
//
//   graph "digits" {
//     input %x: int8[1,28,28,1] q(0.5, -128)
//     state %h: float32[1,4]
//     const %w: int8[2,1] q(axis 0, [0.1, 0.2], [0, 0]) = [1, -2]
//     const %big: float32[64,64] = sha256 "9f86…"
//     %y: int8[1,2] q(0.5, 3) = fully_connected(%x, %w, none) {act = "relu"} "layer name"
//     %v: float32[2], %i: int64[2] = topk(%s) {k = 2} "several outputs"
//     output %y
//     next %h = %hn
//   }
// Absent operands, inputs or outputs, are `none`. A state keeps its value between runs; `next` says
// what it is after a run.
// A tensor's name is written bare where it has only letters, digits and . _ / and quoted otherwise.
#ifndef SERVER_COMPILER_IR_TEXT_H_
#define SERVER_COMPILER_IR_TEXT_H_

#include <cstdint>
#include <functional>
#include <memory>
#include <string>

#include "base/error.h"
#include "server/compiler/ir/graph.h"

namespace edgerack::compiler {

// Constants of more than `inline_elements` elements are written as their SHA-256.
std::string PrintGraph(const Graph& graph, int64_t inline_elements = 16);

// Finds a constant's bytes by SHA-256; null when it has none.
using ConstantSource = std::function<std::shared_ptr<const std::string>(const std::string& sha256)>;

// INVALID_ARGUMENT with code BAD_GRAPH_TEXT naming line and what was expected. Does not verify.
absl::StatusOr<Graph> ParseGraph(const std::string& text, const ConstantSource& constants = {});

}  // namespace edgerack::compiler

#endif  // SERVER_COMPILER_IR_TEXT_H_
