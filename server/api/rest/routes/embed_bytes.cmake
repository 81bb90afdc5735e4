# Writes a file's bytes as a C++ array: cmake -DOUTPUT=… -DFILE=… -P embed_bytes.cmake
file(READ ${FILE} hex HEX)
string(REGEX REPLACE "(..)" "0x\\1," bytes "${hex}")
string(REGEX REPLACE "((0x..,){32})" "\\1\n" bytes "${bytes}")
file(WRITE ${OUTPUT} "// Generated from the protos of the public API.\n#pragma once\nnamespace edgerack::rest {\n"
  "inline constexpr unsigned char kApiDescriptors[] = {\n${bytes}};\n}\n")
