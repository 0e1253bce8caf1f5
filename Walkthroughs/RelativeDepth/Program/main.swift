import Chapters
import Foundation
import Inspection

exit(Walkthrough(.relativeDepth).run(arguments: CommandLine.arguments))
