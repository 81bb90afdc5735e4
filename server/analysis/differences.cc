// Which fields of two results are not the same, and what that means for a comparison.
#include <map>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "server/analysis/compare.h"

namespace edgerack::analysis {
namespace {

using core::Difference;
using core::Result;

// Options of a run that change how much is measured, not what.
bool OnlyMeasures(const std::string& option) {
  for (const char* name : {"samples", "warmup", "board_samples", "sample_seed", "trace",
                           "functions", "quantize", "calibration"}) {
    if (option == name) return true;
  }
  return option.rfind("timeout.", 0) == 0;
}

std::string OptionsText(const Result& result) {
  std::vector<std::string> texts;
  for (const auto& [key, value] : result.provenance.options) {
    if (!OnlyMeasures(key)) texts.push_back(key + "=" + value);
  }
  return absl::StrJoin(texts, " ");
}

std::string OptionOf(const Result& result, const std::string& key) {
  auto found = result.provenance.options.find(key);
  return found == result.provenance.options.end() ? "" : found->second;
}

std::string QuantizationText(const Result& result) {
  const std::string how = OptionOf(result, "quantize");
  const std::string calibration = OptionOf(result, "calibration").substr(0, 12);
  return (how.empty() ? "none" : how) + (calibration.empty() ? "" : " by " + calibration);
}

std::string OnOff(const char* name, const std::optional<bool>& value) {
  return value ? absl::StrCat(name, "=", *value ? "on" : "off") : absl::StrCat(name, "=?");
}

std::string CachesText(const Result& result) {
  const core::Provenance& p = result.provenance;
  return absl::StrCat(OnOff("icache", p.icache), " ", OnOff("dcache", p.dcache), " ",
                      OnOff("art", p.art));
}

std::string PlacementText(const Result& result) {
  const core::Memory& m = result.memory;
  return absl::StrCat("arena=", m.arena_region, " weights=", m.weights_region,
                      " code=", m.code_region, " stack=", m.stack_region);
}

std::string KernelsText(const Result& result) {
  std::map<std::string, int> counts;
  for (const core::Layer& layer : result.layers) ++counts[layer.kernel];
  return absl::StrJoin(counts, ", ", [](std::string* out, const auto& entry) {
    absl::StrAppend(out, entry.second, " × ", entry.first);
  });
}

bool SameKernels(const Result& a, const Result& b) {
  for (size_t i = 0; i < a.layers.size(); ++i) {
    if (a.layers[i].kernel != b.layers[i].kernel) return false;
  }
  return true;
}

std::string IssuesText(const Result& result) {
  std::set<std::string> codes;
  for (const core::Issue& issue : result.issues) codes.insert(issue.code);
  return absl::StrJoin(codes, " ");
}

// Text that is not known on one side says nothing.
bool Known(const std::string& a, const std::string& b) { return !a.empty() && !b.empty(); }

std::string Short(const std::string& text) {
  // Hashes and build ids: the first digits tell them apart.
  return text.size() >= 40 && text.find(' ') == text.npos ? text.substr(0, 12) : text;
}

class Collector {
 public:
  explicit Collector(const std::set<std::string>& allow) : allow_(allow) {}

  void Refuse(const char* code, const char* field, const std::string& a, const std::string& b,
              const std::string& message) {
    Add(code, field, a, b, message,
        allow_.count(code) != 0 ? differences.suspects : differences.refusals);
  }
  void Suspect(const char* code, const char* field, const std::string& a, const std::string& b,
               const std::string& message) {
    Add(code, field, a, b, message, differences.suspects);
  }

  Differences differences;

 private:
  static void Add(const char* code, const char* field, const std::string& a, const std::string& b,
                  const std::string& message, std::vector<Difference>& to) {
    if (a == b) return;
    const auto shown = [](const std::string& text) {
      return text.empty() ? std::string("none") : Short(text);
    };
    to.push_back(
        {code, field, a, b, absl::StrCat(message, ": ", shown(a), " before, ", shown(b), " now")});
  }

