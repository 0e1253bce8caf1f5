import Chapters
import Foundation
import Inspection

exit(Walkthrough(.partGenerator).run(arguments: CommandLine.arguments))
