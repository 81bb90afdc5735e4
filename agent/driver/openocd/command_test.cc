#include "agent/driver/openocd/command.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace edgerack::agent {
namespace {

using testing::ElementsAre;

TEST(OpenocdCommandTest, FirmwareAndPackageAreOneCall) {
  FlashRequest request;
  request.firmware_elf = "/share/firmware/x/firmware.elf";
  request.package_file = "/cache/abc def";
  request.package_address = 0x0802'0000;
  auto command = FlashCommand("/usr/bin/openocd", "/share/boards/k/openocd.cfg",
                              {.serial = "", .tcp_port = 7801}, {}, {}, request);
  ASSERT_TRUE(command.ok()) << command.status();
  EXPECT_THAT(
      *command,
      ElementsAre(
          "/usr/bin/openocd", "-f", "/share/boards/k/openocd.cfg", "-c",
          "if {[adapter name] eq {hla}} {hla_stlink_backend tcp 7801} else {st-link "
          "backend tcp 7801}",
          "-c", "gdb_port disabled; telnet_port disabled; tcl_port disabled", "-c", "init", "-c",
          "reset halt", "-c", "flash write_image erase {/share/firmware/x/firmware.elf}", "-c",
          "verify_image {/share/firmware/x/firmware.elf}", "-c",
          "flash write_image erase {/cache/abc def} 0x08020000 bin", "-c",
          "verify_image {/cache/abc def} 0x08020000 bin", "-c", "reset run", "-c", "shutdown"));
}

TEST(OpenocdCommandTest, UsbProbeIsChosenBySerial) {
  auto command = ResetCommand("openocd", "b.cfg", {.serial = "0669FF", .tcp_port = 0}, {});
  ASSERT_TRUE(command.ok());
  EXPECT_THAT(*command, ElementsAre("openocd", "-f", "b.cfg", "-c", "adapter serial {0669FF}", "-c",
                                    "gdb_port disabled; telnet_port disabled; tcl_port disabled",
                                    "-c", "init", "-c", "reset run", "-c", "shutdown"));
}

TEST(OpenocdCommandTest, IdentityIsCheckedBeforeTheResetThatPrecedesWriting) {
  FlashRequest request;
  request.uid = "0123456789abcdef01234567";
  auto command = FlashCommand(
      "openocd", "b.cfg", {},
      {.device_id = 0x449, .device_id_address = 0xE004'2000, .uid_address = 0x1FF0'F420}, {},
      request);
  ASSERT_TRUE(command.ok()) << command.status();
  auto at = [&](const std::string& text) {
    for (size_t i = 0; i < command->size(); ++i) {
      if ((*command)[i].find(text) != std::string::npos) return i;
    }
    return command->size();
  };
  EXPECT_LT(at("read_memory 0xe0042000 32 1"), at("reset halt"));
  EXPECT_LT(at("read_memory 0x1ff0f420 8 12"), at("reset halt"));
  EXPECT_LT(at("expected 0x449"), at("reset halt"));
  EXPECT_LT(at("ne {0123456789abcdef01234567}"), at("reset halt"));
}

TEST(OpenocdCommandTest, AnImageInRamIsLoadedAndStartedByTheBoardFile) {
  FlashRequest request;
  request.firmware_elf = "/f.elf";
  const ImagePlace ram = {.in_ram = true, .address = 0x3418'0400};
  auto command = FlashCommand("openocd", "b.cfg", {}, {}, ram, request);
  ASSERT_TRUE(command.ok()) << command.status();
  const std::string start =
      "if {[llength [info commands start_firmware]]} {start_firmware 0x34180400} else {reset run}";
  EXPECT_THAT(*command, testing::Contains("load_image {/f.elf}"));
  EXPECT_THAT(*command, testing::Contains(start));
  auto reset = ResetCommand("openocd", "b.cfg", {}, ram);
  ASSERT_TRUE(reset.ok());
  EXPECT_THAT(*reset, testing::Contains(start));
}

TEST(OpenocdCommandTest, TclInAPathIsRefused) {
  FlashRequest request;
  request.package_file = "/cache/a} ; exec rm {";
  EXPECT_EQ(ErrorCodeOf(FlashCommand("openocd", "b.cfg", {}, {}, {}, request).status()),
            "BAD_PATH");
  EXPECT_EQ(
      ErrorCodeOf(ResetCommand("openocd", "b.cfg", {.serial = "x\ny", .tcp_port = 0}, {}).status()),
      "BAD_PATH");
}

}  // namespace
}  // namespace edgerack::agent
