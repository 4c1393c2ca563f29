/// What shells need to complete `tarn`'s commands and options, made from the tables that parsing uses.
enum CompletionScripts: String, CaseIterable {
  case bash, zsh, fish, man

  var text: String {
    switch self {
    case .bash: bashText
    case .zsh: zshText
    case .fish: fishText
    case .man: manText
    }
  }

  private var commands: [Subcommand] { Subcommand.allCases }
  private var formats: String { ResultFormatNames.all }

  private static func words(_ options: [CommandOption]) -> String {
    options.map { "--" + $0.rawValue }.joined(separator: " ")
  }

  private var bashText: String {
    var text = """
      # tarn help bash > /etc/bash_completion.d/tarn
      _tarn() {
        local word=${COMP_WORDS[COMP_CWORD]} last=${COMP_WORDS[COMP_CWORD-1]} command="" i
        for ((i = 1; i < COMP_CWORD; i++)); do
          case ${COMP_WORDS[i]} in
            \(commands.map(\.rawValue).joined(separator: "|"))) command=${COMP_WORDS[i]}; break;;
          esac
        done
        case $last in
          --format) COMPREPLY=($(compgen -W "\(formats)" -- "$word")); return;;
          --errors) COMPREPLY=($(compgen -W "text json" -- "$word")); return;;
          --lake|--source) COMPREPLY=($(compgen -d -- "$word")); return;;
          -o|--output|-f|--file) COMPREPLY=($(compgen -f -- "$word")); return;;
        esac
        local options="\(CompletionScripts.words(CommandOption.common))"
        case $command in

      """
    for command in commands where !command.options.isEmpty {
      text +=
        "    \(command.rawValue)) options+=\" \(CompletionScripts.words(command.options))\";;\n"
    }
    return text + """
        esac
        if [[ $word == -* ]]; then
          COMPREPLY=($(compgen -W "$options" -- "$word"))
        elif [[ -z $command ]]; then
          COMPREPLY=($(compgen -W "\(commands.map(\.rawValue).joined(separator: " "))" -- "$word") $(compgen -f -X '!*.sql' -- "$word"))
        else
          COMPREPLY=($(compgen -f -- "$word"))
        fi
      }
      complete -o filenames -F _tarn tarn

      """
  }

  private var zshText: String {
    var text =
      "#compdef tarn\n# tarn help zsh > ~/.zfunc/_tarn\nlocal -a commands common\ncommands=(\n"
    for command in commands {
      text += "  '\(command.rawValue):\(CompletionScripts.plain(command.summary))'\n"
    }
    text += ")\ncommon=(\n"
    for option in CommandOption.common { text += CompletionScripts.zsh(option) }
    text += """
      )
      if (( CURRENT == 2 )) && [[ $words[2] != -* ]]; then
        _describe command commands
        _files -g '*.sql'
        return
      fi
      case $words[2] in

      """
    for command in commands where !command.options.isEmpty {
      text += "  \(command.rawValue)) common+=(\n"
      for option in command.options { text += "  " + CompletionScripts.zsh(option) }
      text += "  );;\n"
    }
    return text + "esac\n_arguments -s $common '*:file:_files'\n"
  }

  private static func zsh(_ option: CommandOption) -> String {
    let action =
      switch option {
      case .format: ":format:(\(ResultFormatNames.all))"
      case .errors: ":form:(text json)"
      case .lake, .source: ":directory:_files -/"
      default: option.value.map { ":\($0):_files" } ?? ""
      }
    return "  '--\(option.rawValue)[\(plain(option.summary))]\(action)'\n"
  }

  private var fishText: String {
    var text = "# tarn help fish > ~/.config/fish/completions/tarn.fish\n"
    for command in commands {
      text +=
        "complete -c tarn -n __fish_use_subcommand -a \(command.rawValue) -d '\(CompletionScripts.plain(command.summary))'\n"
    }
    for option in CommandOption.common { text += CompletionScripts.fish(option, of: nil) }
    for command in commands {
      for option in command.options { text += CompletionScripts.fish(option, of: command) }
    }
    return text
  }

  private static func fish(_ option: CommandOption, of command: Subcommand?) -> String {
    var line = "complete -c tarn"
    if let command { line += " -n '__fish_seen_subcommand_from \(command.rawValue)'" }
    line += " -l \(option.rawValue)"
    if let letter = option.letter { line += " -s \(letter)" }
    if option == .format {
      line += " -x -a '\(ResultFormatNames.all)'"
    } else if option.value != nil {
      line += " -r"
    }
    return line + " -d '\(plain(option.summary))'\n"
  }

  /// Without what quotes and brackets mean to shells.
  private static func plain(_ text: String) -> String {
    String(text.filter { !"'[]:\\`".contains($0) })
  }

  // MARK: Manual

  private var manText: String {
    var text = """
      .TH TARN 1 "" "\(HelpText.version)" "User Commands"
      .SH NAME
      tarn \\- a lakehouse in one binary, for risk numbers that must be explained later
      .SH SYNOPSIS
      .B tarn
      [\\fICOMMAND\\fR] [\\fIOPTION\\fR...]
      .br
      .B tarn \\-c
      \\fISQL\\fR
      .br
      .B tarn
      \\fIFILE.sql\\fR
      .SH DESCRIPTION
      Without a command tarn is a shell on a terminal, and runs the statements of its standard input
      elsewhere. Data goes to standard output, words to standard error. Results are box tables on a
      terminal and CSV with a header in a pipe unless \\fB\\-\\-format\\fR says otherwise.
      .SH COMMANDS

      """
    for command in commands {
      text += ".TP\n.B \(command.rawValue) \(CompletionScripts.roff(command.arguments))\n"
      text += CompletionScripts.roff(command.summary) + ".\n.br\nExample: \\fB"
      text += CompletionScripts.roff(command.example) + "\\fR\n"
      for option in command.options {
        text += ".br\n\\fB\\-\\-\(option.rawValue)\\fR: \(CompletionScripts.roff(option.summary))\n"
      }
    }
    text += ".SH OPTIONS\n"
    for option in CommandOption.common {
      text += ".TP\n.B \(CompletionScripts.roff(option.usage.trimmedBlanks))\n"
      text += CompletionScripts.roff(option.summary) + "\n"
    }
    text +=
      ".SH THE SHELL\nStatements end with a semicolon. Commands begin with a dot or a backslash.\n"
    for command in DotCommand.allCases where command != .exit {
      text += ".TP\n.B .\(command.rawValue) \(CompletionScripts.roff(command.arguments))\n"
      text += CompletionScripts.roff(command.summary) + "\n"
    }
    return text + """
      .SH EXIT STATUS
      0 done, 1 failed, 2 not understood, 3 a check or limit is breached, 4 stale, 5 integrity broken,
      75 try again, 130 interrupted.
      .SH ENVIRONMENT
      TARN_LAKE, NO_COLOR, TERM, PAGER, TARN_PAGER, EDITOR, VISUAL.
      .SH FILES
      ~/.tarn_history holds what was typed, readable by its owner only.

      """
  }

  private static func roff(_ text: String) -> String {
    var result = ""
    for character in text {
      switch character {
      case "\\": result += "\\e"
      case "-": result += "\\-"
      case "…": result += "..."
      default: result.append(character)
      }
    }
    return result.first == "." || result.first == "'" ? "\\&" + result : result
  }
}
