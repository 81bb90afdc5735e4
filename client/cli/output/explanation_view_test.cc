#include "client/cli/output/explanation_view.h"

#include "gmock/gmock.h"
#include "gtest/gtest.h"

namespace edgerack::cli {
namespace {

using testing::HasSubstr;
using testing::Not;

v1::Explanation Sample() {
  v1::Explanation e;
  e.set_clock_hz(216'000'000);
  e.set_cycles(216'000);
  e.set_estimated(true);
  e.set_bound_cycles(108'000);
  v1::SlowCause* cause = e.add_causes();
  cause->set_code("CACHES_OFF");
  cause->set_share(1);
  cause->set_slowdown(5);
  cause->set_evidence("both caches were off");
  cause->set_fix("switch them on");
  v1::LayerExplanation* layer = e.add_layers();
  layer->set_name("conv");
  layer->set_op("conv2d");
  layer->set_cycles(216'000);
  layer->set_share(1);
  layer->set_macs(200'000);
  layer->set_bytes(4'000);
  layer->set_arithmetic_cycles(100'000);
  layer->set_memory_cycles(2'100);
  layer->set_memory("FLASH");
  layer->set_bound("arithmetic");
  e.add_notes("a note");
  return e;
}

TEST(ExplanationViewTest, CausesThenLayersThenNotes) {
  const std::string text = RenderExplanation(Sample());
  EXPECT_THAT(text, HasSubstr("216,000 cycles in 1 layer, 1.000 ms at 216 MHz (estimated); no less "
                              "than 108,000 are possible here, 50 %."));
  EXPECT_THAT(text, HasSubstr("CACHES_OFF  touches 100.0 % of the time, about 5.0 times slower\n"
                              "  both caches were off\n  fix: switch them on\n"));
  EXPECT_THAT(text, HasSubstr("conv2d"));
  EXPECT_THAT(text, HasSubstr("50.0     100,000"));
  EXPECT_THAT(text, HasSubstr("note: a note"));
}

TEST(ExplanationViewTest, NothingKnownIsSaid) {
  v1::Explanation e;
  e.set_cycles(10);
  const std::string text = RenderExplanation(e);
  EXPECT_THAT(text, HasSubstr("Nothing slows it down"));
  EXPECT_THAT(text, Not(HasSubstr("MHz")));
}

}  // namespace
}  // namespace edgerack::cli
