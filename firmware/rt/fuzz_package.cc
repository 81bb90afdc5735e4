// Fuzz entry of the loader and, for what it accepts, the executor; then the same unpacked, with the
// reference kernels. The CRC is repaired, otherwise no mutation would get past it.
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <cstring>

#include "firmware/common/crc32.h"
#include "firmware/rt/model.h"
#include "firmware/rt/unpack.h"

namespace {

uint8_t* Allocate(size_t bytes) {
  void* memory = nullptr;
  if (posix_memalign(&memory, 16, bytes) != 0) std::abort();
  return static_cast<uint8_t*>(memory);
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  constexpr uint32_t kArenaBytes = 1 << 16;
  if (size < sizeof(er_package_header_t) || size > (1 << 20)) return 0;
  // Not rounded up: the sanitizer's redzone starts right behind the last byte.
  uint8_t* package = Allocate(size);
  uint8_t* arena = Allocate(kArenaBytes);
  std::memcpy(package, data, size);
  auto* header = reinterpret_cast<er_package_header_t*>(package);
  if (header->total_bytes >= sizeof *header && header->total_bytes <= size) {
    header->crc32 = er_crc32(0, package + 16, header->total_bytes - 16);
  }
  static er_model_t model;
  er_model_place_t place = {package,    static_cast<uint32_t>(size),
                            arena,      kArenaBytes,
                            ER_ISA_MVE, size % 2 ? er_kernel_find : er_kernel_reference_of,
                            nullptr};
  if (er_model_load(&place, &model).code == ER_RT_OK) {
    er_model_run(&model, ER_RT_ALL_LAYERS);
    const uint64_t bytes = er_package_unpacked_bytes(&model);
    if (bytes <= (4 << 20)) {
      uint8_t* unpacked = Allocate(bytes);
      er_package_unpack(&model, unpacked);
      place.package = unpacked;
      place.package_capacity_bytes = static_cast<uint32_t>(bytes);
      place.resolve = er_kernel_reference_of;
      if (er_model_load(&place, &model).code == ER_RT_OK) er_model_run(&model, ER_RT_ALL_LAYERS);
      std::free(unpacked);
    }
  }
  std::free(package);
  std::free(arena);
  return 0;
}
