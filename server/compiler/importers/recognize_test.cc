#include "server/compiler/importers/recognize.h"

#include "gtest/gtest.h"
#include "server/compiler/importers/importer.h"

namespace edgerack::compiler {
namespace {

std::string What(const std::string& bytes) { return Recognize(bytes).what; }

TEST(RecognizeTest, NamesWhatPeopleGiveByMistake) {
  EXPECT_EQ(What(""), "empty");
  EXPECT_EQ(What("\x89PNG\r\n\x1a\n"), "a PNG image");
  EXPECT_EQ(What("PK.. x.npy .."), "an archive of NumPy arrays (.npz)");
  EXPECT_EQ(What("PK.. archive/data.pkl"), "a PyTorch file (.pt)");
  EXPECT_EQ(What("PK.. letter.txt"), "a zip archive");
  EXPECT_EQ(What("\x08\x07\x12\x07pytorch\x1a\x05"
                 "1.9.."),
            "an ONNX model");
  EXPECT_EQ(What("\x08\x01\x12\xff and so on......"), "a TensorFlow SavedModel (.pb)");
  EXPECT_EQ(What("version https://git-lfs.github.com/spec/v1\noid ..."),
            "a Git LFS pointer, not the file it stands for");
  EXPECT_EQ(What("<!DOCTYPE HTML><title>404</title>"),
            "a web page, perhaps where a download failed");
  EXPECT_EQ(What("dear model\n"), "text");
  EXPECT_EQ(What(std::string(100, '\0')), "nothing but zero bytes");
  EXPECT_EQ(What(std::string("\x01\x02\x00\x07", 4)), "of an unknown kind");
  EXPECT_EQ(What(std::string(257, 'a') + "ustar"), "a tar archive");
  EXPECT_EQ(What(std::string(257, '\x01')), "of an unknown kind");
}

TEST(RecognizeTest, TheRefusalSaysWhatItIsAndWhatToDo) {
  auto refused = ImportModel("\x89PNG\r\n\x1a\n");
  EXPECT_EQ(ErrorCodeOf(refused.status()), "UNKNOWN_MODEL_FORMAT");
  EXPECT_EQ(ErrorClassOf(refused.status()), ErrorClass::kUser);
  const std::string message = ErrorMessageOf(refused.status());
  for (const char* part : {"PNG", "8 bytes", "TensorFlow Lite (.tflite)", "export the model"}) {
    EXPECT_NE(message.find(part), std::string::npos) << message;
  }
}

}  // namespace
}  // namespace edgerack::compiler
