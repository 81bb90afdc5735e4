// The typed calls of LinkClient: fields in, fields out, long data in pieces.
#include <algorithm>

#include "agent/link/link_client.h"
#include "agent/link/message_names.h"
#include "base/sha256.h"

namespace edgerack::agent {
namespace {

const uint8_t* Bytes(const std::string& text) {
  return reinterpret_cast<const uint8_t*>(text.data());
}

// `encode` is one of the er_encode_*_request functions.
template <typename Request>
std::string Encoded(size_t (*encode)(const Request*, uint8_t*, size_t), const Request& request) {
  std::string payload(ER_WIRE_MAX_PAYLOAD, '\0');
  payload.resize(encode(&request, reinterpret_cast<uint8_t*>(payload.data()), payload.size()));
  return payload;
}

absl::Status BadReply(uint8_t id, size_t bytes) {
  return MakeError(absl::StatusCode::kInternal, ErrorClass::kBug, "BAD_REPLY",
                   std::string("the reply to ") + MessageName(id) + " has " +
                       std::to_string(bytes) +
                       " bytes, which is not what this version of the link expects; agent and "
                       "firmware may be from different releases: rebuild and flash the firmware");
}

// `decode` is one of the er_decode_*_reply functions of a reply without a TAIL.
template <typename Reply>
absl::StatusOr<Reply> Decoded(int (*decode)(Reply*, const uint8_t*, size_t), uint8_t id,
                              const absl::StatusOr<std::string>& payload) {
  if (!payload.ok()) return payload.status();
  Reply reply{};
  if (!decode(&reply, Bytes(*payload), payload->size())) return BadReply(id, payload->size());
  return reply;
}

uint32_t LittleEndian32(const std::string& bytes, size_t at) {
  uint32_t value = 0;
  for (size_t i = 0; i < 4; ++i) {
    value |= static_cast<uint32_t>(static_cast<uint8_t>(bytes[at + i])) << (8 * i);
  }
  return value;
}

}  // namespace

Task<absl::StatusOr<Identity>> LinkClient::Hello(CallLimits limits) {
  er_hello_request_t request{};
  request.protocol = ER_WIRE_PROTOCOL;
  ER_CO_ASSIGN_OR_RETURN(
      std::string payload,
      co_await Call(ER_MSG_HELLO, Encoded(er_encode_hello_request, request), limits));
  Identity identity;
  er_hello_reply_t& hello = identity.hello;
  if (!er_decode_hello_reply(&hello, Bytes(payload), payload.size()) || hello.max_payload < 64) {
    co_return BadReply(ER_MSG_HELLO, payload.size());
  }
  identity.image_name.assign(reinterpret_cast<const char*>(hello.name), hello.name_bytes);
  hello.name = nullptr;
  identity.build_id =
      HexEncode({reinterpret_cast<const char*>(hello.build_id), sizeof hello.build_id});
  identity.uid = HexEncode({reinterpret_cast<const char*>(hello.uid), sizeof hello.uid});
  max_payload_ = std::min<uint32_t>(hello.max_payload, ER_WIRE_MAX_PAYLOAD);
  co_return identity;
}

Task<absl::StatusOr<er_fault_reply_t>> LinkClient::Fault(bool clear, CallLimits limits) {
  er_fault_request_t request{};
  request.clear = clear ? 1 : 0;
  co_return Decoded(er_decode_fault_reply, ER_MSG_FAULT,
                    co_await Call(ER_MSG_FAULT, Encoded(er_encode_fault_request, request), limits));
}

Task<absl::StatusOr<er_configure_reply_t>> LinkClient::Configure(er_configure_request_t request,
                                                                 CallLimits limits) {
  co_return Decoded(
      er_decode_configure_reply, ER_MSG_CONFIGURE,
      co_await Call(ER_MSG_CONFIGURE, Encoded(er_encode_configure_request, request), limits));
}

Task<absl::Status> LinkClient::UpdateDamagedRequests(CallLimits limits) {
  absl::StatusOr<er_link_statistics_reply_t> reply =
      Decoded(er_decode_link_statistics_reply, ER_MSG_LINK_STATISTICS,
              co_await Call(ER_MSG_LINK_STATISTICS, "", limits));
  if (reply.ok()) statistics_.damaged_requests = reply->damaged_frames;
  co_return reply.status();
}

Task<absl::Status> LinkClient::Reset(CallLimits limits) {
  auto reply = co_await Call(ER_MSG_RESET, "", limits);
  co_return reply.status();
}

Task<absl::StatusOr<er_package_info_reply_t>> LinkClient::PackageInfo(CallLimits limits) {
  co_return Decoded(er_decode_package_info_reply, ER_MSG_PACKAGE_INFO,
                    co_await Call(ER_MSG_PACKAGE_INFO, "", limits));
}

Task<absl::Status> LinkClient::WritePackage(const std::string& package, CallLimits limits) {
  er_package_erase_request_t erase{};
  erase.bytes = static_cast<uint32_t>(package.size());
  auto erased =
      co_await Call(ER_MSG_PACKAGE_ERASE, Encoded(er_encode_package_erase_request, erase), limits);
  ER_CO_RETURN_IF_ERROR(erased.status());
  const size_t piece_bytes = (max_payload() - 4) & ~size_t{31};
  for (size_t offset = 0; offset < package.size(); offset += piece_bytes) {
    er_package_write_request_t write{};
    write.offset = static_cast<uint32_t>(offset);
    write.data = Bytes(package) + offset;
    write.data_bytes = static_cast<uint32_t>(std::min(piece_bytes, package.size() - offset));
    auto written = co_await Call(ER_MSG_PACKAGE_WRITE,
                                 Encoded(er_encode_package_write_request, write), limits);
    ER_CO_RETURN_IF_ERROR(written.status());
  }
  co_return absl::OkStatus();
}

Task<absl::StatusOr<er_package_load_reply_t>> LinkClient::PackageLoad(CallLimits limits) {
  co_return Decoded(er_decode_package_load_reply, ER_MSG_PACKAGE_LOAD,
                    co_await Call(ER_MSG_PACKAGE_LOAD, "", limits));
}

Task<absl::Status> LinkClient::WriteInput(uint16_t input, std::string bytes, CallLimits limits) {
  const size_t piece_bytes = (max_payload() - 8) & ~size_t{3};
  for (size_t offset = 0; offset < bytes.size(); offset += piece_bytes) {
    er_write_input_request_t write{};
    write.input = input;
    write.offset = static_cast<uint32_t>(offset);
    write.data = Bytes(bytes) + offset;
    write.data_bytes = static_cast<uint32_t>(std::min(piece_bytes, bytes.size() - offset));
    auto written =
        co_await Call(ER_MSG_WRITE_INPUT, Encoded(er_encode_write_input_request, write), limits);
    ER_CO_RETURN_IF_ERROR(written.status());
  }
  co_return absl::OkStatus();
}

Task<absl::StatusOr<er_run_reply_t>> LinkClient::Run(er_run_request_t request, CallLimits limits,
                                                     const Meanwhile* meanwhile) {
  co_return Decoded(
      er_decode_run_reply, ER_MSG_RUN,
      co_await Call(ER_MSG_RUN, Encoded(er_encode_run_request, request), limits, meanwhile));
}

Task<absl::StatusOr<std::vector<uint32_t>>> LinkClient::ReadSamples(uint16_t count,
                                                                    CallLimits limits) {
  std::vector<uint32_t> samples;
  const uint32_t at_once = (max_payload() - 8) / 4;
  while (samples.size() < count) {
    er_read_samples_request_t request{};
    request.first = static_cast<uint16_t>(samples.size());
    request.count = static_cast<uint16_t>(std::min<size_t>(at_once, count - samples.size()));
    ER_CO_ASSIGN_OR_RETURN(std::string payload,
                           co_await Call(ER_MSG_READ_SAMPLES,
                                         Encoded(er_encode_read_samples_request, request), limits));
    if (payload.size() != request.count * size_t{4}) {
      co_return BadReply(ER_MSG_READ_SAMPLES, payload.size());
    }
    for (size_t at = 0; at < payload.size(); at += 4) {
      samples.push_back(LittleEndian32(payload, at));
    }
  }
  co_return samples;
}

Task<absl::StatusOr<er_profile_reply_t>> LinkClient::Profile(uint32_t extra_counter,
                                                             CallLimits limits) {
  er_profile_request_t request{};
  request.extra_counter = extra_counter;
  co_return Decoded(
      er_decode_profile_reply, ER_MSG_PROFILE,
      co_await Call(ER_MSG_PROFILE, Encoded(er_encode_profile_request, request), limits));
}

Task<absl::StatusOr<std::vector<LayerCount>>> LinkClient::ReadProfile(uint16_t count,
                                                                      CallLimits limits) {
  std::vector<LayerCount> layers;
  const uint32_t at_once = (max_payload() - 8) / 8;
  while (layers.size() < count) {
    er_read_profile_request_t request{};
    request.first = static_cast<uint16_t>(layers.size());
    request.count = static_cast<uint16_t>(std::min<size_t>(at_once, count - layers.size()));
    ER_CO_ASSIGN_OR_RETURN(std::string payload,
                           co_await Call(ER_MSG_READ_PROFILE,
                                         Encoded(er_encode_read_profile_request, request), limits));
    if (payload.size() != request.count * size_t{8}) {
      co_return BadReply(ER_MSG_READ_PROFILE, payload.size());
    }
    for (size_t at = 0; at < payload.size(); at += 8) {
      layers.push_back({LittleEndian32(payload, at), LittleEndian32(payload, at + 4)});
    }
  }
  co_return layers;
}

Task<absl::StatusOr<std::string>> LinkClient::ReadTensor(uint16_t tensor, uint32_t bytes,
                                                         CallLimits limits) {
  std::string data;
  const uint32_t piece_bytes = (max_payload() - 8) & ~3u;
  while (data.size() < bytes) {
    er_read_tensor_request_t request{};
    request.tensor = tensor;
    request.offset = static_cast<uint32_t>(data.size());
    request.length = static_cast<uint16_t>(std::min<size_t>(piece_bytes, bytes - data.size()));
    ER_CO_ASSIGN_OR_RETURN(
        std::string payload,
        co_await Call(ER_MSG_READ_TENSOR, Encoded(er_encode_read_tensor_request, request), limits));
    if (payload.size() != request.length) {
      co_return BadReply(ER_MSG_READ_TENSOR, payload.size());
    }
    data += payload;
  }
  co_return data;
}

Task<absl::StatusOr<std::vector<uint32_t>>> LinkClient::Step(uint16_t layer, uint16_t flags,
                                                             CallLimits limits) {
  er_step_request_t request{};
  request.layer = layer;
  request.flags = flags;
  ER_CO_ASSIGN_OR_RETURN(
      std::string payload,
      co_await Call(ER_MSG_STEP, Encoded(er_encode_step_request, request), limits));
  if (payload.size() % 4 != 0) co_return BadReply(ER_MSG_STEP, payload.size());
  std::vector<uint32_t> crc32;
  for (size_t at = 0; at < payload.size(); at += 4) crc32.push_back(LittleEndian32(payload, at));
  co_return crc32;
}

Task<absl::StatusOr<er_memory_reply_t>> LinkClient::Memory(CallLimits limits) {
  co_return Decoded(er_decode_memory_reply, ER_MSG_MEMORY,
                    co_await Call(ER_MSG_MEMORY, "", limits));
}

}  // namespace edgerack::agent
