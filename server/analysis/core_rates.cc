#include "server/analysis/core_rates.h"

namespace edgerack::analysis {
namespace {

// One SMLAD (two 16-bit products) or one VFMA.F32 issues per cycle; one store pipe of 32 bits; DTCM
// is two banks of 32 bits. Requantizing: SMULL and the rounding around it, SSAT, STRB, about half
// of them paired. Published cycle tests of the core: SMLAD and VFMA chains run at one per cycle.
constexpr CoreRates kCortexM7 = {2, 1, 8, 4, 8};
// A vector operation of 128 bits takes two cycles: VMLADAVA.S8 has 16 products, VFMA.F32 4;
// VQRDMULH and its companions, 8 of them, requantize 4 values. One load or store of 128 bits in two
// cycles.
constexpr CoreRates kCortexM55 = {8, 2, 4, 4, 8};

}  // namespace

const CoreRates* RatesOf(const std::string& core) {
  if (core == "cortex-m7") return &kCortexM7;
  if (core == "cortex-m55") return &kCortexM55;
  return nullptr;
}

}  // namespace edgerack::analysis
