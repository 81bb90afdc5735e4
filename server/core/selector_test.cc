#include "server/core/selector.h"

#include "gtest/gtest.h"

namespace edgerack::core {
namespace {

Board Disco() {
  Board board;
  board.id = BoardId("desk-1");
  board.kind = "stm32f746g-disco";
  board.chip = "stm32f746";
  board.family = "stm32f7";
  board.tags = {"lab", "fast"};
  return board;
}

bool Matches(const std::string& text) {
  auto selector = Selector::Parse(text);
  EXPECT_TRUE(selector.ok()) << text;
  return selector.ok() && selector->Matches(Disco());
}

TEST(SelectorTest, MatchesEachKey) {
  for (const char* text : {"desk-1", "id=desk-1", "kind=stm32f746g-disco", "chip=stm32f746",
                           "family=stm32f7", "tag=lab", "tag=fast"}) {
    EXPECT_TRUE(Matches(text)) << text;
  }
  for (const char* text : {"desk-2", "kind=nucleo-f746zg", "chip=stm32f7", "family=stm32h7",
                           "tag=slow", "stm32f746g-disco"}) {
    EXPECT_FALSE(Matches(text)) << text;
  }
}

TEST(SelectorTest, CommasJoinConditions) {
  EXPECT_TRUE(Matches("family=stm32f7,tag=lab"));
  EXPECT_TRUE(Matches(" family=stm32f7 , tag=lab "));
  EXPECT_FALSE(Matches("family=stm32f7,tag=slow"));
}

TEST(SelectorTest, TextIsNormalized) {
  EXPECT_EQ(Selector::Parse(" chip=a , tag=b ")->text(), "chip=a,tag=b");
}

TEST(SelectorTest, RefusesWhatItCannotRead) {
  for (const std::string& text :
       {std::string(), std::string(","), std::string("chip="), std::string("color=red"),
        std::string("a b"), std::string("chip=a,"), std::string("x\0y", 3),
        std::string(2000, 'a')}) {
    auto selector = Selector::Parse(text);
    ASSERT_FALSE(selector.ok()) << text;
    EXPECT_EQ(ErrorCodeOf(selector.status()), "BAD_SELECTOR");
    EXPECT_EQ(ErrorClassOf(selector.status()), ErrorClass::kUser);
  }
}

}  // namespace
}  // namespace edgerack::core
