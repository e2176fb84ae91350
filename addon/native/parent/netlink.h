// Route netlink: requests about network devices and their addresses, one at a time, and what the kernel answers. Used by the
// acts of the parent program; bounded, without a heap, and every wait has a deadline.
#pragma once

#include <errno.h>
#include <linux/netlink.h>
#include <linux/rtnetlink.h>
#include <stddef.h>
#include <stdint.h>

#include "../fd.h"
#include "../outcome.h"

namespace caisson::parent {

// A request under construction: the header, one body, attributes behind it.
class Message {
 public:
  Message() = default;
  Message(uint16_t type, uint16_t flags) {
    header().nlmsg_len = NLMSG_HDRLEN;
    header().nlmsg_type = type;
    header().nlmsg_flags = static_cast<uint16_t>(NLM_F_REQUEST | flags);
  }

  nlmsghdr& header() { return *reinterpret_cast<nlmsghdr*>(bytes_); }
  template <typename Body>
  Body& body() {
    if (header().nlmsg_len == NLMSG_HDRLEN) header().nlmsg_len += NLMSG_ALIGN(sizeof(Body));
    return *reinterpret_cast<Body*>(bytes_ + NLMSG_HDRLEN);
  }

  // Attributes that do not fit are left out, and the message is never sent.
  Message& add(uint16_t type, const void* value, size_t size);
  Message& addNumber(uint16_t type, uint32_t value) { return add(type, &value, sizeof value); }
  // With its NUL.
  Message& addText(uint16_t type, const char* text);
  bool whole() const { return whole_; }

 private:
  alignas(8) char bytes_[240] = {};
  bool whole_ = true;
};

// Attributes of an answer, behind its body.
class Attributes {
 public:
  Attributes(const nlmsghdr& header, size_t body);

  // The next one; null at the end.
  const rtattr* next();

 private:
  const char* at_;
  const char* end_;
};

// The first attribute of a type, when it has at least so many bytes; or null.
const void* attribute(const nlmsghdr& header, size_t body, uint16_t type, size_t size);

// A socket of one network namespace, whichever process holds it.
class Netlink {
 public:
  // Of the caller's own network namespace.
  Outcome openHere();
  // Of another one: a process of our memory joins it for a moment, for no thread of the engine may.
  Outcome openIn(int network);

  // Sends a request and waits for its end; visit(const nlmsghdr&) sees what comes before. Gives 0 or an errno.
  template <typename Visit>
  int ask(Message& message, Visit visit) {
    if (const int error = send(message)) return error;
    for (;;) {
      size_t left = 0;
      if (const int error = receive(left)) return error;
      for (const char* at = buffer_; left >= sizeof(nlmsghdr);) {
        const auto& header = *reinterpret_cast<const nlmsghdr*>(at);
        const size_t length = NLMSG_ALIGN(header.nlmsg_len);
        if (header.nlmsg_len < sizeof header || header.nlmsg_len > left) return EPROTO;
        if (header.nlmsg_seq == sequence_) {
          interrupted_ |= (header.nlmsg_flags & NLM_F_DUMP_INTR) != 0;
          if (header.nlmsg_type == NLMSG_ERROR || header.nlmsg_type == NLMSG_DONE) return endOf(header);
          visit(header);
        }
        at += length;
        left -= length < left ? length : left;
      }
    }
  }
  int ask(Message& message) {
    return ask(message, [](const nlmsghdr&) {});
  }

  // What the kernel said about the last request beyond its errno, or "".
  const char* words() const { return words_; }

 private:
  Outcome prepare();
  int send(Message& message);
  int receive(size_t& length);
  int endOf(const nlmsghdr& header);

  OwnFd socket_;
  uint32_t sequence_ = 0;
  bool interrupted_ = false;
  char words_[128] = {};
  alignas(8) char buffer_[32 << 10];  // the kernel makes its parts of a long list no larger
};

}  // namespace caisson::parent
