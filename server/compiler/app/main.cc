// edgerack-compile: from a model file to a package for a board, without any server.
#include <exception>
#include <iostream>
#include <string>

#include "base/logging.h"
#include "server/compiler/app/commands.h"
#include "server/compiler/doctor/doctor_command.h"

namespace {

int Dispatch(int argc, char** argv) {
  using namespace edgerack::compiler;
  const std::string first = argc > 1 ? argv[1] : "";
  if (first == "run") return RunCommand(argc - 1, argv + 1);
  if (first == "ops") return OpsCommand(argc - 1, argv + 1);
  if (first == "findings") return FindingsCommand(argc - 1, argv + 1);
  if (first == "prepare") return PrepareCommand(argc - 1, argv + 1);
  if (first == "doctor") return DoctorCommand(argc - 1, argv + 1);
  if (first == "show") return ShowCommand(argc - 1, argv + 1);
  if (first == "trace") return TraceCommand(argc - 1, argv + 1);
  if (first == "validate") return ValidateCommand(argc - 1, argv + 1);
  return CompileCommand(argc, argv);
}

}  // namespace

int main(int argc, char** argv) {
  edgerack::InitLogging("edgerack-compile", "warning");
  try {
    return Dispatch(argc, argv);
  } catch (const std::bad_alloc&) {
    std::cerr << "edgerack-compile: out of memory; the model or dataset is too large for this "
                 "machine or for the limit set on this process [USER COMPILE_OUT_OF_MEMORY]\n";
  } catch (const std::exception& error) {
    std::cerr << "edgerack-compile: unexpected fault, please report it: " << error.what()
              << " [BUG COMPILER_BUG]\n";
  }
  return edgerack::compiler::kExitFailed;
}
