#include "base/child_process.h"

#include <unistd.h>

#include <csignal>
#include <string>

#include "gtest/gtest.h"

namespace edgerack {
namespace {

TEST(ChildProcessTest, KeepsOutputAndExitCode) {
  auto result = RunChild({"/bin/sh", "-c", "echo out; echo err >&2; exit 3"}, {});
  ASSERT_TRUE(result.ok());
  EXPECT_EQ(result->exit_code, 3);
  EXPECT_EQ(result->standard_output, "out\n");
  EXPECT_EQ(result->standard_error, "err\n");
}

TEST(ChildProcessTest, KillsWhatRunsTooLong) {
  auto result = RunChild({"/bin/sh", "-c", "sleep 100 & sleep 100"}, {.timeout_ms = 50});
  ASSERT_TRUE(result.ok());
  EXPECT_TRUE(result->timed_out);
  EXPECT_EQ(result->signal, SIGKILL);
}

TEST(ChildProcessTest, BoundsMemory) {
#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__)
  GTEST_SKIP() << "a sanitizer's shadow memory allows no limit on the address space";
#endif
  auto result = RunChild({"/usr/bin/env", "python3", "-c", "b = bytearray(1 << 30)"},
                         {.memory_bytes = 256u << 20});
  ASSERT_TRUE(result.ok());
  EXPECT_NE(result->exit_code, 0);
}

TEST(ChildProcessTest, InheritsNoDescriptor) {
  const int kept = dup(0);  // as a socket without close-on-exec
  auto result = RunChild({"/bin/sh", "-c", "test -e /proc/self/fd/" + std::to_string(kept)}, {});
  close(kept);
  ASSERT_TRUE(result.ok());
  EXPECT_EQ(result->exit_code, 1);
}

TEST(ChildProcessTest, BoundsKeptOutput) {
  auto result = RunChild({"/bin/sh", "-c", "head -c 100000 /dev/zero"}, {.output_bytes = 1000});
  ASSERT_TRUE(result.ok());
  EXPECT_EQ(result->exit_code, 0);
  EXPECT_EQ(result->standard_output.size(), 1000u);
}

TEST(ChildProcessTest, NamesAProgramThatIsMissing) {
  auto result = RunChild({"/nonexistent/program"}, {});
  EXPECT_EQ(ErrorCodeOf(result.status()), "NO_PROGRAM");
}

}  // namespace
}  // namespace edgerack
