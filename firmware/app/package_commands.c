// PACKAGE_INFO, PACKAGE_ERASE, PACKAGE_WRITE, PACKAGE_LOAD.
#include <string.h>

#include "firmware/app/commands.h"
#include "firmware/app/session.h"
#include "firmware/hal/board_api.h"

er_status_t er_handle_package_info(const er_package_info_request_t* request,
                                   er_package_info_reply_t* reply, er_command_error_t* error) {
  (void)request;
  (void)error;
  const er_package_header_t* header = (const er_package_header_t*)(const void*)er_board_store();
  if (header->magic == ER_PACKAGE_MAGIC && header->abi_major == ER_PACKAGE_ABI_MAJOR) {
    reply->present = 1;
    reply->loaded = er_session()->loaded;
    reply->total_bytes = header->total_bytes;
    reply->crc32 = header->crc32;
  }
  return ER_OK;
}

er_status_t er_handle_package_erase(const er_package_erase_request_t* request,
                                    er_package_erase_reply_t* reply, er_command_error_t* error) {
  (void)reply;
  er_session_t* session = er_session();
  const uint32_t capacity = er_board_memory()->store_bytes;
  if (request->bytes == 0 || request->bytes > capacity) {
    return er_refuse(error, ER_RESOURCE_EXHAUSTED, capacity,
                     "the package does not fit the store; detail: the store's bytes");
  }
  session->loaded = 0;
  session->erased_bytes = 0;
  session->next_write_offset = 0;
  if (!er_board_store_erase(request->bytes)) {
    return er_refuse(error, ER_INTERNAL, 0, "erasing the package store failed");
  }
  session->erased_bytes = request->bytes;
  return ER_OK;
}

er_status_t er_handle_package_write(const er_package_write_request_t* request,
                                    er_package_write_reply_t* reply, er_command_error_t* error) {
  (void)reply;
  er_session_t* session = er_session();
  if (session->erased_bytes == 0) {
    return er_refuse(error, ER_FAILED_PRECONDITION, 0, "PACKAGE_ERASE must come first");
  }
  if (request->offset % 4 != 0 || request->offset < session->next_write_offset) {
    return er_refuse(
        error, ER_INVALID_ARGUMENT, session->next_write_offset,
        "offset must be a multiple of 4 and not below detail, what is written already");
  }
  if (request->offset > session->erased_bytes ||
      request->data_bytes > session->erased_bytes - request->offset) {
    return er_refuse(error, ER_OUT_OF_RANGE, session->erased_bytes,
                     "the piece reaches past what PACKAGE_ERASE prepared, detail bytes");
  }
  // Flash takes whole words; the last piece is filled up with its erased value.
  uint8_t words[ER_WIRE_MAX_PAYLOAD] __attribute__((aligned(4)));
  const uint32_t bytes = (request->data_bytes + 3u) & ~3u;
  if (bytes > sizeof words) {
    return er_refuse(error, ER_INVALID_ARGUMENT, sizeof words, "the piece is too long");
  }
  memset(words, 0xFF, sizeof words);
  if (request->data_bytes) memcpy(words, request->data, request->data_bytes);
  if (!er_board_store_write(request->offset, words, bytes)) {
    return er_refuse(error, ER_DATA_LOSS, request->offset,
                     "writing the package store failed at offset detail; erase and write again");
  }
  session->next_write_offset = request->offset + bytes;
  return ER_OK;
}

static er_status_t status_of(er_rt_code_t code) {
  switch (code) {
    case ER_RT_OK:
      return ER_OK;
    case ER_RT_CORRUPT:
      return ER_DATA_LOSS;
    case ER_RT_UNSUPPORTED:
      return ER_UNIMPLEMENTED;
    case ER_RT_TOO_LARGE:
      return ER_RESOURCE_EXHAUSTED;
    case ER_RT_INVALID:
      return ER_INVALID_ARGUMENT;
  }
  return ER_INTERNAL;
}

er_status_t er_handle_package_load(const er_package_load_request_t* request,
                                   er_package_load_reply_t* reply, er_command_error_t* error) {
  (void)request;
  er_session_t* session = er_session();
  session->loaded = 0;
  session->next_step = 0;
  session->sample_count = 0;
  session->layer_count = 0;
  const er_places_t* places = &session->places;
  const uint8_t* package = er_places_ready_package(places);
  if (!package) {
    return er_refuse(error, ER_RESOURCE_EXHAUSTED, places->weights.bytes,
                     "the package is longer than the detail bytes of its place");
  }
  const er_model_place_t place = {package,
                                  places->weights.bytes,
                                  (uint8_t*)places->arena.address,
                                  places->arena.bytes,
                                  er_board_identity()->isa,
                                  er_kernel_find,
                                  er_board_feed_watchdog};
  const er_rt_status_t status = er_model_load(&place, &session->model);
  if (status.code != ER_RT_OK) {
    return er_refuse(error, status_of(status.code), status.detail, status.text);
  }
  session->loaded = 1;
  const er_package_header_t* header = session->model.header;
  reply->total_bytes = header->total_bytes;
  reply->crc32 = header->crc32;
  reply->arena_bytes = header->arena_bytes;
  reply->input_count = header->input_count;
  reply->output_count = header->output_count;
  reply->layer_count = header->op_count;
  reply->tensor_count = header->tensor_count;
  return ER_OK;
}
