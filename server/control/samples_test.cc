#include "server/control/samples.h"

#include "gtest/gtest.h"

namespace edgerack::control {
namespace {

TEST(SamplesTest, SpreadsOverTheWholeDataset) {
  EXPECT_EQ(EvenlySpaced(10, 3), (std::vector<int64_t>{0, 3, 6}));
  EXPECT_EQ(EvenlySpaced(4, 4), (std::vector<int64_t>{0, 1, 2, 3}));
  EXPECT_EQ(EvenlySpaced(2, 100), (std::vector<int64_t>{0, 1}));
  EXPECT_EQ(EvenlySpaced(10'000, 100)[99], 9900);
  EXPECT_TRUE(EvenlySpaced(0, 5).empty());
}

TEST(SamplesTest, TakesInputsOutputsAndLabelsTogether) {
  compile_client::PrepareOutput all;
  all.manifest.samples = 4;
  all.manifest.input_bytes = 2;
  all.manifest.output_bytes = 1;
  all.manifest.labels = {10, 11, 12, 13};
  all.inputs = "aabbccdd";
  all.reference = "ABCD";
  auto chosen = Choose(all, 2, 0);
  EXPECT_EQ(chosen.manifest.samples, 2);
  EXPECT_EQ(chosen.inputs, "aacc");
  EXPECT_EQ(chosen.reference, "AC");
  EXPECT_EQ(chosen.manifest.labels, (std::vector<int64_t>{10, 12}));
}

TEST(SamplesTest, ASeedDrawsAtRandomAndAlwaysTheSame) {
  EXPECT_EQ(SampleIndices(10, 3, 0), EvenlySpaced(10, 3));
  EXPECT_EQ(SampleIndices(3, 10, 7), (std::vector<int64_t>{0, 1, 2}));
  std::vector<int> drawn(10);
  for (int64_t seed = 1; seed <= 1000; ++seed) {
    const std::vector<int64_t> indices = SampleIndices(10, 3, seed);
    ASSERT_EQ(indices.size(), 3u);
    ASSERT_EQ(indices, SampleIndices(10, 3, seed));
    ASSERT_TRUE(indices[0] < indices[1] && indices[1] < indices[2]);
    for (int64_t index : indices) ++drawn[static_cast<size_t>(index)];
  }
  for (int times : drawn) EXPECT_NEAR(times, 300, 75);  // five standard deviations
}

}  // namespace
}  // namespace edgerack::control
