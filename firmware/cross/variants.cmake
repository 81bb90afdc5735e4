# Other builds of an image, for runs that ask for them (options `build`, `fpu` and `code`): what a compiler
# flag or a memory costs is measured, not believed. They stand in the image's folder under variants/.
#
# A variant of other flags is called by them, "O0" or "O3-nofpu". They are larger than the image itself, so their chip may divide its
# flash otherwise: [variant_layout] in the chip's file overrides [layout].
#
# FAMILY_VARIANTS in family.cmake lists those of a family. Called in the loop over the images.
macro(add_image_variants)
  foreach(variant IN LISTS FAMILY_VARIANTS)
    if(NOT variant MATCHES "^(O[023s])(-nofpu)?$")
      message(FATAL_ERROR "${family}/family.cmake: variant ${variant} is not called by its flags")
    endif()
    set(without_fpu ${CMAKE_MATCH_2})
    set(variant_image_flags ${image_flags})
    list(TRANSFORM variant_image_flags REPLACE "^-O3$" "-${CMAKE_MATCH_1}")
    # Kernels with inline assembly need the register that -O0 keeps as frame pointer.
    list(APPEND variant_image_flags -fomit-frame-pointer)
    set(variant_family_flags ${FAMILY_FLAGS})
    if(without_fpu)
      list(FILTER variant_family_flags EXCLUDE REGEX "^-mfpu=")
      list(TRANSFORM variant_family_flags REPLACE "^-mfloat-abi=.*" "-mfloat-abi=soft")
    endif()
    # Every file by the same flags, as somebody's debug build has them.
    set(one_optimization ON)
    if(NOT TARGET firmware_${family}_${variant}_objects)
      cross_compile(${family}_${variant}_objects ${CMAKE_CURRENT_BINARY_DIR}/${family}-${variant}
        ${compiler} "${variant_family_flags};${variant_image_flags}" "${shared_sources}" "")
      add_custom_target(firmware_${family}_${variant}_objects DEPENDS ${${family}_${variant}_objects})
    endif()
    set(variant_work ${work}/${variant})
    board_config(${variant_work} --variant)
    cross_compile(variant_board_objects ${variant_work} ${compiler}
      "${variant_family_flags};${variant_image_flags};-I${variant_work}" "${board_sources}"
      "${variant_work}/board_config.h")
    set(script ${variant_work}/image.ld)
    set(image_family_flags ${FAMILY_FLAGS})
    set(FAMILY_FLAGS ${variant_family_flags})
    link_image(${out}/variants/${variant} ${variant_work}/firmware.map
      "${variant_board_objects};${${family}_${variant}_objects}"
      "${script};firmware_${family}_${variant}_objects")
    set(FAMILY_FLAGS ${image_family_flags})
    set(script ${work}/image.ld)
    add_custom_target(firmware_image_${image}_${variant} ALL
      DEPENDS ${out}/variants/${variant}/firmware.elf)
    list(APPEND images firmware_image_${image}_${variant})
    unset(one_optimization)
  endforeach()
endmacro()

# The image linked with its code elsewhere, called "O3-<REGION>"; the linker script knows what that means.
# FAMILY_CODE_VARIANTS in family.cmake lists the regions, as [layout] code_regions of the chips does.
macro(add_code_variants)
  foreach(region IN LISTS FAMILY_CODE_VARIANTS)
    set(script ${work}/${region}/image.ld)
    file(MAKE_DIRECTORY ${work}/${region})
    image_script(${script} ${work}/board_config.h -DER_IMAGE_CODE_IN_${region})
    link_image(${out}/variants/O3-${region} ${work}/${region}/firmware.map
      "${board_objects};${${family}_objects}" "${script};firmware_${family}_objects")
    add_custom_target(firmware_image_${image}_${region} ALL DEPENDS ${out}/variants/O3-${region}/firmware.elf)
    list(APPEND images firmware_image_${image}_${region})
  endforeach()
  set(script ${work}/image.ld)
endmacro()
