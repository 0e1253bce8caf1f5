import Chapters
import Foundation
import Inspection

exit(Walkthrough(.wPlusFactorization).run(arguments: CommandLine.arguments))
