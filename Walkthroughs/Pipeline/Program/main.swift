import Chapters
import Foundation
import Inspection

exit(Walkthrough(.pipeline).run(arguments: CommandLine.arguments))
