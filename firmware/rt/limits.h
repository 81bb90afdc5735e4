// Sizes of the executor's tables. C sources that the compiler emits for one model come with their
// own.
#ifndef FIRMWARE_RT_LIMITS_H_
#define FIRMWARE_RT_LIMITS_H_

#define ER_RT_MAX_OPS 1024u

#endif  // FIRMWARE_RT_LIMITS_H_
