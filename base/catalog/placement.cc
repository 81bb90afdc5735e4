#include "base/catalog/placement.h"

#include <algorithm>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"

namespace edgerack {
namespace {

constexpr uint64_t kAlign = 32;  // a cache line, as the firmware wants it

bool IsRam(const MemoryRegion& region) {
  return region.kind == "itcm" || region.kind == "dtcm" || region.kind == "ram";
}

// What of a region is free; reserved ranges take it from one of its ends.
struct Span {
  uint64_t start = 0;
  uint64_t end = 0;

  void Reserve(uint64_t address, uint64_t bytes) {
    const uint64_t stop = address + bytes;
    if (bytes == 0 || stop <= start || address >= end) return;
    if (address <= start) {
      start = std::min(end, stop);
    } else {
      end = address;
    }
  }
};

class Placer {
 public:
  Placer(const Chip& chip, const Placement& placement) : chip_(chip), wanted_(placement) {}

  absl::StatusOr<Rooms> Place(uint64_t package_bytes) {
    if (chip_.PackageMemory() == nullptr || chip_.FindMemory(layout().stack_region) == nullptr) {
      return MakeError(absl::StatusCode::kInvalidArgument, ErrorClass::kBug, "BAD_CHIP_FILE",
                       "chip \"" + chip_.id + "\" has no memory for packages or for the stack");
    }
    ER_RETURN_IF_ERROR(PlaceCode());
    ER_RETURN_IF_ERROR(PlaceStack());
    ER_RETURN_IF_ERROR(PlaceWeights(package_bytes));
    ER_RETURN_IF_ERROR(PlaceArena());
    return std::move(rooms_);
  }

 private:
  const FirmwareLayout& layout() const { return chip_.layout; }

  absl::Status Bad(const char* option, const std::string& region, const std::string& why,
                   const std::vector<std::string>& known) const {
    return MakeError(absl::StatusCode::kInvalidArgument, ErrorClass::kJob, "BAD_OPTION",
                     absl::StrCat("option ", option, "=", region, ": ", why, "; ", chip_.id,
                                  " takes ", absl::StrJoin(known, ", ")));
  }

  std::vector<std::string> RamNames() const {
    std::vector<std::string> names;
    for (const MemoryRegion& region : chip_.memories) {
      if (IsRam(region) && !(kernels_in_itcm_ && region.kind == "itcm")) {
        names.push_back(region.name);
      }
    }
    return names;
  }

  // RAM by its name, for `option`.
  absl::StatusOr<const MemoryRegion*> Ram(const char* option, const std::string& name,
                                          std::vector<std::string> also = {}) const {
    const MemoryRegion* region = chip_.FindMemory(name);
    const std::vector<std::string> ram = RamNames();
    also.insert(also.begin(), ram.begin(), ram.end());
    if (region == nullptr) return Bad(option, name, "there is no such memory", also);
    if (!IsRam(*region)) return Bad(option, name, "nothing can be written there", also);
    if (kernels_in_itcm_ && region->kind == "itcm") {
      return Bad(option, name, "option code has that memory", also);
    }
    return region;
  }

  Span Free(const MemoryRegion& region) const {
    Span span{region.address, region.address + region.size_bytes};
    // Nothing lies at address 0, where the ITCM begins: kernels take it for an operand that is
    // absent.
    span.Reserve(0, kAlign);
    span.Reserve(layout().firmware_address, layout().firmware_bytes);
    span.Reserve(layout().package_address, layout().package_bytes);
    const MemoryRegion* stack = chip_.FindMemory(layout().stack_region);
    span.Reserve(stack->address, layout().stack_bytes + layout().static_bytes);
    if (region.name == layout().arena_region) {
      span.end = std::min(span.end, region.address + layout().arena_bytes);
    }
    span.Reserve(rooms_.stack.address, rooms_.stack.bytes);
    if (rooms_.weights_copied) span.Reserve(rooms_.weights.address, rooms_.weights.bytes);
    return span;
  }

  absl::Status PlaceCode() {
    const std::string usual = chip_.UsualCodeRegion();
    rooms_.code_region = wanted_.code.empty() ? usual : wanted_.code;
    const std::vector<std::string>& known = layout().code_regions;
    if (rooms_.code_region != usual &&
        std::find(known.begin(), known.end(), rooms_.code_region) == known.end()) {
      return Bad("code", wanted_.code, "the firmware is not linked for it",
                 known.empty() ? std::vector<std::string>{usual} : known);
    }
    const MemoryRegion* region = chip_.FindMemory(rooms_.code_region);
    kernels_in_itcm_ = rooms_.code_region != usual && region->kind == "itcm";
    return absl::OkStatus();
  }

  absl::Status PlaceStack() {
    const std::string& name = wanted_.stack.empty() ? layout().stack_region : wanted_.stack;
    ER_ASSIGN_OR_RETURN(const MemoryRegion* region, Ram("stack", name));
    if (name == layout().stack_region) {
      rooms_.stack = {name, region->address, layout().stack_bytes};
      return absl::OkStatus();
    }
    const Span span = Free(*region);
    const uint64_t bytes = std::min(layout().stack_bytes, span.end - span.start);
    rooms_.stack = {name, span.start, bytes / kAlign * kAlign};
    return absl::OkStatus();
  }

  absl::Status PlaceWeights(uint64_t package_bytes) {
    const MemoryRegion* store = chip_.PackageMemory();
    rooms_.store = {store->name, layout().package_address, layout().package_bytes};
    rooms_.weights = rooms_.store;
    const std::string& name = wanted_.weights;
    if (name.empty() || name == store->name) return absl::OkStatus();
    if (!store->alias_name.empty() && name == store->alias_name) {
      rooms_.weights.region = name;
      rooms_.weights.address += *store->alias_address - store->address;
      return absl::OkStatus();
    }
    std::vector<std::string> also = {store->name};
    if (!store->alias_name.empty()) also.push_back(store->alias_name);
    ER_ASSIGN_OR_RETURN(const MemoryRegion* region, Ram("weights", name, also));
    const Span span = Free(*region);
    const uint64_t bytes = std::min((package_bytes + kAlign - 1) / kAlign * kAlign,
                                    (span.end - span.start) / kAlign * kAlign);
    rooms_.weights = {name, (span.end - bytes) / kAlign * kAlign, bytes};
    rooms_.weights_copied = true;
    return absl::OkStatus();
  }

  absl::Status PlaceArena() {
    const std::string& name = wanted_.arena.empty() ? layout().arena_region : wanted_.arena;
    ER_ASSIGN_OR_RETURN(const MemoryRegion* region, Ram("arena", name));
    const bool shared = (rooms_.weights_copied && rooms_.weights.region == name) ||
                        (rooms_.stack.region == name && name != layout().stack_region);
    if (name == layout().arena_region && !shared) {
      rooms_.arena = {name, region->address, layout().arena_bytes};
      return absl::OkStatus();
    }
    const Span span = Free(*region);
    const uint64_t start = (span.start + kAlign - 1) / kAlign * kAlign;
    const uint64_t end = span.end / kAlign * kAlign;
    rooms_.arena = {name, start, end > start ? end - start : 0};
    return absl::OkStatus();
  }

  const Chip& chip_;
  const Placement& wanted_;
  bool kernels_in_itcm_ = false;
  Rooms rooms_;
};

}  // namespace

absl::StatusOr<Rooms> Place(const Chip& chip, const Placement& placement, uint64_t package_bytes) {
  return Placer(chip, placement).Place(package_bytes);
}

}  // namespace edgerack
