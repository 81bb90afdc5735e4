#include <charconv>
#include <map>

#include "server/compiler/ir/elements.h"
#include "server/compiler/ir/refusal.h"
#include "server/compiler/ir/text.h"

namespace edgerack::compiler {
namespace {

// Thrown inside this file only, so that the grammar below reads as the grammar.
struct SyntaxError {
  std::string message;
};

bool IsWordChar(char c) {
  return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_' ||
         c == '.' || c == '/' || c == '-' || c == '+';
}

class Parser {
 public:
  Parser(const std::string& text, const ConstantSource& constants)
      : text_(text), constants_(constants) {}

  Graph Parse() {
    Word("graph");
    graph_.name = String();
    Expect('{');
    while (!Accept('}')) Statement();
    Skip();
    if (at_ != text_.size()) Fail("the end of the text");
    return std::move(graph_);
  }

 private:
  [[noreturn]] void Fail(const std::string& expected) const {
    size_t line = 1;
    for (size_t i = 0; i < at_ && i < text_.size(); ++i) line += text_[i] == '\n';
    std::string seen = at_ < text_.size() ? "'" + text_.substr(at_, 12) + "'" : "the end";
    throw SyntaxError{"line " + std::to_string(line) + ": expected " + expected + ", found " +
                      seen};
  }

  void Skip() {
    while (at_ < text_.size() && (text_[at_] == ' ' || text_[at_] == '\n' || text_[at_] == '\t')) {
      ++at_;
    }
  }

  bool Accept(char c) {
    Skip();
    if (at_ >= text_.size() || text_[at_] != c) return false;
    ++at_;
    return true;
  }

  void Expect(char c) {
    if (!Accept(c)) Fail(std::string("'") + c + "'");
  }

  bool Peek(char c) {
    Skip();
    return at_ < text_.size() && text_[at_] == c;
  }

  bool PeekWord(const std::string& word) {
    Skip();
    return text_.compare(at_, word.size(), word) == 0;
  }

  std::string AnyWord(const std::string& what) {
    Skip();
    size_t start = at_;
    while (at_ < text_.size() && IsWordChar(text_[at_])) ++at_;
    if (at_ == start) Fail(what);
    return text_.substr(start, at_ - start);
  }

  void Word(const std::string& word) {
    size_t start = at_;
    if (AnyWord("'" + word + "'") != word) {
      at_ = start;
      Fail("'" + word + "'");
    }
  }

  std::string String() {
    Expect('"');
    std::string out;
    while (at_ < text_.size() && text_[at_] != '"') {
      if (text_[at_] != '\\') {
        out += text_[at_++];
      } else if (text_.compare(at_, 2, "\\x") == 0 && at_ + 4 <= text_.size()) {
        int value = 0;
        std::from_chars(text_.data() + at_ + 2, text_.data() + at_ + 4, value, 16);
        out += static_cast<char>(value);
        at_ += 4;
      } else {
        if (++at_ < text_.size()) out += text_[at_++];
      }
    }
    Expect('"');
    return out;
  }

  template <typename T>
  T Number(const std::string& word) {
    T value{};
    const char* end = word.data() + word.size();
    auto result = std::from_chars(word.data(), end, value);
    if (result.ec != std::errc() || result.ptr != end) Fail("a number instead of '" + word + "'");
    return value;
  }

  template <typename T>
  T NextNumber() {
    return Number<T>(AnyWord("a number"));
  }

  template <typename T>
  std::vector<T> NumberList() {
    std::vector<T> values;
    Expect('[');
    while (!Accept(']')) {
      if (!values.empty()) Expect(',');
      values.push_back(NextNumber<T>());
    }
    return values;
  }

  std::string Name() {
    Expect('%');
    if (at_ < text_.size() && text_[at_] == '"') return String();
    return AnyWord("a tensor's name");
  }

  TensorId Lookup(const std::string& name) {
    auto found = ids_.find(name);
    if (found == ids_.end()) Fail("a tensor defined before; '%" + name + "' is not");
    return found->second;
  }

  Quantization ParseQuantization() {
    Quantization q;
    Word("q");
    Expect('(');
    if (Peek('a')) {
      Word("axis");
      q.axis = NextNumber<int>();
      Expect(',');
      q.scales = NumberList<float>();
      Expect(',');
      q.zero_points = NumberList<int32_t>();
    } else {
      q.scales = {NextNumber<float>()};
      Expect(',');
      q.zero_points = {NextNumber<int32_t>()};
    }
    Expect(')');
    return q;
  }

