// Generated from schemas/ by scripts/generate-spec.ts. Do not edit.
// @ts-nocheck
/**
 * Whether a value fits schemas/config.schema.json: `no`, `yes`, or `rounded`: yes, and a number of 64 bits is so
 * large that JSON.parse may have rounded it.
 */
export const fitsConfig: (value: unknown) => 'no' | 'yes' | 'rounded' = /* @__PURE__ */ (() => {
let rounded = false;
function meet(number) {
if (!Number.isSafeInteger(number)) rounded = true;
}
function validate24(data){
if(!(typeof data == "number" && data % 1 === 0)){
return false;
}
{
{
if(data > 9007199254740991){
return false;
}
else {
if(data < 0){
return false;
}
}
}
}
return true;
}
function validate23(data){
{
if(data && typeof data == "object" && !Array.isArray(data)){
if(((data.height === undefined)) || ((data.width === undefined))){
return false;
}
else {
if(data.height !== undefined){
if(!(validate24(data.height))){
return false;
}
}
{
if(data.width !== undefined){
if(!(validate24(data.width))){
return false;
}
}
}
}
}
else {
return false;
}
}
return true;
}
function validate29(data){
if(!(typeof data == "number" && data % 1 === 0)){
return false;
}
{
{
if(data > 4294967295){
return false;
}
else {
if(data < 0){
return false;
}
}
}
}
return true;
}
function validate28(data){
{
if(data && typeof data == "object" && !Array.isArray(data)){
if(data.uid !== undefined){
if(!(validate29(data.uid))){
return false;
}
}
{
if(data.gid !== undefined){
if(!(validate29(data.gid))){
return false;
}
}
{
if(data.umask !== undefined){
if(!(validate29(data.umask))){
return false;
}
}
{
if(data.additionalGids !== undefined){
let data3 = data.additionalGids;
{
if(Array.isArray(data3)){
const len0 = data3.length;
for(let i0=0; i0<len0; i0++){
if(!(validate29(data3[i0]))){
return false;
}
}
}
else {
return false;
}
}
}
{
if(data.username !== undefined){
if(typeof data.username !== "string"){
return false;
}
}
}
}
}
}
}
else {
return false;
}
}
return true;
}
function validate35(data){
{
if(Array.isArray(data)){
const len0 = data.length;
for(let i0=0; i0<len0; i0++){
if(typeof data[i0] !== "string"){
return false;
}
}
}
else {
return false;
}
}
return true;
}
function validate38(data){
{
if(data && typeof data == "object" && !Array.isArray(data)){
if(data.bounding !== undefined){
if(!(validate35(data.bounding))){
return false;
}
}
{
if(data.effective !== undefined){
if(!(validate35(data.effective))){
return false;
}
}
{
if(data.inheritable !== undefined){
if(!(validate35(data.inheritable))){
return false;
}
}
{
if(data.permitted !== undefined){
if(!(validate35(data.permitted))){
return false;
}
}
{
if(data.ambient !== undefined){
if(!(validate35(data.ambient))){
return false;
}
}
}
}
}
}
}
else {
return false;
}
}
return true;
}
function validate46(data){
if(!(typeof data == "number" && data % 1 === 0)){
return false;
}
meet(data);
{
{
if(data > 18446744073709552000){
return false;
}
else {
if(data < 0){
return false;
}
}
}
}
return true;
}
function validate45(data){
{
if(data && typeof data == "object" && !Array.isArray(data)){
if((((data.type === undefined)) || ((data.soft === undefined))) || ((data.hard === undefined))){
return false;
}
else {
if(data.type !== undefined){
let data0 = data.type;
{
if(typeof data0 === "string"){
if(!(data0 === "RLIMIT_NOFILE" || data0 === "RLIMIT_NPROC" || data0 === "RLIMIT_CORE" || data0 === "RLIMIT_MEMLOCK" || /^RLIMIT_[A-Z]+$/u.test(data0))){
return false;
}
}
else {
return false;
}
}
}
{
if(data.soft !== undefined){
if(!(validate46(data.soft))){
return false;
}
}
{
if(data.hard !== undefined){
if(!(validate46(data.hard))){
return false;
}
}
}
}
}
}
else {
return false;
}
}
return true;
}
function validate51(data){
if(typeof data !== "string"){
return false;
}
if(!(((((((data === "SCHED_OTHER") || (data === "SCHED_FIFO")) || (data === "SCHED_RR")) || (data === "SCHED_BATCH")) || (data === "SCHED_ISO")) || (data === "SCHED_IDLE")) || (data === "SCHED_DEADLINE"))){
return false;
}
return true;
}
function validate53(data){
if(!(typeof data == "number" && data % 1 === 0)){
return false;
}
{
{
if(data > 2147483647){
return false;
}
else {
if(data < -2147483648){
return false;
}
}
}
}
return true;
}
function validate56(data){
if(typeof data !== "string"){
return false;
}
if(!(((((((data === "SCHED_FLAG_RESET_ON_FORK") || (data === "SCHED_FLAG_RECLAIM")) || (data === "SCHED_FLAG_DL_OVERRUN")) || (data === "SCHED_FLAG_KEEP_POLICY")) || (data === "SCHED_FLAG_KEEP_PARAMS")) || (data === "SCHED_FLAG_UTIL_CLAMP_MIN")) || (data === "SCHED_FLAG_UTIL_CLAMP_MAX"))){
return false;
}
return true;
}
function validate50(data){
{
if(data && typeof data == "object" && !Array.isArray(data)){
if((data.policy === undefined)){
return false;
}
else {
if(data.policy !== undefined){
if(!(validate51(data.policy))){
return false;
}
}
{
if(data.nice !== undefined){
if(!(validate53(data.nice))){
return false;
}
}
{
if(data.priority !== undefined){
if(!(validate53(data.priority))){
return false;
}
}
{
if(data.flags !== undefined){
let data3 = data.flags;
{
if(Array.isArray(data3)){
const len0 = data3.length;
for(let i0=0; i0<len0; i0++){
if(!(validate56(data3[i0]))){
return false;
}
}
}
else {
return false;
}
}
}
{
if(data.runtime !== undefined){
if(!(validate46(data.runtime))){
return false;
}
}
{
if(data.deadline !== undefined){
if(!(validate46(data.deadline))){
return false;
}
}
{
if(data.period !== undefined){
if(!(validate46(data.period))){
return false;
}
}
}
}
}
}
}
}
}
}
else {
return false;
}
}
return true;
}
function validate63(data){
if(typeof data !== "string"){
return false;
}
if(!(((data === "IOPRIO_CLASS_RT") || (data === "IOPRIO_CLASS_BE")) || (data === "IOPRIO_CLASS_IDLE"))){
return false;
}
return true;
}
function validate62(data){
{
if(data && typeof data == "object" && !Array.isArray(data)){
if((data.class === undefined)){
return false;
}
else {
if(data.class !== undefined){
if(!(validate63(data.class))){
return false;
}
}
{
if(data.priority !== undefined){
if(!(validate53(data.priority))){
return false;
}
}
}
}
}
else {
return false;
}
}
return true;
}
function validate67(data){
{
if(data && typeof data == "object" && !Array.isArray(data)){
if(data.initial !== undefined){
let data0 = data.initial;
{
if(typeof data0 === "string"){
if(!(/^[0-9, -]*$/u.test(data0))){
return false;
}
}
else {
return false;
}
}
}
{
if(data.final !== undefined){
let data1 = data.final;
{
if(typeof data1 === "string"){
if(!(/^[0-9, -]*$/u.test(data1))){
return false;
}
}
else {
return false;
}
}
}
}
}
else {
return false;
}
}
return true;
}
function validate22(data){
{
if(data && typeof data == "object" && !Array.isArray(data)){
if((data.cwd === undefined)){
return false;
}
else {
if(data.terminal !== undefined){
if(typeof data.terminal !== "boolean"){
return false;
}
}
{
if(data.consoleSize !== undefined){
if(!(validate23(data.consoleSize))){
return false;
}
}
{
if(data.user !== undefined){
if(!(validate28(data.user))){
return false;
}
}
{
if(data.args !== undefined){
if(!(validate35(data.args))){
return false;
}
}
{
if(data.commandLine !== undefined){
if(typeof data.commandLine !== "string"){
return false;
}
}
{
if(data.env !== undefined){
if(!(validate35(data.env))){
return false;
}
}
{
if(data.cwd !== undefined){
if(typeof data.cwd !== "string"){
return false;
}
}
{
if(data.capabilities !== undefined){
if(!(validate38(data.capabilities))){
return false;
}
}
{
if(data.rlimits !== undefined){
let data8 = data.rlimits;
{
if(Array.isArray(data8)){
const len0 = data8.length;
for(let i0=0; i0<len0; i0++){
if(!(validate45(data8[i0]))){
return false;
}
}
}
else {
return false;
}
}
}
{
if(data.noNewPrivileges !== undefined){
if(typeof data.noNewPrivileges !== "boolean"){
return false;
}
}
{
if(data.apparmorProfile !== undefined){
if(typeof data.apparmorProfile !== "string"){
return false;
}
}
{
if(data.oomScoreAdj !== undefined){
let data12 = data.oomScoreAdj;
if(!(typeof data12 == "number" && data12 % 1 === 0)){
return false;
}
}
{
if(data.scheduler !== undefined){
if(!(validate50(data.scheduler))){
return false;
}
}
{
if(data.selinuxLabel !== undefined){
if(typeof data.selinuxLabel !== "string"){
return false;
}
}
{
if(data.ioPriority !== undefined){
if(!(validate62(data.ioPriority))){
return false;
}
}
{
if(data.execCPUAffinity !== undefined){
if(!(validate67(data.execCPUAffinity))){
return false;
}
}
}
}
}
}
}
}
}
}
}
}
}
}
}
}
}
}
}
else {
return false;
}
}
return true;
}
function validate70(data){
{
if(data && typeof data == "object" && !Array.isArray(data)){
if((data.path === undefined)){
return false;
}
else {
if(data.path !== undefined){
if(typeof data.path !== "string"){
return false;
}
}
{
if(data.readonly !== undefined){
if(typeof data.readonly !== "boolean"){
return false;
}
}
}
}
}
else {
return false;
}
}
return true;
}
function validate74(data){
{
if(data && typeof data == "object" && !Array.isArray(data)){
if((((data.containerID === undefined)) || ((data.hostID === undefined))) || ((data.size === undefined))){
return false;
}
else {
if(data.containerID !== undefined){
if(!(validate29(data.containerID))){
return false;
}
}
{
if(data.hostID !== undefined){
if(!(validate29(data.hostID))){
return false;
}
}
{
if(data.size !== undefined){
if(!(validate29(data.size))){
return false;
}
}
}
}
}
}
else {
return false;
}
}
return true;
}
function validate72(data){
{
if(data && typeof data == "object" && !Array.isArray(data)){
if((data.destination === undefined)){
return false;
}
else {
if(data.destination !== undefined){
if(typeof data.destination !== "string"){
return false;
}
}
{
if(data.type !== undefined){
if(typeof data.type !== "string"){
return false;
}
}
{
if(data.source !== undefined){
if(typeof data.source !== "string"){
return false;
}
}
{
if(data.options !== undefined){
if(!(validate35(data.options))){
return false;
}
}
{
if(data.uidMappings !== undefined){
let data4 = data.uidMappings;
{
if(Array.isArray(data4)){
const len0 = data4.length;
for(let i0=0; i0<len0; i0++){
if(!(validate74(data4[i0]))){
return false;
}
}
}
else {
return false;
}
}
}
{
if(data.gidMappings !== undefined){
let data6 = data.gidMappings;
{
if(Array.isArray(data6)){
const len1 = data6.length;
for(let i1=0; i1<len1; i1++){
if(!(validate74(data6[i1]))){
return false;
}
}
}
else {
return false;
}
}
}
}
}
}
}
}
}
}
else {
return false;
}
}
return true;
}
function validate82(data){
{
if(data && typeof data == "object" && !Array.isArray(data)){
if((data.path === undefined)){
return false;
}
else {
if(data.path !== undefined){
if(typeof data.path !== "string"){
return false;
}
}
{
if(data.args !== undefined){
if(!(validate35(data.args))){
return false;
}
}
{
if(data.env !== undefined){
if(!(validate35(data.env))){
return false;
}
}
{
if(data.timeout !== undefined){
let data3 = data.timeout;
if(!(typeof data3 == "number" && data3 % 1 === 0)){
return false;
}
{
{
if(data3 < 1){
return false;
}
}
}
}
}
}
}
}
}
else {
return false;
}
}
return true;
}
function validate81(data){
{
if(data && typeof data == "object" && !Array.isArray(data)){
if(data.prestart !== undefined){
let data0 = data.prestart;
{
if(Array.isArray(data0)){
const len0 = data0.length;
for(let i0=0; i0<len0; i0++){
if(!(validate82(data0[i0]))){
return false;
}
}
}
else {
return false;
}
}
}
{
if(data.createRuntime !== undefined){
let data2 = data.createRuntime;
{
if(Array.isArray(data2)){
const len1 = data2.length;
for(let i1=0; i1<len1; i1++){
if(!(validate82(data2[i1]))){
return false;
}
}
}
else {
return false;
}
}
}
{
if(data.createContainer !== undefined){
let data4 = data.createContainer;
{
if(Array.isArray(data4)){
const len2 = data4.length;
for(let i2=0; i2<len2; i2++){
if(!(validate82(data4[i2]))){
return false;
}
}
}
else {
return false;
}
}
}
{
if(data.startContainer !== undefined){
let data6 = data.startContainer;
{
if(Array.isArray(data6)){
const len3 = data6.length;
for(let i3=0; i3<len3; i3++){
if(!(validate82(data6[i3]))){
return false;
}
}
}
else {
return false;
}
}
}
{
if(data.poststart !== undefined){
let data8 = data.poststart;
{
if(Array.isArray(data8)){
const len4 = data8.length;
for(let i4=0; i4<len4; i4++){
if(!(validate82(data8[i4]))){
return false;
}
}
}
else {
return false;
}
}
}
{
if(data.poststop !== undefined){
let data10 = data.poststop;
{
if(Array.isArray(data10)){
const len5 = data10.length;
for(let i5=0; i5<len5; i5++){
if(!(validate82(data10[i5]))){
return false;
}
}
}
else {
return false;
}
}
}
}
}
}
}
}
}
else {
return false;
}
}
return true;
}
function validate92(data){
{
if(data && typeof data == "object" && !Array.isArray(data)){
for(const key0 in data){
if(typeof data[key0] !== "string"){
return false;
}
}
}
else {
return false;
}
}
return true;
}
function validate99(data){
if(!(typeof data == "number" && data % 1 === 0)){
return false;
}
{
{
if(data > 9007199254740991){
return false;
}
else {
if(data < -9007199254740991){
return false;
}
}
}
}
return true;
}
function validate98(data){
{
if(data && typeof data == "object" && !Array.isArray(data)){
if((data.allow === undefined)){
return false;
}
else {
if(data.allow !== undefined){
if(typeof data.allow !== "boolean"){
return false;
}
}
{
if(data.type !== undefined){
if(typeof data.type !== "string"){
return false;
}
}
{
if(data.major !== undefined){
if(!(validate99(data.major))){
return false;
}
}
{
if(data.minor !== undefined){
if(!(validate99(data.minor))){
return false;
}
}
{
if(data.access !== undefined){
if(typeof data.access !== "string"){
return false;
}
}
}
}
}
}
}
}
else {
return false;
}
}
return true;
}
function validate104(data){
if(!(typeof data == "number" && data % 1 === 0)){
return false;
}
meet(data);
{
{
if(data > 9223372036854776000){
return false;
}
else {
if(data < -9223372036854776000){
return false;
}
}
}
}
return true;
}
function validate103(data){
{
if(data && typeof data == "object" && !Array.isArray(data)){
if(data.limit !== undefined){
if(!(validate104(data.limit))){
return false;
}
}
{
if(data.reservation !== undefined){
if(!(validate104(data.reservation))){
return false;
}
}
{
if(data.swap !== undefined){
if(!(validate104(data.swap))){
return false;
}
}
{
if(data.kernel !== undefined){
if(!(validate104(data.kernel))){
return false;
}
}
{
if(data.kernelTCP !== undefined){
if(!(validate104(data.kernelTCP))){
return false;
}
}
{
if(data.swappiness !== undefined){
if(!(validate46(data.swappiness))){
return false;
}
}
{
if(data.disableOOMKiller !== undefined){
if(typeof data.disableOOMKiller !== "boolean"){
return false;
}
}
{
if(data.useHierarchy !== undefined){
if(typeof data.useHierarchy !== "boolean"){
return false;
}
}
{
if(data.checkBeforeUpdate !== undefined){
if(typeof data.checkBeforeUpdate !== "boolean"){
return false;
}
}
}
}
}
}
}
}
}
}
}
else {
return false;
}
}
return true;
}
function validate112(data){
{
if(data && typeof data == "object" && !Array.isArray(data)){
if(data.shares !== undefined){
if(!(validate46(data.shares))){
return false;
}
}
{
if(data.quota !== undefined){
if(!(validate104(data.quota))){
return false;
}
}
{
if(data.burst !== undefined){
if(!(validate46(data.burst))){
return false;
}
}
{
if(data.period !== undefined){
if(!(validate46(data.period))){
return false;
}
}
{
if(data.realtimeRuntime !== undefined){
if(!(validate104(data.realtimeRuntime))){
return false;
}
}
{
if(data.realtimePeriod !== undefined){
if(!(validate46(data.realtimePeriod))){
return false;
}
}
{
if(data.cpus !== undefined){
if(typeof data.cpus !== "string"){
return false;
}
}
{
if(data.mems !== undefined){
if(typeof data.mems !== "string"){
return false;
}
}
{
if(data.idle !== undefined){
if(!(validate104(data.idle))){
return false;
}
}
}
}
}
}
}
}
}
}
}
else {
return false;
}
}
return true;
}
function validate121(data){
{
if(data && typeof data == "object" && !Array.isArray(data)){
if(data.limit !== undefined){
if(!(validate104(data.limit))){
return false;
}
}
}
else {
return false;
}
}
return true;
}
function validate125(data){
if(!(typeof data == "number" && data % 1 === 0)){
return false;
}
{
{
if(data > 65535){
return false;
}
else {
if(data < 0){
return false;
}
}
}
}
return true;
}
function validate128(data){
{
if(data && typeof data == "object" && !Array.isArray(data)){
if(((data.major === undefined)) || ((data.minor === undefined))){
return false;
}
else {
if(data.major !== undefined){
if(!(validate99(data.major))){
return false;
}
}
{
if(data.minor !== undefined){
if(!(validate99(data.minor))){
return false;
}
}
{
if(data.weight !== undefined){
if(!(validate125(data.weight))){
return false;
}
}
{
if(data.leafWeight !== undefined){
if(!(validate125(data.leafWeight))){
return false;
}
}
}
}
}
}
}
else {
return false;
}
}
return true;
}
function validate134(data){
{
if(data && typeof data == "object" && !Array.isArray(data)){
if(((data.major === undefined)) || ((data.minor === undefined))){
return false;
}
else {
if(data.major !== undefined){
if(!(validate99(data.major))){
return false;
}
}
{
if(data.minor !== undefined){
if(!(validate99(data.minor))){
return false;
}
}
{
if(data.rate !== undefined){
if(!(validate46(data.rate))){
return false;
}
}
}
}
}
}
else {
return false;
}
}
return true;
}
function validate124(data){
{
if(data && typeof data == "object" && !Array.isArray(data)){
if(data.weight !== undefined){
if(!(validate125(data.weight))){
return false;
}
}
{
if(data.leafWeight !== undefined){
if(!(validate125(data.leafWeight))){
return false;
}
}
{
if(data.weightDevice !== undefined){
let data2 = data.weightDevice;
{
if(Array.isArray(data2)){
const len0 = data2.length;
for(let i0=0; i0<len0; i0++){
if(!(validate128(data2[i0]))){
return false;
}
}
}
else {
return false;
}
}
}
{
if(data.throttleReadBpsDevice !== undefined){
let data4 = data.throttleReadBpsDevice;
{
if(Array.isArray(data4)){
const len1 = data4.length;
for(let i1=0; i1<len1; i1++){
if(!(validate134(data4[i1]))){
return false;
}
}
}
else {
return false;
}
}
}
{
if(data.throttleWriteBpsDevice !== undefined){
let data6 = data.throttleWriteBpsDevice;
{
if(Array.isArray(data6)){
const len2 = data6.length;
for(let i2=0; i2<len2; i2++){
if(!(validate134(data6[i2]))){
return false;
}
}
}
else {
return false;
}
}
}
{
if(data.throttleReadIOPSDevice !== undefined){
let data8 = data.throttleReadIOPSDevice;
{
if(Array.isArray(data8)){
const len3 = data8.length;
for(let i3=0; i3<len3; i3++){
if(!(validate134(data8[i3]))){
return false;
}
}
}
else {
return false;
}
}
}
{
if(data.throttleWriteIOPSDevice !== undefined){
let data10 = data.throttleWriteIOPSDevice;
{
if(Array.isArray(data10)){
const len4 = data10.length;
for(let i4=0; i4<len4; i4++){
if(!(validate134(data10[i4]))){
return false;
}
}
}
else {
return false;
}
}
}
}
}
}
}
}
}
}
else {
return false;
}
}
return true;
}
function validate143(data){
{
if(data && typeof data == "object" && !Array.isArray(data)){
if(((data.pageSize === undefined)) || ((data.limit === undefined))){
return false;
}
else {
if(data.pageSize !== undefined){
let data0 = data.pageSize;
{
if(typeof data0 === "string"){
if(!(data0 === "2MB" || data0 === "1GB" || data0 === "64KB" || /^[1-9][0-9]*[KMG]B$/u.test(data0))){
return false;
}
}
else {
return false;
}
}
}
{
if(data.limit !== undefined){
if(!(validate46(data.limit))){
return false;
}
}
}
}
}
else {
return false;
}
}
return true;
}
function validate148(data){
{
if(data && typeof data == "object" && !Array.isArray(data)){
if(((data.name === undefined)) || ((data.priority === undefined))){
return false;
}
else {
if(data.name !== undefined){
if(typeof data.name !== "string"){
return false;
}
}
{
if(data.priority !== undefined){
if(!(validate29(data.priority))){
return false;
}
}
}
}
}
else {
return false;
}
}
return true;
}
function validate146(data){
{
if(data && typeof data == "object" && !Array.isArray(data)){
if(data.classID !== undefined){
if(!(validate29(data.classID))){
return false;
}
}
{
if(data.priorities !== undefined){
let data1 = data.priorities;
{
if(Array.isArray(data1)){
const len0 = data1.length;
for(let i0=0; i0<len0; i0++){
if(!(validate148(data1[i0]))){
return false;
}
}
}
else {
return false;
}
}
}
}
}
else {
return false;
}
}
return true;
}
function validate152(data){
{
if(data && typeof data == "object" && !Array.isArray(data)){
if(data.hcaHandles !== undefined){
if(!(validate29(data.hcaHandles))){
return false;
}
}
{
if(data.hcaObjects !== undefined){
if(!(validate29(data.hcaObjects))){
return false;
}
}
}
}
else {
return false;
}
}
return true;
}
function validate97(data){
{
if(data && typeof data == "object" && !Array.isArray(data)){
if(data.devices !== undefined){
let data0 = data.devices;
{
if(Array.isArray(data0)){
const len0 = data0.length;
for(let i0=0; i0<len0; i0++){
if(!(validate98(data0[i0]))){
return false;
}
}
}
else {
return false;
}
}
}
{
if(data.memory !== undefined){
if(!(validate103(data.memory))){
return false;
}
}
{
if(data.cpu !== undefined){
if(!(validate112(data.cpu))){
return false;
}
}
{
if(data.pids !== undefined){
if(!(validate121(data.pids))){
return false;
}
}
{
if(data.blockIO !== undefined){
if(!(validate124(data.blockIO))){
return false;
}
}
{
if(data.hugepageLimits !== undefined){
let data6 = data.hugepageLimits;
{
if(Array.isArray(data6)){
const len1 = data6.length;
for(let i1=0; i1<len1; i1++){
if(!(validate143(data6[i1]))){
return false;
}
}
}
else {
return false;
}
}
}
{
if(data.network !== undefined){
if(!(validate146(data.network))){
return false;
}
}
{
if(data.rdma !== undefined){
let data9 = data.rdma;
{
if(data9 && typeof data9 == "object" && !Array.isArray(data9)){
for(const key0 in data9){
if(!(validate152(data9[key0]))){
return false;
}
}
}
else {
return false;
}
}
}
{
if(data.unified !== undefined){
let data11 = data.unified;
{
if(data11 && typeof data11 == "object" && !Array.isArray(data11)){
for(const key1 in data11){
if(typeof data11[key1] !== "string"){
return false;
}
}
}
else {
return false;
}
}
}
}
}
}
}
}
}
}
}
}
else {
return false;
}
}
return true;
}
function validate158(data){
if(typeof data !== "string"){
return false;
}
if(!((((((((data === "pid") || (data === "network")) || (data === "mount")) || (data === "ipc")) || (data === "uts")) || (data === "user")) || (data === "cgroup")) || (data === "time"))){
return false;
}
return true;
}
function validate157(data){
{
if(data && typeof data == "object" && !Array.isArray(data)){
if((data.type === undefined)){
return false;
}
else {
if(data.type !== undefined){
if(!(validate158(data.type))){
return false;
}
}
{
if(data.path !== undefined){
if(typeof data.path !== "string"){
return false;
}
}
}
}
}
else {
return false;
}
}
return true;
}
function validate161(data){
{
if(data && typeof data == "object" && !Array.isArray(data)){
if(((data.type === undefined)) || ((data.path === undefined))){
return false;
}
else {
if(data.type !== undefined){
let data0 = data.type;
{
if(typeof data0 === "string"){
if(!(data0 === "c" || data0 === "b" || data0 === "u" || data0 === "p" || /^[cbup]$/u.test(data0))){
return false;
}
}
else {
return false;
}
}
}
{
if(data.path !== undefined){
if(typeof data.path !== "string"){
return false;
}
}
{
if(data.major !== undefined){
if(!(validate99(data.major))){
return false;
}
}
{
if(data.minor !== undefined){
if(!(validate99(data.minor))){
return false;
}
}
{
if(data.fileMode !== undefined){
let data4 = data.fileMode;
if(!(typeof data4 == "number" && data4 % 1 === 0)){
return false;
}
{
{
if(data4 > 511){
return false;
}
else {
if(data4 < 0){
return false;
}
}
}
}
}
{
if(data.uid !== undefined){
if(!(validate29(data.uid))){
return false;
}
}
{
if(data.gid !== undefined){
if(!(validate29(data.gid))){
return false;
}
}
}
}
}
}
}
}
}
}
else {
return false;
}
}
return true;
}
function validate167(data){
{
if(data && typeof data == "object" && !Array.isArray(data)){
if(data.name !== undefined){
if(typeof data.name !== "string"){
return false;
}
}
}
else {
return false;
}
}
return true;
}
function validate170(data){
if(typeof data !== "string"){
return false;
}
if(!(((((((((data === "SCMP_ACT_KILL") || (data === "SCMP_ACT_KILL_PROCESS")) || (data === "SCMP_ACT_KILL_THREAD")) || (data === "SCMP_ACT_TRAP")) || (data === "SCMP_ACT_ERRNO")) || (data === "SCMP_ACT_TRACE")) || (data === "SCMP_ACT_ALLOW")) || (data === "SCMP_ACT_LOG")) || (data === "SCMP_ACT_NOTIFY"))){
return false;
}
return true;
}
function validate173(data){
if(typeof data !== "string"){
return false;
}
if(!((((data === "SECCOMP_FILTER_FLAG_TSYNC") || (data === "SECCOMP_FILTER_FLAG_LOG")) || (data === "SECCOMP_FILTER_FLAG_SPEC_ALLOW")) || (data === "SECCOMP_FILTER_FLAG_WAIT_KILLABLE_RECV"))){
return false;
}
return true;
}
function validate175(data){
if(typeof data !== "string"){
return false;
}
if(!(((((((((((((((((((((((data === "SCMP_ARCH_X86") || (data === "SCMP_ARCH_X86_64")) || (data === "SCMP_ARCH_X32")) || (data === "SCMP_ARCH_ARM")) || (data === "SCMP_ARCH_AARCH64")) || (data === "SCMP_ARCH_LOONGARCH64")) || (data === "SCMP_ARCH_M68K")) || (data === "SCMP_ARCH_MIPS")) || (data === "SCMP_ARCH_MIPS64")) || (data === "SCMP_ARCH_MIPS64N32")) || (data === "SCMP_ARCH_MIPSEL")) || (data === "SCMP_ARCH_MIPSEL64")) || (data === "SCMP_ARCH_MIPSEL64N32")) || (data === "SCMP_ARCH_PPC")) || (data === "SCMP_ARCH_PPC64")) || (data === "SCMP_ARCH_PPC64LE")) || (data === "SCMP_ARCH_S390")) || (data === "SCMP_ARCH_S390X")) || (data === "SCMP_ARCH_SH")) || (data === "SCMP_ARCH_SHEB")) || (data === "SCMP_ARCH_PARISC")) || (data === "SCMP_ARCH_PARISC64")) || (data === "SCMP_ARCH_RISCV64"))){
return false;
}
return true;
}
function validate185(data){
if(typeof data !== "string"){
return false;
}
if(!(((((((data === "SCMP_CMP_NE") || (data === "SCMP_CMP_LT")) || (data === "SCMP_CMP_LE")) || (data === "SCMP_CMP_EQ")) || (data === "SCMP_CMP_GE")) || (data === "SCMP_CMP_GT")) || (data === "SCMP_CMP_MASKED_EQ"))){
return false;
}
return true;
}
function validate181(data){
{
if(data && typeof data == "object" && !Array.isArray(data)){
if((((data.index === undefined)) || ((data.value === undefined))) || ((data.op === undefined))){
return false;
}
else {
if(data.index !== undefined){
if(!(validate29(data.index))){
return false;
}
}
{
if(data.value !== undefined){
if(!(validate46(data.value))){
return false;
}
}
{
if(data.valueTwo !== undefined){
if(!(validate46(data.valueTwo))){
return false;
}
}
{
if(data.op !== undefined){
if(!(validate185(data.op))){
return false;
}
}
}
}
}
}
}
else {
return false;
}
}
return true;
}
function validate177(data){
{
if(data && typeof data == "object" && !Array.isArray(data)){
if(((data.names === undefined)) || ((data.action === undefined))){
return false;
}
else {
if(data.names !== undefined){
let data0 = data.names;
if(!(validate35(data0))){
return false;
}
{
if(Array.isArray(data0)){
if(data0.length < 1){
return false;
}
}
else {
return false;
}
}
}
{
if(data.action !== undefined){
if(!(validate170(data.action))){
return false;
}
}
{
if(data.errnoRet !== undefined){
if(!(validate29(data.errnoRet))){
return false;
}
}
{
if(data.args !== undefined){
let data3 = data.args;
{
if(Array.isArray(data3)){
const len0 = data3.length;
for(let i0=0; i0<len0; i0++){
if(!(validate181(data3[i0]))){
return false;
}
}
}
else {
return false;
}
}
}
}
}
}
}
}
else {
return false;
}
}
return true;
}
function validate169(data){
{
if(data && typeof data == "object" && !Array.isArray(data)){
if((data.defaultAction === undefined)){
return false;
}
else {
if(data.defaultAction !== undefined){
if(!(validate170(data.defaultAction))){
return false;
}
}
{
if(data.defaultErrnoRet !== undefined){
if(!(validate29(data.defaultErrnoRet))){
return false;
}
}
{
if(data.flags !== undefined){
let data2 = data.flags;
{
if(Array.isArray(data2)){
const len0 = data2.length;
for(let i0=0; i0<len0; i0++){
if(!(validate173(data2[i0]))){
return false;
}
}
}
else {
return false;
}
}
}
{
if(data.listenerPath !== undefined){
if(typeof data.listenerPath !== "string"){
return false;
}
}
{
if(data.listenerMetadata !== undefined){
if(typeof data.listenerMetadata !== "string"){
return false;
}
}
{
if(data.architectures !== undefined){
let data6 = data.architectures;
{
if(Array.isArray(data6)){
const len1 = data6.length;
for(let i1=0; i1<len1; i1++){
if(!(validate175(data6[i1]))){
return false;
}
}
}
else {
return false;
}
}
}
{
if(data.syscalls !== undefined){
let data8 = data.syscalls;
{
if(Array.isArray(data8)){
const len2 = data8.length;
for(let i2=0; i2<len2; i2++){
if(!(validate177(data8[i2]))){
return false;
}
}
}
else {
return false;
}
}
}
}
}
}
}
}
}
}
}
else {
return false;
}
}
return true;
}
function validate190(data){
if(typeof data !== "string"){
return false;
}
if(!((((((((data === "private") || (data === "shared")) || (data === "slave")) || (data === "unbindable")) || (data === "rprivate")) || (data === "rshared")) || (data === "rslave")) || (data === "runbindable"))){
return false;
}
return true;
}
function validate194(data){
{
if(data && typeof data == "object" && !Array.isArray(data)){
if(data.closID !== undefined){
if(typeof data.closID !== "string"){
return false;
}
}
{
if(data.schemata !== undefined){
if(!(validate35(data.schemata))){
return false;
}
}
{
if(data.l3CacheSchema !== undefined){
if(typeof data.l3CacheSchema !== "string"){
return false;
}
}
{
if(data.memBwSchema !== undefined){
let data3 = data.memBwSchema;
{
if(typeof data3 === "string"){
if(!(/^MB:[^\n]*$/u.test(data3))){
return false;
}
}
else {
return false;
}
}
}
{
if(data.enableMonitoring !== undefined){
if(typeof data.enableMonitoring !== "boolean"){
return false;
}
}
}
}
}
}
}
else {
return false;
}
}
return true;
}
function validate198(data){
if(typeof data !== "string"){
return false;
}
if(!(((((((data === "MPOL_DEFAULT") || (data === "MPOL_BIND")) || (data === "MPOL_INTERLEAVE")) || (data === "MPOL_WEIGHTED_INTERLEAVE")) || (data === "MPOL_PREFERRED")) || (data === "MPOL_PREFERRED_MANY")) || (data === "MPOL_LOCAL"))){
return false;
}
return true;
}
function validate200(data){
if(typeof data !== "string"){
return false;
}
if(!(((data === "MPOL_F_NUMA_BALANCING") || (data === "MPOL_F_RELATIVE_NODES")) || (data === "MPOL_F_STATIC_NODES"))){
return false;
}
return true;
}
function validate197(data){
{
if(data && typeof data == "object" && !Array.isArray(data)){
if(data.mode !== undefined){
if(!(validate198(data.mode))){
return false;
}
}
{
if(data.nodes !== undefined){
if(typeof data.nodes !== "string"){
return false;
}
}
{
if(data.flags !== undefined){
let data2 = data.flags;
{
if(Array.isArray(data2)){
const len0 = data2.length;
for(let i0=0; i0<len0; i0++){
if(!(validate200(data2[i0]))){
return false;
}
}
}
else {
return false;
}
}
}
}
}
}
else {
return false;
}
}
return true;
}
function validate204(data){
if(typeof data !== "string"){
return false;
}
if(!((data === "LINUX") || (data === "LINUX32"))){
return false;
}
return true;
}
function validate203(data){
{
if(data && typeof data == "object" && !Array.isArray(data)){
if(data.domain !== undefined){
if(!(validate204(data.domain))){
return false;
}
}
{
if(data.flags !== undefined){
if(!(validate35(data.flags))){
return false;
}
}
}
}
else {
return false;
}
}
return true;
}
function validate209(data){
{
if(data && typeof data == "object" && !Array.isArray(data)){
if(data.secs !== undefined){
if(!(validate104(data.secs))){
return false;
}
}
{
if(data.nanosecs !== undefined){
if(!(validate29(data.nanosecs))){
return false;
}
}
}
}
else {
return false;
}
}
return true;
}
function validate208(data){
{
if(data && typeof data == "object" && !Array.isArray(data)){
if(data.monotonic !== undefined){
if(!(validate209(data.monotonic))){
return false;
}
}
{
if(data.boottime !== undefined){
if(!(validate209(data.boottime))){
return false;
}
}
}
}
else {
return false;
}
}
return true;
}
function validate94(data){
{
if(data && typeof data == "object" && !Array.isArray(data)){
if(data.uidMappings !== undefined){
let data0 = data.uidMappings;
{
if(Array.isArray(data0)){
const len0 = data0.length;
for(let i0=0; i0<len0; i0++){
if(!(validate74(data0[i0]))){
return false;
}
}
}
else {
return false;
}
}
}
{
if(data.gidMappings !== undefined){
let data2 = data.gidMappings;
{
if(Array.isArray(data2)){
const len1 = data2.length;
for(let i1=0; i1<len1; i1++){
if(!(validate74(data2[i1]))){
return false;
}
}
}
else {
return false;
}
}
}
{
if(data.sysctl !== undefined){
let data4 = data.sysctl;
{
if(data4 && typeof data4 == "object" && !Array.isArray(data4)){
for(const key0 in data4){
if(typeof data4[key0] !== "string"){
return false;
}
}
}
else {
return false;
}
}
}
{
if(data.resources !== undefined){
if(!(validate97(data.resources))){
return false;
}
}
{
if(data.cgroupsPath !== undefined){
if(typeof data.cgroupsPath !== "string"){
return false;
}
}
{
if(data.namespaces !== undefined){
let data8 = data.namespaces;
{
if(Array.isArray(data8)){
const len2 = data8.length;
for(let i2=0; i2<len2; i2++){
if(!(validate157(data8[i2]))){
return false;
}
}
}
else {
return false;
}
}
}
{
if(data.devices !== undefined){
let data10 = data.devices;
{
if(Array.isArray(data10)){
const len3 = data10.length;
for(let i3=0; i3<len3; i3++){
if(!(validate161(data10[i3]))){
return false;
}
}
}
else {
return false;
}
}
}
{
if(data.netDevices !== undefined){
let data12 = data.netDevices;
{
if(data12 && typeof data12 == "object" && !Array.isArray(data12)){
for(const key1 in data12){
if(!(validate167(data12[key1]))){
return false;
}
}
}
else {
return false;
}
}
}
{
if(data.seccomp !== undefined){
if(!(validate169(data.seccomp))){
return false;
}
}
{
if(data.rootfsPropagation !== undefined){
if(!(validate190(data.rootfsPropagation))){
return false;
}
}
{
if(data.maskedPaths !== undefined){
if(!(validate35(data.maskedPaths))){
return false;
}
}
{
if(data.readonlyPaths !== undefined){
if(!(validate35(data.readonlyPaths))){
return false;
}
}
{
if(data.mountLabel !== undefined){
if(typeof data.mountLabel !== "string"){
return false;
}
}
{
if(data.intelRdt !== undefined){
if(!(validate194(data.intelRdt))){
return false;
}
}
{
if(data.memoryPolicy !== undefined){
if(!(validate197(data.memoryPolicy))){
return false;
}
}
{
if(data.personality !== undefined){
if(!(validate203(data.personality))){
return false;
}
}
{
if(data.timeOffsets !== undefined){
if(!(validate208(data.timeOffsets))){
return false;
}
}
}
}
}
}
}
}
}
}
}
}
}
}
}
}
}
}
}
else {
return false;
}
}
return true;
}
function validate21(data){
{
if(data && typeof data == "object" && !Array.isArray(data)){
if((data.ociVersion === undefined)){
return false;
}
else {
if(data.$schema !== undefined){
if(typeof data.$schema !== "string"){
return false;
}
}
{
if(data.ociVersion !== undefined){
if(typeof data.ociVersion !== "string"){
return false;
}
}
{
if(data.process !== undefined){
if(!(validate22(data.process))){
return false;
}
}
{
if(data.root !== undefined){
if(!(validate70(data.root))){
return false;
}
}
{
if(data.hostname !== undefined){
if(typeof data.hostname !== "string"){
return false;
}
}
{
if(data.domainname !== undefined){
if(typeof data.domainname !== "string"){
return false;
}
}
{
if(data.mounts !== undefined){
let data6 = data.mounts;
{
if(Array.isArray(data6)){
const len0 = data6.length;
for(let i0=0; i0<len0; i0++){
if(!(validate72(data6[i0]))){
return false;
}
}
}
else {
return false;
}
}
}
{
if(data.hooks !== undefined){
if(!(validate81(data.hooks))){
return false;
}
}
{
if(data.annotations !== undefined){
if(!(validate92(data.annotations))){
return false;
}
}
{
if(data.linux !== undefined){
if(!(validate94(data.linux))){
return false;
}
}
{
if(data.solaris !== undefined){
let data11 = data.solaris;
if(!(data11 && typeof data11 == "object" && !Array.isArray(data11))){
return false;
}
}
{
if(data.windows !== undefined){
let data12 = data.windows;
if(!(data12 && typeof data12 == "object" && !Array.isArray(data12))){
return false;
}
}
{
if(data.vm !== undefined){
let data13 = data.vm;
if(!(data13 && typeof data13 == "object" && !Array.isArray(data13))){
return false;
}
}
{
if(data.zos !== undefined){
let data14 = data.zos;
if(!(data14 && typeof data14 == "object" && !Array.isArray(data14))){
return false;
}
}
{
if(data.freebsd !== undefined){
let data15 = data.freebsd;
if(!(data15 && typeof data15 == "object" && !Array.isArray(data15))){
return false;
}
}
}
}
}
}
}
}
}
}
}
}
}
}
}
}
}
}
else {
return false;
}
}
return true;
}
return (value) => {
rounded = false;
if (!validate21(value)) return 'no';
return rounded ? 'rounded' : 'yes';
};
})();
