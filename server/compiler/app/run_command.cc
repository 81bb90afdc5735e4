#include <CLI/CLI.hpp>
#include <iostream>

#include "base/files.h"
#include "server/compiler/app/commands.h"
#include "server/compiler/app/package_runner.h"
#include "server/compiler/app/sample_io.h"
#include "server/compiler/ir/refusal.h"

namespace edgerack::compiler {
namespace {

struct Arguments {
  std::string package, input, output, kernels = "reference";
  bool quantize_io = false;
};

struct Inputs {
  std::string raw;
  int64_t samples = 1;
  bool batched = false;
};

absl::StatusOr<Inputs> ReadInputs(const Arguments& a, const PackageInfo& package) {
  ER_ASSIGN_OR_RETURN(std::string bytes, ReadFile(a.input, kMaxArrayBytes));
  auto archive = ParseNpyOrNpz(bytes);
  if (!archive.ok()) return Annotate(archive.status(), a.input);
  Inputs inputs;
  std::vector<TensorSamples> tensors;
  std::vector<int64_t> sizes;
  for (size_t i = 0; i < package.inputs.size(); ++i) {
    const PackageTensor& tensor = package.tensors[static_cast<size_t>(package.inputs[i])];
    ER_ASSIGN_OR_RETURN(const NpyArray* array, FindInput(*archive, package, i));
    ER_ASSIGN_OR_RETURN(
        TensorSamples samples,
        ConvertArray(*array, tensor.name, tensor,
                     a.quantize_io ? Conversion::kQuantize : Conversion::kExact, false, 0));
    if (!tensors.empty() && samples.samples != tensors[0].samples) {
      return Refuse("BAD_DATASET",
                    "input '" + tensor.name + "' has " + std::to_string(samples.samples) +
                        " samples, the inputs before it " + std::to_string(tensors[0].samples));
    }
    inputs.samples = samples.samples;
    inputs.batched = inputs.batched || samples.batched;
    tensors.push_back(std::move(samples));
    sizes.push_back(tensor.bytes);
  }
  inputs.raw = Interleave(tensors, sizes);
  return inputs;
}

absl::Status WriteOutputs(const Arguments& a, const PackageInfo& package, const Inputs& inputs,
                          const std::string& raw) {
  const int64_t stride = package.OutputBytes();
  if (static_cast<int64_t>(raw.size()) != stride * inputs.samples) {
    return CompilerBug("the run gave " + std::to_string(raw.size()) + " bytes for " +
                       std::to_string(inputs.samples) + " samples of " + std::to_string(stride));
  }
  NpyArchive archive;
  NpyArchive numbered;
  int64_t offset = 0;
  for (size_t i = 0; i < package.outputs.size(); ++i) {
    const PackageTensor& tensor = package.tensors[static_cast<size_t>(package.outputs[i])];
    NpyArray array =
        OutputArray(tensor, raw, offset, stride, inputs.samples, inputs.batched, a.quantize_io);
    offset += tensor.bytes;
    const std::string number = "output_" + std::to_string(i);
    if (tensor.name != number) numbered.emplace_back(number, array);
    archive.emplace_back(tensor.name, std::move(array));
  }
  if (std::filesystem::path(a.output).extension() == ".npy") {
    if (archive.size() != 1) {
      return Refuse("BAD_DATASET", "the model has " + std::to_string(archive.size()) +
                                       " outputs; write them to an .npz");
    }
    return WriteFileAtomic(a.output, WriteNpy(archive[0].second));
  }
  // The model's own names come first; the numbered ones serve scripts that do not know them.
  for (auto& entry : numbered) {
    if (FindArray(archive, entry.first) == nullptr) archive.push_back(std::move(entry));
  }
  ER_ASSIGN_OR_RETURN(std::string bytes, WriteNpz(archive));
  return WriteFileAtomic(a.output, bytes);
}

absl::Status Execute(const Arguments& a) {
  ER_ASSIGN_OR_RETURN(std::string bytes, ReadFile(a.package));
  auto package = ReadPackage(bytes);
  if (!package.ok()) return Annotate(package.status(), a.package);
  ER_ASSIGN_OR_RETURN(Inputs inputs, ReadInputs(a, *package));
  ER_ASSIGN_OR_RETURN(std::string raw,
                      RunPackageOnHost(a.package, inputs.raw, inputs.samples, a.kernels));
  return WriteOutputs(a, *package, inputs, raw);
}

}  // namespace

int RunCommand(int argc, char** argv) {
  Arguments a;
  CLI::App app{"Runs a package on this machine.", "edgerack-compile run"};
  app.add_option("PACKAGE", a.package, "the package (.erp)")->required();
  app.add_option("--input", a.input, ".npz with the model's input names (or input_0, …), or .npy")
      ->required();
  app.add_option("--output", a.output, ".npz, or .npy for a single output")->required();
  app.add_option("--kernels", a.kernels, "reference, or native: the package's own")
      ->check(CLI::IsMember({"reference", "native"}));
  app.add_flag("--quantize-io", a.quantize_io,
               "take real values for int8 inputs and give real values for int8 outputs");
  try {
    app.parse(argc, argv);
  } catch (const CLI::ParseError& error) {
    return app.exit(error) == 0 ? kExitDone : kExitUsage;
  }
  absl::Status status = Execute(a);
  return status.ok() ? kExitDone : ReportFailure(status);
}

}  // namespace edgerack::compiler