  TensorId Definition() {
    Tensor tensor;
    tensor.name = Name();
    Expect(':');
    std::string type = AnyWord("an element type");
    std::optional<DType> dtype = ParseDType(type);
    if (!dtype) Fail("one of " + DTypeNames() + " instead of '" + type + "'");
    tensor.dtype = *dtype;
    tensor.shape = NumberList<int32_t>();
    if (Peek('q')) tensor.quantization = ParseQuantization();
    if (ids_.count(tensor.name) != 0) Fail("a new name instead of '%" + tensor.name + "'");
    graph_.tensors.push_back(tensor);
    TensorId id = static_cast<TensorId>(graph_.tensors.size() - 1);
    ids_[tensor.name] = id;
    return id;
  }

  // One that the type can hold: converting another would be undefined.
  double Integer(DType dtype) {
    const int64_t value = NextNumber<int64_t>();
    const int64_t bits = 8 * DTypeBytes(dtype);
    const bool is_signed = dtype == DType::kS8 || dtype == DType::kS16 || dtype == DType::kS32;
    const int64_t low = is_signed ? -(int64_t{1} << (bits - 1)) : 0;
    const int64_t high = is_signed ? -low - 1 : (int64_t{1} << bits) - 1;
    if (value < low || value > high) Fail(std::string("an ") + DTypeName(dtype));
    return static_cast<double>(value);
  }

  void ConstantValue(Tensor& tensor) {
    Expect('=');
    if (Peek('s')) {
      Word("sha256");
      std::string hash = String();
      tensor.data = constants_ ? constants_(hash) : nullptr;
      if (tensor.data == nullptr) Fail("bytes of constant " + hash + " from its source");
      return;
    }
    std::string bytes;
    Expect('[');
    for (bool first = true; !Accept(']'); first = false) {
      if (!first) Expect(',');
      if (tensor.dtype == DType::kF32) {
        AppendElement(bytes, NextNumber<float>());
      } else if (tensor.dtype == DType::kS64) {
        AppendElement(bytes, NextNumber<int64_t>());
      } else {
        AppendDouble(tensor.dtype, Integer(tensor.dtype), bytes);
      }
    }
    tensor.data = std::make_shared<const std::string>(std::move(bytes));
  }

  AttributeValue Attribute() {
    if (Peek('"')) return String();
    if (Peek('[')) return NumberList<int64_t>();
    std::string word = AnyWord("an attribute's value");
    if (word.find_first_of(".en") != std::string::npos) return Number<double>(word);
    return Number<int64_t>(word);
  }

  void NodeStatement() {
    Node node;
    do {
      if (Peek('n')) {
        Word("none");
        node.outputs.push_back(kNoTensor);
      } else {
        node.outputs.push_back(Definition());
      }
    } while (Accept(','));
    Expect('=');
    node.op = AnyWord("an operator");
    Expect('(');
    for (bool first = true; !Accept(')'); first = false) {
      if (!first) Expect(',');
      if (Peek('n')) {
        Word("none");
        node.inputs.push_back(kNoTensor);
      } else {
        node.inputs.push_back(Lookup(Name()));
      }
    }
    if (Accept('{')) {
      for (bool first = true; !Accept('}'); first = false) {
        if (!first) Expect(',');
        std::string key = AnyWord("an attribute");
        Expect('=');
        node.attributes[key] = Attribute();
      }
    }
    if (Peek('"')) node.name = String();
    graph_.nodes.push_back(std::move(node));
  }

  void NextStatement() {
    const TensorId tensor = Lookup(Name());
    for (State& state : graph_.states) {
      if (state.tensor != tensor) continue;
      Expect('=');
      state.next = Lookup(Name());
      return;
    }
    Fail("a state's name before this point");
  }

  void Statement() {
    if (Peek('%') || PeekWord("none")) return NodeStatement();
    std::string word = AnyWord("input, state, const, output, next, a node or '}'");
    if (word == "input") {
      graph_.inputs.push_back(Definition());
    } else if (word == "const") {
      ConstantValue(graph_.tensor(Definition()));
    } else if (word == "state") {
      graph_.states.push_back({Definition(), kNoTensor});
    } else if (word == "next") {
      NextStatement();
    } else if (word == "output") {
      graph_.outputs.push_back(Lookup(Name()));
    } else {
      Fail("input, state, const, output, next or a node instead of '" + word + "'");
    }
  }

  const std::string& text_;
  const ConstantSource& constants_;
  size_t at_ = 0;
  Graph graph_;
  std::map<std::string, TensorId> ids_;
};

}  // namespace

absl::StatusOr<Graph> ParseGraph(const std::string& text, const ConstantSource& constants) {
  try {
    return Parser(text, constants).Parse();
  } catch (const SyntaxError& error) {
    return Refuse("BAD_GRAPH_TEXT", "graph text, " + error.message + "; correct the line");
  }
}

}  // namespace edgerack::compiler
