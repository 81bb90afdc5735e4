#include "server/compiler/app/compile_options.h"

#include "base/files.h"
#include "base/npy/npy.h"
#include "gtest/gtest.h"

namespace edgerack::compiler {
namespace {

TEST(CompileOptionsTest, Defaults) {
  auto options = ParseCompileOptions({});
  ASSERT_TRUE(options.ok());
  EXPECT_EQ(options->kernels, KernelPreference::kFast);
  EXPECT_EQ(options->objective, Objective::kBalanced);
}

TEST(CompileOptionsTest, EveryKey) {
  auto options = ParseCompileOptions({"kernels=ref", "objective=ram", "io=int8",
                                      "shape.serving_default_x:0=2x8x8x1", "passes.fold-pad=off",
                                      "passes.fuse-activation=on", "arena=SRAM1"});
  ASSERT_TRUE(options.ok()) << options.status();
  EXPECT_EQ(options->kernels, KernelPreference::kReference);
  EXPECT_EQ(options->objective, Objective::kRam);
  EXPECT_EQ(options->passes.input_shapes.at("serving_default_x:0"), (Shape{2, 8, 8, 1}));
  EXPECT_EQ(options->passes.switched_off, std::set<std::string>{"fold-pad"});
  EXPECT_EQ(options->placement.arena, "SRAM1");
}

TEST(CompileOptionsTest, BadOnesSayWhatIsKnown) {
  for (const char* option :
       {"kernels", "kernels=best", "speed=9", "io=int4", "shape.x=1xx2", "shape.x=0",
        "shape.x=", "passes.fold-pad=maybe", "color.x=red", "=1", "objective=fun"}) {
    auto options = ParseCompileOptions({option});
    EXPECT_EQ(ErrorCodeOf(options.status()), "BAD_OPTION") << option;
    EXPECT_EQ(ErrorClassOf(options.status()), ErrorClass::kJob) << option;
  }
}

TEST(CompileOptionsTest, FreezeReadsAnArray) {
  TempDir folder;
  NpyArray array;
  array.shape = {2};
  array.data = std::string("\0\0\x80\x3f\0\0\0\x40", 8);
  const std::string path = (folder.path() / "b.npy").string();
  ASSERT_TRUE(WriteFileAtomic(path, WriteNpy(array)).ok());
  auto options = ParseCompileOptions({"freeze.b=" + path});
  ASSERT_TRUE(options.ok()) << options.status();
  EXPECT_EQ(options->passes.frozen_inputs.at("b").shape, (Shape{2}));
  EXPECT_EQ(options->passes.frozen_inputs.at("b").bytes, array.data);
  EXPECT_FALSE(ParseCompileOptions({"freeze.b=" + path + ".gone"}).ok());
}

}  // namespace
}  // namespace edgerack::compiler
