// What a request fixes about a model's inputs. An importer that infers shapes applies it while it
// reads the file; pass fix-inputs does for the others.
#ifndef SERVER_COMPILER_IR_INPUT_OPTIONS_H_
#define SERVER_COMPILER_IR_INPUT_OPTIONS_H_

#include <map>
#include <string>

#include "server/compiler/ir/graph.h"

namespace edgerack::compiler {

// A constant that replaces a graph input (`--option freeze.NAME=F.npy`).
struct FrozenInput {
  DType dtype;
  Shape shape;
  std::string bytes;
};

struct InputOptions {
  std::map<std::string, Shape> input_shapes;         // shape.NAME
  std::map<std::string, FrozenInput> frozen_inputs;  // freeze.NAME
};

}  // namespace edgerack::compiler

#endif  // SERVER_COMPILER_IR_INPUT_OPTIONS_H_
