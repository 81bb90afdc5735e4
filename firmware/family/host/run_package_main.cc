// edgerack-run-package: executes a package on this machine with the firmware's loader and executor.
#include <CLI/CLI.hpp>
#include <algorithm>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <fstream>
#include <iostream>
#include <iterator>
#include <memory>
#include <nlohmann/json.hpp>
#include <string>
#include <system_error>
#include <thread>
#include <vector>

#include "firmware/common/crc32.h"
#include "firmware/kernels/common/packing.h"
#include "firmware/rt/model.h"
#include "firmware/rt/unpack.h"

namespace {

struct AlignedFree {
  void operator()(void* p) const { std::free(p); }
};
using AlignedBytes = std::unique_ptr<uint8_t[], AlignedFree>;

AlignedBytes AllocateAligned(size_t bytes) {
  const size_t rounded = (bytes + 63) / 64 * 64 + 64;
  return AlignedBytes(static_cast<uint8_t*>(std::aligned_alloc(64, rounded)));
}

[[noreturn]] void Fail(const std::string& message) {
  std::cerr << "edgerack-run-package: " << message << "\n";
  std::exit(1);
}

std::vector<char> ReadAll(const std::string& path) {
  if (path == "-") {
    return {std::istreambuf_iterator<char>(std::cin), std::istreambuf_iterator<char>()};
  }
  std::ifstream file(path, std::ios::binary);
  if (!file) Fail("cannot read " + path + ": " + std::strerror(errno));
  return {std::istreambuf_iterator<char>(file), std::istreambuf_iterator<char>()};
}

void WriteAll(const std::string& path, const char* data, size_t bytes) {
  if (path == "-") {
    std::cout.write(data, static_cast<std::streamsize>(bytes)).flush();
    if (!std::cout) Fail("cannot write the outputs to standard output");
    return;
  }
  std::ofstream file(path, std::ios::binary | std::ios::trunc);
  file.write(data, static_cast<std::streamsize>(bytes));
  file.close();
  if (file) return;
  // Its own status: not the package's fault, and another try may succeed.
  std::cerr << "edgerack-run-package: cannot write " << path << ": " << std::strerror(errno)
            << "\n";
  std::exit(3);
}

// A package in memory, loaded; the arena is as large as the package asks for.
struct LoadedPackage {
  AlignedBytes bytes;
  AlignedBytes arena;
  er_model_t model;
};

constexpr uint32_t kMaxBytes = 1u << 30;

std::unique_ptr<LoadedPackage> LoadBytes(AlignedBytes bytes, size_t size, const std::string& path,
                                         er_kernel_resolver_t* resolve) {
  if (!bytes) Fail("not enough memory for " + path);
  auto loaded = std::make_unique<LoadedPackage>();
  loaded->bytes = std::move(bytes);
  uint32_t arena_bytes = 0;
  if (size >= sizeof(er_package_header_t)) {
    arena_bytes = reinterpret_cast<const er_package_header_t*>(loaded->bytes.get())->arena_bytes;
    if (arena_bytes > kMaxBytes) Fail(path + " refused: it asks for an arena of over 1 GiB");
  }
  loaded->arena = AllocateAligned(arena_bytes);
  if (!loaded->arena) Fail("not enough memory for " + path);
  const er_model_place_t place = {loaded->bytes.get(),
                                  static_cast<uint32_t>(size),
                                  loaded->arena.get(),
                                  arena_bytes,
                                  ER_ISA_MVE,
                                  resolve,
                                  nullptr};
  const er_rt_status_t status = er_model_load(&place, &loaded->model);
  if (status.code != ER_RT_OK) {
    Fail(path + " refused: " + status.text + " (" + std::to_string(status.detail) + ")");
  }
  return loaded;
}

// The package is loaded as a board would load it, so that both refuse the same. Kernels other than
// its own take no packings: then it is unpacked.
std::unique_ptr<LoadedPackage> Load(const std::string& path, er_kernel_resolver_t* resolve) {
  const std::vector<char> file = ReadAll(path);
  if (file.size() > kMaxBytes) Fail(path + " is larger than 1 GiB: not a package");
  AlignedBytes bytes = AllocateAligned(file.size());
  if (bytes && !file.empty()) std::memcpy(bytes.get(), file.data(), file.size());
  auto loaded = LoadBytes(std::move(bytes), file.size(), path, er_kernel_find);
  if (resolve == er_kernel_find) return loaded;
  const uint64_t unpacked_bytes = er_package_unpacked_bytes(&loaded->model);
  if (unpacked_bytes > kMaxBytes) Fail(path + " refused: unpacked it is larger than 1 GiB");
  AlignedBytes unpacked = AllocateAligned(unpacked_bytes);
  if (unpacked) er_package_unpack(&loaded->model, unpacked.get());
  return LoadBytes(std::move(unpacked), unpacked_bytes, path, resolve);
}

const char* DtypeName(uint8_t dtype) {
  switch (dtype) {
    case ER_DTYPE_F32:
      return "float32";
    case ER_DTYPE_S8:
      return "int8";
    case ER_DTYPE_U8:
      return "uint8";
    case ER_DTYPE_S16:
      return "int16";
    case ER_DTYPE_S32:
      return "int32";
    case ER_DTYPE_S64:
      return "int64";
    default:
      return "bool";
  }
}

nlohmann::ordered_json DescribeTensor(const er_model_t& model, uint32_t index) {
  static constexpr const char* kPlaces[] = {"", "constant", "arena", "state"};
  const er_package_tensor_t& t = model.tensors[index];
  return {{"index", index},
          {"name", er_model_name(&model, t.name_offset)},
          {"dtype", DtypeName(t.dtype)},
          {"shape", std::vector<int32_t>(t.dims, t.dims + t.rank)},
          {"place", kPlaces[t.place]},
          {"packing", er_packing_name(t.packing)},
          {"offset", t.offset},
          {"bytes", t.bytes},
          {"scale", t.scale},
          {"zero_point", t.zero_point}};
}

// `resolve` says which kernels would run.
nlohmann::ordered_json Describe(const er_model_t& model, er_kernel_resolver_t* resolve) {
  const er_package_header_t& h = *model.header;
  nlohmann::ordered_json info = {{"abi", {h.abi_major, h.abi_minor}},
                                 {"total_bytes", h.total_bytes},
                                 {"crc32", h.crc32},
                                 {"isa", h.isa},
                                 {"arena_bytes", h.arena_bytes},
                                 {"constants_bytes", h.constants_bytes}};
  auto& inputs = info["inputs"] = nlohmann::ordered_json::array();
  for (uint32_t i = 0; i < h.input_count; i++) {
    inputs.push_back(DescribeTensor(model, er_model_input(&model, i)));
  }
  auto& outputs = info["outputs"] = nlohmann::ordered_json::array();
  for (uint32_t i = 0; i < h.output_count; i++) {
    outputs.push_back(DescribeTensor(model, er_model_output(&model, i)));
  }
  auto& tensors = info["tensors"] = nlohmann::ordered_json::array();
  for (uint32_t i = 0; i < h.tensor_count; i++) tensors.push_back(DescribeTensor(model, i));
  auto& ops = info["ops"] = nlohmann::ordered_json::array();
  for (uint32_t i = 0; i < h.op_count; i++) {
    const er_package_op_t& op = model.ops[i];
    const auto* operands = reinterpret_cast<const uint16_t*>(model.package + op.operands_offset);
    nlohmann::ordered_json in = nlohmann::ordered_json::array();
    for (uint32_t k = 0; k < op.input_count; k++) {
      in.push_back(operands[k] == ER_PACKAGE_NO_TENSOR ? nlohmann::ordered_json()
                                                       : nlohmann::ordered_json(operands[k]));
    }
    ops.push_back({{"index", i},
                   {"name", er_model_name(&model, op.name_offset)},
                   {"kernel", er_kernel_find(op.kernel)->name},
                   {"runs", resolve(op.kernel)->name},
                   {"inputs", in},
                   {"outputs", std::vector<uint16_t>(operands + op.input_count,
                                                     operands + op.input_count + op.output_count)},
                   {"scratch_bytes", op.scratch_bytes}});
  }
  return info;
}

// Where each layer's outputs go while they are alive, sample after sample.
struct Trace {
  std::ofstream bytes;  // one after another; an absent output has none
  std::ofstream crc32;  // 4 bytes for each, as the request STEP tells them; 0 for an absent one
  bool wanted() const { return bytes.is_open() || crc32.is_open(); }
};

void TraceOutput(const er_model_t& model, uint32_t tensor, Trace& to) {
  const bool present = tensor != ER_PACKAGE_NO_TENSOR;
  const char* data =
      present ? reinterpret_cast<const char*>(er_model_tensor_data(&model, tensor)) : nullptr;
  const size_t bytes = present ? model.tensors[tensor].bytes : 0;
  if (to.bytes.is_open()) to.bytes.write(data, static_cast<std::streamsize>(bytes));
  if (to.crc32.is_open()) {
    const uint32_t crc = present ? er_crc32(0, data, bytes) : 0;
    for (int shift = 0; shift < 32; shift += 8) to.crc32.put(static_cast<char>(crc >> shift));
  }
}

void Open(const std::string& path, std::ofstream& file) {
  if (path.empty()) return;
  file.open(path, std::ios::binary | std::ios::trunc);
  if (!file) Fail("cannot write " + path + ": " + std::strerror(errno));
}

void Close(const std::string& path, std::ofstream& file) {
  if (!file.is_open()) return;
  file.close();
  if (file) return;
  std::cerr << "edgerack-run-package: cannot write " << path << ": " << std::strerror(errno)
            << "\n";
  std::exit(3);
}

void RunAndTrace(er_model_t& model, uint32_t layers, Trace& to) {
  for (uint32_t layer = 0; layer < model.header->op_count && layer < layers; layer++) {
    er_model_run_layer(&model, layer);
    const er_package_op_t& op = model.ops[layer];
    const auto* outputs =
        reinterpret_cast<const uint16_t*>(model.package + op.operands_offset) + op.input_count;
    for (uint32_t i = 0; i < op.output_count; i++) TraceOutput(model, outputs[i], to);
  }
}

// An output whose value is an input of the next sample.
struct Feedback {
  uint32_t output;
  uint32_t input;
};

std::vector<Feedback> ParseFeedback(const std::vector<std::string>& texts,
                                    const er_model_t& model) {
  std::vector<Feedback> list;
  for (const std::string& text : texts) {
    Feedback f = {};
    int used = 0;
    const int found = std::sscanf(text.c_str(), "%u=%u%n", &f.output, &f.input, &used);
    if (found != 2 || static_cast<size_t>(used) != text.size() ||
        f.output >= model.header->output_count || f.input >= model.header->input_count) {
      Fail("--feedback " + text + ": expected the number of an output = that of an input");
    }
    const er_package_tensor_t& from = model.tensors[er_model_output(&model, f.output)];
    const er_package_tensor_t& to = model.tensors[er_model_input(&model, f.input)];
    if (from.dtype != to.dtype || from.bytes != to.bytes) {
      Fail("--feedback " + text + ": the output has " + std::to_string(from.bytes) +
           " bytes, the input " + std::to_string(to.bytes) + ", or their types differ");
    }
    list.push_back(f);
  }
  return list;
}

// Copies from the outputs of the sample before.
void FeedBack(const er_model_t& model, const std::vector<Feedback>& list, const char* outputs) {
  for (const Feedback& f : list) {
    const char* from = outputs;
    for (uint32_t i = 0; i < f.output; i++) {
      from += model.tensors[er_model_output(&model, i)].bytes;
    }
    const er_package_tensor_t& to = model.tensors[er_model_input(&model, f.input)];
    std::memcpy(model.arena + to.offset, from, to.bytes);
  }
}

// How samples are run.
struct Execution {
  uint32_t layers;
  Trace& trace;
  std::vector<Feedback> feedback;
};

// Samples begin .. end - 1; `in` and `out` are the first one's bytes.
void RunSamples(er_model_t& model, const Execution& execution, uint64_t begin, uint64_t end,
                const char* in, char* out) {
  const char* previous = nullptr;
  for (uint64_t sample = begin; sample < end; sample++) {
    for (uint32_t i = 0; i < model.header->input_count; i++) {
      const er_package_tensor_t& t = model.tensors[er_model_input(&model, i)];
      std::memcpy(model.arena + t.offset, in, t.bytes);
      in += t.bytes;
    }
    if (previous != nullptr) FeedBack(model, execution.feedback, previous);
    er_model_begin_run(&model);
    if (execution.trace.wanted()) {
      RunAndTrace(model, execution.layers, execution.trace);
    } else {
      er_model_run(&model, execution.layers);
    }
    previous = out;
    for (uint32_t i = 0; i < model.header->output_count; i++) {
      const uint32_t tensor = er_model_output(&model, i);
      std::memcpy(out, er_model_tensor_data(&model, tensor), model.tensors[tensor].bytes);
      out += model.tensors[tensor].bytes;
    }
  }
}

bool CarriesState(const er_model_t& model) {
  if (!(model.header->flags & ER_PACKAGE_CARRY_STATE)) return false;
  for (uint32_t i = 0; i < model.header->tensor_count; i++) {
    if (model.tensors[i].place == ER_PLACE_STATE) return true;
  }
  return false;
}

// How many threads share the samples, each with a copy of the model. One where a sample needs
// the one before, or where copies would be too large.
uint64_t Shares(const er_model_t& model, const Execution& execution, uint64_t samples) {
  constexpr uint64_t kLeastSamples = 32, kMostBytes = 64u << 20;
  if (execution.trace.wanted() || !execution.feedback.empty() || CarriesState(model)) return 1;
  if (uint64_t{model.header->arena_bytes} + model.header->total_bytes > kMostBytes) return 1;
  const uint64_t cores = std::clamp(std::thread::hardware_concurrency(), 1u, 16u);
  return std::clamp<uint64_t>(samples / kLeastSamples, 1, cores);
}

}  // namespace

