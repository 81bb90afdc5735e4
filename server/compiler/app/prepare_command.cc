// prepare: what the server needs to check a board against this machine.
#include <CLI/CLI.hpp>
#include <cstdio>
#include <iostream>
#include <nlohmann/json.hpp>
#include <random>

#include "base/files.h"
#include "base/npy/samples.h"
#include "server/compiler/app/commands.h"
#include "server/compiler/app/dataset.h"
#include "server/compiler/app/package_runner.h"
#include "server/compiler/app/sample_io.h"
#include "server/compiler/ir/elements.h"
#include "server/compiler/ir/refusal.h"

namespace edgerack::compiler {
namespace {

using Json = nlohmann::ordered_json;

struct Arguments {
  std::string package, dataset, inputs, reference, manifest, targets, report;
  int64_t limit = 0;
  uint64_t random_seed = 0;
  bool random = false;
};

absl::Status Bad(const std::string& message) { return Refuse("BAD_DATASET", message); }

// One sample that exercises the model: full-range integers, reals in -1 .. 1.
DatasetSamples RandomSample(const PackageInfo& package, uint64_t seed) {
  std::mt19937_64 random(seed);
  DatasetSamples samples;
  samples.count = 1;
  for (int index : package.inputs) {
    const PackageTensor& tensor = package.tensors[static_cast<size_t>(index)];
    for (int64_t i = 0; i < ElementCount(tensor.shape); ++i) {
      const uint64_t bits = random() >> 40;  // 24 of them, exact in a float
      if (tensor.dtype == DType::kF32) {
        AppendElement(samples.raw, static_cast<float>(bits) / 8388608.0f - 1.0f);
      } else if (tensor.dtype == DType::kBool) {
        AppendElement(samples.raw, static_cast<uint8_t>(bits & 1));
      } else {
        AppendDouble(tensor.dtype, static_cast<double>(static_cast<int8_t>(bits & 0xFF)),
                     samples.raw);
      }
    }
  }
  return samples;
}

absl::Status AddIntegerLabels(const NpyArray& y, int64_t samples, Json& manifest) {
  Json labels = Json::array();
  for (int64_t i = 0; i < samples; ++i) labels.push_back(static_cast<int64_t>(y.Value(i)));
  manifest["labels"] = std::move(labels);
  return absl::OkStatus();
}

absl::Status AddTargets(const NpyArray& y, int64_t samples, const Arguments& a, Json& manifest) {
  const int64_t per_sample = y.elements() / y.shape[0];
  if (auto bad = FindNonFinite(y, samples * per_sample)) {
    return Bad("array 'y': " + NonFiniteText(y, *bad, per_sample) + "; clean the targets");
  }
  std::string raw;
  for (int64_t i = 0; i < samples * per_sample; ++i) {
    AppendElement(raw, static_cast<float>(y.Value(i)));
  }
  const std::string path = a.targets.empty() ? a.reference + ".targets" : a.targets;
  ER_RETURN_IF_ERROR(WriteFileAtomic(path, raw));
  std::vector<int64_t> shape = y.shape;
  shape[0] = samples;
  manifest["targets_shape"] = shape;
  manifest["targets_dtype"] = "float32";
  manifest["targets_file"] = path;
  return absl::OkStatus();
}

absl::Status AddExpectations(const NpyArchive& archive, const PackageInfo& package,
                             const DatasetSamples& given, const Arguments& a, Json& manifest) {
  const int64_t samples = given.count;
  const NpyArray* y = FindArray(archive, "y");
  if (y == nullptr) return absl::OkStatus();
  if (y->shape.empty() || y->shape[0] != given.held || y->elements() == 0) {
    return Bad("array 'y' has shape " + NpyShapeText(y->shape) + ", the inputs have " +
               std::to_string(given.held) +
               " samples; give one label or one row of targets for each");
  }
  const bool one_each = y->elements() == y->shape[0];
  if (y->kind != 'f' && one_each) {
    ER_RETURN_IF_ERROR(CheckLabels(*y, samples, package));
    return AddIntegerLabels(*y, samples, manifest);
  }
  return AddTargets(*y, samples, a, manifest);
}

Json OutputsJson(const PackageInfo& package) {
  Json outputs = Json::array();
  int64_t offset = 0;
  for (int index : package.outputs) {
    const PackageTensor& t = package.tensors[static_cast<size_t>(index)];
    Json output = {{"name", t.name},
                   {"dtype", DTypeName(t.dtype)},
                   {"shape", t.shape},
                   {"offset_bytes", offset}};
    if (t.scale != 0) {
      output["scale"] = t.scale;
      output["zero_point"] = t.zero_point;
    }
    outputs.push_back(std::move(output));
    offset += t.bytes;
  }
  return outputs;
}

absl::Status Execute(const Arguments& a) {
  ER_ASSIGN_OR_RETURN(std::string bytes, ReadFile(a.package));
  auto package = ReadPackage(bytes);
  if (!package.ok()) return Annotate(package.status(), a.package);
  NpyArchive archive;
  DatasetSamples samples;
  if (a.random) {
    samples = RandomSample(*package, a.random_seed);
  } else {
    ER_ASSIGN_OR_RETURN(std::string data, ReadFile(a.dataset, kMaxArrayBytes));
    auto parsed = ParseNpyOrNpz(data);
    if (!parsed.ok()) return Annotate(parsed.status(), a.dataset);
    archive = *std::move(parsed);
    ER_ASSIGN_OR_RETURN(samples, ReadSamples(archive, *package, a.limit));
  }
  Json manifest = {{"samples", samples.count},
                   {"input_bytes", package->InputBytes()},
                   {"output_bytes", package->OutputBytes()},
                   {"outputs", OutputsJson(*package)},
                   {"findings", samples.findings}};
  ER_RETURN_IF_ERROR(AddExpectations(archive, *package, samples, a, manifest));
  // Last, for it takes longest: what is wrong with the dataset has been said by now.
  ER_ASSIGN_OR_RETURN(std::string reference,
                      RunPackageOnHost(a.package, samples.raw, samples.count, "reference"));
  ER_RETURN_IF_ERROR(WriteFileAtomic(a.inputs, samples.raw));
  ER_RETURN_IF_ERROR(WriteFileAtomic(a.reference, reference));
  return WriteFileAtomic(a.manifest,
                         manifest.dump(2, ' ', false, Json::error_handler_t::replace) + "\n");
}

}  // namespace

int PrepareCommand(int argc, char** argv) {
  Arguments a;
  CLI::App app{"Turns a dataset into a board's input bytes and this machine's reference outputs.",
               "edgerack-compile prepare"};
  app.add_option("PACKAGE", a.package, "the package (.erp)")->required();
  auto* dataset = app.add_option("--dataset", a.dataset,
                                 ".npz with x (or the model's input names) and y, or .npy with x");
  auto* seed = app.add_option("--random-seed", a.random_seed, "one random sample instead");
  dataset->excludes(seed);
  app.add_option("--limit", a.limit, "at most this many samples")->check(CLI::PositiveNumber);
  app.add_option("--inputs", a.inputs, "where the raw inputs go")->required();
  app.add_option("--reference", a.reference, "where the raw reference outputs go")->required();
  app.add_option("--manifest", a.manifest, "where the description (JSON) goes")->required();
  app.add_option("--targets", a.targets, "where float targets go; default REFERENCE.targets");
  app.add_option("--report", a.report, "where an error goes (JSON)");
  try {
    app.parse(argc, argv);
    a.random = seed->count() > 0;
    if (!a.random && dataset->count() == 0) {
      throw CLI::RequiredError("--dataset or --random-seed");
    }
  } catch (const CLI::ParseError& error) {
    return app.exit(error) == 0 ? kExitDone : kExitUsage;
  }
  absl::Status status = Execute(a);
  if (status.ok()) return kExitDone;
  if (!a.report.empty()) {
    Json report = {{"error",
                    {{"class", ErrorClassName(ErrorClassOf(status))},
                     {"code", ErrorCodeOf(status)},
                     {"message", ErrorMessageOf(status)}}}};
    absl::Status written = WriteFileAtomic(
        a.report, report.dump(2, ' ', false, Json::error_handler_t::replace) + "\n");
    if (!written.ok() && ErrorCodeOf(written) != ErrorCodeOf(status)) {
      std::cerr << "edgerack-compile: " << ErrorMessageOf(written) << "\n";
    }
  }
  return ReportFailure(status);
}

}  // namespace edgerack::compiler
