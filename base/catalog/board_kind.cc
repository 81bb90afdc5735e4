#include "base/catalog/board_kind.h"

#include "base/catalog/toml_reader.h"

namespace edgerack {

absl::StatusOr<BoardKind> ParseBoardKind(const std::string& toml_text,
                                         const std::filesystem::path& file) {
  constexpr char kCode[] = "BAD_BOARD_FILE";
  ER_ASSIGN_OR_RETURN(toml::table table, ParseToml(toml_text, file.string(), kCode));
  TomlReader in(table, file.string(), kCode);
  BoardKind kind;
  kind.id = in.Text("id");
  kind.name = in.Text("name");
  kind.chip = in.Text("chip");
  kind.image = in.Text("image");
  kind.is_virtual = in.BoolOr("virtual", false);
  kind.host_clock_check = in.BoolOr("host_clock_check", true);
  kind.cycle_counter = in.BoolOr("cycle_counter", true);
  kind.extra_counter = static_cast<uint32_t>(in.NumberOr("extra_counter", 0));
  kind.extra_counter_unit = in.TextOr("extra_counter_unit", "");
  kind.core_hz = in.NumberOr("clock.core_hz", 0);
  kind.uart_instance = in.Text("uart.instance");
  kind.uart_baud = static_cast<uint32_t>(in.Number("uart.baud"));
  kind.openocd_config = in.TextOr("probe.openocd", "");
  kind.package_load = in.Text("probe.package_load");
  if (kind.package_load != "probe" && kind.package_load != "link") {
    in.Fail("probe.package_load", "\"probe\" or \"link\"");
  }
  kind.folder = file.parent_path();
  ER_RETURN_IF_ERROR(in.status());
  return kind;
}

}  // namespace edgerack
