// The Edgerack package (.erp): one compiled model, little-endian, executed in place from flash.
//
// Layout: header | tensors | ops | operands | params | names | constants, every section at the
// offset its header field gives. All offsets count from the first byte of the package, are
// 4-byte aligned, and constants start 16-byte aligned. A reader checks the magic, the ABI's major
// number, the CRC, and then every offset and size against total_bytes before it uses one of them.
// docs/package.md describes the format in prose; this header is its only definition.
#ifndef FIRMWARE_PACKAGE_FORMAT_H_
#define FIRMWARE_PACKAGE_FORMAT_H_

#include <stdint.h>

#ifdef __cplusplus
#define ER_STATIC_ASSERT(cond, message) static_assert(cond, message)
#else
#define ER_STATIC_ASSERT(cond, message) _Static_assert(cond, message)
#endif

#define ER_PACKAGE_MAGIC 0x31505245u  // "ERP1"
#define ER_PACKAGE_ABI_MAJOR 1        // a reader refuses any other
#define ER_PACKAGE_ABI_MINOR 2        // additions; an older reader ignores or refuses each of them
#define ER_PACKAGE_MAX_RANK 6
#define ER_PACKAGE_NO_TENSOR 0xFFFFu  // an operand that is absent
#define ER_PACKAGE_ARENA_ALIGN 16u    // every tensor and scratch area in the arena
#define ER_PACKAGE_PACKED_ALIGN 16u   // every constant whose packing is not CANONICAL

// Element types. The numbers are part of the ABI.
typedef enum {
  ER_DTYPE_F32 = 1,
  ER_DTYPE_S8 = 2,
  ER_DTYPE_U8 = 3,
  ER_DTYPE_S16 = 4,
  ER_DTYPE_S32 = 5,
  ER_DTYPE_S64 = 6,
  ER_DTYPE_BOOL = 7,
  // Bits, along the last dimension, 32 in a little-endian word, the first lowest. Each row begins
  // with a word and what is left of its last is zero, so a tensor is canonical as it is packed.
  ER_DTYPE_S1 = 8,  // 0 is -1, 1 is +1
  ER_DTYPE_U1 = 9,  // 0 is 0, 1 is 1
} er_dtype_t;

// Words that hold a row of so many bits.
static inline uint32_t er_bit_words(uint32_t bits) { return bits / 32 + (bits % 32 != 0); }

// Where a tensor lives while the model runs.
typedef enum {
  ER_PLACE_CONSTANT = 1,  // in the package; `offset` counts from the package's first byte
  ER_PLACE_ARENA = 2,     // in the arena; contents are valid only during the tensor's lifetime
  ER_PLACE_STATE = 3,  // in the arena, real zero when the package is loaded; see er_package_flag_t
} er_place_t;

// Instruction sets a package may be compiled for; a board refuses what its core cannot execute.
typedef enum {
  ER_ISA_SCALAR = 0,   // portable C only
  ER_ISA_ARMV7EM = 1,  // Armv7E-M with the DSP extension and single-precision FPU
  ER_ISA_MVE = 2,      // Armv8.1-M with Helium
} er_isa_t;

// Bits of the header's `flags`. Since minor 2 a reader refuses a bit it does not know.
typedef enum {
  // State tensors carry on from run to run, so that runs are the steps of one sequence. Without it
  // they are real zero (int8 and uint8: their zero point) before each run, so that runs are
  // independent of each other.
  ER_PACKAGE_CARRY_STATE = 1u << 0,
} er_package_flag_t;

// How the elements of a constant are ordered: CANONICAL is row-major in the order of dims
// (convolution weights: OHWI). Any other is a permutation of that with zeros in between, so that it
// has an exact unpack; docs/package.md says the order of each. `dims` are the canonical ones
// whatever the packing, `bytes` are the packed ones. A reader refuses a number it does not know.
typedef enum {
#define ER_PACKING(number, NAME, name) ER_PACKING_##NAME = (number),
#include "firmware/package/packings.inc"
#undef ER_PACKING
} er_packing_t;

typedef struct {
  uint32_t magic;
  uint16_t abi_major;
  uint16_t abi_minor;
  uint32_t total_bytes;  // of the package, this header included; a multiple of 4
  uint32_t crc32;        // CRC-32 (IEEE 802.3, as zlib) of bytes 16 .. total_bytes
  uint8_t isa;           // er_isa_t the kernels of this package need
  uint8_t flags;         // er_package_flag_t bits; since minor 1, zero before
  uint8_t reserved0[2];  // zero
  uint32_t arena_bytes;  // inputs, outputs, activations, state and scratch together
  uint16_t tensor_count;
  uint16_t op_count;
  uint16_t input_count;
  uint16_t output_count;
  uint32_t tensors_offset;  // er_package_tensor_t[tensor_count]
  uint32_t ops_offset;      // er_package_op_t[op_count], in execution order
  uint32_t io_offset;       // uint16_t[input_count + output_count]: tensor indices
  uint32_t names_offset;    // zero-terminated UTF-8 strings; an empty string stands first
  uint32_t names_bytes;
  uint32_t constants_offset;
  uint32_t constants_bytes;
  uint8_t model_sha256[32];  // of the model file this package was compiled from
} er_package_header_t;
ER_STATIC_ASSERT(sizeof(er_package_header_t) == 92, "package ABI");

typedef struct {
  uint8_t dtype;                      // er_dtype_t
  uint8_t place;                      // er_place_t
  uint8_t rank;                       // 0 .. ER_PACKAGE_MAX_RANK
  uint8_t packing;                    // er_packing_t; CANONICAL unless place is CONSTANT
  int32_t dims[ER_PACKAGE_MAX_RANK];  // all >= 1; unused ones are 1
  uint32_t offset;                    // from the package's or the arena's first byte, see place
  uint32_t bytes;                     // dims and element type, or what the packing makes of them
  float scale;           // real = scale * (q - zero_point); 0 when the tensor is not quantized
  int32_t zero_point;    // per-channel constants carry their scales in the multipliers instead
  uint32_t name_offset;  // into the names section
} er_package_tensor_t;
ER_STATIC_ASSERT(sizeof(er_package_tensor_t) == 48, "package ABI");

typedef struct {
  uint16_t kernel;  // an id of firmware/kernels/kernels.inc
  uint8_t input_count;
  uint8_t output_count;
  uint32_t operands_offset;  // uint16_t[input_count + output_count]: tensor indices
  uint32_t params_offset;    // the kernel's er_<op>_..._params_t
  uint32_t params_bytes;     // must equal the size the kernel expects
  uint32_t scratch_offset;   // into the arena
  uint32_t scratch_bytes;    // what the kernel's scratch-size function returned
  uint32_t name_offset;      // the layer's name in the original model
} er_package_op_t;
ER_STATIC_ASSERT(sizeof(er_package_op_t) == 28, "package ABI");

#endif  // FIRMWARE_PACKAGE_FORMAT_H_
