#include "server/compiler/importers/keras/hdf5/storage.h"

#include <zlib.h>

#include <algorithm>
#include <cstring>
#include <set>

namespace edgerack::compiler::hdf5 {
namespace {

constexpr int kMaxDepth = 16;
constexpr uint16_t kDeflate = 1;
constexpr uint16_t kShuffle = 2;
constexpr uint16_t kChecksum = 3;

const Message* Find(const std::vector<Message>& messages, uint16_t type) {
  for (const Message& message : messages) {
    if (message.type == type) return &message;
  }
  return nullptr;
}

bool Undefined(const Image& image, uint64_t address) {
  return address == ~0ull >> (64 - 8 * image.offset_width);
}

absl::StatusOr<std::vector<uint16_t>> ParseFilters(const Message* message) {
  std::vector<uint16_t> filters;
  if (message == nullptr) return filters;
  Cursor at(message->data, 0);
  const int version = at.Byte();
  const int count = at.Byte();
  if (version != 1 && version != 2) return Unsupported("filters of an unknown version");
  if (version == 1) at.Skip(6);
  for (int i = 0; i < count; ++i) {
    const uint16_t id = static_cast<uint16_t>(at.Number(2));
    const uint64_t name = version == 1 || id >= 256 ? at.Number(2) : 0;
    at.Skip(2);  // flags
    const uint64_t values = at.Number(2);
    at.Skip(version == 1 ? (name + 7) / 8 * 8 : name);
    at.Skip(4 * values + (version == 1 && values % 2 == 1 ? 4 : 0));
    if (!at.ok()) return Damaged("a list of filters is cut off");
    if (id != kDeflate && id != kShuffle && id != kChecksum) {
      return Unsupported("filter " + std::to_string(id));
    }
    filters.push_back(id);
  }
  return filters;
}

absl::StatusOr<std::string> Inflate(std::string_view packed, size_t bytes) {
  std::string out(bytes, '\0');
  uLongf got = static_cast<uLongf>(bytes);
  const int status =
      uncompress(reinterpret_cast<Bytef*>(out.data()), &got,
                 reinterpret_cast<const Bytef*>(packed.data()), static_cast<uLong>(packed.size()));
  if (status != Z_OK) return Damaged("a compressed chunk cannot be read");
  out.resize(got);
  return out;
}

// Undoes the shuffle filter: all first bytes of the elements, then all second bytes, …
std::string Unshuffle(const std::string& in, size_t element_bytes) {
  const size_t count = in.size() / element_bytes;
  std::string out = in;
  for (size_t b = 0; b < element_bytes; ++b) {
    for (size_t i = 0; i < count; ++i) out[i * element_bytes + b] = in[b * count + i];
  }
  return out;
}

class ChunkedReader {
 public:
  ChunkedReader(const Image& image, std::vector<uint16_t> filters, std::vector<int64_t> shape,
                std::vector<int64_t> chunk, uint32_t element_bytes, std::string& out)
      : image_(image),
        filters_(std::move(filters)),
        shape_(std::move(shape)),
        chunk_(std::move(chunk)),
        element_bytes_(element_bytes),
        out_(out) {}

  absl::Status ReadNode(uint64_t address, int depth) {
    if (depth > kMaxDepth || !seen_.insert(address).second) {
      return Damaged("a tree of chunks runs in a circle");
    }
    Cursor at = image_.At(address);
    if (!at.Matches("TREE") || at.Byte() != 1) return Damaged("a tree of chunks has a wrong node");
    const int level = at.Byte();
    const uint64_t children = at.Number(2);
    at.Skip(2 * static_cast<uint64_t>(image_.offset_width));
    for (uint64_t i = 0; i < children && at.ok(); ++i) {
      const uint64_t stored = at.Number(4);
      const uint64_t skipped_filters = at.Number(4);
      std::vector<int64_t> origin;
      for (size_t d = 0; d <= shape_.size(); ++d) {
        origin.push_back(static_cast<int64_t>(at.Number(8)));
      }
      const uint64_t child = at.Number(image_.offset_width);
      if (!at.ok()) break;
      ER_RETURN_IF_ERROR(level > 0 ? ReadNode(child, depth + 1)
                                   : ReadChunk(child, stored, skipped_filters, origin));
    }
    return at.ok() ? absl::OkStatus() : Damaged("a tree of chunks ends outside the file");
  }

