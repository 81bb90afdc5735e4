#include "agent/board/benchmark_input.h"

#include <cstring>

#include "firmware/package/format.h"
#include "gtest/gtest.h"

namespace edgerack::agent {
namespace {

// Header, a tensor, and the index of the input.
std::string PackageWith(er_dtype_t dtype, int32_t zero_point, uint32_t bytes) {
  er_package_header_t header{};
  er_package_tensor_t tensor{};
  header.input_count = 1;
  header.tensors_offset = sizeof header;
  header.io_offset = sizeof header + sizeof tensor;
  tensor.dtype = static_cast<uint8_t>(dtype);
  tensor.zero_point = zero_point;
  tensor.bytes = bytes;
  std::string package(sizeof header + sizeof tensor + 2, '\0');
  std::memcpy(package.data(), &header, sizeof header);
  std::memcpy(package.data() + sizeof header, &tensor, sizeof tensor);
  return package;
}

TEST(BenchmarkInput, IsTheFirstSamplesFirstInput) {
  EXPECT_EQ(*BenchmarkInput(PackageWith(ER_DTYPE_S8, 3, 4), "abcdefgh"), "abcd");
  EXPECT_EQ(*BenchmarkInput(PackageWith(ER_DTYPE_F32, 0, 8), "abcdefgh"), "abcdefgh");
}

TEST(BenchmarkInput, AnImageGoesAsUint8) {
  EXPECT_EQ(*BenchmarkInput(PackageWith(ER_DTYPE_S8, -128, 3), "\x80\xff\x01"),
            std::string("\x00\x7f\x81", 3));
}

TEST(BenchmarkInput, RefusesAPackageWithoutOne) {
  for (const std::string& package :
       {std::string(), std::string(40, '\0'), PackageWith(ER_DTYPE_S8, 0, 0),
        PackageWith(ER_DTYPE_S8, 0, 100)}) {
    EXPECT_EQ(ErrorCodeOf(BenchmarkInput(package, "abcd").status()), "PACKAGE_BROKEN");
  }
}

}  // namespace
}  // namespace edgerack::agent
