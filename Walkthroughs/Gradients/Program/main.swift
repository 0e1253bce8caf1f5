import Chapters
import Foundation
import Inspection

exit(Walkthrough(.gradients).run(arguments: CommandLine.arguments))
