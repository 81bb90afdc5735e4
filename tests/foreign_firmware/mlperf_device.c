/* Somebody's firmware that speaks MLPerf Tiny's device protocol, written from the protocol's
 * description. HANG makes `infer` never end. */
#include "chip.h"
#include "net.h"

static uint8_t buffer[NET_INPUTS];
static uint32_t expected, loaded;
static int32_t result[NET_OUTPUTS];

static int same(const char* a, const char* b) {
  while (*a != 0 && *a == *b) a++, b++;
  return *a == *b;
}

static const char* word(char** at) {
  char* p = *at;
  while (*p == ' ') p++;
  const char* start = p;
  while (*p != 0 && *p != ' ') p++;
  if (*p != 0) *p++ = 0;
  *at = p;
  return start;
}

static uint32_t number(const char* text, uint32_t otherwise) {
  uint32_t value = 0;
  if (*text < '0' || *text > '9') return otherwise;
  for (; *text >= '0' && *text <= '9'; text++) value = value * 10 + (uint32_t)(*text - '0');
  return value;
}

static void lap(void) {
  chip_print("m-lap-us-");
  chip_print_number(chip_microseconds());
  chip_print("\r\n");
}

static void numbered(const char* before, uint32_t value, const char* after) {
  chip_print(before);
  chip_print_number(value);
  chip_print(after);
}

static void results(void) {
  chip_print("m-results-[");
  for (uint32_t i = 0; i < NET_OUTPUTS; i++) {
    if (i > 0) chip_print(",");
    if (result[i] < 0) chip_print("-");
    const uint32_t size = (uint32_t)(result[i] < 0 ? -result[i] : result[i]);
    chip_print_number(size / 1000);
    chip_print(size % 1000 < 10 ? ".00" : size % 1000 < 100 ? ".0" : ".");
    chip_print_number(size % 1000);
  }
  chip_print("]\r\n");
}

static void load_bytes(const char* hex) {
  for (; hex[0] != 0 && hex[1] != 0 && loaded < expected; hex += 2) {
    uint32_t byte = 0;
    for (int i = 0; i < 2; i++) {
      const char c = hex[i];
      byte = byte << 4 | (uint32_t)(c <= '9' ? c - '0' : (c | 0x20) - 'a' + 10);
    }
    buffer[loaded++] = (uint8_t)byte;
    if (loaded == expected) chip_print("m-load-done\r\n");
  }
}

static void infer(uint32_t count, uint32_t warmups) {
  numbered("m-warmup-start-", warmups, "\r\n");
#ifdef HANG
  for (;;) {
  }
#endif
  while (warmups-- > 0) net_infer(buffer, result);
  chip_print("m-warmup-done\r\n");
  numbered("m-infer-start-", count, "\r\n");
  lap();
  while (count-- > 0) net_infer(buffer, result);
  lap();
  chip_print("m-infer-done\r\n");
  results();
}

static void db(char* rest) {
  const char* sub = word(&rest);
  if (!same(sub, "load")) {
    load_bytes(sub);
    return;
  }
  expected = number(word(&rest), 0);
  loaded = 0;
  if (expected > sizeof buffer) {
    numbered("Supplied buffer size ", expected, "");
    numbered(" exceeds maximum of ", sizeof buffer, "\n");
    expected = 0;
    return;
  }
  numbered("m-[Expecting ", expected, " bytes]\r\n");
}

static void execute(char* command) {
  const char* name = word(&command);
  if (same(name, "name")) {
    chip_print("m-name-dut-[someone else]\r\n");
  } else if (same(name, "profile")) {
    chip_print("m-profile-[ULPMark for tinyML Firmware V0.0.1]\r\nm-model-[sum10]\r\n");
  } else if (same(name, "timestamp")) {
    lap();
  } else if (same(name, "db")) {
    db(command);
  } else if (same(name, "infer")) {
    const uint32_t count = number(word(&command), 1);
    infer(count, number(word(&command), 10));
  } else if (same(name, "results")) {
    results();
  } else {
    chip_print("e-[Unknown command: ");
    chip_print(name);
    chip_print("]\r\n");
  }
  chip_print("m-ready\r\n");
}

int main(void) {
  static char command[81];
  uint32_t used = 0;
  chip_start();
  chip_print("m-timestamp-mode-performance\r\n");
  lap();
  chip_print("m-init-done\r\nm-ready\r\n");
  for (;;) {
    const char c = chip_getchar();
    if (c != '%') {
      command[used] = c;
      if (used < sizeof command - 1) used++;
      continue;
    }
    command[used] = 0;
    used = 0;
    execute(command);
  }
}
