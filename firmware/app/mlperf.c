#include "firmware/app/mlperf.h"

#include <stdint.h>
#include <string.h>

#include "firmware/app/benchmark.h"
#include "firmware/app/decimal.h"
#include "firmware/app/lap_clock.h"
#include "firmware/hal/board_api.h"

// The byte buffer of the commands `db …`.
static struct {
  uint32_t expected;
  uint32_t loaded;
} db;

static void say(const char* text) { er_board_uart_write((const uint8_t*)text, strlen(text)); }

static void say_number(uint64_t value) {
  char text[ER_DECIMAL_BYTES];
  say(er_decimal(value, text));
}

static void say_signed(int32_t value) {
  if (value < 0) say("-");
  say_number(value < 0 ? (uint64_t) - (int64_t)value : (uint64_t)value);
}

static void say_line(const char* before, uint64_t value, const char* after) {
  say(before);
  say_number(value);
  say(after);
}

static void say_error(const char* text) {
  say("e-[");
  say(text);
  say("]\r\n");
}

static void say_lap(void) { say_line("m-lap-us-", er_lap_clock_us(), "\r\n"); }

static const char kReady[] = "m-ready\r\n";

void er_mlperf_greet(void) {
  er_mlperf_forget();
  say("m-timestamp-mode-performance\r\n");
  say_lap();
  say("m-init-done\r\n");
  say(kReady);
}

void er_mlperf_forget(void) {
  db.expected = 0;
  db.loaded = 0;
}

// The next word of the command, or NULL.
static char* next_word(char** rest) {
  char* at = *rest;
  while (*at == ' ') at++;
  if (*at == 0) return NULL;
  char* const word = at;
  while (*at != 0 && *at != ' ') at++;
  if (*at != 0) *at++ = 0;
  *rest = at;
  return word;
}

static int equal(const char* a, const char* b) {
  while (*a != 0 && *a == *b) a++, b++;
  return *a == *b;
}

static int is_ready(void) {
  const char* problem = er_benchmark_ready();
  if (problem) say_error(problem);
  return !problem;
}

static void do_name(char** rest) {
  (void)rest;
  say("m-name-dut-[edgerack]\r\n");
}

static void do_timestamp(char** rest) {
  (void)rest;
  say_lap();
}

static void do_profile(char** rest) {
  (void)rest;
  char name[ER_BENCHMARK_NAME_BYTES];
  say("m-profile-[ULPMark for tinyML Firmware V0.0.1]\r\nm-model-[");
  say(er_benchmark_ready() ? "none" : er_benchmark_name(name));
  say("]\r\n");
}

static void do_help(char** rest) {
  (void)rest;
  say("name, timestamp, profile, results\r\n"
      "db load N, db HEX, db print\r\n"
      "infer N W: after W to warm up\r\n");
}

// Whether what was loaded can be the model's input.
static int has_input(void) {
  if (er_benchmark_takes(db.loaded)) return 1;
  say_line("e-[Input db has ", db.loaded, " bytes, expected ");
  say_line("", er_benchmark_input_bytes(), "]\r\n");
  return 0;
}

static void say_results(void) {
  char text[ER_DECIMAL_BYTES];
  const uint32_t count = er_benchmark_result_count();
  say("m-results-[");
  for (uint32_t i = 0; i < count; i++) {
    if (i > 0) say(",");
    say(er_decimal_thousandths(er_benchmark_result(i, db.loaded), text));
    er_board_feed_watchdog();
  }
  say("]\r\n");
}

static void do_results(char** rest) {
  (void)rest;
  if (is_ready() && (!er_benchmark_result_needs_input() || has_input())) say_results();
}

static void load(const char* count) {
  if (!count) {
    say_error("Command 'db load' requires the # of bytes");
    return;
  }
  const int32_t bytes = er_decimal_parse(count);
  if (bytes == 0) {
    say_error("Command 'db load' must be >0 bytes");
    return;
  }
  if (!is_ready()) return;
  uint32_t capacity;
  er_benchmark_buffer(&capacity);
  er_mlperf_forget();
  if (bytes < 0 || (uint32_t)bytes > capacity) {
    say("Supplied buffer size ");
    say_signed(bytes);
    say_line(" exceeds maximum of ", capacity, "\n");
    return;
  }
  db.expected = (uint32_t)bytes;
  say_line("m-[Expecting ", db.expected, " bytes]\r\n");
}

