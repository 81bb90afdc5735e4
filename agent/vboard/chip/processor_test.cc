#include "agent/vboard/chip/processor.h"

#include <cstdlib>

#include "agent/vboard/chip/instruction_counter.h"
#include "agent/vboard/chip/test_chip.h"

namespace edgerack::vboard {
namespace {

constexpr uint32_t kDhcsr = 0xE000EDF0, kDcrsr = 0xE000EDF4, kDcrdr = 0xE000EDF8,
                   kDemcr = 0xE000EDFC, kDfsr = 0xE000ED30, kKey = 0xA05F0000;
constexpr uint32_t kDebugEn = 1, kHalt = 2, kStep = 4, kMaskInts = 8;
constexpr uint32_t kHalted = 1u << 17, kSleeping = 1u << 18, kLockup = 1u << 19,
                   kResetSt = 1u << 25;
constexpr uint32_t kPc = 15, kR0 = 0, kFpscr = 33;

class DebugTest : public ChipTest {
 protected:
  uint32_t Register(uint32_t selector) {
    Put(kDcrsr, selector);
    return Get(kDcrdr);
  }
  void SetRegister(uint32_t selector, uint32_t value) {
    Put(kDcrdr, value);
    Put(kDcrsr, 1u << 16 | selector);
  }
  void Halt() { Put(kDhcsr, kKey | kDebugEn | kHalt); }
  void Resume() { Put(kDhcsr, kKey | kDebugEn); }
  bool IsHalted() { return (Get(kDhcsr) & kHalted) != 0; }
  void Step() { Put(kDhcsr, kKey | kDebugEn | kStep | kMaskInts); }
};

// movs r0,#0; 1: adds r0,#1; b 1b
const std::vector<uint16_t> kCounter = {0x2000, 0x3001, 0xE7FD};

TEST_F(DebugTest, HaltsResumesAndShowsRegisters) {
  Program(kCounter);
  EXPECT_NE(Get(kDhcsr) & kResetSt, 0u);
  EXPECT_EQ(Get(kDhcsr) & kResetSt, 0u) << "reading clears it";
  chip.Run(1000);
  EXPECT_FALSE(IsHalted());
  Halt();
  EXPECT_TRUE(IsHalted());
  EXPECT_NE(Get(kDfsr) & kDebugHalted, 0u);
  EXPECT_GT(Register(kR0), 50u);
  const uint32_t before = Register(kR0);
  EXPECT_EQ(chip.Run(1000), RunResult::kStopped);
  EXPECT_EQ(Register(kR0), before);
  SetRegister(kR0, 7);
  Resume();
  chip.Run(10);
  Halt();
  EXPECT_GT(Register(kR0), 7u);
  EXPECT_LT(Register(kR0), 100u);
  EXPECT_EQ(Register(16) & 0x01000000, 0x01000000u);
}

TEST_F(DebugTest, TheProgramCannotHaltItself) {
  // ldr r0,=0xE000EDF0; ldr r1,=0xA05F0003; str r1,[r0]; b .
  Program({0x4802, 0x4903, 0x6001, 0xE7FE, 0, 0, 0xEDF0, 0xE000, 0x0003, 0xA05F});
  chip.Run(1000);
  EXPECT_FALSE(IsHalted());
}

TEST_F(DebugTest, StepsOneInstructionBranchesIncluded) {
  Program(kCounter);
  Put(kDemcr, 1);
  Halt();
  chip.PowerOn();
  Put(kDemcr, 1);
  Halt();
  EXPECT_EQ(Register(kPc), 0x08000100u);
  const uint32_t expected[] = {0x08000102, 0x08000104, 0x08000102, 0x08000104};
  for (const uint32_t pc : expected) {
    Step();
    EXPECT_TRUE(IsHalted());
    EXPECT_EQ(Register(kPc), pc);
  }
  EXPECT_EQ(Register(kR0), 2u);
}

TEST_F(DebugTest, BreakpointsHitAlsoAtThePresentPc) {
  Program(kCounter);
  Halt();
  Put(0xE0002000, 3);
  Put(0xE0002008, 0x08000104 | 1);
  Resume();
  chip.Run(1000);
  ASSERT_TRUE(IsHalted());
  EXPECT_EQ(Register(kPc), 0x08000104u);
  EXPECT_NE(Get(kDfsr) & kDebugBreakpoint, 0u);
  const uint32_t at_hit = Register(kR0);
  Resume();
  chip.Run(1000);
  ASSERT_TRUE(IsHalted());
  EXPECT_EQ(Register(kR0), at_hit) << "not one instruction was executed";
  Step();
  EXPECT_EQ(Register(kPc), 0x08000102u);
  Put(0xE0002008, 0);
  Resume();
  chip.Run(1000);
  EXPECT_FALSE(IsHalted());
}

TEST_F(DebugTest, ManyBreakpointsOneAfterTheOther) {
  std::vector<uint16_t> code(200, 0xBF00);
  code.push_back(0xE736);  // b to the start
  Program(code);
  Halt();
  Put(0xE0002000, 3);
  for (uint32_t i = 1; i < 150; ++i) {
    Put(0xE0002008, (0x08000100 + 2 * i) | 1);
    Resume();
    chip.Run(1000);
    ASSERT_TRUE(IsHalted()) << i;
    ASSERT_EQ(Register(kPc), 0x08000100 + 2 * i);
  }
}

TEST_F(DebugTest, BkptHaltsWithADebuggerAndFaultsWithout) {
  Program({0xBE00, 0xE7FE});
  chip.Run(1000);
  EXPECT_TRUE(chip.processor().locked_up()) << "no handler: the vector table is empty";
  Halt();
  chip.PowerOn();
  Put(kDhcsr, kKey | kDebugEn);
  chip.Run(1000);
  ASSERT_TRUE(IsHalted());
  EXPECT_EQ(Register(kPc), 0x08000100u);
}

TEST_F(DebugTest, VectorCatchAtReset) {
  Program(kCounter);
  Put(kDhcsr, kKey | kDebugEn);
  Put(kDemcr, 1);
  chip.Run(100);
  Put(0xE000ED0C, 0x05FA0004);
  chip.Run(100);
  ASSERT_TRUE(IsHalted());
  EXPECT_EQ(Register(kPc), 0x08000100u);
  EXPECT_NE(Get(kDfsr) & kDebugVectorCatch, 0u);
}

TEST_F(DebugTest, ResetPinHoldsTheCore) {
  Program(kCounter);
  chip.Run(1000);
  chip.SetResetPin(true);
  EXPECT_EQ(chip.Run(1000), RunResult::kStopped);
  EXPECT_NE(Get(kDhcsr) & kResetSt, 0u);
  Put(kDhcsr, kKey | kDebugEn);
  Put(kDemcr, 1);
  chip.SetResetPin(false);
  EXPECT_TRUE(IsHalted());
  EXPECT_EQ(Register(kPc), 0x08000100u);
  EXPECT_NE(Get(0x40023874) & (1u << 26), 0u) << "PINRSTF";
}

TEST_F(DebugTest, LockupIsNotAHalt) {
  Program({0xDE01});  // udf, and no handler
  Put(kDhcsr, kKey | kDebugEn);
  chip.Run(1000);
  EXPECT_EQ(Get(kDhcsr) & (kHalted | kLockup), kLockup);
  Halt();
  EXPECT_NE(Get(kDhcsr) & kHalted, 0u);
  EXPECT_EQ(Get(0xE000ED2C), 0x40000000u);
  EXPECT_EQ(Get(0xE000ED28), 0x00010001u) << "the instruction, then the jump to the empty vector";
}

TEST_F(DebugTest, SleepShowsAndEndsWithAHalt) {
  Program({0xBF30, 0xE7FD});
  EXPECT_EQ(chip.Run(1000), RunResult::kSleeping);
  EXPECT_NE(Get(kDhcsr) & kSleeping, 0u);
  Halt();
  EXPECT_EQ(Register(kPc), 0x08000102u);
}

TEST_F(DebugTest, DataWatchpoint) {
  // movs r0,#1; lsls r0,#29; movs r1,#0; 1: adds r1,#1; cmp r1,#50; bne 1b; str r1,[r0]; b .
  Program({0x2001, 0x0740, 0x2100, 0x3101, 0x2932, 0xD1FC, 0x6001, 0xE7FE});
  Put(kDhcsr, kKey | kDebugEn | kHalt);
  Put(0xE0001020, 0x20000000);
  Put(0xE0001024, 2);
  Put(0xE0001028, 6);
  Resume();
  chip.Run(10000);
  ASSERT_TRUE(IsHalted());
  EXPECT_NE(Get(kDfsr) & kDebugWatchpoint, 0u);
  EXPECT_NE(Get(0xE0001028) & (1u << 24), 0u);
}

TEST_F(DebugTest, FloatingPointRegisters) {
  Program(kCounter);
  Halt();
  SetRegister(64 + 5, 0x3F800000);
  SetRegister(kFpscr, 0x03000000);
  EXPECT_EQ(Register(64 + 5), 0x3F800000u);
  EXPECT_EQ(Register(kFpscr), 0x03000000u);
}

TEST_F(DebugTest, CodeChangedInRamIsExecutedAnew) {
  Program({0x4800, 0x4700, 0x0001, 0x2000});  // ldr r0,=0x20000001; bx r0
  const auto put_code = [this](uint16_t first) { Put(0x20000000, 0xE7FE0000u | first); };
  put_code(0x2105);  // movs r1,#5; b .
  chip.Run(100);
  Halt();
  EXPECT_EQ(Register(1), 5u);
  put_code(0x2109);
  SetRegister(kPc, 0x20000000);
  Resume();
  chip.Run(100);
  Halt();
  EXPECT_EQ(Register(1), 9u);
}

TEST_F(DebugTest, CycleCounterNeedsItsKeyAndStopsInHalt) {
  Program(kCounter);
  chip.Run(100);
  Put(kDemcr, 1u << 24);
  Put(0xE0001000, 1);
  Put(0xE0001004, 0);
  chip.Run(10'000);
  const uint32_t cycles = Get(0xE0001004);
  EXPECT_GE(cycles, 9'000u);
  EXPECT_LE(cycles, 12'000u);
  Halt();
  const uint32_t frozen = Get(0xE0001004);
  PassNs(1'000'000);
  EXPECT_EQ(Get(0xE0001004), frozen);
}

TEST_F(DebugTest, InstructionsAreCounted) {
  Program({0x2000, 0xBF00, 0xBF00, 0xBF30, 0xE7FD});  // four instructions, then asleep
  EXPECT_EQ(chip.Run(1000), RunResult::kSleeping);
  EXPECT_EQ(Get(kInstructionCounterAddress), 4u);
  chip.PowerOn();
  EXPECT_EQ(Get(kInstructionCounterAddress), 0u);
}

class ProgramTest : public ChipTest {
 protected:
  using ChipTest::ChipTest;
  // Programs cross-built beside this test.
  void LoadProgram(const std::string& name) {
    const char* folder = std::getenv("VBOARD_FOREIGN");
    ASSERT_NE(folder, nullptr);
    const std::string path = std::string(folder) + "/" + name + ".bin";
    std::ifstream file(path, std::ios::binary);
    const std::string bytes((std::istreambuf_iterator<char>(file)), {});
    ASSERT_FALSE(bytes.empty()) << path;
    std::memcpy(chip.bus().flash_bytes(), bytes.data(), bytes.size());
    chip.PowerOn();
  }
};

TEST_F(ProgramTest, ExceptionsAndFaults) {
  LoadProgram("exceptions");
  RunFor(2'000'000);
  const uint32_t expected[] = {
      0x03000008,              // FPU off: NOCP, escalated to HardFault
      0x00000001,              // FORCED
      0x03008200, 0x60000000,  // precise BusFault with its address, escalated
      0x05008200, 0x60000008,  // and as BusFault
      0x06000001,              // undefined instruction
      0x06000200,              // division by zero
      0x05000100,              // jump to nothing
      0x04000001,              // jump into registers
      42,                      // SVC
      0x00000000,              // PRIMASK holds everything
      0x00031E2A,              // nesting and order of priorities
      0x00000001, 0x00000012,  // BASEPRI
      0x00000007,              // FP registers kept
      0x0000007F,              // unprivileged thread on PSP
      0x000031E2,              // equal priority waits
      5,                       // SysTick wakes WFI
      0x00000001,              // so does a masked interrupt
      0x00005E5E,              // SEV and WFE
  };
  ASSERT_EQ(Get(0x20040000), 0x80000000u | std::size(expected));
  for (size_t i = 0; i < std::size(expected); ++i) {
    EXPECT_EQ(Get(static_cast<uint32_t>(0x20040004 + 4 * i)), expected[i]) << "check " << i;
  }
}

TEST_F(ProgramTest, ForeignProgramComputesInMainAndInterrupts) {
  TestPeer peer;
  chip.uart("USART3")->SetPeer(&peer);
  LoadProgram("foreign");
  RunFor(60'000'000);
  EXPECT_EQ(chip.clock().hz(), 216'000'000u);
  EXPECT_NE(peer.from_chip.find("foreign program ready\r\n"), std::string::npos) << peer.from_chip;
  EXPECT_NE(peer.from_chip.find("pi*1000000=3141547 corruptions=0\r\n"), std::string::npos)
      << peer.from_chip;
  EXPECT_EQ(peer.from_chip.find("no tick came"), std::string::npos);
}

uint64_t CyclesAfter(const ProcessorOptions& options, const std::string& program) {
  struct Runner : ProgramTest {
    explicit Runner(const ProcessorOptions& o) : ProgramTest(o) {}
    void TestBody() override {}
    using ProgramTest::chip;
    using ProgramTest::LoadProgram;
  } runner(options);
  runner.LoadProgram(program);
  // Slices of different lengths must not change what is counted.
  uint64_t slice = 100;
  while (runner.chip.processor().core().instructions() < 2'000'000) {
    runner.chip.Run(slice);
    slice = slice * 7 % 9001 + 50;
  }
  return runner.chip.clock().cycles() * 1'000'000 / runner.chip.processor().core().instructions();
}

TEST(CycleModel, IsDeterministicAndCanBeOff) {
  const uint64_t on = CyclesAfter({}, "spin");
  EXPECT_EQ(on, CyclesAfter({}, "spin"));
  ProcessorOptions off;
  off.cycles = CycleParts::None();
  const uint64_t fixed = CyclesAfter(off, "spin");
  EXPECT_NE(on, fixed);
  ProcessorOptions noisy;
  noisy.jitter_percent = 10;
  noisy.jitter_seed = 3;
  const uint64_t jittered = CyclesAfter(noisy, "spin");
  EXPECT_GT(jittered, on);
  EXPECT_LT(jittered, on * 145 / 100);  // 2.5 standard deviations on the average
  EXPECT_EQ(jittered, CyclesAfter(noisy, "spin"));
}

TEST(CycleModel, SlowCodeTakesAsMuchLonger) {
  for (const CycleParts& parts : {CycleParts(), CycleParts::None()}) {
    ProcessorOptions plain;
    plain.cycles = parts;
    ProcessorOptions slow = plain;
    slow.slow_code = {{0x08000000, 0x08100000, 10}};  // all of the flash
    const auto before = static_cast<double>(CyclesAfter(plain, "spin"));
    EXPECT_NEAR(static_cast<double>(CyclesAfter(slow, "spin")), 1.10 * before, 0.001 * before);
    slow.slow_code = {{0x20000000, 0x20001000, 10}};  // where nothing runs
    EXPECT_EQ(static_cast<double>(CyclesAfter(slow, "spin")), before);
  }
}

}  // namespace
}  // namespace edgerack::vboard
