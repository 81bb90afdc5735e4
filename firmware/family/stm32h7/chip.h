// Facts of the chip at hand that its clock depends on.
#ifndef FIRMWARE_FAMILY_STM32H7_CHIP_H_
#define FIRMWARE_FAMILY_STM32H7_CHIP_H_

// 1 for revisions Z and Y, which know no voltage scale 0 and end at 400 MHz.
int er_chip_is_early_revision(void);

// 1 when the chip took the supply that the board's file names. It takes one per power-on: an image
// of another board may have come first.
int er_chip_has_its_supply(void);

#endif  // FIRMWARE_FAMILY_STM32H7_CHIP_H_
