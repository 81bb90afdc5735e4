#include "agent/vboard/chip/usart.h"

#include "agent/vboard/chip/test_chip.h"

namespace edgerack::vboard {
namespace {

constexpr uint32_t kBase = 0x40011000, kCr1 = kBase, kCr3 = kBase + 8, kBrr = kBase + 0xC,
                   kIsr = kBase + 0x1C, kIcr = kBase + 0x20, kRdr = kBase + 0x24,
                   kTdr = kBase + 0x28;
constexpr uint32_t kOre = 1u << 3, kIdle = 1u << 4, kRxne = 1u << 5, kTc = 1u << 6, kTxe = 1u << 7;
constexpr uint64_t kCharacterNs = 86'875;  // 10 bits of 139 cycles at 16 MHz

class UsartTest : public ChipTest {
 protected:
  UsartTest() {
    Program({0xE7FE});
    chip.uart("USART1")->SetPeer(&peer);
  }
  void Clocks() {
    Put(0x40023830, 3);
    Put(0x40023844, 1u << 4);
  }
  void Pins() {
    Put(0x40020000, (Get(0x40020000) & ~(3u << 18)) | 2u << 18);
    Put(0x40020024, 7u << 4);
    Put(0x40020400, (Get(0x40020400) & ~(3u << 14)) | 2u << 14);
    Put(0x40020420, 7u << 28);
  }
  void Enable(uint32_t extra = 0) {
    Put(kBrr, 139);
    Put(kCr1, 0xD | extra);
  }
  void Open() {
    Clocks();
    Pins();
    Enable();
  }
  void Send(const std::string& text) {
    for (const char c : text) peer.to_chip.push_back(static_cast<uint8_t>(c));
    chip.uart("USART1")->Poke();
  }

  TestPeer peer;
};

TEST_F(UsartTest, CharactersTakeTheirTime) {
  Open();
  EXPECT_EQ(chip.uart("USART1")->CharacterNs(), kCharacterNs);
  Put(kTdr, 'a');
  EXPECT_NE(Get(kIsr) & kTxe, 0u) << "the shift register took it";
  Put(kTdr, 'b');
  EXPECT_EQ(Get(kIsr) & (kTxe | kTc), 0u);
  PassNs(kCharacterNs - 1000);
  EXPECT_EQ(peer.from_chip, "");
  PassNs(2000);
  EXPECT_EQ(peer.from_chip, "a");
  EXPECT_NE(Get(kIsr) & kTxe, 0u);
  EXPECT_EQ(Get(kIsr) & kTc, 0u);
  PassNs(kCharacterNs);
  EXPECT_EQ(peer.from_chip, "ab");
  EXPECT_NE(Get(kIsr) & kTc, 0u);
}

TEST_F(UsartTest, PollingWaitsForTheWireWithoutThousandsOfPolls) {
  Open();
  const uint64_t started_ns = chip.clock().NowNs();
  Put(kTdr, 'a');
  int polls = 0;
  while ((Get(kIsr) & kTc) == 0 && polls < 100) {
    ++polls;
    PassNs(0);
  }
  EXPECT_LT(polls, 20);
  EXPECT_EQ(peer.from_chip, "a");
  EXPECT_GE(chip.clock().NowNs() - started_ns, kCharacterNs);
}

TEST_F(UsartTest, ReceivesAtTheSpeedOfTheWire) {
  Open();
  Send("xyz");
  PassNs(kCharacterNs - 1000);
  EXPECT_EQ(Get(kIsr) & kRxne, 0u);
  for (const char expected : {'x', 'y', 'z'}) {
    PassNs(kCharacterNs);
    EXPECT_NE(Get(kIsr) & kRxne, 0u);
    EXPECT_EQ(Get(kRdr), static_cast<uint32_t>(expected));
    EXPECT_EQ(Get(kIsr) & kRxne, 0u);
  }
  PassNs(2 * kCharacterNs);
  EXPECT_NE(Get(kIsr) & kIdle, 0u);
}

TEST_F(UsartTest, ASlowReaderLosesCharacters) {
  Open();
  Send("123");
  PassNs(4 * kCharacterNs);
  EXPECT_NE(Get(kIsr) & kOre, 0u);
  EXPECT_EQ(Get(kRdr), static_cast<uint32_t>('1'));
  Put(kIcr, kOre);
  EXPECT_EQ(Get(kIsr) & kOre, 0u);
}

TEST_F(UsartTest, WithOverrunOffTheLastCharacterStays) {
  Clocks();
  Pins();
  Put(kCr3, 1u << 12);
  Enable();
  Send("123");
  PassNs(4 * kCharacterNs);
  EXPECT_EQ(Get(kIsr) & kOre, 0u);
  EXPECT_EQ(Get(kRdr), static_cast<uint32_t>('3'));
}

TEST_F(UsartTest, NothingPassesUnlessThePinsAreSetUp) {
  Clocks();
  Enable();
  Put(kTdr, 'a');
  Send("b");
  PassNs(4 * kCharacterNs);
  EXPECT_EQ(peer.from_chip, "");
  EXPECT_EQ(Get(kIsr) & kRxne, 0u);
  EXPECT_EQ(peer.to_chip.size(), 1u) << "the host's byte waits";
  Put(0x40020000, (Get(0x40020000) & ~(3u << 18)) | 2u << 18);
  Put(0x40020024, 1u << 4);  // another function than the UART's
  Put(kTdr, 'a');
  PassNs(4 * kCharacterNs);
  EXPECT_EQ(peer.from_chip, "");
}

TEST_F(UsartTest, NothingHappensWithoutItsClock) {
  Pins();
  Enable();
  EXPECT_EQ(Get(kIsr), 0u);
  EXPECT_EQ(Get(kCr1), 0u);
}

TEST_F(UsartTest, TheBaudRateIsFixedWhileOn) {
  Open();
  Put(kBrr, 16);
  EXPECT_EQ(Get(kBrr), 139u);
}

TEST_F(UsartTest, OversamplingByEightAndOtherKernelClocks) {
  Clocks();
  Put(kBrr, 0x10);  // 16 half cycles
  Put(kCr1, 0xD | 1u << 15);
  EXPECT_EQ(chip.uart("USART1")->CharacterNs(), 5000u) << "2 Mbaud from 16 MHz";
  Put(kCr1, 0);
  Put(0x40023890, 3);  // LSE: there is none
  Enable();
  EXPECT_EQ(chip.uart("USART1")->CharacterNs(), 0u);
}

TEST_F(UsartTest, RaisesItsInterrupt) {
  Open();
  Put(kCr1, Get(kCr1) | 1u << 5);
  Send("q");
  PassNs(2 * kCharacterNs);
  EXPECT_TRUE(chip.processor().table().pending(kFirstIrq + 37));
}

}  // namespace
}  // namespace edgerack::vboard
