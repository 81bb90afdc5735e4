// The image of virtual-n6 on its board: start-up from RAM, link, counter, fault handlers, and that
// a Cortex-M55 gives the bits the reference gives.
#include <gtest/gtest.h>
#include <unistd.h>

#include <string>
#include <vector>

#include "firmware/package/format.h"
#include "firmware/tests/board_fixture.h"
#include "firmware/tests/package_builder.h"

namespace edgerack::firmware {
namespace {

constexpr uint32_t kInstructionCounter = 0x58101000;  // extra_counter of virtual-n6
constexpr uint32_t kUnmapped = 0x2F000000;
constexpr char kUid[] = "00112233445566778899aabb";

class VirtualN6 : public BoardFixture {
 protected:
  void SetUp() override {
    BoardFixture::SetUp();
    Start(BuiltBinary("edgerack-vboard"),
          {"--board", "virtual-n6", "--stlink-port", std::to_string(20000 + getpid() % 20000),
           "--uart-pty", pty(), "--uid", kUid, "--elf",
           SharedFile("firmware/virtual-n6/firmware.elf")});
  }
};

TEST_F(VirtualN6, Hello) {
  const er_hello_reply_t hello = Hello();
  EXPECT_EQ(name_, "virtual-n6");
  EXPECT_EQ(hello.cpuid, 0x410FD221u);
  EXPECT_EQ(hello.isa, ER_ISA_MVE);
  EXPECT_EQ(hello.settings, uint32_t{ER_SETTING_FPU});
  EXPECT_EQ(hello.package_address, 0x70000000u);
  EXPECT_EQ(hello.fault_present, 0);
  EXPECT_EQ(hello.boot_count, 1u);
  EXPECT_EQ(hello.uid[0], 0x00);
  EXPECT_EQ(hello.uid[11], 0xBB);
}

TEST_F(VirtualN6, KernelsOfOlderCoresGiveTheReferenceBits) {
  const auto package = BuildTinyModel(true).package;
  LoadPackage(package);
  for (uint32_t seed = 0; seed < 5; seed++) {
    const auto x = RandomInput(seed);
    ASSERT_EQ(WriteInput(x).status, ER_OK);
    Run(0, 1);
    EXPECT_EQ(ReadTensor(3, TinyModel::kOutputBytes), ExpectedOutput(package, x)) << seed;
  }
}

TEST_F(VirtualN6, CountsInstructions) {
  LoadPackage(BuildTinyModel(true).package);
  ASSERT_EQ(WriteInput(RandomInput(1)).status, ER_OK);
  const er_run_reply_t run = Run(1, 20, ER_WIRE_ALL_LAYERS, kInstructionCounter);
  EXPECT_GT(run.extra_counts, 2000u);
  EXPECT_LT(run.extra_counts, 200000u);
  // The same counter: an instruction is what the board's time is made of. The emulator reads it to
  // within a block of code.
  constexpr uint32_t kBlock = 64;
  const auto samples = ReadSamples(20);
  ASSERT_EQ(samples.size(), 20u);
  for (uint32_t count : samples) EXPECT_NEAR(count, run.extra_counts, kBlock);
}

TEST_F(VirtualN6, AFaultIsReportedAfterTheReset) {
  LoadPackage(BuildTinyModel(true).package);
  const uint32_t boots = Hello().boot_count;
  const auto payload =
      Payload<er_run_request_t>({0, 0, 1, ER_WIRE_ALL_LAYERS, 0, kUnmapped}, er_encode_run_request);
  EXPECT_FALSE(link_->Call(ER_MSG_RUN, payload, 1000).has_value());
  const er_hello_reply_t hello = Hello();
  EXPECT_EQ(hello.fault_present, 1);
  EXPECT_EQ(hello.boot_count, boots + 1);
  EXPECT_EQ(hello.reset_cause, ER_RESET_SOFTWARE);
  const er_fault_reply_t fault = Fault(true);
  EXPECT_EQ(fault.present, 1);
  EXPECT_EQ(fault.kind, ER_FAULT_BUS);
  EXPECT_EQ(fault.pc >> 20, 0x100u);  // in ITCM
  EXPECT_EQ(Hello().fault_present, 0);
}

TEST_F(VirtualN6, ResetKeepsTheStore) {
  const auto package = BuildTinyModel(true).package;
  LoadPackage(package);
  EXPECT_EQ(Call(ER_MSG_RESET).status, ER_OK);
  EXPECT_EQ(Hello().reset_cause, ER_RESET_SOFTWARE);
  EXPECT_EQ(Call(ER_MSG_PACKAGE_LOAD).status, ER_OK);
  const auto x = RandomInput(4);
  ASSERT_EQ(WriteInput(x).status, ER_OK);
  Run(0, 1);
  EXPECT_EQ(ReadTensor(3, TinyModel::kOutputBytes), ExpectedOutput(package, x));
}

}  // namespace
}  // namespace edgerack::firmware
