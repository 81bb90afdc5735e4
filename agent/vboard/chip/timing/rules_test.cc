// Each rule of the model as a short piece of code whose cycles are counted: timing/rules/*.s hold
// the code and what it must cost, docs/cycle_model.md where that is known from.
#include <gtest/gtest.h>

#include <cmath>
#include <cstdlib>
#include <fstream>
#include <iterator>
#include <ostream>

#include "agent/vboard/chip/test_chip.h"

namespace edgerack::vboard {
namespace {

constexpr uint32_t kDtcmData = 0x20008000, kStack = 0x20004000;
constexpr uint32_t kFlash = 0x08000000, kFlashAlias = 0x00200000, kItcm = 0;

// As the assembler lays it out.
struct Record {
  char name[48];
  char section[8];
  uint32_t hundredths, place;
  uint32_t pieces;  // that the longer program runs more than the shorter
  uint32_t short_program, long_program;
};
static_assert(sizeof(Record) == 76);

struct Rule {
  Record record;
  std::string file;
};

void PrintTo(const Rule& rule, std::ostream* out) {
  *out << rule.record.name << ", section " << rule.record.section;
}

std::vector<uint8_t> ReadBytes(const std::string& name) {
  const char* folder = std::getenv("VBOARD_RULES");
  std::ifstream file(std::string(folder == nullptr ? "" : folder) + "/" + name, std::ios::binary);
  return {std::istreambuf_iterator<char>(file), {}};
}

std::vector<Rule> RulesOf(const std::string& file) {
  const std::vector<uint8_t> bytes = ReadBytes(file + ".rules");
  std::vector<Rule> rules;
  for (size_t at = 0; at + sizeof(Record) <= bytes.size(); at += sizeof(Record)) {
    Rule rule;
    std::memcpy(&rule.record, &bytes[at], sizeof(Record));
    rule.file = file;
    rules.push_back(rule);
  }
  return rules;
}

// Where the code stands and what is on, by the number that in_place gives in the rules' file.
struct Place {
  uint32_t code;
  bool caches;
  uint32_t flash_acr;
};
constexpr uint32_t kSevenWaitStates = 7, kAccelerator = 1u << 9;
constexpr Place kPlaces[] = {
    {kItcm, true, kSevenWaitStates | kAccelerator},
    {kItcm, false, kSevenWaitStates},
    {kFlash, true, kSevenWaitStates},
    {kFlash, false, kSevenWaitStates},
    {kFlashAlias, false, kSevenWaitStates | kAccelerator},
    {kFlashAlias, false, kSevenWaitStates},
};

class RuleTest : public ::testing::TestWithParam<Rule> {
 protected:
  RuleTest()
      : is_core_(GetParam().file == "core"),
        facts_(TestFacts(is_core_ ? kH743File : kF746File)),
        chip_(facts_, ChipOptions()) {}

  void Put(uint32_t address, uint32_t value) { ASSERT_TRUE(chip_.DebugWrite(address, 4, value)); }

  void SetUpCore(const Place& place) {
    chip_.PowerOn();
    const std::vector<uint8_t> code = ReadBytes(GetParam().file + ".code");
    const Memory* memory = chip_.bus().FindMemory(place.code, static_cast<uint32_t>(code.size()));
    ASSERT_NE(memory, nullptr) << "the rules' code does not fit";
    std::memcpy(memory->bytes + (place.code - memory->fact.address), code.data(), code.size());
    chip_.processor().CodeChanged(place.code, static_cast<uint32_t>(code.size()));
    for (uint32_t at = 0; at < 4096; at += 4) Put(kDtcmData + at, kDtcmData);
    Put(0xE000ED88, 0xFu << 20);  // CPACR: floating point
    if (place.caches) Put(0xE000ED14, 3u << 16);
    if (!is_core_) Put(0x40023C00, place.flash_acr);
  }

  uint64_t CyclesOf(const Place& place, uint32_t program) {
    SetUpCore(place);
    Core& core = chip_.processor().core();
    for (int i = 0; i <= 5; ++i) core.set_r(i, 0x11 * static_cast<uint32_t>(i));
    core.set_r(6, kDtcmData);
    core.set_r(8, 1);
    core.set_r(9, 0);
    core.set_r(13, kStack);
    for (int i = 0; i < 32; ++i) core.set_s(i, 0x3F800000);
    core.set_xpsr(1u << 24);
    core.set_r(15, place.code + (program & ~1u));
    const uint64_t before = chip_.clock().cycles();
    EXPECT_EQ(chip_.Run(10'000'000), RunResult::kSleeping);
    return chip_.clock().cycles() - before;
  }

  const bool is_core_;
  ChipFacts facts_;
  Chip chip_;
};

TEST_P(RuleTest, CostsWhatItsSourceSays) {
  const Record& record = GetParam().record;
  ASSERT_LT(record.place, std::size(kPlaces));
  const Place& place = kPlaces[record.place];
  const uint64_t longer = CyclesOf(place, record.long_program);
  const uint64_t shorter = CyclesOf(place, record.short_program);
  const double cycles =
      (static_cast<double>(longer) - static_cast<double>(shorter)) / record.pieces;
  const double expected = record.hundredths / 100.0;
  // Waits for memory count from the issue or from the cycle after it: their sources do not say.
  const double slack = is_core_ ? 0.05 : 1.0;
  EXPECT_NEAR(cycles, expected, std::max(0.05 * expected, slack)) << record.name;
}

std::string NameOf(const ::testing::TestParamInfo<Rule>& info) { return info.param.record.name; }

INSTANTIATE_TEST_SUITE_P(Core, RuleTest, ::testing::ValuesIn(RulesOf("core")), NameOf);
INSTANTIATE_TEST_SUITE_P(Memory, RuleTest, ::testing::ValuesIn(RulesOf("memory")), NameOf);

TEST(Rules, AreThere) {
  EXPECT_GE(RulesOf("core").size(), 90u);
  EXPECT_GE(RulesOf("memory").size(), 20u);
}

}  // namespace
}  // namespace edgerack::vboard
