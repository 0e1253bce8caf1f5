import Chapters
import Foundation
import Inspection

exit(Walkthrough(.meanDifference).run(arguments: CommandLine.arguments))
