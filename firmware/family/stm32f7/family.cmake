# How images of the STM32F7 family are compiled and linked; included by firmware/cross.
set(FAMILY_COMPILER arm-none-eabi-gcc)
set(FAMILY_PREFIX arm-none-eabi-)
set(FAMILY_FLAGS -mcpu=cortex-m7 -mthumb -mfpu=fpv5-sp-d16 -mfloat-abi=hard)
set(FAMILY_SOURCES board.c cache.c clock.c flash.c startup.c uart.c watchdog.c)
set(FAMILY_LINKER_SCRIPT image.ld.in)
