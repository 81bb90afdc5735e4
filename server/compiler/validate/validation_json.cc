#include "server/compiler/validate/validation_json.h"

#include <cmath>
#include <cstdio>

#include "server/compiler/validate/real_values.h"

namespace edgerack::compiler {
namespace {

using Json = nlohmann::ordered_json;

void Put(Json& json, const char* key, const std::optional<double>& value) {
  if (value && std::isfinite(*value)) json[key] = *value;
}

Json FiguresJson(const ErrorSums& sums) {
  const ErrorFigures f = sums.Figures();
  Json json = {{"elements", f.elements}};
  for (const auto& [key, value] :
       {std::pair("max", f.max), std::pair("mae", f.mae), std::pair("rmse", f.rmse),
        std::pair("mean", f.mean), std::pair("std", f.std)}) {
    json[key] = value;
  }
  Put(json, "l2r", f.l2r);
  Put(json, "nse", f.nse);
  Put(json, "cos", f.cos);
  Put(json, "sqnr_db", f.sqnr_db);
  if (f.not_finite > 0) json["not_finite"] = f.not_finite;
  return json;
}

// The step of a tensor with one scale; 0 otherwise.
double StepOf(const Tensor& tensor) {
  return IsQuantized(tensor) && tensor.quantization.per_tensor()
             ? static_cast<double>(tensor.quantization.scales.front())
             : 0;
}

Json CheckJson(const WorstCheck& worst, double step) {
  const NodeCheck& check = worst.check;
  if (!worst.seen) return {{"not_judged", "it was not compared"}};
  if (!check.not_judged.empty()) return {{"not_judged", check.not_judged}};
  Json json = Json::object();
  Put(json, "error", check.error);
  Put(json, "allowed", check.allowed);
  if (step > 0) {
    Put(json, "error_steps", check.error / step);
    Put(json, "allowed_steps", check.allowed / step);
  }
  json["sample"] = worst.sample;
  json["element"] = check.element;
  if (check.clamped > 0) json["clamped"] = check.clamped;
  json["diverges"] = check.diverges();
  return json;
}

Json ExactJson(const ExactComparison& exact) {
  if (!exact.not_compared.empty()) return {{"not_compared", exact.not_compared}};
  if (exact.samples == 0) return {{"not_compared", "there is no such execution"}};
  Json json = {{"bit_exact", exact.differing == 0},
               {"samples", exact.samples},
               {"differing_samples", exact.differing},
               {"first_differing_samples", exact.first}};
  if (exact.error.Figures().elements > 0) json["figures"] = FiguresJson(exact.error);
  return json;
}

std::string Number(double value) {
  char text[32];
  std::snprintf(text, sizeof text, "%.4g", value);
  return text;
}

std::string Measured(const WorstCheck& worst, double step) {
  const NodeCheck& check = worst.check;
  std::string text = "element " + std::to_string(check.element) + " of sample " +
                     std::to_string(worst.sample) + " is off by " + Number(check.error);
  if (step > 0) text += " (" + Number(check.error / step) + " steps)";
  text += ", quantization explains " + Number(check.allowed);
  if (step > 0) text += " (" + Number(check.allowed / step) + " steps)";
  return text;
}

std::string Differs(const ExactComparison& exact, const char* between) {
  std::string text = std::to_string(exact.first) + " of " + std::to_string(exact.samples) +
                     " samples first differ here between " + between;
  const ErrorFigures f = exact.error.Figures();
  if (f.max > 0) text += ", by up to " + Number(f.max);
  return text;
}

std::string MessageOf(const LayerValidation& layer, Divergence divergence, double step) {
  switch (divergence) {
    case Divergence::kPasses:
      return "the compiler's passes changed what this layer computes: fed with the original "
             "model's values, " +
             Measured(layer.passes, step);
    case Divergence::kArithmetic:
      return "the reference kernel does not give what the layer's inputs ask for: " +
             Measured(layer.arithmetic, step);
    case Divergence::kPackage:
      return "the kernel chosen for the board differs from the reference kernel: " +
             Differs(layer.package, "compiled graph and package");
    case Divergence::kBoard:
      return "the board does not compute what this machine computes with the same package: " +
             Differs(layer.board, "package and board");
  }
  return "";
}

Json LayerJson(const Validation& validation, const LayerValidation& layer) {
  const Node& node = validation.graph().nodes[layer.node];
  const Tensor& output = validation.graph().tensor(MainOutput(node.outputs));
  const double step = StepOf(output);
  Json json = {{"index", layer.index},
               {"name", node.name},
               {"op", node.op},
               {"output", output.name},
               {"dtype", DTypeName(output.dtype)},
               {"shape", output.shape}};
  if (step > 0) json["step"] = step;
  if (layer.match.found()) {
    Json& original = json["original"];
    original["tensor"] = validation.original()->tensor(layer.match.original).name;
    if (!layer.match.perm.empty()) original["transposed_by"] = layer.match.perm;
    original["bit_exact"] = layer.original_exact;
    original["figures"] = FiguresJson(layer.original);
    json["passes"] = CheckJson(layer.passes, step);
  } else {
    json["original"] = {{"unmatched", layer.match.why_not}};
    json["passes"] = {{"not_judged", layer.match.why_not}};
  }
  json["arithmetic"] = CheckJson(layer.arithmetic, step);
  json["package"] = ExactJson(layer.package);
  json["board"] = ExactJson(layer.board);
  Json& divergences = json["divergences"] = Json::array();
  for (Divergence divergence : layer.divergences())
    divergences.push_back(DivergenceName(divergence));
  return json;
}

}  // namespace

Json ValidationJson(const Validation& validation) {
  Json json = {{"samples", validation.samples()}};
  Json& layers = json["layers"] = Json::array();
  Json& divergences = json["divergences"] = Json::array();
  for (const LayerValidation& layer : validation.layers()) {
    layers.push_back(LayerJson(validation, layer));
    for (Divergence divergence : layer.divergences()) {
      const double step = layers.back().value("step", 0.0);
      divergences.push_back({{"layer", layer.index},
                             {"name", layers.back()["name"]},
                             {"op", layers.back()["op"]},
                             {"output", layers.back()["output"]},
                             {"at", DivergenceName(divergence)},
                             {"message", MessageOf(layer, divergence, step)}});
    }
  }
  return json;
}

}  // namespace edgerack::compiler
