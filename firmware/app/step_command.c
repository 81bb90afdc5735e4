// STEP.
#include "firmware/app/commands.h"
#include "firmware/app/session.h"
#include "firmware/common/crc32.h"

static er_status_t check_step(const er_step_request_t* request, er_command_error_t* error) {
  const er_session_t* session = er_session();
  if (!session->loaded) {
    return er_refuse(error, ER_FAILED_PRECONDITION, 0, "no package is loaded; PACKAGE_LOAD first");
  }
  if (request->layer >= session->model.header->op_count) {
    return er_refuse(error, ER_OUT_OF_RANGE, session->model.header->op_count,
                     "the model has only detail layers");
  }
  if (request->layer != 0 && request->layer != session->next_step) {
    return er_refuse(error, ER_FAILED_PRECONDITION, session->next_step,
                     "layers are stepped in order, detail is the next; 0 begins again");
  }
  const uint32_t known = request->layer == 0 ? ER_RUN_RESET_STATE : 0;
  if (request->flags & ~known) {
    return er_refuse(error, ER_INVALID_ARGUMENT, request->flags,
                     "unknown flags, or flags after layer 0");
  }
  return ER_OK;
}

// The tail points into the session: its words are little-endian like the core.
er_status_t er_handle_step(const er_step_request_t* request, er_step_reply_t* reply,
                           er_command_error_t* error) {
  if (check_step(request, error) != ER_OK) return error->status;
  er_session_t* session = er_session();
  er_model_t* model = &session->model;
  if (request->layer == 0) {
    if (request->flags & ER_RUN_RESET_STATE) er_model_reset_state(model);
    er_model_begin_run(model);
  }
  er_model_run_layer(model, request->layer);
  model->running_layer = ER_RT_NO_LAYER;
  er_model_pause(model);
  session->next_step = (request->layer + 1u) % model->header->op_count;

  const er_package_op_t* op = &model->ops[request->layer];
  const uint16_t* outputs =
      (const uint16_t*)(const void*)(model->package + op->operands_offset) + op->input_count;
  for (uint32_t i = 0; i < op->output_count; i++) {
    const int absent = outputs[i] == ER_PACKAGE_NO_TENSOR;
    session->step_crc32[i] = absent ? 0
                                    : er_crc32(0, er_model_tensor_data(model, outputs[i]),
                                               model->tensors[outputs[i]].bytes);
  }
  reply->crc32 = (const uint8_t*)session->step_crc32;
  reply->crc32_bytes = op->output_count * (uint32_t)sizeof(uint32_t);
  return ER_OK;
}
