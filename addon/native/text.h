// Paths and lines put together in a buffer of fixed size, without a heap or stdio.
#pragma once

#include <stddef.h>
#include <stdint.h>

namespace caisson {

// Text under construction in somebody's buffer, always NUL-terminated. What does not fit is left out, and cut() says so.
class Text {
 public:
  Text(char* buffer, size_t size) : buffer_(buffer), size_(size) { clear(); }

  Text& add(const char* text) {
    while (*text != '\0') add(*text++);
    return *this;
  }
  Text& add(char letter) {
    if (length_ + 1 >= size_) {
      cut_ = true;
      return *this;
    }
    buffer_[length_++] = letter;
    buffer_[length_] = '\0';
    return *this;
  }
  Text& addNumber(uint64_t number, unsigned base = 10) {
    char digits[20];
    unsigned count = 0;
    do {
      digits[count++] = "0123456789abcdef"[number % base];
      number /= base;
    } while (number != 0);
    while (count > 0) add(digits[--count]);
    return *this;
  }

  void clear() { shorten(0), cut_ = false; }
  // Drops everything behind the first length bytes.
  void shorten(size_t length) {
    length_ = length;
    buffer_[length_] = '\0';
  }

  const char* get() const { return buffer_; }
  size_t length() const { return length_; }
  bool cut() const { return cut_; }

 private:
  char* buffer_;
  size_t size_;
  size_t length_ = 0;
  bool cut_ = false;
};

// Copies text and its NUL into a buffer, cut to its size.
inline void copyText(char* buffer, size_t size, const char* text) { Text(buffer, size).add(text); }

// The digits of a number, for a path or a log.
class Digits {
 public:
  explicit Digits(uint64_t number) { Text(digits_, sizeof digits_).addNumber(number); }
  const char* get() const { return digits_; }

 private:
  char digits_[24];
};

}  // namespace caisson
