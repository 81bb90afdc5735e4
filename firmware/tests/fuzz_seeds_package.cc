#include <vector>

#include "firmware/tests/package_builder.h"

namespace edgerack::firmware {
std::vector<std::vector<uint8_t>> FuzzSeeds();
std::vector<std::vector<uint8_t>> FuzzSeeds() {
  return {BuildTinyModel(true).package,   BuildTinyModel(false).package,
          BuildTinyPackedModel().package, BuildTinyFloatModel(),
          BuildTinyDepthwiseModel(),      BuildTinyHybridModel(),
          BuildTinyRecurrentModel(true)};
}
}  // namespace edgerack::firmware
