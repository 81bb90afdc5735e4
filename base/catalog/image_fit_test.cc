#include "base/catalog/image_fit.h"

#include <cstring>

#include "base/files.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"

namespace edgerack {
namespace {

using ::testing::HasSubstr;

Chip ChipOf(const std::string& file) {
  const std::string path = "firmware/family/" + file;
  return ParseChip(ReadFile(path).value_or(""), path).value_or(Chip{});
}

std::string Words(const std::vector<uint32_t>& words) {
  std::string bytes(words.size() * 4, '\0');
  std::memcpy(bytes.data(), words.data(), bytes.size());
  return bytes;
}

// A vector table, and a word of code behind it.
ElfSegment Program(uint32_t address, uint32_t stack, uint32_t entry) {
  return {address, Words({stack, entry, 0xE7FE'E7FE})};
}

class ImageFit : public testing::Test {
 protected:
  std::string Refusal(const std::vector<ElfSegment>& image, const Chip& chip) {
    const absl::Status status = CheckImageFitsChip(image, chip);
    EXPECT_EQ(ErrorCodeOf(status), "FIRMWARE_NOT_FOR_CHIP") << status;
    EXPECT_EQ(ErrorClassOf(status), ErrorClass::kUser);
    return ErrorMessageOf(status);
  }
  const Chip f746_ = ChipOf("stm32f7/chips/stm32f746.toml");
  const Chip an547_ = ChipOf("mps3/chips/mps3-an547.toml");
};

TEST_F(ImageFit, TakesWhatTheChipCanStart) {
  EXPECT_TRUE(CheckImageFitsChip({Program(0x0800'0000, 0x2005'0000, 0x0800'0009)}, f746_).ok());
  // Linked for the flash's alias at the ITCM bus, loaded at the flash itself.
  EXPECT_TRUE(CheckImageFitsChip({Program(0x0800'0000, 0x2001'0000, 0x0020'0009)}, f746_).ok());
  EXPECT_EQ(ImageBytes({Program(0, 0, 0), {9, "abc"}}), 15);
}

TEST_F(ImageFit, WritesNothingButTheMemoryItStartsFrom) {
  const ElfSegment program = Program(0x0800'0000, 0x2005'0000, 0x0800'0009);
  const struct {
    uint32_t address;
    size_t bytes;
  } kWrong[] = {{0x1FFF'0000, 32},  // option bytes
                {0x2000'0000, 4},   // RAM
                {0x4002'3C14, 4},   // a register
                {0x0810'0000, 1},   // behind the flash
                {0x080F'FFFF, 2},   // half behind it
                {0x0020'0000, 4},   // the alias, which is read only
                {0xFFFF'FFFF, 2}};  // wraps
  for (const auto& wrong : kWrong) {
    const std::string message =
        Refusal({program, {wrong.address, std::string(wrong.bytes, 'x')}}, f746_);
    EXPECT_THAT(message, HasSubstr("FLASH 0x08000000..0x080fffff")) << message;
  }
}

TEST_F(ImageFit, RefusesWhatWouldNotStart) {
  EXPECT_THAT(Refusal({Program(0x0802'0000, 0x2005'0000, 0x0802'0009)}, f746_),
              HasSubstr("no vector table at 0x08000000"));
  EXPECT_THAT(Refusal({Program(0x0800'0000, 0x3000'0000, 0x0800'0009)}, f746_),
              HasSubstr("starts the stack at 0x30000000"));
  EXPECT_THAT(Refusal({Program(0x0800'0000, 0x2005'0000, 0x0800'0008)}, f746_),
              HasSubstr("no Thumb code"));
  EXPECT_THAT(Refusal({Program(0x0800'0000, 0x2005'0000, 0x0808'0009)}, f746_),
              HasSubstr("no Thumb code"));
}

TEST_F(ImageFit, RefusesSegmentsThatOverlap) {
  const ElfSegment program = Program(0x0800'0000, 0x2005'0000, 0x0800'0009);
  EXPECT_THAT(Refusal({program, {0x0800'0008, "code"}}, f746_), HasSubstr("overlap"));
}

TEST_F(ImageFit, AChipThatStartsFromRamTakesRam) {
  const auto at = static_cast<uint32_t>(an547_.layout.firmware_address);
  const MemoryRegion* stack = an547_.FindMemory(an547_.layout.stack_region);
  ASSERT_NE(stack, nullptr);
  const auto top = static_cast<uint32_t>(stack->address + 1024);
  EXPECT_TRUE(CheckImageFitsChip({Program(at, top, at + 9)}, an547_).ok());
  Refusal({Program(at, top, at + 9), {0x4000'0000, "register"}}, an547_);
}

}  // namespace
}  // namespace edgerack
