#include "agent/estimate/view.h"

#include <optional>

#include "base/text/layer_name.h"
#include "base/text/table.h"
#include "server/compile_client/report.h"

namespace edgerack::estimate {
namespace {

std::string Line(const std::string& label, const std::string& value) {
  return "  " + label + std::string(14 - label.size(), ' ') + value + "\n";
}

std::string Bytes(std::optional<int64_t> bytes) {
  return bytes ? Grouped(*bytes) + " B" : "unknown";
}

std::string In(const std::string& region) { return region.empty() ? "" : " in " + region; }

std::string PlusMinus(int64_t percent) { return "±" + std::to_string(percent) + " %"; }

std::string TimeLines(const Estimate& estimate) {
  const core::Result& r = estimate.result;
  std::string text;
  if (r.latency) {
    std::string latency = Fixed(*r.latency->median_ms, 3) + " ms at " +
                          Fixed(static_cast<double>(*r.clock_hz) / 1e6, 0) + " MHz";
    if (const auto& expected = estimate.expected_error) {
      latency += ", " + PlusMinus(expected->median_percent) + " for half of all networks, " +
                 PlusMinus(expected->worst_percent) + " at worst";
    }
    text += Line("latency", latency);
  } else {
    text += Line("latency", "not estimated: for this core there is no model of cycles");
  }
  if (r.cycles) {
    std::string cycles = Grouped(*r.cycles->median);
    if (r.cycles_per_mac) {
      cycles += " for " + Grouped(*r.macs) + " MAC, " + Fixed(*r.cycles_per_mac, 2) + " each";
    }
    text += Line("cycles", cycles);
  }
  if (r.instructions) text += Line("instructions", Grouped(*r.instructions));
  return text;
}

std::string MemoryLines(const core::Memory& memory) {
  std::string text =
      Line("weights", Bytes(memory.weights_bytes) + In(memory.weights_region) +
                          ", in a package of " + Bytes(memory.package_bytes)) +
      Line("arena", Bytes(memory.arena_bytes) + In(memory.arena_region) + " (lower bound " +
                        Bytes(memory.arena_lower_bound_bytes) + ")") +
      Line("code", Bytes(memory.code_bytes) + In(memory.code_region) + ", the firmware") +
      Line("stack", Bytes(memory.stack_bytes) + In(memory.stack_region) + " at most");
  for (const core::MemoryRegionUse& use : memory.regions) {
    text += Line("memory", use.name + " " + Grouped(use.used_bytes.value_or(0)) + " of " +
                               Bytes(use.size_bytes));
  }
  return text;
}

std::string Shape(const core::Layer& layer) {
  std::string text;
  for (int64_t dim : layer.output_shape) text += (text.empty() ? "" : "×") + std::to_string(dim);
  return text;
}

std::string Ratio(int64_t cost, int64_t macs) {
  return macs > 0 ? Fixed(static_cast<double>(cost) / static_cast<double>(macs), 2) : "";
}

// By cycles, or by instructions where no cycles are estimated.
std::string Layers(const core::Result& r) {
  const bool cycles = r.cycles.has_value();
  const std::string unit = cycles ? "cycles" : "instructions";
  constexpr auto kRight = Table::Align::kRight;
  Table table({{"#", kRight},
               {"layer"},
               {"kernel"},
               {"output"},
               {"MAC", kRight},
               {unit, kRight},
               {unit + "/MAC", kRight},
               {"share", kRight}});
  auto cost = [cycles](const core::Layer& layer) {
    return (cycles ? layer.cycles : layer.instructions).value_or(0);
  };
  int64_t total = 0;
  for (const core::Layer& layer : r.layers) total += cost(layer);
  for (const core::Layer& layer : r.layers) {
    const int64_t macs = layer.macs.value_or(0);
    const double share =
        total > 0 ? 100.0 * static_cast<double>(cost(layer)) / static_cast<double>(total) : 0;
    table.Add({std::to_string(layer.index.value_or(0)), ShortLayerName(layer.name), layer.kernel,
               Shape(layer), macs > 0 ? Grouped(macs) : "", Grouped(cost(layer)),
               Ratio(cost(layer), macs), Fixed(share, 1) + " %"});
  }
  return table.Render();
}

std::string Findings(const std::string& report) {
  auto parsed = compile_client::ParseReport(report);
  if (!parsed.ok()) return "";
  std::string text;
  for (const core::Finding& finding : parsed->findings) {
    text += Line("finding", finding.code + ": " + finding.message + "; " + finding.remedy);
  }
  return text;
}

}  // namespace

std::string Render(const Estimate& estimate, const std::string& report) {
  const core::Result& r = estimate.result;
  std::string text = r.model_display_name + " on " + r.board.kind + " (" + r.board.chip +
                     "), an estimate: no board was asked\n";
  text += TimeLines(estimate) + MemoryLines(r.memory);
  for (const core::Issue& issue : r.issues) {
    // That its clock is modelled is what an estimate is.
    if (issue.code != "CLOCK_NOT_CHECKED") text += Line("issue", issue.code + ": " + issue.message);
  }
  text += Findings(report);
  return text + (r.layers.empty() ? "" : "\n" + Layers(r));
}

}  // namespace edgerack::estimate
