// Drives the fuzzer's entry with cut and mutated real models; a crash or abort fails the test.
#include <random>

#include "gtest/gtest.h"
#include "server/compiler/importers/tflite/sample_models.h"

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size);

namespace edgerack::compiler {
namespace {

void Feed(const std::string& bytes) {
  EXPECT_EQ(LLVMFuzzerTestOneInput(reinterpret_cast<const uint8_t*>(bytes.data()), bytes.size()),
            0);
}

TEST(FuzzTfliteTest, SurvivesEveryTruncation) {
  const std::string model = SampleInt8Cnn();
  for (size_t n = 0; n < model.size(); ++n) Feed(model.substr(0, n));
}

TEST(FuzzTfliteTest, SurvivesRandomMutations) {
  std::mt19937 random(42);
  for (const std::string& model : {SampleInt8Cnn(), SampleFloatCnn(), SampleMovements()}) {
    for (int round = 0; round < 20'000; ++round) {
      std::string bytes = model;
      for (uint32_t edits = 1 + random() % 4; edits > 0; --edits) {
        size_t at = random() % bytes.size();
        uint32_t kind = random() % 3;
        if (kind == 0) bytes[at] = static_cast<char>(random());
        if (kind == 1) bytes[at] = static_cast<char>(bytes[at] ^ (1 << (random() % 8)));
        if (kind == 2) bytes[at] = static_cast<char>(random() % 2 ? 0xFF : 0x7F);
      }
      Feed(bytes);
    }
  }
}

}  // namespace
}  // namespace edgerack::compiler