// Lines of eight; the protocol's reference ends a shorter last one with an empty line.
static void print(void) {
  enum { kPerLine = 8 };
  static const char kDigits[] = "0123456789abcdef";
  uint32_t capacity;
  if (db.expected == 0) return;
  const uint8_t* buffer = er_benchmark_buffer(&capacity);
  for (uint32_t i = 0; i < db.expected; i++) {
    const int ends_line = (i + 1) % kPerLine == 0 || i + 1 == db.expected;
    const char hex[] = {kDigits[buffer[i] >> 4], kDigits[buffer[i] & 0xF], ends_line ? 0 : '-', 0};
    if (i % kPerLine == 0) say("m-buffer-");
    say(hex);
    if (ends_line) say("\r\n");
    er_board_feed_watchdog();
  }
  if (db.expected % kPerLine != 0) say("\r\n");
}

static int hex_digit(char c) {
  if (c >= '0' && c <= '9') return c - '0';
  if (c >= 'a' && c <= 'f') return c - 'a' + 10;
  if (c >= 'A' && c <= 'F') return c - 'A' + 10;
  return -1;
}

static void take(const char* digits) {
  if (strlen(digits) % 2 != 0) {
    say_error("Insufficent number of hex digits");  // as the protocol spells it
    return;
  }
  if (db.loaded == db.expected) {
    say_error("Command 'db load' must come first");
    return;
  }
  uint32_t capacity;
  uint8_t* buffer = er_benchmark_buffer(&capacity);
  // What is left of the digits when the last byte has come is disregarded.
  for (; *digits != 0 && db.loaded < db.expected; digits += 2) {
    const int high = hex_digit(digits[0]);
    const int low = hex_digit(digits[1]);
    if (high < 0 || low < 0) {
      const char pair[] = {digits[0], digits[1], 0};
      say("e-[Invalid hex digit '");
      say(pair);
      say("']\r\n");
      return;
    }
    buffer[db.loaded++] = (uint8_t)(high << 4 | low);
    if (db.loaded == db.expected) say("m-load-done\r\n");
  }
}

static void do_db(char** rest) {
  const char* subcommand = next_word(rest);
  if (!subcommand) {
    say_error("Command 'db' requires a subcommand");
  } else if (equal(subcommand, "load")) {
    load(next_word(rest));
  } else if (equal(subcommand, "print")) {
    print();
  } else {
    take(subcommand);
  }
}

static void infer(uint32_t inferences, uint32_t warmups) {
  if (!is_ready() || !has_input()) return;
  er_benchmark_load_input(db.loaded);
  say_line("m-warmup-start-", warmups, "\r\n");
  er_benchmark_infer(warmups);
  say("m-warmup-done\r\n");
  say_line("m-infer-start-", inferences, "\r\n");
  say_lap();
  er_benchmark_infer(inferences);
  say_lap();
  say("m-infer-done\r\n");
  // An inference may use its input's memory for something else, so that only the first one after
  // loading has the input: one more, untimed, for the result.
  if (inferences + warmups > 1) {
    er_benchmark_load_input(db.loaded);
    er_benchmark_infer(1);
  }
  say_results();
}

static void do_infer(char** rest) {
  int32_t inferences = 1;
  int32_t warmups = 10;
  const char* word = next_word(rest);
  if (word) inferences = er_decimal_parse(word);
  if (inferences <= 0) {
    say_error("Inference iterations must be >0");
    return;
  }
  word = word ? next_word(rest) : NULL;
  if (word) warmups = er_decimal_parse(word);
  if (warmups < 0) {
    say_error("Inference warmup must be >=0");
    return;
  }
  infer((uint32_t)inferences, (uint32_t)warmups);
}

void er_mlperf_execute(char* command) {
  static const struct {
    const char* name;
    void (*run)(char** rest);
  } kCommands[] = {
      {"name", do_name}, {"timestamp", do_timestamp}, {"profile", do_profile}, {"help", do_help},
      {"db", do_db},     {"infer", do_infer},         {"results", do_results}};
  char* rest = command;
  const char* name = next_word(&rest);
  uint32_t i = 0;
  const uint32_t count = sizeof kCommands / sizeof kCommands[0];
  while (i < count && (!name || !equal(name, kCommands[i].name))) i++;
  if (i < count) {
    kCommands[i].run(&rest);
  } else {
    say("e-[Unknown command: ");
    say(name ? name : "");
    say("]\r\n");
  }
  say(kReady);
}
