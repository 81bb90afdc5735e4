// trace: what each layer of a package gives on this machine, as the board's request STEP tells it.
#include <CLI/CLI.hpp>

#include "base/files.h"
#include "server/compiler/app/commands.h"
#include "server/compiler/app/package_runner.h"

namespace edgerack::compiler {
namespace {

struct Arguments {
  std::string package, inputs, crc32;
  int64_t samples = 1;
};

absl::Status Execute(const Arguments& a) {
  ER_ASSIGN_OR_RETURN(std::string inputs, ReadFile(a.inputs, uint64_t{8} << 30));
  return RunPackageOnHost(a.package, inputs, a.samples, "reference", {}, {.crc32 = a.crc32})
      .status();
}

}  // namespace

int TraceCommand(int argc, char** argv) {
  Arguments a;
  CLI::App app{"Writes the CRC-32 of every layer's outputs, computed by the reference kernels.",
               "edgerack-compile trace"};
  app.add_option("PACKAGE", a.package, "the package (.erp)")->required();
  app.add_option("--inputs", a.inputs, "raw inputs, as `prepare` writes them")->required();
  app.add_option("--samples", a.samples, "how many the inputs hold")->check(CLI::PositiveNumber);
  app.add_option("--crc32", a.crc32, "where the CRCs go, 4 bytes little-endian each")->required();
  try {
    app.parse(argc, argv);
  } catch (const CLI::ParseError& error) {
    return app.exit(error) == 0 ? kExitDone : kExitUsage;
  }
  absl::Status status = Execute(a);
  return status.ok() ? kExitDone : ReportFailure(status);
}

}  // namespace edgerack::compiler
