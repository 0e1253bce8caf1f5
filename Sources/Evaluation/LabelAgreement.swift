import Tensors

/// How well two label maps agree: intersection over union, class by class.
public struct LabelAgreement: Sendable {
  /// For each class |A ∩ B| / |A ∪ B|; nil for a class that neither map holds.
  public let perClass: [Double?]

  /// Compares two label maps of the same shape.
  ///
  /// - Parameters:
  ///   - labels: class ids 0 ..< classes, int32, any shape.
  ///   - truth: the map to compare with.
  ///   - classes: how many classes there are.
  public init(_ labels: Tensor, with truth: Tensor, classes: Int) {
    requireShape(truth, labels.shape, "truth")
    var (both, either) = ([Int](repeating: 0, count: classes), [Int](repeating: 0, count: classes))
    for (a, b) in zip(labels.integers, truth.integers) {
      require(
        (0..<classes).contains(Int(a)) && (0..<classes).contains(Int(b)),
        "LabelAgreement: class \(a) or \(b) is outside 0 ..< \(classes)")
      either[Int(a)] += 1
      if a == b { both[Int(a)] += 1 } else { either[Int(b)] += 1 }
    }
    perClass = zip(both, either).map { $1 == 0 ? nil : Double($0) / Double($1) }
  }

  /// The mean over the classes that occur in either map (mIoU), 0 … 1.
  public var mean: Double {
    let found = perClass.compactMap { $0 }
    return found.isEmpty ? 1 : found.reduce(0, +) / Double(found.count)
  }
}
