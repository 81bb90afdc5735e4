// The loaded package as a benchmark that is fed bytes and answers numbers: MLPerf Tiny's rules for
// the input, the inferences and the result.
//
// Bytes become the first input by their count. As many as the tensor has: they are its elements as
// they are, little-endian; but an int8 tensor with zero point -128 takes uint8, as image benchmarks
// send it (q = u - 128). Four for each element of an int8 tensor: float32, quantized with the
// tensor's scale, as anomaly detection sends it.
//
// The result is the first output as real numbers. A model whose output has its input's shape is an
// autoencoder: its result is the mean squared error between the two.
#ifndef FIRMWARE_APP_BENCHMARK_H_
#define FIRMWARE_APP_BENCHMARK_H_

#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

// Loads the stored package unless one is loaded. NULL, or a static text saying why not. Everything
// below needs it to have returned NULL.
const char* er_benchmark_ready(void);

#define ER_BENCHMARK_NAME_BYTES 16u
// MLPerf Tiny's name of the benchmark that has such an input and output (kws01, vww01, ic01, ad01),
// else "sha-" and eight digits of the model file's SHA-256.
const char* er_benchmark_name(char to[ER_BENCHMARK_NAME_BYTES]);

// Where input bytes are kept between inferences: the arena behind the model. Lost when a package is
// loaded.
uint8_t* er_benchmark_buffer(uint32_t* capacity_bytes);

// Of the first input, as the model holds it.
uint32_t er_benchmark_input_bytes(void);

// Whether so many bytes can become the input; if so, er_benchmark_load_input makes them it, from
// the start of the buffer.
int er_benchmark_takes(uint32_t bytes);
void er_benchmark_load_input(uint32_t bytes);

// Runs the model `count` times, interrupts off, on the session's stack, with the lap clock going.
void er_benchmark_infer(uint32_t count);

// How many numbers the result has, and number `index` of it. An autoencoder's needs the input, of
// which so many bytes were loaded.
uint32_t er_benchmark_result_count(void);
int er_benchmark_result_needs_input(void);
float er_benchmark_result(uint32_t index, uint32_t input_bytes);

#ifdef __cplusplus
}
#endif
#endif  // FIRMWARE_APP_BENCHMARK_H_
