import Chapters
import Foundation
import Inspection

exit(Walkthrough(.volumeWeights).run(arguments: CommandLine.arguments))
