// Writes packages by hand, for tests of what reads them.
#ifndef FIRMWARE_TESTS_PACKAGE_BUILDER_H_
#define FIRMWARE_TESTS_PACKAGE_BUILDER_H_

#include <cstdint>
#include <cstring>
#include <string>
#include <vector>

#include "firmware/package/format.h"

namespace edgerack::firmware {

class PackageBuilder {
 public:
  // Each returns the tensor's index.
  uint16_t Arena(const std::string& name, er_dtype_t dtype, std::vector<int32_t> dims,
                 uint32_t offset, er_place_t place = ER_PLACE_ARENA);
  template <typename T>
  uint16_t Constant(const std::string& name, er_dtype_t dtype, std::vector<int32_t> dims,
                    const std::vector<T>& values) {
    return AddConstant(name, dtype, std::move(dims), values.data(), values.size() * sizeof(T));
  }

  // The same for int8 values in row-major order, which are packed.
  uint16_t Packed(const std::string& name, std::vector<int32_t> dims,
                  const std::vector<int8_t>& values, er_packing_t packing);

  template <typename Params>
  void Op(uint16_t kernel, const std::string& name, const std::vector<uint16_t>& inputs,
          const std::vector<uint16_t>& outputs, const Params& params, uint32_t scratch_offset = 0,
          uint32_t scratch_bytes = 0) {
    AddOp(kernel, name, inputs, outputs, &params, sizeof params, scratch_offset, scratch_bytes);
  }

  void Io(std::vector<uint16_t> inputs, std::vector<uint16_t> outputs) {
    inputs_ = std::move(inputs);
    outputs_ = std::move(outputs);
  }

  std::vector<uint8_t> Build(er_isa_t isa, uint32_t arena_bytes) const;

 private:
  struct PendingOp {
    er_package_op_t record;
    std::vector<uint16_t> operands;
    std::vector<uint8_t> params;
  };

  uint32_t Name(const std::string& name);
  uint16_t AddConstant(const std::string& name, er_dtype_t dtype, std::vector<int32_t> dims,
                       const void* data, size_t bytes);
  void AddOp(uint16_t kernel, const std::string& name, const std::vector<uint16_t>& inputs,
             const std::vector<uint16_t>& outputs, const void* params, size_t params_bytes,
             uint32_t scratch_offset, uint32_t scratch_bytes);

  std::vector<er_package_tensor_t> tensors_;
  std::vector<PendingOp> ops_;
  std::vector<uint16_t> inputs_, outputs_;
  std::string names_ = std::string(1, '\0');
  std::vector<uint8_t> constants_;
};

// Recomputes the CRC after a test changed bytes behind the header's first 16.
void SealPackage(std::vector<uint8_t>& package);

// An int8 model: x[1,8,8,3] -> 3x3 convolution to 5 channels -> fully connected to 10 -> softmax,
// with fixed pseudo-random weights.
struct TinyModel {
  std::vector<uint8_t> package;
  static constexpr uint32_t kInputBytes = 8 * 8 * 3;
  static constexpr uint32_t kOutputBytes = 10;
  static constexpr uint16_t kLayers = 3;
  static constexpr uint16_t kConvOutputTensor = 1;  // 320 bytes
};
TinyModel BuildTinyModel(bool native);  // with the Armv7E-M kernels that take canonical weights

// The same model with kernels that take packed weights.
TinyModel BuildTinyPackedModel();
constexpr uint16_t kTinyPackedWeights = 4;  // of the convolution; the package's first constant

// One int8 depthwise convolution with its Armv7E-M kernel: x[1,6,6,6] -> y[1,6,6,6].
std::vector<uint8_t> BuildTinyDepthwiseModel();

// The float twin: x[1,6,6,2] -> depthwise -> average pool -> fully connected -> softmax.
std::vector<uint8_t> BuildTinyFloatModel();
constexpr uint16_t kTinyFloatOutputTensor = 4;  // 28 bytes

// The hybrid one (float activations, int8 weights), with the Armv7E-M kernels where there are some:
// x[1,6,6,3] -> convolution (asymmetric) -> depthwise (asymmetric) -> fully connected (symmetric).
std::vector<uint8_t> BuildTinyHybridModel();
constexpr uint16_t kTinyHybridOutputTensor = 3;
constexpr uint32_t kTinyHybridInputBytes = 6 * 6 * 3 * 4, kTinyHybridOutputBytes = 7 * 4;

// Recurrent layers with states: x[3,2,4] float -> both directions of an LSTM, whose states lie
// where they are updated -> SVDF; and xq[2,5] int8 -> LSTM and SVDF in int8.
std::vector<uint8_t> BuildTinyRecurrentModel(bool carry_state);
constexpr uint16_t kTinyRecurrentOutputTensor = 3;  // of the float SVDF, 8 bytes

}  // namespace edgerack::firmware

#endif  // FIRMWARE_TESTS_PACKAGE_BUILDER_H_
