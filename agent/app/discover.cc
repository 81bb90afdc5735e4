#include "agent/app/discover.h"

#include <algorithm>
#include <map>
#include <set>

#include "base/files.h"

namespace edgerack::agent {
namespace {

namespace fs = std::filesystem;

// Product ids of ST's probes: ST-LINK/V2, V2-1, V3 and their variants.
const std::set<std::string> kStlinkProducts = {"3744", "3748", "374a", "374b", "374d", "374e",
                                               "374f", "3752", "3753", "3754", "3755", "3757"};

// An attribute file's first line; empty when there is none.
std::string Attribute(const fs::path& file) {
  auto text = ReadFile(file, 4096);
  return text.ok() ? text->substr(0, text->find('\n')) : "";
}

// The entry of `folder` (…/by-id) that leads to `tty`, or /dev/<tty>.
fs::path StablePath(const fs::path& dev, const std::string& tty) {
  std::error_code error;
  for (const auto& entry : fs::directory_iterator(dev / "serial" / "by-id", error)) {
    std::error_code failed;
    if (fs::read_symlink(entry.path(), failed).filename() == tty) return entry.path();
  }
  return dev / tty;
}

std::string Console(const fs::path& device, const fs::path& dev) {
  std::error_code error;
  for (const auto& interface : fs::directory_iterator(device, error)) {
    std::error_code failed;
    for (const auto& tty : fs::directory_iterator(interface.path() / "tty", failed)) {
      return StablePath(dev, tty.path().filename()).string();
    }
  }
  return "";
}

}  // namespace

std::vector<FoundProbe> DiscoverProbes(const fs::path& sys, const fs::path& dev) {
  std::vector<FoundProbe> probes;
  std::error_code error;
  for (const auto& entry : fs::directory_iterator(sys / "bus/usb/devices", error)) {
    const fs::path& device = entry.path();
    if (Attribute(device / "idVendor") != "0483") continue;
    if (!kStlinkProducts.contains(Attribute(device / "idProduct"))) continue;
    probes.push_back(
        {Attribute(device / "product"), Attribute(device / "serial"), Console(device, dev)});
  }
  std::sort(probes.begin(), probes.end(),
            [](const FoundProbe& a, const FoundProbe& b) { return a.serial < b.serial; });
  return probes;
}

std::vector<FoundBoard> AskBoards(const std::vector<FoundProbe>& probes, const Catalog& catalog,
                                  const AskFunction& ask) {
  std::set<uint32_t> speeds;
  for (const auto& [id, kind] : catalog.board_kinds()) speeds.insert(kind.uart_baud);
  std::vector<FoundBoard> boards;
  for (const FoundProbe& probe : probes) {
    FoundBoard board;
    board.probe = probe;
    board.why_not_known = "it brings no serial port to ask through";
    for (const uint32_t baud : speeds) {
      if (probe.console.empty() || !board.kind.empty()) break;
      const absl::StatusOr<Identity> identity = ask(probe.console, baud);
      if (!identity.ok()) {
        board.why_not_known = ErrorMessageOf(identity.status());
        continue;
      }
      board.uid = identity->uid;
      board.build_id = identity->build_id;
      if (catalog.FindBoardKind(identity->image_name).ok()) {
        board.kind = identity->image_name;
      } else {
        board.why_not_known = "it answers as " + identity->image_name + ", which is no kind here";
      }
    }
    boards.push_back(std::move(board));
  }
  return boards;
}

std::string AsConfig(const std::vector<FoundBoard>& boards) {
  if (boards.empty()) {
    return "# No ST-LINK probe on USB. Check cable and power; inside a container, pass the USB "
           "devices through.\n";
  }
  std::string text;
  std::map<std::string, int> numbers;
  for (const FoundBoard& board : boards) {
    const std::string name = board.kind.empty() ? "board" : board.kind;
    text += "# " + board.probe.product;
    if (!board.build_id.empty()) text += ", firmware " + board.build_id;
    text += "\n[[board]]\nid = \"" + name + "-" + std::to_string(++numbers[name]) + "\"\n";
    if (board.kind.empty()) {
      text += "kind = \"\"   # e.g. nucleo-f746zg: a folder of share/edgerack/boards; not known: " +
              board.why_not_known + "\n";
    } else {
      text += "kind = \"" + board.kind + "\"\n";
    }
    text += "probe = { serial = \"" + board.probe.serial + "\" }\n";
    if (board.probe.console.empty()) {
      text += "# It brings no serial port: name the one that the board's UART is wired to.\n";
    }
    text += "console = { device = \"" + board.probe.console + "\" }\n";
    if (!board.uid.empty()) text += "uid = \"" + board.uid + "\"   # any other chip is refused\n";
    text += "\n";
  }
  return text;
}

}  // namespace edgerack::agent
