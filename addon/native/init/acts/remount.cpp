// A filesystem that is mounted already, changed in place: fspick(2) where mount(2) has MS_REMOUNT. What is not named
// stays as it is, so that nobody has to repeat the flags that are set, or those that a user namespace has locked.
#include "../../sys.h"
#include "filesystem.h"

namespace caisson::init {
namespace {

Outcome reconfigure(Init& init, const wire::Remount& act, int target, const char* path) {
  const OwnFd context(sys::fspick(target));
  if (!context.valid()) return failed(wire::Call::kFspick, path);
  Outcome o = configureFlags(context.get(), act.flags, true, path);
  if (!o.failed()) o = configureFlags(context.get(), act.unset, false, path);
  if (!o.failed()) o = configureOptions(init, context.get(), act.options, path);
  if (!o.failed() && sys::fsconfig(context.get(), FSCONFIG_CMD_RECONFIGURE, nullptr, nullptr) != 0)
    o = failed(wire::Call::kFsconfig, path);
  return o.failed() ? explained(init, context.get(), o) : kDone;
}

}  // namespace

Outcome remount(Init& init, const wire::Remount& act) {
  const char* path = init.plan.text(act.target);
  OwnFd target;
  if (Outcome o = openBeneath(init, path, Links::kFollow, target); o.failed()) return o;
  if (act.filesystem != 0) {
    if (Outcome o = reconfigure(init, act, target.get(), path); o.failed()) return o;
  }
  mount_attr attributes{};
  attributes.attr_set = act.set;
  attributes.attr_clr = act.clear;
  if (sys::mountSetattr(target.get(), "", AT_EMPTY_PATH, attributes) != 0)
    return failed(wire::Call::kMountSetattr, path);
  init.last = static_cast<OwnFd&&>(target);
  return kDone;
}

}  // namespace caisson::init
