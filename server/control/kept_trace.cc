#include "server/control/kept_trace.h"

#include <nlohmann/json.hpp>
#include <numeric>

#include "absl/strings/escaping.h"
#include "server/compile_client/package_reader.h"
#include "server/control/samples.h"

namespace edgerack::control {
namespace {

using Json = nlohmann::ordered_json;

std::vector<uint32_t> LittleEndianWords(const std::string& bytes) {
  std::vector<uint32_t> words(bytes.size() / 4);
  for (size_t i = 0; i < words.size(); ++i) {
    for (size_t k = 4; k-- > 0;) {
      words[i] = words[i] << 8 | static_cast<uint8_t>(bytes[4 * i + k]);
    }
  }
  return words;
}

}  // namespace

absl::StatusOr<analysis::HostTrace> ReadHostTrace(const core::RunPlan& plan,
                                                  store::ArtifactStore& artifacts) {
  analysis::HostTrace trace;
  if (plan.prepared.trace_samples == 0) return trace;
  ER_ASSIGN_OR_RETURN(std::string package, artifacts.Read(plan.compiled.package_sha256));
  ER_ASSIGN_OR_RETURN(auto facts, compile_client::ReadPackage(package));
  ER_ASSIGN_OR_RETURN(std::string crcs, artifacts.Read(plan.prepared.trace_sha256));
  trace.outputs = std::move(facts.layer_outputs);
  trace.crc32 = LittleEndianWords(crcs);
  return trace;
}

absl::StatusOr<core::KeptTrace> KeepTrace(const core::RunPlan& plan, const core::BoardTrace& trace,
                                          store::ArtifactStore& artifacts) {
  const core::PreparedSamples& prepared = plan.prepared;
  const std::vector<int64_t>& sizes = plan.compiled.input_bytes;
  const int64_t sample_bytes = std::accumulate(sizes.begin(), sizes.end(), int64_t{0});
  ER_ASSIGN_OR_RETURN(std::string inputs, artifacts.Read(prepared.inputs_sha256));
  inputs.resize(std::min(inputs.size(), static_cast<size_t>(trace.samples * sample_bytes)));
  Json json = {{"package_sha256", plan.compiled.package_sha256},
               {"samples", trace.samples},
               {"note", trace.note},
               {"sample_indices",
                SampleIndices(prepared.host_samples, prepared.samples, prepared.sample_seed)},
               {"inputs", absl::Base64Escape(inputs)},
               {"crc32", trace.crc32}};
  Json& differing = json["differing"] = Json::array();
  for (const core::TracedOutput& output : trace.differing) {
    differing.push_back({{"sample", output.sample},
                         {"layer", output.layer},
                         {"output", output.output},
                         {"data", absl::Base64Escape(output.data)}});
  }
  ER_ASSIGN_OR_RETURN(auto stored,
                      artifacts.Put(json.dump(-1, ' ', false, Json::error_handler_t::replace)));
  return core::KeptTrace{trace.samples, stored.sha256};
}

}  // namespace edgerack::control
