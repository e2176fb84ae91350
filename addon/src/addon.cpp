// The Node-API surface: every function of lib/native/surface.ts, by name. Loaded by lib/native/load.ts;
// decides nothing.
#include "call.h"
#include "front.h"
#include "watch.h"

namespace caisson::addon {

namespace {

constexpr napi_property_descriptor plain(const char* name, napi_callback method) {
  return {name, nullptr, method, nullptr, nullptr, nullptr, napi_enumerable, nullptr};
}

const napi_property_descriptor kExports[] = {
    plain("readText", call<readText>),
    plain("readKernelText", call<readKernelText>),
    plain("writeKernelText", call<writeKernelText>),
    plain("readInput", call<readInput>),
    plain("replaceFile", call<replaceFile>),
    plain("createFile", call<createFile>),
    plain("appendFile", call<appendFile>),
    plain("holdFile", call<holdFile>),
    plain("makeDirectory", call<makeDirectory>),
    plain("ensureDirectory", call<ensureDirectory>),
    plain("listDirectory", call<listDirectory>),
    plain("fileKind", call<fileKind>),
    plain("readLink", call<readLink>),
    plain("realPath", call<realPath>),
    plain("unlink", call<unlinkFile>),
    plain("workingDirectory", call<workingDirectory>),
    plain("owner", call<owner>),
    plain("isForeign", call<isForeign>),
    plain("mayWrite", call<mayWrite>),
    plain("lockDirectory", promised<lockDirectory>),
    plain("close", call<closeFd>),

    plain("print", call<print>),
    plain("exit", call<exitNow>),
    plain("caller", call<caller>),
    plain("userId", call<userId>),
    plain("groupId", call<groupId>),
    plain("inInitialUserNamespace", call<inInitialUserNamespace>),
    plain("mayCopyMounts", call<mayCopyMounts>),
    plain("heldCapabilities", call<heldCapabilities>),
    plain("timestamp", call<timestamp>),
    plain("environment", call<environment>),

    plain("openProcess", call<openProcess>),
    plain("processStat", call<processStat>),
    plain("pidfdInode", call<pidfdInode>),
    plain("signalProcess", call<signalProcess>),
    plain("awaitEnd", promised<awaitEnd>),
    plain("exitOfProcess", call<exitOfProcess>),
    plain("watchOom", call<watchOom>),
    plain("watchFiles", call<watchFiles>),
    plain("awaitChange", promised<awaitChange>),

    plain("waitInPlace", call<waitInPlace>),
    plain("begin", call<begin>),
    plain("abandon", promised<abandon>),
    plain("launch", promised<launch>),
    plain("proceed", promised<proceed>),
    plain("attend", promised<attend>),
    plain("release", call<release>),
    plain("traceTimes", call<traceTimes>),
    plain("endInit", promised<endInit>),
    plain("openGate", promised<openGate>),
    plain("teardown", promised<teardown>),
    plain("holdSignals", call<holdSignals>),
    plain("supervise", call<supervise>),
    plain("connectStream", promised<connectStream>),
    plain("sendDescriptor", promised<sendDescriptor>),

    plain("compileSeccomp", call<compileSeccomp>),
    plain("findFilter", call<findFilter>),
    plain("keepFilter", call<keepFilter>),
    plain("knowsSeccompFlags", call<knowsSeccompFlags>),
    plain("seccompVersion", call<seccompVersion>),
};

}  // namespace

}  // namespace caisson::addon

NAPI_MODULE_INIT() {
  using caisson::addon::kExports;
  napi_define_properties(env, exports, std::size(kExports), kExports);
  return exports;
}
