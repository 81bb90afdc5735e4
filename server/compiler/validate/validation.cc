#include "server/compiler/validate/validation.h"

#include <zlib.h>

#include <algorithm>
#include <map>

#include "server/compiler/ops/op_def.h"
#include "server/compiler/validate/real_values.h"

namespace edgerack::compiler {
namespace {

uint32_t Crc32(std::string_view bytes) {
  return static_cast<uint32_t>(
      crc32(0, reinterpret_cast<const Bytef*>(bytes.data()), static_cast<uInt>(bytes.size())));
}

std::string_view Part(std::string_view trace, const TracePlace& place) {
  return trace.substr(static_cast<size_t>(place.offset), static_cast<size_t>(place.bytes));
}

void AddErrors(const Tensor& tensor, std::string_view reference, std::string_view value,
               ErrorSums& sums) {
  const std::vector<double> r = RealValues(tensor, reference);
  const std::vector<double> x = RealValues(tensor, value);
  for (size_t i = 0; i < r.size(); ++i) sums.Add(r[i], x[i]);
}

}  // namespace

const char* DivergenceName(Divergence divergence) {
  switch (divergence) {
    case Divergence::kPasses:
      return "passes";
    case Divergence::kArithmetic:
      return "arithmetic";
    case Divergence::kPackage:
      return "package";
    case Divergence::kBoard:
      return "board";
  }
  return "?";
}

void WorstCheck::Take(const NodeCheck& other, int64_t of_sample) {
  // One sample that could not be judged says so for all: the others were judged alike.
  if (seen &&
      (!check.not_judged.empty() || (other.not_judged.empty() && other.worst <= check.worst))) {
    check.clamped += other.clamped;
    return;
  }
  const int64_t clamped = check.clamped + other.clamped;
  check = other;
  check.clamped = clamped;
  sample = of_sample;
  seen = true;
}

std::vector<Divergence> LayerValidation::divergences() const {
  std::vector<Divergence> found;
  if (passes.seen && passes.check.diverges()) found.push_back(Divergence::kPasses);
  if (arithmetic.seen && arithmetic.check.diverges()) found.push_back(Divergence::kArithmetic);
  if (package.first > 0) found.push_back(Divergence::kPackage);
  if (board.first > 0) found.push_back(Divergence::kBoard);
  return found;
}

Validation::Validation(std::optional<TracedGraph> original, TracedGraph compiled,
                       PackageInfo package)
    : original_(std::move(original)),
      compiled_(std::move(compiled)),
      package_(std::move(package)),
      places_(TracePlaces(package_)) {
  std::map<std::string, int> layer_of;  // by the name of an output
  for (size_t i = 0; i < package_.ops.size(); ++i) {
    for (int tensor : package_.ops[i].outputs) {
      if (tensor < 0) continue;
      layer_of[package_.tensors[static_cast<size_t>(tensor)].name] = static_cast<int>(i);
    }
  }
  for (size_t n = 0; n < graph().nodes.size(); ++n) {
    const Node& node = graph().nodes[n];
    if (FindOp(node.op)->alias) continue;
    const Tensor& output = graph().tensor(MainOutput(node.outputs));
    LayerValidation& layer = layers_.emplace_back();
    layer.node = n;
    auto found = layer_of.find(output.name);
    if (found != layer_of.end()) {
      layer.index = found->second;
    } else {
      layer.package.not_compared = layer.board.not_compared =
          "the package computes it row by row inside the layer behind it and keeps no output of it";
    }
    if (original_) {
      layer.match = MatchTensor(original_->graph, output);
    } else {
      layer.match.why_not = "the original model was not executed";
    }
  }
}

void Validation::Add(const Sample& sample, const BoardTrace* board, int64_t index) {
  const Values compiled = ValuesOf(compiled_, sample.inputs, sample.compiled);
  const Values original =
      original_ ? ValuesOf(*original_, sample.inputs, sample.original) : Values();
  for (LayerValidation& layer : layers_) {
    if (layer.match.found()) {
      CompareWithOriginal(layer, original, compiled);
    }
    if (layer.match.found()) {
      layer.passes.Take(CheckPasses(layer, original), index);
    }
    layer.arithmetic.Take(CheckArithmetic(layer, compiled), index);
  }
  ComparePackage(sample, compiled);
  if (board != nullptr) CompareBoard(sample, *board, index);
  ++samples_;
}

void Validation::CompareWithOriginal(LayerValidation& layer, const Values& original,
                                     const Values& compiled) {
  const Tensor& a = original_->graph.tensor(layer.match.original);
  const TensorId id = MainOutput(graph().nodes[layer.node].outputs);
  const auto& a_bytes = original[Index(layer.match.original)];
  const auto& b_bytes = compiled[Index(id)];
  if (!a_bytes || !b_bytes) {
    layer.match = {};
    layer.match.why_not = "the original model computes it while it is compiled";
    return;
  }
  const std::vector<double> r = InOrderOf(layer.match, RealValues(a, *a_bytes));
  const std::vector<double> x = RealValues(graph().tensor(id), *b_bytes);
  for (size_t i = 0; i < r.size(); ++i) {
    layer.original.Add(r[i], x[i]);
    layer.original_exact = layer.original_exact && (r[i] == x[i] || (r[i] != r[i] && x[i] != x[i]));
  }
}

// The compiled layer, fed with what the original model had there, must give what that one gave.
NodeCheck Validation::CheckPasses(const LayerValidation& layer, const Values& original) const {
  const Node& node = graph().nodes[layer.node];
  NodeOperands operands;
  std::vector<std::vector<double>> inputs(node.inputs.size());
  operands.inputs.assign(node.inputs.size(), nullptr);
  for (size_t i = 0; i < node.inputs.size(); ++i) {
    if (node.inputs[i] == kNoTensor || graph().tensor(node.inputs[i]).constant()) continue;
    const Tensor& b = graph().tensor(node.inputs[i]);
    const Match match = MatchTensor(original_->graph, b);
    if (!match.found()) continue;
    const Tensor& a = original_->graph.tensor(match.original);
    const auto& bytes = original[Index(match.original)];
    if (!bytes && !a.constant()) continue;
    inputs[i] = InOrderOf(match, RealValues(a, bytes ? *bytes : *a.data));
    operands.inputs[i] = &inputs[i];
    const bool same_grid = IsQuantized(a) && a.quantization.scales == b.quantization.scales;
    if (IsQuantized(b) && !same_grid) {
      operands.input_rounding =
          std::max(operands.input_rounding, static_cast<double>(b.quantization.scales.front()) / 2);
    }
  }
  const Tensor& a = original_->graph.tensor(layer.match.original);
  const Tensor& y = graph().tensor(MainOutput(node.outputs));
  const auto& bytes = original[Index(layer.match.original)];
  if (!bytes) {
    NodeCheck check;
    check.not_judged = "the original model computes it while it is compiled";
    return check;
  }
  const std::vector<double> output = InOrderOf(layer.match, RealValues(a, *bytes));
  operands.output = &output;
  operands.weights_rounded = IsQuantized(y) && !IsQuantized(a);
  return CheckNode(graph(), layer.node, operands);
}

NodeCheck Validation::CheckArithmetic(const LayerValidation& layer, const Values& compiled) const {
  const Node& node = graph().nodes[layer.node];
  NodeOperands operands;
  std::vector<std::vector<double>> inputs(node.inputs.size());
  operands.inputs.assign(node.inputs.size(), nullptr);
  for (size_t i = 0; i < node.inputs.size(); ++i) {
    if (node.inputs[i] == kNoTensor || !compiled[Index(node.inputs[i])]) continue;
    inputs[i] = RealValues(graph().tensor(node.inputs[i]), *compiled[Index(node.inputs[i])]);
    operands.inputs[i] = &inputs[i];
  }
  const TensorId id = MainOutput(node.outputs);
  if (!compiled[Index(id)]) {
    NodeCheck check;
    check.not_judged = "its output is not in the package";
    return check;
  }
  const std::vector<double> output = RealValues(graph().tensor(id), *compiled[Index(id)]);
  operands.output = &output;
  return CheckNode(graph(), layer.node, operands);
}

void Validation::ComparePackage(const Sample& sample, const Values& compiled) {
  bool differed = false;
  for (LayerValidation& layer : layers_) {
    const TensorId id = MainOutput(graph().nodes[layer.node].outputs);
    const Tensor& tensor = graph().tensor(id);
    ExactComparison& exact = layer.package;
    const TracePlace* place = nullptr;
    if (layer.index >= 0) {
      for (const TracePlace& p : places_[static_cast<size_t>(layer.index)]) {
        if (p.tensor >= 0 && package_.tensors[static_cast<size_t>(p.tensor)].name == tensor.name) {
          place = &p;
        }
      }
    }
    if (place == nullptr || place->bytes != tensor.bytes() || !compiled[Index(id)]) {
      exact.not_compared = "the package has no such layer";
      continue;
    }
    const std::string_view bytes = Part(sample.package, *place);
    ++exact.samples;
    AddErrors(tensor, *compiled[Index(id)], bytes, exact.error);
    if (bytes == *compiled[Index(id)]) continue;
    ++exact.differing;
    if (!differed) ++exact.first;
    differed = true;
  }
}

void Validation::CompareBoard(const Sample& sample, const BoardTrace& board, int64_t index) {
  std::vector<LayerValidation*> by_index(places_.size(), nullptr);
  for (LayerValidation& layer : layers_) {
    if (layer.index >= 0) by_index[static_cast<size_t>(layer.index)] = &layer;
  }
  size_t per_sample = 0;
  for (const auto& outputs : places_) per_sample += outputs.size();
  size_t at = static_cast<size_t>(index) * per_sample;
  bool differed = false;
  for (size_t i = 0; i < places_.size(); ++i) {
    bool differs = false;
    for (size_t k = 0; k < places_[i].size(); ++k, ++at) {
      const TracePlace& place = places_[i][k];
      if (place.tensor < 0) continue;
      differs = differs || board.crc32[at] != Crc32(Part(sample.package, place));
    }
    if (by_index[i] == nullptr) continue;
    LayerValidation& layer = *by_index[i];
    ExactComparison& exact = layer.board;
    ++exact.samples;
    const Tensor& tensor = graph().tensor(MainOutput(graph().nodes[layer.node].outputs));
    const TracePlace& main = places_[i].front();
    const auto read = board.differing.find({index, static_cast<int64_t>(i), 0});
    if (!differs) {
      AddErrors(tensor, Part(sample.package, main), Part(sample.package, main), exact.error);
      continue;
    }
    if (read != board.differing.end() && main.tensor >= 0 &&
        static_cast<int64_t>(read->second.size()) == main.bytes && main.bytes == tensor.bytes()) {
      AddErrors(tensor, Part(sample.package, main), read->second, exact.error);
    }
    ++exact.differing;
    if (!differed) ++exact.first;
    differed = true;
  }
}

}  // namespace edgerack::compiler
