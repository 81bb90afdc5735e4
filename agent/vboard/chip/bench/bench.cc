// How fast the emulated core computes: bare Unicorn, this chip without and with its cycle model,
// in one process, one after the other. Prints million instructions per second and ratios.
//   edgerack-vboard-bench FOLDER_OF_THE_KERNELS [PARTS [KERNEL]]
#include <unicorn/unicorn.h>

#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <ctime>
#include <fstream>
#include <functional>
#include <iterator>
#include <string>
#include <vector>

#include "agent/vboard/chip/chip.h"
#include "base/catalog/chip.h"

namespace edgerack::vboard {
namespace {

using Bytes = std::vector<char>;

Bytes ReadFile(const std::string& path) {
  std::ifstream file(path, std::ios::binary);
  Bytes bytes((std::istreambuf_iterator<char>(file)), {});
  if (bytes.empty()) {
    std::fprintf(stderr, "edgerack-vboard-bench: %s cannot be read\n", path.c_str());
    std::exit(1);
  }
  return bytes;
}

// Of this thread's own processor time: what others do on the machine counts less.
double Seconds(const std::function<void()>& work) {
  const auto now = [] {
    timespec time{};
    clock_gettime(CLOCK_THREAD_CPUTIME_ID, &time);
    return static_cast<double>(time.tv_sec) + 1e-9 * static_cast<double>(time.tv_nsec);
  };
  const double start = now();
  work();
  return now() - start;
}

double BareSeconds(const Bytes& image) {
  uc_engine* uc = nullptr;
  uc_open(UC_ARCH_ARM, UC_MODE_THUMB, &uc);
  uc_ctl_set_cpu_model(uc, UC_CPU_ARM_CORTEX_M7);
  uc_mem_map(uc, 0x08000000, 0x100000, UC_PROT_READ | UC_PROT_EXEC);
  uc_mem_map(uc, 0x20000000, 0x50000, UC_PROT_ALL);
  uc_mem_map(uc, 0xE0000000, 0x100000, UC_PROT_READ | UC_PROT_WRITE);
  uc_mem_write(uc, 0x08000000, image.data(), image.size());
  uint32_t vectors[2];
  std::memcpy(vectors, image.data(), sizeof vectors);
  uc_reg_write(uc, UC_ARM_REG_SP, &vectors[0]);
  const double seconds = Seconds([&] { uc_emu_start(uc, vectors[1] | 1, 0xFFFFFFF0, 0, 0); });
  uc_close(uc);
  return seconds;
}

struct ChipRun {
  double seconds = 0;
  uint64_t instructions = 0, cycles = 0;
};

ChipRun RunOnChip(const ChipFacts& facts, const Bytes& image, const CycleParts& parts) {
  ChipOptions options;
  options.processor.cycles = parts;
  Chip chip(facts, options);
  std::memcpy(chip.bus().flash_bytes(), image.data(), image.size());
  chip.PowerOn();
  ChipRun run;
  run.seconds = Seconds([&] {
    while (chip.Run(60'000) == RunResult::kRan) {
    }
  });
  run.instructions = chip.processor().core().instructions();
  run.cycles = chip.clock().cycles();
  return run;
}

int Main(int argc, char** argv) {
  if (argc < 2) {
    std::fprintf(stderr, "usage: edgerack-vboard-bench FOLDER_OF_THE_KERNELS [PARTS [KERNEL]]\n");
    return 1;
  }
  const auto parts = ParseCycleParts(argc > 2 ? argv[2] : "on");
  const std::string chip_file = "firmware/family/stm32f7/chips/stm32f746.toml";
  const Bytes text = ReadFile(chip_file);
  const auto chip = ParseChip({text.begin(), text.end()}, chip_file);
  const auto facts = MakeChipFacts(*chip);
  if (!parts.ok() || !facts.ok()) {
    std::fprintf(stderr, "edgerack-vboard-bench: %s\n",
                 std::string((parts.ok() ? facts.status() : parts.status()).message()).c_str());
    return 1;
  }
  std::printf("%-10s %8s %8s %8s %8s %8s %8s\n", "kernel", "bare", "off", "on", "off/bare",
              "on/bare", "cyc/ins");
  for (const std::string name : {"smlad", "float", "integer"}) {
    if (argc > 3 && name != argv[3]) continue;
    const Bytes image = ReadFile(std::string(argv[1]) + "/bench_" + name + ".bin");
    const double bare = BareSeconds(image);
    const ChipRun off = RunOnChip(*facts, image, CycleParts::None());
    const ChipRun on = RunOnChip(*facts, image, *parts);
    const double million = static_cast<double>(on.instructions) / 1e6;
    std::printf("%-10s %8.0f %8.0f %8.0f %8.2f %8.2f %8.2f\n", name.c_str(), million / bare,
                million / off.seconds, million / on.seconds, bare / off.seconds, bare / on.seconds,
                static_cast<double>(on.cycles) / static_cast<double>(on.instructions));
  }
  return 0;
}

}  // namespace
}  // namespace edgerack::vboard

int main(int argc, char** argv) { return edgerack::vboard::Main(argc, argv); }
