#include <CLI/CLI.hpp>
#include <iostream>
#include <map>
#include <nlohmann/json.hpp>

#include "base/catalog/catalog.h"
#include "base/files.h"
#include "server/compiler/app/commands.h"
#include "server/compiler/app/operators_page.h"
#include "server/compiler/importers/importer.h"
#include "server/compiler/lower/kernel_choice.h"
#include "server/compiler/ops/op_def.h"

namespace edgerack::compiler {
namespace {

using Json = nlohmann::ordered_json;

// Kernels per operator that the board's core executes; all of them without a board.
absl::StatusOr<std::map<std::string, Json>> Kernels(const std::string& board) {
  int limit = ER_ISA_MVE;
  if (!board.empty()) {
    ER_ASSIGN_OR_RETURN(std::filesystem::path share, ShareDir());
    ER_ASSIGN_OR_RETURN(Catalog catalog, Catalog::Load(share));
    ER_ASSIGN_OR_RETURN(BoardKind kind, catalog.FindBoardKind(board));
    ER_ASSIGN_OR_RETURN(Chip chip, catalog.FindChip(kind.chip));
    ER_ASSIGN_OR_RETURN(er_isa_t isa, ParseIsa(chip.isa));
    limit = isa;
  }
  std::map<std::string, Json> kernels;
  uint32_t count = 0;
  const er_kernel_t* table = er_kernel_table(&count);
  for (uint32_t i = 0; i < count; ++i) {
    if (table[i].isa > limit) continue;
    kernels[table[i].op].push_back(
        {{"name", table[i].name}, {"dtype", table[i].dtype}, {"isa", IsaName(table[i].isa)}});
  }
  return kernels;
}

absl::StatusOr<Json> Listing(const std::string& board) {
  ER_ASSIGN_OR_RETURN(auto kernels, Kernels(board));
  Json ops = Json::array();
  for (const OpDef* op : AllOps()) {
    Json sources = Json::object();
    for (const Importer& importer : AllImporters()) {
      for (const auto& [source, target] : importer.operators()) {
        if (target == op->name) sources[importer.format].push_back(source);
      }
    }
    Json own = Json::array();
    std::vector<const char*> folders = op->kernels;
    if (folders.empty()) folders = {op->name};
    for (const char* folder : folders) {
      if (kernels.count(folder) == 0) continue;
      own.insert(own.end(), kernels[folder].begin(), kernels[folder].end());
    }
    ops.push_back({{"op", op->name},
                   {"summary", op->summary},
                   {"types", op->types},
                   {"limits", op->limits},
                   {"from", sources},
                   {"kernels", own}});
  }
  Json folded = Json::object();
  for (const Importer& importer : AllImporters()) {
    for (const auto& [source, target] : importer.operators()) {
      if (target.empty()) folded[importer.format].push_back(source);
    }
  }
  Json refused = Json::object();
  for (const Importer& importer : AllImporters()) {
    for (const auto& [source, instead] : importer.not_taken()) {
      refused[importer.format].push_back({{"operator", source}, {"instead", instead}});
    }
  }
  Json listing = {
      {"operators", ops}, {"computed_while_reading", folded}, {"not_supported", refused}};
  if (!board.empty()) listing["board"] = board;
  return listing;
}

void Print(const Json& listing) {
  for (const Json& op : listing["operators"]) {
    std::cout << op["op"].get<std::string>() << ": " << op["summary"].get<std::string>() << "\n";
    auto line = [](const char* title, const Json& items, const char* key) {
      std::string text;
      for (const Json& item : items) {
        const Json& value = key == nullptr ? item : item[key];
        text += (text.empty() ? "" : ", ") + value.get<std::string>();
      }
      if (!text.empty()) std::cout << "  " << title << ": " << text << "\n";
    };
    line("types", op["types"], nullptr);
    line("limits", op["limits"], nullptr);
    for (const auto& [format, sources] : op["from"].items()) line(format.c_str(), sources, nullptr);
    line("kernels", op["kernels"], "name");
  }
  for (const auto& [format, sources] : listing["computed_while_reading"].items()) {
    std::cout << "computed while a file is read, " << format << ":";
    for (const Json& source : sources) std::cout << " " << source.get<std::string>();
    std::cout << "\n";
  }
  for (const auto& [format, sources] : listing["not_supported"].items()) {
    std::cout << "not supported, " << format << ":";
    for (const Json& source : sources) std::cout << " " << source["operator"].get<std::string>();
    std::cout << "\n";
  }
}

}  // namespace

int OpsCommand(int argc, char** argv) {
  std::string board;
  bool json = false;
  bool markdown = false;
  CLI::App app{"Lists the supported operators with their types and limits, and those that are not.",
               "edgerack-compile ops"};
  app.add_option("--board", board, "only kernels that this kind of board executes");
  app.add_flag("--json", json, "print one JSON document");
  app.add_flag("--markdown", markdown, "print docs/operators.md");
  try {
    app.parse(argc, argv);
  } catch (const CLI::ParseError& error) {
    return app.exit(error) == 0 ? kExitDone : kExitUsage;
  }
  absl::StatusOr<Json> listing = Listing(board);
  if (!listing.ok()) return ReportFailure(listing.status());
  if (json) {
    std::cout << listing->dump(2) << "\n";
  } else if (markdown) {
    std::cout << OperatorsPage(*listing);
  } else {
    Print(*listing);
  }
  return kExitDone;
}

}  // namespace edgerack::compiler
