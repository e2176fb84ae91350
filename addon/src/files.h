// Files and directories for lib/host and lib/container: node:fs costs 1.7 ms to load in the compiled engine.
#pragma once

#include <string>
#include <vector>

#include "native/fd.h"

namespace caisson::addon {

// A path as JavaScript gave it: holds no NUL.
struct Path : std::string {
  [[nodiscard]] std::string directory() const;
  [[nodiscard]] std::string base() const;
};

// Text that was found to be UTF-8.
bool isUtf8(const std::string& bytes);
// Everything up to end of file; EFBIG beyond limit bytes.
std::string readAll(int fd, size_t limit, const std::string& path);
// All of it, however many writes it takes; waits where the other side is slow.
void writeAll(int fd, std::string_view text, std::string_view path);

// As in lib/native/surface.ts.
std::string readText(const Path& path, double limit);
std::string readKernelText(const Path& path);
void writeKernelText(const Path& path, const std::string& text);
std::string readInput(double limit);
void replaceFile(const Path& path, const std::string& text, int mode);
void createFile(const Path& path, const std::string& text, int mode);
void appendFile(const Path& path, const std::string& text, int mode);
int holdFile(const Path& path, int mode);
void makeDirectory(const Path& path, int mode);
void ensureDirectory(const Path& path, int mode);
std::vector<std::string> listDirectory(const Path& path);
std::string fileKind(const Path& path);
std::string readLink(const Path& path);
std::string realPath(const Path& path);
void unlinkFile(const Path& path);
std::string workingDirectory();
int owner(const Path& path);
bool isForeign(const Path& path);
bool mayWrite(const Path& path);
void closeFd(int fd);
int lockDirectory(const Path& path, double wait);
void print(int fd, const std::string& text);

}  // namespace caisson::addon
