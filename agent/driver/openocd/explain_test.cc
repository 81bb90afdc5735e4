#include "agent/driver/openocd/explain.h"

#include <gtest/gtest.h>

namespace edgerack::agent {
namespace {

struct Case {
  const char* name;
  std::vector<std::string> lines;  // as OpenOCD 0.12.0 printed or prints them
  const char* code;
  ErrorClass error_class;
};

class ExplainTest : public testing::TestWithParam<Case> {};

TEST_P(ExplainTest, NamesCodeAndClass) {
  OpenocdOutcome outcome;
  outcome.exit_code = 1;
  outcome.lines = GetParam().lines;
  absl::Status status = ExplainOpenocd(outcome);
  EXPECT_EQ(ErrorCodeOf(status), GetParam().code);
  EXPECT_EQ(ErrorClassOf(status), GetParam().error_class) << status;
}

const Case kCases[] = {
    {"NoServer",
     {"Open On-Chip Debugger 0.12.0", "srst_only separate srst_nogate srst_open_drain",
      "Info : clock speed 2000 kHz",
      "Error: cannot connect to stlink server, errno: Connection refused"},
     "PROBE_NOT_FOUND",
     ErrorClass::kInfrastructure},
    {"NoUsbProbe",
     {"Open On-Chip Debugger 0.12.0", "Info : clock speed 2000 kHz", "Error: open failed"},
     "PROBE_NOT_FOUND",
     ErrorClass::kInfrastructure},
    {"NoPermission",
     {"Error: libusb_open() failed with LIBUSB_ERROR_ACCESS", "Error: open failed"},
     "PROBE_NOT_ALLOWED",
     ErrorClass::kInfrastructure},
    {"NoScripts",
     {"embedded:startup.tcl:28: Error: Can't find board/st_nucleo_f7.cfg", "in procedure 'script'"},
     "OPENOCD_CONFIG",
     ErrorClass::kInfrastructure},
    {"NoTarget",
     {"Info : Target voltage: 3.245850",
      "Error: init mode failed (unable to connect to the target)"},
     "TARGET_NOT_CONNECTED",
     ErrorClass::kInfrastructure},
    {"NoPower",
     {"Info : Target voltage: 0.001571",
      "Error: target voltage may be too low for reliable "
      "debugging",
      "Error: init mode failed (unable to connect to the target)"},
     "TARGET_NOT_CONNECTED",
     ErrorClass::kInfrastructure},
    {"OtherChip",
     {"Warn : UNEXPECTED idcode: 0x6ba02477", "Error: expected 1 of 1: 0x5ba02477"},
     "WRONG_CHIP",
     ErrorClass::kBoard},
    {"OtherChipOnTheProbe",
     {"Info : gdb port disabled", "the chip on the probe has device id 0x449, expected 0x451"},
     "WRONG_CHIP",
     ErrorClass::kBoard},
    {"OtherBoard",
     {"the chip on the probe has UID 4338ee8f7ad9f9ed1e0512ca, expected 012345678901234567890123"},
     "WRONG_BOARD",
     ErrorClass::kInfrastructure},
    {"OtherProbe",
     {"Info : connected to stlink-server", "Error: ST-LINK open failed (serial mismatch)"},
     "WRONG_PROBE",
     ErrorClass::kInfrastructure},
    {"NoStlinkServer",
     {"Info : connected to stlink-server", "Error: TCP error status 0xB0A2BB52"},
     "PROBE_FAILED",
     ErrorClass::kInfrastructure},
    {"OtherFamily",
     {"Info : device id = 0x20036450", "Warn : Cannot identify target as a STM32F2/4/7 family.",
      "Error: auto_probe failed"},
     "WRONG_CHIP",
     ErrorClass::kBoard},
    {"VerifyFailed",
     {"Error: checksum mismatch - attempting binary compare",
      "diff 0 address 0x08000000. Was 0x00 instead of 0x20"},
     "FLASH_VERIFY_FAILED",
     ErrorClass::kBoard},
    {"EraseFailed",
     {"Error: failed erasing sectors 0 to 1"},
     "FLASH_WRITE_FAILED",
     ErrorClass::kBoard},
    {"ReadOutProtected",
     {"Error: stm32x device protected", "Error: failed erasing sectors 0 to 1"},
     "FLASH_PROTECTED",
     ErrorClass::kBoard},
    {"OtherImage",
     {"Warn : no flash bank found for address 0x08100000"},
     "FLASH_OUT_OF_RANGE",
     ErrorClass::kBoard},
    {"DoesNotHalt",
     {"Error: timed out while waiting for target halted", "TARGET: stm32f7x.cpu - Not halted"},
     "TARGET_NOT_HALTED",
     ErrorClass::kBoard},
    {"Unknown", {"Error: something new"}, "PROBE_FAILED", ErrorClass::kInfrastructure},
    {"Mute", {}, "PROBE_FAILED", ErrorClass::kInfrastructure},
};

INSTANTIATE_TEST_SUITE_P(Texts, ExplainTest, testing::ValuesIn(kCases),
                         [](const auto& test) { return std::string(test.param.name); });

TEST(ExplainOutcomeTest, GoodEndIsOkWhateverWasPrinted) {
  OpenocdOutcome outcome;
  outcome.exit_code = 0;
  outcome.lines = {"Error: some warning called an error"};
  EXPECT_TRUE(ExplainOpenocd(outcome).ok());
}

TEST(ExplainOutcomeTest, TimeOutTellsHowLongAndItsLastWords) {
  OpenocdOutcome outcome;
  outcome.timed_out = true;
  outcome.signal = 15;
  outcome.deadline_ms = 60'000;
  outcome.lines = {"Info : clock speed 2000 kHz"};
  absl::Status status = ExplainOpenocd(outcome);
  EXPECT_EQ(ErrorCodeOf(status), "PROBE_TIMEOUT");
  EXPECT_NE(ErrorMessageOf(status).find("60000 ms"), std::string::npos);
  EXPECT_NE(ErrorMessageOf(status).find("clock speed"), std::string::npos);
}

TEST(ExplainOutcomeTest, KilledFromOutside) {
  OpenocdOutcome outcome;
  outcome.signal = 9;
  EXPECT_EQ(ErrorCodeOf(ExplainOpenocd(outcome)), "PROBE_KILLED");
}

TEST(ExplainOutcomeTest, MessageHasTheLineAndTheNextStep) {
  OpenocdOutcome outcome;
  outcome.exit_code = 1;
  outcome.lines = {"Error: open failed"};
  const std::string text = ErrorMessageOf(ExplainOpenocd(outcome));
  EXPECT_NE(text.find("Error: open failed"), std::string::npos);
  EXPECT_NE(text.find("probe.serial"), std::string::npos);
}

}  // namespace
}  // namespace edgerack::agent
