#include <string.h>

#include "firmware/rt/model.h"

const uint8_t* er_model_tensor_data(const er_model_t* model, uint32_t tensor) {
  const er_package_tensor_t* t = &model->tensors[tensor];
  return (t->place == ER_PLACE_CONSTANT ? model->package : model->arena) + t->offset;
}

const char* er_model_name(const er_model_t* model, uint32_t name_offset) {
  return (const char*)model->package + model->header->names_offset + name_offset;
}

void er_model_prepare_call(const er_model_t* model, uint32_t layer, er_kernel_call_t* call) {
  const er_package_op_t* op = &model->ops[layer];
  const uint16_t* operand = (const uint16_t*)(const void*)(model->package + op->operands_offset);
  call->params = model->package + op->params_offset;
  for (uint32_t i = 0; i < op->input_count; i++, operand++) {
    call->in[i] = *operand == ER_PACKAGE_NO_TENSOR ? NULL : er_model_tensor_data(model, *operand);
  }
  for (uint32_t i = 0; i < op->output_count; i++, operand++) {
    call->out[i] =
        *operand == ER_PACKAGE_NO_TENSOR ? NULL : model->arena + model->tensors[*operand].offset;
  }
  call->scratch = model->arena + op->scratch_offset;
}

void er_model_reset_state(const er_model_t* model) {
  for (uint32_t i = 0; i < model->header->tensor_count; i++) {
    const er_package_tensor_t* t = &model->tensors[i];
    if (t->place != ER_PLACE_STATE) continue;
    const int is_byte = t->dtype == ER_DTYPE_S8 || t->dtype == ER_DTYPE_U8;
    memset(model->arena + t->offset, is_byte ? t->zero_point : 0, t->bytes);
  }
}

void er_model_begin_run(const er_model_t* model) {
  if (!(model->header->flags & ER_PACKAGE_CARRY_STATE)) er_model_reset_state(model);
}

// Never inlined: a profiled layer and a layer of a timed run are then the same instructions.
__attribute__((noinline)) void er_model_run_layer(er_model_t* model, uint32_t layer) {
  er_kernel_call_t call;
  model->running_layer = layer;
  er_model_prepare_call(model, layer, &call);
  model->kernels[layer]->run(&call);
#ifdef ER_TEST_FAULTY_LAYER
  er_test_faulty_layer(model, layer);
#endif
}

uint32_t er_model_run(er_model_t* model, uint32_t layers) {
  const uint32_t count = layers < model->header->op_count ? layers : model->header->op_count;
  for (uint32_t layer = 0; layer < count; layer++) {
    er_model_run_layer(model, layer);
    er_model_pause(model);
  }
  model->running_layer = ER_RT_NO_LAYER;
  return count;
}
