import Chapters
import Foundation
import Inspection

exit(Walkthrough(.discriminator).run(arguments: CommandLine.arguments))
