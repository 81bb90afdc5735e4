// The state that the commands share: the loaded model and the results of its last runs. One per
// image, static, because the firmware has no heap.
#ifndef FIRMWARE_APP_SESSION_H_
#define FIRMWARE_APP_SESSION_H_

#include <stdint.h>

#include "firmware/app/places.h"
#include "firmware/rt/model.h"
#include "firmware/rt/profiler.h"
#include "firmware/wire/messages.h"

#ifdef __cplusplus
extern "C" {
#endif

typedef struct {
  er_model_t model;
  uint8_t loaded;
  er_places_t places;
  uint32_t erased_bytes;                  // of the store, from its start; 0 until PACKAGE_ERASE
  uint32_t next_write_offset;             // pieces come in ascending order
  uint32_t samples[ER_WIRE_MAX_SAMPLES];  // cycles of the last RUN
  uint32_t sample_count;
  er_counts_t layers[ER_RT_MAX_OPS];  // of the last PROFILE
  uint32_t layer_count;
  uint32_t stack_used_bytes;                    // of the last RUN or PROFILE
  uint32_t next_step;                           // layer that STEP may run; 0 = none but the first
  uint32_t step_crc32[ER_KERNEL_MAX_OPERANDS];  // of the last STEP's outputs
} er_session_t;

er_session_t* er_session(void);

// Forgets model, places and results, as after a boot.
void er_session_reset(void);

// The layer that runs now, ER_WIRE_NO_LAYER outside of a run. Callable from a fault handler; at
// boot, before er_session_reset, it is the layer that the reset interrupted.
uint32_t er_session_running_layer(void);

// Calls `call(argument)` as a measurement wants it: on the stack of the session's places, with
// interrupts off.
void er_session_call_isolated(void (*call)(void*), void* argument);

#ifdef __cplusplus
}
#endif
#endif  // FIRMWARE_APP_SESSION_H_
