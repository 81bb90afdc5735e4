// A loaded package: verified once, then executed in place. No heap, no knowledge of board or link.
#ifndef FIRMWARE_RT_MODEL_H_
#define FIRMWARE_RT_MODEL_H_

#include <stdint.h>

#include "firmware/kernels/registry.h"
#include "firmware/package/format.h"
#include "firmware/rt/limits.h"

#ifdef __cplusplus
extern "C" {
#endif

#define ER_RT_ALL_LAYERS 0xFFFFu
#define ER_RT_NO_LAYER 0xFFFFu

typedef enum {
  ER_RT_OK = 0,
  ER_RT_CORRUPT = 1,      // the bytes are not what the compiler wrote: magic, CRC, bounds
  ER_RT_UNSUPPORTED = 2,  // another ABI, another ISA, an unknown kernel
  ER_RT_TOO_LARGE = 3,    // does not fit the store, the arena or ER_RT_MAX_OPS
  ER_RT_INVALID = 4,      // intact, but an operator and its operands do not fit together
} er_rt_code_t;

typedef struct {
  er_rt_code_t code;
  const char* text;  // static English text; "" when code is OK
  uint32_t detail;   // index of the tensor or op, the offset or the size the text is about
} er_rt_status_t;

// Maps an id of the package to the kernel that executes it; NULL when there is none.
typedef const er_kernel_t* er_kernel_resolver_t(uint16_t id);

typedef struct {
  const uint8_t* package;  // 16-byte aligned; must stay unchanged while the model is loaded
  uint32_t package_capacity_bytes;
  uint8_t* arena;  // 16-byte aligned
  uint32_t arena_capacity_bytes;
  uint8_t isa;                    // er_isa_t: the most the core executes
  er_kernel_resolver_t* resolve;  // er_kernel_find, or er_kernel_reference_of
  void (*between_layers)(void);   // called after each layer, e.g. to feed a watchdog; or NULL
} er_model_place_t;

// Filled by er_model_load; everything points into the package or the arena. Owned by the caller.
typedef struct {
  const uint8_t* package;
  uint8_t* arena;
  const er_package_header_t* header;
  const er_package_tensor_t* tensors;
  const er_package_op_t* ops;
  const uint16_t* io;  // inputs, then outputs
  const er_kernel_t* kernels[ER_RT_MAX_OPS];
  void (*between_layers)(void);
  volatile uint32_t running_layer;  // for crash reports; ER_RT_NO_LAYER outside of a run
} er_model_t;

// Checks everything that execution relies on, zeroes the arena, resets the state, fills *model.
// Unless the code is ER_RT_OK the model must not be used.
er_rt_status_t er_model_load(const er_model_place_t* place, er_model_t* model);

// First byte of a tensor as it stands in memory now.
const uint8_t* er_model_tensor_data(const er_model_t* model, uint32_t tensor);

// Zero-terminated name at this offset of the names section.
const char* er_model_name(const er_model_t* model, uint32_t name_offset);

static inline uint32_t er_model_input(const er_model_t* model, uint32_t input) {
  return model->io[input];
}

static inline uint32_t er_model_output(const er_model_t* model, uint32_t output) {
  return model->io[model->header->input_count + output];
}

// Fills *call for op `layer`.
void er_model_prepare_call(const er_model_t* model, uint32_t layer, er_kernel_call_t* call);

// Sets the state tensors to real zero: int8 and uint8 to their zero point, others to 0.
void er_model_reset_state(const er_model_t* model);

// To be called before each run of all layers: zeroes the state tensors unless the package says that
// they carry on (ER_PACKAGE_CARRY_STATE).
void er_model_begin_run(const er_model_t* model);

// Runs one op. For tools that look at tensors between layers.
void er_model_run_layer(er_model_t* model, uint32_t layer);

#ifdef ER_TEST_FAULTY_LAYER
// Of a test image only (firmware/tests/faulty_layer.c): after each layer, plants an error into the
// output of one.
void er_test_faulty_layer(const er_model_t* model, uint32_t layer);
#endif

// What happens between two layers.
static inline void er_model_pause(const er_model_t* model) {
  if (model->between_layers) model->between_layers();
}

// Runs the first `layers` ops, or all of them; returns how many ran.
uint32_t er_model_run(er_model_t* model, uint32_t layers);

#ifdef __cplusplus
}
#endif
#endif  // FIRMWARE_RT_MODEL_H_
