import Tensors

/// How well label maps agree: intersection over union, class by class.
///
/// Pixels are counted over everything that was added, and divided once at the end: a small part
/// that is one pixel in one portrait then weighs as that pixel, not as a portrait. Of a class in
/// neither side's maps nothing is known, so it is left out of the mean.
public struct LabelAgreement: Sendable {
  /// For each class the pixels that have it in both maps, |A ∩ B|.
  public private(set) var intersections: [Int]
  /// For each class the pixels that have it in either map, |A ∪ B|.
  public private(set) var unions: [Int]
  /// For each class the pixels that have it in the second map, the truth, |B|.
  public private(set) var truths: [Int]

  /// Nothing is compared yet.
  public init(classes: Int) {
    intersections = [Int](repeating: 0, count: classes)
    (unions, truths) = (intersections, intersections)
  }

  /// Compares two label maps of the same shape.
  ///
  /// - Parameters:
  ///   - labels: class ids 0 ..< classes, int32, any shape.
  ///   - truth: the map to compare with.
  ///   - classes: how many classes there are.
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

  /// For each class |A ∩ B| / |A ∪ B|; nil for a class that neither map holds.
  public var perClass: [Double?] {
    zip(intersections, unions).map { $1 == 0 ? nil : Double($0) / Double($1) }
  }

  /// The classes that neither map holds, and that the mean leaves out.
  public var absent: [Int] { unions.indices.filter { unions[$0] == 0 } }

  /// The mean over the classes that occur in either map (mIoU), 0 … 1.
  public var mean: Double {
    let found = perClass.compactMap { $0 }
    return found.isEmpty ? 1 : found.reduce(0, +) / Double(found.count)
  }
}
