#include "agent/board/layer_name.h"

#include <gtest/gtest.h>

#include <cstring>

#include "firmware/package/format.h"

namespace edgerack::agent {
namespace {

std::string Package() {
  er_package_header_t header{};
  header.magic = ER_PACKAGE_MAGIC;
  header.op_count = 2;
  header.ops_offset = sizeof header;
  header.names_offset = sizeof header + 2 * sizeof(er_package_op_t);
  const std::string names = std::string("\0conv_3\0", 8);
  header.names_bytes = static_cast<uint32_t>(names.size());
  er_package_op_t ops[2] = {};
  ops[1].name_offset = 1;
  std::string package(reinterpret_cast<const char*>(&header), sizeof header);
  package.append(reinterpret_cast<const char*>(ops), sizeof ops);
  return package + names;
}

TEST(DescribeLayer, NamesALayerThatHasAName) {
  EXPECT_EQ(DescribeLayer(Package(), 1), "layer 1 'conv_3'");
  EXPECT_EQ(DescribeLayer(Package(), 0), "layer 0");
}

TEST(DescribeLayer, TakesAnyBytes) {
  EXPECT_EQ(DescribeLayer("", 3), "layer 3");
  EXPECT_EQ(DescribeLayer(Package(), 2), "layer 2");
  const std::string whole = Package();
  for (size_t bytes = 0; bytes < whole.size(); ++bytes) {
    EXPECT_EQ(DescribeLayer(whole.substr(0, bytes), 1).rfind("layer 1", 0), 0u);
  }
  std::string wild = whole;
  const uint32_t far = 0xFFFFFFF0;
  std::memcpy(wild.data() + offsetof(er_package_header_t, names_offset), &far, sizeof far);
  EXPECT_EQ(DescribeLayer(wild, 1), "layer 1");
}

}  // namespace
}  // namespace edgerack::agent
