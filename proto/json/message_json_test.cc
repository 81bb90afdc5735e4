#include "proto/json/message_json.h"

#include <google/protobuf/dynamic_message.h>

#include "edgerack/v1/jobs.pb.h"
#include "edgerack/v1/results.pb.h"
#include "gtest/gtest.h"

namespace edgerack {
namespace {

TEST(JsonTest, PrintsKnownZerosAndLeavesOutTheUnknown) {
  v1::Result result;
  result.set_id("r1");
  result.mutable_latency()->set_estimated(false);
  result.set_macs(0);
  auto json = ToJson(result);
  EXPECT_EQ(json["latency"]["estimated"], false);
  EXPECT_EQ(json["macs"], 0);
  EXPECT_FALSE(json.contains("instructions"));
  EXPECT_FALSE(json.contains("accuracy"));
  EXPECT_FALSE(json["latency"].contains("median_ms"));
  EXPECT_FALSE(json.contains("verdict"));
}

TEST(JsonTest, LargeIntegersAreNumbers) {
  v1::Result result;
  result.set_instructions(9'007'199'254'740'991);
  EXPECT_EQ(ToJson(result).dump().find("\"9007"), std::string::npos);
  EXPECT_EQ(ToJson(result)["instructions"].get<int64_t>(), 9'007'199'254'740'991);
}

TEST(JsonTest, EnumsByNameAndClassUnderItsOwnName) {
  v1::Job job;
  job.set_state(v1::Job::FAILED);
  job.mutable_error()->set_error_class(v1::BOARD);
  auto json = ToJson(job);
  EXPECT_EQ(json["state"], "FAILED");
  EXPECT_EQ(json["error"]["class"], "BOARD");
}

TEST(JsonTest, MapsAreObjectsAndTimesAreText) {
  v1::Result result;
  (*result.mutable_provenance()->mutable_options())["kernels"] = "ref";
  result.mutable_create_time()->set_seconds(0);
  auto json = ToJson(result);
  EXPECT_EQ(json["provenance"]["options"]["kernels"], "ref");
  EXPECT_EQ(json["create_time"], "1970-01-01T00:00:00Z");
}

TEST(JsonTest, BytesAreLeftOutUnlessAskedFor) {
  v1::OutputTensor tensor;
  tensor.set_data(std::string("\0\xff\x10", 3));
  EXPECT_FALSE(ToJson(tensor).contains("data"));
  EXPECT_EQ(ToJson(tensor, BytesAs::kBase64)["data"], "AP8Q");
}

TEST(JsonTest, ADynamicMessageIsPrintedAsTheGeneratedOne) {
  v1::Job job;
  job.mutable_create_time()->set_seconds(5);
  (*job.mutable_spec()->mutable_options())["kernels"] = "ref";
  job.add_runs()->set_attempt(2);
  google::protobuf::DescriptorPool pool(google::protobuf::DescriptorPool::generated_pool());
  google::protobuf::DynamicMessageFactory factory(&pool);
  std::unique_ptr<google::protobuf::Message> dynamic(
      factory.GetPrototype(v1::Job::descriptor())->New());
  ASSERT_TRUE(dynamic->ParseFromString(job.SerializeAsString()));
  EXPECT_EQ(ToJson(*dynamic).dump(), ToJson(job).dump());
}

}  // namespace
}  // namespace edgerack
