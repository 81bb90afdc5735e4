#include "server/compiler/emit_c/model_sources.h"

#include <algorithm>
#include <cctype>
#include <cstdio>

#include "server/compiler/emit_c/engine_sources.h"

namespace edgerack::compiler {
namespace {

const char* CType(DType dtype) {
  switch (dtype) {
    case DType::kF32:
      return "float";
    case DType::kS8:
      return "int8_t";
    case DType::kU8:
    case DType::kBool:
      return "uint8_t";
    case DType::kS16:
      return "int16_t";
    case DType::kS32:
      return "int32_t";
    case DType::kS1:
    case DType::kU1:
      return "uint32_t";
    case DType::kS64:
      return "int64_t";
  }
  return "uint8_t";
}

// A float literal that reads back as the same float.
std::string FloatText(float value) {
  char text[32];
  std::snprintf(text, sizeof text, "%.9gf", static_cast<double>(value));
  std::string literal = text;
  if (literal.find_first_of(".e") == std::string::npos) literal.insert(literal.size() - 1, ".0");
  return literal;
}

// Names come from a model file: nothing in them may end a comment.
std::string CommentText(const std::string& name) {
  std::string text;
  for (char c : name.substr(0, 60)) {
    text += std::isprint(static_cast<unsigned char>(c)) && c != '\\' && c != '/' ? c : '.';
  }
  return text;
}

void ReplaceAll(std::string& text, const std::string& from, const std::string& to) {
  for (size_t at = text.find(from); at != std::string::npos; at = text.find(from, at + to.size())) {
    text.replace(at, from.size(), to);
  }
}

constexpr char kHeaderStart[] =
    R"(// @name@ as a C11 library. Made by edgerack-compile; compile it again rather than edit it.
//
//   static uint8_t arena[@NAME@_ARENA_BYTES] __attribute__((aligned(16)));
//   if (@name@_load(arena) == 0) {
//     ... write @name@_input_0() ...   // before every run: inputs share memory with activations
//     @name@_run();
//     ... read @name@_output_0() ...
//   }
//
// One caller at a time. No heap; the stack needs about 1 KiB.
#ifndef @NAME@_H_
#define @NAME@_H_

#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

)";

constexpr char kHeaderEnd[] = R"(
// Checks the model's bytes and clears the arena, which must be @NAME@_ARENA_BYTES long, aligned to 16
// and left alone as long as the model is used. 0, or one of er_rt_code_t (firmware/rt/model.h); then
// @name@_error() says why.
int @name@_load(void* arena);
const char* @name@_error(void);

// One inference. Only after a @name@_load that returned 0. What the model keeps from run to run starts
// from zero here, or after @name@_load where it was compiled with state=carry.
void @name@_run(void);

)";

constexpr char kImplementation[] =
    "#include \"@name@.h\"\n\n#include \"firmware/kernels/registry.h\"\n"
    "#include \"firmware/rt/model.h\"\n"
    R"(
extern const uint8_t @name@_package[];

static er_model_t model;
static er_rt_status_t status;

int @name@_load(void* arena) {
  const er_model_place_t place = {@name@_package, @NAME@_PACKAGE_BYTES, (uint8_t*)arena,
                                  @NAME@_ARENA_BYTES, @ISA@, er_kernel_find, 0};
  status = er_model_load(&place, &model);
  return (int)status.code;
}

const char* @name@_error(void) { return status.text; }

void @name@_run(void) {
  er_model_begin_run(&model);
  er_model_run(&model, ER_RT_ALL_LAYERS);
}

static void* tensor(uint32_t index) { return model.arena + model.tensors[index].offset; }

)";

constexpr char kExample[] =
    R"(// Runs @name@ on this machine: one sample after another from standard input, outputs to standard output.
#include "@name@.h"

#include <stdio.h>

static uint8_t arena[@NAME@_ARENA_BYTES] __attribute__((aligned(16)));

