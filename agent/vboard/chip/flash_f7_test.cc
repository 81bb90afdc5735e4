#include "agent/vboard/chip/flash_f7.h"

#include "agent/vboard/chip/test_chip.h"

namespace edgerack::vboard {
namespace {

constexpr uint32_t kKeyr = 0x40023C04, kSr = 0x40023C0C, kCr = 0x40023C10, kFlash = 0x08000000;
constexpr uint32_t kLock = 1u << 31, kPg = 1, kSer = 2, kStrt = 1u << 16, kBsy = 1u << 16;
constexpr uint32_t kX32 = 2u << 8, kX16 = 1u << 8;
constexpr uint32_t kWrpErr = 1u << 4, kPgaErr = 1u << 5, kPgpErr = 1u << 6, kErsErr = 1u << 7;

class FlashTest : public ChipTest {
 protected:
  void Unlock() {
    Put(kKeyr, 0x45670123);
    Put(kKeyr, 0xCDEF89AB);
  }
  void Wait() { PassNs(50'000'000); }
};

TEST_F(FlashTest, KeysInOrderUnlock) {
  EXPECT_NE(Get(kCr) & kLock, 0u);
  Unlock();
  EXPECT_EQ(Get(kCr) & kLock, 0u);
  Put(kCr, kLock);
  EXPECT_NE(Get(kCr) & kLock, 0u);
  Unlock();
  EXPECT_EQ(Get(kCr) & kLock, 0u) << "locking by hand can be undone";
}

TEST_F(FlashTest, KeysInTheWrongOrderLockUntilReset) {
  Put(kKeyr, 0xCDEF89AB);
  Put(kKeyr, 0x45670123);
  Unlock();
  EXPECT_NE(Get(kCr) & kLock, 0u);
  chip.PowerOn();
  Unlock();
  EXPECT_EQ(Get(kCr) & kLock, 0u);
}

TEST_F(FlashTest, ALockedFlashRefusesAndSaysSo) {
  Put(kFlash + 0x1000, 0x12345678);
  EXPECT_EQ(Get(kFlash + 0x1000), 0xFFFFFFFFu);
  EXPECT_NE(Get(kSr) & kWrpErr, 0u);
}

TEST_F(FlashTest, ProgramsWordsSeenThroughBothAliases) {
  Unlock();
  Put(kCr, kPg | kX32);
  Put(kFlash + 0x1000, 0x12345678);
  EXPECT_NE(Get(kSr) & kBsy, 0u);
  Wait();
  EXPECT_EQ(Get(kSr), 0u);
  EXPECT_EQ(Get(kFlash + 0x1000), 0x12345678u);
  EXPECT_EQ(Get(0x00201000), 0x12345678u);
  uint32_t value = 0;
  EXPECT_FALSE(chip.DebugWrite(0x00201000, 4, value)) << "the ITCM alias is read-only";
}

TEST_F(FlashTest, OnlyClearsBits) {
  Unlock();
  Put(kCr, kPg | kX32);
  Put(kFlash, 0x0000FFFF);
  Wait();
  Put(kFlash, 0xFF00FF00);
  Wait();
  EXPECT_EQ(Get(kFlash), 0x0000FF00u);
  EXPECT_NE(Get(kSr) & kErsErr, 0u);
  Put(kSr, kErsErr);
  EXPECT_EQ(Get(kSr) & kErsErr, 0u);
}

TEST_F(FlashTest, WidthMustMatchAndBeAligned) {
  Unlock();
  Put(kCr, kPg | kX16);
  Put(kFlash, 0, 4);
  EXPECT_NE(Get(kSr) & kPgpErr, 0u);
  EXPECT_EQ(Get(kFlash), 0xFFFFFFFFu);
  Put(kSr, 0xF2);
  Put(kFlash + 1, 0x1234, 2);
  EXPECT_NE(Get(kSr) & kPgaErr, 0u);
}

TEST_F(FlashTest, AnErrorMustBeClearedBeforeTheNextOperation) {
  Unlock();
  Put(kCr, kPg | kX16);
  Put(kFlash, 0, 4);
  Put(kFlash, 0, 2);
  EXPECT_EQ(Get(kFlash), 0xFFFFFFFFu);
  Put(kSr, 0xF2);
  Put(kFlash, 0, 2);
  Wait();
  EXPECT_EQ(Get(kFlash), 0xFFFF0000u);
}

TEST_F(FlashTest, ErasesOneSector) {
  uint8_t* flash = chip.bus().flash_bytes();
  std::memset(flash, 0, chip.bus().flash_size_bytes());
  Unlock();
  Put(kCr, kSer | 4u << 3 | kX32);
  Put(kCr, kSer | 4u << 3 | kX32 | kStrt);
  EXPECT_NE(Get(kSr) & kBsy, 0u);
  Wait();
  EXPECT_EQ(Get(kSr) & kBsy, 0u);
  EXPECT_EQ(flash[0x1FFFF], 0);
  EXPECT_EQ(flash[0x20000], 0xFF);
  EXPECT_EQ(flash[0x3FFFF], 0xFF);
  EXPECT_EQ(flash[0x40000], 0);
}

TEST_F(FlashTest, ASectorThatIsNotThereIsAnError) {
  Unlock();
  Put(kCr, kSer | 9u << 3 | kStrt);
  EXPECT_NE(Get(kSr) & kErsErr, 0u);
}

}  // namespace
}  // namespace edgerack::vboard
