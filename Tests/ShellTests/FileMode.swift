import Glibc

/// The permission bits of a file.
func fileMode(_ path: String) -> UInt32 {
  var info = stat()
  guard unsafe stat(path, &info) == 0 else { return 0 }
  return info.st_mode & 0o777
}
