#include "agent/board/function_table.h"

#include "gtest/gtest.h"

namespace edgerack::agent {
namespace {

constexpr char kList[] =
    "00000000 16 dot kernels/conv2d/armv7em.c\n"
    "08000200 100 run kernels/pool2d/ref.c\n"
    "08000264 40 memcpy -\n";

TEST(FunctionTableTest, SamplesFallIntoFunctions) {
  auto table = FunctionTable::Parse(kList);
  ASSERT_TRUE(table.ok()) << table.status();
  const auto counted = table->Count(
      {0x0800'0264, 0x0800'0288, 0x0800'0270, 0x0800'0263, 0x0, 0xF, 0x10, 0x0800'028C});
  ASSERT_EQ(counted.size(), 4u);
  EXPECT_EQ(counted[0].name, "memcpy");
  EXPECT_EQ(counted[0].file, "");
  EXPECT_EQ(counted[0].samples, 3);
  int64_t nowhere = 0;
  for (const auto& item : counted) nowhere += item.name.empty() ? item.samples : 0;
  EXPECT_EQ(nowhere, 2);  // 0x10 and 0x0800'028C, one past a function's end
}

TEST(FunctionTableTest, NothingSampledIsNothing) {
  EXPECT_TRUE(FunctionTable::Parse("")->Count({}).empty());
  EXPECT_EQ(FunctionTable::Parse("")->Count({1, 2})[0].samples, 2);
}

TEST(FunctionTableTest, ABadLineIsNamed) {
  for (const char* bad : {"08000200 100 run\n", "xyz 1 a -\n", "0 -1 a -\n", "10 1 a -\n10 1 b -\n",
                          "10 1 a - b\n"}) {
    auto table = FunctionTable::Parse(bad);
    EXPECT_EQ(ErrorCodeOf(table.status()), "BAD_FUNCTION_LIST") << bad;
  }
}

}  // namespace
}  // namespace edgerack::agent
