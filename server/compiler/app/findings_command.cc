#include <CLI/CLI.hpp>
#include <iostream>

#include "server/compiler/app/commands.h"

namespace edgerack::compiler {
namespace {

struct KnownFinding {
  const char* code;
  const char* severities;
  const char* meaning;
  const char* remedy;
};

constexpr KnownFinding kFindings[] = {
#define ER_FINDING(code, severities, meaning, remedy) {#code, severities, meaning, remedy},
#include "server/compiler/app/findings.inc"
#undef ER_FINDING
};

void PrintMarkdown() {
  std::cout
      << "# Findings\n\n"
         "Generated: `edgerack-compile findings --markdown > docs/findings/README.md`. What the "
         "compiler's report says about a\nmodel that it took (`findings`, each with code, "
         "severity, "
         "layer, message and remedy). Each code has a page with how it\nis found and an example "
         "that "
         "`tests/docs/test_findings.py` runs.\n\n"
         "| code | severity | means | remedy |\n|---|---|---|---|\n";
  for (const KnownFinding& f : kFindings) {
    std::cout << "| [`" << f.code << "`](" << f.code << ".md) | " << f.severities << " | "
              << f.meaning << " | " << f.remedy << " |\n";
  }
}

}  // namespace

int FindingsCommand(int argc, char** argv) {
  std::string code;
  bool markdown = false;
  CLI::App app{"Lists the findings that a report may have, with meaning and remedy.",
               "edgerack-compile findings"};
  app.add_option("CODE", code, "only this one");
  app.add_flag("--markdown", markdown, "print docs/findings/README.md");
  try {
    app.parse(argc, argv);
  } catch (const CLI::ParseError& error) {
    return app.exit(error) == 0 ? kExitDone : kExitUsage;
  }
  if (markdown) {
    PrintMarkdown();
    return kExitDone;
  }
  bool found = false;
  for (const KnownFinding& f : kFindings) {
    if (!code.empty() && code != f.code) continue;
    found = true;
    std::cout << f.code << " (" << f.severities << "): " << f.meaning << "; " << f.remedy << "\n";
  }
  if (found) return kExitDone;
  std::cerr << "edgerack-compile: there is no finding '" << code
            << "'; `edgerack-compile findings` lists all of them\n";
  return kExitUsage;
}

}  // namespace edgerack::compiler
