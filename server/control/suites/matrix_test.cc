#include "server/control/suites/matrix.h"

#include "gtest/gtest.h"
#include "server/control/submission.h"

namespace edgerack::control {
namespace {

core::Board BoardOf(const std::string& id, const std::string& kind) {
  core::Board board;
  board.id = core::BoardId(id);
  board.kind = kind;
  board.state = core::BoardState::kIdle;
  return board;
}

core::SuiteSpec SomeSpec() {
  core::SuiteSpec spec;
  spec.models = {{.label = "a", .model = core::ModelId("m1"), .options = {{"samples", "5"}}},
                 {.label = "b", .model = core::ModelId("m2"), .quantize = "int8"}};
  spec.boards = {"kind=f7", "x2"};
  spec.variants = {{.label = "plain"},
                   {.label = "other", .options = {{"samples", "9"}}, .quantize = "none"}};
  return spec;
}

TEST(CasesOf, IsEachCombinationOnce) {
  const auto cases =
      CasesOf(SomeSpec(), {BoardOf("x1", "f7"), BoardOf("x2", "f7"), BoardOf("x3", "h7")}, 0);
  ASSERT_TRUE(cases.ok()) << cases.status();
  ASSERT_EQ(cases->size(), 8u);  // 2 models × 2 boards × 2 variants; x2 matches twice
  EXPECT_EQ(cases->front().key, "a/x1/plain");
  EXPECT_EQ(cases->front().spec.board_selector, "x1");
  EXPECT_EQ(cases->front().spec.options.at("samples"), "5");
  EXPECT_EQ((*cases)[1].spec.options.at("samples"), "9");
  EXPECT_EQ(cases->back().key, "b/x2/other");
  EXPECT_EQ(cases->back().spec.quantize, "none");
  EXPECT_EQ((*cases)[4].spec.quantize, "int8");
}

TEST(CasesOf, ABoardThatIsAwayDoesNotHoldUpTheNight) {
  core::SuiteSpec spec = SomeSpec();
  auto cases = CasesOf(spec, {BoardOf("x2", "f7")}, 0);
  EXPECT_EQ((*cases)[0].spec.options.at("timeout.queue_ms"), "14400000");
  spec.models[0].options["timeout.queue_ms"] = "1000";
  cases = CasesOf(spec, {BoardOf("x2", "f7")}, 0);
  EXPECT_EQ((*cases)[0].spec.options.at("timeout.queue_ms"), "1000");
}

TEST(CasesOf, BoardsThatAreGoneAreLeftOutUnlessAllAre) {
  core::Board gone = BoardOf("x1", "f7");
  gone.state = core::BoardState::kOffline;
  gone.last_seen_time_ms = 1;
  const int64_t later = kAllBoardsForgetMs + 2;
  EXPECT_EQ(CasesOf(SomeSpec(), {gone, BoardOf("x2", "f7")}, later)->size(), 4u);
  core::SuiteSpec spec = SomeSpec();
  spec.boards = {"kind=f7"};
  EXPECT_EQ(CasesOf(spec, {gone}, later)->size(), 4u);
}

TEST(CasesOf, ASelectorWithoutABoardIsAnError) {
  EXPECT_EQ(ErrorCodeOf(CasesOf(SomeSpec(), {BoardOf("x3", "h7")}, 0).status()),
            "NO_MATCHING_BOARD");
}

}  // namespace
}  // namespace edgerack::control
