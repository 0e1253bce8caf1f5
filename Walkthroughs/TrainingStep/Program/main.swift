import Chapters
import Foundation
import Inspection

exit(Walkthrough(.trainingStep).run(arguments: CommandLine.arguments))
