#ifndef FIRMWARE_TESTS_HELIUM_BARE_MAIN_H_
#define FIRMWARE_TESTS_HELIUM_BARE_MAIN_H_

// The program; its result is the emulator's exit status.
int er_bare_run(void);

// A fault was taken: true where the program wants to be started anew.
int er_bare_fault(void);

// To the emulator's standard error.
void er_bare_print(const char* text);

#endif  // FIRMWARE_TESTS_HELIUM_BARE_MAIN_H_
