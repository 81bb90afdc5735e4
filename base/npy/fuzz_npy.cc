// Entry point for a fuzzer: any bytes end in arrays or in an error.
#include <cstddef>
#include <cstdint>
#include <cstdlib>

#include "base/npy/npy.h"

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  std::string bytes(reinterpret_cast<const char*>(data), size);
  auto archive = edgerack::ParseNpyOrNpz(bytes);
  if (!archive.ok()) {
    if (edgerack::ErrorClassOf(archive.status()) != edgerack::ErrorClass::kUser) std::abort();
    return 0;
  }
  for (const auto& [key, array] : *archive) {
    const int64_t bytes_held = array.elements() * array.item_bytes;
    if (bytes_held != static_cast<int64_t>(array.data.size())) std::abort();
    if (array.elements() > 0) (void)array.Value(array.elements() - 1);
  }
  return 0;
}
