/**
 * linux.resources.blockIO → files of blkio (cgroup v1) and io (v2). Called by rareResources.ts. Pure.
 * Sources: config-linux.md#block-io, cgroup-v1/blkio-controller.rst, cgroup-v2.rst, bfq-iosched.rst.
 */
import { RuntimeError } from '../errors.js';
import type { BlockIoLimits, BlockIoThrottle, BlockIoWeight } from '../spec/types.gen.js';
import { type Asked, isSet, type Write } from './resourceWrite.js';

const BLOCK_IO = 'linux/resources/blockIO';

type ThrottleList =
  'throttleReadBpsDevice' | 'throttleWriteBpsDevice' | 'throttleReadIOPSDevice' | 'throttleWriteIOPSDevice';

/** Each list, with its file of v1 and its word of v2's io.max. */
const THROTTLES: readonly (readonly [ThrottleList, string, string])[] = [
  ['throttleReadBpsDevice', 'blkio.throttle.read_bps_device', 'rbps'],
  ['throttleWriteBpsDevice', 'blkio.throttle.write_bps_device', 'wbps'],
  ['throttleReadIOPSDevice', 'blkio.throttle.read_iops_device', 'riops'],
  ['throttleWriteIOPSDevice', 'blkio.throttle.write_iops_device', 'wiops'],
];

/** Controller `blkio`. CFQ, which had leaf weights, went with Linux 5.0; BFQ has weights under other names. */
export function blkio({ resources: { blockIO = {} } }: Asked): Write[] {
  const writes: Write[] = [];
  const put = (file: string, value: string, pointer: string): void => {
    writes.push({ file: `blkio.${file}`, value, pointer, instead: { file: `blkio.bfq.${file}`, value } });
  };
  const { weight, leafWeight } = blockIO;
  if (isSet(weight)) put('weight', weight.toString(), `${BLOCK_IO}/weight`);
  if (isSet(leafWeight)) {
    writes.push({ file: 'blkio.leaf_weight', value: leafWeight.toString(), pointer: `${BLOCK_IO}/leafWeight` });
  }
  eachWeight(blockIO, (device, one, pointer) => {
    if (isSet(one.weight)) put('weight_device', `${device} ${one.weight}`, `${pointer}/weight`);
    if (!isSet(one.leafWeight)) return;
    const value = `${device} ${one.leafWeight}`;
    writes.push({ file: 'blkio.leaf_weight_device', value, pointer: `${pointer}/leafWeight` });
  });
  eachThrottle(blockIO, ([, file], device, rate, pointer) => {
    writes.push({ file, value: `${device} ${rate.toString()}`, pointer });
  });
  return writes;
}

/** Controller `io`. @throws RuntimeError host-unsupported for leaf weights, which v2 has not */
export function io({ resources: { blockIO = {} } }: Asked): Write[] {
  refuseLeafWeights(blockIO);
  const writes: Write[] = [];
  // BFQ's file has the scale of v1; that of io.cost is 1 to 10000.
  const put = (device: string, weight: number, pointer: string): void => {
    const instead = { file: 'io.weight', value: `${device}${ioWeight(weight)}` };
    writes.push({ file: 'io.bfq.weight', value: `${device}${weight}`, pointer, instead });
  };
  if (isSet(blockIO.weight)) put('', blockIO.weight, `${BLOCK_IO}/weight`);
  eachWeight(blockIO, (device, { weight }, pointer) => {
    if (isSet(weight)) put(`${device} `, weight, `${pointer}/weight`);
  });
  eachThrottle(blockIO, ([, , word], device, rate, pointer) => {
    // 0 takes the limit away, which v2 calls max.
    writes.push({ file: 'io.max', value: `${device} ${word}=${rate === 0 ? 'max' : rate.toString()}`, pointer });
  });
  return writes;
}

/** 10 to 1000 on a line to 1 to 10000, as in runc and crun. */
function ioWeight(weight: number): number {
  return 1 + Math.floor(((weight - 10) * 9999) / 990);
}

function refuseLeafWeights({ leafWeight, weightDevice = [] }: BlockIoLimits): void {
  let pointer = isSet(leafWeight) ? `${BLOCK_IO}/leafWeight` : undefined;
  weightDevice.forEach((one, index) => {
    if (isSet(one.leafWeight)) pointer ??= `${BLOCK_IO}/weightDevice/${index}/leafWeight`;
  });
  if (pointer === undefined) return;
  throw new RuntimeError('host-unsupported', 'cgroup v2 has no leaf weights', { pointer, hint: 'leave it out' });
}

function eachWeight(limits: BlockIoLimits, take: (device: string, one: BlockIoWeight, pointer: string) => void): void {
  limits.weightDevice?.forEach((one, index) => {
    take(`${one.major}:${one.minor}`, one, `${BLOCK_IO}/weightDevice/${index}`);
  });
}

type TakeThrottle = (
  throttle: (typeof THROTTLES)[number],
  device: string,
  rate: Exclude<BlockIoThrottle['rate'], undefined>,
  pointer: string,
) => void;

function eachThrottle(limits: BlockIoLimits, take: TakeThrottle): void {
  for (const throttle of THROTTLES) {
    limits[throttle[0]]?.forEach(({ major, minor, rate }, index) => {
      if (rate === undefined) return;
      take(throttle, `${major}:${minor}`, rate, `${BLOCK_IO}/${throttle[0]}/${index}/rate`);
    });
  }
}
