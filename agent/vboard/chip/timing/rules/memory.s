        .include "rule.inc"
        .text

@ Data; the code in ITCM, caches on. r1 walks through a memory.
        in_place 0
rule dtcm, "6", 100, "", "ldr r0, [r6]"
rule itcm, "6", 100, "movw r1, #0", "ldr r0, [r1]"
rule flash_line_after_line, "6", 2100, "ldr r1, =0x08010000", "ldr r0, [r1], #32"
rule flash_critical_word, "6", 3800, "ldr r1, =0x08010000", "ldr r0, [r1], #32; alone 20"
rule sram_line_after_line, "6", 1700, "ldr r1, =0x20020000", "ldr r0, [r1], #32"
rule sram_critical_word, "6", 3000, "ldr r1, =0x20020000", "ldr r0, [r1], #32; alone 20"
rule a_line_serves_its_words, "6", 3700, "ldr r1, =0x08010000", "ldr r0, [r1], #4; alone 19; ldr r0, [r1], #28"
rule data_cache_hit, "6", 100, "ldr r1, =0x20020000", "ldr r0, [r1]"
rule four_ways_hold_four, "6", 400, "ldr r1, =0x20020000", "ldr r0, [r1]; ldr r2, [r1, #1024]; ldr r3, [r1, #2048]; ldr r4, [r1, #3072]"
rule a_fifth_line_of_a_set, "6", 8500, "ldr r1, =0x20020000; add r2, r1, #0x1000", "ldr r0, [r1]; ldr r0, [r1, #1024]; ldr r0, [r1, #2048]; ldr r0, [r1, #3072]; ldr r0, [r2]"
rule store_hits, "6", 100, "ldr r1, =0x20020000", "str r0, [r1]"
rule stores_allocate_and_write_back, "6", 2100, "ldr r1, =0x20020000", "str r0, [r1], #32"
rule accelerator_hit, "6", 100, "ldr r1, =0x00210000", "ldr r0, [r1]"
rule accelerator_miss, "6", 800, "ldr r1, =0x00210000", "ldr r0, [r1], #64"

@ Caches off.
        in_place 1
rule flash_row_uncached, "6", 1700, "ldr r1, =0x08010000", "ldr r0, [r1], #32"
rule flash_word_of_the_same_row, "6", 1000, "ldr r1, =0x08010000", "ldr r0, [r1]"
rule sram_word_uncached, "6", 900, "ldr r1, =0x20020000", "ldr r0, [r1]"
rule dtcm_needs_no_cache, "6", 100, "", "ldr r0, [r6]"

@ Code in flash behind the AXI bus, caches on, then off.
        in_place 2
rule cached_code, "6", 100, "", "add.w r0, r1, r2; add.w r3, r4, r5"
        in_place 3
@ A row is four fetches of 17, 10, 10 and 10 cycles, and a pair takes its own cycle.
rule uncached_code, "6", 1275, "", "add.w r0, r1, r2; add.w r3, r4, r5"

@ Code in flash on the ITCM bus with the accelerator, and without.
        in_place 4
rule accelerated_code, "6", 100, "", "add.w r0, r1, r2; add.w r3, r4, r5"
        in_place 5
rule unaccelerated_code, "6", 275, "", "add.w r0, r1, r2; add.w r3, r4, r5"
