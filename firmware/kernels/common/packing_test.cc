#include "firmware/kernels/common/packing.h"

#include <gtest/gtest.h>

#include <cstring>
#include <string>
#include <vector>

#include "firmware/kernels/registry.h"

namespace {

er_package_tensor_t Tensor(std::vector<int32_t> dims, int packing, er_dtype_t dtype = ER_DTYPE_S8) {
  er_package_tensor_t t = {};
  t.dtype = dtype;
  t.packing = static_cast<uint8_t>(packing);
  t.rank = static_cast<uint8_t>(dims.size());
  for (size_t i = 0; i < ER_PACKAGE_MAX_RANK; i++) t.dims[i] = i < dims.size() ? dims[i] : 1;
  return t;
}

// 1, 2, 3, … without zeros, which stand for fillings.
std::vector<int8_t> Values(size_t n) {
  std::vector<int8_t> values(n);
  for (size_t i = 0; i < n; i++) values[i] = static_cast<int8_t>(i % 127 + 1);
  return values;
}

std::vector<int8_t> Pack(const er_package_tensor_t& t, const std::vector<int8_t>& values) {
  std::vector<int8_t> packed(er_packed_elements(&t), 99);
  er_pack(&t, values.data(), packed.data());
  return packed;
}

TEST(Packing, UnpackIsTheExactInverse) {
  int packings = 0;
  for (int packing = 0; packing < 256; packing++) {
    if (er_packing_name(static_cast<uint32_t>(packing)) == nullptr) continue;
    const er_package_tensor_t kept = Tensor({4, 4, 4}, packing);
    // One that is for another type has no elements here, and a test of its own.
    if (er_packed_elements(&kept) == 0) continue;
    packings++;
    for (int32_t rows = 1; rows <= 13; rows++) {
      for (int32_t columns = 1; columns <= 13; columns++) {
        for (int32_t depth = 1; depth <= 5; depth++) {
          const er_package_tensor_t t = Tensor({rows, columns, depth}, packing);
          const auto n = static_cast<size_t>(rows * columns * depth);
          const auto values = Values(n);
          const auto packed = Pack(t, values);
          ASSERT_GE(packed.size(), n);
          std::vector<int8_t> again(n, 99);
          er_unpack(&t, packed.data(), again.data());
          ASSERT_EQ(again, values) << er_packing_name(static_cast<uint32_t>(packing)) << " " << rows
                                   << "x" << columns << "x" << depth;
          size_t fillings = 0;
          for (int8_t v : packed) fillings += v == 0;
          ASSERT_EQ(fillings, packed.size() - n);
        }
      }
    }
  }
  EXPECT_EQ(packings, 3);
}

TEST(Packing, RowPairs) {
  // Three rows of five: pairs of rows in groups of four, filled up.
  const auto packed = Pack(Tensor({3, 5}, ER_PACKING_ROW_PAIRS), Values(15));
  EXPECT_EQ(packed, (std::vector<int8_t>{1,  2,  3,  4,  6, 7, 8, 9, 5,  0, 0, 0, 10, 0, 0, 0,
                                         11, 12, 13, 14, 0, 0, 0, 0, 15, 0, 0, 0, 0,  0, 0, 0}));
}

TEST(Packing, RowQuads) {
  const auto packed = Pack(Tensor({5, 1, 2}, ER_PACKING_ROW_QUADS), Values(10));
  EXPECT_EQ(packed, (std::vector<int8_t>{1, 2,  0, 0, 3, 4, 0, 0, 5, 6, 0, 0, 7, 8, 0, 0,
                                         9, 10, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0}));
}

TEST(Packing, RowLanes) {
  const er_package_tensor_t tensor = Tensor({5, 3}, ER_PACKING_ROW_LANES, ER_DTYPE_F32);
  std::vector<float> canonical(15), packed(er_packed_elements(&tensor), -1), back(15);
  for (size_t i = 0; i < canonical.size(); i++) canonical[i] = static_cast<float>(i + 1);
  er_pack(&tensor, canonical.data(), packed.data());
  EXPECT_EQ(packed, (std::vector<float>{1,  4, 7, 10, 2,  5, 8, 11, 3,  6, 9, 12,
                                        13, 0, 0, 0,  14, 0, 0, 0,  15, 0, 0, 0}));
  er_unpack(&tensor, packed.data(), back.data());
  EXPECT_EQ(back, canonical);
}

TEST(Packing, IsRefusedWhereItIsNone) {
  for (int packing : {ER_PACKING_ROW_PAIRS, ER_PACKING_ROW_QUADS}) {
    const er_package_tensor_t floats = Tensor({4, 4}, packing, ER_DTYPE_F32);
    const er_package_tensor_t vector = Tensor({16}, packing);
    EXPECT_EQ(er_packed_elements(&floats), 0u);
    EXPECT_EQ(er_packed_elements(&vector), 0u);
  }
  const er_package_tensor_t unknown = Tensor({4, 4}, 200);
  EXPECT_EQ(er_packed_elements(&unknown), 0u);
  EXPECT_EQ(er_packing_name(200), nullptr);
  // Sizes do not wrap.
  const er_package_tensor_t large = Tensor({1, 1 << 30}, ER_PACKING_ROW_QUADS);
  EXPECT_EQ(er_packed_elements(&large), uint64_t{4} << 30);
}

TEST(Packing, KernelsSayWhatTheyTake) {
  uint32_t count = 0;
  const er_kernel_t* table = er_kernel_table(&count);
  int packed = 0;
  for (uint32_t i = 0; i < count; i++) {
    for (uint32_t operand = 0; operand < ER_KERNEL_MAX_OPERANDS; operand++) {
      const uint8_t packing = er_kernel_packing(&table[i], operand);
      EXPECT_NE(er_packing_name(packing), nullptr);
      if (packing == ER_PACKING_CANONICAL) continue;
      packed++;
      EXPECT_NE(table[i].isa, ER_ISA_SCALAR) << "reference kernels take no packings";
    }
  }
  EXPECT_GT(packed, 0);
  EXPECT_EQ(er_kernel_packing(er_kernel_find(0x012), 1), ER_PACKING_ROW_PAIRS);
  EXPECT_EQ(er_kernel_packing(er_kernel_find(0x012), 2), ER_PACKING_CANONICAL);
}

}  // namespace
