#include "agent/vboard/chip/test_chip.h"
#include "agent/vboard/debug/chip_target.h"

namespace edgerack::vboard {
namespace {

constexpr uint32_t kRcc = 0x58024400, kCr = kRcc, kCfgr = kRcc + 0x10, kD1Cfgr = kRcc + 0x18,
                   kD2Cfgr = kRcc + 0x1C, kPllCkSelr = kRcc + 0x28, kPllCfgr = kRcc + 0x2C,
                   kPll1Divr = kRcc + 0x30, kRsr = kRcc + 0xD0, kAhb4Enr = kRcc + 0xE0,
                   kApb1Enr = kRcc + 0xE8, kApb4Enr = kRcc + 0xF4;
constexpr uint32_t kCr3 = 0x5802480C, kCsr1 = 0x58024804, kD3Cr = 0x58024818,
                   kSyscfgPwrCr = 0x5800042C;
constexpr uint32_t kHsiOn = 1, kHsiRdy = 1u << 2, kHseOn = 1u << 16, kHseRdy = 1u << 17,
                   kPll1On = 1u << 24, kPll1Rdy = 1u << 25, kVosRdy = 1u << 13;
constexpr uint32_t kDividers = 239 | 1u << 9 | 1u << 16 | 1u << 24;

class ClockH7Test : public ChipTest {
 protected:
  ClockH7Test() : ChipTest(std::string(kH743File)) { Program({0xE7FE}); }
  void StartPll(uint32_t select, uint32_t config, uint32_t dividers) {
    Put(kCr, Get(kCr) | kHseOn);
    PassNs(1'000'000);
    Put(kPllCkSelr, select);
    Put(kPllCfgr, config);
    Put(kPll1Divr, dividers);
    Put(kCr, Get(kCr) | kPll1On);
    PassNs(1'000'000);
  }
};

TEST_F(ClockH7Test, StartsFromHsiAtTheLowestVoltage) {
  EXPECT_EQ(chip.rcc().core_hz(), 64'000'000u);
  EXPECT_NE(Get(kCr) & kHsiRdy, 0u);
  EXPECT_EQ(Get(kD3Cr) & kVosRdy, 0u) << "the supply is not confirmed";
  Put(kCr, kHsiOn | 2u << 3);
  EXPECT_EQ(chip.rcc().core_hz(), 16'000'000u);
}

TEST_F(ClockH7Test, ReadyFlagsTakeTime) {
  Put(kCr, Get(kCr) | kHseOn);
  EXPECT_EQ(Get(kCr) & kHseRdy, 0u);
  PassNs(1'000'000);
  EXPECT_NE(Get(kCr) & kHseRdy, 0u);
  Put(kPllCkSelr, 2 | 2u << 4);
  Put(kPllCfgr, 0x01FF0008);
  Put(kPll1Divr, kDividers);
  Put(kCr, Get(kCr) | kPll1On);
  EXPECT_EQ(Get(kCr) & kPll1Rdy, 0u);
  PassNs(1'000'000);
  EXPECT_NE(Get(kCr) & kPll1Rdy, 0u);
}

TEST_F(ClockH7Test, APllOutOfRangeNeverLocks) {
  StartPll(2 | 2u << 4, 0x01FF0000, kDividers);
  EXPECT_EQ(Get(kCr) & kPll1Rdy, 0u) << "4 MHz is not in the range 1 to 2 MHz";
  Put(kCr, Get(kCr) & ~kPll1On);
  StartPll(2 | 2u << 4, 0x01FF0008, (kDividers & ~0x1FFu) | 249);
  EXPECT_EQ(Get(kCr) & kPll1Rdy, 0u) << "a VCO of 1 GHz";
  Put(kCr, Get(kCr) & ~kPll1On);
  StartPll(2 | 2u << 4, 0x01FF0008, (kDividers & ~0xFE00u) | 2u << 9);
  EXPECT_EQ(Get(kCr) & kPll1Rdy, 0u) << "divided by three";
}

TEST_F(ClockH7Test, ASwitchToAClockThatIsNotReadyIsRefused) {
  Put(kCfgr, 3);
  EXPECT_EQ(Get(kCfgr) >> 3 & 7, 0u);
}

TEST_F(ClockH7Test, TheBusesRunBehindTheirDividers) {
  Put(kD1Cfgr, 8);
  Put(kD2Cfgr, 4u << 4 | 5u << 8);
  EXPECT_EQ(chip.rcc().core_hz(), 64'000'000u);
  EXPECT_EQ(chip.rcc().hclk_hz(), 32'000'000u);
  EXPECT_EQ(chip.rcc().pclk_hz(ApbBus::kApb1), 16'000'000u);
  EXPECT_EQ(chip.rcc().pclk_hz(ApbBus::kApb2), 8'000'000u);
  EXPECT_EQ(chip.rcc().timer_hz(ApbBus::kApb1), 32'000'000u);
  EXPECT_EQ(chip.clock().hz(), 64'000'000u) << "time is counted in cycles of the core";
}

TEST_F(ClockH7Test, TheVoltageNeedsTheSupplyFirst) {
  Put(kD3Cr, 3u << 14);
  PassNs(1'000'000);
  EXPECT_EQ(Get(kD3Cr), 1u << 14) << "ignored, and not ready";
  Put(kCr3, 2);
  PassNs(1'000'000);
  EXPECT_NE(Get(kCsr1) & 1u << 13, 0u);
  Put(kD3Cr, 3u << 14);
  EXPECT_EQ(Get(kD3Cr) & kVosRdy, 0u);
  PassNs(1'000'000);
  EXPECT_EQ(Get(kD3Cr), 3u << 14 | kVosRdy);
}

TEST_F(ClockH7Test, TheSupplyIsChosenOncePerPowerOn) {
  Put(kCr3, 1);  // bypass: this board has no external one
  PassNs(1'000'000);
  EXPECT_EQ(Get(kCsr1) & 1u << 13, 0u);
  Put(kCr3, 2);
  EXPECT_EQ(Get(kCr3) & 7, 1u);
  chip.SetResetPin(true);
  chip.SetResetPin(false);
  Put(kCr3, 2);
  EXPECT_EQ(Get(kCr3) & 7, 1u) << "a reset does not open it again";
  chip.PowerOn();
  Put(kCr3, 2);
  EXPECT_EQ(Get(kCr3) & 7, 2u);
}

TEST_F(ClockH7Test, ScaleZeroIsEnteredFromScaleOne) {
  Put(kCr3, 2);
  Put(kApb4Enr, 2);
  Put(kSyscfgPwrCr, 1);
  EXPECT_EQ(Get(kSyscfgPwrCr), 0u) << "not from scale 3";
  Put(kD3Cr, 3u << 14);
  PassNs(1'000'000);
  Put(kSyscfgPwrCr, 1);
  EXPECT_EQ(Get(kSyscfgPwrCr), 1u);
  EXPECT_EQ(Get(kD3Cr) & kVosRdy, 0u);
  PassNs(1'000'000);
  EXPECT_NE(Get(kD3Cr) & kVosRdy, 0u);
}

TEST_F(ClockH7Test, UartFromTheInternalOscillatorWhateverTheBusDoes) {
  Put(kApb1Enr, 1u << 18);
  Put(kRcc + 0x54, 3);
  Put(0x4000480C, 64);
  Put(0x40004800, 0xD);
  EXPECT_EQ(chip.uart("USART3")->CharacterNs(), 10'000u) << "1 Mbaud from 64 MHz";
  Put(0x40004800, 0);
  Put(0x4000482C, 1);  // PRESC: by two
  Put(0x40004800, 0xD);
  EXPECT_EQ(chip.uart("USART3")->CharacterNs(), 20'000u);
}

TEST_F(ClockH7Test, ResetCauses) {
  EXPECT_NE(Get(kRsr) & 1u << 23, 0u) << "power-on";
  Put(kRsr, 1u << 16);
  EXPECT_EQ(Get(kRsr), 0u);
  Put(0xE000ED0C, 0x05FA0004);
  chip.Run(10);
  EXPECT_NE(Get(kRsr) & 1u << 24, 0u) << "software";
}

TEST_F(ClockH7Test, PinsAreAnalogAfterReset) {
  Put(kAhb4Enr, 0xF);
  EXPECT_EQ(Get(0x58020000), 0xABFFFFFFu);
  EXPECT_EQ(Get(0x58020400), 0xFFFFFEBFu);
  EXPECT_EQ(Get(0x58020C00), 0xFFFFFFFFu);
}

TEST_F(ClockH7Test, IdentityOnEveryAccessPort) {
  EXPECT_EQ(Get(0x5C001000), 0x20036450u);
  EXPECT_EQ(Get(0x1FF1E880, 2), 2048u);
  EXPECT_EQ(Get(0xE000ED00), 0x411FC271u);
  ChipTarget target(&chip);
  uint32_t value = 0;
  EXPECT_TRUE(target.Read(2, 0xE00E1000, 4, &value));
  EXPECT_EQ(value, 0x20036450u) << "DBGMCU, as the debug bus sees it";
  EXPECT_TRUE(target.Write(2, 0xE00E1004, 4, 7));
  EXPECT_EQ(Get(0x5C001004), 7u);
  EXPECT_FALSE(target.Read(2, 0x20000000, 4, &value)) << "and nothing else";
  EXPECT_FALSE(target.Read(1, 0x20000000, 4, &value));
}

TEST_F(ClockH7Test, EveryMemoryAnswers) {
  for (const uint32_t address : {0x00000000u, 0x0000FFFCu, 0x20000000u, 0x2001FFFCu, 0x24000000u,
                                 0x2407FFFCu, 0x30000000u, 0x30020000u, 0x30040000u, 0x30047FFCu,
                                 0x38000000u, 0x3800FFFCu, 0x38800000u, 0x38800FFCu}) {
    Put(address, address ^ 0x5A5A5A5A);
    EXPECT_EQ(Get(address), address ^ 0x5A5A5A5A);
  }
  uint32_t value = 0;
  EXPECT_FALSE(chip.DebugRead(0x24080000, 4, &value));
}

TEST_F(ClockH7Test, TheWatchdogResetsTheChipUnlessADebuggerHoldsIt) {
  constexpr uint32_t kIwdg = 0x58004800, kFreeze = 0x5C001054;
  Put(kFreeze, 1u << 18);
  Put(kIwdg, 0xCCCC);
  Put(kIwdg, 0x5555);
  Put(kIwdg + 8, 31);  // 32 * 4 / 32 kHz = 4 ms
  Put(kIwdg, 0xAAAA);
  RunFor(64'000 * 3);
  EXPECT_EQ(Get(kRsr) & 1u << 26, 0u);
  RunFor(64'000 * 3);
  EXPECT_NE(Get(kRsr) & 1u << 26, 0u);
}

}  // namespace
}  // namespace edgerack::vboard
