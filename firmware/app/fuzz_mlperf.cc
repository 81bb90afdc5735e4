// Fuzz entry of the text commands: any bytes on the UART, a model that counts what it is asked.
#include <cstddef>
#include <cstdint>
#include <cstdlib>

#include "firmware/app/fake_benchmark.h"
#include "firmware/app/mlperf.h"
#include "firmware/app/text_line.h"

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  edgerack::firmware::FakeBenchmark& fake = edgerack::firmware::Fake();
  fake = {};
  er_mlperf_forget();
  er_text_line_t line;
  er_text_line_init(&line);
  for (size_t i = 0; i < size; i++) {
    if (data[i] == 0xFF) er_text_line_silence(&line);
    if (!er_text_line_push(&line, data[i])) continue;
    fake.said.clear();
    er_mlperf_execute(line.command);
    // Every command is answered to its end.
    const std::string ready = "m-ready\r\n";
    if (fake.said.size() < ready.size() ||
        fake.said.compare(fake.said.size() - ready.size(), ready.size(), ready) != 0) {
      std::abort();
    }
  }
  return 0;
}
