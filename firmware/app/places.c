#include "firmware/app/places.h"

#include <string.h>

#include "firmware/package/format.h"

enum { kAlign = 32 };  // a cache line

er_places_t er_places_usual(void) {
  const er_board_memory_t* memory = er_board_memory();
  const er_places_t usual = {
      {(uintptr_t)memory->arena, memory->arena_bytes},
      {memory->store_address, memory->store_bytes},
      {(uintptr_t)memory->stack_low, memory->stack_low ? memory->stack_bytes : 0}};
  return usual;
}

static int same(er_memory_range_t a, er_memory_range_t b) {
  return a.address == b.address && a.bytes == b.bytes;
}

int er_places_equal(const er_places_t* a, const er_places_t* b) {
  return same(a->arena, b->arena) && same(a->weights, b->weights) && same(a->stack, b->stack);
}

static int inside(er_memory_range_t part, er_memory_range_t whole) {
  return part.address >= whole.address && part.bytes <= whole.bytes &&
         part.address - whole.address <= whole.bytes - part.bytes;
}

static int overlap(er_memory_range_t a, er_memory_range_t b) {
  return a.address < b.address + b.bytes && b.address < a.address + a.bytes;
}

static int is_free_ram(er_memory_range_t range) {
  const er_board_memory_t* memory = er_board_memory();
  int in_ram = 0;
  for (uint32_t i = 0; i < memory->ram_count; i++) in_ram |= inside(range, memory->ram[i]);
  for (uint32_t i = 0; i < memory->own_count; i++) {
    if (overlap(range, memory->own[i])) return 0;
  }
  return in_ram;
}

static int is_store(er_memory_range_t range) {
  const er_board_memory_t* memory = er_board_memory();
  return range.bytes <= memory->store_bytes &&
         (range.address == memory->store_address ||
          (memory->store_alias_address != 0 && range.address == memory->store_alias_address));
}

static int is_aligned(er_memory_range_t range) {
  return range.address % kAlign == 0 && range.bytes % kAlign == 0;
}

const char* er_places_problem(const er_places_t* places) {
  const er_places_t usual = er_places_usual();
  const int arena_moved = !same(places->arena, usual.arena);
  const int stack_moved = !same(places->stack, usual.stack);
  const int copied = !is_store(places->weights);
  if (arena_moved && (!is_aligned(places->arena) || !is_free_ram(places->arena))) {
    return "the arena is not in free RAM, or no multiple of 32";
  }
  if (stack_moved &&
      (places->stack.bytes < 1024 || !is_aligned(places->stack) || !is_free_ram(places->stack))) {
    return "the stack is not in free RAM, no multiple of 32, or below 1024 bytes";
  }
  if (copied && (places->weights.address % kAlign != 0 || !is_free_ram(places->weights))) {
    return "the weights are neither in the store nor in free RAM, or no multiple of 32";
  }
  if ((copied && overlap(places->weights, places->arena)) ||
      (stack_moved && overlap(places->stack, places->arena)) ||
      (stack_moved && copied && overlap(places->stack, places->weights))) {
    return "arena, weights and stack overlap";
  }
  return NULL;
}

const uint8_t* er_places_ready_package(const er_places_t* places) {
  const uint8_t* stored = er_board_store();
  if (places->weights.address == er_board_memory()->store_address) return stored;
  uint8_t* to = (uint8_t*)places->weights.address;
  if (is_store(places->weights)) return to;
  const er_package_header_t* header = (const er_package_header_t*)(const void*)stored;
  // The loader judges the header; here only its length counts.
  if (header->total_bytes > places->weights.bytes) return NULL;
  memcpy(to, stored, header->total_bytes);
  return to;
}
