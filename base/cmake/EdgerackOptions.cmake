# Language levels, warnings, output folders, sanitizers, ccache.
set(CMAKE_CXX_STANDARD 20)
set(CMAKE_CXX_STANDARD_REQUIRED ON)
set(CMAKE_CXX_EXTENSIONS OFF)
set(CMAKE_C_STANDARD 11)
set(CMAKE_C_STANDARD_REQUIRED ON)
set(CMAKE_C_EXTENSIONS OFF)
set(CMAKE_POSITION_INDEPENDENT_CODE ON)
set(THREADS_PREFER_PTHREAD_FLAG ON)

# build/bin holds the programs, build/share/edgerack the data they look up at ../share/edgerack.
set(CMAKE_RUNTIME_OUTPUT_DIRECTORY ${CMAKE_BINARY_DIR}/bin)
set(EDGERACK_SHARE_DIR ${CMAKE_BINARY_DIR}/share/edgerack)
set(EDGERACK_TEST_DIR ${CMAKE_BINARY_DIR}/tests)

set(EDGERACK_SANITIZE "" CACHE STRING "Comma-separated -fsanitize= list for host code")
if(EDGERACK_SANITIZE)
  add_compile_options(-fsanitize=${EDGERACK_SANITIZE} -fno-omit-frame-pointer -fno-sanitize-recover=undefined)
  add_link_options(-fsanitize=${EDGERACK_SANITIZE})
endif()

option(EDGERACK_FUZZ "Build the fuzz targets; needs clang" OFF)
if(EDGERACK_FUZZ)
  add_compile_options(-fsanitize=fuzzer-no-link)
endif()

# Optimised builds keep line tables only: stack traces stay readable, links stay quick.
set(CMAKE_CXX_FLAGS_RELWITHDEBINFO "-O2 -g1")
set(CMAKE_C_FLAGS_RELWITHDEBINFO "-O2 -g1")

# One warning level for all our code; generated code and third-party headers are exempt.
add_library(edgerack_warnings INTERFACE)
target_compile_options(edgerack_warnings INTERFACE
  -Wall -Wextra -Wshadow -Wvla -Werror=return-type
  $<$<COMPILE_LANGUAGE:C>:-Wstrict-prototypes -Wmissing-prototypes>)

find_program(CCACHE_PROGRAM ccache)
if(CCACHE_PROGRAM)
  set(CMAKE_C_COMPILER_LAUNCHER ${CCACHE_PROGRAM})
  set(CMAKE_CXX_COMPILER_LAUNCHER ${CCACHE_PROGRAM})
endif()

find_program(MOLD_PROGRAM mold)
if(MOLD_PROGRAM)
  add_link_options(-fuse-ld=mold)
endif()
