#include "agent/vboard/chip/flash_h7.h"

#include "agent/vboard/chip/test_chip.h"

namespace edgerack::vboard {
namespace {

constexpr uint32_t kBase = 0x52002000, kBank2 = 0x100, kKeyr = kBase + 4, kCr = kBase + 0xC,
                   kSr = kBase + 0x10, kCcr = kBase + 0x14;
constexpr uint32_t kFlash = 0x08000000, kSecondBank = 0x08100000;
constexpr uint32_t kLock = 1, kPg = 2, kSer = 4, kBer = 8, kFw = 1u << 6, kStart = 1u << 7;
constexpr uint32_t kBusy = 1u << 0 | 1u << 2, kWbne = 1u << 1, kPgsErr = 1u << 18,
                   kIncErr = 1u << 21, kDbEccErr = 1u << 26;

class FlashH7Test : public ChipTest {
 protected:
  FlashH7Test() : ChipTest(std::string(kH743File)) {}
  void Unlock(uint32_t bank = 0) {
    Put(kKeyr + bank, 0x45670123);
    Put(kKeyr + bank, 0xCDEF89AB);
  }
  void PutWord(uint32_t address, uint32_t first) {
    for (uint32_t i = 0; i < 8; ++i) Put(address + 4 * i, first + i);
  }
  void Wait() { PassNs(50'000'000); }
};

TEST_F(FlashH7Test, EachBankHasItsLock) {
  EXPECT_NE(Get(kCr) & kLock, 0u);
  Unlock(kBank2);
  EXPECT_NE(Get(kCr) & kLock, 0u);
  EXPECT_EQ(Get(kCr + kBank2) & kLock, 0u);
  Put(kCr + kBank2, kLock);
  EXPECT_NE(Get(kCr + kBank2) & kLock, 0u);
}

TEST_F(FlashH7Test, KeysInTheWrongOrderLockUntilReset) {
  Put(kKeyr, 0xCDEF89AB);
  Unlock();
  EXPECT_NE(Get(kCr) & kLock, 0u);
  chip.PowerOn();
  Unlock();
  EXPECT_EQ(Get(kCr) & kLock, 0u);
}

TEST_F(FlashH7Test, AWholeFlashWordIsProgrammedAtOnce) {
  Unlock();
  Put(kCr, kPg);
  for (uint32_t i = 0; i < 7; ++i) Put(kFlash + 4 * i, i);
  EXPECT_EQ(Get(kSr), kWbne);
  EXPECT_EQ(Get(kFlash), 0xFFFFFFFFu) << "it waits in the buffer";
  Put(kFlash + 28, 7);
  EXPECT_EQ(Get(kSr), kBusy);
  Wait();
  EXPECT_EQ(Get(kSr), 0u);
  for (uint32_t i = 0; i < 8; ++i) EXPECT_EQ(Get(kFlash + 4 * i), i);
}

TEST_F(FlashH7Test, APartOfAWordIsForced) {
  Unlock();
  Put(kCr, kPg);
  Put(kFlash + 8, 0x12345678);
  Put(kCr, kPg | kFw);
  Wait();
  EXPECT_EQ(Get(kFlash + 4), 0xFFFFFFFFu);
  EXPECT_EQ(Get(kFlash + 8), 0x12345678u);
}

TEST_F(FlashH7Test, AnotherWordBeforeThisOneIsWholeIsInconsistent) {
  Unlock();
  Put(kCr, kPg);
  Put(kFlash, 1);
  Put(kFlash + 32, 2);
  EXPECT_NE(Get(kSr) & kIncErr, 0u);
  Put(kCcr, kIncErr);
  EXPECT_EQ(Get(kSr) & kIncErr, 0u);
}

TEST_F(FlashH7Test, WithoutPgNothingIsTaken) {
  PutWord(kFlash, 1);
  EXPECT_NE(Get(kSr) & kPgsErr, 0u);
  EXPECT_EQ(Get(kFlash), 0xFFFFFFFFu);
}

TEST_F(FlashH7Test, AWordIsProgrammedOncePerErase) {
  Unlock();
  Put(kCr, kPg);
  PutWord(kFlash, 1);
  Wait();
  EXPECT_EQ(Get(kSr) & kDbEccErr, 0u);
  PutWord(kFlash, 1);
  Wait();
  EXPECT_NE(Get(kSr) & kDbEccErr, 0u);
}

TEST_F(FlashH7Test, ErasesOneSectorOfItsBank) {
  uint8_t* flash = chip.bus().flash_bytes();
  std::memset(flash, 0, chip.bus().flash_size_bytes());
  Unlock(kBank2);
  Put(kCr + kBank2, kSer | 1u << 8 | kStart);
  EXPECT_EQ(Get(kSr + kBank2) & kBusy, kBusy);
  EXPECT_EQ(Get(kSr) & kBusy, 0u) << "the other bank is free";
  Wait();
  EXPECT_EQ(flash[0x11FFFF], 0);
  EXPECT_EQ(flash[0x120000], 0xFF);
  EXPECT_EQ(flash[0x13FFFF], 0xFF);
  EXPECT_EQ(flash[0x140000], 0);
  Put(kCr + kBank2, kBer | kStart);
  Wait();
  EXPECT_EQ(flash[0x0FFFFF], 0);
  EXPECT_EQ(Get(kSecondBank), 0xFFFFFFFFu);
  EXPECT_EQ(Get(0x081FFFFC), 0xFFFFFFFFu);
}

TEST_F(FlashH7Test, AProgramsStoresReachTheFlashOnlyThroughItsBuffer) {
  // ldr r0, =0x08000200; movs r1, #0x55; str r1, [r0]; b .
  Program({0x4802, 0x2155, 0x6001, 0xE7FE, 0xBF00, 0xBF00, 0x0200, 0x0800});
  chip.Run(1000);
  EXPECT_EQ(Get(kFlash + 0x200), 0xFFFFFFFFu) << "locked";
  EXPECT_NE(Get(kSr) & kPgsErr, 0u);
}

}  // namespace
}  // namespace edgerack::vboard
