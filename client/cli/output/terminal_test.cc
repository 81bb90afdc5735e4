#include "client/cli/output/terminal.h"

#include "gtest/gtest.h"

namespace edgerack::cli {
namespace {

TEST(TerminalTest, AFileIsNone) {
  testing::internal::CaptureStdout();
  const Terminal terminal = StandardOutput();
  testing::internal::GetCapturedStdout();
  EXPECT_FALSE(terminal.is_terminal);
  EXPECT_FALSE(terminal.colors);
  EXPECT_EQ(terminal.columns, 0u);
}

TEST(TerminalTest, WholeWordsAreColored) {
  EXPECT_EQ(Colored("verdict  VALID\n"), "verdict  \033[32mVALID\033[0m\n");
  EXPECT_EQ(Colored("INVALID, not VALID"), "\033[31mINVALID\033[0m, not \033[32mVALID\033[0m");
  for (const char* plain : {"", "valid", "VALIDATE", "IS_VALID", "äöü …"}) {
    EXPECT_EQ(Colored(plain), plain);
  }
}

}  // namespace
}  // namespace edgerack::cli
