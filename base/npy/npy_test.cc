#include "base/npy/npy.h"

#include <cmath>
#include <cstring>
#include <random>

#include "gtest/gtest.h"

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size);

namespace edgerack {
namespace {

template <typename T>
NpyArray Array(char kind, std::vector<int64_t> shape, const std::vector<T>& values) {
  NpyArray array;
  array.kind = kind;
  array.item_bytes = sizeof(T);
  array.shape = std::move(shape);
  array.data.assign(reinterpret_cast<const char*>(values.data()), values.size() * sizeof(T));
  return array;
}

std::string File(const std::string& header, const std::string& data) {
  std::string out("\x93NUMPY\x01\x00", 8);
  out += static_cast<char>(header.size());
  out += '\0';
  return out + header + data;
}

TEST(NpyTest, RoundTrip) {
  NpyArray array = Array<float>('f', {2, 3}, {1, 2, 3, 4, 5, 6});
  std::string bytes = WriteNpy(array);
  EXPECT_EQ((bytes.size() - array.data.size()) % 64, 0u);
  auto again = ParseNpy(bytes);
  ASSERT_TRUE(again.ok()) << again.status();
  EXPECT_EQ(again->shape, array.shape);
  EXPECT_EQ(again->data, array.data);
  EXPECT_EQ(again->TypeName(), "float32");
  EXPECT_EQ(again->Value(4), 5.0);
}

TEST(NpyTest, ScalarsAndVectors) {
  EXPECT_EQ(ParseNpy(WriteNpy(Array<int64_t>('i', {}, {-7})))->Value(0), -7.0);
  EXPECT_EQ(ParseNpy(WriteNpy(Array<uint8_t>('u', {3}, {1, 2, 255})))->Value(2), 255.0);
}

TEST(NpyTest, ConvertsByteOrderAndColumnMajor) {
  auto big = ParseNpy(File("{'descr': '>i2', 'fortran_order': False, 'shape': (2,), }",
                           std::string("\x01\x02\xff\xfe", 4)));
  ASSERT_TRUE(big.ok()) << big.status();
  EXPECT_EQ(big->Value(0), 0x0102);
  EXPECT_EQ(big->Value(1), -2);
  auto columns = ParseNpy(File("{'descr': '|u1', 'fortran_order': True, 'shape': (2, 3), }",
                               std::string("\x01\x04\x02\x05\x03\x06", 6)));
  ASSERT_TRUE(columns.ok());
  EXPECT_EQ(columns->data, std::string("\x01\x02\x03\x04\x05\x06", 6));
}

TEST(NpyTest, HalfPrecision) {
  auto half = ParseNpy(WriteNpy(Array<uint16_t>('f', {4}, {0x3C00, 0xC000, 0x0001, 0x7C00})));
  ASSERT_TRUE(half.ok());
  EXPECT_EQ(half->Value(0), 1.0);
  EXPECT_EQ(half->Value(1), -2.0);
  EXPECT_EQ(half->Value(2), std::ldexp(1.0, -24));
  EXPECT_TRUE(std::isinf(half->Value(3)));
}

TEST(NpyTest, RefusesWhatItCannotRead) {
  for (const char* header : {"{'descr': '|O', 'fortran_order': False, 'shape': (1,), }",
                             "{'descr': '<f4', 'fortran_order': False, 'shape': (9,), }",
                             "{'descr': '<f4', 'fortran_order': False, }",
                             "{'descr': '<f4', 'fortran_order': Maybe, 'shape': (1,), }",
                             "{'descr': '<f4', 'fortran_order': False, 'shape': (-1,), }",
                             "{'descr': '<f4', 'fortran_order': False, "
                             "'shape': (9223372036854775807, 9223372036854775807), }",
                             "{'descr': '|u1', 'fortran_order': False, "
                             "'shape': (4611686018427387904, 4611686018427387904, 0), }",
                             "[]"}) {
    EXPECT_EQ(ErrorCodeOf(ParseNpy(File(header, "abcd")).status()), "BAD_ARRAY_FILE") << header;
  }
}

TEST(NpzTest, RoundTripKeepsNamesAndOrder) {
  NpyArchive archive = {{"dense/Softmax", Array<float>('f', {1, 2}, {0.5f, 0.5f})},
                        {"a", Array<int8_t>('i', {3}, {-1, 0, 1})}};
  auto bytes = WriteNpz(archive);
  ASSERT_TRUE(bytes.ok()) << bytes.status();
  auto again = ParseNpyOrNpz(*bytes);
  ASSERT_TRUE(again.ok()) << again.status();
  ASSERT_EQ(again->size(), 2u);
  EXPECT_EQ((*again)[0].first, "dense/Softmax");
  ASSERT_NE(FindArray(*again, "a"), nullptr);
  EXPECT_EQ(FindArray(*again, "a")->data, archive[1].second.data);
  EXPECT_EQ(FindArray(*again, "b"), nullptr);
}

TEST(NpzTest, TotalSizeIsBounded) {
  auto bytes = WriteNpz({{"x", Array<float>('f', {1000}, std::vector<float>(1000))}});
  ASSERT_TRUE(bytes.ok());
  EXPECT_TRUE(ParseNpz(*bytes, 10'000).ok());
  EXPECT_EQ(ErrorCodeOf(ParseNpz(*bytes, 1'000).status()), "BAD_ARRAY_FILE");
}

// Overwrites the uncompressed size of the only entry, in its own header and in the directory.
void DeclareSize(std::string& zip, uint32_t bytes) {
  const size_t local = zip.find("PK\x03\x04");
  const size_t central = zip.find("PK\x01\x02");
  ASSERT_NE(central, std::string::npos);
  std::memcpy(zip.data() + local + 22, &bytes, sizeof bytes);
  std::memcpy(zip.data() + central + 24, &bytes, sizeof bytes);
}

TEST(NpzTest, AnEntryThatLiesAboutItsSizeIsRefused) {
  auto honest = WriteNpz({{"x", Array<float>('f', {1000}, std::vector<float>(1000))}});
  ASSERT_TRUE(honest.ok());
  for (uint32_t declared : {100u, 4'000'000'000u}) {
    std::string lying = *honest;
    DeclareSize(lying, declared);
    auto refused = ParseNpz(lying);
    EXPECT_EQ(ErrorCodeOf(refused.status()), "BAD_ARRAY_FILE") << declared;
  }
}

TEST(NpyFuzzTest, SurvivesTruncationsAndMutations) {
  const std::string npy = WriteNpy(Array<float>('f', {2, 3}, {1, 2, 3, 4, 5, 6}));
  auto npz =
      WriteNpz({{"x", Array<int8_t>('i', {3}, {1, 2, 3})}, {"y", Array<float>('f', {1}, {1})}});
  ASSERT_TRUE(npz.ok());
  std::mt19937 random(9);
  for (const std::string& good : {npy, *npz}) {
    for (size_t n = 0; n < good.size(); ++n) {
      EXPECT_EQ(LLVMFuzzerTestOneInput(reinterpret_cast<const uint8_t*>(good.data()), n), 0);
    }
    for (int round = 0; round < 10'000; ++round) {
      std::string bytes = good;
      for (uint32_t edits = 1 + random() % 4; edits > 0; --edits) {
        bytes[random() % bytes.size()] = static_cast<char>(random());
      }
      EXPECT_EQ(
          LLVMFuzzerTestOneInput(reinterpret_cast<const uint8_t*>(bytes.data()), bytes.size()), 0);
    }
  }
}

}  // namespace
}  // namespace edgerack
