// Who can write here decides what containers may do. So the directory and each file must be ours alone, and a file is
// believed only if it holds the whole text that it was compiled from: its name, a short hash, decides nothing. No file is
// ever changed: it appears whole, by a rename, and goes.
#include "filter_store.h"

#include <fcntl.h>
#include <linux/filter.h>
#include <seccomp.h>
#include <sys/random.h>
#include <sys/stat.h>
#include <sys/utsname.h>

#include <algorithm>
#include <array>
#include <cstdio>
#include <cstring>
#include <string_view>

#include "failure.h"
#include "profile.h"

namespace caisson::addon {

namespace {

// To be raised with every change in what is made of the same profile.
constexpr int kCompiler = 1;
constexpr uint32_t kMagic = 0x46534e43;
// Engines have one profile for each set of capabilities: a handful.
constexpr size_t kMostFilters = 64;
constexpr size_t kLongestFile = 1 << 20;

struct Header {
  uint32_t magic, key, program, notes;  // the lengths of the three parts behind it
  uint64_t check;                       // over those parts
};

// FNV-1a: against accidents, not against attackers, who cannot write here.
uint64_t hashed(std::string_view text) {
  uint64_t hash = 0xcbf29ce484222325;
  for (const char letter : text) hash = (hash ^ static_cast<uint8_t>(letter)) * 0x100000001b3;
  return hash;
}

// Everything that the filter depends on. The kernel, because libseccomp asks it what it knows.
std::string wholeKey(const std::string& key) {
  utsname host{};
  checked(uname(&host), "uname");
  return "caisson " + std::to_string(kCompiler) + " libseccomp " + seccompVersion() + " architecture " +
         std::to_string(seccomp_arch_native()) + " Linux " + host.release + "\n" + key;
}

std::string nameOf(const std::string& key) {
  std::array<char, 20> name;
  snprintf(name.data(), name.size(), "%016llx", static_cast<unsigned long long>(hashed(key)));
  return name.data();
}

// Not valid when there is none; EPERM when somebody else could have written there.
OwnFd openStore(const Path& directory) {
  OwnFd fd(open(directory.c_str(), O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC));
  if (!fd.valid() && errno == ENOENT) return fd;
  checked(fd.get(), "open", directory);
  struct stat status;
  checked(fstat(fd.get(), &status), "fstat", directory);
  if (status.st_uid != geteuid() || (status.st_mode & 0077) != 0) fail(EPERM, "fstat", directory);
  return fd;
}

bool isOurs(const struct stat& status) {
  return S_ISREG(status.st_mode) && status.st_uid == geteuid() && (status.st_mode & 0077) == 0 &&
         status.st_nlink == 1;
}

// The bytes of a file that nobody else can have written; nothing when there is no such file.
std::string trustedBytes(int store, const std::string& name) {
  const OwnFd file(openat(store, name.c_str(), O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_NOCTTY | O_CLOEXEC));
  struct stat status;
  if (!file.valid() || fstat(file.get(), &status) < 0 || !isOurs(status)) return "";
  const auto size = static_cast<size_t>(std::max<off_t>(status.st_size, 0));
  if (size > kLongestFile) return "";
  std::string bytes(size, '\0');
  return pread(file.get(), bytes.data(), size, 0) == static_cast<ssize_t>(size) ? bytes : "";
}

std::optional<StoredFilter> parse(std::string_view bytes, const std::string& key) {
  Header header;
  if (bytes.size() < sizeof header) return std::nullopt;
  memcpy(&header, bytes.data(), sizeof header);
  bytes.remove_prefix(sizeof header);
  const uint64_t length = uint64_t{header.key} + header.program + header.notes;
  if (header.magic != kMagic || length != bytes.size() || header.check != hashed(bytes)) return std::nullopt;
  if (header.program == 0 || header.program % sizeof(sock_filter) != 0) return std::nullopt;
  if (bytes.substr(0, header.key) != key) return std::nullopt;
  const std::string_view program = bytes.substr(header.key, header.program);
  return StoredFilter{{program.begin(), program.end()},
                      std::string(bytes.substr(header.key + header.program))};
}

std::string fileOf(const std::string& key, const std::vector<uint8_t>& program, const std::string& notes) {
  const std::string parts = key + std::string(program.begin(), program.end()) + notes;
  const Header header{kMagic, static_cast<uint32_t>(key.size()), static_cast<uint32_t>(program.size()),
                      static_cast<uint32_t>(notes.size()), hashed(parts)};
  return std::string(reinterpret_cast<const char*>(&header), sizeof header) + parts;
}

// The directory that was looked at, whatever stands at its path now.
std::string pathOf(const OwnFd& store) { return "/proc/self/fd/" + std::to_string(store.get()); }

// Removes the oldest when there are too many, and with them what a crash has left half written.
void makeRoom(const OwnFd& store) {
  std::vector<std::pair<time_t, std::string>> files;
  for (const std::string& name : listDirectory(Path{pathOf(store)})) {
    struct stat status;
    if (fstatat(store.get(), name.c_str(), &status, AT_SYMLINK_NOFOLLOW) == 0) {
      files.emplace_back(status.st_mtime, name);
    }
  }
  if (files.size() < kMostFilters) return;
  std::sort(files.begin(), files.end());
  for (size_t index = 0; index <= files.size() - kMostFilters; index++) {
    unlinkat(store.get(), files[index].second.c_str(), 0);
  }
}

}  // namespace

std::optional<StoredFilter> findFilter(const Path& directory, const std::string& key) {
  const OwnFd store = openStore(directory);
  if (!store.valid()) return std::nullopt;
  const std::string whole = wholeKey(key);
  return parse(trustedBytes(store.get(), nameOf(whole)), whole);
}

void keepFilter(const Path& directory, const std::string& key, const std::vector<uint8_t>& program,
                const std::string& notes) {
  const std::string whole = wholeKey(key);
  const std::string file = fileOf(whole, program, notes);
  if (file.size() > kLongestFile) return;
  if (mkdir(directory.c_str(), 0700) < 0 && errno != EEXIST) fail(errno, "mkdir", directory);
  const OwnFd store = openStore(directory);
  checked(store.get(), "open", directory);
  makeRoom(store);
  replaceFile(Path{pathOf(store) + "/" + nameOf(whole)}, file, 0600);
}

}  // namespace caisson::addon
