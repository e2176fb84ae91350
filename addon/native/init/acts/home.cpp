// HOME of a container whose config names none: from the image's own list of users, before its user is taken on. The
// image owns the file: whatever it is, init reads a bounded part of it, in a buffer of fixed size, and waits for nobody.
#include <sys/stat.h>
#include <unistd.h>

#include "../../files.h"
#include "../../sys.h"
#include "../../text.h"
#include "../path.h"

namespace caisson::init {
namespace {

constexpr const char* kUsers = "/etc/passwd";
constexpr size_t kMostBytes = 16UL << 20;  // some images list every user of a company
constexpr uint64_t kMostUid = 0xffffffff;

// passwd(5), byte by byte: name:password:UID:GID:comment:directory:shell. A line that is not that is passed over.
class Users {
 public:
  Users(uint64_t uid, char* entry, size_t size) : wanted_(uid), entry_(entry, size) { begin(); }

  // Takes the next byte; true when the user was found.
  bool take(char byte) {
    if (byte == '\n') return end();
    if (byte == ':') {
      ++field_;
    } else if (field_ == kUid) {
      takeDigit(byte);
    } else if (field_ == kDirectory) {
      entry_.add(byte);
    }
    broken_ = broken_ || byte == '\0';
    return false;
  }

  // The end of a line, which at the end of a file may lack its newline.
  bool end() {
    const char* directory = entry_.get() + kPrefix;
    const bool found = !broken_ && hasUid_ && uid_ == wanted_ && directory[0] == '/' && !entry_.cut();
    if (!found) begin();
    return found;
  }

 private:
  static constexpr int kUid = 2;
  static constexpr int kDirectory = 5;
  static constexpr size_t kPrefix = 5;  // of kHome

  void begin() {
    entry_.clear();
    entry_.add(kHome);
    field_ = 0, uid_ = 0, hasUid_ = false, broken_ = false;
  }

  void takeDigit(char byte) {
    if (byte < '0' || byte > '9') {
      broken_ = true;
      return;
    }
    uid_ = uid_ * 10 + static_cast<uint64_t>(byte - '0');
    hasUid_ = true;
    broken_ = broken_ || uid_ > kMostUid;
    if (broken_) uid_ = 0;
  }

  uint64_t wanted_;
  Text entry_;
  int field_ = 0;
  uint64_t uid_ = 0;
  bool hasUid_ = false;
  bool broken_ = false;
};

bool isFile(int fd) {
  struct stat status {};
  return fstat(fd, &status) == 0 && S_ISREG(status.st_mode);
}

// An image need not have such a file, or one that can be read; but that there was no memory to read it says nothing of it.
Outcome unlessAbsent(const Outcome& outcome) { return passes(outcome.error) ? outcome : kDone; }

// Looked at first without opening it, because to open a device can do harm, and looked at again, because the name can
// be exchanged. O_NONBLOCK: a FIFO would wait for a writer.
Outcome openUsers(const Init& init, OwnFd& file) {
  OwnFd seen;
  if (Outcome o = openBeneath(init, kUsers, Links::kFollow, seen); o.failed()) return unlessAbsent(o);
  if (!isFile(seen.get())) return kDone;
  file.reset(sys::openat2(init.root.get(), kUsers, O_RDONLY | O_NOCTTY | O_NONBLOCK,
                          RESOLVE_IN_ROOT | RESOLVE_NO_MAGICLINKS));
  if (!file.valid()) return unlessAbsent(failed(wire::Call::kOpenat2, kUsers));
  if (!isFile(file.get())) file.reset();
  return kDone;
}

Outcome search(int file, Users& users, bool& found) {
  char bytes[4096];
  for (size_t total = 0; total < kMostBytes && !found;) {
    const ssize_t length = read(file, bytes, sizeof bytes);
    if (length < 0) return unlessAbsent(failed(wire::Call::kRead, kUsers));
    if (length == 0) {
      found = users.end();
      break;
    }
    total += static_cast<size_t>(length);
    for (ssize_t i = 0; i < length && !found; ++i) found = users.take(bytes[i]);
  }
  return kDone;
}

}  // namespace

Outcome home(Init& init, const wire::Home& act) {
  OwnFd file;
  if (Outcome o = openUsers(init, file); o.failed()) return o;
  Users users(act.uid, init.home, sizeof init.home);
  bool found = false;
  if (file.valid()) {
    if (Outcome o = search(file.get(), users, found); o.failed()) return o;
  }
  if (!found) init.home[0] = '\0';
  return kDone;
}

}  // namespace caisson::init
