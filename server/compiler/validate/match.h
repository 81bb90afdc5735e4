// Which tensor of the original graph one of the compiled graph stands for.
#ifndef SERVER_COMPILER_VALIDATE_MATCH_H_
#define SERVER_COMPILER_VALIDATE_MATCH_H_

#include <string>
#include <vector>

#include "server/compiler/ir/graph.h"

namespace edgerack::compiler {

struct Match {
  TensorId original = kNoTensor;
  std::string why_not;  // where there is none
  // How the original's elements come into the order of the compiled tensor: taken as `shape`,
  // transposed by `perm` where that is not empty.
  Shape shape;
  std::vector<int64_t> perm;

  bool found() const { return original != kNoTensor; }
};

// By the name, which passes keep, or by the origin they leave where they make a tensor anew; never
// by guessing: what has neither, or another number of elements, has no match.
Match MatchTensor(const Graph& original, const Tensor& compiled);

// The original's values in the order of the compiled tensor.
std::vector<double> InOrderOf(const Match& match, const std::vector<double>& values);

}  // namespace edgerack::compiler

#endif  // SERVER_COMPILER_VALIDATE_MATCH_H_
