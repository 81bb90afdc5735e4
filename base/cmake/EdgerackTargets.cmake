# Four functions, so that a target reads as its sources and its dependencies and nothing else.
#
#   edgerack_library(NAME server_store SRCS a.cc DEPS base SQLite::SQLite3)
#   edgerack_binary(NAME edgerack-server SRCS main.cc DEPS server_api)
#   edgerack_test(NAME server_store_test SRCS a_test.cc DEPS server_store [LABELS long] [TIMEOUT s])
#   edgerack_fuzz(NAME fuzz_wire SRCS fuzz_wire.cc DEPS firmware_wire)
#
# Includes are always written from the repository's root: #include "server/store/job_store.h".

function(_edgerack_common target)
  target_include_directories(${target} PUBLIC ${CMAKE_SOURCE_DIR})
  target_link_libraries(${target} PRIVATE edgerack_warnings)
endfunction()

function(edgerack_library)
  cmake_parse_arguments(A "" "NAME" "SRCS;DEPS" ${ARGN})
  if(A_SRCS)
    add_library(${A_NAME} STATIC ${A_SRCS})
    _edgerack_common(${A_NAME})
    target_link_libraries(${A_NAME} PUBLIC ${A_DEPS})
  else()
    add_library(${A_NAME} INTERFACE)
    target_include_directories(${A_NAME} INTERFACE ${CMAKE_SOURCE_DIR})
    target_link_libraries(${A_NAME} INTERFACE ${A_DEPS})
  endif()
endfunction()

function(edgerack_binary)
  cmake_parse_arguments(A "" "NAME" "SRCS;DEPS" ${ARGN})
  add_executable(${A_NAME} ${A_SRCS})
  _edgerack_common(${A_NAME})
  target_link_libraries(${A_NAME} PRIVATE ${A_DEPS})
endfunction()

# One GoogleTest program; it runs in the source root so that tests find their test data by a fixed path.
function(edgerack_test)
  cmake_parse_arguments(A "" "NAME;TIMEOUT" "SRCS;DEPS;LABELS;ENVIRONMENT" ${ARGN})
  add_executable(${A_NAME} ${A_SRCS})
  _edgerack_common(${A_NAME})
  target_link_libraries(${A_NAME} PRIVATE ${A_DEPS} GTest::gmock GTest::gtest_main)
  set_target_properties(${A_NAME} PROPERTIES RUNTIME_OUTPUT_DIRECTORY ${EDGERACK_TEST_DIR})
  add_test(NAME ${A_NAME} COMMAND ${A_NAME} WORKING_DIRECTORY ${CMAKE_SOURCE_DIR})
  if(NOT A_TIMEOUT)
    set(A_TIMEOUT 120)
  endif()
  set_tests_properties(${A_NAME} PROPERTIES TIMEOUT ${A_TIMEOUT} LABELS "unit;${A_LABELS}"
    ENVIRONMENT "EDGERACK_BIN=${CMAKE_RUNTIME_OUTPUT_DIRECTORY};EDGERACK_SHARE=${EDGERACK_SHARE_DIR};${A_ENVIRONMENT}")
endfunction()

# One libFuzzer program (LLVMFuzzerTestOneInput); `./dev fuzz` builds and runs them with clang.
function(edgerack_fuzz)
  cmake_parse_arguments(A "" "NAME" "SRCS;DEPS" ${ARGN})
  if(NOT EDGERACK_FUZZ)
    return()
  endif()
  add_executable(${A_NAME} ${A_SRCS})
  _edgerack_common(${A_NAME})
  target_link_libraries(${A_NAME} PRIVATE ${A_DEPS})
  target_link_options(${A_NAME} PRIVATE -fsanitize=fuzzer)
  set_target_properties(${A_NAME} PROPERTIES RUNTIME_OUTPUT_DIRECTORY ${CMAKE_BINARY_DIR}/fuzz)
endfunction()
