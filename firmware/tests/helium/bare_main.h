#ifndef FIRMWARE_TESTS_HELIUM_BARE_MAIN_H_
#define FIRMWARE_TESTS_HELIUM_BARE_MAIN_H_

// The program; its result is the emulator's exit status.
int er_bare_run(void);

// To the emulator's standard error.
void er_bare_print(const char* text);

void er_reset_handler(void);

#endif  // FIRMWARE_TESTS_HELIUM_BARE_MAIN_H_
