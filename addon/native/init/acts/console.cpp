// A terminal for the container, from its own devpts. The image owns /dev until something is mounted there, so nothing
// is found by name but the devpts itself, which is checked to be one; the slave comes from the master (CVE-2025-52565).
#include <linux/magic.h>
#include <sys/ioctl.h>
#include <sys/stat.h>
#include <sys/vfs.h>
#include <termios.h>
#include <unistd.h>

#include "../../sys.h"
#include "../path.h"

namespace caisson::init {
namespace {

constexpr const char* kTerminals = "/dev/pts";
constexpr const char* kConsole = "/dev/console";

// Only the kernel makes files in a devpts; NO_XDEV, because something may be mounted over one of them.
Outcome openMaster(const Init& init, OwnFd& master) {
  OwnFd terminals;
  if (Outcome o = openBeneath(init, kTerminals, Links::kFollow, terminals); o.failed()) return o;
  struct statfs status {};
  if (fstatfs(terminals.get(), &status) != 0) return failed(wire::Call::kFstat, kTerminals);
  if (status.f_type != DEVPTS_SUPER_MAGIC) {
    return refused(ENODEV, wire::Call::kFstat, kTerminals, "not a devpts filesystem");
  }
  master.reset(sys::openat2(terminals.get(), "ptmx", O_RDWR | O_NOCTTY | O_NOFOLLOW,
                            RESOLVE_NO_XDEV | RESOLVE_BENEATH | RESOLVE_NO_SYMLINKS));
  return master.valid() ? kDone : failed(wire::Call::kOpenat2, "/dev/pts/ptmx");
}

Outcome openSlave(int master, uint64_t rows, uint64_t columns, OwnFd& slave) {
  const int unlocked = 0;
  if (ioctl(master, TIOCSPTLCK, &unlocked) != 0) return failed(wire::Call::kIoctl, kConsole);
  slave.reset(ioctl(master, TIOCGPTPEER, O_RDWR | O_NOCTTY | O_CLOEXEC));
  if (!slave.valid()) return failed(wire::Call::kIoctl, kConsole);
  if (rows == 0 && columns == 0) return kDone;
  winsize size{};
  size.ws_row = static_cast<unsigned short>(rows);
  size.ws_col = static_cast<unsigned short>(columns);
  return ioctl(slave.get(), TIOCSWINSZ, &size) == 0 ? kDone : failed(wire::Call::kIoctl, kConsole);
}

Outcome bindSlave(const Init& init, int slave) {
  OwnFd target;
  if (Outcome o = openOrMake(init, kConsole, Make::kFile, Links::kFollow, target); o.failed()) return o;
  const OwnFd tree(sys::openTree(slave, "", OPEN_TREE_CLONE | AT_EMPTY_PATH));
  if (!tree.valid()) return failed(wire::Call::kOpenTree, kConsole);
  return attach(tree.get(), target.get(), 0, kConsole);
}

Outcome becomeStdio(int slave) {
  for (int fd = 0; fd <= 2; ++fd) {
    if (dup2(slave, fd) < 0) return failed(wire::Call::kDup2, kConsole);
  }
  return ioctl(0, TIOCSCTTY, 0) == 0 ? kDone : failed(wire::Call::kIoctl, kConsole);
}

}  // namespace

Outcome console(Init& init, const wire::Console& act) {
  OwnFd master;
  OwnFd slave;
  if (Outcome o = openMaster(init, master); o.failed()) return o;
  if (Outcome o = openSlave(master.get(), act.rows, act.columns, slave); o.failed()) return o;
  if (Outcome o = bindSlave(init, slave.get()); o.failed()) return o;
  if (Outcome o = becomeStdio(slave.get()); o.failed()) return o;
  init.console = static_cast<OwnFd&&>(master);
  return kDone;
}

Outcome terminal(Init& init, const wire::Terminal& act) {
  OwnFd master;
  OwnFd slave;
  if (Outcome o = openMaster(init, master); o.failed()) return o;
  if (Outcome o = openSlave(master.get(), act.rows, act.columns, slave); o.failed()) return o;
  if (Outcome o = becomeStdio(slave.get()); o.failed()) return o;
  init.console = static_cast<OwnFd&&>(master);
  return kDone;
}

}  // namespace caisson::init
