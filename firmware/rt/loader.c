#include <string.h>

#include "firmware/common/crc32.h"
#include "firmware/kernels/common/packing.h"
#include "firmware/rt/model.h"

static er_rt_status_t fail(er_rt_code_t code, const char* text, uint32_t detail) {
  const er_rt_status_t status = {code, text, detail};
  return status;
}

static const er_rt_status_t kOk = {ER_RT_OK, "", 0};

#define LOAD_STEP(step)                                   \
  do {                                                    \
    const er_rt_status_t step_status = (step);            \
    if (step_status.code != ER_RT_OK) return step_status; \
  } while (0)

// True when `count` items of `size` bytes at `offset` lie inside `total` bytes.
static int inside(uint32_t offset, uint64_t count, uint32_t size, uint32_t total) {
  return offset <= total && count * size <= total - offset;
}

static er_rt_status_t check_section(const er_package_header_t* h, uint32_t offset, uint32_t count,
                                    uint32_t size, const char* text) {
  if (offset % 4 != 0 || offset < sizeof *h || !inside(offset, count, size, h->total_bytes)) {
    return fail(ER_RT_CORRUPT, text, offset);
  }
  return kOk;
}

static er_rt_status_t check_header(const er_model_place_t* place) {
  const er_package_header_t* h = (const er_package_header_t*)(const void*)place->package;
  if (place->package_capacity_bytes < sizeof *h) {
    return fail(ER_RT_CORRUPT, "shorter than a package header", place->package_capacity_bytes);
  }
  if (h->magic != ER_PACKAGE_MAGIC) {
    return fail(ER_RT_CORRUPT, "no package: wrong magic number", h->magic);
  }
  if (h->abi_major != ER_PACKAGE_ABI_MAJOR) {
    return fail(ER_RT_UNSUPPORTED, "package ABI this reader does not know; compile the model again",
                h->abi_major);
  }
  if (h->total_bytes > place->package_capacity_bytes) {
    return fail(ER_RT_TOO_LARGE, "package is longer than the store or file that holds it",
                h->total_bytes);
  }
  if (h->total_bytes < sizeof *h || h->total_bytes % 4 != 0) {
    return fail(ER_RT_CORRUPT, "total_bytes of the header is impossible", h->total_bytes);
  }
  const uint32_t crc = er_crc32(0, place->package + 16, h->total_bytes - 16);
  if (crc != h->crc32) {
    return fail(ER_RT_CORRUPT, "CRC of the package is wrong: it was not written completely", crc);
  }
  if (h->flags & ~(uint32_t)ER_PACKAGE_CARRY_STATE) {
    return fail(ER_RT_UNSUPPORTED, "package asks for what this reader does not know: its flags",
                h->flags);
  }
  if (h->isa > place->isa) {
    return fail(ER_RT_UNSUPPORTED, "package is compiled for an instruction set this core lacks",
                h->isa);
  }
  if (h->arena_bytes > place->arena_capacity_bytes) {
    return fail(ER_RT_TOO_LARGE, "package needs a larger arena than the board has", h->arena_bytes);
  }
  if (h->op_count > ER_RT_MAX_OPS) {
    return fail(ER_RT_TOO_LARGE, "package has more layers than the firmware has room for",
                h->op_count);
  }
  return kOk;
}

static er_rt_status_t check_sections(const er_package_header_t* h) {
  LOAD_STEP(check_section(h, h->tensors_offset, h->tensor_count, sizeof(er_package_tensor_t),
                          "tensor section lies outside of the package"));
  LOAD_STEP(check_section(h, h->ops_offset, h->op_count, sizeof(er_package_op_t),
                          "op section lies outside of the package"));
  LOAD_STEP(check_section(h, h->io_offset, (uint32_t)h->input_count + h->output_count,
                          sizeof(uint16_t), "input and output list lies outside of the package"));
  LOAD_STEP(check_section(h, h->names_offset, h->names_bytes, 1,
                          "names section lies outside of the package"));
  LOAD_STEP(check_section(h, h->constants_offset, h->constants_bytes, 1,
                          "constants section lies outside of the package"));
  const char* names = (const char*)h + h->names_offset;
  if (h->names_bytes == 0 || names[0] != '\0' || names[h->names_bytes - 1] != '\0') {
    return fail(ER_RT_CORRUPT, "names section must start and end with a zero byte", h->names_bytes);
  }
  return kOk;
}

static uint32_t element_bytes(uint8_t dtype) {
  switch (dtype) {
    case ER_DTYPE_F32:
    case ER_DTYPE_S32:
      return 4;
    case ER_DTYPE_S8:
    case ER_DTYPE_U8:
    case ER_DTYPE_BOOL:
      return 1;
    case ER_DTYPE_S16:
      return 2;
    case ER_DTYPE_S64:
      return 8;
    default:
      return 0;
  }
}

