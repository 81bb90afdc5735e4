#include "agent/vboard/debug/stlink_session.h"

#include <algorithm>
#include <array>
#include <cstring>

namespace edgerack::vboard {
namespace {

enum Request : uint8_t {
  kRefreshDevices = 0,
  kCountDevices = 1,
  kDeviceInfo = 2,
  kOpenDevice = 3,
  kCloseDevice = 4,
  kUsbCommand = 5,
  kServerVersion = 6,
  kCountClients = 7,
};
constexpr uint32_t kServerOk = 1, kServerBadParameter = 0x1002;
constexpr uint32_t kDeviceId = 1, kConnectId = 1;
constexpr size_t kSerialBytes = 32;
constexpr size_t kUsbHeaderBytes = 32;
constexpr uint32_t kMaxTransferBytes = 10240;
constexpr uint8_t kHostSends = 0;

uint32_t Load32(const uint8_t* bytes) {
  uint32_t value;
  std::memcpy(&value, bytes, 4);
  return value;
}

void Put32(std::vector<uint8_t>* bytes, uint32_t value) {
  for (int i = 0; i < 4; ++i) bytes->push_back(static_cast<uint8_t>(value >> (8 * i)));
}

}  // namespace

int StlinkSession::RequestBytes() const {
  if (pending_.empty()) return 0;
  switch (pending_[0]) {
    case kRefreshDevices:
      return 2;
    case kCountDevices:
      return 1;
    case kDeviceInfo:
    case kOpenDevice:
    case kCloseDevice:
    case kCountClients:
      return 8;
    case kServerVersion:
      return 4;
    case kUsbCommand: {
      if (pending_.size() < kUsbHeaderBytes) return 0;
      const uint32_t size = Load32(&pending_[28]);
      if (size > kMaxTransferBytes) return -1;
      return static_cast<int>(kUsbHeaderBytes + (pending_[24] == kHostSends ? size : 0));
    }
    default:
      return -1;
  }
}

bool StlinkSession::Feed(const uint8_t* bytes, size_t size, std::vector<uint8_t>* out) {
  pending_.insert(pending_.end(), bytes, bytes + size);
  for (;;) {
    const int wanted = RequestBytes();
    if (wanted < 0) return false;
    if (wanted == 0 || pending_.size() < static_cast<size_t>(wanted)) return true;
    Answer(out);
    pending_.erase(pending_.begin(), pending_.begin() + wanted);
  }
}

void StlinkSession::Answer(std::vector<uint8_t>* out) {
  switch (pending_[0]) {
    case kServerVersion:
      for (const uint32_t part : {2u, 2u, 1u, 1u}) Put32(out, part);  // API 2, version 2.1.1
      return;
    case kRefreshDevices:
      return Put32(out, kServerOk);
    case kCountDevices:
      return Put32(out, 1);
    case kDeviceInfo: {
      Put32(out, pending_[1] == 0 ? kServerOk : kServerBadParameter);
      Put32(out, kDeviceId);
      std::string serial = serial_;
      serial.resize(kSerialBytes, '\0');
      out->insert(out->end(), serial.begin(), serial.end());
      out->push_back(StlinkProbe::kVendor & 0xFF);
      out->push_back(StlinkProbe::kVendor >> 8);
      out->push_back(StlinkProbe::kProduct & 0xFF);
      out->push_back(StlinkProbe::kProduct >> 8);
      out->push_back(0);  // not used exclusively by anyone
      return;
    }
    case kOpenDevice:
      opened_ = true;
      Put32(out, kServerOk);
      return Put32(out, kConnectId);
    case kCloseDevice:
      opened_ = false;
      return Put32(out, kServerOk);
    case kCountClients:
      Put32(out, kServerOk);
      return Put32(out, opened_ ? 1 : 0);
    default:
      return AnswerUsbCommand(out);
  }
}

void StlinkSession::AnswerUsbCommand(std::vector<uint8_t>* out) {
  std::array<uint8_t, kStlinkCommandBytes> command;
  std::copy_n(pending_.begin() + 8, command.size(), command.begin());
  const uint32_t size = Load32(&pending_[28]);
  const bool host_sends = pending_[24] == kHostSends;
  std::vector<uint8_t> payload;
  if (host_sends)
    payload.assign(pending_.begin() + kUsbHeaderBytes, pending_.begin() + kUsbHeaderBytes + size);
  std::vector<uint8_t> reply = probe_->Execute(DecodeStlinkCommand(command), payload);
  Put32(out, kServerOk);
  if (!host_sends) {
    reply.resize(size, 0);
    out->insert(out->end(), reply.begin(), reply.end());
  }
}

}  // namespace edgerack::vboard
