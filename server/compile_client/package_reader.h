// What the server needs to know of a package, read from its bytes with every bound checked.
#ifndef SERVER_COMPILE_CLIENT_PACKAGE_READER_H_
#define SERVER_COMPILE_CLIENT_PACKAGE_READER_H_

#include <cstdint>
#include <string_view>
#include <vector>

#include "base/error.h"
#include "server/core/run_plan.h"

namespace edgerack::compile_client {

struct PackageFacts {
  uint32_t crc32 = 0;
  int64_t total_bytes = 0;
  std::vector<int64_t> input_bytes;        // in the model's order
  std::vector<core::TensorSlice> outputs;  // in the model's order
  std::vector<int64_t> layer_outputs;      // how many each layer has, absent ones included
};

// INTERNAL, class BUG, code BAD_PACKAGE: our compiler wrote something no board would take.
absl::StatusOr<PackageFacts> ReadPackage(std::string_view bytes);

}  // namespace edgerack::compile_client

#endif  // SERVER_COMPILE_CLIENT_PACKAGE_READER_H_
