# How images of the MPS3 family are compiled and linked; included by firmware/cross.
set(FAMILY_COMPILER arm-none-eabi-gcc)
set(FAMILY_PREFIX arm-none-eabi-)
set(FAMILY_FLAGS -mcpu=cortex-m55 -mthumb -mfloat-abi=hard)
set(FAMILY_SOURCES board.c counter.c ../cortex_m55/startup.c ../cortex_m55/core.c uart.c watchdog.c)
set(FAMILY_LINKER_SCRIPT image.ld.in)
