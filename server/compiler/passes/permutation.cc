#include "server/compiler/passes/permutation.h"

namespace edgerack::compiler {

bool IsIdentity(const Permutation& perm) {
  for (size_t i = 0; i < perm.size(); ++i) {
    if (perm[i] != static_cast<int64_t>(i)) return false;
  }
  return true;
}

Permutation Inverse(const Permutation& perm) {
  Permutation inverse(perm.size());
  for (size_t i = 0; i < perm.size(); ++i) {
    inverse[static_cast<size_t>(perm[i])] = static_cast<int64_t>(i);
  }
  return inverse;
}

Permutation Joined(const Permutation& first, const Permutation& second) {
  return Permuted(first, second);
}

bool KeepsBytes(const Shape& shape, const Permutation& perm) {
  int64_t last = -1;
  for (int64_t d : perm) {
    if (shape[static_cast<size_t>(d)] == 1) continue;
    if (d < last) return false;
    last = d;
  }
  return true;
}

std::string PermutedBytes(const std::string& bytes, int64_t width, const Shape& shape,
                          const Permutation& perm) {
  std::vector<int64_t> strides(shape.size(), width);
  for (size_t d = shape.size(); d-- > 1;) strides[d - 1] = strides[d] * shape[d];
  const Shape to = Permuted(shape, perm);
  const std::vector<int64_t> steps = Permuted(strides, perm);
  std::string result;
  result.reserve(bytes.size());
  std::vector<int32_t> index(to.size(), 0);
  int64_t at = 0;
  const int64_t count = static_cast<int64_t>(bytes.size()) / width;
  for (int64_t n = 0; n < count; ++n) {
    result.append(bytes, static_cast<size_t>(at), static_cast<size_t>(width));
    for (size_t d = to.size(); d-- > 0;) {
      at += steps[d];
      if (++index[d] < to[d]) break;
      at -= steps[d] * to[d];
      index[d] = 0;
    }
  }
  return result;
}

}  // namespace edgerack::compiler
