#include "server/analysis/slow_layers.h"

#include <algorithm>
#include <functional>
#include <string>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "server/analysis/roofline.h"

namespace edgerack::analysis {
namespace {

using core::Layer;
using core::LayerExplanation;
using core::SlowCause;

// Layers that share a cause, the heaviest first.
struct Group {
  std::vector<size_t> layers;
  double share = 0;
};

class Layers {
 public:
  Layers(const core::Result& result, const std::vector<LayerExplanation>& explained)
      : result_(result), explained_(explained) {}

  using Test = std::function<bool(const Layer&, const LayerExplanation&)>;
  Group Where(const Test& test) const {
    Group group;
    for (size_t i = 0; i < explained_.size(); ++i) {
      if (explained_[i].cycles == 0 || !test(result_.layers[i], explained_[i])) continue;
      group.layers.push_back(i);
      group.share += explained_[i].share;
    }
    std::stable_sort(group.layers.begin(), group.layers.end(), [&](size_t a, size_t b) {
      return explained_[a].cycles > explained_[b].cycles;
    });
    return group;
  }

  // "layer 3 conv2d (41 %), …": the heaviest three.
  std::string Named(const Group& group) const {
    constexpr size_t kMost = 3;
    std::string text;
    for (size_t i = 0; i < std::min(group.layers.size(), kMost); ++i) {
      const LayerExplanation& layer = explained_[group.layers[i]];
      absl::StrAppendFormat(&text, "%slayer %d %s (%.1f %%)", i == 0 ? "" : ", ", layer.index,
                            layer.op, 100 * layer.share);
    }
    if (group.layers.size() > kMost) {
      absl::StrAppend(&text, " and ", group.layers.size() - kMost, " more");
    }
    return text;
  }

  const LayerExplanation& Heaviest(const Group& group) const {
    return explained_[group.layers.front()];
  }
  const Layer& HeaviestRaw(const Group& group) const {
    return result_.layers[group.layers.front()];
  }

  SlowCause Cause(const char* code, const Group& group, std::string evidence,
                  std::string fix) const {
    SlowCause cause{code, group.share, std::nullopt, std::move(evidence), std::move(fix), {}};
    for (size_t i : group.layers) cause.layers.push_back(explained_[i].index);
    return cause;
  }

