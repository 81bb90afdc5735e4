// What a model is, as its file says: layers, shapes and sizes before anything is compiled.
#ifndef SERVER_CORE_MODEL_VIEW_H_
#define SERVER_CORE_MODEL_VIEW_H_

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "server/core/tensor.h"

namespace edgerack::core {

struct ModelLayer {
  std::optional<int32_t> index;
  std::string name;
  std::string op;
  std::vector<int64_t> output_shape;
  std::string output_dtype;
  std::optional<int64_t> parameters_bytes;  // of its constants, shared ones included
  std::optional<int64_t> macs;
};

struct ModelTotals {
  std::optional<int64_t> layers;
  std::optional<int64_t> weights_bytes;  // each constant once
  std::optional<int64_t> activations_peak_bytes;
  std::optional<int64_t> macs;
};

struct ModelView {
  std::string format;               // tflite, …
  std::vector<TensorInfo> inputs;   // offsets are 0
  std::vector<TensorInfo> outputs;  // offsets are 0
  std::vector<ModelLayer> layers;
  ModelTotals totals;
};

}  // namespace edgerack::core

#endif  // SERVER_CORE_MODEL_VIEW_H_
