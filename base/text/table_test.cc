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

TEST(TableTest, FitsAWidthByCuttingTextNeverNumbers) {
  Table table({{"name"}, {"cycles", Table::Align::kRight}, {"note"}});
  table.Add({"a convolution", "1,234,567", "größere Wörter werden gekürzt"});
  Table::FitTo(40);
  const std::string cut = table.Render();
  Table::FitTo(0);
  EXPECT_EQ(cut,
            "name              cycles  note\n"
            "-------------  ---------  --------------\n"
            "a convolution  1,234,567  größere Wörte…\n");
  Table::FitTo(5);  // what cannot be, is not
  const std::string least = table.Render();
  Table::FitTo(0);
  EXPECT_NE(least.find("1,234,567"), std::string::npos);
  EXPECT_NE(least.find("a convo…"), std::string::npos);
}

TEST(TableTest, GroupsDigits) {
  EXPECT_EQ(Grouped(0), "0");
  EXPECT_EQ(Grouped(999), "999");
  EXPECT_EQ(Grouped(1234567), "1,234,567");
  EXPECT_EQ(Grouped(-1000), "-1,000");
}

}  // namespace
}  // namespace edgerack
