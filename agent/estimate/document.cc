#include "agent/estimate/document.h"

#include "edgerack/v1/results.pb.h"
#include "proto/json/message_json.h"
#include "server/api/convert.h"

namespace edgerack::estimate {
namespace {

using Json = nlohmann::ordered_json;

Json ErrorOf(const ExpectedError& expected) {
  return {{"median_percent", expected.median_percent},
          {"worst_percent", expected.worst_percent},
          {"source", expected.source}};
}

Json Parsed(const std::string& report) {
  Json json = Json::parse(report, nullptr, /*allow_exceptions=*/false);
  return json.is_object() ? json : Json::object();
}

}  // namespace

Json Document(const Estimate& estimate, const std::string& report) {
  v1::Result message;
  api::ToProto(estimate.result, &message);
  message.clear_name();
  message.clear_id();
  message.clear_job();
  message.clear_create_time();
  Json json = ToJson(message);
  json.erase("stages");
  // How often a request was repeated says something about this machine's load, not about the model.
  for (const char* key : {"link_requests", "link_repeated_requests", "link_damaged_replies",
                          "link_damaged_requests"}) {
    json["provenance"].erase(key);
  }
  for (Json& layer : json["layers"]) {
    if (layer.contains("cycles")) layer["estimated"] = true;
  }
  json["estimated"] = true;
  if (estimate.expected_error) json["expected_error"] = ErrorOf(*estimate.expected_error);
  json["findings"] = Parsed(report).value("findings", Json::array());
  return json;
}

std::string ReportWithPrediction(const std::string& report, const Estimate& estimate) {
  const core::Result& result = estimate.result;
  Json json = Parsed(report);
  Json& layers = json["layers"];
  for (size_t i = 0; i < layers.size() && i < result.layers.size(); ++i) {
    const core::Layer& layer = result.layers[i];
    if (layer.cycles) {
      layers[i]["predicted_cycles"] = *layer.cycles;
    } else if (layer.instructions) {
      layers[i]["predicted_instructions"] = *layer.instructions;
    }
  }
  Json& prediction = json["prediction"] = {{"estimated", true}};
  if (result.cycles) prediction["cycles"] = *result.cycles->median;
  if (result.latency) prediction["latency_ms"] = *result.latency->median_ms;
  if (result.clock_hz) prediction["clock_hz"] = *result.clock_hz;
  if (result.instructions) prediction["instructions"] = *result.instructions;
  if (estimate.expected_error) prediction["expected_error"] = ErrorOf(*estimate.expected_error);
  return Text(json);
}

Json ErrorDocument(const absl::Status& status) {
  return {{"error",
           {{"class", ErrorClassName(ErrorClassOf(status))},
            {"code", ErrorCodeOf(status)},
            {"message", ErrorMessageOf(status)}}}};
}

std::string Text(const Json& document) {
  return document.dump(2, ' ', false, Json::error_handler_t::replace) + "\n";
}

}  // namespace edgerack::estimate
