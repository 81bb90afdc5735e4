#include "server/control/samples.h"

#include <algorithm>

namespace edgerack::control {

std::vector<int64_t> EvenlySpaced(int64_t available, int64_t wanted) {
  std::vector<int64_t> indices;
  const int64_t count = std::min(available, wanted);
  for (int64_t i = 0; i < count; ++i) indices.push_back(i * available / count);
  return indices;
}

compile_client::PrepareOutput Choose(const compile_client::PrepareOutput& all, int64_t wanted) {
  compile_client::PrepareOutput chosen;
  chosen.manifest = all.manifest;
  chosen.manifest.labels.clear();
  const std::vector<int64_t> indices = EvenlySpaced(all.manifest.samples, wanted);
  chosen.manifest.samples = static_cast<int64_t>(indices.size());
  const auto in = static_cast<size_t>(all.manifest.input_bytes);
  const auto out = static_cast<size_t>(all.manifest.output_bytes);
  for (int64_t index : indices) {
    const auto i = static_cast<size_t>(index);
    chosen.inputs.append(all.inputs, i * in, in);
    chosen.reference.append(all.reference, i * out, out);
    if (!all.manifest.labels.empty()) chosen.manifest.labels.push_back(all.manifest.labels[i]);
  }
  return chosen;
}

}  // namespace edgerack::control
