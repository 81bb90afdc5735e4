// L1 caches of Cortex-M7 and Cortex-M55.
#ifndef FIRMWARE_FAMILY_CORTEX_M_CACHE_H_
#define FIRMWARE_FAMILY_CORTEX_M_CACHE_H_

// Each cache on or off; one that is switched on is empty, one that is switched off has been written
// back.
void er_cache_switch(int instruction, int data);

// Writes back and empties the data cache, after memory has changed behind it.
void er_cache_flush_data(void);

#endif  // FIRMWARE_FAMILY_CORTEX_M_CACHE_H_
