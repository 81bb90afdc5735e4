#include "server/compiler/validate/board_trace.h"

#include <nlohmann/json.hpp>

#include "absl/strings/escaping.h"
#include "server/compiler/ir/refusal.h"

namespace edgerack::compiler {
namespace {

using Json = nlohmann::json;

bool Decode(const Json& json, std::string& to) {
  return absl::Base64Unescape(json.get<std::string>(), &to);
}

}  // namespace

absl::StatusOr<BoardTrace> ParseBoardTrace(const std::string& text) {
  const absl::Status bad =
      Refuse("BAD_BOARD_TRACE",
             "the board's trace is not what this version writes; run the model again with "
             "--option trace=4");
  try {
    const Json json = Json::parse(text);
    BoardTrace trace;
    trace.package_sha256 = json.at("package_sha256").get<std::string>();
    trace.samples = json.at("samples").get<int64_t>();
    trace.note = json.at("note").get<std::string>();
    trace.sample_indices = json.at("sample_indices").get<std::vector<int64_t>>();
    trace.crc32 = json.at("crc32").get<std::vector<uint32_t>>();
    if (!Decode(json.at("inputs"), trace.inputs)) return bad;
    for (const Json& item : json.at("differing")) {
      std::string data;
      if (!Decode(item.at("data"), data)) return bad;
      trace.differing[{item.at("sample").get<int64_t>(), item.at("layer").get<int64_t>(),
                       item.at("output").get<int64_t>()}] = std::move(data);
    }
    if (trace.samples < 1) return bad;
    return trace;
  } catch (const Json::exception&) {
    return bad;
  }
}

}  // namespace edgerack::compiler