  const std::set<std::string>& allow_;
};

void CheckWhatWasMeasured(const Result& a, const Result& b, Collector& to) {
  for (const Result* result : {&a, &b}) {
    if (result->verdict != core::Verdict::kInvalid) continue;
    to.differences.refusals.push_back(
        {"RESULT_INVALID", "verdict", core::VerdictName(a.verdict), core::VerdictName(b.verdict),
         absl::StrCat(
             "result ", result->id.value(), " is INVALID: ",
             result->issues.empty() ? "it must not be compared" : result->issues.front().message)});
  }
  const auto metric_a = JudgedMetricOf(a);
  const auto metric_b = JudgedMetricOf(b);
  if (!metric_a || !metric_b || metric_a->name != metric_b->name) {
    to.differences.refusals.push_back(
        {"NO_COMMON_METRIC", "cycles", metric_a ? metric_a->name : "",
         metric_b ? metric_b->name : "",
         "one has cycles, the other only instructions or nothing that could be compared"});
  }
  const auto estimated = [](const Result& result) {
    if (!result.cycles || !result.cycles->estimated) return std::string();
    return std::string(*result.cycles->estimated ? "estimated" : "measured");
  };
  to.Refuse("ESTIMATED_BESIDE_MEASURED", "cycles.estimated", estimated(a), estimated(b),
            "the time is modelled in one and measured in the other");
  to.Refuse("BOARD_KIND_DIFFERS", "board.kind", a.board.kind, b.board.kind,
            "the kind of board is not the same");
  to.Refuse("MODEL_DIFFERS", "provenance.model_sha256", a.provenance.model_sha256,
            b.provenance.model_sha256, "the model is another file");
  to.Refuse("QUANTIZATION_DIFFERS", "provenance.options.quantize", QuantizationText(a),
            QuantizationText(b), "the quantization is not the same");
  to.Refuse("OPTIONS_DIFFER", "provenance.options", OptionsText(a), OptionsText(b),
            "options are not the same");
}

void CheckConditions(const Result& a, const Result& b, Collector& to) {
  const auto clock = [](const Result& result) {
    return result.clock_hz ? absl::StrCat(*result.clock_hz, " Hz") : std::string();
  };
  to.Refuse("CLOCK_DIFFERS", "clock_hz", clock(a), clock(b), "the core's clock is not the same");
  to.Refuse("CACHES_DIFFER", "provenance.icache", CachesText(a), CachesText(b),
            "the caches are not set the same");
  to.Refuse("FPU_DIFFERS", "provenance.fpu", OnOff("fpu", a.provenance.fpu),
            OnOff("fpu", b.provenance.fpu), "the floating-point unit is not set the same");
  to.Refuse("PLACEMENT_DIFFERS", "memory.arena_region", PlacementText(a), PlacementText(b),
            "data or code lie in other memories");
  to.Refuse("FIRMWARE_IMAGE_DIFFERS", "provenance.firmware_image", a.provenance.firmware_image,
            b.provenance.firmware_image, "another image of the firmware ran");
}

void CheckSuspects(const Result& a, const Result& b, Collector& to) {
  const auto text = [&](const char* code, const char* field, const std::string& x,
                        const std::string& y, const char* message) {
    if (Known(x, y)) to.Suspect(code, field, x, y, message);
  };
  const core::Provenance& p = a.provenance;
  const core::Provenance& q = b.provenance;
  if (a.board.id != b.board.id || (Known(a.board.uid, b.board.uid) && a.board.uid != b.board.uid)) {
    to.Suspect("BOARD_DIFFERS", "board.uid", a.board.id.value() + " " + a.board.uid,
               b.board.id.value() + " " + b.board.uid, "another board of the same kind ran it");
  }
  text("FIRMWARE_DIFFERS", "provenance.firmware_build_id", p.firmware_build_id, q.firmware_build_id,
       "the firmware is another build");
  text("COMPILER_DIFFERS", "provenance.compiler_version", p.compiler_version, q.compiler_version,
       "the compiler is another version");
  text("PACKAGE_DIFFERS", "provenance.package_sha256", p.package_sha256, q.package_sha256,
       "the compiled package is another one");
  if (!SameLayers(a, b)) {
    to.Suspect("LAYERS_DIFFER", "layers", absl::StrCat(a.layers.size(), " layers"),
               absl::StrCat(b.layers.size(), " layers, or other operators and names"),
               "the layers are not the same");
  } else if (!SameKernels(a, b)) {
    const std::string kernels = KernelsText(a);
    const std::string other = KernelsText(b);
    to.Suspect("KERNELS_DIFFER", "layers.kernel", kernels,
               kernels == other ? other + " (on other layers)" : other,
               "layers run on other kernels");
  }
  text("SERVER_DIFFERS", "provenance.server_version", p.server_version, q.server_version,
       "the server is another version");
  text("AGENT_DIFFERS", "provenance.agent_version", p.agent_version, q.agent_version,
       "the agent is another version");
  to.Suspect("DATASET_DIFFERS", "provenance.dataset_sha256", p.dataset_sha256, q.dataset_sha256,
             "the dataset is another one");
  to.Suspect("ISSUES_DIFFER", "issues", IssuesText(a), IssuesText(b),
             "the results have not the same issues");
}

}  // namespace

Differences DifferencesOf(const Result& baseline, const Result& result,
                          const std::set<std::string>& allow) {
  Collector collector(allow);
  CheckWhatWasMeasured(baseline, result, collector);
  CheckConditions(baseline, result, collector);
  CheckSuspects(baseline, result, collector);
  return std::move(collector.differences);
}

}  // namespace edgerack::analysis
