#include <CLI/CLI.hpp>
#include <algorithm>
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
  std::vector<std::string> feedback;  // OUTPUT=INPUT by name
  bool quantize_io = false;
};

struct Inputs {
  std::string raw;
  int64_t samples = 1;
  bool batched = false;
};

// Position in `list` of the tensor of that name; its size where there is none.
size_t Position(const PackageInfo& package, const std::vector<int>& list, const std::string& name) {
  size_t i = 0;
  while (i < list.size() && package.tensors[static_cast<size_t>(list[i])].name != name) ++i;
  return i;
}

absl::StatusOr<std::vector<Feedback>> ReadFeedback(const Arguments& a, const PackageInfo& package) {
  std::vector<Feedback> list;
  for (const std::string& text : a.feedback) {
    // A name may hold the sign, so every way to divide the text is tried.
    bool found = false;
    for (size_t at = text.find('='); at != std::string::npos && !found;
         at = text.find('=', at + 1)) {
      const Feedback f = {Position(package, package.outputs, text.substr(0, at)),
                          Position(package, package.inputs, text.substr(at + 1))};
      found = f.output < package.outputs.size() && f.input < package.inputs.size();
      if (found) list.push_back(f);
    }
    if (found) continue;
    return Refuse("BAD_DATASET", "--feedback " + text +
                                     ": expected OUTPUT=INPUT with an output's and an input's name "
                                     "of the model; `edgerack-run-package --info` lists them");
  }
  return list;
}

// What a fed-back input is before the first sample: the array's first sample, or zeros.
absl::StatusOr<std::string> InitialValue(const Arguments& a, const NpyArchive& archive,
                                         const PackageTensor& tensor) {
  const NpyArray* array = FindArray(archive, tensor.name);
  if (array == nullptr) return std::string(static_cast<size_t>(tensor.bytes), '\0');
  ER_ASSIGN_OR_RETURN(
      TensorSamples samples,
      ConvertArray(*array, tensor.name, tensor,
                   a.quantize_io ? Conversion::kQuantize : Conversion::kExact, false, 1));
  return samples.data;
}

absl::StatusOr<Inputs> ReadInputs(const Arguments& a, const PackageInfo& package,
                                  const std::vector<Feedback>& feedback) {
  ER_ASSIGN_OR_RETURN(std::string bytes, ReadFile(a.input, kMaxArrayBytes));
  auto archive = ParseNpyOrNpz(bytes);
  if (!archive.ok()) return Annotate(archive.status(), a.input);
  Inputs inputs;
  std::vector<TensorSamples> tensors;
  std::vector<int64_t> sizes;
  bool counted = false;
  auto fed_back = [&](size_t input) {
    return std::any_of(feedback.begin(), feedback.end(),
                       [input](const Feedback& f) { return f.input == input; });
  };
  for (size_t i = 0; i < package.inputs.size(); ++i) {
    const PackageTensor& tensor = package.tensors[static_cast<size_t>(package.inputs[i])];
    sizes.push_back(tensor.bytes);
    tensors.emplace_back();
    if (fed_back(i)) {
      ER_ASSIGN_OR_RETURN(tensors[i].data, InitialValue(a, *archive, tensor));
      continue;
    }
    ER_ASSIGN_OR_RETURN(const NpyArray* array, FindInput(*archive, package, i));
    ER_ASSIGN_OR_RETURN(
        TensorSamples samples,
        ConvertArray(*array, tensor.name, tensor,
                     a.quantize_io ? Conversion::kQuantize : Conversion::kExact, false, 0));
    if (counted && samples.samples != inputs.samples) {
      return Refuse("BAD_DATASET",
                    "input '" + tensor.name + "' has " + std::to_string(samples.samples) +
                        " samples, the inputs before it " + std::to_string(inputs.samples));
    }
    counted = true;
    inputs.samples = samples.samples;
    inputs.batched = inputs.batched || samples.batched;
    tensors[i] = std::move(samples);
  }
  for (size_t i = 0; i < tensors.size(); ++i) {
    if (fed_back(i)) tensors[i].data.resize(static_cast<size_t>(inputs.samples * sizes[i]));
    tensors[i].samples = inputs.samples;
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
  ER_ASSIGN_OR_RETURN(std::vector<Feedback> feedback, ReadFeedback(a, *package));
  ER_ASSIGN_OR_RETURN(Inputs inputs, ReadInputs(a, *package, feedback));
  ER_ASSIGN_OR_RETURN(std::string raw,
                      RunPackageOnHost(a.package, inputs.raw, inputs.samples, a.kernels, feedback));
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
  app.add_option("--feedback", a.feedback,
                 "OUTPUT=INPUT: from the second sample on the input is that output of the sample "
                 "before; before the first it is its array in --input, or zeros");
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
