#include "agent/vboard/chip/block_model.h"

#include <gtest/gtest.h>

#include <vector>

namespace edgerack::vboard {
namespace {

BlockFigures Decode(const std::vector<uint16_t>& code) {
  return BlockModel().Decode(reinterpret_cast<const uint8_t*>(code.data()), 0x08000000,
                             2 * code.size());
}

TEST(BlockModel, FindsFloatingPointDivisionAndEvents) {
  const BlockFigures figures = Decode({0x2001, 0xEE30, 0x0A00, 0xFBB2, 0xF0F1, 0xBF40});
  EXPECT_EQ(figures.flags, kBlockHasFp | kBlockHasDivide | kBlockHasSendEvent);
  EXPECT_EQ(figures.first_fp_offset, 2u);
  EXPECT_EQ(figures.first_divide_offset, 6u);
  EXPECT_EQ(figures.instructions, 4u);
}

TEST(BlockModel, FindsChangesOfTheMasks) {
  EXPECT_EQ(Decode({0x2001, 0xB662}).flags, kBlockChangesMasks);          // cpsie i
  EXPECT_EQ(Decode({0xF380, 0x8811, 0xBF00}).flags, kBlockChangesMasks);  // msr basepri, r0
  EXPECT_EQ(Decode({0xF3EF, 0x8010}).flags, 0);                           // mrs r0, primask
}

TEST(BlockModel, FindsTheInstructionOfAFailedAccess) {
  // movs r0,#1; ldr r3,[r2]; ldr r4,[r2,#4]; push {r4}
  const std::vector<uint16_t> code = {0x2001, 0x6813, 0x6854, 0xB410};
  const auto* bytes = reinterpret_cast<const uint8_t*>(code.data());
  const auto reg = [](int number) { return number == 2 ? 0x70000000u : 0x20001000u; };
  BlockModel model;
  EXPECT_EQ(model.FindAccess(bytes, 0x08000000, 8, 0x70000000, reg), 2u);
  EXPECT_EQ(model.FindAccess(bytes + 4, 0x08000004, 4, 0x70000004, reg), 0u);
  EXPECT_EQ(model.FindAccess(bytes, 0x08000000, 8, 0x20000FFC, reg), 6u);
  EXPECT_EQ(model.FindAccess(bytes, 0x08000000, 8, 0x40000000, reg), std::nullopt);
}

TEST(BlockModel, AnyBytesAreDecodedToTheEnd) {
  std::vector<uint16_t> code;
  for (uint32_t i = 0; i < 65536; i += 7) code.push_back(static_cast<uint16_t>(i));
  const BlockFigures figures = Decode(code);
  EXPECT_GE(figures.instructions, code.size() / 2);
  EXPECT_LE(figures.instructions, code.size());
}

}  // namespace
}  // namespace edgerack::vboard
