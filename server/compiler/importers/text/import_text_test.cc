#include <random>

#include "gtest/gtest.h"
#include "server/compiler/importers/importer.h"

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size);

namespace edgerack::compiler {

Importer TextImporter();

namespace {

constexpr char kModel[] = R"(graph "g" {
  input %x: int8[1,4,4,2] q(0.5, -3)
  const %w: int8[2,3,3,2] q(axis 0, [0.25, 0.5], [0, 0]) = [1, 2, 3, 4, 5, 6, 7, 8, 9, 1, 2, 3, 4, 5, 6, 7, 8, 9, 1, 2, 3, 4, 5, 6, 7, 8, 9, 1, 2, 3, 4, 5, 6, 7, 8, 9]
  const %i: int64[2] = [1, -1]
  %p: int8[1,6,6,2] q(0.5, -3) = pad(%x) {pads = [0, 0, 1, 1, 1, 1, 0, 0]} "p"
  %c: int8[1,4,4,2] q(1.0, 0) = conv2d(%p, %w, none) {stride_h = 1, stride_w = 1, act = "relu"} "c"
  %g: int8[1,2,4,2] q(1.0, 0) = gather(%c, %i) {axis = 1} "g"
  %s: int8[1,2,2,2] q(1.0, 0) = slice(%g) {begin = [0], end = [4], steps = [2], axes = [2]} "s"
  %t: int8[1,2,2,2] q(1.0, 0) = transpose(%s) {perm = [0, 3, 1, 2]} "t"
  %k: int8[1,2,2,4] q(1.0, 0) = concat(%t, %s) {axis = 3} "k"
  output %k
}
)";

void Feed(const std::string& bytes) {
  EXPECT_EQ(LLVMFuzzerTestOneInput(reinterpret_cast<const uint8_t*>(bytes.data()), bytes.size()),
            0);
}

TEST(TextImporterTest, TakesAGraph) {
  EXPECT_TRUE(TextImporter().sniff(kModel));
  EXPECT_FALSE(TextImporter().sniff("graphics"));
  auto model = TextImporter().import(kModel, {});
  ASSERT_TRUE(model.ok()) << model.status();
  EXPECT_EQ(model->graph.nodes.size(), 6u);
}

TEST(TextImporterTest, RefusesWhatDoesNotVerify) {
  auto model = TextImporter().import(
      "graph \"g\" {\ninput %x: float32[2]\n"
      "%y: float32[3] = reverse(%x) {axes = [0]} \"y\"\noutput %y\n}",
      {});
  EXPECT_EQ(ErrorCodeOf(model.status()), "SHAPE_MISMATCH");
}

TEST(TextImporterTest, SurvivesCutAndMutatedText) {
  const std::string model = kModel;
  for (size_t n = 0; n < model.size(); ++n) Feed(model.substr(0, n));
  std::mt19937 random(42);
  const std::string digits = "0123456789-";
  for (int round = 0; round < 20'000; ++round) {
    std::string bytes = model;
    for (uint32_t edits = 1 + random() % 4; edits > 0; --edits) {
      const size_t at = random() % bytes.size();
      // Mostly other numbers: they get past the grammar.
      bytes[at] =
          random() % 4 == 0 ? static_cast<char>(random()) : digits[random() % digits.size()];
    }
    Feed(bytes);
  }
}

}  // namespace
}  // namespace edgerack::compiler
