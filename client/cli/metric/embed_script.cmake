# Writes a Python file as a C++ constant: cmake -DOUTPUT=… -DFILE=… -P embed_script.cmake
file(READ ${FILE} python)
file(WRITE ${OUTPUT} "// Generated from client/cli/metric/evaluate.py.\n#pragma once\n"
  "namespace edgerack::cli {\ninline constexpr char kEvaluateScript[] = R\"py(${python})py\";\n}\n")
