// WRITE_INPUT, RUN, READ_SAMPLES, PROFILE, READ_PROFILE, READ_TENSOR.
#include <string.h>

#include "firmware/app/commands.h"
#include "firmware/app/session.h"
#include "firmware/app/stack_paint.h"
#include "firmware/hal/board_api.h"

enum { kMaxTailBytes = ER_WIRE_MAX_PAYLOAD - 8 };

static er_status_t require_model(er_command_error_t* error) {
  if (er_session()->loaded) return ER_OK;
  return er_refuse(error, ER_FAILED_PRECONDITION, 0, "no package is loaded; PACKAGE_LOAD first");
}

er_status_t er_handle_write_input(const er_write_input_request_t* request,
                                  er_write_input_reply_t* reply, er_command_error_t* error) {
  (void)reply;
  if (require_model(error) != ER_OK) return error->status;
  const er_model_t* model = &er_session()->model;
  if (request->input >= model->header->input_count) {
    return er_refuse(error, ER_OUT_OF_RANGE, model->header->input_count,
                     "the model has only detail inputs");
  }
  const er_package_tensor_t* tensor = &model->tensors[er_model_input(model, request->input)];
  if (request->offset > tensor->bytes || request->data_bytes > tensor->bytes - request->offset) {
    return er_refuse(error, ER_OUT_OF_RANGE, tensor->bytes, "the input has only detail bytes");
  }
  er_session()->next_step = 0;  // the input may lie where a layer's output did
  memcpy(model->arena + tensor->offset + request->offset, request->data, request->data_bytes);
  return ER_OK;
}

// The address is the host's word for it: a wrong one faults, and the fault is recorded.
static er_status_t counters_for(uint32_t extra_counter, er_counters_t* counters,
                                er_command_error_t* error) {
  counters->cycles = er_board_cycles;
  counters->extra_counter = NULL;
  if (extra_counter == 0) return ER_OK;
  if (sizeof(void*) > sizeof(uint32_t)) {
    return er_refuse(error, ER_UNIMPLEMENTED, 0, "this board has no counter beside the cycles");
  }
  if (extra_counter % 4 != 0) {
    return er_refuse(error, ER_INVALID_ARGUMENT, extra_counter,
                     "extra_counter must be a multiple of 4");
  }
  counters->extra_counter = (const volatile uint32_t*)(uintptr_t)extra_counter;
  return ER_OK;
}

typedef struct {
  const er_run_request_t* request;
  er_counters_t counters;
  er_counts_t overhead, last;
} timed_runs_t;

static void time_runs(void* argument) {
  timed_runs_t* runs = argument;
  const er_run_request_t* request = runs->request;
  const er_counters_t* counters = &runs->counters;
  er_session_t* session = er_session();
  er_model_t* model = &session->model;
  const uint32_t layers = request->layers;
  er_counts_t overhead = er_counters_overhead(counters);
  const er_counts_t pauses = er_model_pauses_cost(model, counters, layers);
  overhead.cycles += pauses.cycles;
  overhead.extra += pauses.extra;
  er_stack_paint(&session->places.stack);
  if (request->flags & ER_RUN_RESET_STATE) er_model_reset_state(model);
  for (uint32_t i = 0; i < request->warmup; i++) {
    er_model_begin_run(model);
    er_model_run(model, layers);
  }
  for (uint32_t i = 0; i < request->samples; i++) {
    er_model_begin_run(model);
    const er_counts_t begin = er_counters_read(counters);
    er_model_run(model, layers);
    runs->last = er_counts_between(begin, er_counters_read(counters));
    runs->last = er_counts_without(runs->last, overhead);
    session->samples[i] = runs->last.cycles;
  }
  session->stack_used_bytes = er_stack_used_bytes(&session->places.stack);
  runs->overhead = overhead;
}

er_status_t er_handle_run(const er_run_request_t* request, er_run_reply_t* reply,
                          er_command_error_t* error) {
  if (require_model(error) != ER_OK) return error->status;
  if (request->samples < 1 || request->samples > ER_WIRE_MAX_SAMPLES) {
    return er_refuse(error, ER_OUT_OF_RANGE, ER_WIRE_MAX_SAMPLES, "samples must be 1 .. detail");
  }
  if (request->flags & ~(uint32_t)ER_RUN_RESET_STATE) {
    return er_refuse(error, ER_INVALID_ARGUMENT, request->flags, "unknown flags");
  }
  timed_runs_t runs = {request, {0}, {0, 0}, {0, 0}};
  if (counters_for(request->extra_counter, &runs.counters, error) != ER_OK) return error->status;
  er_session()->next_step = 0;
  er_session_call_isolated(time_runs, &runs);
  er_session()->sample_count = request->samples;

  reply->clock_hz = er_board_clock_hz();
  reply->timer_overhead = runs.overhead.cycles;
  reply->samples = request->samples;
  reply->settings = er_board_settings();
  reply->extra_counts = runs.counters.extra_counter ? runs.last.extra : 0;
  return ER_OK;
}

