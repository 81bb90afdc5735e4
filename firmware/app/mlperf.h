// The device's end of MLPerf Tiny's protocol: text commands, answers that end with "m-ready". What
// it follows and where that is written: docs/mlperf.md.
#ifndef FIRMWARE_APP_MLPERF_H_
#define FIRMWARE_APP_MLPERF_H_

#ifdef __cplusplus
extern "C" {
#endif

// What a device says when it has booted. Forgets input bytes.
void er_mlperf_greet(void);

// Executes a command, which comes without its '%' and is cut into words where it stands, and
// answers it through er_board_uart_write.
void er_mlperf_execute(char* command);

// Forgets the input bytes: the arena they lie in may have been given another use.
void er_mlperf_forget(void);

#ifdef __cplusplus
}
#endif
#endif  // FIRMWARE_APP_MLPERF_H_
