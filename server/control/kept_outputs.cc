#include "server/control/kept_outputs.h"

#include <algorithm>

namespace edgerack::control {

int64_t SamplesThatFit(int64_t samples, int64_t sample_bytes, int64_t limit_bytes) {
  return sample_bytes <= 0 ? 0 : std::min(samples, limit_bytes / sample_bytes);
}

absl::StatusOr<core::KeptOutputs> KeepOutputs(const core::PreparedSamples& prepared,
                                              const core::Measurement& measurement,
                                              store::ArtifactStore& artifacts) {
  core::KeptOutputs kept;
  kept.run_samples = prepared.samples;
  kept.dataset_samples = prepared.host_samples;
  kept.sample_seed = prepared.sample_seed;
  kept.sample_bytes = prepared.output_bytes;
  kept.tensors = prepared.outputs;
  kept.reference_sha256 = prepared.reference_sha256;
  kept.samples = SamplesThatFit(measurement.samples, kept.sample_bytes, kMostOutputBytes);
  const std::string_view bytes = measurement.outputs;
  ER_ASSIGN_OR_RETURN(auto stored, artifacts.Put(bytes.substr(
                                       0, static_cast<size_t>(kept.samples * kept.sample_bytes))));
  kept.board_sha256 = stored.sha256;
  return kept;
}

}  // namespace edgerack::control
