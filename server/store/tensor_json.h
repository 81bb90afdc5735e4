// A tensor's description as part of a stored record.
#ifndef SERVER_STORE_TENSOR_JSON_H_
#define SERVER_STORE_TENSOR_JSON_H_

#include <vector>

#include "server/core/tensor.h"
#include "server/store/json_fields.h"

namespace edgerack::store {

inline Json TensorsJson(const std::vector<core::TensorInfo>& tensors) {
  Json list = Json::array();
  for (const core::TensorInfo& tensor : tensors) {
    list.push_back({{"name", tensor.name},
                    {"dtype", tensor.dtype},
                    {"shape", tensor.shape},
                    {"scale", tensor.scale},
                    {"zero_point", tensor.zero_point},
                    {"offset_bytes", tensor.offset_bytes}});
  }
  return list;
}

// Throws nlohmann's exceptions, as Get() does.
inline std::vector<core::TensorInfo> ReadTensors(const Json& list) {
  std::vector<core::TensorInfo> tensors;
  for (const Json& item : list) {
    core::TensorInfo& tensor = tensors.emplace_back();
    Get(item, "name", tensor.name);
    Get(item, "dtype", tensor.dtype);
    Get(item, "shape", tensor.shape);
    Get(item, "scale", tensor.scale);
    Get(item, "zero_point", tensor.zero_point);
    Get(item, "offset_bytes", tensor.offset_bytes);
  }
  return tensors;
}

}  // namespace edgerack::store

#endif  // SERVER_STORE_TENSOR_JSON_H_
