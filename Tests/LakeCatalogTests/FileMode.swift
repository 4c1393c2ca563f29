import Glibc

/// The permission bits of a file of the real disk.
func fileMode(_ path: String) -> UInt32 {
  var info = stat()
  return unsafe stat(path, &info) == 0 ? info.st_mode & 0o777 : 0
}
