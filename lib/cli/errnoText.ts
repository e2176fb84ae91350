/**
 * What an errno says, errno(3), in the words of Go's table: those are what engines look for in a runtime's messages.
 * Read only when there is a failure to report.
 */
import { PHRASES } from '../phrases.js';

const TEXTS: Readonly<Record<string, string>> = {
  E2BIG: 'argument list too long',
  EACCES: PHRASES.permissionDenied,
  EADDRINUSE: 'address already in use',
  EAGAIN: 'resource temporarily unavailable',
  EBADF: 'bad file descriptor',
  EBUSY: 'device or resource busy',
  ECHILD: 'no child processes',
  ECONNREFUSED: 'connection refused',
  ECONNRESET: 'connection reset by peer',
  EDQUOT: 'disk quota exceeded',
  EEXIST: 'file exists',
  EFAULT: 'bad address',
  EFBIG: 'file too large',
  EILSEQ: 'invalid or incomplete multibyte or wide character',
  EINTR: 'interrupted system call',
  EINVAL: 'invalid argument',
  EIO: 'input/output error',
  EISDIR: 'is a directory',
  ELIBBAD: 'accessing a corrupted shared library',
  ELOOP: 'too many levels of symbolic links',
  EMFILE: 'too many open files',
  EMLINK: 'too many links',
  EMSGSIZE: 'message too long',
  ENAMETOOLONG: 'file name too long',
  ENFILE: 'too many open files in system',
  ENODATA: 'no data available',
  ENODEV: 'no such device',
  ENOENT: PHRASES.noSuchFile,
  ENOEXEC: 'exec format error',
  ENOMEM: 'cannot allocate memory',
  ENOSPC: 'no space left on device',
  ENOSYS: 'function not implemented',
  ENOTBLK: 'block device required',
  ENOTCONN: 'transport endpoint is not connected',
  ENOTDIR: 'not a directory',
  ENOTEMPTY: 'directory not empty',
  ENOTSOCK: 'socket operation on non-socket',
  ENOTSUPP: 'operation is not supported',
  ENOTTY: 'inappropriate ioctl for device',
  ENXIO: 'no such device or address',
  EOPNOTSUPP: 'operation not supported',
  EOVERFLOW: 'value too large for defined data type',
  EPERM: 'operation not permitted',
  EPIPE: 'broken pipe',
  EPROTO: 'protocol error',
  EPROTOTYPE: 'protocol wrong type for socket',
  ERANGE: 'numerical result out of range',
  EROFS: 'read-only file system',
  ESPIPE: 'illegal seek',
  ESRCH: PHRASES.noSuchProcess,
  ESTALE: 'stale file handle',
  ETIMEDOUT: 'connection timed out',
  ETXTBSY: 'text file busy',
  EUSERS: 'too many users',
  EWOULDBLOCK: 'resource temporarily unavailable',
  EXDEV: 'invalid cross-device link',
};

/** `ENOENT: no such file or directory`; an errno that is not in the table stays alone. */
export function errnoText(errno: string): string {
  const text = Object.hasOwn(TEXTS, errno) ? TEXTS[errno] : undefined;
  return text === undefined ? errno : `${errno}: ${text}`;
}
