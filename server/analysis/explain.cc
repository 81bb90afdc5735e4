#include "server/analysis/explain.h"

#include <algorithm>
#include <cmath>
#include <iterator>

#include "absl/strings/str_cat.h"
#include "server/analysis/core_rates.h"
#include "server/analysis/roofline.h"
#include "server/analysis/slow_layers.h"
#include "server/analysis/slow_settings.h"

namespace edgerack::analysis {
namespace {

core::LayerExplanation ExplainLayer(const core::Layer& layer, int64_t all_cycles,
                                    const CoreRates* rates, const MemoryView& memory) {
  core::LayerExplanation e;
  e.index = layer.index.value_or(0);
  e.name = layer.name;
  e.op = layer.op;
  e.kernel = layer.kernel;
  e.cycles = layer.cycles.value_or(0);
  e.share = all_cycles == 0 ? 0 : static_cast<double>(e.cycles) / static_cast<double>(all_cycles);
  e.macs = layer.macs.value_or(0);
  e.bytes = layer.weights_bytes.value_or(0) + layer.input_bytes.value_or(0) +
            layer.output_bytes.value_or(0);
  // Results of older servers have no bytes.
  if (rates == nullptr || !layer.output_bytes) return e;
  const LayerBounds bounds = BoundsOf(layer, *rates, memory);
  e.arithmetic_cycles = std::llround(bounds.arithmetic_cycles);
  e.requantization_cycles = std::llround(bounds.requantization_cycles);
  e.memory_cycles = std::llround(bounds.memory_cycles);
  e.memory = bounds.memory;
  e.bound = BoundOf(layer, bounds);
  return e;
}

MemoryView ViewOf(const core::Result& result, const Chip* chip) {
  MemoryView view;
  if (chip == nullptr) return view;
  view.weights = chip->FindMemory(result.memory.weights_region);
  view.arena = chip->FindMemory(result.memory.arena_region);
  if (result.provenance.dcache.value_or(false)) view.dcache_bytes = chip->dcache_bytes;
  return view;
}

bool CountsInstructionsOnly(const core::Result& result) {
  return result.instructions && !result.cycles;
}

std::vector<std::string> Notes(const core::Result& result, const core::Explanation& explanation,
                               const Chip* chip) {
  std::vector<std::string> notes;
  if (result.layers.empty()) {
    notes.push_back("this result has no profile: run the model again with profile=on");
  }
  if (CountsInstructionsOnly(result)) {
    notes.push_back(
        "the board counts instructions only: neither settings nor layers can be weighed in cycles");
  }
  if (chip == nullptr || RatesOf(chip->core) == nullptr) {
    notes.push_back("what this core can do at best is not known: layers have no bounds");
  }
  const auto below = std::count_if(
      explanation.layers.begin(), explanation.layers.end(),
      [](const core::LayerExplanation& e) { return e.cycles > 0 && e.memory_cycles > e.cycles; });
  if (explanation.estimated && below > 0) {
    notes.push_back(absl::StrCat(
        "the board's time is modelled without its memories: a real one needs longer in ", below,
        below == 1 ? " layer that waits" : " layers that wait", " for memory"));
  }
  return notes;
}

}  // namespace

core::Explanation Explain(const core::Result& result, const Chip* chip) {
  core::Explanation explanation;
  explanation.clock_hz = result.clock_hz.value_or(0);
  explanation.estimated = result.cycles && result.cycles->estimated.value_or(false);
  for (const core::Layer& layer : result.layers) explanation.cycles += layer.cycles.value_or(0);
  const CoreRates* rates = chip == nullptr ? nullptr : RatesOf(chip->core);
  const MemoryView memory = ViewOf(result, chip);
  for (const core::Layer& layer : result.layers) {
    core::LayerExplanation e = ExplainLayer(layer, explanation.cycles, rates, memory);
    explanation.bound_cycles +=
        std::max({e.arithmetic_cycles, e.requantization_cycles, e.memory_cycles});
    explanation.layers.push_back(std::move(e));
  }
  if (!CountsInstructionsOnly(result)) explanation.causes = SlowSettings(result, chip);
  std::vector<core::SlowCause> of_layers = SlowLayers(result, explanation.layers);
  std::copy_if(std::make_move_iterator(of_layers.begin()), std::make_move_iterator(of_layers.end()),
               std::back_inserter(explanation.causes), [](const core::SlowCause& cause) {
                 return cause.share.value_or(1) >= kSmallestShare;
               });
  std::stable_sort(explanation.causes.begin(), explanation.causes.end(),
                   [](const core::SlowCause& a, const core::SlowCause& b) {
                     return a.share.value_or(0) > b.share.value_or(0);
                   });
  explanation.notes = Notes(result, explanation, chip);
  return explanation;
}

}  // namespace edgerack::analysis
