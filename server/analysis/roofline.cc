#include "server/analysis/roofline.h"

#include <algorithm>
#include <array>
#include <string_view>

#include "server/core/tensor.h"

namespace edgerack::analysis {
namespace {

constexpr double kLineBytes = 32;
constexpr double kWordBytes = 4;

template <size_t kCount>
bool IsOneOf(const std::array<std::string_view, kCount>& names, const std::string& name) {
  return std::find(names.begin(), names.end(), name) != names.end();
}

// Elementwise operators whose every integer output is scaled anew; those with products are too.
constexpr std::array<std::string_view, 6> kScaling = {"add",      "binary",     "avg_pool2d",
                                                      "quantize", "requantize", "batch_norm"};

double ArithmeticCycles(const core::Layer& layer, const CoreRates& rates) {
  const auto macs = static_cast<double>(layer.macs.value_or(0));
  const bool is_float = layer.weights_dtype.rfind("float", 0) == 0 ||
                        (layer.weights_dtype.empty() && layer.output_dtype == "float32");
  return macs / (is_float ? rates.float_macs : rates.integer_macs);
}

double RequantizationCycles(const core::Layer& layer, const CoreRates& rates) {
  const std::string& type = layer.output_dtype;
  const bool narrow = type == "int8" || type == "uint8" || type == "int16";
  if (!narrow || !(layer.macs.value_or(0) > 0 || IsOneOf(kScaling, layer.op))) return 0;
  const int64_t width = std::max<int64_t>(core::DtypeBytes(type), 1);
  return rates.requantize_cycles * static_cast<double>(layer.output_bytes.value_or(0) / width);
}

// Of a stream of so many bytes; 0 for a memory that does not make the core wait.
double StreamCycles(const MemoryRegion* region, double bytes, bool cached) {
  if (region == nullptr || bytes <= 0) return 0;
  if (cached && region->line_cycles) {
    return bytes / kLineBytes * static_cast<double>(*region->line_cycles);
  }
  if (!cached && region->word_cycles) {
    return bytes / kWordBytes * static_cast<double>(*region->word_cycles);
  }
  return 0;
}

}  // namespace

double LayerBounds::largest() const {
  return std::max({arithmetic_cycles, requantization_cycles, memory_cycles});
}

bool IsCopy(const std::string& op) {
  static constexpr std::array<std::string_view, 14> kCopies = {
      "reshape", "pad",    "transpose",      "slice",         "reverse",
      "concat",  "expand", "tile",           "gather",        "gather_elements",
      "copy",    "cast",   "space_to_depth", "depth_to_space"};
  return IsOneOf(kCopies, op);
}

LayerBounds BoundsOf(const core::Layer& layer, const CoreRates& rates, const MemoryView& memory) {
  LayerBounds bounds;
  const auto weights = static_cast<double>(layer.weights_bytes.value_or(0));
  const auto inputs = static_cast<double>(layer.input_bytes.value_or(0));
  const auto outputs = static_cast<double>(layer.output_bytes.value_or(0));
  bounds.arithmetic_cycles =
      IsCopy(layer.op) ? outputs / rates.copied_bytes : ArithmeticCycles(layer, rates);
  bounds.requantization_cycles = RequantizationCycles(layer, rates);
  const bool cached = memory.dcache_bytes > 0;
  const double missed = std::max(0.0, inputs + outputs - static_cast<double>(memory.dcache_bytes));
  const double weight_cycles = StreamCycles(memory.weights, weights, cached);
  const double activation_cycles = StreamCycles(memory.arena, missed, cached);
  bounds.memory_cycles = weight_cycles + activation_cycles;
  const MemoryRegion* larger = weight_cycles >= activation_cycles ? memory.weights : memory.arena;
  if (bounds.memory_cycles > 0) bounds.memory = larger->name;
  return bounds;
}

std::string BoundOf(const core::Layer& layer, const LayerBounds& bounds) {
  const auto cycles = static_cast<double>(layer.cycles.value_or(0));
  if (cycles <= 0) return "";
  if (IsCopy(layer.op)) return "copies";
  if (bounds.largest() * kBoundFactor < cycles) return "overhead";
  if (bounds.largest() == bounds.memory_cycles) return "bandwidth";
  return bounds.largest() == bounds.requantization_cycles ? "requantization" : "arithmetic";
}

}  // namespace edgerack::analysis
