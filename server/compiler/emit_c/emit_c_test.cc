#include "server/compiler/emit_c/emit_c.h"

#include "base/files.h"
#include "firmware/kernels/registry.h"
#include "gtest/gtest.h"
#include "server/compiler/emit_c/engine_sources.h"
#include "server/compiler/emit_c/model_sources.h"

namespace edgerack::compiler {
namespace {

std::filesystem::path Engine() { return *ShareDir() / "engine"; }

uint16_t IdOf(const std::string& name) {
  uint32_t count = 0;
  const er_kernel_t* table = er_kernel_table(&count);
  for (uint32_t i = 0; i < count; ++i) {
    if (name == table[i].name) return table[i].id;
  }
  ADD_FAILURE() << "no kernel " << name;
  return 0;
}

PackageInfo OneInputOneOutput() {
  PackageInfo package;
  package.tensors.resize(2);
  package.tensors[0] = {0, "in*/\nput", DType::kS8, {1, 4}, false, false, 0, 4, 0.5f, -3};
  package.tensors[1] = {1, "scores", DType::kF32, {1, 2}, false, false, 16, 8, 0, 0};
  package.inputs = {0};
  package.outputs = {1};
  package.arena_bytes = 32;
  package.total_bytes = 200;
  return package;
}

TEST(EmitCTest, IdentifiersComeFromFileNames) {
  EXPECT_EQ(CIdentifier("models/my-model.v2.tflite"), "my_model_v2");
  EXPECT_EQ(CIdentifier("2.onnx"), "model_2");
  EXPECT_EQ(CIdentifier(""), "model_");
}

TEST(EmitCTest, OnlyTheModelsKernelsAreTaken) {
  auto sources = EngineSources(Engine(), {IdOf("softmax_s8_ref")}, 3);
  ASSERT_TRUE(sources.ok()) << sources.status();
  EXPECT_EQ(sources->count("firmware/kernels/softmax/ref.c"), 1u);
  EXPECT_EQ(sources->count("firmware/kernels/softmax/traits.c"), 1u);
  EXPECT_EQ(sources->count("firmware/kernels/conv2d/ref.c"), 0u);
  EXPECT_EQ(sources->count("firmware/rt/loader.c"), 1u);
  const std::string& table = (*sources)["firmware/kernels/kernels.inc"];
  EXPECT_NE(table.find("ER_KERNEL(0x0B0, softmax, s8, ER_ISA_SCALAR, er_softmax_s8_ref)"),
            std::string::npos)
      << table;
  EXPECT_EQ(table.find("conv2d"), std::string::npos);
  EXPECT_NE((*sources)["firmware/rt/limits.h"].find("ER_RT_MAX_OPS 3u"), std::string::npos);
}

TEST(EmitCTest, TheTableSaysWhichOperandsArePacked) {
  auto sources = EngineSources(Engine(), {IdOf("conv2d_s8_armv7em_pairs")}, 1);
  ASSERT_TRUE(sources.ok()) << sources.status();
  const std::string& table = (*sources)["firmware/kernels/kernels.inc"];
  EXPECT_NE(table.find("ER_KERNEL_PACKS(0x012, 1, 1)  // row_pairs\n"), std::string::npos) << table;
  EXPECT_EQ(sources->count("firmware/package/packings.inc"), 1u);
}

TEST(EmitCTest, AMissingEngineIsSaid) {
  auto sources = EngineSources("/nowhere", {IdOf("softmax_s8_ref")}, 1);
  EXPECT_EQ(ErrorCodeOf(sources.status()), "ENGINE_MISSING");
}

TEST(EmitCTest, TheHeaderSaysWhatElementsMean) {
  const PackageInfo package = OneInputOneOutput();
  const std::string header = ModelSources("digits", package).Header();
  EXPECT_NE(header.find("#define DIGITS_ARENA_BYTES 32u"), std::string::npos);
  EXPECT_NE(header.find("#define DIGITS_INPUT_0_SCALE 0.5f"), std::string::npos);
  EXPECT_NE(header.find("#define DIGITS_INPUT_0_ZERO_POINT (-3)"), std::string::npos);
  EXPECT_NE(header.find("int8_t* digits_input_0(void);"), std::string::npos);
  EXPECT_NE(header.find("const float* digits_output_0(void);"), std::string::npos);
  EXPECT_EQ(header.find("DIGITS_OUTPUT_0_SCALE"), std::string::npos);
  // A tensor's name cannot leave its comment.
  EXPECT_NE(header.find("// 'in*..put': int8 1 x 4"), std::string::npos) << header;
}

TEST(EmitCTest, ABadPackageIsRefused) {
  TempDir folder;
  absl::Status status = EmitC({"m", "no package", Engine()}, folder.path());
  EXPECT_EQ(ErrorCodeOf(status), "BAD_PACKAGE");
}

}  // namespace
}  // namespace edgerack::compiler
