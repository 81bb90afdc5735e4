#include "agent/vboard/app/elf_image.h"

#include <absl/strings/str_cat.h>
#include <absl/strings/str_format.h>

#include <cstring>

#include "base/files.h"

namespace edgerack::vboard {

absl::StatusOr<std::vector<ElfSegment>> ReadElf(const std::string& path) {
  ER_ASSIGN_OR_RETURN(const std::string file, ReadFile(path));
  auto segments = ParseElf(file);
  if (!segments.ok()) return Annotate(segments.status(), path);
  return segments;
}

absl::Status LoadElfIntoFlash(const std::string& path, Bus* bus) {
  ER_ASSIGN_OR_RETURN(const std::vector<ElfSegment> segments, ReadElf(path));
  for (const ElfSegment& segment : segments) {
    const auto size = static_cast<uint32_t>(segment.bytes.size());
    const Memory* memory = bus->FindMemory(segment.address, size);
    if (memory == nullptr || memory->fact.kind == MemoryKind::kRam) {
      return absl::InvalidArgumentError(absl::StrFormat(
          "%s: the segment at physical address 0x%08x (%u bytes) is not in this chip's flash; link "
          "it there, or load it with the debugger",
          path, segment.address, size));
    }
    std::memcpy(memory->bytes + (segment.address - memory->fact.address), segment.bytes.data(),
                size);
  }
  return absl::OkStatus();
}

}  // namespace edgerack::vboard
