#include "server/compile_client/report.h"

#include "absl/strings/str_cat.h"
#include "server/compile_client/lenient_json.h"

namespace edgerack::compile_client {
namespace {

core::Memory ReadMemory(const Json& json) {
  core::Memory memory;
  memory.weights_bytes = Integer(json, "weights_bytes");
  memory.arena_bytes = Integer(json, "arena_bytes");
  memory.arena_lower_bound_bytes = Integer(json, "arena_lower_bound_bytes");
  memory.weights_region = Text(json, "weights_region");
  memory.arena_region = Text(json, "arena_region");
  ForEach(json, "regions", [&](const Json& item) {
    if (Text(item, "name").empty()) return;
    memory.regions.push_back(
        {Text(item, "name"), Integer(item, "used_bytes"), Integer(item, "size_bytes")});
  });
  return memory;
}

core::Layer ReadLayer(const Json& json) {
  core::Layer layer;
  if (auto index = Integer(json, "index")) layer.index = static_cast<int32_t>(*index);
  layer.name = Text(json, "name");
  layer.op = Text(json, "op");
  layer.kernel = Text(json, "kernel");
  layer.kernel_reason = Text(json, "kernel_reason");
  layer.weights_dtype = Text(json, "weights_dtype");
  layer.output_dtype = Text(json, "output_dtype");
  layer.weights_bytes = Integer(json, "weights_bytes");
  layer.input_bytes = Integer(json, "input_bytes");
  layer.output_bytes = Integer(json, "output_bytes");
  layer.macs = Integer(json, "macs");
  layer.output_shape = Integers(json, "output_shape");
  ForEach(json, "findings", [&](const Json& item) {
    std::string text = item.is_string() ? item.get<std::string>() : Text(item, "code");
    if (item.is_object() && !Text(item, "message").empty()) {
      absl::StrAppend(&text, text.empty() ? "" : ": ", Text(item, "message"));
    }
    if (!text.empty()) layer.findings.push_back(std::move(text));
  });
  return layer;
}

core::AccuracyFigures ReadFigures(const Json& json) {
  return {Real(json, "top1"), Real(json, "rmse"), Real(json, "mae"), Real(json, "cos")};
}

std::optional<core::QuantizationAccuracy> ReadQuantizationAccuracy(const Json& json) {
  if (!json.is_object()) return std::nullopt;
  core::QuantizationAccuracy accuracy;
  accuracy.samples = Integer(json, "samples");
  accuracy.against = Text(json, "against");
  if (Member(json, "before").is_object()) accuracy.before = ReadFigures(Member(json, "before"));
  accuracy.after = ReadFigures(Member(json, "after"));
  return accuracy;
}

core::TensorInfo ReadTensor(const Json& json) {
  core::TensorInfo tensor;
  tensor.name = Text(json, "name");
  tensor.dtype = Text(json, "dtype");
  tensor.shape = Integers(json, "shape");
  tensor.scale = Real(json, "scale").value_or(0);
  tensor.zero_point = Integer(json, "zero_point").value_or(0);
  tensor.offset_bytes = Integer(json, "offset_bytes").value_or(0);
  return tensor;
}

}  // namespace

bool IsObject(const std::string& text) {
  return Json::parse(text, nullptr, /*allow_exceptions=*/false).is_object();
}

absl::StatusOr<core::CompileReport> ParseReport(const std::string& text) {
  const Json json = Json::parse(text, nullptr, /*allow_exceptions=*/false);
  if (!json.is_object())
    return Unreadable("BAD_REPORT", "the compiler's report is not a JSON object");
  core::CompileReport report;
  const Json& fits = Member(json, "fits");
  report.fits = !fits.is_boolean() || fits.get<bool>();
  report.memory = ReadMemory(Member(json, "memory"));
  report.macs = Integer(json, "macs");
  report.quantization_accuracy =
      ReadQuantizationAccuracy(Member(Member(json, "quantization"), "accuracy"));
  report.compiler_version = Text(json, "compiler_version");
  ForEach(json, "layers", [&](const Json& item) { report.layers.push_back(ReadLayer(item)); });
  ForEach(json, "findings", [&](const Json& item) {
    report.findings.push_back({Text(item, "code"), Text(item, "message"), Text(item, "remedy")});
  });
  return report;
}

absl::StatusOr<core::ModelView> ParseModelView(const std::string& text) {
  const Json json = Json::parse(text, nullptr, /*allow_exceptions=*/false);
  if (!json.is_object())
    return Unreadable("BAD_VIEW", "the compiler's view of the model is not a JSON object");
  core::ModelView view;
  view.format = Text(json, "format");
  ForEach(json, "inputs", [&](const Json& item) { view.inputs.push_back(ReadTensor(item)); });
  ForEach(json, "outputs", [&](const Json& item) { view.outputs.push_back(ReadTensor(item)); });
  ForEach(json, "layers", [&](const Json& item) {
    core::ModelLayer& layer = view.layers.emplace_back();
    if (auto index = Integer(item, "index")) layer.index = static_cast<int32_t>(*index);
    layer.name = Text(item, "name");
    layer.op = Text(item, "op");
    layer.output_shape = Integers(item, "output_shape");
    layer.output_dtype = Text(item, "output_dtype");
    layer.parameters_bytes = Integer(item, "parameters_bytes");
    layer.macs = Integer(item, "macs");
  });
  const Json& totals = Member(json, "totals");
  view.totals.layers = Integer(totals, "layers");
  view.totals.weights_bytes = Integer(totals, "weights_bytes");
  view.totals.activations_peak_bytes = Integer(totals, "activations_peak_bytes");
  view.totals.macs = Integer(totals, "macs");
  return view;
}

std::optional<core::Failure> RefusalIn(const std::string& text) {
  const Json json = Json::parse(text, nullptr, /*allow_exceptions=*/false);
  if (const Json& error = Member(json, "error"); error.is_object()) {
    const std::string error_class = Text(error, "class");
    const std::string code = Text(error, "code");
    return core::Failure{error_class.empty() ? ErrorClass::kUser : ParseErrorClass(error_class),
                         code.empty() ? "MODEL_REFUSED" : code, Text(error, "message")};
  }
  const Json& fits = Member(json, "fits");
  if (!fits.is_boolean() || fits.get<bool>()) return std::nullopt;
  core::Failure failure{ErrorClass::kUser, "DOES_NOT_FIT",
                        "the model does not fit the board's memory"};
  // The finding that says so is an error; notes about layers may stand before it.
  bool found = false;
  ForEach(json, "findings", [&](const Json& item) {
    const bool severe = Text(item, "severity") == "error";
    if (found && !severe) return;
    if (Text(item, "code").empty() || (found && failure.code != "DOES_NOT_FIT")) return;
    failure.code = Text(item, "code");
    failure.message = Text(item, "message");
    if (!Text(item, "remedy").empty())
      absl::StrAppend(&failure.message, "; ", Text(item, "remedy"));
    found = severe;
  });
  return failure;
}

absl::StatusOr<Manifest> ParseManifest(const std::string& text) {
  const Json json = Json::parse(text, nullptr, /*allow_exceptions=*/false);
  Manifest manifest;
  manifest.samples = Integer(json, "samples").value_or(0);
  manifest.input_bytes = Integer(json, "input_bytes").value_or(0);
  manifest.output_bytes = Integer(json, "output_bytes").value_or(0);
  manifest.labels = Integers(json, "labels");
  if (manifest.samples <= 0 || manifest.input_bytes < 0 || manifest.output_bytes <= 0) {
    return Unreadable("BAD_MANIFEST", "the prepared dataset's manifest lacks samples or sizes");
  }
  if (!manifest.labels.empty() &&
      static_cast<int64_t>(manifest.labels.size()) != manifest.samples) {
    return Unreadable("BAD_MANIFEST",
                      absl::StrCat("the prepared dataset has ", manifest.samples, " samples and ",
                                   manifest.labels.size(), " labels"));
  }
  ForEach(json, "outputs", [&](const Json& item) { manifest.outputs.push_back(ReadTensor(item)); });
  ForEach(json, "findings", [&](const Json& item) {
    std::string message = Text(item, "message");
    if (!Text(item, "remedy").empty()) absl::StrAppend(&message, "; ", Text(item, "remedy"));
    if (!Text(item, "code").empty()) manifest.issues.push_back({Text(item, "code"), message});
  });
  for (const core::TensorInfo& output : manifest.outputs) {
    const int64_t bytes = core::ElementCount(output.shape) * core::DtypeBytes(output.dtype);
    if (bytes <= 0 || output.offset_bytes < 0 ||
        output.offset_bytes > manifest.output_bytes - bytes) {
      return Unreadable("BAD_MANIFEST",
                        absl::StrCat("output \"", output.name,
                                     "\" of the prepared dataset lies outside its sample"));
    }
  }
  return manifest;
}

}  // namespace edgerack::compile_client
