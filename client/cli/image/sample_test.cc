#include "client/cli/image/sample.h"

#include <cmath>
#include <cstring>
#include <random>

#include "client/cli/image/test_png.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size);

namespace edgerack::cli {
namespace {

using testing::HasSubstr;
using testing::StartsWith;

const InputSpec kGray{"image", "float32", {1, 2, 3, 1}, 0, 0};
const InputSpec kInt8{"image", "int8", {1, 2, 3, 1}, 0.25, -128};
const std::vector<uint8_t> kPixels = {0, 51, 102, 153, 204, 255};

NpyArray Floats(std::vector<int64_t> shape, const std::vector<float>& values) {
  NpyArray array;
  array.shape = std::move(shape);
  array.data.assign(reinterpret_cast<const char*>(values.data()), values.size() * sizeof(float));
  return array;
}

std::vector<double> Values(const Sample& sample) {
  std::vector<double> values;
  for (int64_t i = 0; i < sample.array.elements(); ++i) values.push_back(sample.array.Value(i));
  return values;
}

void ExpectRefused(const std::string& name, const std::string& bytes, const InputSpec& input,
                   const std::vector<std::string>& words, const SampleOptions& options = {}) {
  auto sample = MakeSample(name, bytes, input, options);
  ASSERT_FALSE(sample.ok()) << words[0];
  for (const std::string& word : words) {
    EXPECT_THAT(ErrorMessageOf(sample.status()), HasSubstr(word));
  }
}

TEST(SampleTest, APngBecomesTheModelsInput) {
  auto sample = MakeSample("dir/a.PNG", TestPng(3, 2, kPixels), kGray, {});
  ASSERT_TRUE(sample.ok()) << sample.status();
  EXPECT_EQ(sample->array.shape, kGray.shape);
  EXPECT_EQ(sample->array.TypeName(), "float32");
  for (int i = 0; i < 6; ++i) EXPECT_EQ(sample->array.Value(i), static_cast<float>(i * 51 / 255.0));
  EXPECT_EQ(sample->description, "3x2 grayscale png → 1x2x3x1 float32, x/255");
}

TEST(SampleTest, ThePngsColoursFollowTheModels) {
  InputSpec rgb = kGray;
  rgb.shape = {1, 2, 1, 3};
  auto sample = MakeSample("a.png", TestPng(1, 2, kPixels, PNG_FORMAT_RGB), rgb, {});
  ASSERT_TRUE(sample.ok()) << sample.status();
  EXPECT_FLOAT_EQ(static_cast<float>(sample->array.Value(4)), 0.8f);
  EXPECT_EQ(sample->description, "1x2 RGB png → 1x2x1x3 float32, x/255");
  sample = MakeSample("a.png", TestPng(1, 2, {5, 6}), rgb, {});
  ASSERT_TRUE(sample.ok()) << sample.status();
  EXPECT_EQ(sample->description,
            "1x2 grayscale png → gray repeated as R, G, B → 1x2x1x3 float32, x/255");
  sample =
      MakeSample("a.png", TestPng(3, 2, std::vector<uint8_t>(18, 9), PNG_FORMAT_RGB), kInt8, {});
  ASSERT_TRUE(sample.ok()) << sample.status();
  EXPECT_EQ(sample->description,
            "3x2 RGB png → gray = 0.299 R + 0.587 G + 0.114 B → 1x2x3x1 int8, x/255, quantized by "
            "scale 0.25, zero point -128");
  EXPECT_EQ(sample->array.TypeName(), "float32");  // the server quantizes
}

TEST(SampleTest, APngOfAnotherSizeIsRefusedUnlessItMayBeResized) {
  const std::string png = TestPng(6, 4, std::vector<uint8_t>(24, 255));
  ExpectRefused("a.png", png, kGray,
                {"a.png: ", "6x4 grayscale png", "1x2x3x1 float32", "3x2", "--resize"});
  SampleOptions options;
  options.resize = true;
  auto sample = MakeSample("a.png", png, kGray, options);
  ASSERT_TRUE(sample.ok()) << sample.status();
  EXPECT_EQ(Values(*sample), std::vector<double>(6, 1.0));
  EXPECT_EQ(sample->description,
            "6x4 grayscale png → resized to 3x2 by a triangle filter → 1x2x3x1 float32, x/255");
}

TEST(SampleTest, AFlatInputTakesAPngOfAsManyPixels) {
  InputSpec flat = kGray;
  flat.shape = {1, 6};
  auto sample = MakeSample("a.png", TestPng(3, 2, kPixels), flat, {});
  ASSERT_TRUE(sample.ok()) << sample.status();
  EXPECT_EQ(sample->array.shape, flat.shape);
  EXPECT_EQ(sample->array.Value(5), 1);
  ExpectRefused("a.png", TestPng(2, 2, kPixels), flat, {"2x2", "6 pixels"});
}

TEST(SampleTest, WhatIsNoImageTakesNoPng) {
  InputSpec audio = kGray;
  audio.shape = {1, 49, 10, 2};
  ExpectRefused("a.png", TestPng(3, 2, kPixels), audio, {"no single image", ".npy or .csv"});
  InputSpec batch = kGray;
  batch.shape = {8, 2, 3, 1};
  ExpectRefused("a.png", TestPng(3, 2, kPixels), batch, {"no single image"});
  InputSpec ids = kGray;
  ids.dtype = "int32";
  ExpectRefused("a.png", TestPng(3, 2, kPixels), ids, {"takes no real values", "int32"});
}

TEST(SampleTest, NpyValuesAreTakenAsTheyAre) {
  const std::vector<float> values = {-1, 0, 0.5f, 1, 2, 300};
  for (const std::vector<int64_t>& shape :
       {std::vector<int64_t>{1, 2, 3, 1}, {2, 3}, {2, 3, 1}, {6}}) {
    auto sample = MakeSample("a.npy", WriteNpy(Floats(shape, values)), kGray, {});
    ASSERT_TRUE(sample.ok()) << sample.status();
    EXPECT_EQ(sample->array.shape, kGray.shape);
    EXPECT_EQ(Values(*sample), std::vector<double>(values.begin(), values.end()));
  }
  NpyArray raw;
  raw.kind = 'i';
  raw.item_bytes = 1;
  raw.shape = {2, 3};
  raw.data = std::string("\x80\x00\x01\x02\x03\x7f", 6);
  auto sample = MakeSample("a.npy", WriteNpy(raw), kInt8, {});
  ASSERT_TRUE(sample.ok()) << sample.status();
  EXPECT_EQ(sample->array.TypeName(), "int8");
  EXPECT_EQ(sample->array.data, raw.data);
  EXPECT_EQ(sample->description, "2x3 int8 npy → 1x2x3x1 int8, values as they are");
}

TEST(SampleTest, NpyOfAnotherShapeOrWithNaNIsRefused) {
  ExpectRefused("a.npy", WriteNpy(Floats({3, 2}, {1, 2, 3, 4, 5, 6})), kGray,
                {"3x2 float32 npy", "1x2x3x1", "reshape"});
  ExpectRefused("a.npy", WriteNpy(Floats({4}, {1, 2, 3, 4})), kGray, {"6 values and not 4"});
  InputSpec rgb = kGray;
  rgb.shape = {1, 1, 2, 3};
  ExpectRefused("a.npy", WriteNpy(Floats({1, 3, 1, 2}, {1, 2, 3, 4, 5, 6})), rgb,
                {"transpose(0, 2, 3, 1)"});
  ExpectRefused("a.npy", WriteNpy(Floats({2, 3}, {1, 2, NAN, 4, 5, 6})), kGray, {"value 2 is NaN"});
  ExpectRefused("a.npy", WriteNpy(Floats({2, 3}, {1, 2, INFINITY, 4, 5, 6})), kGray, {"infinite"});
  InputSpec ids = kGray;
  ids.dtype = "int32";
  ExpectRefused("a.npy", WriteNpy(Floats({2, 3}, {1, 2, 3, 4, 5, 6})), ids, {"astype(np.int32)"});
  ExpectRefused("a.npy", "PK\x03\x04", kGray, {"NumPy"});
}

TEST(SampleTest, CsvIsOneRowOrTheImagesRows) {
  for (const char* text : {"1,2,3,4,5,6\n", "1,2,3\n4,5,6\n"}) {
    auto sample = MakeSample("a.csv", text, kGray, {});
    ASSERT_TRUE(sample.ok()) << sample.status();
    EXPECT_EQ(Values(*sample), (std::vector<double>{1, 2, 3, 4, 5, 6}));
  }
  ExpectRefused("a.csv", "1,2\n3,4\n5,6\n", kGray,
                {"3 rows of 2 numbers", "1x2x3x1", "1 of 6 or 2 of 3"});
  ExpectRefused("a.csv", "1,2,3,4,5\n", kGray, {"1 row of 5 numbers"});
  ExpectRefused("a.csv", "1,2,3\n4,nan,6\n", kGray, {"line 2, column 2"});
  ExpectRefused("a.csv", "1,2,3,4,5,1e39\n", kGray, {"value 5", "too large for float32"});
}

TEST(SampleTest, TheNameSaysTheFormatAndPngOptionsAreForPng) {
  ExpectRefused("a.jpg", "x", kGray, {".png, .npy or .csv"});
  ExpectRefused("a.png", "\xff\xd8\xff", kGray, {"not a png"});
  SampleOptions options;
  options.scaled = true;
  ExpectRefused("a.csv", "1,2,3,4,5,6", kGray, {"--range", "as they are"}, options);
  auto refused = MakeSample("/home/me/a.jpg", "x", kGray, {});
  EXPECT_THAT(ErrorMessageOf(refused.status()), StartsWith("a.jpg: "));
}

TEST(SampleFuzzTest, SurvivesTruncationsAndMutations) {
  std::vector<std::string> seeds;
  for (const std::string& file : {TestPng(4, 4, std::vector<uint8_t>(16, 50)),
                                  TestPng(2, 2, std::vector<uint8_t>(12, 50), PNG_FORMAT_RGB)}) {
    seeds.push_back(std::string(1, '\x0c') + file);
  }
  seeds.push_back('\x01' + WriteNpy(Floats({4, 4}, std::vector<float>(16, 1))));
  seeds.push_back(
      "\x02"
      "1,2,3,4\n5,6,7,8\n1,2,3,4\n5,6,7,8\n");
  std::mt19937 random(3);
  for (const std::string& good : seeds) {
    for (size_t n = 0; n < good.size(); ++n) {
      EXPECT_EQ(LLVMFuzzerTestOneInput(reinterpret_cast<const uint8_t*>(good.data()), n), 0);
    }
    for (int round = 0; round < 3'000; ++round) {
      std::string bytes = good;
      for (uint32_t edits = 1 + random() % 4; edits > 0; --edits) {
        bytes[1 + random() % (bytes.size() - 1)] = static_cast<char>(random());
      }
      EXPECT_EQ(
          LLVMFuzzerTestOneInput(reinterpret_cast<const uint8_t*>(bytes.data()), bytes.size()), 0);
    }
  }
}

}  // namespace
}  // namespace edgerack::cli
