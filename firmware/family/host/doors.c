#define _GNU_SOURCE
#include "firmware/family/host/doors.h"

#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <termios.h>
#include <unistd.h>

#include "firmware/hal/board_api.h"

enum { kWriteTimeoutMs = 2000, kIdleMs = 1000 / ER_IDLES_PER_SECOND };

static struct {
  int pty;     // master; -1 when absent
  int slave;   // held open, so that the master does not report a hang-up between two clients
  int listen;  // TCP; -1 when absent
  int client;  // one at a time; -1 when none
  int last;    // the door that spoke last
  char path[4096];
} doors = {-1, -1, -1, -1, -1, ""};

static const char* open_pty(const char* path) {
  if (strlen(path) >= sizeof doors.path) return "the path for the pseudo-terminal is too long";
  doors.pty = posix_openpt(O_RDWR | O_NOCTTY | O_NONBLOCK | O_CLOEXEC);
  if (doors.pty < 0 || grantpt(doors.pty) != 0 || unlockpt(doors.pty) != 0) {
    return "cannot create a pseudo-terminal";
  }
  char name[128];
  if (ptsname_r(doors.pty, name, sizeof name) != 0) return "cannot name the pseudo-terminal";
  doors.slave = open(name, O_RDWR | O_NOCTTY | O_CLOEXEC);
  struct termios raw;
  if (doors.slave < 0 || tcgetattr(doors.slave, &raw) != 0)
    return "cannot open the pseudo-terminal";
  cfmakeraw(&raw);
  if (tcsetattr(doors.slave, TCSANOW, &raw) != 0) return "cannot make the pseudo-terminal raw";
  unlink(path);
  if (symlink(name, path) != 0) return "cannot link to the pseudo-terminal at the path given";
  strcpy(doors.path, path);
  return NULL;
}

static const char* open_tcp(uint16_t port) {
  doors.listen = socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
  const int on = 1;
  struct sockaddr_in address = {.sin_family = AF_INET, .sin_port = htons(port)};
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  if (doors.listen < 0 || setsockopt(doors.listen, SOL_SOCKET, SO_REUSEADDR, &on, sizeof on) != 0 ||
      bind(doors.listen, (const struct sockaddr*)&address, sizeof address) != 0 ||
      listen(doors.listen, 1) != 0) {
    return "cannot listen on the TCP port given";
  }
  return NULL;
}

const char* er_doors_open(const char* pty_path, uint16_t tcp_port) {
  const char* error = pty_path ? open_pty(pty_path) : NULL;
  if (!error && tcp_port) error = open_tcp(tcp_port);
  doors.last = doors.pty;
  return error;
}

void er_doors_close(void) {
  if (doors.path[0]) unlink(doors.path);
}

static void accept_client(void) {
  if (doors.listen < 0 || doors.client >= 0) return;
  doors.client = accept4(doors.listen, NULL, NULL, SOCK_NONBLOCK | SOCK_CLOEXEC);
  if (doors.client < 0) return;
  const int on = 1;
  setsockopt(doors.client, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
}

static void drop_client(void) {
  close(doors.client);
  if (doors.last == doors.client) doors.last = doors.pty;
  doors.client = -1;
}

size_t er_doors_read(uint8_t* to, size_t capacity) {
  accept_client();
  if (doors.client >= 0) {
    const ssize_t got = read(doors.client, to, capacity);
    if (got > 0) {
      doors.last = doors.client;
      return (size_t)got;
    }
    if (got == 0 || (errno != EAGAIN && errno != EINTR)) drop_client();
  }
  if (doors.pty >= 0) {
    const ssize_t got = read(doors.pty, to, capacity);
    if (got > 0) {
      doors.last = doors.pty;
      return (size_t)got;
    }
  }
  return 0;
}

void er_doors_write(const uint8_t* from, size_t bytes) {
  while (bytes > 0 && doors.last >= 0) {
    const ssize_t put = doors.last == doors.client ? send(doors.last, from, bytes, MSG_NOSIGNAL)
                                                   : write(doors.last, from, bytes);
    if (put > 0) {
      from += put;
      bytes -= (size_t)put;
      continue;
    }
    if (put < 0 && errno == EINTR) continue;
    struct pollfd ready = {doors.last, POLLOUT, 0};
    // Nobody reads: like a wire, forget what was not taken.
    if (errno != EAGAIN || poll(&ready, 1, kWriteTimeoutMs) <= 0) return;
  }
}

void er_doors_wait(void) {
  // poll() skips negative descriptors.
  struct pollfd ready[3] = {{doors.pty, POLLIN, 0},
                            {doors.client, POLLIN, 0},
                            {doors.client < 0 ? doors.listen : -1, POLLIN, 0}};
  poll(ready, 3, kIdleMs);
}
