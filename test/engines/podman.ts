/** What podman and buildah read: their configuration, in the folder of a test. */
import { mkdirSync, writeFileSync } from 'node:fs';
import { CAISSON, packaged, program, type Stage } from './stage.js';

/** Writes it, and points the environment of the stage to it. */
export function configure(stage: Stage): void {
  const conmon = program('conmon') ?? '';
  const seccomp = packaged('usr/share/containers/seccomp.json') ?? '';
  writeFileSync(
    stage.path('containers.conf'),
    `[engine]
runtime = "caisson"
runtime_supports_json = ["caisson"]
cgroup_manager = "cgroupfs"
events_logger = "file"
conmon_path = ["${conmon}"]
tmp_dir = "${stage.path('tmp')}"
[engine.runtimes]
caisson = ["${CAISSON}"]
[containers]
default_ulimits = ["nofile=1024:1024", "nproc=4096:4096"]
log_driver = "k8s-file"
seccomp_profile = "${seccomp}"
`,
  );
  writeFileSync(
    stage.path('storage.conf'),
    `[storage]\ndriver = "overlay"\ngraphroot = "${stage.path('graph')}"\nrunroot = "${stage.path('run')}"\n`,
  );
  // The folder of a user is the only one that no flag names.
  mkdirSync(stage.path('.config/containers'), { recursive: true });
  const policy = { default: [{ type: 'insecureAcceptAnything' }] };
  writeFileSync(stage.path('.config/containers/policy.json'), JSON.stringify(policy));
  stage.env = {
    ...stage.env,
    CONTAINERS_CONF: stage.path('containers.conf'),
    CONTAINERS_STORAGE_CONF: stage.path('storage.conf'),
  };
}

/** Where both keep their images and containers. */
export function storage(stage: Stage): string[] {
  return ['--root', stage.path('graph'), '--runroot', stage.path('run')];
}
