#include <cstddef>
#include <cstring>
#include <random>

#include "firmware/package/format.h"
#include "gtest/gtest.h"
#include "server/compiler/emit/package_reader.h"
#include "server/compiler/emit/package_writer.h"
#include "server/compiler/ir/text.h"

namespace edgerack::compiler {
namespace {

constexpr char kGraph[] = R"(graph "g" {
  input %x: int8[1,4] q(0.5, -3)
  const %w: int8[2,4] q(0.25, 0) = [1, 2, 3, 4, 5, 6, 7, 8]
  const %v: int8[2,4] q(0.25, 0) = [1, 2, 3, 4, 5, 6, 7, 8]
  %a: int8[1,2] q(0.5, 1) = fully_connected(%x, %w, none) "a"
  %b: int8[1,2] q(0.5, 1) = fully_connected(%x, %v, none) "b"
  %y: int8[1,2] q(0.5, 0) = add(%a, %b) "y"
  output %y
})";

WrittenPackage Written(er_isa_t isa = ER_ISA_SCALAR) {
  auto graph = ParseGraph(kGraph);
  EXPECT_TRUE(graph.ok()) << graph.status();
  auto program = LowerGraph(*graph, isa, KernelPreference::kFast);
  EXPECT_TRUE(program.ok()) << program.status();
  auto written = WritePackage(*program, PlanMemory(*program), std::string(64, 'a'));
  EXPECT_TRUE(written.ok()) << written.status();
  return *written;
}

// With the checksum its bytes have.
std::string Sealed(std::string bytes) {
  uint32_t crc = 0xFFFFFFFFu;
  for (size_t i = 16; i < bytes.size(); ++i) {
    crc ^= static_cast<uint8_t>(bytes[i]);
    for (int bit = 0; bit < 8; ++bit) crc = (crc >> 1) ^ (0xEDB88320u & (0u - (crc & 1)));
  }
  crc = ~crc;
  std::memcpy(bytes.data() + 12, &crc, 4);
  return bytes;
}

TEST(PackageTest, ReadsBackWhatWasWritten) {
  WrittenPackage written = Written();
  auto info = ReadPackage(written.bytes);
  ASSERT_TRUE(info.ok()) << info.status();
  EXPECT_EQ(info->model_sha256, std::string(64, 'a'));
  ASSERT_EQ(info->inputs.size(), 1u);
  const PackageTensor& x = info->tensors[static_cast<size_t>(info->inputs[0])];
  EXPECT_EQ(x.name, "x");
  EXPECT_EQ(x.shape, (Shape{1, 4}));
  EXPECT_EQ(x.scale, 0.5f);
  EXPECT_EQ(x.zero_point, -3);
  ASSERT_EQ(info->ops.size(), 3u);
  EXPECT_EQ(info->ops[0].name, "a");
  EXPECT_EQ(info->ops[0].inputs.size(), 5u);
  EXPECT_EQ(info->ops[1].inputs[0], info->inputs[0]);
  EXPECT_EQ(info->InputBytes(), 4);
  EXPECT_EQ(info->OutputBytes(), 2);
}

TEST(PackageTest, EqualConstantsAreStoredOnce) {
  WrittenPackage written = Written();
  auto info = ReadPackage(written.bytes);
  ASSERT_TRUE(info.ok());
  EXPECT_EQ(info->tensors[static_cast<size_t>(info->ops[0].inputs[1])].offset,
            info->tensors[static_cast<size_t>(info->ops[1].inputs[1])].offset);
  // Weights, bias, multipliers, shifts, each padded to 16 bytes.
  EXPECT_EQ(written.constants_bytes, 64);
  for (const PackageTensor& t : info->tensors) {
    if (t.constant) {
      EXPECT_EQ(t.offset % 16, 0) << t.name;
    }
  }
}

TEST(PackageTest, PackingsAreReadBack) {
  const std::string bytes = Written(ER_ISA_ARMV7EM).bytes;
  auto info = ReadPackage(bytes);
  ASSERT_TRUE(info.ok()) << info.status();
  const int w = info->ops[0].inputs[1];
  const PackageTensor& weights = info->tensors[static_cast<size_t>(w)];
  EXPECT_EQ(weights.packing, ER_PACKING_ROW_QUADS);
  EXPECT_EQ(weights.shape, (Shape{2, 4}));
  EXPECT_EQ(weights.bytes, 16);
  EXPECT_EQ(weights.offset % ER_PACKAGE_PACKED_ALIGN, 0);

  er_package_header_t header;
  std::memcpy(&header, bytes.data(), sizeof header);
  auto refused = [&](size_t field, char value) {
    std::string bad = bytes;
    bad[header.tensors_offset + static_cast<size_t>(w) * sizeof(er_package_tensor_t) + field] =
        value;
    return ErrorMessageOf(ReadPackage(Sealed(bad)).status());
  };
  EXPECT_NE(refused(offsetof(er_package_tensor_t, packing), 77).find("cannot be"),
            std::string::npos);
  EXPECT_NE(refused(offsetof(er_package_tensor_t, packing), ER_PACKING_ROW_PAIRS).find("shape"),
            std::string::npos);
  EXPECT_NE(refused(offsetof(er_package_tensor_t, place), ER_PLACE_ARENA).find("cannot be"),
            std::string::npos);
  std::string other = bytes;  // the fast kernel that takes canonical weights
  const uint16_t kernel = 0x051;
  std::memcpy(other.data() + header.ops_offset, &kernel, sizeof kernel);
  EXPECT_NE(ErrorMessageOf(ReadPackage(Sealed(other)).status()).find("packed otherwise"),
            std::string::npos);
  std::string flags = bytes;
  flags[offsetof(er_package_header_t, flags)] = 0x40;
  EXPECT_NE(ErrorMessageOf(ReadPackage(Sealed(flags)).status()).find("flags"), std::string::npos);
}

TEST(PackageTest, EveryChangedByteIsNoticed) {
  const std::string good = Written().bytes;
  for (size_t i = 16; i < good.size(); ++i) {
    std::string bad = good;
    bad[i] = static_cast<char>(bad[i] ^ 1);
    EXPECT_EQ(ErrorCodeOf(ReadPackage(bad).status()), "BAD_PACKAGE") << i;
  }
  for (size_t n = 0; n < good.size(); ++n) EXPECT_FALSE(ReadPackage(good.substr(0, n)).ok()) << n;
}

// With a correct checksum around wild content the bounds alone must hold.
TEST(PackageTest, SurvivesMutationsWithAValidChecksum) {
  const std::string good = Written(ER_ISA_ARMV7EM).bytes;
  std::mt19937 random(5);
  for (int round = 0; round < 20'000; ++round) {
    std::string bytes = good;
    for (int edits = 0; edits < 3; ++edits) {
      bytes[16 + random() % (bytes.size() - 16)] = static_cast<char>(random());
    }
    bytes = Sealed(bytes);
    auto info = ReadPackage(bytes);
    if (info.ok()) {
      EXPECT_EQ(info->total_bytes, static_cast<int64_t>(bytes.size()));
    }
  }
}

}  // namespace
}  // namespace edgerack::compiler
