#include "server/compiler/validate/match.h"

#include "server/compiler/ir/elements.h"
#include "server/compiler/passes/permutation.h"

namespace edgerack::compiler {

Match MatchTensor(const Graph& original, const Tensor& compiled) {
  Match match;
  const bool made = compiled.origin.has_value();
  const std::string& name = made ? compiled.origin->name : compiled.name;
  const TensorId id = original.Find(name);
  if (id == kNoTensor) {
    match.why_not = "the original model has no tensor '" + name + "'";
    return match;
  }
  const Tensor& t = original.tensor(id);
  match.shape = made ? compiled.origin->shape : compiled.shape;
  if (made) match.perm = compiled.origin->perm;
  const bool same_shape =
      made ? t.elements() == ElementCount(match.shape) : t.shape == compiled.shape;
  if (!same_shape || t.elements() != compiled.elements()) {
    match.why_not = "'" + name + "' has shape " + ShapeText(t.shape) +
                    " in the original model and " + ShapeText(compiled.shape) + " here";
    return match;
  }
  match.original = id;
  return match;
}

std::vector<double> InOrderOf(const Match& match, const std::vector<double>& values) {
  if (match.perm.empty()) return values;
  const std::string moved = PermutedBytes(BytesOf(values), sizeof(double), match.shape, match.perm);
  std::vector<double> result(values.size());
  for (size_t i = 0; i < result.size(); ++i) result[i] = LoadElement<double>(moved, i);
  return result;
}

}  // namespace edgerack::compiler
