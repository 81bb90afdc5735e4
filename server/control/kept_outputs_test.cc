#include "server/control/kept_outputs.h"

#include "base/files.h"
#include "gtest/gtest.h"

namespace edgerack::control {
namespace {

TEST(KeptOutputsTest, OnlyWholeSamplesFit) {
  EXPECT_EQ(SamplesThatFit(10, 4, 100), 10);
  EXPECT_EQ(SamplesThatFit(10, 4, 39), 9);
  EXPECT_EQ(SamplesThatFit(10, 40, 39), 0);
  EXPECT_EQ(SamplesThatFit(10, 0, 39), 0);
}

TEST(KeptOutputsTest, TheFirstSamplesOfALargeRunAreKept) {
  TempDir dir;
  auto artifacts = store::ArtifactStore::Open(dir.path());
  ASSERT_TRUE(artifacts.ok()) << artifacts.status();
  core::PreparedSamples prepared;
  prepared.samples = 3;
  prepared.host_samples = 50;
  prepared.output_bytes = kMostOutputBytes / 2;
  prepared.reference_sha256 = "r";
  core::Measurement measurement;
  measurement.samples = 3;
  for (char c : {'a', 'b', 'c'}) {
    measurement.outputs += std::string(static_cast<size_t>(prepared.output_bytes), c);
  }
  auto kept = KeepOutputs(prepared, measurement, **artifacts);
  ASSERT_TRUE(kept.ok()) << kept.status();
  EXPECT_EQ(kept->samples, 2);
  EXPECT_EQ(kept->run_samples, 3);
  EXPECT_EQ(kept->dataset_samples, 50);
  EXPECT_EQ(kept->reference_sha256, "r");
  auto bytes = (*artifacts)->Read(kept->board_sha256);
  ASSERT_TRUE(bytes.ok()) << bytes.status();
  EXPECT_EQ(static_cast<int64_t>(bytes->size()), kMostOutputBytes);
  EXPECT_EQ(bytes->back(), 'b');
}

}  // namespace
}  // namespace edgerack::control
