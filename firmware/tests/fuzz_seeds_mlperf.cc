#include <cstdint>
#include <string>
#include <vector>

namespace edgerack::firmware {

std::vector<std::vector<uint8_t>> FuzzSeeds();

// Every command of the protocol.
std::vector<std::vector<uint8_t>> FuzzSeeds() {
  std::vector<std::vector<uint8_t>> seeds;
  for (const std::string text :
       {"name%profile%timestamp%help%", "db load 12%db 000102030405%db 060708090a0b%db print%",
        "infer 3 2%results%infer%infer -1%", "db%db load%db load -9%db 0%db xx%",
        "db load 64%db 00112233445566778899aabbccddeeff%", "\xFF%\r\n  name  %unknown%"}) {
    seeds.emplace_back(text.begin(), text.end());
  }
  return seeds;
}

}  // namespace edgerack::firmware
