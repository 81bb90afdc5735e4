#include "client/cli/image/value_scale.h"

#include "gmock/gmock.h"
#include "gtest/gtest.h"

namespace edgerack::cli {
namespace {

using testing::HasSubstr;

ValueScale Parsed(const char* range, const char* mean = "", const char* deviation = "") {
  auto scale = ParseValueScale(range, mean, deviation);
  EXPECT_TRUE(scale.ok()) << scale.status();
  return scale.value_or(ValueScale());
}

TEST(ValueScaleTest, RangesMapBothEnds) {
  EXPECT_EQ(Scaled(Parsed("0..1"), 0, 0), 0);
  EXPECT_EQ(Scaled(Parsed("0..1"), 255, 0), 1);
  EXPECT_EQ(Scaled(Parsed("0..1"), 51, 0), 0.2);
  EXPECT_EQ(Scaled(Parsed("-1..1"), 0, 0), -1);
  EXPECT_EQ(Scaled(Parsed("-1..1"), 255, 0), 1);
  EXPECT_EQ(Scaled(Parsed("0..255"), 77, 0), 77);
}

TEST(ValueScaleTest, MeanAndDeviationCountAfterTheRange) {
  EXPECT_EQ(Scaled(Parsed("0..255", "127.5", "127.5"), 255, 2), 1);
  const ValueScale each = Parsed("0..1", "0,0.5,1", "1,0.5,2");
  EXPECT_EQ(Scaled(each, 255, 0), 1);
  EXPECT_EQ(Scaled(each, 255, 1), 1);
  EXPECT_EQ(Scaled(each, 0, 2), -0.5);
  EXPECT_TRUE(CheckChannels(each, 3).ok());
  EXPECT_EQ(ErrorCodeOf(CheckChannels(each, 1)), "BAD_INPUT");
  EXPECT_TRUE(CheckChannels(Parsed("0..1", "0.5", "0.5"), 3).ok());
}

TEST(ValueScaleTest, SaysItsFormula) {
  EXPECT_EQ(FormulaText(Parsed("0..1")), "x/255");
  EXPECT_EQ(FormulaText(Parsed("-1..1")), "x/127.5 - 1");
  EXPECT_EQ(FormulaText(Parsed("0..255")), "x");
  EXPECT_EQ(FormulaText(Parsed("-128..127")), "x - 128");
  EXPECT_EQ(FormulaText(Parsed("0..1", "0.5", "0.25")), "(x/255 - 0.5)/0.25");
  EXPECT_EQ(FormulaText(Parsed("0..1", "0,1,2", "1,2,3")), "(x/255 - [0, 1, 2])/[1, 2, 3]");
}

TEST(ValueScaleTest, RefusesWhatMeansNothing) {
  for (const char* range : {"", "1", "1..0", "0..0", "a..b", "0..nan", "0..inf", "0..1x"}) {
    EXPECT_EQ(ErrorCodeOf(ParseValueScale(range, "", "").status()), "BAD_OPTION") << range;
  }
  const std::pair<const char*, const char*> pairs[] = {
      {"0.5", ""}, {"", "1"}, {"1,2", "1"}, {"0", "0"}, {"0", "-1"}, {"x", "1"}, {"1,", "1,1"}};
  for (const auto& [mean, deviation] : pairs) {
    EXPECT_EQ(ErrorCodeOf(ParseValueScale("0..1", mean, deviation).status()), "BAD_OPTION")
        << mean << " " << deviation;
  }
}

}  // namespace
}  // namespace edgerack::cli
