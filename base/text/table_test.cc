#include "base/text/table.h"

#include "gtest/gtest.h"

namespace edgerack {
namespace {

TEST(TableTest, AlignsAndLeavesNoTrailingSpace) {
  Table table({{"name"}, {"cycles", Table::Align::kRight}, {"note"}});
  table.Add({"convolution", "12", ""});
  table.Add({"café", "1,234"});
  EXPECT_EQ(table.Render(),
            "name         cycles  note\n"
            "-----------  ------  ----\n"
            "convolution      12\n"
            "café          1,234\n");
}

TEST(TableTest, GroupsDigits) {
  EXPECT_EQ(Grouped(0), "0");
  EXPECT_EQ(Grouped(999), "999");
  EXPECT_EQ(Grouped(1234567), "1,234,567");
  EXPECT_EQ(Grouped(-1000), "-1,000");
}

}  // namespace
}  // namespace edgerack
