#include "firmware/app/benchmark.h"

#include <string.h>

#include "firmware/app/commands.h"
#include "firmware/app/lap_clock.h"
#include "firmware/app/session.h"
#include "firmware/hal/board_api.h"

enum { kImageZeroPoint = -128 };

static const er_package_tensor_t* input_tensor(void) {
  const er_model_t* model = &er_session()->model;
  return &model->tensors[er_model_input(model, 0)];
}

static const er_package_tensor_t* output_tensor(void) {
  const er_model_t* model = &er_session()->model;
  return &model->tensors[er_model_output(model, 0)];
}

static uint32_t elements_of(const er_package_tensor_t* tensor) {
  uint32_t elements = 1;
  for (uint32_t i = 0; i < tensor->rank; i++) elements *= (uint32_t)tensor->dims[i];
  return elements;
}

const char* er_benchmark_ready(void) {
  if (!er_session()->loaded) {
    const er_package_load_request_t request = {0};
    er_package_load_reply_t reply;
    er_command_error_t error;
    memset(&reply, 0, sizeof reply);
    if (er_handle_package_load(&request, &reply, &error) != ER_OK) return error.text;
  }
  const er_package_header_t* header = er_session()->model.header;
  return header->input_count && header->output_count ? NULL : "the model has no input or output";
}

const char* er_benchmark_name(char to[ER_BENCHMARK_NAME_BYTES]) {
  static const struct {
    const char* name;
    uint16_t inputs, outputs;
  } kKnown[] = {{"kws01", 490, 12}, {"vww01", 27648, 2}, {"ic01", 3072, 10}, {"ad01", 640, 640}};
  for (uint32_t i = 0; i < sizeof kKnown / sizeof kKnown[0]; i++) {
    if (elements_of(input_tensor()) == kKnown[i].inputs &&
        elements_of(output_tensor()) == kKnown[i].outputs) {
      return kKnown[i].name;
    }
  }
  static const char kDigits[] = "0123456789abcdef";
  const uint8_t* sha256 = er_session()->model.header->model_sha256;
  char* at = to + 4;
  memcpy(to, "sha-", 4);
  for (uint32_t i = 0; i < 4; i++) {
    *at++ = kDigits[sha256[i] >> 4];
    *at++ = kDigits[sha256[i] & 0xF];
  }
  *at = 0;
  return to;
}

uint8_t* er_benchmark_buffer(uint32_t* capacity_bytes) {
  const er_session_t* session = er_session();
  const er_memory_range_t* arena = &session->places.arena;
  uint32_t used = (session->model.header->arena_bytes + 15u) & ~15u;
  if (used > arena->bytes) used = arena->bytes;
  *capacity_bytes = arena->bytes - used;
  return (uint8_t*)arena->address + used;
}

uint32_t er_benchmark_input_bytes(void) { return input_tensor()->bytes; }

static float float_at(const uint8_t* bytes, uint32_t index) {
  float value;
  memcpy(&value, bytes + 4u * index, sizeof value);
  return value;
}

// Half away from zero, as MLPerf Tiny's reference rounds.
static int8_t quantized(float value, const er_package_tensor_t* tensor) {
  const float steps = value / tensor->scale;
  if (!(steps > -512.0f)) return -128;  // NaN too
  if (steps > 512.0f) return 127;
  const int32_t q = (int32_t)(steps < 0.0f ? steps - 0.5f : steps + 0.5f) + tensor->zero_point;
  return (int8_t)(q < -128 ? -128 : q > 127 ? 127 : q);
}

int er_benchmark_takes(uint32_t bytes) {
  const er_package_tensor_t* tensor = input_tensor();
  return bytes == tensor->bytes ||
         (tensor->dtype == ER_DTYPE_S8 && bytes == 4u * elements_of(tensor));
}

