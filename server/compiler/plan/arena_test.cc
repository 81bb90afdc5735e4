#include "server/compiler/plan/arena.h"

#include <random>

#include "gtest/gtest.h"

namespace edgerack::compiler {
namespace {

void ExpectSound(const std::vector<ArenaBuffer>& buffers, const ArenaLayout& layout) {
  ASSERT_EQ(layout.offsets.size(), buffers.size());
  for (size_t i = 0; i < buffers.size(); ++i) {
    EXPECT_EQ(layout.offsets[i] % 16, 0);
    EXPECT_GE(layout.offsets[i], 0);
    EXPECT_LE(layout.offsets[i] + buffers[i].bytes, layout.bytes);
    for (size_t j = 0; j < i; ++j) {
      bool together = buffers[i].first <= buffers[j].last && buffers[j].first <= buffers[i].last;
      bool overlap = layout.offsets[i] < layout.offsets[j] + buffers[j].bytes &&
                     layout.offsets[j] < layout.offsets[i] + buffers[i].bytes;
      EXPECT_FALSE(together && overlap) << i << " and " << j;
    }
  }
  EXPECT_GE(layout.bytes, ArenaFloor(buffers, {}, 16));
}

TEST(ArenaTest, EmptyAndSingle) {
  EXPECT_EQ(PlaceBuffers({}, {}, 16).bytes, 0);
  EXPECT_EQ(PlaceBuffers({{5, 0, 1}}, {}, 16).bytes, 16);
}

TEST(ArenaTest, ChainReachesItsFloor) {
  // Each buffer lives with its neighbours only.
  std::vector<ArenaBuffer> chain = {{100, 0, 1}, {700, 1, 2}, {300, 2, 3}, {400, 3, 4}, {50, 4, 5}};
  ArenaLayout layout = PlaceBuffers(chain, {}, 16);
  ExpectSound(chain, layout);
  EXPECT_EQ(layout.bytes, ArenaFloor(chain, {}, 16));
}

TEST(ArenaTest, SearchBeatsGreedyBySize) {
  // Greedy by size strands a hole between the two long-lived buffers; the floor is reachable.
  std::vector<ArenaBuffer> buffers = {{64, 0, 1}, {48, 1, 3}, {64, 2, 4},
                                      {32, 0, 2}, {48, 4, 5}, {32, 3, 5}};
  ArenaLayout layout = PlaceBuffers(buffers, {}, 16);
  ExpectSound(buffers, layout);
  EXPECT_EQ(layout.bytes, ArenaFloor(buffers, {}, 16));
}

TEST(ArenaTest, NoTwoLiveBuffersEverOverlap) {
  std::mt19937 random(3);
  for (int round = 0; round < 150; ++round) {
    std::vector<ArenaBuffer> buffers(1 + random() % 25);
    for (ArenaBuffer& b : buffers) {
      b.bytes = 1 + random() % 5000;
      b.first = static_cast<int>(random() % 20);
      b.last = b.first + static_cast<int>(random() % 8);
    }
    ExpectSound(buffers, PlaceBuffers(buffers, {}, 16));
  }
}

TEST(ArenaTest, AnOutputMayLieOverItsInputFromItsLeadOn) {
  const std::vector<ArenaBuffer> buffers = {{1000, 0, 1}, {900, 1, 2}};
  for (int64_t lead : {-400, 0, 96, 320}) {
    const std::vector<ArenaOverlap> overlaps = {{1, 0, lead}};
    const ArenaLayout layout = PlaceBuffers(buffers, overlaps, 16);
    EXPECT_EQ(layout.bytes, 1008 + std::max<int64_t>(lead, 0)) << lead;
    EXPECT_EQ(layout.bytes, ArenaFloor(buffers, overlaps, 16)) << lead;
    EXPECT_GE(layout.offsets[0] - layout.offsets[1], lead) << lead;
  }
}

TEST(ArenaTest, OffsetsHaveTheirOwnAlignment) {
  const ArenaLayout layout = PlaceBuffers({{100, 0, 1}, {50, 0, 1, 24}}, {}, 16);
  EXPECT_EQ(layout.offsets[1] % 48, 0);
}

TEST(ArenaTest, SameInputSameLayout) {
  std::vector<ArenaBuffer> buffers = {{640, 0, 3}, {480, 1, 2}, {100, 2, 4}, {320, 3, 6}};
  EXPECT_EQ(PlaceBuffers(buffers, {}, 16).offsets, PlaceBuffers(buffers, {}, 16).offsets);
}

}  // namespace
}  // namespace edgerack::compiler
