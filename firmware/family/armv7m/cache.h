// L1 caches of the Cortex-M7.
#ifndef FIRMWARE_FAMILY_ARMV7M_CACHE_H_
#define FIRMWARE_FAMILY_ARMV7M_CACHE_H_

// Empties and enables both caches.
void er_cache_enable(void);

// Writes back and empties the data cache, after flash has changed behind it.
void er_cache_flush_data(void);

#endif  // FIRMWARE_FAMILY_ARMV7M_CACHE_H_
