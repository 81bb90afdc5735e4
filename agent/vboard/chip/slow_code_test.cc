#include "agent/vboard/chip/slow_code.h"

#include <gtest/gtest.h>

namespace edgerack::vboard {
namespace {

TEST(ParseSlowRange, TakesDecimalAndHexadecimalAddresses) {
  auto range = ParseSlowRange("0x08001000-134222848=2.5");
  ASSERT_TRUE(range.ok()) << range.status();
  EXPECT_EQ(range->first, 0x08001000u);
  EXPECT_EQ(range->end, 134222848u);
  EXPECT_EQ(range->percent, 2.5);
}

TEST(ParseSlowRange, RefusesWhatIsNoRange) {
  for (const char* text :
       {"", "=", "-=", "0x10-0x20", "0x20-0x10=4", "0x10-0x20=0", "0x10-0x20=-4", "0x10-0x20=nan",
        "0x10-0x20=4x", "0x10-0x1ffffffff=4", "ten-0x20=4", "0x10=4-0x20", "0x10-0x20=1e9"}) {
    EXPECT_FALSE(ParseSlowRange(text).ok()) << text;
  }
}

TEST(SlowCode, KeepsTheFractionsOfACycle) {
  SlowCode slow({{0x100, 0x200, 1}});
  uint64_t extra = 0;
  for (uint64_t block = 0; block < 1000; ++block) {
    slow.Enter(slow.PercentAt(0x180), block * 30);
    extra += slow.Leave(block * 30 + 10);
  }
  EXPECT_NEAR(static_cast<double>(extra), 100, 1);  // 1 % of 10,000 cycles
  EXPECT_EQ(slow.PercentAt(0x200), 0);
  EXPECT_EQ(slow.Leave(1'000'000), 0u);  // nothing was entered
}

}  // namespace
}  // namespace edgerack::vboard
