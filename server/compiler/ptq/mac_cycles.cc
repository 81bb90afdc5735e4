#include "server/compiler/ptq/mac_cycles.h"

namespace edgerack::compiler {
namespace {

struct Cycles {
  double int8, int16, float32;
};

constexpr Cycles kConvolution = {1.75, 7.7, 10.8};  // of 8 and more input channels
constexpr Cycles kDepthwise = {4.6, 28.9, 5.15};
constexpr Cycles kFullyConnected = {3.9, 5.6, 10.1};

const Cycles& CyclesOf(const std::string& op) {
  if (op == "depthwise_conv2d") return kDepthwise;
  return op == "fully_connected" ? kFullyConnected : kConvolution;
}

}  // namespace

double CyclesPerMac(const std::string& op, DType activations) {
  const Cycles& cycles = CyclesOf(op);
  if (activations == DType::kF32) return cycles.float32;
  return activations == DType::kS16 ? cycles.int16 : cycles.int8;
}

}  // namespace edgerack::compiler
