// The graph's own text form as a model format: for trying single operators and for tests.
#include "server/compiler/importers/importer.h"
#include "server/compiler/ir/text.h"
#include "server/compiler/ops/op_def.h"

namespace edgerack::compiler {
namespace {

bool Sniff(const std::string& bytes) {
  const size_t start = bytes.find_first_not_of(" \n\t");
  return start != std::string::npos && bytes.compare(start, 7, "graph \"") == 0;
}

absl::StatusOr<ImportedModel> Import(const std::string& bytes, const InputOptions&) {
  ImportedModel model;
  model.format = "text";
  ER_ASSIGN_OR_RETURN(model.graph, ParseGraph(bytes));
  ER_RETURN_IF_ERROR(VerifyGraph(model.graph));
  return model;
}

// Every graph operator is one of the text form; lists would repeat the listing they stand in.
std::vector<std::pair<std::string, std::string>> Operators() { return {}; }

}  // namespace

Importer TextImporter() {
  return {"text", "Edgerack graph text (ir/text.h)", Sniff, Import, Operators, Operators};
}

}  // namespace edgerack::compiler
