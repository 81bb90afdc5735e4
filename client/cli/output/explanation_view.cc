#include "client/cli/output/explanation_view.h"

#include "base/text/layer_name.h"
#include "base/text/table.h"
#include "base/text/wrapped.h"

namespace edgerack::cli {
namespace {

std::string Headline(const v1::Explanation& e) {
  std::string text = Grouped(e.cycles()) + " cycles in " + std::to_string(e.layers_size()) +
                     (e.layers_size() == 1 ? " layer" : " layers");
  if (e.clock_hz() > 0) {
    text += ", " +
            Fixed(1e3 * static_cast<double>(e.cycles()) / static_cast<double>(e.clock_hz()), 3) +
            " ms at " + Fixed(static_cast<double>(e.clock_hz()) / 1e6, 0) + " MHz";
  }
  if (e.estimated()) text += " (estimated)";
  if (e.has_bound_cycles() && e.cycles() > 0) {
    text +=
        "; no less than " + Grouped(e.bound_cycles()) + " are possible here, " +
        Fixed(100 * static_cast<double>(e.bound_cycles()) / static_cast<double>(e.cycles()), 0) +
        " %";
  }
  return text + ".\n";
}

std::string CauseText(const v1::SlowCause& cause) {
  std::string head = cause.code();
  if (cause.has_share()) head += "  touches " + Fixed(100 * cause.share(), 1) + " % of the time";
  if (cause.has_slowdown()) head += ", about " + Fixed(cause.slowdown(), 1) + " times slower";
  return "\n" + head + "\n" + Wrapped("  ", cause.evidence()) + Wrapped("  fix: ", cause.fix());
}

std::string Count(bool known, int64_t number) { return known && number > 0 ? Grouped(number) : ""; }

std::string LayerTable(const v1::Explanation& e) {
  constexpr auto kRight = Table::Align::kRight;
  Table table({{"#", kRight},
               {"layer"},
               {"op"},
               {"cycles", kRight},
               {"share", kRight},
               {"MAC/B", kRight},
               {"arithmetic", kRight},
               {"requant.", kRight},
               {"memory", kRight},
               {"waits for"},
               {"bound by"}});
  for (const auto& layer : e.layers()) {
    table.Add(
        {std::to_string(layer.index()), ShortLayerName(layer.name()), layer.op(),
         Grouped(layer.cycles()), Fixed(100 * layer.share(), 1) + " %",
         layer.macs() > 0 && layer.bytes() > 0
             ? Fixed(static_cast<double>(layer.macs()) / static_cast<double>(layer.bytes()), 1)
             : "",
         Count(layer.has_arithmetic_cycles(), layer.arithmetic_cycles()),
         Count(layer.has_requantization_cycles(), layer.requantization_cycles()),
         Count(layer.has_memory_cycles(), layer.memory_cycles()), layer.memory(), layer.bound()});
  }
  return table.Render();
}

}  // namespace

std::string RenderExplanation(const v1::Explanation& e) {
  std::string text = Headline(e);
  for (const auto& cause : e.causes()) text += CauseText(cause);
  if (e.causes_size() == 0) text += "\nNothing slows it down that is known.\n";
  if (e.layers_size() > 0) {
    text += "\nCycles of each layer beside what it needs at least (estimates):\n" + LayerTable(e);
  }
  for (const std::string& note : e.notes()) text += "\n" + Wrapped("note: ", note);
  return text;
}

}  // namespace edgerack::cli
