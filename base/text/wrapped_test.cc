#include "base/text/wrapped.h"

#include "gtest/gtest.h"

namespace edgerack {
namespace {

TEST(WrappedTest, IndentsAsFarAsTheTitle) {
  EXPECT_EQ(Wrapped("fix: ", "one two"), "fix: one two\n");
  const std::string word(40, 'w');
  EXPECT_EQ(Wrapped("a: ", word + " " + word + " " + word),
            "a: " + word + " " + word + "\n   " + word + "\n");
}

TEST(WrappedTest, AWordThatIsTooLongStaysWhole) {
  const std::string word(150, 'w');
  EXPECT_EQ(Wrapped("", word), word + "\n");
}

TEST(WrappedTest, NoWordsLeaveTheTitle) { EXPECT_EQ(Wrapped("note: ", " "), "note: \n"); }

}  // namespace
}  // namespace edgerack
