#include "client/cli/output/result_view.h"

#include <algorithm>
#include <vector>

#include "base/text/layer_name.h"
#include "base/text/table.h"

namespace edgerack::cli {
namespace {

std::string Shape(const v1::Layer& layer) {
  std::string text;
  for (int64_t dim : layer.output_shape()) {
    text += (text.empty() ? "" : "×") + std::to_string(dim);
  }
  return text;
}

std::string Percent(double part, double whole) {
  return whole > 0 ? Fixed(100 * part / whole, 1) + " %" : "";
}

std::string Bytes(int64_t bytes) { return Grouped(bytes) + " B"; }

// What layers are compared by: cycles, or instructions where the board counts nothing else.
bool HasCycles(const v1::Result& result) {
  return result.cycles().has_median() || !result.has_instructions();
}

int64_t Cost(const v1::Result& result, const v1::Layer& layer) {
  return HasCycles(result) ? layer.cycles() : layer.instructions();
}

int64_t LayerCosts(const v1::Result& result) {
  int64_t total = 0;
  for (const auto& layer : result.layers()) total += Cost(result, layer);
  return total;
}

std::vector<const v1::Layer*> ByCost(const v1::Result& result) {
  std::vector<const v1::Layer*> layers;
  for (const auto& layer : result.layers()) layers.push_back(&layer);
  std::stable_sort(layers.begin(), layers.end(),
                   [&](auto* a, auto* b) { return Cost(result, *a) > Cost(result, *b); });
  return layers;
}

class Lines {
 public:
  void Add(const std::string& label, const std::string& value) {
    if (!value.empty()) text_ += "  " + label + std::string(14 - label.size(), ' ') + value + "\n";
  }
  const std::string& text() const { return text_; }

