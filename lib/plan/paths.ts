/**
 * Paths inside a container, as text. Called by the rooms of the plan. Pure: nothing is looked up, no link is followed;
 * init resolves what comes out beneath the container's root.
 */

/** Absolute, without `.`, `..`, double or trailing slashes; `..` at the root stays at the root. */
export function cleanPath(path: string): string {
  const parts: string[] = [];
  for (const part of path.split('/')) {
    if (part === '' || part === '.') continue;
    if (part === '..') parts.pop();
    else parts.push(part);
  }
  return `/${parts.join('/')}`;
}

/** Whether path is directory or lies below it. Both clean. */
export function isWithin(path: string, directory: string): boolean {
  return directory === '/' || path === directory || path.startsWith(`${directory}/`);
}

/** Where the rootfs of a container in the mount namespace of the host is mounted. */
export function sharedRoot(stateDirectory: string): string {
  return `${stateDirectory}/rootfs`;
}
