#include "client/cli/image/picture.h"

#include "client/cli/image/test_png.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"

namespace edgerack::cli {
namespace {

using testing::HasSubstr;
using Pixels = std::vector<uint8_t>;

TEST(PictureTest, DecodesGrayAndRgbPixelForPixel) {
  const Pixels gray = {0, 1, 127, 128, 254, 255};
  auto picture = DecodePng(TestPng(3, 2, gray));
  ASSERT_TRUE(picture.ok()) << picture.status();
  EXPECT_EQ(picture->width, 3);
  EXPECT_EQ(picture->height, 2);
  EXPECT_EQ(picture->channels, 1);
  EXPECT_EQ(picture->pixels, gray);
  picture = DecodePng(TestPng(1, 2, gray, PNG_FORMAT_RGB));
  ASSERT_TRUE(picture.ok()) << picture.status();
  EXPECT_EQ(picture->channels, 3);
  EXPECT_EQ(picture->pixels, gray);
}

TEST(PictureTest, DecodesEveryWayToStoreAPicture) {
  // One bit: white, black, white.
  auto bits = DecodePng(PackedTestPng(3, 1, 1, PNG_COLOR_TYPE_GRAY, {{0b10100000}}));
  ASSERT_TRUE(bits.ok()) << bits.status();
  EXPECT_EQ(bits->pixels, (Pixels{255, 0, 255}));
  // 16 bits: the lower byte only rounds.
  auto deep = DecodePng(PackedTestPng(2, 1, 16, PNG_COLOR_TYPE_GRAY, {{0x80, 0x80, 0xff, 0xff}}));
  ASSERT_TRUE(deep.ok()) << deep.status();
  EXPECT_EQ(deep->pixels, (Pixels{128, 255}));
  auto palette =
      DecodePng(PackedTestPng(2, 1, 8, PNG_COLOR_TYPE_PALETTE, {{1, 0}}, {1, 2, 3, 200, 100, 50}));
  ASSERT_TRUE(palette.ok()) << palette.status();
  EXPECT_EQ(palette->channels, 3);
  EXPECT_EQ(palette->pixels, (Pixels{200, 100, 50, 1, 2, 3}));
  std::vector<std::vector<uint8_t>> rows;
  Pixels all;
  for (uint8_t y = 0; y < 9; ++y) {
    rows.emplace_back();
    for (uint8_t x = 0; x < 9; ++x) rows.back().push_back(static_cast<uint8_t>(y * 9 + x));
    all.insert(all.end(), rows.back().begin(), rows.back().end());
  }
  auto woven = DecodePng(PackedTestPng(9, 9, 8, PNG_COLOR_TYPE_GRAY, rows, {}, true));
  ASSERT_TRUE(woven.ok()) << woven.status();
  EXPECT_EQ(woven->pixels, all);
}

TEST(PictureTest, AlphaIsDroppedOnlyWhereItHidesNothing) {
  auto opaque = DecodePng(TestPng(2, 1, {9, 255, 8, 255}, PNG_FORMAT_GA));
  ASSERT_TRUE(opaque.ok()) << opaque.status();
  EXPECT_EQ(opaque->pixels, (Pixels{9, 8}));
  auto clear = DecodePng(TestPng(1, 1, {1, 2, 3, 254}, PNG_FORMAT_RGBA));
  EXPECT_EQ(ErrorCodeOf(clear.status()), "BAD_INPUT");
  EXPECT_THAT(ErrorMessageOf(clear.status()), HasSubstr("transparent"));
}

TEST(PictureTest, SaysWhatItIsInsteadOfAPng) {
  const std::pair<std::string, const char*> cases[] = {
      {"", "it is empty"},
      {"\xff\xd8\xff\xe0JFIF....", "ff d8 ff e0, a JPEG"},
      {"1,2,3\n4,5,6", "31 2c 32 2c"}};
  for (const auto& [bytes, words] : cases) {
    auto picture = DecodePng(bytes);
    EXPECT_THAT(ErrorMessageOf(picture.status()), HasSubstr("not a png"));
    EXPECT_THAT(ErrorMessageOf(picture.status()), HasSubstr(words));
  }
}

TEST(PictureTest, EveryTruncationIsRefused) {
  const std::string png = TestPng(4, 4, Pixels(16, 7));
  // The last 12 bytes say only that nothing follows.
  for (size_t n = 0; n < png.size(); ++n) EXPECT_FALSE(DecodePng(png.substr(0, n)).ok()) << n;
  std::string broken = png;
  broken[png.size() - 20] = static_cast<char>(broken[png.size() - 20] ^ 1);
  EXPECT_THAT(ErrorMessageOf(DecodePng(broken).status()), HasSubstr("cannot be read"));
}

TEST(PictureTest, TooLargeIsRefusedBeforeMemoryIsTaken) {
  std::string png = TestPng(1, 1, {0});
  png[16] = 0x7f;  // width of 2 billion; its checksum is wrong too, the limit stands first or not
  EXPECT_FALSE(DecodePng(png).ok());
  EXPECT_FALSE(DecodePng(TestPng(kMostPictureSide + 1, 1, Pixels(kMostPictureSide + 1))).ok());
  EXPECT_TRUE(DecodePng(TestPng(kMostPictureSide, 1, Pixels(kMostPictureSide))).ok());
}

TEST(PictureTest, GrayIsLumaAndRgbIsRepetition) {
  const Picture rgb{4, 1, 3, {255, 0, 0, 0, 255, 0, 0, 0, 255, 10, 10, 10}};
  EXPECT_EQ(WithChannels(rgb, 1).pixels, (Pixels{76, 150, 29, 10}));
  EXPECT_EQ(WithChannels({1, 2, 1, {3, 4}}, 3).pixels, (Pixels{3, 3, 3, 4, 4, 4}));
  EXPECT_EQ(WithChannels(rgb, 3).pixels, rgb.pixels);
}

TEST(PictureTest, ResizingKeepsPlainAreasAndCoversEveryPixel) {
  const Picture plain{7, 5, 3, Pixels(105, 99)};
  EXPECT_EQ(Resized(plain, 3, 11).pixels, Pixels(99, 99));
  // Halving: each target pixel weighs its two pixels and their neighbours 1:3:3:1; at the edge,
  // where one neighbour is missing, 3:3:1.
  const Picture line{8, 1, 1, {0, 0, 0, 160, 0, 0, 0, 0}};
  EXPECT_EQ(Resized(line, 4, 1).pixels, (Pixels{0, 60, 20, 0}));
  const Picture column{1, 8, 1, line.pixels};
  EXPECT_EQ(Resized(column, 1, 4).pixels, (Pixels{0, 60, 20, 0}));
  EXPECT_EQ(Resized({8, 1, 1, {70, 0, 0, 0, 0, 0, 0, 0}}, 4, 1).pixels, (Pixels{30, 0, 0, 0}));
  // Doubling is bilinear.
  EXPECT_EQ(Resized({2, 1, 1, {0, 100}}, 4, 1).pixels, (Pixels{0, 25, 75, 100}));
  EXPECT_EQ(Resized(line, 8, 1).pixels, line.pixels);
}

}  // namespace
}  // namespace edgerack::cli
