// The sources that are a model's own: its interface, its bytes, an example.
#ifndef SERVER_COMPILER_EMIT_C_MODEL_SOURCES_H_
#define SERVER_COMPILER_EMIT_C_MODEL_SOURCES_H_

#include <string>

#include "server/compiler/emit/package_reader.h"

namespace edgerack::compiler {

class ModelSources {
 public:
  // `name` is a C identifier. The package must outlive this.
  ModelSources(const std::string& name, const PackageInfo& package);

  std::string Header() const;
  std::string Implementation() const;
  // `bytes` is the package itself, as a constant array.
  std::string PackageBytes(const std::string& bytes) const;
  // A program of the host: samples from standard input, outputs to standard output.
  std::string Example() const;
  std::string BuildFile() const;
  std::string Readme() const;

 private:
  std::string Macros(const char* kind, size_t number, int tensor) const;
  std::string Accessors(bool definitions) const;
  // `text` with @NAME@ and @name@ replaced by the model's name.
  std::string Named(std::string text) const;

  std::string name_;
  std::string upper_;
  const PackageInfo& package_;
};

}  // namespace edgerack::compiler

#endif  // SERVER_COMPILER_EMIT_C_MODEL_SOURCES_H_
