#include "client/cli/commands/export.h"

#include <google/protobuf/util/time_util.h>

#include <functional>

namespace edgerack::cli {
namespace {

struct Field {
  const char* name;
  std::function<std::string(const v1::Result&)> value;
};

template <typename Number>
std::string Known(bool known, Number number) {
  if (!known) return "";
  std::string text = std::to_string(number);
  if (text.find('.') == std::string::npos) return text;
  text.erase(text.find_last_not_of('0') + 1);
  if (text.back() == '.') text.pop_back();
  return text;
}

std::string Issues(const v1::Result& result) {
  std::string codes;
  for (const auto& issue : result.issues()) codes += (codes.empty() ? "" : " ") + issue.code();
  return codes;
}

std::string OptionsText(const v1::Result& result) {
  std::map<std::string, std::string> sorted(result.provenance().options().begin(),
                                            result.provenance().options().end());
  std::string text;
  for (const auto& [key, value] : sorted) {
    text += (text.empty() ? "" : " ") + key + "=" + value;
  }
  return text;
}

// As in a result's JSON, with dots where that has objects.
const std::vector<Field>& Fields() {
  using R = const v1::Result&;
  static const std::vector<Field> fields = {
      {"id", [](R r) { return r.id(); }},
      {"create_time",
       [](R r) { return google::protobuf::util::TimeUtil::ToString(r.create_time()); }},
      {"job", [](R r) { return r.job(); }},
      {"model_display_name", [](R r) { return r.model_display_name(); }},
      {"provenance.model_sha256", [](R r) { return r.provenance().model_sha256(); }},
      {"board.id", [](R r) { return r.board().id(); }},
      {"board.kind", [](R r) { return r.board().kind(); }},
      {"board.chip", [](R r) { return r.board().chip(); }},
      {"board.virtual", [](R r) { return std::string(r.board().virtual_() ? "true" : "false"); }},
      {"verdict", [](R r) { return v1::Result::Verdict_Name(r.verdict()); }},
      {"issues", Issues},
      {"clock_hz", [](R r) { return Known(r.has_clock_hz(), r.clock_hz()); }},
      {"latency.estimated",
       [](R r) {
         return !r.latency().has_estimated() ? "" : r.latency().estimated() ? "true" : "false";
       }},
      {"latency.median_ms",
       [](R r) { return Known(r.latency().has_median_ms(), r.latency().median_ms()); }},
      {"latency.min_ms", [](R r) { return Known(r.latency().has_min_ms(), r.latency().min_ms()); }},
      {"latency.max_ms", [](R r) { return Known(r.latency().has_max_ms(), r.latency().max_ms()); }},
      {"latency.p90_ms", [](R r) { return Known(r.latency().has_p90_ms(), r.latency().p90_ms()); }},
      {"cycles.median", [](R r) { return Known(r.cycles().has_median(), r.cycles().median()); }},
      {"instructions", [](R r) { return Known(r.has_instructions(), r.instructions()); }},
      {"macs", [](R r) { return Known(r.has_macs(), r.macs()); }},
      {"memory.weights_bytes",
       [](R r) { return Known(r.memory().has_weights_bytes(), r.memory().weights_bytes()); }},
      {"memory.arena_bytes",
       [](R r) { return Known(r.memory().has_arena_bytes(), r.memory().arena_bytes()); }},
      {"memory.package_bytes",
       [](R r) { return Known(r.memory().has_package_bytes(), r.memory().package_bytes()); }},
      {"memory.stack_bytes",
       [](R r) { return Known(r.memory().has_stack_bytes(), r.memory().stack_bytes()); }},
      {"accuracy.samples",
       [](R r) { return Known(r.accuracy().has_samples(), r.accuracy().samples()); }},
      {"accuracy.top1", [](R r) { return Known(r.accuracy().has_top1(), r.accuracy().top1()); }},
      {"agreement.samples",
       [](R r) { return Known(r.agreement().has_samples(), r.agreement().samples()); }},
      {"agreement.bit_exact",
       [](R r) { return Known(r.agreement().has_bit_exact(), r.agreement().bit_exact()); }},
      {"options", OptionsText}};
  return fields;
}

std::string Quoted(const std::string& text) {
  if (text.find_first_of(",\"\r\n") == std::string::npos) return text;
  std::string quoted = "\"";
  for (char c : text) quoted += c == '"' ? "\"\"" : std::string(1, c);
  return quoted + "\"";
}

}  // namespace

std::string ResultsCsv(const std::vector<v1::Result>& results) {
  std::string csv;
  for (const Field& field : Fields()) csv += (csv.empty() ? "" : ",") + std::string(field.name);
  csv += "\r\n";
  for (const v1::Result& result : results) {
    std::string line;
    for (const Field& field : Fields()) {
      line += (&field == &Fields().front() ? "" : ",") + Quoted(field.value(result));
    }
    csv += line + "\r\n";
  }
  return csv;
}

}  // namespace edgerack::cli
