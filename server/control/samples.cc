#include "server/control/samples.h"

#include <algorithm>
#include <random>

namespace edgerack::control {

std::vector<int64_t> EvenlySpaced(int64_t available, int64_t wanted) {
  std::vector<int64_t> indices;
  const int64_t count = std::min(available, wanted);
  for (int64_t i = 0; i < count; ++i) indices.push_back(i * available / count);
  return indices;
}

// Selection sampling: D. Knuth, The Art of Computer Programming 2, 3.4.2, algorithm S.
std::vector<int64_t> SampleIndices(int64_t available, int64_t wanted, int64_t seed) {
  if (seed == 0 || wanted >= available) return EvenlySpaced(available, wanted);
  std::mt19937_64 random(static_cast<uint64_t>(seed));
  std::vector<int64_t> indices;
  for (int64_t i = 0; i < available; ++i) {
    const auto left = static_cast<uint64_t>(available - i);
    const auto missing = static_cast<uint64_t>(wanted) - indices.size();
    if (random() % left < missing) indices.push_back(i);
  }
  return indices;
}

compile_client::PrepareOutput Choose(const compile_client::PrepareOutput& all, int64_t wanted,
                                     int64_t seed) {
  compile_client::PrepareOutput chosen;
  chosen.manifest = all.manifest;
  chosen.manifest.labels.clear();
  const std::vector<int64_t> indices = SampleIndices(all.manifest.samples, wanted, seed);
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
