#include "server/analysis/slow_settings.h"

#include <algorithm>
#include <numeric>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "base/catalog/placement.h"

namespace edgerack::analysis {
namespace {

using core::SlowCause;

// The clock has to be this much below the chip's to be worth a line.
constexpr double kSlowClock = 0.95;
// How many times slower the published measurements are, docs/explain.md has the sources.
constexpr double kDebugBuildSlowdown = 7.6;
constexpr double kFpuOffSlowdown = 3.1;
constexpr double kCachesOffSlowdown = 5;

bool HasIssue(const core::Result& result, const char* code) {
  return std::any_of(result.issues.begin(), result.issues.end(),
                     [&](const core::Issue& issue) { return issue.code == code; });
}

double FloatShare(const core::Result& result) {
  int64_t all = 0;
  int64_t floating = 0;
  for (const core::Layer& layer : result.layers) {
    all += layer.cycles.value_or(0);
    if (layer.output_dtype == "float32") floating += layer.cycles.value_or(0);
  }
  return all == 0 ? 0 : static_cast<double>(floating) / static_cast<double>(all);
}

void BuildAndUnits(const core::Result& result, std::vector<SlowCause>& to) {
  if (HasIssue(result, "DEBUG_BUILD")) {
    to.push_back({"DEBUG_BUILD",
                  1.0,
                  kDebugBuildSlowdown,
                  "the firmware says that it was built without optimization",
                  "leave out option build, or build your own firmware with -O3",
                  {}});
  }
  const double floating = FloatShare(result);
  if (HasIssue(result, "FPU_OFF") && floating > 0) {
    to.push_back({"FPU_OFF",
                  floating,
                  kFpuOffSlowdown,
                  absl::StrFormat("the floating-point unit was off, and layers in float32 take "
                                  "%.0f %% of the time: each of their operations is a library call",
                                  100 * floating),
                  "leave out option fpu; in an own firmware set CPACR and compile with "
                  "-mfpu and -mfloat-abi=hard",
                  {}});
  }
  if (HasIssue(result, "CACHES_OFF")) {
    const bool both =
        !result.provenance.icache.value_or(true) && !result.provenance.dcache.value_or(true);
    const char* which = both                                      ? "both caches were"
                        : result.provenance.icache.value_or(true) ? "the data cache was"
                                                                  : "the instruction cache was";
    to.push_back(
        {"CACHES_OFF",
         1.0,
         both ? std::optional<double>(kCachesOffSlowdown) : std::nullopt,
         absl::StrCat(which, " off: code or data in flash and SRAM waits for every word"),
         "leave out options icache and dcache; in an own firmware switch them on before the "
         "first inference: SCB_EnableICache() and SCB_EnableDCache()",
         {}});
  }
}

void Clock(const core::Result& result, const Chip& chip, std::vector<SlowCause>& to) {
  const auto clock = static_cast<double>(result.clock_hz.value_or(0));
  const auto most = static_cast<double>(chip.max_clock_hz);
  if (clock <= 0 || clock >= kSlowClock * most) return;
  to.push_back(
      {"CLOCK_BELOW_MAXIMUM",
       1.0,
       most / clock,
       absl::StrFormat(
           "the core ran at %.0f MHz, the %s may run at %.0f MHz%s", clock / 1e6, chip.id,
           most / 1e6,
           HasIssue(result, "CLOCK_FALLBACK") ? "; the intended clock did not come up" : ""),
       HasIssue(result, "CLOCK_FALLBACK")
           ? "look at the crystal or the probe's clock output, then run again"
       : result.provenance.options.count("clock") > 0
           ? "leave out option clock, or give a higher one"
           : "core_hz in the board's file, then build the firmware again",
       {}});
}

// The arena in memory behind the bus, though it would fit into the one beside the core.
void Placement(const core::Result& result, const Chip& chip, std::vector<SlowCause>& to) {
  const core::Memory& memory = result.memory;
  const MemoryRegion* code = chip.FindMemory(memory.code_region);
  if (code != nullptr && code->kind != "itcm" && !result.provenance.icache.value_or(true) &&
      !result.provenance.art.value_or(false)) {
    to.push_back({"CODE_IN_SLOW_MEMORY",
                  1.0,
                  std::nullopt,
                  absl::StrCat("the code runs from ", code->name,
                               " with neither instruction cache nor accelerator in between"),
                  "switch the instruction cache on, or link the code into ITCM (option code=ITCM)",
                  {}});
  }
  const MemoryRegion* arena = chip.FindMemory(memory.arena_region);
  if (arena == nullptr || !arena->line_cycles || !memory.arena_bytes) return;
  const bool cached = result.provenance.dcache.value_or(false) && chip.dcache_bytes > 0;
  if (cached && *memory.arena_bytes <= static_cast<int64_t>(chip.dcache_bytes)) return;
  for (const MemoryRegion& region : chip.memories) {
    if (region.kind != "dtcm") continue;
    // Stack and static data may lie there too.
    auto rooms = Place(chip, {.arena = region.name, .weights = "", .code = "", .stack = ""}, 0);
    if (!rooms.ok() || *memory.arena_bytes > static_cast<int64_t>(rooms->arena.bytes)) continue;
    to.push_back({"DATA_IN_SLOW_MEMORY",
                  std::nullopt,
                  std::nullopt,
                  absl::StrFormat(
                      "the arena of %d bytes lies in %s, where a cache line takes about %d cycles; "
                      "it fits %s, where nothing waits",
                      *memory.arena_bytes, arena->name, *arena->line_cycles, region.name),
                  absl::StrCat("option arena=", region.name,
                               "; in an own firmware (--emit-c) a section of the linker script"),
                  {}});
  }
}

}  // namespace

std::vector<SlowCause> SlowSettings(const core::Result& result, const Chip* chip) {
  std::vector<SlowCause> causes;
  BuildAndUnits(result, causes);
  if (chip != nullptr) {
    Clock(result, *chip, causes);
    Placement(result, *chip, causes);
  }
  return causes;
}

}  // namespace edgerack::analysis
