// One input or output of a compiled model, as far as the server looks into its bytes.
#ifndef SERVER_CORE_TENSOR_H_
#define SERVER_CORE_TENSOR_H_

#include <cstdint>
#include <string>
#include <vector>

namespace edgerack::core {

struct TensorInfo {
  std::string name;
  std::string dtype;  // float32, int8, uint8, int16, int32, int64, bool
  std::vector<int64_t> shape;
  double scale = 0;  // real = scale * (q - zero_point); 0 when not quantized
  int64_t zero_point = 0;
  int64_t offset_bytes = 0;  // within one sample's raw outputs
};

// Bytes of one element; 0 for a dtype the server does not know.
inline int64_t DtypeBytes(const std::string& dtype) {
  if (dtype == "float32" || dtype == "int32") return 4;
  if (dtype == "int8" || dtype == "uint8" || dtype == "bool") return 1;
  if (dtype == "int16") return 2;
  if (dtype == "int64") return 8;
  return 0;
}

// At least 1; a shape without dimensions is a scalar. 0 when a dimension is not positive.
inline int64_t ElementCount(const std::vector<int64_t>& shape) {
  int64_t count = 1;
  for (int64_t dim : shape) {
    if (dim <= 0 || count > (int64_t{1} << 40) / dim) return 0;
    count *= dim;
  }
  return count;
}

}  // namespace edgerack::core

#endif  // SERVER_CORE_TENSOR_H_
