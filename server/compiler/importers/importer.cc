#include "server/compiler/importers/importer.h"

#include "server/compiler/ir/refusal.h"

namespace edgerack::compiler {

#define ER_IMPORTER(describe) Importer describe();
#include "server/compiler/importers/importers.inc"
#undef ER_IMPORTER

const std::vector<Importer>& AllImporters() {
  static const std::vector<Importer> importers = {
#define ER_IMPORTER(describe) describe(),
#include "server/compiler/importers/importers.inc"
#undef ER_IMPORTER
  };
  return importers;
}

absl::StatusOr<ImportedModel> ImportModel(const std::string& bytes, const InputOptions& options) {
  std::string known;
  for (const Importer& importer : AllImporters()) {
    if (importer.sniff(bytes)) return importer.import(bytes, options);
    known += (known.empty() ? "" : ", ") + std::string(importer.files);
  }
  return Refuse("UNKNOWN_MODEL_FORMAT", "the file is none of the model formats that can be read (" +
                                            known + "); export the model to one of them");
}

}  // namespace edgerack::compiler
