#include "server/analysis/outputs.h"

#include <cmath>
#include <cstring>
#include <limits>
#include <string>

#include "gtest/gtest.h"

namespace edgerack::analysis {
namespace {

core::TensorInfo Int8(std::vector<int64_t> shape, double scale = 0.5, int64_t zero = 0) {
  return {"y", "int8", std::move(shape), scale, zero, 0};
}

std::string Floats(std::vector<float> values) {
  return {reinterpret_cast<const char*>(values.data()), values.size() * sizeof(float)};
}

TEST(OutputsTest, DequantizesEveryType) {
  EXPECT_EQ(ElementAt(std::string("\x80\x10", 2), Int8({2}, 0.5, -128), 1), 72.0);
  EXPECT_EQ(ElementAt(std::string("\xFF", 1), {"", "uint8", {1}, 0, 0, 0}, 0), 255.0);
  EXPECT_EQ(ElementAt(std::string("\xFF\xFF", 2), {"", "int16", {1}, 2.0, 1, 0}, 0), -4.0);
  EXPECT_EQ(ElementAt(Floats({1.5f}), {"", "float32", {1}, 0, 0, 0}, 0), 1.5);
  EXPECT_EQ(ElementAt("x", Int8({1}), 5), 0);
  EXPECT_EQ(ElementAt("xxxx", {"", "weird", {1}, 0, 0, 0}, 0), 0);
}

TEST(OutputsTest, Top1CountsTheLargest) {
  const std::string raw("\x01\x05\x02\x07\x07\x01", 6);   // two samples of three classes
  EXPECT_EQ(*Top1(raw, 3, {Int8({1, 3})}, {1, 0}), 1.0);  // a tie goes to the lowest index
  EXPECT_EQ(*Top1(raw, 3, {Int8({1, 3})}, {1, 1}), 0.5);
  EXPECT_EQ(*Top1(raw, 3, {Int8({1, 3}, -0.5)}, {0, 2}), 1.0);  // a negative scale turns it round
}

TEST(OutputsTest, Top1NeedsLabelsClassesAndBytes) {
  EXPECT_FALSE(Top1("abc", 3, {Int8({3})}, {}).has_value());
  EXPECT_FALSE(Top1("abc", 3, {}, {1}).has_value());
  EXPECT_FALSE(Top1("a", 1, {Int8({1})}, {0}).has_value());
  EXPECT_FALSE(Top1("abc", 3, {Int8({3})}, {0, 0}).has_value());
  EXPECT_FALSE(Top1("abc", 3, {Int8({4})}, {0}).has_value());
  EXPECT_FALSE(Top1("abc", 0, {Int8({3})}, {0}).has_value());
}

TEST(OutputsTest, ComparesBitsAndValues) {
  const std::string ours("\x01\x02\x03\x04", 4), theirs("\x01\x02\x03\x06", 4);
  Comparison c = Compare(ours, theirs, 2, {Int8({2})});
  EXPECT_EQ(c.samples, 2);
  EXPECT_EQ(c.bit_exact, 1);
  EXPECT_EQ(c.max_abs_error, 1.0);
  EXPECT_EQ(c.max_abs_reference, 3.0);
}

TEST(OutputsTest, AnyOutputCounts) {
  core::TensorInfo second = Int8({1});
  second.offset_bytes = 1;
  Comparison c = Compare("ab", "ac", 2, {Int8({1}), second});
  EXPECT_EQ(c.bit_exact, 0);
  EXPECT_EQ(c.max_abs_error, 0.5);
}

TEST(OutputsTest, InfinitiesAndNansStayFinite) {
  const core::TensorInfo y{"y", "float32", {2}, 0, 0, 0};
  const float inf = std::numeric_limits<float>::infinity();
  EXPECT_TRUE(std::isfinite(Compare(Floats({NAN, 1}), Floats({0, 1}), 8, {y}).max_abs_error));
  EXPECT_GT(Compare(Floats({NAN, 1}), Floats({0, 1}), 8, {y}).max_abs_error, 1e300);
  EXPECT_EQ(Compare(Floats({NAN, 1}), Floats({NAN, 2}), 8, {y}).max_abs_error, 1.0);
  EXPECT_EQ(Compare(Floats({inf, 1}), Floats({inf, 2}), 8, {y}).max_abs_error, 1.0);
  EXPECT_TRUE(std::isfinite(Compare(Floats({inf, 1}), Floats({-inf, 1}), 8, {y}).max_abs_error));
}

TEST(OutputsTest, ComparesOnlyWholeSamples) {
  EXPECT_EQ(Compare("abcde", "abcdef", 2, {Int8({2})}).samples, 2);
  EXPECT_EQ(Compare("", "ab", 2, {Int8({2})}).samples, 0);
  EXPECT_EQ(Compare("ab", "ab", 0, {Int8({2})}).samples, 0);
}

}  // namespace
}  // namespace edgerack::analysis
