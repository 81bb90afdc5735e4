// One USART of the STM32F7 and H7 (its FIFO, which the H7 has, is not there): characters take their
// time on the wire, and a slow reader loses some.
#ifndef EDGERACK_AGENT_VBOARD_CHIP_USART_H_
#define EDGERACK_AGENT_VBOARD_CHIP_USART_H_

#include <cstdint>
#include <functional>

#include "agent/vboard/chip/device.h"
#include "agent/vboard/chip/virtual_clock.h"

namespace edgerack::vboard {

// The other end of the wire. Bytes are fetched when the line is free, never pushed, so none is lost
// outside the chip.
class UartPeer {
 public:
  virtual ~UartPeer() = default;
  virtual bool NextByte(uint8_t* byte) = 0;
  virtual void OnByte(uint8_t byte) = 0;
};

class Usart : public Device {
 public:
  struct Surroundings {
    std::function<uint64_t()> kernel_hz;  // 0: no clock
    std::function<bool()> tx_connected;   // pins set up as this board wires them
    std::function<bool()> rx_connected;
    std::function<void(bool)> irq_line;
    bool has_prescaler = false;  // PRESC, of the H7
  };

  Usart(VirtualClock* clock, Surroundings surroundings);

  uint32_t Read(uint32_t offset) override;
  void Write(uint32_t offset, uint32_t value, uint32_t mask) override;
  void Reset() override;

  // Null: nothing is connected.
  void SetPeer(UartPeer* peer) { peer_ = peer; }
  // To be called when the peer may have bytes or the pins or clocks changed.
  void Poke() { StartReceive(); }
  // Of one character in the present settings; 0 if there is no valid clock.
  uint64_t CharacterNs() const;
  bool transmitting() const { return shifting_; }

 private:
  bool Receiving() const;
  bool Transmitting() const;
  void StartReceive();
  void FinishReceive();
  void StartTransmit();
  void FinishTransmit();
  void LoadTransmit(uint8_t byte);
  void UpdateIrq();
  uint8_t DataMask() const;
  // A program that only polls a flag waits for the wire: after a few equal answers time goes on to
  // the next event, because thousands of polls per character would cost the host far more than the
  // characters themselves.
  void SkipPolling(uint32_t answer);

  VirtualClock* clock_;
  Surroundings around_;
  UartPeer* peer_ = nullptr;
  VirtualClock::EventId receive_event_, transmit_event_, idle_event_;
  uint32_t cr1_ = 0, cr2_ = 0, cr3_ = 0, brr_ = 0, gtpr_ = 0, rtor_ = 0, presc_ = 0;
  uint32_t isr_ = 0;
  uint8_t rdr_ = 0;
  uint8_t incoming_ = 0;
  uint8_t shift_ = 0;
  uint8_t waiting_ = 0;  // in TDR
  bool receiving_ = false;
  bool shifting_ = false;
  bool tdr_full_ = false;
  uint32_t last_answer_ = 0;    // of ISR
  uint32_t equal_answers_ = 0;  // in a row, nothing else of this USART touched
};

}  // namespace edgerack::vboard

#endif  // EDGERACK_AGENT_VBOARD_CHIP_USART_H_
