#include "server/analysis/trace.h"

#include <algorithm>
#include <numeric>

#include "absl/strings/str_cat.h"

namespace edgerack::analysis {
namespace {

constexpr char kMismatch[] = "BOARD_HOST_MISMATCH";

int64_t FirstDifference(const HostTrace& host, const core::BoardTrace& board, size_t at) {
  for (size_t layer = 0; layer < host.outputs.size(); ++layer) {
    for (int64_t output = 0; output < host.outputs[layer]; ++output, ++at) {
      if (host.crc32[at] != board.crc32[at]) return static_cast<int64_t>(layer);
    }
  }
  return -1;
}

std::string LayerText(const core::Result& result, int64_t layer) {
  std::string text = absl::StrCat("layer ", layer);
  if (static_cast<size_t>(layer) >= result.layers.size()) return text;
  const core::Layer& known = result.layers[static_cast<size_t>(layer)];
  return absl::StrCat(text, " '", known.name, "' (", known.op, ", kernel ", known.kernel, ")");
}

void AddMismatch(const std::string& where, bool must_be_exact, core::Result& result) {
  auto found = std::find_if(result.issues.begin(), result.issues.end(),
                            [](const core::Issue& issue) { return issue.code == kMismatch; });
  if (found != result.issues.end()) {
    absl::StrAppend(&found->message, "; ", where);
    return;
  }
  result.issues.push_back(
      {kMismatch, absl::StrCat(where, ", though the outputs agree as far as they were compared")});
  result.verdict =
      std::max(result.verdict, must_be_exact ? core::Verdict::kInvalid : core::Verdict::kDegraded);
}

}  // namespace

TraceComparison CompareTraces(const HostTrace& host, const core::BoardTrace& board) {
  TraceComparison comparison;
  const auto outputs =
      static_cast<size_t>(std::accumulate(host.outputs.begin(), host.outputs.end(), int64_t{0}));
  if (outputs == 0) return comparison;
  const size_t whole = std::min(host.crc32.size(), board.crc32.size()) / outputs;
  comparison.samples = std::min(static_cast<int64_t>(whole), board.samples);
  for (int64_t i = 0; i < comparison.samples; ++i) {
    comparison.first.push_back(FirstDifference(host, board, static_cast<size_t>(i) * outputs));
  }
  return comparison;
}

void AddTrace(const TraceComparison& comparison, const core::BoardTrace& board, bool must_be_exact,
              core::Result& result) {
  if (!board.note.empty()) result.issues.push_back({"TRACE_INCOMPLETE", board.note});
  if (comparison.samples == 0) return;
  if (!result.agreement) result.agreement.emplace();
  result.agreement->traced_samples = comparison.samples;
  int64_t earliest = -1;
  for (int64_t layer : comparison.first) {
    if (layer < 0) continue;
    if (earliest < 0 || layer < earliest) earliest = layer;
    if (static_cast<size_t>(layer) >= result.layers.size()) continue;
    auto& findings = result.layers[static_cast<size_t>(layer)].findings;
    if (std::find(findings.begin(), findings.end(), kMismatch) == findings.end()) {
      findings.push_back(kMismatch);
    }
  }
  if (earliest < 0) return;
  result.agreement->first_divergent_layer = static_cast<int32_t>(earliest);
  const auto samples = std::count(comparison.first.begin(), comparison.first.end(), earliest);
  AddMismatch(absl::StrCat("the first that differs is ", LayerText(result, earliest), ", in ",
                           samples, " of ", comparison.samples, " traced samples"),
              must_be_exact, result);
}

}  // namespace edgerack::analysis
