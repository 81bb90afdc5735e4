# How images of the STM32H7 family are compiled and linked; included by firmware/cross.
set(FAMILY_COMPILER arm-none-eabi-gcc)
set(FAMILY_PREFIX arm-none-eabi-)
set(FAMILY_FLAGS -mcpu=cortex-m7 -mthumb -mfpu=fpv5-d16 -mfloat-abi=hard)
set(FAMILY_SOURCES chip.c clock.c flash.c second_core.c ../armv7m/startup.c
  ../cortex_m/cache.c ../cortex_m/core.c ../cortex_m/fault.c ../cortex_m/image.c
  ../stm32/board.c ../stm32/uart.c ../stm32/vectors.c ../stm32/watchdog.c)
set(FAMILY_VARIANTS O2 Os O0 O3-nofpu O0-nofpu)
set(FAMILY_CODE_VARIANTS ITCM)
set(FAMILY_LINKER_SCRIPT ../armv7m/image.ld.in)