static int is_bits(uint8_t dtype) { return dtype == ER_DTYPE_S1 || dtype == ER_DTYPE_U1; }

// Of a tensor with sound dims; *bytes becomes its packed size.
static er_rt_status_t check_packing(const er_package_tensor_t* t, uint32_t index, uint64_t* bytes) {
  if (!er_packing_name(t->packing)) {
    return fail(ER_RT_UNSUPPORTED, "tensor has a packing this reader does not know", index);
  }
  if (t->place != ER_PLACE_CONSTANT) {
    return fail(ER_RT_CORRUPT, "tensor is packed but no constant", index);
  }
  // Kernels read it by double words.
  if (t->offset % ER_PACKAGE_PACKED_ALIGN != 0) {
    return fail(ER_RT_CORRUPT, "packed constant is not aligned", index);
  }
  *bytes = er_packed_elements(t) * element_bytes(t->dtype);
  if (*bytes == 0) {
    return fail(ER_RT_CORRUPT, "tensor's packing is none for its type and rank", index);
  }
  return kOk;
}

static er_rt_status_t check_tensor(const er_package_header_t* h, const er_package_tensor_t* t,
                                   uint32_t index) {
  const uint32_t element = is_bits(t->dtype) ? sizeof(uint32_t) : element_bytes(t->dtype);
  if (element == 0) return fail(ER_RT_UNSUPPORTED, "tensor has an unknown element type", index);
  if (t->rank > ER_PACKAGE_MAX_RANK || (t->rank == 0 && is_bits(t->dtype))) {
    return fail(ER_RT_CORRUPT, "tensor has a bad rank", index);
  }
  uint64_t bytes = element;
  for (uint32_t i = 0; i < ER_PACKAGE_MAX_RANK; i++) {
    if (t->dims[i] < 1 || (i >= t->rank && t->dims[i] != 1)) {
      return fail(ER_RT_CORRUPT, "tensor has a bad dimension", index);
    }
    const uint32_t dim = (uint32_t)t->dims[i];
    bytes *= is_bits(t->dtype) && i + 1 == t->rank ? er_bit_words(dim) : dim;
    if (bytes > UINT32_MAX) return fail(ER_RT_CORRUPT, "tensor is larger than 4 GiB", index);
  }
  if (t->packing != ER_PACKING_CANONICAL) LOAD_STEP(check_packing(t, index, &bytes));
  if (bytes != t->bytes) return fail(ER_RT_CORRUPT, "tensor's bytes and dims disagree", index);
  if (t->name_offset >= h->names_bytes) {
    return fail(ER_RT_CORRUPT, "tensor's name lies outside of the names section", index);
  }
  switch (t->place) {
    case ER_PLACE_CONSTANT:
      if (t->offset < h->constants_offset || t->offset % element != 0 ||
          !inside(t->offset - h->constants_offset, t->bytes, 1, h->constants_bytes)) {
        return fail(ER_RT_CORRUPT, "constant tensor lies outside of the constants section", index);
      }
      return kOk;
    case ER_PLACE_ARENA:
    case ER_PLACE_STATE:
      if (t->offset % element != 0 || !inside(t->offset, t->bytes, 1, h->arena_bytes)) {
        return fail(ER_RT_CORRUPT, "tensor lies outside of the arena", index);
      }
      return kOk;
    default:
      return fail(ER_RT_CORRUPT, "tensor has an unknown place", index);
  }
}

// Looks up an op's operands; outputs must be writable.
static er_rt_status_t collect_operands(const er_model_t* m, const er_package_op_t* op,
                                       uint32_t index, er_kernel_operands_t* operands) {
  const er_package_header_t* h = m->header;
  if (op->input_count > ER_KERNEL_MAX_OPERANDS || op->output_count > ER_KERNEL_MAX_OPERANDS) {
    return fail(ER_RT_CORRUPT, "layer has too many operands", index);
  }
  const uint32_t count = (uint32_t)op->input_count + op->output_count;
  if (op->operands_offset % 2 != 0 ||
      !inside(op->operands_offset, count, sizeof(uint16_t), h->total_bytes)) {
    return fail(ER_RT_CORRUPT, "layer's operand list lies outside of the package", index);
  }
  const uint16_t* list = (const uint16_t*)(const void*)(m->package + op->operands_offset);
  memset(operands, 0, sizeof *operands);
  operands->in_count = op->input_count;
  operands->out_count = op->output_count;
  for (uint32_t i = 0; i < count; i++) {
    if (list[i] == ER_PACKAGE_NO_TENSOR) continue;
    if (list[i] >= h->tensor_count) {
      return fail(ER_RT_CORRUPT, "layer names a tensor that does not exist", index);
    }
    const er_package_tensor_t* t = &m->tensors[list[i]];
    if (i < op->input_count) {
      operands->in[i] = t;
    } else if (t->place == ER_PLACE_CONSTANT) {
      return fail(ER_RT_CORRUPT, "layer writes to a constant", index);
    } else {
      operands->out[i - op->input_count] = t;
    }
  }
  return kOk;
}

