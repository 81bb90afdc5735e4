// Per-layer counts of one run. The clock is given as a function, so the profiler knows no board.
#ifndef FIRMWARE_RT_PROFILER_H_
#define FIRMWARE_RT_PROFILER_H_

#include <stdint.h>

#include "firmware/rt/model.h"

#ifdef __cplusplus
extern "C" {
#endif

typedef struct {
  uint32_t (*cycles)(void);                // free-running 32-bit up-counter
  const volatile uint32_t* extra_counter;  // a second one to sample beside it, or NULL
} er_counters_t;

// Two readings' difference; the counters may wrap once in between.
typedef struct {
  uint32_t cycles;
  uint32_t extra;
} er_counts_t;

er_counts_t er_counters_read(const er_counters_t* counters);
er_counts_t er_counts_between(er_counts_t begin, er_counts_t end);

// What an empty measurement counts: the least of several, so that a cold cache does not enter.
er_counts_t er_counters_overhead(const er_counters_t* counters);

// What the pauses of one run of `layers` layers count.
er_counts_t er_model_pauses_cost(const er_model_t* model, const er_counters_t* counters,
                                 uint32_t layers);

// `counts` minus `overhead`, not below zero.
er_counts_t er_counts_without(er_counts_t counts, er_counts_t overhead);

typedef struct {
  er_counts_t total;     // of the whole run, the profiler's own cost included
  er_counts_t overhead;  // per layer, already subtracted from the layers
  uint32_t layers;
} er_profile_t;

// Runs all layers; layers[] has room for ER_RT_MAX_OPS entries.
er_profile_t er_model_profile(er_model_t* model, const er_counters_t* counters,
                              er_counts_t* layers);

#ifdef __cplusplus
}
#endif
#endif  // FIRMWARE_RT_PROFILER_H_
