#include "server/core/run_options.h"

#include "gtest/gtest.h"

namespace edgerack::core {
namespace {

TEST(RunOptionsTest, DefaultsAreTheDocumentedOnes) {
  auto options = ParseRunOptions({});
  ASSERT_TRUE(options.ok());
  EXPECT_EQ(options->warmup_runs, 2);
  EXPECT_EQ(options->timed_runs, 20);
  EXPECT_EQ(options->board_samples, 100);
  EXPECT_EQ(options->timeouts.queue_ms, 86'400'000);
  EXPECT_EQ(options->timeouts.AttemptMs(), 30'000 + 120'000 + 15'000 + 120'000 + 1'200'000);
}

TEST(RunOptionsTest, TakesItsOwnAndPassesTheRestOn) {
  auto options = ParseRunOptions({{"warmup", "0"},
                                  {"samples", "5"},
                                  {"trace", "16"},
                                  {"functions", "500"},
                                  {"timeout.flash_ms", "1234"},
                                  {"kernels", "ref"}});
  ASSERT_TRUE(options.ok());
  EXPECT_EQ(options->warmup_runs, 0);
  EXPECT_EQ(options->timed_runs, 5);
  EXPECT_EQ(options->trace_samples, 16);
  EXPECT_EQ(options->function_samples, 500);
  EXPECT_EQ(options->timeouts.flash_ms, 1234);
  EXPECT_EQ(options->compile_options.size(), 1u);
  EXPECT_EQ(options->compile_options.at("kernels"), "ref");
}

TEST(RunOptionsTest, BuildAndFpuNameAFirmwareVariant) {
  auto variant = [](const std::map<std::string, std::string>& options) {
    auto parsed = ParseRunOptions(options);
    EXPECT_TRUE(parsed.ok() && parsed->compile_options.empty());
    return parsed.ok() ? parsed->firmware_variant : "";
  };
  EXPECT_EQ(variant({}), "");
  EXPECT_EQ(variant({{"build", "O3"}, {"fpu", "on"}}), "");
  EXPECT_EQ(variant({{"build", "O0"}}), "O0");
  EXPECT_EQ(variant({{"fpu", "off"}}), "O3-nofpu");
  EXPECT_EQ(variant({{"fpu", "off"}, {"build", "Os"}}), "Os-nofpu");
}

TEST(RunOptionsTest, ConditionsOfTheBoard) {
  auto usual = ParseRunOptions({});
  ASSERT_TRUE(usual.ok());
  EXPECT_EQ(usual->conditions.clock_hz, 0);
  EXPECT_TRUE(usual->conditions.icache && usual->conditions.dcache && usual->conditions.art);
  EXPECT_EQ(usual->conditions.placement, Placement{});
  auto options = ParseRunOptions({{"clock", "288"}, {"icache", "off"}, {"art", "off"}});
  ASSERT_TRUE(options.ok());
  EXPECT_EQ(options->conditions.clock_hz, 288'000'000);
  EXPECT_FALSE(options->conditions.icache);
  EXPECT_TRUE(options->conditions.dcache);
  EXPECT_FALSE(options->conditions.art);
  EXPECT_TRUE(options->compile_options.empty());
}

// The board is told where things lie, and the compiler judges whether they fit there.
TEST(RunOptionsTest, PlacementIsForBoardAndCompiler) {
  auto options = ParseRunOptions(
      {{"arena", "DTCM"}, {"weights", "SRAM1"}, {"code", "ITCM"}, {"stack", "SRAM2"}});
  ASSERT_TRUE(options.ok());
  EXPECT_EQ(options->conditions.placement, (Placement{"DTCM", "SRAM1", "ITCM", "SRAM2"}));
  EXPECT_EQ(options->compile_options.size(), 4u);
}

TEST(RunOptionsTest, RefusesBadValues) {
  const std::map<std::string, std::string> bad = {{"samples", "0"},
                                                  {"trace", "17"},
                                                  {"build", "O4"},
                                                  {"fpu", "0"},
                                                  {"dcache", "yes"},
                                                  {"clock", "216 MHz"},
                                                  {"clock", "0"},
                                                  {"clock", "1001"},
                                                  {"sample_seed", "-1"},
                                                  {"warmup", "-1"},
                                                  {"board_samples", "many"},
                                                  {"timeout.flash_ms", "0"},
                                                  {"timeout.nap_ms", "10"},
                                                  {"timeout.flash", "10"},
                                                  {"timeout._ms", "1"},
                                                  {"", "1"},
                                                  {"a=b", "1"},
                                                  {"--out", "/etc/passwd"}};
  for (const auto& [key, value] : bad) {
    auto options = ParseRunOptions({{key, value}});
    ASSERT_FALSE(options.ok()) << key;
    EXPECT_EQ(ErrorCodeOf(options.status()), "BAD_OPTION");
    EXPECT_EQ(ErrorClassOf(options.status()), ErrorClass::kJob);
  }
}

}  // namespace
}  // namespace edgerack::core
