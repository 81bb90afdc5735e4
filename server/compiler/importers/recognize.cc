#include "server/compiler/importers/recognize.h"

#include <algorithm>
#include <string_view>

namespace edgerack::compiler {
namespace {

using std::string_view_literals::operator""sv;

constexpr char kExport[] = "export the model to one of them";

struct Magic {
  size_t offset;
  std::string_view bytes;
  const char* what;
  const char* next;
};

constexpr Magic kMagics[] = {
    {0, "ERP1"sv, "an Edgerack package, which is compiled already",
     "give the model it was made from"},
    {0, "version https://git-lfs"sv, "a Git LFS pointer, not the file it stands for",
     "fetch the file with `git lfs pull`"},
    {0, "\x93NUMPY"sv, "a NumPy array (.npy)",
     "give the model; arrays belong to --dataset or --calibration"},
    {0, "\x89PNG"sv, "a PNG image", kExport},
    {0, "\xff\xd8\xff"sv, "a JPEG image", kExport},
    {0, "GIF8"sv, "a GIF image", kExport},
    {0, "%PDF"sv, "a PDF document", kExport},
    {0,
     "\x7f"
     "ELF"sv,
     "an ELF program", kExport},
    {0, "\x1f\x8b"sv, "gzip-compressed data", "unpack it with gunzip and give the model in it"},
    {0, "BZh"sv, "bzip2-compressed data", "unpack it and give the model in it"},
    {0,
     "\xfd"
     "7zXZ"sv,
     "xz-compressed data", "unpack it and give the model in it"},
    {0, "\x28\xb5\x2f\xfd"sv, "zstd-compressed data", "unpack it and give the model in it"},
    {257, "ustar"sv, "a tar archive", "unpack it and give the model in it"},
};

bool Holds(const std::string& bytes, std::string_view text) {
  return bytes.find(text) != std::string::npos;
}

// Names stand uncompressed in a zip, in front of each entry and in the directory at the end.
Recognized Zip(const std::string& bytes) {
  if (Holds(bytes, "data.pkl")) {
    return {"a PyTorch file (.pt)", "export the model with torch.onnx.export and convert it"};
  }
  if (Holds(bytes, "saved_model.pb")) {
    return {"a zip archive with a TensorFlow SavedModel",
            "unpack it and convert it with tf.lite.TFLiteConverter.from_saved_model"};
  }
  if (Holds(bytes, ".npy")) {
    return {"an archive of NumPy arrays (.npz)",
            "give the model; arrays belong to --dataset or --calibration"};
  }
  return {"a zip archive", "unpack it and give the model in it"};
}

// ModelProto begins with ir_version (field 1, a small number) and goes on with another of its
// fields; a SavedModel begins alike, with its version 1 and a meta graph.
const char* Protobuf(const std::string& bytes) {
  if (bytes.size() < 16 || bytes[0] != 0x08) return nullptr;
  const int version = bytes[1];
  const std::string_view fields = "\x12\x1a\x22\x28\x32\x3a\x42"sv;
  if (version < 1 || version > 30 || fields.find(bytes[2]) == std::string_view::npos)
    return nullptr;
  return version == 1 ? "a TensorFlow SavedModel (.pb)" : "an ONNX model";
}

bool IsText(const std::string& bytes) {
  const std::string_view start = std::string_view(bytes).substr(0, 4096);
  return std::all_of(start.begin(), start.end(), [](char c) {
    const auto u = static_cast<unsigned char>(c);
    return u >= 0x20 ? u != 0x7f : c == '\n' || c == '\r' || c == '\t' || c == '\f';
  });
}

std::string Lower(std::string text) {
  std::transform(text.begin(), text.end(), text.begin(),
                 [](char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c + 32) : c; });
  return text;
}

}  // namespace

Recognized Recognize(const std::string& bytes) {
  if (bytes.empty()) return {"empty", "export the model again; the disk may have been full"};
  for (const Magic& magic : kMagics) {
    if (bytes.compare(magic.offset < bytes.size() ? magic.offset : bytes.size(), magic.bytes.size(),
                      magic.bytes) == 0) {
      return {magic.what, magic.next};
    }
  }
  if (bytes.compare(0, 2, "PK") == 0) return Zip(bytes);
  if (const char* what = Protobuf(bytes)) return {what, kExport};
  if (bytes.size() > 2 && bytes[0] == '\x80' && bytes[1] >= 2 && bytes[1] <= 5) {
    return {"a Python pickle, perhaps of PyTorch", kExport};
  }
  const std::string start = Lower(bytes.substr(0, 256));
  if (Holds(start, "<!doctype html") || Holds(start, "<html")) {
    return {"a web page, perhaps where a download failed", "download the model again"};
  }
  if (IsText(bytes)) return {"text", "give the model's file, not a description of it"};
  if (std::all_of(bytes.begin(), bytes.end(), [](char c) { return c == 0; })) {
    return {"nothing but zero bytes", "export the model again; a copy was probably cut off"};
  }
  return {"of an unknown kind", kExport};
}

}  // namespace edgerack::compiler
