// Reads a package's description. The file may come from anywhere: every offset is checked.
#ifndef SERVER_COMPILER_EMIT_PACKAGE_READER_H_
#define SERVER_COMPILER_EMIT_PACKAGE_READER_H_

#include <cstdint>
#include <string>
#include <vector>

#include "base/error.h"
#include "firmware/package/format.h"
#include "server/compiler/ir/graph.h"

namespace edgerack::compiler {

struct PackageTensor {
  int index = 0;
  std::string name;
  DType dtype = DType::kF32;
  Shape shape;
  bool constant = false;
  bool state = false;  // keeps its value between runs
  int64_t offset = 0;
  int64_t bytes = 0;  // packed ones
  float scale = 0;    // 0: not quantized
  int32_t zero_point = 0;
  er_packing_t packing = ER_PACKING_CANONICAL;  // another one only of a constant
};

struct PackageOp {
  std::string name;
  uint16_t kernel = 0;
  std::vector<int> inputs;  // tensor indices, -1 = absent
  std::vector<int> outputs;
  int64_t scratch_offset = 0;
  int64_t scratch_bytes = 0;
};

struct PackageInfo {
  int64_t total_bytes = 0;
  int64_t arena_bytes = 0;
  int64_t constants_bytes = 0;
  int isa = 0;
  bool carry_state = false;  // states carry on from run to run instead of starting from zeros
  std::string model_sha256;
  std::vector<PackageTensor> tensors;
  std::vector<PackageOp> ops;
  std::vector<int> inputs;  // tensor indices
  std::vector<int> outputs;

  // Bytes of one sample: all inputs (outputs) one after another.
  int64_t InputBytes() const;
  int64_t OutputBytes() const;
};

// INVALID_ARGUMENT of class USER with code BAD_PACKAGE.
absl::StatusOr<PackageInfo> ReadPackage(const std::string& bytes);

}  // namespace edgerack::compiler

#endif  // SERVER_COMPILER_EMIT_PACKAGE_READER_H_
