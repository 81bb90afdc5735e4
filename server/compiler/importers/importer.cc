#include "server/compiler/importers/importer.h"

#include "server/compiler/importers/recognize.h"
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
  const Recognized file = Recognize(bytes);
  return Refuse("UNKNOWN_MODEL_FORMAT",
                "the file is " + file.what + " (" + std::to_string(bytes.size()) +
                    " bytes), none of the model formats that can be read: " + known + "; " +
                    file.next);
}

}  // namespace edgerack::compiler
