#include "client/cli/commands/export.h"

#include <algorithm>

#include "gtest/gtest.h"

namespace edgerack::cli {
namespace {

TEST(ExportTest, NothingIsAHeader) {
  const std::string csv = ResultsCsv({});
  EXPECT_EQ(csv.rfind("id,create_time,job,", 0), 0u);
  EXPECT_EQ(std::count(csv.begin(), csv.end(), '\n'), 1);
}

TEST(ExportTest, UnknownIsEmptyAndZeroIsZero) {
  v1::Result result;
  result.set_id("r1");
  result.set_verdict(v1::Result::VALID);
  result.mutable_accuracy()->set_top1(0);
  result.mutable_latency()->set_median_ms(4.125);
  (*result.mutable_provenance()->mutable_options())["samples"] = "3";
  (*result.mutable_provenance()->mutable_options())["build"] = "O0";
  const std::string csv = ResultsCsv({result});
  const std::string header = csv.substr(0, csv.find("\r\n"));
  const std::string line = csv.substr(header.size() + 2);
  EXPECT_EQ(std::count(header.begin(), header.end(), ','),
            std::count(line.begin(), line.end(), ','));
  EXPECT_NE(line.find(",VALID,"), std::string::npos);
  EXPECT_NE(line.find(",4.125,"), std::string::npos);
  EXPECT_NE(line.find(",0,,,build=O0 samples=3\r\n"), std::string::npos) << line;
}

TEST(ExportTest, NamesWithCommasAndQuotesStayOneField) {
  v1::Result result;
  result.set_model_display_name("a,b \"c\".tflite");
  EXPECT_NE(ResultsCsv({result}).find(",\"a,b \"\"c\"\".tflite\","), std::string::npos);
}

}  // namespace
}  // namespace edgerack::cli
