#include "agent/board/layer_outputs.h"

#include <gtest/gtest.h>

#include "agent/link/fake_package.h"

namespace edgerack::agent {
namespace {

TEST(LayerOutputs, AreTheTensorsBehindTheInputs) {
  const std::string package = FakePackageWithLayers({4, 8, 12});
  auto layers = LayerOutputs(package);
  ASSERT_TRUE(layers.ok()) << layers.status();
  ASSERT_EQ(layers->size(), 3u);
  for (size_t i = 0; i < 3; ++i) {
    ASSERT_EQ((*layers)[i].size(), 1u);
    EXPECT_EQ((*layers)[i][0].tensor, static_cast<int32_t>(i));
    EXPECT_EQ((*layers)[i][0].bytes, static_cast<int64_t>(4 * i + 4));
  }
}

TEST(LayerOutputs, TakesAnyBytes) {
  const std::string package = FakePackageWithLayers({4, 8});
  for (size_t bytes = 0; bytes < package.size(); ++bytes) {
    EXPECT_EQ(ErrorCodeOf(LayerOutputs(package.substr(0, bytes)).status()), "PACKAGE_BROKEN")
        << bytes;
  }
  std::string wild = package;
  er_package_header_t header{};
  std::memcpy(&header, wild.data(), sizeof header);
  header.tensor_count = 1;  // layer 1 names tensor 1
  std::memcpy(wild.data(), &header, sizeof header);
  EXPECT_FALSE(LayerOutputs(wild).ok());
}

}  // namespace
}  // namespace edgerack::agent
