// Tensors as real numbers, whatever type holds them.
#ifndef SERVER_COMPILER_VALIDATE_REAL_VALUES_H_
#define SERVER_COMPILER_VALIDATE_REAL_VALUES_H_

#include <string>
#include <string_view>
#include <vector>

#include "server/compiler/ir/graph.h"

namespace edgerack::compiler {

// True for integers that stand for real numbers by scale and zero point.
bool IsQuantized(const Tensor& tensor);

// scale * (q - zero point), per channel where there are several scales; numbers as they are where
// there is none. `bytes` are the tensor's, row-major.
std::vector<double> RealValues(const Tensor& tensor, std::string_view bytes);

// The bytes of a tensor of this type that holds `values` as they are, without scale; bits are
// packed.
std::string BytesOfValues(const Tensor& tensor, const std::vector<double>& values);

// The least and largest real value that a tensor with one scale can hold.
struct RealRange {
  double min;
  double max;
};
RealRange RangeOf(const Tensor& tensor);

}  // namespace edgerack::compiler

#endif  // SERVER_COMPILER_VALIDATE_REAL_VALUES_H_
