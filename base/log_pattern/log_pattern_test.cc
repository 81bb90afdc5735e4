#include "base/log_pattern/log_pattern.h"

#include "gtest/gtest.h"

namespace edgerack {
namespace {

TEST(LogPattern, FindsTheNumberOfItsGroup) {
  auto pattern = LogPattern::Compile("run ([a-z]+): (?P<us>[0-9.]+) us");
  ASSERT_TRUE(pattern.ok()) << pattern.status();
  EXPECT_EQ(pattern->unit(), TimeUnit::kMicroseconds);
  EXPECT_EQ(pattern->Find("[3] run kws: 1234.5 us"), 1234.5);
  EXPECT_EQ(pattern->Find("run kws: . us"), std::nullopt);
  EXPECT_EQ(pattern->Find("run kws"), std::nullopt);
  EXPECT_EQ(pattern->Find("run kws: 9999999999999999 us"), std::nullopt);
  EXPECT_EQ(LogPattern::Compile("(?P<cycles>-?[0-9]+)")->unit(), TimeUnit::kCycles);
  EXPECT_EQ(LogPattern::Compile("(?P<ms>-?[0-9]+)")->Find("-3"), std::nullopt);
}

TEST(LogPattern, RefusesWhatTellsNoTime) {
  for (const char* regex : {"", "(", "([0-9]+)", "(?P<time>[0-9]+)", "(?P<us>1)(?P<ms>2)",
                            "(a{1000}){1000}(?P<us>1)"}) {
    const absl::Status status = LogPattern::Compile(regex).status();
    EXPECT_EQ(ErrorCodeOf(status), "BAD_OPTION") << regex;
    EXPECT_NE(ErrorMessageOf(status).find("(?P<us>"), std::string::npos) << status;
  }
}

}  // namespace
}  // namespace edgerack
