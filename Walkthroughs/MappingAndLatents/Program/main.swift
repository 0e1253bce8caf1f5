import Chapters
import Foundation
import Inspection

exit(Walkthrough(.mappingAndLatents).run(arguments: CommandLine.arguments))
