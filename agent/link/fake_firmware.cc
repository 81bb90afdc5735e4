#include "agent/link/fake_firmware.h"

#include <algorithm>
#include <cstring>

#include "firmware/package/format.h"

namespace edgerack::agent {
namespace {

constexpr uint16_t kLayers = 3;

template <typename Reply>
std::string Ok(size_t (*encode)(const Reply*, uint8_t*, size_t), const Reply& reply) {
  std::string payload(1 + ER_WIRE_MAX_PAYLOAD, '\0');
  auto* to = reinterpret_cast<uint8_t*>(payload.data());
  payload.resize(1 + encode(&reply, to + 1, ER_WIRE_MAX_PAYLOAD - 1));
  return payload;
}

std::string Refuse(uint16_t status, const std::string& text) {
  return std::string(1, static_cast<char>(status)) + std::string("\x07\0\0\0", 4) + text;
}

std::string Words(const std::vector<uint32_t>& values) {
  std::string bytes;
  for (uint32_t value : values) {
    for (int shift = 0; shift < 32; shift += 8) bytes += static_cast<char>(value >> shift);
  }
  return bytes;
}

const uint8_t* Bytes(const std::string& text) {
  return reinterpret_cast<const uint8_t*>(text.data());
}

}  // namespace

FakeFirmware::FakeFirmware() { er_frame_decoder_init(&decoder_); }

void FakeFirmware::Reboot() {
  er_frame_decoder_init(&decoder_);
  last_sequence_ = -1;
  busy_until_ms_ = 0;
  loaded = false;
  input_.clear();
  output_.clear();
  ++boot_count;
}

std::string FakeFirmware::Frame(uint8_t kind, const er_frame_t& request,
                                const std::string& payload) const {
  er_frame_t frame = request;
  frame.kind = kind;
  frame.payload = Bytes(payload);
  frame.payload_bytes = static_cast<uint32_t>(payload.size());
  std::string bytes(ER_FRAME_MAX_ENCODED_BYTES, '\0');
  bytes.resize(er_frame_encode(&frame, reinterpret_cast<uint8_t*>(bytes.data()), bytes.size()));
  return bytes;
}

std::vector<FakeFirmware::Output> FakeFirmware::Receive(const std::string& bytes, int64_t now_ms) {
  if (foreign_image) return foreign_image(bytes);
  std::vector<Output> out;
  if (silent || now_ms < busy_until_ms_) return out;
  for (char byte : bytes) {
    er_frame_t request;
    if (!er_frame_decoder_push(&decoder_, static_cast<uint8_t>(byte), &request)) continue;
    if (request.kind != ER_WIRE_REQUEST) continue;
    if (request.sequence == last_sequence_) {
      if (!last_reply_.empty()) out.push_back({1, last_reply_});
      continue;
    }
    last_sequence_ = request.sequence;
    last_reply_.clear();
    if (request.id == ER_MSG_RUN || request.id == ER_MSG_PROFILE || request.id == ER_MSG_STEP) {
      out.push_back({1, Frame(ER_WIRE_ACCEPTED, request, "")});
      if (hang_in_run) {
        silent = true;
        return out;
      }
      if (fault_in_run) {
        Reboot();
        fault_present = true;
        return out;
      }
    }
    int64_t work_ms = 1;
    ++executed_requests;
    executed_ids.push_back(request.id);
    last_reply_ = Frame(ER_WIRE_REPLY, request, Execute(request, work_ms));
    out.push_back({work_ms, last_reply_});
    if (work_ms > 1) busy_until_ms_ = now_ms + work_ms;
    if (request.id == ER_MSG_RESET) Reboot();
  }
  return out;
}

std::string FakeFirmware::Execute(const er_frame_t& request, int64_t& work_ms) {
  switch (request.id) {
    case ER_MSG_HELLO:
      return Hello();
    case ER_MSG_FAULT: {
      er_fault_request_t fields{};
      er_decode_fault_request(&fields, request.payload, request.payload_bytes);
      er_fault_reply_t reply{};
      reply.present = fault_present ? 1 : 0;
      if (fault_present) {
        reply.kind = fault_kind;
        reply.layer = 2;
        reply.pc = 0x0800'1234;
      }
      if (fields.clear) fault_present = false;
      return Ok(er_encode_fault_reply, reply);
    }
    case ER_MSG_LINK_STATISTICS: {
      er_link_statistics_reply_t reply{};
      reply.damaged_frames = decoder_.dropped_frames;
      return Ok(er_encode_link_statistics_reply, reply);
    }
    case ER_MSG_RESET:
      return Ok(er_encode_reset_reply, er_reset_reply_t{});
    case ER_MSG_RUN:
    case ER_MSG_PROFILE:
      return ExecuteRun(request, work_ms);
    case ER_MSG_STEP:
      return ExecuteStep(request);
    case ER_MSG_PACKAGE_INFO:
    case ER_MSG_PACKAGE_ERASE:
    case ER_MSG_PACKAGE_WRITE:
    case ER_MSG_PACKAGE_LOAD:
      return ExecuteStore(request, work_ms);
    default:
      return ExecuteData(request);
  }
}

std::string FakeFirmware::Hello() const {
  er_hello_reply_t reply{};
  reply.protocol = protocol;
  reply.max_payload = max_payload;
  std::memcpy(reply.build_id, build_id.data(), sizeof reply.build_id);
  std::memcpy(reply.uid, uid.data(), sizeof reply.uid);
  reply.device_id = device_id;
  reply.clock_hz = clock_hz;
  reply.boot_count = boot_count;
  reply.reset_cause = ER_RESET_SOFTWARE;
  reply.fault_present = fault_present ? 1 : 0;
  reply.package_abi = ER_PACKAGE_ABI_MAJOR;
  reply.package_address = package_address;
  reply.package_capacity_bytes = 917'504;
  reply.arena_capacity_bytes = 245'760;
  reply.settings = settings;
  static const std::string kName = "fake";
  reply.name = Bytes(kName);
  reply.name_bytes = static_cast<uint32_t>(kName.size());
  return Ok(er_encode_hello_reply, reply);
}

std::string FakeFirmware::ExecuteRun(const er_frame_t& request, int64_t& work_ms) {
  if (!loaded) return Refuse(ER_FAILED_PRECONDITION, "no package is loaded");
  ++executed_runs;
  next_step_ = 0;
  output_ = input_;
  for (char& byte : output_) byte = static_cast<char>(byte + 1);
  if (request.id == ER_MSG_PROFILE) {
    er_profile_reply_t reply{};
    reply.total_cycles = cycles_per_run + 300;
    reply.profiler_overhead = 100;
    reply.layers = kLayers;
    work_ms = ms_per_run;
    return Ok(er_encode_profile_reply, reply);
  }
  er_run_request_t fields{};
  er_decode_run_request(&fields, request.payload, request.payload_bytes);
  samples_ = fields.samples;
  work_ms = (fields.warmup + fields.samples) * ms_per_run;
  er_run_reply_t reply{};
  reply.clock_hz = clock_hz;
  reply.timer_overhead = 12;
  reply.samples = samples_;
  reply.settings = settings;
  reply.extra_counts = fields.extra_counter != 0 ? 777 : 0;
  return Ok(er_encode_run_reply, reply);
}

std::string FakeFirmware::ExecuteStep(const er_frame_t& request) {
  if (!knows_step) return Refuse(ER_UNIMPLEMENTED, "this firmware does not know the message");
  er_step_request_t fields{};
  er_decode_step_request(&fields, request.payload, request.payload_bytes);
  if (!loaded) return Refuse(ER_FAILED_PRECONDITION, "no package is loaded");
  if (fields.layer >= kLayers) return Refuse(ER_OUT_OF_RANGE, "the model has only 3 layers");
  if (fields.layer != 0 && fields.layer != next_step_) {
    return Refuse(ER_FAILED_PRECONDITION, "layers are stepped in order");
  }
  if (fields.layer == 0) output_ = input_;
  for (char& byte : output_) byte = static_cast<char>(byte + 1);
  if (fields.layer == wrong_layer && !output_.empty()) ++output_[0];
  next_step_ = fields.layer + 1;
  return std::string(1, '\0') + Words({er_crc32(0, output_.data(), output_.size())});
}

std::string FakeFirmware::ExecuteStore(const er_frame_t& request, int64_t& work_ms) {
  er_package_header_t header{};
  bool present = store.size() >= sizeof header;
  if (present) std::memcpy(&header, store.data(), sizeof header);
  present = present && header.magic == ER_PACKAGE_MAGIC;
  switch (request.id) {
    case ER_MSG_PACKAGE_INFO: {
      er_package_info_reply_t reply{};
      reply.present = present ? 1 : 0;
      reply.loaded = loaded ? 1 : 0;
      reply.total_bytes = header.total_bytes;
      reply.crc32 = header.crc32;
      return Ok(er_encode_package_info_reply, reply);
    }
    case ER_MSG_PACKAGE_ERASE: {
      er_package_erase_request_t fields{};
      er_decode_package_erase_request(&fields, request.payload, request.payload_bytes);
      store.assign(fields.bytes, '\xff');
      loaded = false;
      work_ms = 50;
      return Ok(er_encode_package_erase_reply, er_package_erase_reply_t{});
    }
    case ER_MSG_PACKAGE_WRITE: {
      er_package_write_request_t fields{};
      er_decode_package_write_request(&fields, request.payload, request.payload_bytes);
      if (fields.offset % 4 != 0 || fields.offset + fields.data_bytes > store.size()) {
        return Refuse(ER_OUT_OF_RANGE, "outside of the erased store");
      }
      std::memcpy(store.data() + fields.offset, fields.data, fields.data_bytes);
      return Ok(er_encode_package_write_reply, er_package_write_reply_t{});
    }
    default: {
      if (refuse_load != ER_OK) return Refuse(refuse_load, "arena of 300000 bytes, 245760 here");
      if (!present) return Refuse(ER_NOT_FOUND, "no package in the store");
      uint32_t crc = er_crc32(0, store.data() + 16, store.size() - 16);
      if (crc != header.crc32 || corrupt_store) return Refuse(ER_DATA_LOSS, "CRC differs");
      loaded = true;
      er_package_load_reply_t reply{};
      reply.total_bytes = header.total_bytes;
      reply.crc32 = header.crc32;
      reply.arena_bytes = 4096;
      reply.layer_count = kLayers;
      return Ok(er_encode_package_load_reply, reply);
    }
  }
}

std::string FakeFirmware::ExecuteData(const er_frame_t& request) {
  switch (request.id) {
    case ER_MSG_WRITE_INPUT: {
      er_write_input_request_t fields{};
      er_decode_write_input_request(&fields, request.payload, request.payload_bytes);
      if (!loaded) return Refuse(ER_FAILED_PRECONDITION, "no package is loaded");
      if (fields.input == 0) {
        input_.resize(std::max<size_t>(input_.size(), fields.offset + fields.data_bytes));
        std::memcpy(input_.data() + fields.offset, fields.data, fields.data_bytes);
      }
      next_step_ = 0;
      return Ok(er_encode_write_input_reply, er_write_input_reply_t{});
    }
    case ER_MSG_READ_SAMPLES: {
      er_read_samples_request_t fields{};
      er_decode_read_samples_request(&fields, request.payload, request.payload_bytes);
      std::vector<uint32_t> values;
      for (uint32_t i = 0; i < fields.count; ++i) {
        values.push_back(cycles_per_run + fields.first + i);
      }
      return std::string(1, '\0') + Words(values);
    }
    case ER_MSG_READ_PROFILE: {
      er_read_profile_request_t fields{};
      er_decode_read_profile_request(&fields, request.payload, request.payload_bytes);
      std::vector<uint32_t> values;
      for (uint32_t i = 0; i < fields.count; ++i) {
        values.push_back(1000 * (fields.first + i + 1));
        values.push_back(10 * (fields.first + i + 1));
      }
      return std::string(1, '\0') + Words(values);
    }
    case ER_MSG_READ_TENSOR: {
      er_read_tensor_request_t fields{};
      er_decode_read_tensor_request(&fields, request.payload, request.payload_bytes);
      if (fields.offset + fields.length > output_.size()) {
        return Refuse(ER_OUT_OF_RANGE, "the tensor is shorter");
      }
      return std::string(1, '\0') + output_.substr(fields.offset, fields.length);
    }
    case ER_MSG_MEMORY: {
      er_memory_reply_t reply{};
      reply.stack_capacity_bytes = 16'384;
      reply.stack_used_bytes = 1'500;
      reply.code_bytes = 60'000;
      reply.data_bytes = 9'000;
      reply.arena_capacity_bytes = 245'760;
      reply.arena_used_bytes = 4'096;
      return Ok(er_encode_memory_reply, reply);
    }
    case ER_MSG_CONFIGURE: {
      er_configure_request_t fields{};
      er_decode_configure_request(&fields, request.payload, request.payload_bytes);
      if (!knows_configure) return Refuse(ER_UNIMPLEMENTED, "unknown message");
      if (fields.clock_hz != 0 && fields.clock_hz != clock_hz) {
        return Refuse(ER_UNIMPLEMENTED, "the board cannot run its core at that");
      }
      er_configure_reply_t reply{};
      reply.clock_hz = clock_hz;
      reply.arena_address = fields.arena_address != 0 ? fields.arena_address : 0x2001'0000;
      reply.kernels_address = 0x0020'0000;
      return Ok(er_encode_configure_reply, reply);
    }
    default:
      return Refuse(ER_UNIMPLEMENTED, "unknown message");
  }
}

}  // namespace edgerack::agent
