// Members of a group: symbol tables (B-tree version 1, local heap) and link messages.
#include <set>

#include "server/compiler/importers/keras/hdf5/object.h"

namespace edgerack::compiler::hdf5 {
namespace {

constexpr size_t kMaxLinks = 65536;
constexpr int kMaxDepth = 16;

class SymbolTable {
 public:
  SymbolTable(const Image& image, std::vector<Link>& links) : image_(image), links_(links) {}

  absl::Status Read(uint64_t tree, uint64_t heap) {
    Cursor at = image_.At(heap);
    if (!at.Matches("HEAP")) return Damaged("a group has no local heap");
    at.Skip(4 + 2 * static_cast<uint64_t>(image_.length_width));
    names_ = at.Number(image_.offset_width);
    if (!at.ok()) return Damaged("a local heap ends outside the file");
    return ReadNode(tree, 0);
  }

 private:
  absl::Status ReadNode(uint64_t address, int depth) {
    if (depth > kMaxDepth || !seen_.insert(address).second) {
      return Damaged("a group's tree runs in a circle");
    }
    Cursor at = image_.At(address);
    if (at.Matches("SNOD")) return ReadSymbols(at);
    at = image_.At(address);
    if (!at.Matches("TREE") || at.Byte() != 0) return Damaged("a group's tree has a wrong node");
    at.Skip(1);
    const uint64_t children = at.Number(2);
    at.Skip(2 * static_cast<uint64_t>(image_.offset_width));
    for (uint64_t i = 0; i < children && at.ok(); ++i) {
      at.Skip(static_cast<uint64_t>(image_.length_width));  // key
      const uint64_t child = at.Number(image_.offset_width);
      if (at.ok()) ER_RETURN_IF_ERROR(ReadNode(child, depth + 1));
    }
    return at.ok() ? absl::OkStatus() : Damaged("a group's tree ends outside the file");
  }

  absl::Status ReadSymbols(Cursor at) {
    at.Skip(2);
    const uint64_t count = at.Number(2);
    for (uint64_t i = 0; i < count; ++i) {
      const uint64_t name = at.Number(image_.offset_width);
      Link link;
      link.address = at.Number(image_.offset_width);
      at.Skip(24);  // cache type, reserved, scratch pad
      if (!at.ok() || links_.size() >= kMaxLinks) return Damaged("a group's members are wrong");
      Cursor text = image_.At(names_ + name);
      link.name = text.Text();
      if (!text.ok()) return Damaged("a member's name lies outside the file");
      links_.push_back(std::move(link));
    }
    return absl::OkStatus();
  }

  const Image& image_;
  std::vector<Link>& links_;
  uint64_t names_ = 0;
  std::set<uint64_t> seen_;
};

absl::StatusOr<Link> ParseLink(const Image& image, std::string_view data) {
  Cursor at(data, 0);
  if (at.Byte() != 1) return Unsupported("links of an unknown version");
  const uint8_t flags = at.Byte();
  const uint8_t type = flags & 8 ? at.Byte() : 0;
  if (flags & 4) at.Skip(8);     // creation order
  if (flags & 0x10) at.Skip(1);  // character set
  Link link;
  link.name = std::string(at.Take(at.Number(1 << (flags & 3))));
  link.address = at.Number(image.offset_width);
  if (!at.ok()) return Damaged("a link is cut off");
  if (type != 0) return Unsupported("soft or external links ('" + link.name + "')");
  return link;
}

absl::Status RefuseDenseLinks(const Image& image, std::string_view data) {
  Cursor at(data, 0);
  at.Skip(1);
  if (at.Byte() & 1) at.Skip(8);
  const uint64_t heap = at.Number(image.offset_width);
  const uint64_t none = ~0ull >> (64 - 8 * image.offset_width);
  if (at.ok() && heap == none) return absl::OkStatus();
  return Unsupported("densely stored links");
}

}  // namespace

absl::StatusOr<std::vector<Link>> ReadLinks(const Image& image,
                                            const std::vector<Message>& messages) {
  std::vector<Link> links;
  for (const Message& message : messages) {
    if (message.type == kSymbolTable) {
      Cursor at(message.data, 0);
      const uint64_t tree = at.Number(image.offset_width);
      const uint64_t heap = at.Number(image.offset_width);
      if (!at.ok()) return Damaged("a symbol table is cut off");
      ER_RETURN_IF_ERROR(SymbolTable(image, links).Read(tree, heap));
    } else if (message.type == kLink) {
      ER_ASSIGN_OR_RETURN(Link link, ParseLink(image, message.data));
      links.push_back(std::move(link));
    } else if (message.type == kLinkInfo) {
      ER_RETURN_IF_ERROR(RefuseDenseLinks(image, message.data));
    }
  }
  return links;
}

}  // namespace edgerack::compiler::hdf5
