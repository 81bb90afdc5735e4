# How images of the STM32N6 family are compiled and linked; included by firmware/cross.
set(FAMILY_COMPILER arm-none-eabi-gcc)
set(FAMILY_PREFIX arm-none-eabi-)
set(FAMILY_FLAGS -mcpu=cortex-m55 -mthumb -mfloat-abi=hard)
set(FAMILY_SOURCES board.c clock.c clock_plan.c power.c rif.c
  ../cortex_m/cache.c ../cortex_m/core.c ../cortex_m/fault.c ../cortex_m/image.c
  ../cortex_m55/core.c ../cortex_m55/startup.c ../stm32/uart.c)
set(FAMILY_LINKER_SCRIPT image.ld.in)
