#include "server/control/kept_trace.h"

#include <nlohmann/json.hpp>

#include "base/files.h"
#include "gtest/gtest.h"
#include "server/compile_client/test_package.h"

namespace edgerack::control {
namespace {

class KeptTraceTest : public testing::Test {
 protected:
  KeptTraceTest() {
    artifacts = *store::ArtifactStore::Open(dir.path());
    plan.compiled.input_bytes = {2, 1};
    plan.compiled.package_sha256 = Stored(compile_client::TestPackage({2, 1}, {4}));
    plan.prepared.samples = 3;
    plan.prepared.host_samples = 9;
    plan.prepared.inputs_sha256 = Stored("abcdefghi");
    plan.prepared.trace_samples = 2;
    plan.prepared.trace_sha256 = Stored(std::string("\x01\x02\x03\x84\x05\0\0\0", 8));
  }
  std::string Stored(const std::string& bytes) { return artifacts->Put(bytes)->sha256; }

  TempDir dir;
  std::unique_ptr<store::ArtifactStore> artifacts;
  core::RunPlan plan;
};

TEST_F(KeptTraceTest, TheHostsCrcsAreLittleEndian) {
  auto trace = ReadHostTrace(plan, *artifacts);
  ASSERT_TRUE(trace.ok()) << trace.status();
  EXPECT_EQ(trace->crc32, (std::vector<uint32_t>{0x84030201u, 5u}));
  EXPECT_TRUE(trace->outputs.empty());  // the package has no layers
  plan.prepared.trace_sha256 = std::string(64, '0');
  EXPECT_EQ(ErrorCodeOf(ReadHostTrace(plan, *artifacts).status()), "ARTIFACT_NOT_FOUND");
  plan.prepared.trace_samples = 0;
  EXPECT_TRUE(ReadHostTrace(plan, *artifacts)->crc32.empty());
}

TEST_F(KeptTraceTest, ItIsKeptWithTheInputsItBelongsTo) {
  core::BoardTrace trace;
  trace.samples = 2;
  trace.crc32 = {7, 0xFFFFFFFFu};
  trace.differing = {{1, 4, 0, "xyz"}};
  auto kept = KeepTrace(plan, trace, *artifacts);
  ASSERT_TRUE(kept.ok()) << kept.status();
  EXPECT_EQ(kept->samples, 2);
  const auto json = nlohmann::json::parse(*artifacts->Read(kept->sha256));
  EXPECT_EQ(json["sample_indices"], (std::vector<int>{0, 3, 6}));
  EXPECT_EQ(json["inputs"], "YWJjZGVm");  // abcdef
  EXPECT_EQ(json["crc32"][1], 0xFFFFFFFFu);
  EXPECT_EQ(json["differing"][0]["layer"], 4);
  EXPECT_EQ(json["differing"][0]["data"], "eHl6");
}

}  // namespace
}  // namespace edgerack::control
