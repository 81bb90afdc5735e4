// Flash, run, reset, again and again, as a farm does it to its boards: the stock OpenOCD with the
// board's own file, the real image, a model over the link. How often is the environment's
// EDGERACK_FLASH_CYCLES; a few times without.
#include <gtest/gtest.h>
#include <unistd.h>

#include <cstdlib>
#include <string>
#include <vector>

#include "base/child_process.h"
#include "firmware/tests/board_fixture.h"
#include "firmware/tests/package_builder.h"

namespace edgerack::firmware {
namespace {

struct BoardCase {
  const char* kind;
  const char* image;
};

int Cycles() {
  const char* cycles = std::getenv("EDGERACK_FLASH_CYCLES");
  return cycles == nullptr ? 3 : std::atoi(cycles);
}

class FlashCycles : public BoardFixture, public testing::WithParamInterface<BoardCase> {
 protected:
  void SetUp() override {
    BoardFixture::SetUp();
    Start(BuiltBinary("edgerack-vboard"),
          {"--board", GetParam().kind, "--stlink-port", port_, "--uart-pty", pty()});
  }
  std::string Image(const std::string& file) const {
    return SharedFile(std::string("firmware/") + GetParam().image + "/" + file);
  }
  void Flash() {
    ChildLimits limits;
    limits.timeout_ms = 60'000;
    const auto done =
        RunChild({"/usr/bin/openocd", "-f",
                  SharedFile(std::string("boards/") + GetParam().kind + "/openocd.cfg"), "-c",
                  "if {[adapter name] eq {hla}} {hla_stlink_backend tcp " + port_ +
                      "} else {st-link backend tcp " + port_ + "}",
                  "-c", "gdb_port disabled; tcl_port disabled; telnet_port disabled", "-c",
                  "program " + Image("firmware.elf") + " verify reset exit"},
                 limits);
    ASSERT_TRUE(done.ok()) << done.status();
    ASSERT_EQ(done->exit_code, 0) << done->standard_error;
    ASSERT_NE(done->standard_error.find("** Verified OK **"), std::string::npos)
        << done->standard_error;
  }

  const std::string port_ = std::to_string(20000 + getpid() % 20000);
};

INSTANTIATE_TEST_SUITE_P(All, FlashCycles,
                         testing::Values(BoardCase{"virtual-f746", "stm32f746g-disco"},
                                         BoardCase{"virtual-h743", "nucleo-h743zi"}),
                         [](const auto& board) {
                           return std::string(board.param.kind).substr(sizeof "virtual-" - 1);
                         });

TEST_P(FlashCycles, EachRunsAndResetsLikeTheFirst) {
  const auto package = BuildTinyModel(true).package;
  for (int cycle = 0; cycle < Cycles(); ++cycle) {
    SCOPED_TRACE(cycle);
    ASSERT_NO_FATAL_FAILURE(Flash());
    EXPECT_EQ(Hello().fault_present, 0);
    EXPECT_EQ(name_, GetParam().image);
    ASSERT_NO_FATAL_FAILURE(LoadPackage(package));
    const auto x = RandomInput(static_cast<uint32_t>(cycle));
    ASSERT_EQ(WriteInput(x).status, ER_OK);
    Run(0, 1);
    ASSERT_EQ(ReadTensor(3, TinyModel::kOutputBytes), ExpectedOutput(package, x));
    ASSERT_EQ(Call(ER_MSG_RESET).status, ER_OK);
    const er_hello_reply_t hello = Hello();
    EXPECT_EQ(hello.reset_cause, ER_RESET_SOFTWARE);
    EXPECT_EQ(hello.fault_present, 0);
    ASSERT_FALSE(HasFailure());
  }
}

}  // namespace
}  // namespace edgerack::firmware
