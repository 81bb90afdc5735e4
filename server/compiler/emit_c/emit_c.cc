#include "server/compiler/emit_c/emit_c.h"

#include <algorithm>
#include <cctype>
#include <map>

#include "base/files.h"
#include "server/compiler/emit_c/engine_sources.h"
#include "server/compiler/emit_c/model_sources.h"

namespace edgerack::compiler {
namespace {

namespace fs = std::filesystem;

absl::Status Write(const fs::path& folder, const std::string& name, const std::string& text) {
  const fs::path path = folder / name;
  std::error_code error;
  fs::create_directories(path.parent_path(), error);
  if (error) {
    return MakeError(absl::StatusCode::kUnknown, ErrorClass::kInfrastructure, "CANNOT_WRITE_FILE",
                     "cannot make " + path.parent_path().string() + ": " + error.message());
  }
  return WriteFileAtomic(path, text);
}

}  // namespace

std::string CIdentifier(const std::string& file_name) {
  std::string name = fs::path(file_name).stem().string();
  for (char& c : name) {
    if (!std::isalnum(static_cast<unsigned char>(c))) c = '_';
  }
  if (name.empty() || std::isdigit(static_cast<unsigned char>(name[0]))) name = "model_" + name;
  return name;
}

absl::Status EmitC(const EmitCRequest& request, const fs::path& folder) {
  ER_ASSIGN_OR_RETURN(PackageInfo package, ReadPackage(request.package));
  std::set<uint16_t> kernels;
  for (const PackageOp& op : package.ops) kernels.insert(op.kernel);
  ER_ASSIGN_OR_RETURN(auto files, EngineSources(request.engine, kernels, package.ops.size()));
  const ModelSources model(request.name, package);
  files[request.name + ".h"] = model.Header();
  files[request.name + ".c"] = model.Implementation();
  files[request.name + "_package.c"] = model.PackageBytes(request.package);
  files[request.name + "_example.c"] = model.Example();
  files["CMakeLists.txt"] = model.BuildFile();
  files["README.md"] = model.Readme();
  for (const auto& [name, text] : files) ER_RETURN_IF_ERROR(Write(folder, name, text));
  return absl::OkStatus();
}

}  // namespace edgerack::compiler
