// edgerack-firmware-host: the resident firmware as a process.
#define _GNU_SOURCE
#include <errno.h>
#include <pthread.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "board_config.h"
#include "firmware/family/host/board.h"
#include "firmware/family/host/doors.h"

static const char kUsage[] =
    "usage: edgerack-firmware-host --uart-pty PATH [--uart-tcp PORT] [--store FILE]\n"
    "The resident firmware as a process of this machine, its UART on a pseudo-terminal. Prints\n"
    "\"ready\" when it can be talked to.\n";

static uint8_t stack[ER_CHIP_LAYOUT_STACK_BYTES] __attribute__((aligned(4096)));

static void on_signal(int signal_number) {
  (void)signal_number;
  er_doors_close();
  _exit(0);
}

static void* run_firmware(void* unused) {
  (void)unused;
  er_host_board_run();
}

static int fail(const char* what) {
  fprintf(stderr, "edgerack-firmware-host: %s: %s\n", what, strerror(errno));
  return 1;
}

int main(int argc, char** argv) {
  const char* pty = NULL;
  const char* store = NULL;
  long port = 0;
  for (int i = 1; i < argc; i++) {
    const char* value = i + 1 < argc ? argv[i + 1] : NULL;
    if (value && !strcmp(argv[i], "--uart-pty")) {
      pty = value;
    } else if (value && !strcmp(argv[i], "--uart-tcp")) {
      port = strtol(value, NULL, 10);
    } else if (value && !strcmp(argv[i], "--store")) {
      store = value;
    } else {
      fputs(kUsage, strcmp(argv[i], "--help") ? stderr : stdout);
      return strcmp(argv[i], "--help") ? 2 : 0;
    }
    i++;
  }
  if ((!pty && !port) || port < 0 || port > 65535) {
    fputs(kUsage, stderr);
    return 2;
  }
  const char* error = er_host_board_open(store, stack, sizeof stack);
  if (!error) error = er_doors_open(pty, (uint16_t)port);
  if (error) return fail(error);
  signal(SIGINT, on_signal);
  signal(SIGTERM, on_signal);
  signal(SIGHUP, on_signal);

  // A thread with a stack of the size the board's file gives, so that its use can be measured.
  pthread_attr_t attributes;
  pthread_t thread;
  pthread_attr_init(&attributes);
  errno = pthread_attr_setstack(&attributes, stack, sizeof stack);
  if (errno == 0) errno = pthread_create(&thread, &attributes, run_firmware, NULL);
  if (errno != 0) return fail("cannot start the firmware's thread");
  puts("ready");
  fflush(stdout);
  pthread_join(thread, NULL);
  return 0;
}
