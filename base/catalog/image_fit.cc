#include "base/catalog/image_fit.h"

#include <algorithm>
#include <cstring>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"

namespace edgerack {
namespace {

struct Range {
  uint64_t begin = 0;
  uint64_t end = 0;
};

bool IsRam(const MemoryRegion& memory) { return memory.kind != "flash"; }

Range RangeOf(const MemoryRegion& memory) {
  return {memory.address, memory.address + memory.size_bytes};
}

Range RangeOf(const ElfSegment& segment) {
  return {segment.address, uint64_t{segment.address} + segment.bytes.size()};
}

bool Inside(const Range& part, const Range& whole) {
  return part.begin >= whole.begin && part.end <= whole.end;
}

std::string Text(const Range& range) {
  return absl::StrFormat("0x%08x..0x%08x", range.begin, range.end - 1);
}

std::string Allowed(const Chip& chip) {
  std::string text;
  for (const MemoryRegion& memory : chip.memories) {
    if (IsRam(memory) == chip.FirmwareInFlash()) continue;
    absl::StrAppend(&text, text.empty() ? "" : ", ", memory.name, " ", Text(RangeOf(memory)));
  }
  return text;
}

absl::Status NotFor(const Chip& chip, const std::string& what) {
  return MakeError(absl::StatusCode::kInvalidArgument, ErrorClass::kUser, "FIRMWARE_NOT_FOR_CHIP",
                   absl::StrCat("the image is not for a ", chip.id, ": ", what));
}

// The word of the image at this address; false where it has none there.
bool WordAt(const std::vector<ElfSegment>& image, uint64_t address, uint32_t& word) {
  for (const ElfSegment& segment : image) {
    if (!Inside({address, address + sizeof word}, RangeOf(segment))) continue;
    std::memcpy(&word, segment.bytes.data() + (address - segment.address), sizeof word);
    return true;
  }
  return false;
}

// Code may be linked for an alias of the memory that it is written to.
uint64_t WithoutAlias(const Chip& chip, uint64_t address) {
  for (const MemoryRegion& memory : chip.memories) {
    if (!memory.alias_address) continue;
    if (address >= *memory.alias_address && address - *memory.alias_address < memory.size_bytes) {
      return address - *memory.alias_address + memory.address;
    }
  }
  return address;
}

absl::Status CheckVectors(const std::vector<ElfSegment>& image, const Chip& chip) {
  const uint64_t at = chip.layout.firmware_address;
  uint32_t stack = 0;
  uint32_t entry = 0;
  if (!WordAt(image, at, stack) || !WordAt(image, at + 4, entry)) {
    return NotFor(chip, absl::StrFormat("it has no vector table at 0x%08x, where the chip starts; "
                                        "link it for that address",
                                        at));
  }
  // The stack grows down: its start is the first address behind it.
  const bool in_ram =
      std::any_of(chip.memories.begin(), chip.memories.end(), [&](const MemoryRegion& memory) {
        return IsRam(memory) && stack > memory.address && stack <= RangeOf(memory).end;
      });
  if (!in_ram) {
    return NotFor(chip, absl::StrFormat("its vector table at 0x%08x starts the stack at 0x%08x, "
                                        "which is no RAM of the chip",
                                        at, stack));
  }
  uint32_t code = 0;
  if ((entry & 1) == 0 || !WordAt(image, WithoutAlias(chip, entry & ~1u) & ~3ull, code)) {
    return NotFor(chip, absl::StrFormat("its vector table at 0x%08x starts it at 0x%08x, where the "
                                        "image has no Thumb code",
                                        at, entry));
  }
  return absl::OkStatus();
}

}  // namespace

int64_t ImageBytes(const std::vector<ElfSegment>& image) {
  int64_t bytes = 0;
  for (const ElfSegment& segment : image) bytes += static_cast<int64_t>(segment.bytes.size());
  return bytes;
}

absl::Status CheckImageFitsChip(const std::vector<ElfSegment>& image, const Chip& chip) {
  std::vector<Range> written;
  for (const ElfSegment& segment : image) {
    const Range range = RangeOf(segment);
    const bool allowed =
        std::any_of(chip.memories.begin(), chip.memories.end(), [&](const MemoryRegion& memory) {
          return IsRam(memory) != chip.FirmwareInFlash() && Inside(range, RangeOf(memory));
        });
    if (!allowed) {
      return NotFor(chip, absl::StrCat("a segment goes to ", Text(range),
                                       "; only these may be written: ", Allowed(chip)));
    }
    written.push_back(range);
  }
  std::sort(written.begin(), written.end(),
            [](const Range& a, const Range& b) { return a.begin < b.begin; });
  for (size_t i = 1; i < written.size(); ++i) {
    if (written[i].begin >= written[i - 1].end) continue;
    return NotFor(chip, absl::StrCat("its segments ", Text(written[i - 1]), " and ",
                                     Text(written[i]), " overlap"));
  }
  return CheckVectors(image, chip);
}

}  // namespace edgerack
