#include "firmware/rt/unpack.h"

#include <string.h>

#include "firmware/common/crc32.h"
#include "firmware/kernels/common/elements.h"
#include "firmware/kernels/common/operand_check.h"
#include "firmware/kernels/common/packing.h"

static uint64_t aligned(uint64_t bytes) { return (bytes + 15) / 16 * 16; }

// dims of a loaded package are sound, so this is below 2^32.
static uint64_t canonical_bytes(const er_package_tensor_t* t) {
  return er_product(t->dims, ER_PACKAGE_MAX_RANK) * er_element_bytes(t->dtype);
}

uint64_t er_package_unpacked_bytes(const er_model_t* model) {
  const er_package_header_t* h = model->header;
  uint64_t end = h->total_bytes;
  for (uint32_t i = 0; i < h->tensor_count; i++) {
    const er_package_tensor_t* t = &model->tensors[i];
    if (t->packing != ER_PACKING_CANONICAL) end = aligned(end) + canonical_bytes(t);
  }
  return end == h->total_bytes ? end : aligned(end);
}

void er_package_unpack(const er_model_t* model, uint8_t* to) {
  const uint32_t total = (uint32_t)er_package_unpacked_bytes(model);
  er_package_header_t h = *model->header;
  memset(to, 0, total);
  memcpy(to, model->package, h.total_bytes);
  er_package_tensor_t* const tensors = (er_package_tensor_t*)(void*)(to + h.tensors_offset);
  uint64_t end = h.total_bytes;
  for (uint32_t i = 0; i < h.tensor_count; i++) {
    const er_package_tensor_t* from = &model->tensors[i];
    if (from->packing == ER_PACKING_CANONICAL) continue;
    end = aligned(end);
    er_unpack(from, model->package + from->offset, to + end);
    tensors[i].packing = ER_PACKING_CANONICAL;
    tensors[i].offset = (uint32_t)end;
    tensors[i].bytes = (uint32_t)canonical_bytes(from);
    end += canonical_bytes(from);
  }
  if (total != h.total_bytes) h.constants_bytes = total - h.constants_offset;
  h.total_bytes = total;
  memcpy(to, &h, sizeof h);
  h.crc32 = er_crc32(0, to + 16, total - 16);
  memcpy(to, &h, sizeof h);
}