int main(int argc, char** argv) {
  CLI::App app{"Executes a compiled package (.erp) on this machine."};
  std::string package, inputs, outputs, trace_path, crc32_path, kernels = "reference";
  std::vector<std::string> feedback_texts;
  uint64_t samples = 0;
  uint32_t layers = ER_RT_ALL_LAYERS;
  bool info = false;
  app.add_option("package", package, "the package; - reads standard input")->required();
  app.add_option("--inputs", inputs, "raw inputs of all samples, one after another; - = stdin");
  app.add_option("--outputs", outputs, "raw outputs of all samples; - = stdout");
  app.add_option("--samples", samples, "how many; by default as many as the inputs hold");
  app.add_option("--kernels", kernels, "reference, or native: those the package names")
      ->check(CLI::IsMember({"reference", "native"}));
  app.add_option("--trace", trace_path,
                 "writes each layer's outputs one after another, sample after sample");
  app.add_option("--trace-crc32", crc32_path,
                 "the same, but 4 little-endian bytes of CRC-32 for each output");
  app.add_option("--layers", layers, "stop after this many layers");
  app.add_option("--feedback", feedback_texts,
                 "OUTPUT=INPUT by number: from the second sample on the input is that output of "
                 "the sample before");
  app.add_flag("--info", info, "print a JSON description and stop");
  try {
    app.parse(argc, argv);
  } catch (const CLI::ParseError& error) {
    return app.exit(error) == 0 ? 0 : 2;
  }
  if (!info && (inputs.empty() || outputs.empty())) {
    std::cerr << "edgerack-run-package: --inputs and --outputs are needed unless --info is given\n";
    return 2;
  }

  er_kernel_resolver_t* const resolve =
      kernels == "native" ? er_kernel_find : er_kernel_reference_of;
  const auto loaded = Load(package, info ? er_kernel_find : resolve);
  er_model_t& model = loaded->model;
  if (info) {
    std::cout << Describe(model, resolve).dump(2) << "\n";
    return 0;
  }

  Trace trace;
  Open(trace_path, trace.bytes);
  Open(crc32_path, trace.crc32);
  const Execution execution = {layers, trace, ParseFeedback(feedback_texts, model)};
  uint64_t input_bytes = 0;
  for (uint32_t i = 0; i < model.header->input_count; i++) {
    input_bytes += model.tensors[er_model_input(&model, i)].bytes;
  }
  const std::vector<char> in = ReadAll(inputs);
  if (samples == 0) samples = input_bytes == 0 ? 1 : in.size() / input_bytes;
  if (samples == 0 || (input_bytes != 0 && samples > in.size() / input_bytes) ||
      samples * input_bytes != in.size()) {
    Fail("the inputs have " + std::to_string(in.size()) + " bytes; a sample of this model has " +
         std::to_string(input_bytes));
  }
  uint64_t output_bytes = 0;
  for (uint32_t i = 0; i < model.header->output_count; i++) {
    output_bytes += model.tensors[er_model_output(&model, i)].bytes;
  }
  std::vector<char> out(samples * output_bytes);
  auto run = [&](er_model_t& on, uint64_t begin, uint64_t end) {
    RunSamples(on, execution, begin, end, in.data() + begin * input_bytes,
               out.data() + begin * output_bytes);
  };
  const uint64_t shares = package == "-" ? 1 : Shares(model, execution, samples);
  std::vector<std::thread> threads;
  for (uint64_t i = 1; i < shares; i++) {
    const uint64_t begin = samples * i / shares, end = samples * (i + 1) / shares;
    auto share = [&, begin, end] { run(Load(package, resolve)->model, begin, end); };
    try {
      threads.emplace_back(share);
    } catch (const std::system_error&) {  // a limit of this process; the work is done all the same
      share();
    }
  }
  run(model, 0, samples / shares);
  for (std::thread& thread : threads) thread.join();
  Close(trace_path, trace.bytes);
  Close(crc32_path, trace.crc32);
  WriteAll(outputs, out.data(), out.size());
  return 0;
}
