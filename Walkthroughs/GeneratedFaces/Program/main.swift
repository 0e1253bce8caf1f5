import Chapters
import Foundation
import Inspection

exit(Walkthrough(.generatedFaces).run(arguments: CommandLine.arguments))