 private:
  std::string text_;
};

std::string TimeText(const v1::Result& r) {
  if (!r.latency().has_median_ms()) return "";
  std::string text = Fixed(r.latency().median_ms(), 3) + " ms median of " +
                     std::to_string(r.latency().samples_ms_size()) + " (min " +
                     Fixed(r.latency().min_ms(), 3) + ", max " + Fixed(r.latency().max_ms(), 3) +
                     ")";
  if (r.has_clock_hz()) text += " at " + Fixed(static_cast<double>(r.clock_hz()) / 1e6, 0) + " MHz";
  return r.latency().estimated() ? text + ", an estimate" : text;
}

std::string CycleText(const v1::Result& r) {
  if (!r.cycles().has_median()) return "";
  std::string text = Grouped(r.cycles().median());
  if (r.cycles().estimated()) text += " (estimated)";
  if (r.has_macs()) text += " for " + Grouped(r.macs()) + " MAC";
  if (r.has_cycles_per_mac()) text += ", " + Fixed(r.cycles_per_mac(), 2) + " each";
  return text;
}

std::string RegionText(const v1::Memory& memory) {
  std::string text;
  for (const auto& region : memory.regions()) {
    if (!text.empty()) text += ", ";
    text += region.name() + " " + Grouped(region.used_bytes()) + " of " +
            Grouped(region.size_bytes()) + " B";
  }
  return text;
}

std::string AccuracyText(const v1::Accuracy& a) {
  std::string text;
  if (a.has_top1()) {
    text = "top-1 " + Fixed(a.top1(), 4) + " on the board (" + Grouped(a.samples()) + " samples)";
  }
  if (a.has_host_top1()) {
    text += (text.empty() ? "" : ", ") + Fixed(a.host_top1(), 4) + " on the host (" +
            Grouped(a.host_samples()) + ")";
  }
  return text;
}

std::string QuantizationText(const v1::QuantizationAccuracy& q) {
  if (!q.has_after()) return "";
  const std::string where = " (" + Grouped(q.samples()) + " samples on the host)";
  if (q.after().has_top1()) {
    return "top-1 " + Fixed(q.before().top1(), 4) + " before, " + Fixed(q.after().top1(), 4) +
           " after" + where;
  }
  if (q.has_before()) {
    return "rmse " + Fixed(q.before().rmse(), 6) + " before, " + Fixed(q.after().rmse(), 6) +
           " after" + where;
  }
  return "rmse " + Fixed(q.after().rmse(), 6) + " against the outputs before" + where;
}

std::string AgreementText(const v1::Agreement& a) {
  if (!a.has_samples()) return "";
  return Grouped(a.bit_exact()) + " of " + Grouped(a.samples()) +
         " samples equal the host bit for bit" +
         (a.max_abs_error() > 0 ? ", largest difference " + Fixed(a.max_abs_error(), 7) : "");
}

std::string PlacesText(const v1::Memory& memory) {
  std::string text;
  for (const auto& [what, region] : {std::pair("arena in ", &memory.arena_region()),
                                     std::pair("weights in ", &memory.weights_region()),
                                     std::pair("code in ", &memory.code_region()),
                                     std::pair("stack in ", &memory.stack_region())}) {
    if (!region->empty()) text += (text.empty() ? "" : ", ") + std::string(what) + *region;
  }
  return text;
}

std::string StageText(const v1::Result& r) {
  std::string text;
  for (const auto& stage : r.stages()) {
    text += (text.empty() ? "" : " · ") + stage.name() + " " +
            (stage.skipped() ? "skipped" : Fixed(stage.duration_ms(), 0) + " ms");
  }
  return text;
}

std::string ThroughputText(const v1::Result& r) {
  if (!r.throughput().has_median_per_s()) return "";
  return Fixed(r.throughput().median_per_s(), 3) + " inferences per second, the median of " +
         std::to_string(r.throughput().windows_size()) + " windows" +
         (r.latency().estimated() ? ", an estimate" : "");
}

// What runs where the resident firmware does not.
std::string ImageText(const v1::Provenance& p) {
  if (p.firmware_sha256().empty()) return "";
  std::string text = p.firmware_sha256().substr(0, 16) + " by " + p.protocol();
  for (const std::string& line : p.firmware_says()) {
    const bool names_it = line.rfind("m-name-", 0) == 0 || line.rfind("m-model-", 0) == 0;
    if (names_it) text += ", " + line;
  }
  return text;
}

// How far the layers, profiled one by one, are from an undisturbed run.
std::string LayerSumText(const v1::Result& r) {
  const auto sum = static_cast<double>(LayerCosts(r));
  const auto median = static_cast<double>(r.cycles().median());
  if (median <= 0) return "";
  std::string text = "all layers: " + Grouped(LayerCosts(r)) + " cycles, " +
                     Fixed(100 * (sum - median) / median, 2) + " % from the median run";
  if (r.provenance().has_profiler_overhead_cycles()) {
    text += "; the profiler's own " + Grouped(r.provenance().profiler_overhead_cycles()) +
            " per layer are subtracted";
  }
  return text + "\n";
}

}  // namespace

std::string RenderWindows(const v1::Result& r) {
  if (r.throughput().windows_size() == 0) return "";
  constexpr auto kRight = Table::Align::kRight;
  Table table(
      {{"window", kRight}, {"inferences", kRight}, {"seconds", kRight}, {"per second", kRight}});
  int number = 0;
  for (const v1::ThroughputWindow& window : r.throughput().windows()) {
    table.Add({std::to_string(++number), Grouped(window.inferences()), Fixed(window.seconds(), 6),
               Fixed(window.per_s(), 3)});
  }
  return table.Render();
}

std::string RenderFunctions(const v1::Result& r) {
  constexpr auto kRight = Table::Align::kRight;
  constexpr int kMost = 15;
  Table table({{"function"}, {"file"}, {"samples", kRight}, {"share", kRight}});
  int64_t all = 0;
  int64_t rest = 0;
  for (int i = 0; i < r.functions_size(); ++i) {
    const v1::FunctionShare& function = r.functions(i);
    all += function.samples();
    if (i >= kMost) {
      rest += function.samples();
      continue;
    }
    table.Add({function.name().empty() ? "(none that is known)" : function.name(), function.file(),
               Grouped(function.samples()), Fixed(function.percent(), 1) + " %"});
  }
  if (rest > 0) {
    table.Add({std::to_string(r.functions_size() - kMost) + " more", "", Grouped(rest),
               Percent(static_cast<double>(rest), static_cast<double>(all))});
  }
  return table.Render();
}

std::string RenderLayers(const v1::Result& r) {
  constexpr auto kRight = Table::Align::kRight;
  const bool timed = r.clock_hz() > 0;
  const char* unit = HasCycles(r) ? "cycles" : "instructions";
  std::vector<Table::Column> columns = {{"#", kRight}, {"layer"},       {"kernel"},
                                        {"output"},    {"MAC", kRight}, {unit, kRight}};
  if (timed) columns.push_back({"ms", kRight});
  columns.push_back({"share", kRight});
  Table table(std::move(columns));
  const auto total = static_cast<double>(LayerCosts(r));
  for (const auto& layer : r.layers()) {
    const auto cost = static_cast<double>(Cost(r, layer));
    std::vector<std::string> row = {std::to_string(layer.index()),
                                    ShortLayerName(layer.name()),
                                    layer.kernel(),
                                    Shape(layer),
                                    layer.macs() ? Grouped(layer.macs()) : "",
                                    Grouped(Cost(r, layer))};
    if (timed) row.push_back(Fixed(1e3 * cost / static_cast<double>(r.clock_hz()), 3));
    row.push_back(Percent(cost, total));
    table.Add(std::move(row));
  }
  return table.Render();
}

std::string HeaviestLayers(const v1::Result& result, int count) {
  const auto total = static_cast<double>(LayerCosts(result));
  std::string text;
  for (const v1::Layer* layer : ByCost(result)) {
    if (count-- == 0) break;
    text += (text.empty() ? "" : ", ") + ShortLayerName(layer->name()) + " " +
            Percent(static_cast<double>(Cost(result, *layer)), total);
  }
  return text;
}

std::string RenderResult(const v1::Result& r) {
  const v1::Memory& memory = r.memory();
  Lines lines;
  lines.Add("result", r.id());
  lines.Add("board", r.board().id() + " (" + r.board().chip() +
                         (r.board().virtual_() ? ", a virtual board)" : ")"));
  lines.Add("verdict", v1::Result::Verdict_Name(r.verdict()));
  for (const auto& issue : r.issues()) lines.Add("issue", issue.code() + ": " + issue.message());
  lines.Add("image", ImageText(r.provenance()));
  lines.Add("throughput", ThroughputText(r));
  lines.Add("latency", TimeText(r));
  lines.Add("cycles", CycleText(r));
  if (r.has_instructions()) lines.Add("instructions", Grouped(r.instructions()));
  lines.Add("heaviest", HeaviestLayers(r, 3));
  if (memory.has_arena_bytes()) {
    lines.Add("RAM", Bytes(memory.arena_bytes()) + " arena (lower bound " +
                         Bytes(memory.arena_lower_bound_bytes()) + ")");
  }
  if (memory.has_package_bytes()) {
    lines.Add("flash", Bytes(memory.package_bytes()) + " package, " +
                           Bytes(memory.weights_bytes()) + " of it weights; firmware " +
                           Bytes(memory.code_bytes()));
  }
  if (memory.has_stack_bytes())
    lines.Add("stack", Bytes(memory.stack_bytes()) + " high-water mark");
  lines.Add("memory", RegionText(memory));
  lines.Add("places", PlacesText(memory));
  lines.Add("accuracy", AccuracyText(r.accuracy()));
  lines.Add("quantized", QuantizationText(r.quantization_accuracy()));
  lines.Add("agreement", AgreementText(r.agreement()));
  lines.Add("stages", StageText(r));
  return lines.text() + (r.layers_size() ? "\n" + RenderLayers(r) + LayerSumText(r) : "") +
         (r.throughput().windows_size() ? "\n" + RenderWindows(r) : "") +
         (r.functions_size() ? "\n" + RenderFunctions(r) : "");
}

}  // namespace edgerack::cli