// The kernel that runs takes its operands as they are packed.
static er_rt_status_t check_packings(const er_kernel_t* runs, const er_kernel_operands_t* operands,
                                     uint32_t index) {
  for (uint32_t i = 0; i < operands->in_count; i++) {
    const uint8_t packing = operands->in[i] ? operands->in[i]->packing : er_kernel_packing(runs, i);
    if (packing != er_kernel_packing(runs, i)) {
      return fail(ER_RT_INVALID, "layer's operand is packed otherwise than its kernel takes it",
                  index);
    }
  }
  return kOk;
}

static er_rt_status_t check_op(const er_model_place_t* place, er_model_t* m, uint32_t index) {
  const er_package_header_t* h = m->header;
  const er_package_op_t* op = &m->ops[index];
  const er_kernel_t* kernel = er_kernel_find(op->kernel);
  const er_kernel_t* runs = place->resolve(op->kernel);
  if (!kernel || !runs) {
    return fail(ER_RT_UNSUPPORTED, "layer needs a kernel this firmware does not have", index);
  }
  if (kernel->isa > h->isa) {
    return fail(ER_RT_CORRUPT, "layer's kernel needs more than the package's instruction set",
                index);
  }
  if (op->name_offset >= h->names_bytes) {
    return fail(ER_RT_CORRUPT, "layer's name lies outside of the names section", index);
  }
  if (op->params_bytes != kernel->traits->params_bytes || op->params_offset % 4 != 0 ||
      !inside(op->params_offset, op->params_bytes, 1, h->total_bytes)) {
    return fail(ER_RT_CORRUPT, "layer's params have a bad size or place", index);
  }
  er_kernel_operands_t operands;
  LOAD_STEP(collect_operands(m, op, index, &operands));
  LOAD_STEP(check_packings(runs, &operands, index));
  operands.params = m->package + op->params_offset;
  const char* wrong = kernel->traits->validate(&operands);
  if (wrong) return fail(ER_RT_INVALID, wrong, index);
  if (op->scratch_bytes < er_kernel_scratch_bytes(runs, operands.params)) {
    return fail(ER_RT_INVALID, "layer has less scratch memory than its kernel needs", index);
  }
  if (op->scratch_offset % ER_PACKAGE_ARENA_ALIGN != 0 ||
      !inside(op->scratch_offset, op->scratch_bytes, 1, h->arena_bytes)) {
    return fail(ER_RT_CORRUPT, "layer's scratch memory lies outside of the arena", index);
  }
  m->kernels[index] = runs;
  return kOk;
}

static er_rt_status_t check_io(const er_model_t* m) {
  const er_package_header_t* h = m->header;
  const uint32_t count = (uint32_t)h->input_count + h->output_count;
  for (uint32_t i = 0; i < count; i++) {
    if (m->io[i] >= h->tensor_count) {
      return fail(ER_RT_CORRUPT, "an input or output names a tensor that does not exist", i);
    }
    if (i < h->input_count && m->tensors[m->io[i]].place == ER_PLACE_CONSTANT) {
      return fail(ER_RT_CORRUPT, "an input is a constant", i);
    }
    if (m->tensors[m->io[i]].packing != ER_PACKING_CANONICAL) {
      return fail(ER_RT_CORRUPT, "an output is packed", i);
    }
  }
  return kOk;
}

er_rt_status_t er_model_load(const er_model_place_t* place, er_model_t* m) {
  LOAD_STEP(check_header(place));
  const er_package_header_t* h = (const er_package_header_t*)(const void*)place->package;
  LOAD_STEP(check_sections(h));
  m->package = place->package;
  m->arena = place->arena;
  m->header = h;
  m->tensors = (const er_package_tensor_t*)(const void*)(m->package + h->tensors_offset);
  m->ops = (const er_package_op_t*)(const void*)(m->package + h->ops_offset);
  m->io = (const uint16_t*)(const void*)(m->package + h->io_offset);
  m->between_layers = place->between_layers;
  m->running_layer = ER_RT_NO_LAYER;
  for (uint32_t i = 0; i < h->tensor_count; i++) LOAD_STEP(check_tensor(h, &m->tensors[i], i));
  LOAD_STEP(check_io(m));
  for (uint32_t i = 0; i < h->op_count; i++) LOAD_STEP(check_op(place, m, i));
  memset(m->arena, 0, h->arena_bytes);
  er_model_reset_state(m);
  return kOk;
}
