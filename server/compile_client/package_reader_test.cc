#include "server/compile_client/package_reader.h"

#include <cstring>

#include "gtest/gtest.h"
#include "server/compile_client/test_package.h"

namespace edgerack::compile_client {
namespace {

TEST(PackageReaderTest, ReadsInputsAndOutputs) {
  auto facts = ReadPackage(TestPackage({12, 4}, {10, 2}));
  ASSERT_TRUE(facts.ok()) << facts.status();
  EXPECT_EQ(facts->input_bytes, (std::vector<int64_t>{12, 4}));
  ASSERT_EQ(facts->outputs.size(), 2u);
  EXPECT_EQ(facts->outputs[0].tensor, 2);
  EXPECT_EQ(facts->outputs[0].bytes, 10);
  EXPECT_EQ(facts->outputs[1].tensor, 3);
  EXPECT_TRUE(facts->layer_outputs.empty());
  EXPECT_EQ(ReadPackage(TestPackage({1}, {1}, {1, 2}))->layer_outputs,
            (std::vector<int64_t>{1, 2}));
}

TEST(PackageReaderTest, RefusesEveryShortening) {
  const std::string whole = TestPackage({12}, {10});
  for (size_t size = 0; size < whole.size(); ++size) {
    EXPECT_FALSE(ReadPackage(std::string_view(whole).substr(0, size)).ok()) << size;
  }
}

TEST(PackageReaderTest, RefusesEveryFlippedBit) {
  const std::string whole = TestPackage({12}, {10});
  for (size_t bit = 0; bit < whole.size() * 8; ++bit) {
    std::string bytes = whole;
    bytes[bit / 8] = static_cast<char>(bytes[bit / 8] ^ (1 << (bit % 8)));
    const bool minor_version = bit / 8 == 6 || bit / 8 == 7;  // says nothing a reader must know
    EXPECT_EQ(ReadPackage(bytes).ok(), minor_version) << bit;
  }
}

TEST(PackageReaderTest, ChecksBoundsBehindAGoodCrc) {
  const std::string whole = TestPackage({12}, {10}, {1});
  for (size_t at = 16; at + 4 <= sizeof(er_package_header_t); at += 2) {
    for (uint32_t value : {0u, 0xFFFFu, 0x7FFFFFFFu, 0xFFFFFFFFu, 0xFFFFFFF0u}) {
      std::string bytes = whole;
      std::memcpy(bytes.data() + at, &value, sizeof value);
      SealPackage(bytes);
      auto facts = ReadPackage(bytes);  // must not read outside; sanitizers watch
      EXPECT_EQ(facts.ok() ? "BAD_PACKAGE" : ErrorCodeOf(facts.status()), "BAD_PACKAGE");
    }
  }
}

}  // namespace
}  // namespace edgerack::compile_client
