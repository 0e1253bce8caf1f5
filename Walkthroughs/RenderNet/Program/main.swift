import Chapters
import Foundation
import Inspection

exit(Walkthrough(.renderNet).run(arguments: CommandLine.arguments))