 private:
  const core::Result& result_;
  const std::vector<LayerExplanation>& explained_;
};

bool IsReference(const Layer& layer) {
  return layer.kernel.size() > 4 && layer.kernel.compare(layer.kernel.size() - 4, 4, "_ref") == 0;
}

bool BoundBy(const LayerExplanation& layer, const char* what) { return layer.bound == what; }

void Kernels(const Layers& layers, std::vector<SlowCause>& to) {
  Group group = layers.Where([](const Layer& layer, const LayerExplanation& explained) {
    return IsReference(layer) && explained.bound == "overhead";
  });
  if (!group.layers.empty()) {
    to.push_back(layers.Cause(
        "REFERENCE_KERNELS", group,
        absl::StrCat("the portable reference kernel runs ", layers.Named(group), ": ",
                     layers.HeaviestRaw(group).kernel_reason),
        layers.HeaviestRaw(group).kernel_reason.find("asked for") != std::string::npos
            ? "leave out option kernels=ref"
            : "change the layer to an operator and type that `edgerack-compile ops` lists with a "
              "fast kernel for this chip"));
  }
  group = layers.Where([](const Layer& layer, const LayerExplanation&) {
    return layer.macs.value_or(0) > 0 && layer.weights_dtype == "float32";
  });
  if (!group.layers.empty()) {
    to.push_back(layers.Cause(
        "FLOAT_LAYERS", group,
        absl::StrCat(
            "float32 is multiplied, one product per operation and four bytes per weight, in ",
            layers.Named(group)),
        "quantize: `edgerack run --quantize int8 --calibration inputs.npz`, or convert the model "
        "with "
        "full int8"));
  }
}

void Copies(const Layers& layers, std::vector<SlowCause>& to) {
  Group group = layers.Where([](const Layer& layer, const LayerExplanation&) {
    return IsCopy(layer.op) && layer.instructions && layer.output_bytes.value_or(0) > 0 &&
           static_cast<double>(*layer.instructions) >
               kBytewiseInstructions * static_cast<double>(*layer.output_bytes);
  });
  if (!group.layers.empty()) {
    const Layer& heaviest = layers.HeaviestRaw(group);
    to.push_back(layers.Cause(
        "BYTEWISE_COPIES", group,
        absl::StrFormat(
            "%s: %d instructions move %d bytes, %.1f for each; copies of whole words need "
            "less than 1",
            layers.Named(group), *heaviest.instructions, *heaviest.output_bytes,
            static_cast<double>(*heaviest.instructions) /
                static_cast<double>(*heaviest.output_bytes)),
        "choose channel counts and offsets that are multiples of 4, so that whole words move"));
  }
  group = layers.Where(
      [](const Layer& layer, const LayerExplanation&) { return layer.op == "transpose"; });
  if (!group.layers.empty()) {
    to.push_back(
        layers.Cause("LAYOUT_CONVERSIONS", group,
                     absl::StrCat("values only change their layout in ", layers.Named(group)),
                     "export the model channels-last, or give the input in NHWC"));
  }
}

void Bounds(const Layers& layers, std::vector<SlowCause>& to) {
  auto bound_by = [&](const char* what) {
    return layers.Where(
        [what](const Layer&, const LayerExplanation& e) { return BoundBy(e, what); });
  };
  Group group = bound_by("bandwidth");
  if (!group.layers.empty()) {
    const LayerExplanation& e = layers.Heaviest(group);
    to.push_back(layers.Cause(
        "BANDWIDTH_BOUND", group,
        absl::StrFormat(
            "memory is waited for in %s: layer %d has %d bytes for %d multiply-accumulates, and "
            "%s needs about %d of its %d cycles to deliver them",
            layers.Named(group), e.index, e.bytes, e.macs, e.memory, e.memory_cycles, e.cycles),
        "fewer or smaller weights (int8 has a quarter of float32's bytes), or weights in a memory "
        "nearer to the core"));
  }
  group = bound_by("requantization");
  if (!group.layers.empty()) {
    const LayerExplanation& e = layers.Heaviest(group);
    to.push_back(layers.Cause(
        "REQUANTIZATION_BOUND", group,
        absl::StrFormat(
            "scaling outputs takes more than multiplying in %s: about %d of layer %d's %d cycles",
            layers.Named(group), e.requantization_cycles, e.index, e.cycles),
        "more input channels per output, fewer output values, or elementwise layers fused into the "
        "one before"));
  }
  group = bound_by("arithmetic");
  if (!group.layers.empty()) {
    const LayerExplanation& e = layers.Heaviest(group);
    to.push_back(layers.Cause(
        "COMPUTE_BOUND", group,
        absl::StrFormat("near what the core can multiply: %s; layer %d takes %.1f times the %d "
                        "cycles of its arithmetic",
                        layers.Named(group), e.index,
                        static_cast<double>(e.cycles) /
                            static_cast<double>(std::max<int64_t>(e.arithmetic_cycles, 1)),
                        e.arithmetic_cycles),
        "nothing is wrong: only fewer multiply-accumulates make these layers faster"));
  }
  group = layers.Where([](const Layer& layer, const LayerExplanation& e) {
    return BoundBy(e, "overhead") && !IsReference(layer);
  });
  if (!group.layers.empty()) {
    const LayerExplanation& e = layers.Heaviest(group);
    to.push_back(layers.Cause(
        "KERNEL_OVERHEAD", group,
        absl::StrFormat("loops, addresses and function tables take more than the arithmetic in "
                        "%s: layer %d takes %d cycles, arithmetic and memory need about %d",
                        layers.Named(group), e.index, e.cycles,
                        std::max({e.arithmetic_cycles, e.requantization_cycles, e.memory_cycles})),
        "larger layers are cheaper per value; channel counts that are multiples of 4 use the whole "
        "inner loop"));
  }
}

}  // namespace

std::vector<SlowCause> SlowLayers(const core::Result& result,
                                  const std::vector<LayerExplanation>& explained) {
  const Layers layers(result, explained);
  std::vector<SlowCause> causes;
  Kernels(layers, causes);
  Copies(layers, causes);
  Bounds(layers, causes);
  return causes;
}

}  // namespace edgerack::analysis
