// Where arena, package and stack of the runs lie: as the board has them, or as CONFIGURE said.
#ifndef FIRMWARE_APP_PLACES_H_
#define FIRMWARE_APP_PLACES_H_

#include <stdint.h>

#include "firmware/hal/board_api.h"

#ifdef __cplusplus
extern "C" {
#endif

typedef struct {
  er_memory_range_t arena;
  er_memory_range_t weights;  // of the package; bytes: what there is room for
  er_memory_range_t stack;    // of RUN and PROFILE; bytes 0: the board does not know its stack
} er_places_t;

// As after a boot.
er_places_t er_places_usual(void);

int er_places_equal(const er_places_t* a, const er_places_t* b);

// NULL, or a static text about the first place that is none: outside of RAM, over what the firmware
// needs for itself, over another one, or not aligned.
const char* er_places_problem(const er_places_t* places);

// Readies the stored package at its place: copied, where that is RAM. NULL when it does not fit.
const uint8_t* er_places_ready_package(const er_places_t* places);

#ifdef __cplusplus
}
#endif
#endif  // FIRMWARE_APP_PLACES_H_
