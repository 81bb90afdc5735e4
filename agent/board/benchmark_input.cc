#include "agent/board/benchmark_input.h"

#include "agent/board/package_records.h"

namespace edgerack::agent {
namespace {

constexpr int32_t kImageZeroPoint = -128;

}  // namespace

absl::StatusOr<std::string> BenchmarkInput(const std::string& package, const std::string& inputs) {
  er_package_header_t header{};
  er_package_tensor_t tensor{};
  uint16_t index = 0;
  const bool read =
      ReadAt(package, 0, header) && header.input_count > 0 &&
      ReadAt(package, header.io_offset, index) &&
      ReadAt(package, uint64_t{header.tensors_offset} + uint64_t{index} * sizeof tensor, tensor);
  if (!read || tensor.bytes == 0 || inputs.size() < tensor.bytes) {
    return MakeError(absl::StatusCode::kDataLoss, ErrorClass::kBug, "PACKAGE_BROKEN",
                     "the compiled package has no input that fits the samples; compile the model "
                     "again");
  }
  std::string bytes = inputs.substr(0, tensor.bytes);
  if (tensor.dtype == ER_DTYPE_S8 && tensor.zero_point == kImageZeroPoint) {
    for (char& byte : bytes) byte = static_cast<char>(byte ^ 0x80);
  }
  return bytes;
}

}  // namespace edgerack::agent
