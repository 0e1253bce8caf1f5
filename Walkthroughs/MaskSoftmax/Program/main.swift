import Chapters
import Foundation
import Inspection

exit(Walkthrough(.maskSoftmax).run(arguments: CommandLine.arguments))