// How many of `count` items from `first` exist and fit one reply.
static uint32_t available(uint32_t first, uint32_t count, uint32_t total, uint32_t item_bytes) {
  const uint32_t fit = kMaxTailBytes / item_bytes;
  if (count > total - first) count = total - first;
  return count < fit ? count : fit;
}

// The tails below point into the session: samples and counts are little-endian like the core.
er_status_t er_handle_read_samples(const er_read_samples_request_t* request,
                                   er_read_samples_reply_t* reply, er_command_error_t* error) {
  const er_session_t* session = er_session();
  if (request->first > session->sample_count) {
    return er_refuse(error, ER_OUT_OF_RANGE, session->sample_count,
                     "the last RUN took only detail samples");
  }
  const uint32_t count =
      available(request->first, request->count, session->sample_count, sizeof(uint32_t));
  reply->cycles = (const uint8_t*)(session->samples + request->first);
  reply->cycles_bytes = count * (uint32_t)sizeof(uint32_t);
  return ER_OK;
}

typedef struct {
  er_counters_t counters;
  er_profile_t profile;
} profiled_run_t;

static void profile_run(void* argument) {
  profiled_run_t* run = argument;
  er_session_t* session = er_session();
  er_stack_paint(&session->places.stack);
  run->profile = er_model_profile(&session->model, &run->counters, session->layers);
  session->stack_used_bytes = er_stack_used_bytes(&session->places.stack);
}

er_status_t er_handle_profile(const er_profile_request_t* request, er_profile_reply_t* reply,
                              er_command_error_t* error) {
  if (require_model(error) != ER_OK) return error->status;
  profiled_run_t run;
  memset(&run, 0, sizeof run);
  if (counters_for(request->extra_counter, &run.counters, error) != ER_OK) return error->status;
  er_session()->next_step = 0;
  er_session_call_isolated(profile_run, &run);
  er_session()->layer_count = run.profile.layers;
  reply->total_cycles = run.profile.total.cycles;
  reply->profiler_overhead = run.profile.overhead.cycles;
  reply->layers = (uint16_t)run.profile.layers;
  return ER_OK;
}

er_status_t er_handle_read_profile(const er_read_profile_request_t* request,
                                   er_read_profile_reply_t* reply, er_command_error_t* error) {
  const er_session_t* session = er_session();
  if (request->first > session->layer_count) {
    return er_refuse(error, ER_OUT_OF_RANGE, session->layer_count,
                     "the last PROFILE saw only detail layers");
  }
  const uint32_t count =
      available(request->first, request->count, session->layer_count, sizeof(er_counts_t));
  reply->pairs = (const uint8_t*)(session->layers + request->first);
  reply->pairs_bytes = count * (uint32_t)sizeof(er_counts_t);
  return ER_OK;
}

er_status_t er_handle_read_tensor(const er_read_tensor_request_t* request,
                                  er_read_tensor_reply_t* reply, er_command_error_t* error) {
  if (require_model(error) != ER_OK) return error->status;
  const er_model_t* model = &er_session()->model;
  if (request->tensor >= model->header->tensor_count) {
    return er_refuse(error, ER_OUT_OF_RANGE, model->header->tensor_count,
                     "the package has only detail tensors");
  }
  if (request->length > kMaxTailBytes) {
    return er_refuse(error, ER_OUT_OF_RANGE, kMaxTailBytes, "a reply holds at most detail bytes");
  }
  const er_package_tensor_t* tensor = &model->tensors[request->tensor];
  if (request->offset > tensor->bytes || request->length > tensor->bytes - request->offset) {
    return er_refuse(error, ER_OUT_OF_RANGE, tensor->bytes, "the tensor has only detail bytes");
  }
  reply->data = er_model_tensor_data(model, request->tensor) + request->offset;
  reply->data_bytes = request->length;
  return ER_OK;
}
