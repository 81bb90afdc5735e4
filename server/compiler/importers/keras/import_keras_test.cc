// Models that Keras 3 wrote (tests/oracle/make_keras_models.py, case "shared"), and damaged ones.
#include <random>

#include "base/files.h"
#include "gtest/gtest.h"
#include "server/compiler/importers/importer.h"
#include "server/compiler/importers/keras/layer_config.h"
#include "server/compiler/importers/keras/weights.h"
#include "server/compiler/ir/elements.h"

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size);

namespace edgerack::compiler {

Importer KerasImporter();

namespace {

std::string Bytes(const char* name) {
  auto bytes = ReadFile(std::string("server/compiler/importers/keras/testdata/") + name);
  EXPECT_TRUE(bytes.ok()) << bytes.status();
  return bytes.value_or("");
}

std::string RefusalOf(const std::string& config_json) {
  auto config = keras::ParseModelConfig(nlohmann::json::parse(config_json));
  return config.ok() ? "OK" : ErrorMessageOf(config.status());
}

TEST(KerasImportTest, BothFileFormatsGiveTheSameModel) {
  auto legacy = ImportModel(Bytes("shared.h5"));
  auto archive = ImportModel(Bytes("shared.keras"));
  ASSERT_TRUE(legacy.ok()) << legacy.status();
  ASSERT_TRUE(archive.ok()) << archive.status();
  ASSERT_EQ(legacy->format, "keras");
  // One dense layer, called twice with the same weights: product and activation each time.
  ASSERT_EQ(legacy->graph.nodes.size(), 4u);
  ASSERT_EQ(archive->graph.nodes.size(), 4u);
  for (size_t i : {0u, 2u}) {
    const Tensor& a = legacy->graph.tensor(legacy->graph.nodes[i].inputs[1]);
    const Tensor& b = archive->graph.tensor(archive->graph.nodes[i].inputs[1]);
    EXPECT_EQ(a.shape, (Shape{5, 5}));
    EXPECT_EQ(*a.data, *b.data);
  }
}

TEST(KerasImportTest, GroupsOfAnArchiveAreNamedByClass) {
  EXPECT_EQ(keras::SnakeCase("Conv2D"), "conv2d");
  EXPECT_EQ(keras::SnakeCase("Conv2DTranspose"), "conv2d_transpose");
  EXPECT_EQ(keras::SnakeCase("BatchNormalization"), "batch_normalization");
  EXPECT_EQ(keras::SnakeCase("PReLU"), "p_re_lu");
  EXPECT_EQ(keras::SnakeCase("LSTM"), "lstm");
  EXPECT_EQ(keras::SnakeCase("SimpleRNN"), "simple_rnn");
  EXPECT_EQ(keras::SnakeCase("GlobalAveragePooling1D"), "global_average_pooling1d");
}

TEST(KerasImportTest, ConfigurationsThatAreNoModelAreRefused) {
  EXPECT_NE(RefusalOf(R"({"class_name": "MyModel", "config": {}})").find("'MyModel'"),
            std::string::npos);
  EXPECT_NE(RefusalOf(R"({"class_name": "Sequential", "config": {"layers": [
                          {"class_name": "Dense", "config": {"name": "d"}}]}})")
                .find("model.build(input_shape)"),
            std::string::npos);
  EXPECT_NE(RefusalOf(R"({"class_name": "Functional", "config": {"output_layers": [["a", 0, 0]],
                          "layers": [{"class_name": "Dense", "name": "a", "config": {},
                                      "inbound_nodes": [[["b", 0, 0, {}]]]}]}})")
                .find("layer 'a' reads what no layer makes"),
            std::string::npos);
}

// What stands between two files of the same layout stays valid HDF5: only the text changes.
std::string Replaced(std::string bytes, const std::string& from, const std::string& to) {
  EXPECT_EQ(from.size(), to.size());
  for (size_t at = bytes.find(from); at != std::string::npos; at = bytes.find(from, at + 1)) {
    bytes.replace(at, from.size(), to);
  }
  return bytes;
}

TEST(KerasImportTest, UnknownLayersAreRefusedByName) {
  auto custom = ImportModel(Replaced(Bytes("shared.h5"), "\"Dense\"", "\"Mydse\""));
  EXPECT_EQ(ErrorCodeOf(custom.status()), "UNSUPPORTED_OPERATOR");
  EXPECT_NE(ErrorMessageOf(custom.status()).find("'Mydse' is no layer that can be taken"),
            std::string::npos)
      << custom.status();
  auto activation = ImportModel(Replaced(Bytes("shared.h5"), "\"relu\"", "\"mine\""));
  EXPECT_NE(ErrorMessageOf(activation.status()).find("activation is 'mine'; supported are"),
            std::string::npos)
      << activation.status();
}

void Feed(const std::string& bytes) {
  EXPECT_EQ(LLVMFuzzerTestOneInput(reinterpret_cast<const uint8_t*>(bytes.data()), bytes.size()),
            0);
}

TEST(KerasImportTest, SurvivesTruncation) {
  for (const char* name : {"shared.h5", "shared.keras"}) {
    const std::string model = Bytes(name);
    for (size_t n = 0; n < model.size(); n += 7) Feed(model.substr(0, n));
  }
}

TEST(KerasImportTest, SurvivesRandomMutations) {
  std::mt19937 random(42);
  for (const char* name : {"shared.h5", "shared.keras"}) {
    const std::string model = Bytes(name);
    for (int round = 0; round < 5000; ++round) {
      std::string bytes = model;
      for (uint32_t edits = 1 + random() % 4; edits > 0; --edits) {
        bytes[random() % bytes.size()] = static_cast<char>(random() % 3 == 0 ? 0xFF : random());
      }
      Feed(bytes);
    }
  }
}

}  // namespace
}  // namespace edgerack::compiler
