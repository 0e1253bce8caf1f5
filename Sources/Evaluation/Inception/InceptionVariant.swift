import Tensors

/// The network and the preprocessing of the Fréchet Inception distance (FID), of which two are in use.
///
/// Their distances cannot be compared with each other. The weights say which of them is meant: they
/// have other numbers of classes.
public enum InceptionVariant: String, Sendable, CaseIterable {
  /// The network of 2015-12-05 with which the FID was introduced, as pytorch-fid runs it.
  ///
  /// Pictures are those of 8-bit files. They are resized bilinearly, and their colors are −1 … 1.
  /// Average pooling leaves out the border, and the last block has a maximum in its place.
  case tensorFlow
  /// torchvision's Inception v3, as SemanticStyleGAN uses it.
  ///
  /// Colors are normalized by ImageNet's mean and deviation. Pictures are then resized bilinearly
  /// between the centers of their outer pixels, unless they have the network's size.
  case torchvision

  /// The number of classes of the last layer, which FID does not use.
  public var classes: Int { self == .tensorFlow ? 1008 : 1000 }

  /// The program that computes the same numbers.
  public var program: String {
    switch self {
    case .tensorFlow: "pytorch-fid (TensorFlow's weights of 2015-12-05)"
    case .torchvision: "SemanticStyleGAN (torchvision's weights)"
    }
  }

  /// The number of rows and columns of the network's input.
  public static let side = 299
  private static let (mean, deviation) = ([0.485, 0.456, 0.406], [0.229, 0.224, 0.225])

  /// Returns the input of the network, `[B, 3, 299, 299]`, for pictures `[B, 3, S, S]`, −1 … 1.
  public func input(_ pictures: Tensor) -> Tensor {
    requireShape(pictures, [nil, 3, nil, nil], "pictures", axes: "[B, 3, S, S]")
    let unit = (pictures + 1) * 0.5
    switch self {
    case .tensorFlow:
      let bytes = (unit.clamped(0, 1) * 255 + 0.5).floor()
      return resized(bytes * (1 / 255.0)) * 2 - 1
    case .torchvision:
      func each(_ values: [Double]) -> Tensor {
        Tensor([3, 1, 1], values).cast(to: pictures.scalarType)
      }
      return resized((unit - each(Self.mean)) / each(Self.deviation))
    }
  }

  /// Resizes bilinearly, without smoothing before a reduction, as torch does.
  private func resized(_ pictures: Tensor) -> Tensor {
    let (rows, columns) = (pictures.shape[2], pictures.shape[3])
    if self == .torchvision && rows == Self.side && columns == Self.side { return pictures }
    return weights(from: rows).cast(to: pictures.scalarType).matmul(pictures)
      .matmul(weights(from: columns).cast(to: pictures.scalarType).transposed())
  }

  /// Returns the share that each of `length` pixels has in each of the 299, `[299, length]`.
  private func weights(from length: Int) -> Tensor {
    var shares = [Double](repeating: 0, count: Self.side * length)
    for target in 0..<Self.side {
      let place: Double
      switch self {
      case .tensorFlow:
        // The pixels' outer borders coincide; beyond the outer centers the outer pixel counts alone.
        place = max(0, (Double(target) + 0.5) * Double(length) / Double(Self.side) - 0.5)
      case .torchvision: place = Double(target) * Double(length - 1) / Double(Self.side - 1)
      }
      let low = min(Int(place), length - 1)
      let share = place - Double(low)
      shares[target * length + low] += 1 - share
      shares[target * length + min(low + 1, length - 1)] += share
    }
    return Tensor([Self.side, length], shares)
  }
}
