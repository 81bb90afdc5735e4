// The debug port's protocol on any bytes, against a target that answers everywhere.
#include <cstddef>
#include <cstdint>

#include "agent/vboard/debug/stlink_session.h"

namespace {

class EchoTarget : public edgerack::vboard::ProbeTarget {
 public:
  uint32_t dpidr() const override { return 1; }
  uint32_t ap_idr(unsigned ap) const override { return ap < 2 ? 1 : 0; }
  uint32_t ap_base(unsigned) const override { return 0; }
  bool Read(unsigned, uint32_t address, unsigned, uint32_t* value) override {
    *value = address;
    return (address & 0x80000000) == 0;
  }
  bool Write(unsigned, uint32_t address, unsigned, uint32_t) override {
    return (address & 0x80000000) == 0;
  }
  void SetResetPin(bool) override {}
};

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  EchoTarget target;
  edgerack::vboard::StlinkProbe probe(&target);
  edgerack::vboard::StlinkSession session(&probe, "FUZZ");
  std::vector<uint8_t> out;
  session.Feed(data, size, &out);
  return 0;
}
