// HELLO, FAULT, RESET, LINK_STATISTICS, MEMORY.
#include <string.h>

#include "firmware/app/commands.h"
#include "firmware/app/link.h"
#include "firmware/app/retained.h"
#include "firmware/app/session.h"
#include "firmware/hal/board_api.h"

er_status_t er_handle_hello(const er_hello_request_t* request, er_hello_reply_t* reply,
                            er_command_error_t* error) {
  (void)request;  // the caller decides whether it can talk to this protocol
  (void)error;
  const er_board_identity_t* identity = er_board_identity();
  const er_board_memory_t* memory = er_board_memory();
  reply->protocol = ER_WIRE_PROTOCOL;
  reply->max_payload = ER_WIRE_MAX_PAYLOAD;
  memcpy(reply->build_id, identity->build_id, sizeof reply->build_id);
  memcpy(reply->uid, identity->uid, sizeof reply->uid);
  reply->device_id = identity->device_id;
  reply->cpuid = identity->cpuid;
  reply->clock_hz = er_board_clock_hz();
  reply->reset_cause = identity->reset_cause;
  reply->boot_count = er_retained_boot_count();
  reply->isa = identity->isa;
  reply->fault_present = er_retained_fault() != NULL;
  reply->package_abi = ER_PACKAGE_ABI_MAJOR;
  reply->package_address = memory->store_address;
  reply->package_capacity_bytes = memory->store_bytes;
  reply->arena_capacity_bytes = memory->arena_bytes;
  reply->settings = er_board_settings();
  reply->name = (const uint8_t*)identity->image_name;
  reply->name_bytes = (uint32_t)strlen(identity->image_name);
  return ER_OK;
}

er_status_t er_handle_fault(const er_fault_request_t* request, er_fault_reply_t* reply,
                            er_command_error_t* error) {
  (void)error;
  const er_fault_record_t* fault = er_retained_fault();
  if (fault) {
    reply->present = 1;
    reply->kind = (uint8_t)fault->kind;
    reply->layer = (uint16_t)fault->layer;
    reply->pc = fault->pc;
    reply->lr = fault->lr;
    reply->sp = fault->sp;
    reply->psr = fault->psr;
    reply->cfsr = fault->cfsr;
    reply->hfsr = fault->hfsr;
    reply->mmfar = fault->mmfar;
    reply->bfar = fault->bfar;
  }
  if (request->clear) er_retained_clear_fault();
  return ER_OK;
}

// The link resets the chip once the reply has left it.
er_status_t er_handle_reset(const er_reset_request_t* request, er_reset_reply_t* reply,
                            er_command_error_t* error) {
  (void)request;
  (void)reply;
  (void)error;
  return ER_OK;
}

er_status_t er_handle_link_statistics(const er_link_statistics_request_t* request,
                                      er_link_statistics_reply_t* reply,
                                      er_command_error_t* error) {
  (void)request;
  (void)error;
  reply->damaged_frames = er_link_damaged_frames();
  return ER_OK;
}

er_status_t er_handle_memory(const er_memory_request_t* request, er_memory_reply_t* reply,
                             er_command_error_t* error) {
  (void)request;
  (void)error;
  const er_board_memory_t* memory = er_board_memory();
  const er_session_t* session = er_session();
  reply->stack_capacity_bytes = session->places.stack.bytes;
  reply->stack_used_bytes = session->stack_used_bytes;
  reply->code_bytes = memory->code_bytes;
  reply->data_bytes = memory->data_bytes;
  reply->arena_capacity_bytes = session->places.arena.bytes;
  reply->arena_used_bytes = session->loaded ? session->model.header->arena_bytes : 0;
  return ER_OK;
}
