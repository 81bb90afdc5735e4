#include "client/cli/output/terminal.h"

#include <sys/ioctl.h>
#include <unistd.h>

#include <cctype>
#include <cstdlib>
#include <map>

namespace edgerack::cli {
namespace {

constexpr char kGreen[] = "\033[32m", kYellow[] = "\033[33m", kRed[] = "\033[31m",
               kPlain[] = "\033[0m";

const std::map<std::string, const char*>& Colors() {
  static const std::map<std::string, const char*> colors = {
      {"VALID", kGreen},       {"SUCCEEDED", kGreen},  {"IDLE", kGreen},  {"DEGRADED", kYellow},
      {"RUNNING", kYellow},    {"COMPILING", kYellow}, {"BUSY", kYellow}, {"SUSPECT", kYellow},
      {"RECOVERING", kYellow}, {"CANCELLED", kYellow}, {"INVALID", kRed}, {"FAILED", kRed},
      {"OFFLINE", kRed},       {"QUARANTINED", kRed}};
  return colors;
}

bool IsWord(char c) { return std::isalnum(static_cast<unsigned char>(c)) != 0 || c == '_'; }

bool IsSet(const char* variable) {
  const char* value = std::getenv(variable);
  return value != nullptr && *value != '\0';
}

}  // namespace

Terminal StandardOutput() {
  Terminal terminal;
  terminal.is_terminal = isatty(STDOUT_FILENO) != 0;
  if (!terminal.is_terminal) return terminal;
  winsize size{};
  if (ioctl(STDOUT_FILENO, TIOCGWINSZ, &size) == 0) terminal.columns = size.ws_col;
  const char* name = std::getenv("TERM");
  terminal.colors = !IsSet("NO_COLOR") && name != nullptr && std::string(name) != "dumb";
  return terminal;
}

std::string Colored(const std::string& text) {
  std::string colored;
  size_t at = 0;
  while (at < text.size()) {
    size_t end = at;
    while (end < text.size() && IsWord(text[end])) ++end;
    const std::string word = text.substr(at, end - at);
    auto color = Colors().find(word);
    colored += color == Colors().end() ? word : color->second + word + kPlain;
    at = end;
    if (at < text.size()) colored += text[at++];
  }
  return colored;
}

}  // namespace edgerack::cli
