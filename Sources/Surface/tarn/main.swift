import Glibc
import Shell

exit(CommandLineTool.run(CommandLine.arguments))
