import Chapters
import Foundation
import Inspection

exit(Walkthrough(.gaussianLifting).run(arguments: CommandLine.arguments))
