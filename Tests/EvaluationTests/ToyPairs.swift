import Datasets
import PortraitClasses
import Tensors
import TestSupport

/// Pictures whose classes differ in color: a rectangle of face on background, with hair above it.
struct ToyPairs: TrainingSet {
  let count: Int
  let size = 32
  let seed: UInt64
  var fingerprint: String { "toy-\(count)-\(seed)" }

  static let colors: [(PartClass, [Int])] = [
    (.background, [40, 60, 200]), (.face, [220, 160, 120]), (.hair, [70, 40, 20]),
  ]

  func pair(_ index: Int) throws -> PortraitPair {
    var numbers = TestNumbers(seed: seed &* 1000 &+ UInt64(index))
    let left = Int.random(in: 2...10, using: &numbers)
    let top = Int.random(in: 6...12, using: &numbers)
    let width = Int.random(in: 12...18, using: &numbers)
    var planes = [UInt8](repeating: 0, count: 3 * size * size)
    var labels = [UInt8](repeating: 0, count: size * size)
    for row in 0..<size {
      for column in 0..<size {
        let isInside = (left..<left + width).contains(column)
        let kind = !isInside || row < top - 5 || row > 28 ? 0 : row < top ? 2 : 1
        let (part, color) = Self.colors[kind]
        labels[row * size + column] = UInt8(part.rawValue)
        for channel in 0..<3 {
          let value = color[channel] + Int.random(in: -15...15, using: &numbers)
          planes[(channel * size + row) * size + column] = UInt8(min(255, max(0, value)))
        }
      }
    }
    return PortraitPair(size: size, planes: planes, labels: labels)
  }
}