 private:
  absl::Status ReadChunk(uint64_t address, uint64_t stored, uint64_t skipped,
                         const std::vector<int64_t>& origin) {
    size_t bytes = element_bytes_;
    for (int64_t extent : chunk_) bytes *= static_cast<size_t>(extent);
    // Each chunk holds a part of the result: more than twice its size is no honest file.
    total_ += bytes;
    if (total_ > 2 * out_.size() + (1u << 20)) return Damaged("there are too many chunks");
    Cursor at = image_.At(address);
    std::string data(at.Take(stored));
    if (!at.ok()) return Damaged("a chunk lies outside the file");
    for (size_t i = filters_.size(); i-- > 0;) {
      if (skipped >> i & 1) continue;
      if (filters_[i] == kDeflate) {
        ER_ASSIGN_OR_RETURN(data, Inflate(data, bytes + 4));
      } else if (filters_[i] == kShuffle) {
        data = Unshuffle(data, element_bytes_);
      } else if (data.size() >= 4) {
        data.resize(data.size() - 4);
      }
    }
    if (data.size() < bytes) return Damaged("a chunk is too short");
    for (size_t d = 0; d < shape_.size(); ++d) {
      if (origin[d] < 0 || origin[d] >= shape_[d]) return Damaged("a chunk lies outside its array");
    }
    CopyRows(data, origin, 0, 0, 0);
    return absl::OkStatus();
  }

  // Copies what lies inside the array, row by row of the last dimension.
  void CopyRows(const std::string& data, const std::vector<int64_t>& origin, size_t d, int64_t from,
                int64_t to) {
    const int64_t inside = std::min(chunk_[d], shape_[d] - origin[d]);
    from *= chunk_[d];
    to = to * shape_[d] + origin[d];
    if (d + 1 == shape_.size()) {
      std::memcpy(out_.data() + static_cast<size_t>(to) * element_bytes_,
                  data.data() + static_cast<size_t>(from) * element_bytes_,
                  static_cast<size_t>(inside) * element_bytes_);
      return;
    }
    for (int64_t i = 0; i < inside; ++i) CopyRows(data, origin, d + 1, from + i, to + i);
  }

  const Image& image_;
  std::vector<uint16_t> filters_;
  std::vector<int64_t> shape_;
  std::vector<int64_t> chunk_;
  size_t element_bytes_;
  std::string& out_;
  std::set<uint64_t> seen_;
  size_t total_ = 0;
};

absl::StatusOr<std::string> ReadChunked(const Image& image, const std::vector<Message>& messages,
                                        Cursor at, const std::vector<int64_t>& shape,
                                        uint32_t element_bytes, size_t bytes) {
  ER_ASSIGN_OR_RETURN(std::vector<uint16_t> filters, ParseFilters(Find(messages, kFilterPipeline)));
  const size_t rank = at.Byte();
  const uint64_t tree = at.Number(image.offset_width);
  if (rank != shape.size() + 1 || shape.empty()) return Damaged("chunks of another rank");
  std::vector<int64_t> chunk;
  for (size_t d = 0; d < shape.size(); ++d) chunk.push_back(static_cast<int64_t>(at.Number(4)));
  if (!at.ok()) return Damaged("a layout is cut off");
  ER_ASSIGN_OR_RETURN(const int64_t chunk_elements, CountElements(chunk));
  if (chunk_elements == 0) return Damaged("a chunk is empty");
  std::string out(bytes, '\0');
  if (Undefined(image, tree)) return out;
  ER_RETURN_IF_ERROR(
      ChunkedReader(image, std::move(filters), shape, std::move(chunk), element_bytes, out)
          .ReadNode(tree, 0));
  return out;
}

}  // namespace

absl::StatusOr<std::string> ReadStorage(const Image& image, const std::vector<Message>& messages,
                                        const std::vector<int64_t>& shape, uint32_t element_bytes) {
  const Message* layout = Find(messages, kDataLayout);
  if (layout == nullptr) return Damaged("a dataset has no layout");
  ER_ASSIGN_OR_RETURN(const int64_t elements, CountElements(shape));
  const size_t bytes = static_cast<size_t>(elements) * element_bytes;
  if (bytes > (1ull << 30)) return Damaged("a dataset is larger than 1 GiB");
  Cursor at(layout->data, 0);
  const int version = at.Byte();
  const int layout_class = at.Byte();
  if (version != 3 && !(version == 4 && layout_class < 2)) {
    return Unsupported("data layout version " + std::to_string(version));
  }
  if (layout_class == 2) return ReadChunked(image, messages, at, shape, element_bytes, bytes);
  std::string_view data;
  if (layout_class == 0) {
    data = at.Take(at.Number(2));
  } else if (layout_class == 1) {
    const uint64_t address = at.Number(image.offset_width);
    if (at.ok() && Undefined(image, address)) return std::string(bytes, '\0');
    Cursor there = image.At(address);
    data = there.Take(bytes);
  } else {
    return Unsupported("data layout class " + std::to_string(layout_class));
  }
  if (data.size() < bytes) return Damaged("a dataset lies outside the file");
  return std::string(data.substr(0, bytes));
}

}  // namespace edgerack::compiler::hdf5