void er_benchmark_load_input(uint32_t bytes) {
  const er_package_tensor_t* tensor = input_tensor();
  uint32_t capacity;
  const uint8_t* from = er_benchmark_buffer(&capacity);
  uint8_t* to = er_session()->model.arena + tensor->offset;
  er_session()->next_step = 0;  // the input may lie where a layer's output did
  if (bytes != tensor->bytes) {
    for (uint32_t i = 0; i < tensor->bytes; i++) {
      to[i] = (uint8_t)quantized(float_at(from, i), tensor);
    }
    return;
  }
  memcpy(to, from, bytes);
  if (tensor->dtype == ER_DTYPE_S8 && tensor->zero_point == kImageZeroPoint) {
    for (uint32_t i = 0; i < bytes; i++) to[i] ^= 0x80u;
  }
}

static void between_layers(void) {
  er_board_feed_watchdog();
  er_lap_clock_advance();
}

static void infer(void* argument) {
  uint32_t count = *(const uint32_t*)argument;
  er_model_t* model = &er_session()->model;
  void (*const usual)(void) = model->between_layers;
  model->between_layers = between_layers;
  while (count-- > 0) {
    er_model_begin_run(model);
    er_model_run(model, ER_RT_ALL_LAYERS);
  }
  model->between_layers = usual;
}

void er_benchmark_infer(uint32_t count) { er_session_call_isolated(infer, &count); }

static float real_at(const er_package_tensor_t* tensor, const uint8_t* bytes, uint32_t index) {
  const float scale = tensor->scale != 0.0f ? tensor->scale : 1.0f;
  int32_t q = 0;
  switch (tensor->dtype) {
    case ER_DTYPE_F32:
      return float_at(bytes, index);
    case ER_DTYPE_S8:
      q = (int8_t)bytes[index];
      break;
    case ER_DTYPE_S16:
      q = (int16_t)(bytes[2u * index] | bytes[2u * index + 1u] << 8);
      break;
    case ER_DTYPE_S32:
    case ER_DTYPE_S64:  // of which the lower half is told
      memcpy(&q, bytes + (tensor->dtype == ER_DTYPE_S64 ? 8u : 4u) * index, sizeof q);
      break;
    default:  // U8, BOOL
      q = bytes[index];
      break;
  }
  return (float)(q - tensor->zero_point) * scale;
}

static int is_autoencoder(void) {
  const er_package_tensor_t* in = input_tensor();
  const er_package_tensor_t* out = output_tensor();
  return in->rank == out->rank && in->rank > 0 && in->dtype != ER_DTYPE_BOOL &&
         memcmp(in->dims, out->dims, sizeof in->dims) == 0;
}

int er_benchmark_result_needs_input(void) { return is_autoencoder(); }

uint32_t er_benchmark_result_count(void) {
  return is_autoencoder() ? 1 : elements_of(output_tensor());
}

// Element of the input as it was sent: an arena holds its input only until a layer needs the room.
static float sent_at(uint32_t index, uint32_t input_bytes) {
  const er_package_tensor_t* tensor = input_tensor();
  uint32_t capacity;
  const uint8_t* buffer = er_benchmark_buffer(&capacity);
  if (tensor->dtype == ER_DTYPE_S8 && input_bytes != tensor->bytes) return float_at(buffer, index);
  if (tensor->dtype == ER_DTYPE_S8 && tensor->zero_point == kImageZeroPoint) {
    return (float)buffer[index] * tensor->scale;
  }
  return real_at(tensor, buffer, index);
}

float er_benchmark_result(uint32_t index, uint32_t input_bytes) {
  const er_package_tensor_t* out = output_tensor();
  const uint8_t* bytes =
      er_model_tensor_data(&er_session()->model, er_model_output(&er_session()->model, 0));
  if (!is_autoencoder()) return real_at(out, bytes, index);
  const uint32_t elements = elements_of(out);
  float sum = 0.0f;
  for (uint32_t i = 0; i < elements; i++) {
    const float difference = real_at(out, bytes, i) - sent_at(i, input_bytes);
    sum += difference * difference;
  }
  return sum / (float)elements;
}
