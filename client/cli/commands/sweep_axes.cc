#include "client/cli/commands/sweep_axes.h"

#include <algorithm>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "absl/strings/str_split.h"

namespace edgerack::cli {
namespace {

// A sweep of more would take hours unasked.
constexpr size_t kMostRuns = 256;

Axis OptionAxis(const std::string& option, const std::vector<std::string>& values) {
  Axis axis{option, {}};
  for (const std::string& value : values) axis.values.push_back({value, {{option, value}}});
  return axis;
}

const std::vector<Axis>& PlainAxes() {
  static const std::vector<Axis> axes = {OptionAxis("build", {"O3", "O2", "Os", "O0"}),
                                         OptionAxis("fpu", {"on", "off"}),
                                         OptionAxis("kernels", {"fast", "ref"}),
                                         OptionAxis("objective", {"balanced", "time", "ram"}),
                                         OptionAxis("icache", {"on", "off"}),
                                         OptionAxis("dcache", {"on", "off"}),
                                         OptionAxis("art", {"on", "off"}),
                                         {"caches",
                                          {{"both", {}},
                                           {"instructions", {{"dcache", "off"}}},
                                           {"data", {{"icache", "off"}}},
                                           {"none", {{"icache", "off"}, {"dcache", "off"}}}}}};
  return axes;
}

bool IsRam(const v1::ChipMemory& memory) {
  return memory.kind() == "itcm" || memory.kind() == "dtcm" || memory.kind() == "ram";
}

void AddPlace(const std::vector<std::pair<std::string, std::string>>& places, Axis& to) {
  AxisValue value;
  for (const auto& [what, region] : places) {
    absl::StrAppend(&value.label, value.label.empty() ? "" : " + ", what, " ", region);
    value.options[what] = region;
  }
  to.values.push_back(std::move(value));
}

// One thing moved at a time, then the two that usually win together.
Axis PlacementAxis(const v1::ChipFacts& chip) {
  Axis axis{"placement", {{"usual", {}}}};
  std::string beside_core;
  for (const auto& memory : chip.memories()) {
    if (!IsRam(memory)) continue;
    if (memory.kind() == "dtcm") beside_core = memory.name();
    if (memory.name() != chip.arena_region()) AddPlace({{"arena", memory.name()}}, axis);
  }
  for (const auto& memory : chip.memories()) {
    if (IsRam(memory)) AddPlace({{"weights", memory.name()}}, axis);
    if (!memory.alias_name().empty()) AddPlace({{"weights", memory.alias_name()}}, axis);
  }
  for (int i = 1; i < chip.code_regions_size(); ++i) {
    AddPlace({{"code", chip.code_regions(i)}}, axis);
  }
  if (chip.arena_region() != chip.stack_region()) AddPlace({{"stack", chip.arena_region()}}, axis);
  if (!beside_core.empty() && chip.code_regions_size() > 1) {
    const std::string& code = chip.code_regions(chip.code_regions_size() - 1);
    AddPlace({{"arena", beside_core}, {"code", code}}, axis);
  }
  return axis;
}

Axis ClockAxis(const v1::ChipFacts& chip) {
  Axis axis{"clock", {}};
  for (int64_t hz : chip.compared_clocks_hz()) {
    const std::string mhz = std::to_string(hz / 1'000'000);
    axis.values.push_back({mhz, {{"clock", mhz}}});
  }
  return axis;
}

absl::Status BadUsage(const std::string& message) {
  return MakeError(absl::StatusCode::kInvalidArgument, ErrorClass::kUser, "BAD_USAGE", message);
}

absl::StatusOr<Axis> FindAxis(const std::string& name, const v1::ChipFacts& chip) {
  for (const Axis& axis : PlainAxes()) {
    if (axis.name == name) return axis;
  }
  Axis axis;
  if (name == "placement") axis = PlacementAxis(chip);
  if (name == "clock") axis = ClockAxis(chip);
  if (axis.values.size() > 1) return axis;
  if (!axis.name.empty()) {
    return BadUsage("--vary " + name + ": there is nothing to vary on this board");
  }
  return BadUsage("--vary " + name + ": give OPTION=VALUE,VALUE,… or one of " + KnownAxisNames());
}

std::vector<std::string> NamesIn(const std::string& item) {
  return absl::StrSplit(item, ',', absl::SkipEmpty());
}

}  // namespace

std::string KnownAxisNames() {
  std::vector<std::string> names;
  for (const Axis& axis : PlainAxes()) names.push_back(axis.name);
  names.insert(names.end(), {"placement", "clock"});
  return absl::StrJoin(names, ", ");
}

bool NeedsChip(const std::vector<std::string>& items) {
  return std::any_of(items.begin(), items.end(), [](const std::string& item) {
    const std::vector<std::string> names = NamesIn(item.substr(0, item.find('=')));
    return std::any_of(names.begin(), names.end(), [](const std::string& name) {
      return name == "placement" || name == "clock";
    });
  });
}

absl::StatusOr<std::vector<Axis>> ParseAxes(const std::vector<std::string>& items,
                                            const v1::ChipFacts& chip) {
  std::vector<Axis> axes;
  for (const std::string& item : items) {
    const size_t equals = item.find('=');
    if (equals == std::string::npos) {
      for (const std::string& name : NamesIn(item)) {
        ER_ASSIGN_OR_RETURN(Axis axis, FindAxis(name, chip));
        axes.push_back(std::move(axis));
      }
      continue;
    }
    const std::string option = item.substr(0, equals);
    const std::vector<std::string> values = NamesIn(item.substr(equals + 1));
    if (option.empty() || values.empty()) {
      return BadUsage("--vary " + item + ": give OPTION=VALUE,VALUE,… or one of " +
                      KnownAxisNames());
    }
    // A known axis with some of its own values, or an option with values of the user's.
    auto known = FindAxis(option, chip);
    Axis axis{option, {}};
    for (const std::string& value : values) {
      const AxisValue* found = nullptr;
      if (known.ok()) {
        for (const AxisValue& own : known->values) {
          if (own.label == value) found = &own;
        }
      }
      axis.values.push_back(found != nullptr ? *found : AxisValue{value, {{option, value}}});
    }
    axes.push_back(std::move(axis));
  }
  size_t runs = 1;
  for (const Axis& axis : axes) runs *= axis.values.size();
  if (runs > kMostRuns) {
    return BadUsage("the sweep has " + std::to_string(runs) + " runs; at most " +
                    std::to_string(kMostRuns) + " are taken, vary less at once");
  }
  return axes;
}

}  // namespace edgerack::cli
