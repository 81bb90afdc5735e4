#include "server/compiler/emit_c/engine_sources.h"

#include <vector>

#include "base/files.h"
#include "firmware/kernels/common/packing.h"
#include "firmware/kernels/registry.h"
#include "server/compiler/ir/refusal.h"

namespace edgerack::compiler {
namespace {

namespace fs = std::filesystem;

using Sources = std::map<std::string, std::string>;

constexpr const char* kAlways[] = {"firmware/package", "firmware/common", "firmware/rt",
                                   "firmware/kernels", "firmware/kernels/common"};
constexpr const char* kTable = "firmware/kernels/kernels.inc";
constexpr const char* kLimits = "firmware/rt/limits.h";

bool IsSource(const fs::path& path) {
  return path.extension() == ".c" || path.extension() == ".h" || path.extension() == ".inc";
}

absl::Status AddFolder(const fs::path& engine, const std::string& folder, Sources& sources) {
  std::error_code error;
  for (const auto& entry : fs::directory_iterator(engine / folder, error)) {
    if (!entry.is_regular_file() || !IsSource(entry.path())) continue;
    ER_ASSIGN_OR_RETURN(std::string text, ReadFile(entry.path()));
    sources[folder + "/" + entry.path().filename().string()] = std::move(text);
  }
  if (!error) return absl::OkStatus();
  return MakeError(absl::StatusCode::kNotFound, ErrorClass::kInfrastructure, "ENGINE_MISSING",
                   "the engine's sources are not at " + (engine / folder).string() + ": " +
                       error.message() + "; install them with the compiler, or set EDGERACK_SHARE");
}

// Every folder below firmware/kernels with one of these functions in a .c file.
absl::StatusOr<std::set<std::string>> FoldersDefining(const fs::path& engine,
                                                      const std::set<std::string>& functions) {
  std::set<std::string> folders;
  std::error_code error;
  for (const auto& entry : fs::recursive_directory_iterator(engine / "firmware/kernels", error)) {
    if (!entry.is_regular_file() || entry.path().extension() != ".c") continue;
    ER_ASSIGN_OR_RETURN(std::string text, ReadFile(entry.path()));
    for (const std::string& function : functions) {
      if (text.find(" " + function + "(") == std::string::npos) continue;
      folders.insert("firmware/kernels/" + entry.path().parent_path().filename().string());
      break;
    }
  }
  return folders;
}

// The folders below firmware/kernels whose headers this text includes.
std::set<std::string> IncludedFolders(const std::string& text) {
  static const std::string kStart = "#include \"firmware/kernels/";
  std::set<std::string> folders;
  for (size_t at = text.find(kStart); at != std::string::npos; at = text.find(kStart, at + 1)) {
    const size_t name = at + kStart.size();
    const size_t end = text.find_first_of("/\"", name);
    if (end == std::string::npos || text[end] != '/') continue;
    folders.insert("firmware/kernels/" + text.substr(name, end - name));
  }
  return folders;
}

// Adds the folders and whatever their files include.
absl::Status AddWithIncludes(const fs::path& engine, std::set<std::string> wanted,
                             Sources& sources) {
  std::set<std::string> done;
  while (!wanted.empty()) {
    const std::string folder = *wanted.begin();
    wanted.erase(wanted.begin());
    if (!done.insert(folder).second) continue;
    ER_RETURN_IF_ERROR(AddFolder(engine, folder, sources));
    for (const auto& [path, text] : sources) {
      if (path.rfind(folder + "/", 0) != 0) continue;
      for (const std::string& included : IncludedFolders(text)) wanted.insert(included);
    }
  }
  return absl::OkStatus();
}

std::string KernelLines(const er_kernel_t& kernel) {
  char id[16];
  std::snprintf(id, sizeof id, "0x%03X", kernel.id);
  std::string lines = std::string("ER_KERNEL(") + id + ", " + kernel.op + ", " + kernel.dtype +
                      ", " + IsaMacro(kernel.isa) + ", er_" + kernel.name + ")\n";
  for (uint32_t i = 0; i < ER_KERNEL_MAX_OPERANDS; ++i) {
    const uint8_t packing = er_kernel_packing(&kernel, i);
    if (packing == ER_PACKING_CANONICAL) continue;
    lines += std::string("ER_KERNEL_PACKS(") + id + ", " + std::to_string(i) + ", " +
             std::to_string(packing) + ")  // " + er_packing_name(packing) + "\n";
  }
  return lines;
}

}  // namespace

const char* IsaMacro(int isa) {
  constexpr const char* kIsas[] = {"ER_ISA_SCALAR", "ER_ISA_ARMV7EM", "ER_ISA_MVE"};
  return kIsas[isa];
}

absl::StatusOr<Sources> EngineSources(const fs::path& engine, const std::set<uint16_t>& kernels,
                                      size_t max_ops) {
  Sources sources;
  std::string table = "// The kernels of this model; the others of the engine are left out.\n";
  std::set<std::string> functions;
  for (uint16_t id : kernels) {
    const er_kernel_t* kernel = er_kernel_find(id);
    if (kernel == nullptr) return CompilerBug("the package uses kernel " + std::to_string(id));
    table += KernelLines(*kernel);
    functions.insert(std::string("er_") + kernel->name);
  }
  ER_ASSIGN_OR_RETURN(std::set<std::string> folders, FoldersDefining(engine, functions));
  folders.insert(std::begin(kAlways), std::end(kAlways));
  ER_RETURN_IF_ERROR(AddWithIncludes(engine, folders, sources));
  sources[kTable] = table;
  sources[kLimits] =
      "// The executor's table is as long as this model needs it.\n"
      "#ifndef FIRMWARE_RT_LIMITS_H_\n#define FIRMWARE_RT_LIMITS_H_\n\n#define ER_RT_MAX_OPS " +
      std::to_string(max_ops) + "u\n\n#endif  // FIRMWARE_RT_LIMITS_H_\n";
  return sources;
}

}  // namespace edgerack::compiler
