// Orders of dimensions, as transpose(x) {perm} means them: dimension i of the result is dimension
// perm[i] of x.
#ifndef SERVER_COMPILER_PASSES_PERMUTATION_H_
#define SERVER_COMPILER_PASSES_PERMUTATION_H_

#include <string>
#include <vector>

#include "server/compiler/ir/graph.h"

namespace edgerack::compiler {

using Permutation = std::vector<int64_t>;

bool IsIdentity(const Permutation& perm);
Permutation Inverse(const Permutation& perm);
// The single transpose that does `first`, then `second`.
Permutation Joined(const Permutation& first, const Permutation& second);

// values[perm[i]] of each i: the shape of the transposed tensor from that of the original.
template <typename T>
std::vector<T> Permuted(const std::vector<T>& values, const Permutation& perm) {
  std::vector<T> result;
  for (int64_t d : perm) result.push_back(values[static_cast<size_t>(d)]);
  return result;
}

// True where transposing a tensor of this shape leaves its bytes in their order: only dimensions of
// 1 change places.
bool KeepsBytes(const Shape& shape, const Permutation& perm);

// The elements, of `width` bytes each, of a row-major tensor of `shape` in the transposed order.
std::string PermutedBytes(const std::string& bytes, int64_t width, const Shape& shape,
                          const Permutation& perm);

}  // namespace edgerack::compiler

#endif  // SERVER_COMPILER_PASSES_PERMUTATION_H_
