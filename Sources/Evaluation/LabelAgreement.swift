import Tensors

/// The agreement of label maps: intersection over union, class by class.
///
/// Pixels are counted over all maps that were added, and the counts are divided once at the end. A
/// part that covers one pixel of one portrait thus counts as one pixel and not as one portrait. A
/// class that occurs in neither map is left out of the mean.
public struct LabelAgreement: Sendable {
  /// For each class, the number of pixels that have it in both maps, |A ∩ B|.
  public private(set) var intersections: [Int]
  /// For each class, the number of pixels that have it in either map, |A ∪ B|.
  public private(set) var unions: [Int]
  /// For each class, the number of pixels that have it in the second map, the ground truth, |B|.
  public private(set) var truths: [Int]

  /// Creates an agreement without pixels.
  public init(classes: Int) {
    intersections = [Int](repeating: 0, count: classes)
    (unions, truths) = (intersections, intersections)
  }

  /// Compares two label maps of the same shape.
  ///
  /// - Parameters:
  ///   - labels: class ids 0 ..< classes, int32, any shape.
  ///   - truth: the ground truth to compare with.
  ///   - classes: the number of classes.
  public init(_ labels: Tensor, with truth: Tensor, classes: Int) {
    self.init(classes: classes)
    add(labels, with: truth)
  }

  /// Adds the pixels of two label maps of the same shape, int32.
  public mutating func add(_ labels: Tensor, with truth: Tensor) {
    requireShape(truth, labels.shape, "truth")
    for (a, b) in zip(labels.integers, truth.integers) { add(Int(a), with: Int(b)) }
  }

  /// Adds one pixel.
  mutating func add(_ a: Int, with b: Int) {
    require(
      unions.indices.contains(a) && unions.indices.contains(b),
      "LabelAgreement: class \(a) or \(b) is outside 0 ..< \(unions.count)")
    truths[b] += 1
    unions[a] += 1
    if a == b { intersections[a] += 1 } else { unions[b] += 1 }
  }

  /// For each class, |A ∩ B| / |A ∪ B|; nil for a class that occurs in neither map.
  public var perClass: [Double?] {
    zip(intersections, unions).map { $1 == 0 ? nil : Double($0) / Double($1) }
  }

  /// The classes that occur in neither map; the mean leaves them out.
  public var absent: [Int] { unions.indices.filter { unions[$0] == 0 } }

  /// The mean over the classes that occur in either map (mIoU), 0 … 1.
  public var mean: Double {
    let found = perClass.compactMap { $0 }
    return found.isEmpty ? 1 : found.reduce(0, +) / Double(found.count)
  }
}
