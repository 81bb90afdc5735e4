#include "server/compiler/ptq/quantization_json.h"

#include "server/compiler/validate/real_values.h"

namespace edgerack::compiler {
namespace {

using Json = nlohmann::ordered_json;

Json CalibrationJson(const QuantizationReport& in) {
  Json json = {{"method", in.options.method}, {"samples", in.calibration_samples}};
  if (in.options.method == "percentile") json["percentile"] = in.options.range.percentile;
  json["compared_samples"] = in.compared_samples;
  json["weight_scales"] = in.options.weights.per_channel ? "channel" : "tensor";
  json["bias_correction"] = in.options.weights.correct_bias;
  json["equalize"] = in.options.equalize;
  return json;
}

Json EqualizedJson(const QuantizationReport& in) {
  Json pairs = Json::array();
  for (const EqualizedPair& pair : in.equalized) {
    pairs.push_back(
        {{"first", pair.first}, {"second", pair.second}, {"spread", pair.spread_before}});
  }
  return pairs;
}

Json ScanJson(const SensitivityScan& scan, DType kept) {
  Json layers = Json::array();
  for (const RankedLayer& layer : scan.layers) {
    layers.push_back({{"name", layer.name},
                      {"macs", layer.macs},
                      {"sqnr_db_alone", layer.alone},
                      {kept == DType::kS16 ? "int16" : "float", layer.chosen}});
  }
  return {{"sqnr_db_before", scan.before},
          {"sqnr_db_after", scan.after},
          {"reached", scan.reached},
          {"slower_estimated", scan.slower},
          {"layers", layers}};
}

void AddFigures(const ErrorFigures& figures, Json& json) {
  if (figures.sqnr_db) json["sqnr_db"] = *figures.sqnr_db;
  if (figures.cos) json["cos"] = *figures.cos;
}

Json LayersJson(const QuantizationReport& in) {
  Json layers = Json::array();
  for (const LayerError& layer : in.layers) {
    const Node& node = in.quantized.graph.nodes[layer.node];
    const Tensor& y = in.quantized.graph.tensor(MainOutput(node.outputs));
    Json json = {{"name", node.name}, {"op", node.op}, {"dtype", DTypeName(y.dtype)}};
    const auto scheme = in.plan.schemes.find(layer.original);
    if (scheme != in.plan.schemes.end() && IsQuantized(y)) {
      const Quantization& grid = y.quantization;
      json["method"] = scheme->second.method;
      json["scale"] = grid.scales[0];
      json["zero_point"] = grid.zero_points[0];
      json["clamped_share"] = ClampedShare(scheme->second.values, grid, y.dtype);
    }
    const auto weights = in.plan.weights.find(in.graph.tensor(layer.original).name);
    if (weights != in.plan.weights.end() && IsQuantized(y)) {
      json["bias_shift"] = weights->second.bias_shift;
    }
    AddFigures(layer.figures, json);
    layers.push_back(std::move(json));
  }
  return layers;
}

Json OutputsJson(const QuantizationReport& in) {
  Json outputs = Json::array();
  size_t at = 0;
  for (TensorId id : in.graph.outputs) {
    if (in.graph.tensor(id).dtype != DType::kF32) continue;
    const ErrorFigures& figures = in.outputs[at++];
    Json json = {{"name", in.graph.tensor(id).name}};
    AddFigures(figures, json);
    json["max"] = figures.max;
    outputs.push_back(std::move(json));
  }
  return outputs;
}

}  // namespace

Json QuantizationJson(const QuantizationReport& in) {
  Json json = {
      {"mode", in.mode}, {"calibration", CalibrationJson(in)}, {"equalized", EqualizedJson(in)}};
  if (in.scan) json["sensitivity"] = ScanJson(*in.scan, in.kept);
  json["outputs"] = OutputsJson(in);
  json["layers"] = LayersJson(in);
  return json;
}

}  // namespace edgerack::compiler
