import Chapters
import Foundation
import Inspection

exit(Walkthrough(.depthSmoothness).run(arguments: CommandLine.arguments))
