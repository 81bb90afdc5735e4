// Runs a libFuzzer entry without libFuzzer: `program [-runs=N] [-seed=S] [FILE...]` feeds the
// files, or N mutations of the entry's own seeds. With a compiler that has -fsanitize=fuzzer link
// that instead of this file.
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <fstream>
#include <iterator>
#include <random>
#include <string>
#include <vector>

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size);

namespace edgerack::firmware {
// Valid inputs to start from; each entry's seeds are in a file of their own.
std::vector<std::vector<uint8_t>> FuzzSeeds();
}  // namespace edgerack::firmware

namespace {

void Mutate(std::vector<uint8_t>& input, std::mt19937& random) {
  const uint32_t edits = 1 + random() % 6;
  for (uint32_t i = 0; i < edits && !input.empty(); i++) {
    const size_t at = random() % input.size();
    switch (random() % 6) {
      case 0:
        input[at] ^= static_cast<uint8_t>(1u << (random() % 8));
        break;
      case 1:
        input[at] = static_cast<uint8_t>(random());
        break;
      case 2: {
        static constexpr uint32_t kWords[] = {0, 1, 0xFFFF, 0x7FFFFFFF, 0x80000000, 0xFFFFFFFF};
        const size_t word = at & ~size_t{3};
        if (word + 4 <= input.size()) std::memcpy(&input[word], &kWords[random() % 6], 4);
        break;
      }
      case 3:
        input.resize(at);
        break;
      case 4:
        input.insert(input.begin() + static_cast<std::ptrdiff_t>(at),
                     static_cast<uint8_t>(random()));
        break;
      default: {
        const size_t from = random() % input.size();
        const size_t bytes = random() % 16;
        for (size_t k = 0; k < bytes && at + k < input.size() && from + k < input.size(); k++) {
          input[at + k] = input[from + k];
        }
      }
    }
  }
}

}  // namespace

int main(int argc, char** argv) {
  long runs = 20000;
  unsigned seed = 1;
  int files = 0;
  for (int i = 1; i < argc; i++) {
    if (!std::strncmp(argv[i], "-runs=", 6)) {
      runs = std::atol(argv[i] + 6);
    } else if (!std::strncmp(argv[i], "-seed=", 6)) {
      seed = static_cast<unsigned>(std::atol(argv[i] + 6));
    } else {
      std::ifstream file(argv[i], std::ios::binary);
      const std::vector<uint8_t> input((std::istreambuf_iterator<char>(file)),
                                       std::istreambuf_iterator<char>());
      LLVMFuzzerTestOneInput(input.data(), input.size());
      files++;
    }
  }
  if (files > 0) return 0;
  std::mt19937 random(seed);
  const auto seeds = edgerack::firmware::FuzzSeeds();
  for (long run = 0; run < runs; run++) {
    std::vector<uint8_t> input = seeds[random() % seeds.size()];
    if (run >= static_cast<long>(seeds.size())) Mutate(input, random);
    LLVMFuzzerTestOneInput(input.data(), input.size());
  }
  std::printf("%ld runs, no crash\n", runs);
  return 0;
}
