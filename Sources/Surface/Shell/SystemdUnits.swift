import FileStorage
import Glibc
import Lakehouse

/// The unit files that `tarn schedule install --systemd` prints.
struct SystemdUnits {
  private let program: String
  private let lake: String
  private let targets: [String]

  /// - Throws: `.usage` for anything but `install --systemd`.
  init(_ invocation: Invocation, lake: String) throws(LakeError) {
    guard invocation.arguments.first == "install", invocation.flags.contains(.systemd) else {
      throw LakeError(
        .usage, "the command 'schedule' is written: tarn schedule install --systemd",
        help: "for cron(8), a line with `* * * * * tarn tick --lake DIR` is all it needs")
    }
    self.lake = SystemdUnits.absolute(lake)
    var words: [String] = []
    if let landing = try LandingFolder(invocation) {
      words = ["--landing"] + (landing.directory.map { [SystemdUnits.absolute($0)] } ?? [])
      words += ["--settle", String(landing.settle)]
    }
    let options: [CommandOption] = [.notify, .metrics, .lineage]
    targets =
      words
      + options.flatMap { option in
        invocation.value(option).map { value in
          ["--" + option.rawValue, option == .notify ? value : SystemdUnits.absolute(value)]
        } ?? []
      }
    program = SystemdUnits.target(of: "/proc/self/exe") ?? "/usr/local/bin/tarn"
  }

  /// Whether or not the lake is there yet.
  private static func absolute(_ path: String) -> String {
    if path.hasPrefix("/") { return path }
    let plain = path.hasPrefix("./") ? String(path.dropFirst(2)) : path
    guard let directory = target(of: "/proc/self/cwd") else { return path }
    return plain == "." || plain.isEmpty ? directory : joinPath(directory, plain)
  }

  private static func target(of link: String) -> String? {
    let capacity = 4096
    var bytes = [CChar](repeating: 0, count: capacity)
    // Safe: at most the buffer's length is written, and only what was written is read.
    let count = unsafe readlink(link, &bytes, capacity)
    guard count > 0, count < capacity else { return nil }
    return String(validating: bytes.prefix(count).map(UInt8.init(bitPattern:)), as: UTF8.self)
  }

  /// A word of an ExecStart line (systemd.service(5), "Command lines").
  private static func quoted(_ word: String) -> String {
    var text = "\""
    for character in word {
      switch character {
      case "\\", "\"": text += "\\" + String(character)
      case "%": text += "%%"
      case "$": text += "$$"
      case "\n": text += "\\n"
      default: text.append(character)
      }
    }
    return text + "\""
  }

  var text: String {
    let run = ([program, "tick", "--lake", lake, "--quiet"] + targets).map(SystemdUnits.quoted)
    return """
      # /etc/systemd/system/tarn-tick.service
      [Unit]
      Description=Load what has landed and refresh the views of a lake that are due
      Documentation=man:systemd.timer(5)

      [Service]
      Type=oneshot
      # User= is whoever may write the lake; without it, root.
      ExecStart=\(run.joined(separator: " "))
      # 75: another process came first; the next tick does it. 1 (a view failed) and 4 (numbers are
      # late) make the unit fail, which OnFailure= can tell somebody.
      SuccessExitStatus=75
      Nice=5

      # /etc/systemd/system/tarn-tick.timer
      [Unit]
      Description=Look every minute which views of a lake are due

      [Timer]
      OnCalendar=minutely
      AccuracySec=1s
      Persistent=true

      [Install]
      WantedBy=timers.target

      # Turn it on:
      #   systemctl daemon-reload
      #   systemctl enable --now tarn-tick.timer

      """
  }
}
