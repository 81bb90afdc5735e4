// A planted error, for tests that must find it: the lowest bit of one layer's first output's last
// element is flipped. A test writes the layer's number into the ELF file.
#include "firmware/rt/model.h"

extern const volatile uint32_t er_faulty_layer;
const volatile uint32_t er_faulty_layer __attribute__((used)) = ER_RT_NO_LAYER;

static uint32_t element_bytes(const er_package_tensor_t* tensor) {
  uint32_t elements = 1;
  for (uint32_t i = 0; i < tensor->rank; i++) elements *= (uint32_t)tensor->dims[i];
  return tensor->bytes / elements;
}

void er_test_faulty_layer(const er_model_t* model, uint32_t layer) {
  if (layer != er_faulty_layer) return;
  const er_package_op_t* op = &model->ops[layer];
  const uint16_t* operands = (const uint16_t*)(const void*)(model->package + op->operands_offset);
  const er_package_tensor_t* output = &model->tensors[operands[op->input_count]];
  // Little-endian: the first byte of an element has its lowest bit.
  model->arena[output->offset + output->bytes - element_bytes(output)] ^= 1u;
}
