/** `caisson update`: changes the limits of a container. */
import type { UpdateRequest } from '../cli/requests.js';
import { parsedResources } from '../container/checkedResources.js';
import { readConfig, readConfigInput } from '../container/configFile.js';
import { findContainer, requireStatus } from '../container/status.js';
import { stateRoot } from '../container/store.js';
import { updateResources } from '../container/update.js';
import { updateResctrl } from '../container/updateResctrl.js';
import { RuntimeError } from '../errors.js';
import type { Resources } from '../spec/types.gen.js';

const UNITS = ['', 'k', 'm', 'g', 't', 'p'];
const UNIT = 1024;

export async function update(request: UpdateRequest): Promise<number> {
  const container = findContainer(stateRoot(request.globals.root), request.id);
  requireStatus('update', container);
  await updateResources(container, await askedResources(request, container.record.ociVersion));
  updateResctrl(container.record, request);
  return 0;
}

/**
 * The resources of a request. With -r the other flags do not count, as in runc.
 * @throws RuntimeError usage, bundle-missing, config-syntax, config-invalid
 */
async function askedResources(request: UpdateRequest, ociVersion: string): Promise<Resources> {
  const { resources: file } = request;
  if (file === undefined) return await parsedResources(JSON.stringify(fromFlags(request)), ociVersion, 'the flags');
  const text = file === '-' ? readConfigInput() : readConfig(file);
  return await parsedResources(text, ociVersion, file === '-' ? 'standard input' : file);
}

function fromFlags(request: UpdateRequest): unknown {
  const { memory, memoryReservation, memorySwap, cpuShare, cpuQuota, cpuPeriod, cpuBurst, cpuIdle } = request;
  return {
    memory: {
      limit: bytes('memory', memory),
      reservation: bytes('memory-reservation', memoryReservation),
      swap: bytes('memory-swap', memorySwap),
    },
    cpu: {
      shares: cpuShare,
      quota: cpuQuota,
      period: cpuPeriod,
      burst: cpuBurst,
      idle: cpuIdle,
      realtimePeriod: request.cpuRtPeriod,
      realtimeRuntime: request.cpuRtRuntime,
      cpus: request.cpusetCpus,
      mems: request.cpusetMems,
    },
    // 0 was never a limit on this command line.
    pids: { limit: request.pidsLimit === 0 ? undefined : request.pidsLimit },
    blockIO: { weight: request.blkioWeight },
  };
}

/** `64m`, `1.5g`, `100kb`, `-1`: as docker writes amounts. */
function bytes(flag: string, text: string | undefined): number | undefined {
  if (text === undefined) return undefined;
  if (text === '-1') return -1;
  const [, digits = '', unit = ''] = /^(\d{1,15}(?:\.\d{1,9})?) ?([kmgtp]?)(?:i?b)?$/i.exec(text) ?? [];
  const value = Math.floor(Number(digits) * UNIT ** UNITS.indexOf(unit.toLowerCase()));
  if (digits !== '' && Number.isSafeInteger(value)) return value;
  throw new RuntimeError('usage', `update: --${flag} takes an amount of memory, not ${JSON.stringify(text)}`, {
    hint: 'as in 64m, 1.5g or 4096; -1 is no limit',
  });
}
