// Object headers of version 1 and 2 (specification IV.A.1).
#include "server/compiler/importers/keras/hdf5/object.h"
#include "server/compiler/ir/refusal.h"

namespace edgerack::compiler::hdf5 {
namespace {

constexpr size_t kMaxMessages = 65536;
constexpr size_t kMaxBlocks = 1024;

struct Block {
  uint64_t address;
  uint64_t bytes;
};

// One walk over the blocks of a header; both versions differ in how a message begins.
class HeaderWalk {
 public:
  HeaderWalk(const Image& image, int version, bool creation_order)
      : image_(image), version_(version), creation_order_(creation_order) {}

  absl::StatusOr<std::vector<Message>> From(Block first) {
    blocks_.push_back(first);
    for (size_t i = 0; i < blocks_.size(); ++i) ER_RETURN_IF_ERROR(ReadBlock(blocks_[i]));
    return std::move(messages_);
  }

 private:
  absl::Status ReadBlock(const Block block) {
    const uint64_t head = version_ == 1 ? 8 : creation_order_ ? 6 : 4;
    Cursor at = image_.At(block.address);
    while (at.ok() && at.position() + head <= block.address + block.bytes) {
      Message message;
      message.type = static_cast<uint16_t>(at.Number(version_ == 1 ? 2 : 1));
      const uint64_t size = at.Number(2);
      at.Skip(head - (version_ == 1 ? 4 : 3));
      message.data = at.Take(size);
      if (!at.ok()) return Damaged("an object header's message ends outside the file");
      if (messages_.size() >= kMaxMessages) return Damaged("an object has over 65536 messages");
      if (message.type == kContinuation) ER_RETURN_IF_ERROR(Continue(message));
      messages_.push_back(message);
    }
    return absl::OkStatus();
  }

  absl::Status Continue(const Message& message) {
    Cursor at(message.data, 0);
    Block block = {at.Number(image_.offset_width), at.Number(image_.length_width)};
    if (!at.ok() || blocks_.size() >= kMaxBlocks || block.bytes > image_.bytes.size()) {
      return Damaged("an object header's continuation is wrong");
    }
    if (version_ == 2) {  // "OCHK" before, checksum behind
      if (!image_.At(block.address).Matches("OCHK") || block.bytes < 8) {
        return Damaged("an object header's continuation has no signature");
      }
      block = {block.address + 4, block.bytes - 8};
    }
    blocks_.push_back(block);
    return absl::OkStatus();
  }

  const Image& image_;
  int version_;
  bool creation_order_;
  std::vector<Block> blocks_;
  std::vector<Message> messages_;
};

absl::StatusOr<std::vector<Message>> ReadVersion2(const Image& image, Cursor at) {
  at.Skip(4);  // "OHDR"
  if (at.Byte() != 2) return Unsupported("an object header of an unknown version");
  const uint8_t flags = at.Byte();
  if (flags & 0x20) at.Skip(16);  // times
  if (flags & 0x10) at.Skip(4);   // limits of attribute storage
  const uint64_t bytes = at.Number(1 << (flags & 3));
  if (!at.ok()) return Damaged("an object header ends outside the file");
  return HeaderWalk(image, 2, (flags & 4) != 0).From({at.position(), bytes});
}

}  // namespace

absl::Status Damaged(const std::string& what) {
  return Refuse("BAD_MODEL_FILE", "the HDF5 file is damaged: " + what + "; save the model again");
}

absl::Status Unsupported(const std::string& what) {
  return Refuse("BAD_MODEL_FILE", "the HDF5 file uses " + what +
                                      ", which Keras does not write; save the model with "
                                      "model.save(\"model.keras\") or model.save(\"model.h5\")");
}

absl::StatusOr<std::vector<Message>> ReadMessages(const Image& image, uint64_t address) {
  if (image.At(address).Matches("OHDR")) return ReadVersion2(image, image.At(address));
  Cursor at = image.At(address);
  if (at.Byte() != 1) return Damaged("there is no object header where one should be");
  at.Skip(7);  // reserved, number of messages, reference count
  const uint64_t bytes = at.Number(4);
  at.Skip(4);
  if (!at.ok()) return Damaged("an object header ends outside the file");
  return HeaderWalk(image, 1, false).From({at.position(), bytes});
}

}  // namespace edgerack::compiler::hdf5
