#include "agent/board/layer_outputs.h"

#include "agent/board/package_records.h"

namespace edgerack::agent {

absl::StatusOr<std::vector<std::vector<TensorSlice>>> LayerOutputs(const std::string& package) {
  const absl::Status broken =
      MakeError(absl::StatusCode::kDataLoss, ErrorClass::kBug, "PACKAGE_BROKEN",
                "a table of the compiled package reaches past its end; compile the model again");
  er_package_header_t header{};
  if (!ReadAt(package, 0, header) || header.magic != ER_PACKAGE_MAGIC) return broken;
  std::vector<std::vector<TensorSlice>> layers(header.op_count);
  for (uint64_t i = 0; i < layers.size(); ++i) {
    er_package_op_t op{};
    if (!ReadAt(package, header.ops_offset + i * sizeof op, op)) return broken;
    for (uint64_t k = 0; k < op.output_count; ++k) {
      uint16_t index = 0;
      er_package_tensor_t tensor{};
      if (!ReadAt(package, op.operands_offset + (op.input_count + k) * sizeof index, index)) {
        return broken;
      }
      if (index == ER_PACKAGE_NO_TENSOR) {
        layers[i].push_back({-1, 0});
        continue;
      }
      if (index >= header.tensor_count ||
          !ReadAt(package, header.tensors_offset + uint64_t{index} * sizeof tensor, tensor)) {
        return broken;
      }
      layers[i].push_back({index, tensor.bytes});
    }
  }
  return layers;
}

}  // namespace edgerack::agent
