#include "server/compiler/doctor/hypothesis.h"

#include <set>

#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "server/compiler/doctor/readout.h"

namespace edgerack::compiler::doctor {
namespace {

using testing::ElementsAre;

// One int8 input of that shape, scale 0.5, zero point 3; sample s holds 10 s, 10 s + 1, … steps.
Observation Seen(const Shape& shape, int64_t samples = 2) {
  Observation seen;
  seen.samples = samples;
  InputSamples in;
  in.name = "x";
  in.dtype = DType::kS8;
  in.shape = shape;
  in.grid = {0.5f, 3};
  in.views = {shape};
  in.elements = in.bytes = ElementCount(shape);
  for (int64_t s = 0; s < samples; ++s) {
    for (int64_t i = 0; i < in.elements; ++i) {
      in.real.push_back(in.grid.Real(static_cast<int32_t>(10 * s + i)));
    }
  }
  in.raw = in.Encode(in.real);
  seen.inputs.push_back(in);
  return seen;
}

std::vector<int> Bytes(const std::string& raw) {
  std::vector<int> values;
  for (char c : raw) values.push_back(static_cast<int8_t>(c));
  return values;
}

std::vector<Feed> Feeds(const Observation& seen,
                        void (*add)(const Observation&, std::vector<Feed>&)) {
  std::vector<Feed> feeds;
  add(seen, feeds);
  return feeds;
}

TEST(LayoutFeedsTest, ChannelsFirstAndSwappedDirections) {
  const Observation seen = Seen({1, 2, 3, 2}, 1);
  std::vector<std::vector<int>> layouts, swaps;
  for (const Feed& feed : Feeds(seen, AddLayoutFeeds)) {
    (std::string(feed.code) == "TRANSPOSED_HW" ? swaps : layouts)
        .push_back(Bytes(FedBytes(feed, seen.inputs[0], 0)));
  }
  // numpy: x.transpose(0, 3, 1, 2), x.transpose(0, 2, 3, 1) and x.transpose(0, 2, 1, 3).
  EXPECT_THAT(layouts, ElementsAre(ElementsAre(0, 2, 4, 6, 8, 10, 1, 3, 5, 7, 9, 11),
                                   ElementsAre(0, 6, 1, 7, 2, 8, 3, 9, 4, 10, 5, 11)));
  EXPECT_THAT(swaps, ElementsAre(ElementsAre(0, 1, 6, 7, 2, 3, 8, 9, 4, 5, 10, 11)));
}

TEST(LayoutFeedsTest, OneChannelHasNoLayout) {
  const Observation seen = Seen({1, 2, 3, 1}, 1);
  for (const Feed& feed : Feeds(seen, AddLayoutFeeds)) {
    EXPECT_STREQ(feed.code, "TRANSPOSED_HW");
  }
}

TEST(NumberFeedsTest, EachMistakeGivesItsBytes) {
  const Observation seen = Seen({1, 4}, 1);  // real -1.5, -1, -0.5, 0 as 0, 1, 2, 3
  std::multimap<std::string, std::vector<int>> fed;
  for (const Feed& feed : Feeds(seen, AddNumberFeeds)) {
    fed.emplace(feed.code, Bytes(FedBytes(feed, seen.inputs[0], 0)));
  }
  EXPECT_THAT(fed.find("DOUBLE_QUANTIZATION")->second, ElementsAre(3, 5, 7, 9));
  EXPECT_THAT(fed.find("MISSING_SCALE")->second, ElementsAre(-2, -1, -1, 0));
  EXPECT_THAT(fed.find("WRONG_ZERO_POINT")->second, ElementsAre(-3, -2, -1, 0));
  EXPECT_THAT(fed.find("UINT8_INT8_OFFSET")->second, ElementsAre(-128, -127, -126, -125));
  EXPECT_THAT(fed.find("FLOAT_BYTES_AS_INT8")->second, ElementsAre(0, 0, -64, -65));  // -1.5f
}

TEST(RangeFeedsTest, NothingIsTriedTwice) {
  const Observation seen = Seen({1, 4});
  std::set<std::string> formulas;
  for (const Feed& feed : Feeds(seen, AddRangeFeeds)) {
    EXPECT_TRUE(formulas.insert(feed.what.substr(feed.what.find("(x'"))).second) << feed.what;
  }
  EXPECT_GT(formulas.size(), 60u);
}

TEST(StaleLineFeedsTest, LinesOfTheSampleBefore) {
  const Observation seen = Seen({1, 40});
  const Feed feed = StaleLinesFeed(seen.inputs[0], 0, {false, true}, /*zeros=*/false, "one line");
  const std::vector<int> second = Bytes(FedBytes(feed, seen.inputs[0], 1));
  EXPECT_EQ(second[31], 41);  // fresh
  EXPECT_EQ(second[32], 32);  // of sample 0
  EXPECT_EQ(Bytes(FedBytes(feed, seen.inputs[0], 0))[32], 0);
  EXPECT_EQ(LineCount(seen.inputs[0]), 2u);
}

TEST(ComposeTest, OrderThenBytes) {
  const Observation seen = Seen({1, 2, 2, 1}, 1);
  Feed order, bytes;
  order.code = "TRANSPOSED_HW";
  order.order = {0, 2, 1, 3};
  bytes.code = "UINT8_INT8_OFFSET";
  bytes.change = [](const std::string& raw, int64_t) {
    std::string out = raw;
    for (char& c : out) c = static_cast<char>(c + 100);
    return out;
  };
  const auto both = Compose(order, bytes);
  ASSERT_TRUE(both.has_value());
  EXPECT_THAT(Bytes(FedBytes(*both, seen.inputs[0], 0)), ElementsAre(100, 102, 101, 103));
  EXPECT_FALSE(Compose(bytes, order).has_value());
  EXPECT_FALSE(Compose(order, order).has_value());
}

TEST(FedBytesTest, ShortAndLongEncodingsFillTheBuffer) {
  const Observation seen = Seen({1, 4}, 1);
  Feed feed;
  feed.encode = [](const std::vector<float>&) { return std::string("\x01", 1); };
  EXPECT_THAT(Bytes(FedBytes(feed, seen.inputs[0], 0)), ElementsAre(1, 0, 0, 0));
}

TEST(CompareTest, CountsEqualNearAndFar) {
  const std::vector<Tolerance> tolerances(3, Tolerance{1e-3, 1.001});
  const Match m = Compare({{1, 2, 3}, {1, 2, 3}}, {{1, 3, 9}, {1, 2, 3}}, tolerances);
  EXPECT_EQ(m.values, 6);
  EXPECT_EQ(m.equal, 4);
  EXPECT_EQ(m.near, 5);
  EXPECT_EQ(m.equal_rows, 1);
  EXPECT_EQ(m.max_error, 6);
  EXPECT_FALSE(m.exact());
}

TEST(CompareTest, NotANumberEqualsItself) {
  const double nan = std::nan("");
  const std::vector<Tolerance> tolerances(1, Tolerance{1e-3, 1});
  EXPECT_TRUE(Compare({{nan}}, {{nan}}, tolerances).exact());
  EXPECT_EQ(Compare({{nan}}, {{0.0}}, tolerances).near, 0);
}

}  // namespace
}  // namespace edgerack::compiler::doctor
