import Chapters
import Foundation
import Inspection

exit(Walkthrough(.partFusion).run(arguments: CommandLine.arguments))
