#include "agent/vboard/chip/timing/address_plan.h"

#include <gtest/gtest.h>

#include "agent/vboard/chip/timing/decode.h"

namespace edgerack::vboard {
namespace {

constexpr uint32_t kAddress = 0x08000100;

std::optional<AddressPlan> PlanOf(const std::vector<uint16_t>& code) {
  const MicroOpDecoder decoder;
  const auto* bytes = reinterpret_cast<const uint8_t*>(code.data());
  return AddressPlan::Make(decoder.Decode(bytes, kAddress, 2 * code.size()));
}

CoreRegisters Registers() {
  CoreRegisters registers{};
  for (uint32_t i = 0; i < registers.size(); ++i) registers[i] = 0x20000000 + (i << 12);
  registers[2] = 5;
  return registers;
}

std::vector<uint32_t> AddressesOf(const std::vector<uint16_t>& code) {
  const auto plan = PlanOf(code);
  EXPECT_TRUE(plan.has_value());
  std::vector<uint32_t> addresses;
  for (size_t i = 0; plan && i < plan->size(); ++i) {
    addresses.push_back(plan->access(i, Registers()).address);
  }
  return addresses;
}

using Addresses = std::vector<uint32_t>;

TEST(AddressPlan, FollowsWriteBack) {
  // ldr r0,[r1],#4; ldr r0,[r1]; ldr r0,[r1,#-8]!; ldr r0,[r1]
  EXPECT_EQ(AddressesOf({0xF851, 0x0B04, 0x6808, 0xF851, 0x0D08, 0x6808}),
            (Addresses{0x20001000, 0x20001004, 0x20000FFC, 0x20000FFC}));
}

TEST(AddressPlan, AddsAnIndexOnce) {
  // ldr r0,[r1,r2,lsl #2]; add r3,r1,#16; ldr r0,[r3,r2]
  EXPECT_EQ(AddressesOf({0xF851, 0x0022, 0xF101, 0x0310, 0x5898}),
            (Addresses{0x20001014, 0x20001015}));
  // add r3,r1,r2; ldr r0,[r3,r4]: three registers
  EXPECT_FALSE(PlanOf({0x188B, 0x5918}).has_value());
}

TEST(AddressPlan, KnowsConstantsAndLiterals) {
  // movs r3,#8; ldr r0,[r1,r3]; ldr r0,[pc,#4]
  EXPECT_EQ(AddressesOf({0x2308, 0x58C8, 0x4801}), (Addresses{0x20001008, 0x0800010C}));
}

TEST(AddressPlan, CountsTheWordsOfAMultiple) {
  // push {r4,lr}; pop {r4,pc}
  EXPECT_EQ(AddressesOf({0xB510, 0xBD10}),
            (Addresses{0x2000CFF8, 0x2000CFFC, 0x2000CFF8, 0x2000CFFC}));
}

TEST(AddressPlan, NamesTheRegistersItNeeds) {
  const auto plan = PlanOf({0xF851, 0x0022});
  ASSERT_TRUE(plan.has_value());
  EXPECT_EQ(plan->needs(), 1u << 1 | 1u << 2);
  EXPECT_EQ(plan->access(0, Registers()).size_bytes, 4u);
  // mov r3,r1; ldrb r0,[r3]: r3 is r1
  EXPECT_EQ(PlanOf({0x460B, 0x7818})->needs(), 1u << 1);
}

TEST(AddressPlan, ThereIsNoneForWhatOnlyRunningTells) {
  // ldr r1,[r0]; ldr r2,[r1]
  EXPECT_FALSE(PlanOf({0x6801, 0x680A}).has_value());
  // muls r1,r2; ldr r0,[r1]
  EXPECT_FALSE(PlanOf({0x4351, 0x6808}).has_value());
  // it eq; ldreq r0,[r1]
  EXPECT_FALSE(PlanOf({0xBF08, 0x6808}).has_value());
  // it eq; addeq r1,#4; ldr r0,[r1]
  EXPECT_FALSE(PlanOf({0xBF08, 0x3104, 0x6808}).has_value());
  // ldrex r0,[r1]; strex r2,r0,[r1]
  EXPECT_FALSE(PlanOf({0xE851, 0x0F00, 0xE841, 0x0200}).has_value());
}

TEST(AddressPlan, IsEmptyWithoutAccesses) {
  // adds r0,#1; bne .
  const auto plan = PlanOf({0x3001, 0xD1FE});
  ASSERT_TRUE(plan.has_value());
  EXPECT_EQ(plan->size(), 0u);
  EXPECT_EQ(plan->needs(), 0u);
}

}  // namespace
}  // namespace edgerack::vboard
