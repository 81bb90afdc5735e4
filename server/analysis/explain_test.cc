#include "server/analysis/explain.h"

#include <algorithm>

#include "gmock/gmock.h"
#include "gtest/gtest.h"

namespace edgerack::analysis {
namespace {

using testing::Contains;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::Not;

class ExplainTest : public testing::Test {
 protected:
  ExplainTest() {
    chip_.id = "stm32f746";
    chip_.core = "cortex-m7";
    chip_.max_clock_hz = 216'000'000;
    chip_.dcache_bytes = 4096;
    chip_.memories = {{"FLASH", "flash", 0x0800'0000, {}, 1 << 20, 21, 17},
                      {"DTCM", "dtcm", 0x2000'0000, {}, 65'536, {}, {}},
                      {"SRAM1", "ram", 0x2001'0000, {}, 245'760, 17, 9}};
    chip_.layout.package_address = 0x0800'0000;
    chip_.layout.stack_region = "DTCM";
    chip_.layout.stack_bytes = 16'384;
    result_.clock_hz = 216'000'000;
    result_.memory.arena_bytes = 100'000;
    result_.memory.weights_region = result_.memory.code_region = "FLASH";
    result_.memory.arena_region = "SRAM1";
    result_.provenance.icache = result_.provenance.dcache = true;
    Add("conv2d", "conv2d_s8_armv7em", "int8", 200'000, 1000, 1000, 2000, 150'000);
    Add("softmax", "softmax_s8_ref", "int8", 0, 0, 10, 10, 1'000);
  }

  core::Layer& Add(const char* op, const char* kernel, const char* type, int64_t macs,
                   int64_t weights, int64_t inputs, int64_t outputs, int64_t cycles) {
    core::Layer layer;
    layer.index = static_cast<int32_t>(result_.layers.size());
    layer.op = op;
    layer.kernel = kernel;
    layer.weights_dtype = macs > 0 ? type : "";
    layer.output_dtype = type;
    layer.macs = macs;
    layer.weights_bytes = weights;
    layer.input_bytes = inputs;
    layer.output_bytes = outputs;
    layer.cycles = cycles;
    result_.layers.push_back(layer);
    return result_.layers.back();
  }

  core::Explanation Explained() const { return Explain(result_, &chip_); }
  std::vector<std::string> Codes() const {
    std::vector<std::string> codes;
    for (const core::SlowCause& cause : Explained().causes) codes.push_back(cause.code);
    return codes;
  }
  core::SlowCause Cause(const std::string& code) const {
    for (core::SlowCause& cause : Explained().causes) {
      if (cause.code == code) return cause;
    }
    ADD_FAILURE() << "no cause " << code;
    return {};
  }

  Chip chip_;
  core::Result result_;
};

TEST_F(ExplainTest, AGoodRunIsBoundByItsArithmetic) {
  EXPECT_THAT(Codes(), ElementsAre("COMPUTE_BOUND"));
  const core::Explanation e = Explained();
  EXPECT_EQ(e.cycles, 151'000);
  EXPECT_EQ(e.layers[0].arithmetic_cycles, 100'000);
  EXPECT_EQ(e.layers[0].bytes, 4000);
  EXPECT_NEAR(e.layers[0].share, 0.993, 0.001);
  EXPECT_GE(e.bound_cycles, 100'000);
  EXPECT_THAT(e.causes[0].layers, ElementsAre(0));
  EXPECT_TRUE(e.notes.empty());
}

TEST_F(ExplainTest, SettingsComeBeforeLayers) {
  result_.issues = {{"DEBUG_BUILD", ""}, {"CACHES_OFF", ""}, {"FPU_OFF", ""}};
  result_.provenance.icache = result_.provenance.dcache = false;
  const auto codes = Codes();
  EXPECT_THAT(codes, Contains("DEBUG_BUILD"));
  EXPECT_THAT(codes, Contains("CACHES_OFF"));
  EXPECT_THAT(codes, Contains("CODE_IN_SLOW_MEMORY"));
  EXPECT_THAT(codes, Not(Contains("FPU_OFF"))) << "nothing in it is float";
  EXPECT_THAT(Cause("CACHES_OFF").evidence, HasSubstr("both caches were off"));
  result_.provenance.icache = true;
  EXPECT_THAT(Cause("CACHES_OFF").evidence, HasSubstr("the data cache was off"));
}

TEST_F(ExplainTest, FpuMattersWhereLayersAreFloat) {
  result_.issues = {{"FPU_OFF", ""}};
  Add("fully_connected", "fully_connected_f32_armv7em", "float32", 1000, 4000, 40, 400, 151'000);
  EXPECT_NEAR(*Cause("FPU_OFF").share, 0.5, 0.01);
  EXPECT_THAT(Codes(), Contains("FLOAT_LAYERS"));
}

TEST_F(ExplainTest, ClockBelowTheChips) {
  result_.clock_hz = 72'000'000;
  EXPECT_DOUBLE_EQ(*Cause("CLOCK_BELOW_MAXIMUM").slowdown, 3);
  result_.issues = {{"CLOCK_FALLBACK", ""}};
  EXPECT_THAT(Cause("CLOCK_BELOW_MAXIMUM").fix, HasSubstr("crystal"));
}

TEST_F(ExplainTest, ArenaThatFitsTightlyCoupledMemory) {
  EXPECT_THAT(Codes(), Not(Contains("DATA_IN_SLOW_MEMORY"))) << "100,000 bytes do not fit";
  result_.memory.arena_bytes = 40'000;
  EXPECT_THAT(Cause("DATA_IN_SLOW_MEMORY").fix, HasSubstr("option arena=DTCM"));
  result_.memory.arena_bytes = 60'000;
  EXPECT_THAT(Codes(), Not(Contains("DATA_IN_SLOW_MEMORY"))) << "the stack lies there too";
  result_.memory.arena_bytes = 4'000;
  EXPECT_THAT(Codes(), Not(Contains("DATA_IN_SLOW_MEMORY"))) << "the cache holds it";
}

TEST_F(ExplainTest, LayersByWhatBindsThem) {
  Add("fully_connected", "fully_connected_s8_armv7em", "int8", 64'000, 64'000, 64, 1000, 60'000);
  Add("depthwise_conv2d", "depthwise_conv2d_s8_armv7em", "int8", 9'000, 90, 1000, 1000, 20'000);
  Add("fully_connected", "fully_connected_s8_armv7em", "int8", 100, 100, 10, 10, 30'000);
  Add("conv2d", "conv2d_s8_ref", "int8", 10'000, 100, 10, 10, 500'000).kernel_reason =
      "reference kernels were asked for";
  EXPECT_THAT(Cause("BANDWIDTH_BOUND").evidence, HasSubstr("FLASH"));
  EXPECT_THAT(Cause("BANDWIDTH_BOUND").layers, ElementsAre(2));
  EXPECT_THAT(Cause("REQUANTIZATION_BOUND").layers, ElementsAre(3));
  EXPECT_THAT(Cause("KERNEL_OVERHEAD").layers, ElementsAre(4));
  EXPECT_EQ(Cause("REFERENCE_KERNELS").layers.front(), 5);
  EXPECT_THAT(Cause("REFERENCE_KERNELS").fix, HasSubstr("kernels=ref"));
  EXPECT_EQ(Codes().front(), "REFERENCE_KERNELS") << "the largest share comes first";
}

TEST_F(ExplainTest, CopiesByteByByte) {
  Add("concat", "concat_s8_ref", "int8", 0, 0, 10'000, 10'000, 50'000).instructions = 40'000;
  EXPECT_THAT(Cause("BYTEWISE_COPIES").evidence, HasSubstr("4.0 for each"));
  result_.layers.back().instructions = 5'000;
  EXPECT_THAT(Codes(), Not(Contains("BYTEWISE_COPIES")));
  result_.layers.back().op = "transpose";
  EXPECT_THAT(Codes(), Contains("LAYOUT_CONVERSIONS"));
}

TEST_F(ExplainTest, SmallSharesAreNotNamed) {
  Add("transpose", "transpose_s8", "int8", 0, 0, 10, 10, 1'000);
  EXPECT_THAT(Codes(), Not(Contains("LAYOUT_CONVERSIONS")));
}

TEST_F(ExplainTest, ModelledTimeBelowWhatMemoryNeedsIsSaid) {
  result_.cycles = core::Cycles{true, 1, 1, 1};
  Add("fully_connected", "fully_connected_f32", "float32", 10'000, 64'000, 64, 1000, 30'000);
  EXPECT_THAT(Explained().notes, Contains(HasSubstr("modelled without its memories")));
  result_.cycles->estimated = false;
  EXPECT_TRUE(Explained().notes.empty());
}

TEST_F(ExplainTest, WithoutChipOrProfileItSaysWhatIsMissing) {
  const core::Explanation e = Explain(result_, nullptr);
  EXPECT_THAT(e.notes, Contains(HasSubstr("no bounds")));
  EXPECT_EQ(e.bound_cycles, 0);
  EXPECT_EQ(e.layers[0].bound, "");
  result_.layers.clear();
  EXPECT_THAT(Explained().notes, Contains(HasSubstr("no profile")));
}

}  // namespace
}  // namespace edgerack::analysis
