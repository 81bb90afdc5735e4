#include "firmware/kernels/common/packing.h"

#include <string.h>

#include "firmware/kernels/common/elements.h"
#include "firmware/kernels/common/operand_check.h"

// What defines a packing: how long it is, and which canonical element stands where.
typedef uint64_t elements_t(const er_package_tensor_t* t);
typedef uint32_t source_t(const er_package_tensor_t* t, uint32_t at);

static uint64_t er_canonical_elements(const er_package_tensor_t* t) {
  return er_product(t->dims, ER_PACKAGE_MAX_RANK);
}

static uint32_t er_canonical_source(const er_package_tensor_t* t, uint32_t at) {
  (void)t;
  return at;
}

// Rows are the slices of the first dimension. `count` rows side by side in groups of four elements,
// each row filled up to whole groups, the last block to whole rows.
enum { kGroup = 4 };

static uint64_t row_length(const er_package_tensor_t* t) {
  return er_product(t->dims + 1, ER_PACKAGE_MAX_RANK - 1);
}

static uint64_t rows_elements(const er_package_tensor_t* t, uint32_t count) {
  if (t->dtype != ER_DTYPE_S8 || t->rank < 2) return 0;
  const uint64_t groups = (row_length(t) + kGroup - 1) / kGroup;
  return ((uint64_t)t->dims[0] + count - 1) / count * count * groups * kGroup;
}

static uint32_t rows_source(const er_package_tensor_t* t, uint32_t at, uint32_t count) {
  const uint32_t length = (uint32_t)row_length(t);
  const uint32_t groups = (length + kGroup - 1) / kGroup;
  const uint32_t lane = at % kGroup, slot = at / kGroup;
  const uint32_t row = slot / (groups * count) * count + slot % count;
  const uint32_t column = slot / count % groups * kGroup + lane;
  if (row >= (uint32_t)t->dims[0] || column >= length) return ER_PACKING_FILL;
  return row * length + column;
}

static uint64_t er_row_pairs_elements(const er_package_tensor_t* t) { return rows_elements(t, 2); }

static uint32_t er_row_pairs_source(const er_package_tensor_t* t, uint32_t at) {
  return rows_source(t, at, 2);
}

static uint64_t er_row_quads_elements(const er_package_tensor_t* t) { return rows_elements(t, 4); }

static uint32_t er_row_quads_source(const er_package_tensor_t* t, uint32_t at) {
  return rows_source(t, at, 4);
}

// Four rows of floats element by element, the last block filled up to whole rows.
enum { kLanes = 4 };

static uint64_t er_row_lanes_elements(const er_package_tensor_t* t) {
  if (t->dtype != ER_DTYPE_F32 || t->rank < 2) return 0;
  return ((uint64_t)t->dims[0] + kLanes - 1) / kLanes * kLanes * row_length(t);
}

static uint32_t er_row_lanes_source(const er_package_tensor_t* t, uint32_t at) {
  const uint32_t length = (uint32_t)row_length(t);
  const uint32_t column = at / kLanes % length;
  const uint32_t row = at / kLanes / length * kLanes + at % kLanes;
  return row < (uint32_t)t->dims[0] ? row * length + column : ER_PACKING_FILL;
}

enum {
#define ER_PACKING(number, NAME, name) kNumber_##name = (number),
#include "firmware/package/packings.inc"
#undef ER_PACKING
  kPackings  // one above the last
};

const char* er_packing_name(uint32_t packing) {
  static const char* const kNames[kPackings] = {
#define ER_PACKING(number, NAME, name) [number] = #name,
#include "firmware/package/packings.inc"
#undef ER_PACKING
  };
  return packing < kPackings ? kNames[packing] : NULL;
}

uint64_t er_packed_elements(const er_package_tensor_t* t) {
  static elements_t* const kElements[kPackings] = {
#define ER_PACKING(number, NAME, name) [number] = er_##name##_elements,
#include "firmware/package/packings.inc"
#undef ER_PACKING
  };
  return t->packing < kPackings ? kElements[t->packing](t) : 0;
}

static source_t* source_of(uint32_t packing) {
  static source_t* const kSources[kPackings] = {
#define ER_PACKING(number, NAME, name) [number] = er_##name##_source,
#include "firmware/package/packings.inc"
#undef ER_PACKING
  };
  return kSources[packing];
}

void er_pack(const er_package_tensor_t* t, const void* canonical, void* packed) {
  source_t* const source = source_of(t->packing);
  const uint32_t width = (uint32_t)er_element_bytes(t->dtype);
  const uint32_t count = (uint32_t)er_packed_elements(t);
  memset(packed, 0, (size_t)count * width);
  for (uint32_t at = 0; at < count; at++) {
    const uint32_t from = source(t, at);
    if (from == ER_PACKING_FILL) continue;
    memcpy((uint8_t*)packed + (size_t)at * width, (const uint8_t*)canonical + (size_t)from * width,
           width);
  }
}

void er_unpack(const er_package_tensor_t* t, const void* packed, void* canonical) {
  source_t* const source = source_of(t->packing);
  const uint32_t width = (uint32_t)er_element_bytes(t->dtype);
  const uint32_t count = (uint32_t)er_packed_elements(t);
  for (uint32_t at = 0; at < count; at++) {
    const uint32_t to = source(t, at);
    if (to == ER_PACKING_FILL) continue;
    memcpy((uint8_t*)canonical + (size_t)to * width, (const uint8_t*)packed + (size_t)at * width,
           width);
  }
}
