// The board API for a process: the arena and the store are this process's memory, the cycle counter
// is its monotonic clock, and a reset starts the firmware's main loop anew.
#define _GNU_SOURCE
#include "firmware/family/host/board.h"

#include <elf.h>
#include <fcntl.h>
#include <link.h>
#include <setjmp.h>
#include <stdio.h>
#include <string.h>
#include <sys/auxv.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include "board_config.h"
#include "firmware/app/link.h"
#include "firmware/family/host/doors.h"
#include "firmware/hal/board_api.h"
#include "firmware/package/format.h"

enum { kClockHz = ER_CHIP_MAX_CLOCK_HZ, kNanosecondsPerSecond = 1000000000 };

static uint8_t arena[ER_CHIP_LAYOUT_ARENA_BYTES] __attribute__((aligned(16)));
static uint8_t* store;
static er_board_identity_t identity;
static er_board_memory_t memory;

static void read_build_id(uint8_t* to) {
  const ElfW(Phdr)* header = (const ElfW(Phdr)*)getauxval(AT_PHDR);
  const size_t count = getauxval(AT_PHNUM);
  uintptr_t bias = 0;
  for (size_t i = 0; i < count; i++) {
    if (header[i].p_type == PT_PHDR) bias = (uintptr_t)header - header[i].p_vaddr;
  }
  for (size_t i = 0; i < count; i++) {
    if (header[i].p_type != PT_NOTE) continue;
    const uint8_t* at = (const uint8_t*)(bias + header[i].p_vaddr);
    const uint8_t* end = at + header[i].p_memsz;
    while ((size_t)(end - at) > sizeof(ElfW(Nhdr))) {
      const ElfW(Nhdr)* note = (const ElfW(Nhdr)*)(const void*)at;
      const uint8_t* name = at + sizeof *note;
      const uint8_t* value = name + ((note->n_namesz + 3u) & ~3u);
      if (note->n_type == NT_GNU_BUILD_ID && note->n_descsz == 20 && !memcmp(name, "GNU", 4)) {
        memcpy(to, value, 20);
        return;
      }
      at = value + ((note->n_descsz + 3u) & ~3u);
    }
  }
}

const char* er_host_board_open(const char* store_file, uint8_t* stack_low, uint32_t stack_bytes) {
  if (store_file) {
    const int fd = open(store_file, O_RDWR | O_CREAT | O_CLOEXEC, 0666);
    if (fd < 0 || ftruncate(fd, ER_CHIP_LAYOUT_PACKAGE_BYTES) != 0) return "cannot open the store";
    store = mmap(NULL, ER_CHIP_LAYOUT_PACKAGE_BYTES, PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0);
    close(fd);
  } else {
    store = mmap(NULL, ER_CHIP_LAYOUT_PACKAGE_BYTES, PROT_READ | PROT_WRITE,
                 MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
  }
  if (store == MAP_FAILED) return "cannot map the package store";
  identity.image_name = ER_BOARD_IMAGE;
  read_build_id(identity.build_id);
  memcpy(identity.uid, "edgerackhost", sizeof identity.uid);
  identity.isa = ER_ISA_SCALAR;
  identity.reset_cause = ER_RESET_POWER_ON;
  memory.arena = arena;
  memory.arena_bytes = sizeof arena;
  memory.stack_low = stack_low;
  memory.stack_bytes = stack_bytes;
  memory.store_address = ER_CHIP_LAYOUT_PACKAGE_ADDRESS;
  memory.store_bytes = ER_CHIP_LAYOUT_PACKAGE_BYTES;
  return NULL;
}

static jmp_buf reset_vector;

void er_host_board_run(void) {
  if (setjmp(reset_vector) != 0) identity.reset_cause = ER_RESET_SOFTWARE;
  er_board_init();
  er_app_main();
}

void er_board_reset(void) { longjmp(reset_vector, 1); }

void er_board_init(void) {}
const er_board_identity_t* er_board_identity(void) { return &identity; }
const er_board_memory_t* er_board_memory(void) { return &memory; }
uint32_t er_board_clock_hz(void) { return kClockHz; }

uint32_t er_board_settings(void) {
#ifdef __OPTIMIZE__
  return ER_SETTING_FPU;
#else
  return ER_SETTING_FPU | ER_SETTING_DEBUG_BUILD;
#endif
}

int er_board_operate(uint32_t clock_hz, uint32_t settings) {
  (void)settings;
  return clock_hz == 0;
}

void er_board_call_on_stack(uint8_t* top, void (*call)(void*), void* argument) {
  (void)top;  // a process stays on its own: no place but that is ever free RAM
  call(argument);
}

uint32_t er_board_cycles(void) {
  struct timespec now;
  clock_gettime(CLOCK_MONOTONIC, &now);
  const uint64_t ns = (uint64_t)now.tv_sec * kNanosecondsPerSecond + (uint64_t)now.tv_nsec;
  return (uint32_t)(ns * (kClockHz / kNanosecondsPerSecond));
}

size_t er_board_uart_read(uint8_t* to, size_t capacity) { return er_doors_read(to, capacity); }
void er_board_uart_write(const uint8_t* from, size_t bytes) { er_doors_write(from, bytes); }
void er_board_idle(void) { er_doors_wait(); }
void er_board_feed_watchdog(void) {}

// A process has no interrupts that could disturb the measurement and be turned off.
uint32_t er_board_critical_enter(void) { return 0; }
void er_board_critical_leave(uint32_t state) { (void)state; }

const uint8_t* er_board_store(void) { return store; }

int er_board_store_erase(uint32_t bytes) {
  memset(store, 0xFF, bytes);
  return 1;
}

int er_board_store_write(uint32_t offset, const uint8_t* from, uint32_t bytes) {
  memcpy(store + offset, from, bytes);
  return 1;
}
