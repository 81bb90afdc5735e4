# How images of the MPS3 family are compiled and linked; included by firmware/cross.
set(FAMILY_COMPILER arm-none-eabi-gcc)
set(FAMILY_PREFIX arm-none-eabi-)
set(FAMILY_FLAGS -mcpu=cortex-m55 -mthumb -mfloat-abi=hard)
set(FAMILY_SOURCES board.c counter.c uart.c watchdog.c
  ../cortex_m/core.c ../cortex_m/fault.c ../cortex_m/image.c ../cortex_m55/core.c ../cortex_m55/startup.c)
set(FAMILY_LINKER_SCRIPT image.ld.in)
