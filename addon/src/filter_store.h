// Compiled filters, kept from one container to the next: libseccomp takes milliseconds for what is the same every time.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "files.h"

namespace caisson::addon {

// As in lib/native/surface.ts.
struct StoredFilter {
  std::vector<uint8_t> program;
  std::string notes;
};

std::optional<StoredFilter> findFilter(const Path& directory, const std::string& key);
void keepFilter(const Path& directory, const std::string& key, const std::vector<uint8_t>& program,
                const std::string& notes);

}  // namespace caisson::addon
