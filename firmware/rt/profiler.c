#include "firmware/rt/profiler.h"

er_counts_t er_counters_read(const er_counters_t* counters) {
  er_counts_t now;
  now.extra = counters->extra_counter ? *counters->extra_counter : 0;
  now.cycles = counters->cycles();
  return now;
}

er_counts_t er_counts_between(er_counts_t begin, er_counts_t end) {
  const er_counts_t counts = {end.cycles - begin.cycles, end.extra - begin.extra};
  return counts;
}

enum { kRepeats = 16 };

static er_counts_t least_of(er_counts_t a, er_counts_t b) {
  const er_counts_t least = {a.cycles < b.cycles ? a.cycles : b.cycles,
                             a.extra < b.extra ? a.extra : b.extra};
  return least;
}

er_counts_t er_counters_overhead(const er_counters_t* counters) {
  er_counts_t least = {UINT32_MAX, UINT32_MAX};
  for (int i = 0; i < kRepeats; i++) {
    const er_counts_t begin = er_counters_read(counters);
    least = least_of(least, er_counts_between(begin, er_counters_read(counters)));
  }
  return least;
}

er_counts_t er_model_pauses_cost(const er_model_t* model, const er_counters_t* counters,
                                 uint32_t layers) {
  er_counts_t least = {UINT32_MAX, UINT32_MAX};
  for (int i = 0; i < kRepeats; i++) {
    const er_counts_t begin = er_counters_read(counters);
    er_model_pause(model);
    least = least_of(least, er_counts_between(begin, er_counters_read(counters)));
  }
  least = er_counts_without(least, er_counters_overhead(counters));
  if (layers > model->header->op_count) layers = model->header->op_count;
  least.cycles *= layers;
  least.extra *= layers;
  return least;
}

er_counts_t er_counts_without(er_counts_t counts, er_counts_t overhead) {
  const er_counts_t rest = {counts.cycles > overhead.cycles ? counts.cycles - overhead.cycles : 0,
                            counts.extra > overhead.extra ? counts.extra - overhead.extra : 0};
  return rest;
}

er_profile_t er_model_profile(er_model_t* model, const er_counters_t* counters,
                              er_counts_t* layers) {
  er_profile_t profile;
  profile.layers = model->header->op_count;
  profile.overhead = er_counters_overhead(counters);
  er_model_begin_run(model);
  const er_counts_t start = er_counters_read(counters);
  for (uint32_t layer = 0; layer < profile.layers; layer++) {
    // The executor's dispatch is part of the layer: in a tiny model it is a tenth of all cycles.
    const er_counts_t begin = er_counters_read(counters);
    er_model_run_layer(model, layer);
    layers[layer] = er_counts_between(begin, er_counters_read(counters));
    er_model_pause(model);
  }
  profile.total = er_counts_between(start, er_counters_read(counters));
  model->running_layer = ER_RT_NO_LAYER;
  for (uint32_t layer = 0; layer < profile.layers; layer++) {
    layers[layer] = er_counts_without(layers[layer], profile.overhead);
  }
  return profile;
}
