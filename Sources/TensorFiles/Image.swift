import Tensors

/// A picture as files hold it: integer samples, row by row from the top, the channels of a pixel
/// together.
public struct Image: Sendable, Equatable {
  /// The number of pixels in a row; at least 1.
  public let width: Int
  /// The number of rows; at least 1.
  public let height: Int
  /// The number of channels: 1 gray, 2 gray and alpha, 3 RGB, 4 RGB and alpha.
  public let channels: Int
  /// The number of bits per sample, 8 or 16.
  public let bitsPerSample: Int
  /// The samples: `height · width · channels` values from 0 to `maximum`.
  public let samples: [UInt16]

  /// The value of full brightness: 255 or 65535.
  public var maximum: Int { bitsPerSample == 8 ? 255 : 65535 }

  /// Creates a picture from its samples.
  ///
  /// - Parameters:
  ///   - width: the number of pixels in a row.
  ///   - height: the number of rows.
  ///   - channels: 1 gray, 2 gray and alpha, 3 RGB, 4 RGB and alpha.
  ///   - bitsPerSample: 8 or 16.
  ///   - samples: `height · width · channels` values, row by row, none above 255 for 8 bits.
  public init(width: Int, height: Int, channels: Int, bitsPerSample: Int = 8, samples: [UInt16]) {
    require(
      width > 0 && height > 0, "Image: size is \(width) × \(height), expected at least 1 × 1")
    require((1...4).contains(channels), "Image: channels is \(channels), expected 1 to 4")
    require(
      bitsPerSample == 8 || bitsPerSample == 16,
      "Image: bitsPerSample is \(bitsPerSample), expected 8 or 16")
    require(
      samples.count == width * height * channels,
      "Image: samples has \(samples.count) values, expected \(height) · \(width) · \(channels)")
    require(
      bitsPerSample == 16 || samples.allSatisfy { $0 <= 255 },
      "Image: samples has a value above 255, expected 8 bits")
    self.width = width
    self.height = height
    self.channels = channels
    self.bitsPerSample = bitsPerSample
    self.samples = samples
  }

  /// Accesses the samples of one pixel.
  public subscript(row: Int, column: Int) -> ArraySlice<UInt16> {
    require(
      row >= 0 && row < height && column >= 0 && column < width,
      "Image: pixel [\(row), \(column)] is outside \(height) × \(width)")
    return samples[(row * width + column) * channels..<(row * width + column + 1) * channels]
  }
}

extension Image {
  /// Creates a picture from brightnesses, 0 for black and 1 for full, rounded to the nearest
  /// sample.
  ///
  /// Files cannot hold other values: values outside 0 … 1 become the nearer bound, and NaN becomes
  /// 0.
  ///
  /// - Parameters:
  ///   - tensor: `[H, W]`, or `[H, W, C]` with C from 1 to 4; floating point.
  ///   - bitsPerSample: 8 or 16.
  public init(unit tensor: Tensor, bitsPerSample: Int = 8) {
    require(
      tensor.scalarType.isFloatingPoint, "Image(unit:): tensor holds int32, expected floats")
    let channels = Self.channels(of: tensor, "Image(unit:)")
    let scale: Double = bitsPerSample == 8 ? 255 : 65535
    self.init(
      width: tensor.shape[1], height: tensor.shape[0], channels: channels,
      bitsPerSample: bitsPerSample,
      samples: tensor.scalars.map { value in
        // The order of the comparisons turns NaN into 0.
        UInt16((value > 0 ? min(value, 1) : 0) * scale + 0.5)
      })
  }

  /// Creates a picture from given sample values.
  ///
  /// - Parameters:
  ///   - tensor: `[H, W]`, or `[H, W, C]` with C from 1 to 4; int32, 0 … 255 or 0 … 65535.
  ///   - bitsPerSample: 8 or 16.
  public init(samples tensor: Tensor, bitsPerSample: Int = 8) {
    let channels = Self.channels(of: tensor, "Image(samples:)")
    let samples = tensor.integers.map { value in
      guard let sample = UInt16(exactly: value) else {
        fatalError("Image(samples:): value \(value), expected 0 … 65535")
      }
      return sample
    }
    self.init(
      width: tensor.shape[1], height: tensor.shape[0], channels: channels,
      bitsPerSample: bitsPerSample, samples: samples)
  }

  /// The brightnesses, 0 … 1, of shape `[H, W, C]`, float32.
  public var unitTensor: Tensor {
    let scale = 1 / Float(maximum)
    return Tensor([height, width, channels], filling: Float.self) { out in
      for index in samples.indices { out[index] = Float(samples[index]) * scale }
    }
  }

  /// The sample values themselves, of shape `[H, W, C]`, int32.
  public var sampleTensor: Tensor {
    Tensor([height, width, channels], filling: Int32.self) { out in
      for index in samples.indices { out[index] = Int32(samples[index]) }
    }
  }

  private static func channels(of tensor: Tensor, _ function: String) -> Int {
    require(
      tensor.rank == 2 || tensor.rank == 3,
      "\(function): tensor has shape \(tensor.shape), expected [H, W] or [H, W, C]")
    return tensor.rank == 2 ? 1 : tensor.shape[2]
  }
}