int main(void) {
  if (@name@_load(arena) != 0) {
    fprintf(stderr, "@name@: %s\n", @name@_error());
    return 1;
  }
  for (;;) {
@READ@
    @name@_run();
@WRITE@
  }
}
)";

constexpr char kBuildFile[] = R"(# The library @name@, and a program of this machine that uses it.
cmake_minimum_required(VERSION 3.16)
project(@name@ C)
set(CMAKE_C_STANDARD 11)
if(NOT CMAKE_BUILD_TYPE)
  set(CMAKE_BUILD_TYPE Release)
endif()
file(GLOB_RECURSE engine ${CMAKE_CURRENT_SOURCE_DIR}/firmware/*.c)
add_library(@name@ STATIC @name@.c @name@_package.c ${engine})
target_include_directories(@name@ PUBLIC ${CMAKE_CURRENT_SOURCE_DIR})
# One arithmetic everywhere: no fused multiply-add, no reordering of floats.
target_compile_options(@name@ PRIVATE -O3 -ffp-contract=off -fno-fast-math -ffunction-sections
                       -fdata-sections)
target_link_libraries(@name@ PUBLIC m)
if(NOT CMAKE_CROSSCOMPILING)
  add_executable(@name@_example @name@_example.c)
  target_link_libraries(@name@_example PRIVATE @name@)
endif()
)";

constexpr char kReadme[] = R"(# @name@
C11 sources of a compiled model and of the engine that runs it, for your own firmware.

| file | what |
|---|---|
| `@name@.h` | the interface: load, inputs, run, outputs, sizes |
| `@name@.c`, `@name@_package.c` | its implementation; the model's bytes (constant, stays in flash) |
| `firmware/` | loader, executor and the kernels this model uses |
| `@name@_example.c`, `CMakeLists.txt` | a program of this machine that uses it |

## Into a firmware
Add all `.c` files but the example to your build, this folder to the include path, and compile with
`-std=c11 -O3 -ffp-contract=off -ffunction-sections -fdata-sections`, linked with `-Wl,--gc-sections -lm`.
`-ffp-contract=off` keeps the numbers equal to those of the host and of the farm's boards. The model's bytes must
be aligned to 16; they are declared so. Kernels for instruction sets your core lacks are C there.

Put the arena (@ARENA@ bytes) where memory is fast. The constants take @CONSTANTS@ bytes of flash, the whole package
@PACKAGE@.

## On this machine
    cmake -B build && cmake --build build
    build/@name@_example < inputs.bin > outputs.bin

Another model in the same firmware brings its own `firmware/`: build each as a library of its own and hide
the engine's symbols (`ld -r`, then `objcopy --keep-global-symbol='…'`).
)";

}  // namespace

ModelSources::ModelSources(const std::string& name, const PackageInfo& package)
    : name_(name), upper_(name), package_(package) {
  std::transform(upper_.begin(), upper_.end(), upper_.begin(),
                 [](unsigned char c) { return static_cast<char>(std::toupper(c)); });
}

std::string ModelSources::Named(std::string text) const {
  ReplaceAll(text, "@name@", name_);
  ReplaceAll(text, "@NAME@", upper_);
  ReplaceAll(text, "@ISA@", IsaMacro(package_.isa));
  ReplaceAll(text, "@ARENA@", std::to_string(package_.arena_bytes));
  ReplaceAll(text, "@CONSTANTS@", std::to_string(package_.constants_bytes));
  ReplaceAll(text, "@PACKAGE@", std::to_string(package_.total_bytes));
  return text;
}

std::string ModelSources::Macros(const char* kind, size_t number, int index) const {
  const PackageTensor& t = package_.tensors[static_cast<size_t>(index)];
  const std::string prefix = "#define " + upper_ + "_" + kind + "_" + std::to_string(number) + "_";
  std::string shape;
  for (int32_t dim : t.shape) shape += (shape.empty() ? "" : " x ") + std::to_string(dim);
  std::string text = "\n// '" + CommentText(t.name) + "': " + DTypeName(t.dtype) + " " +
                     (shape.empty() ? "scalar" : shape) + ", row-major\n";
  text += prefix + "ELEMENTS " + std::to_string(t.bytes / DTypeBytes(t.dtype)) + "u\n";
  if (t.scale == 0) return text;
  text += "// real value = SCALE * (element - ZERO_POINT)\n";
  text += prefix + "SCALE " + FloatText(t.scale) + "\n";
  return text + prefix + "ZERO_POINT (" + std::to_string(t.zero_point) + ")\n";
}

std::string ModelSources::Accessors(bool definitions) const {
  std::string text;
  auto add = [&](const std::vector<int>& tensors, const char* kind, const char* qualifier) {
    for (size_t i = 0; i < tensors.size(); ++i) {
      const PackageTensor& t = package_.tensors[static_cast<size_t>(tensors[i])];
      const std::string type = std::string(qualifier) + CType(t.dtype) + "*";
      text += type + " " + name_ + "_" + kind + "_" + std::to_string(i) + "(void)";
      text += definitions
                  ? " { return (" + type + ")tensor(" + std::to_string(tensors[i]) + "); }\n"
                  : ";\n";
    }
  };
  add(package_.inputs, "input", "");
  add(package_.outputs, "output", "const ");
  return text;
}

std::string ModelSources::Header() const {
  std::string text = kHeaderStart;
  text += "#define @NAME@_ARENA_BYTES " + std::to_string(package_.arena_bytes) + "u\n";
  text += "#define @NAME@_PACKAGE_BYTES " + std::to_string(package_.total_bytes) + "u\n";
  for (size_t i = 0; i < package_.inputs.size(); ++i)
    text += Macros("INPUT", i, package_.inputs[i]);
  for (size_t i = 0; i < package_.outputs.size(); ++i) {
    text += Macros("OUTPUT", i, package_.outputs[i]);
  }
  text += kHeaderEnd;
  text += Accessors(false);
  text += "\n#ifdef __cplusplus\n}\n#endif\n#endif  // @NAME@_H_\n";
  return Named(text);
}

std::string ModelSources::Implementation() const {
  return Named(kImplementation + Accessors(true));
}

std::string ModelSources::PackageBytes(const std::string& bytes) const {
  std::string text =
      "#include <stdint.h>\n\nextern const uint8_t @name@_package[];\n"
      "const uint8_t @name@_package[] __attribute__((aligned(16))) = {";
  text = Named(text);
  text.reserve(text.size() + bytes.size() * 4);
  char number[8];
  for (size_t i = 0; i < bytes.size(); ++i) {
    std::snprintf(number, sizeof number, "%s%u,", i % 24 == 0 ? "\n" : "",
                  static_cast<unsigned>(static_cast<unsigned char>(bytes[i])));
    text += number;
  }
  return text + "\n};\n";
}

std::string ModelSources::Example() const {
  std::string read;
  for (size_t i = 0; i < package_.inputs.size(); ++i) {
    const std::string n = std::to_string(i);
    read += (i == 0 ? "" : "\n") +
            ("    if (fread(@name@_input_" + n + "(), sizeof *@name@_input_" + n +
             "(), @NAME@_INPUT_" + n + "_ELEMENTS, stdin) !=\n        @NAME@_INPUT_" + n +
             "_ELEMENTS) {\n      return 0;\n    }");
  }
  std::string write;
  for (size_t i = 0; i < package_.outputs.size(); ++i) {
    const std::string n = std::to_string(i);
    write +=
        (i == 0 ? "" : "\n") + ("    fwrite(@name@_output_" + n + "(), sizeof *@name@_output_" + n +
                                "(), @NAME@_OUTPUT_" + n + "_ELEMENTS, stdout);");
  }
  std::string text = kExample;
  ReplaceAll(text, "@READ@", read);
  ReplaceAll(text, "@WRITE@", write);
  return Named(text);
}

std::string ModelSources::BuildFile() const { return Named(kBuildFile); }

std::string ModelSources::Readme() const { return Named(kReadme); }

}  // namespace edgerack::compiler
