import Foundation
import Tensors

/// The principal components of the channel vectors of a map.
///
/// The components are computed by orthogonal iteration on the covariance matrix: multiply,
/// orthonormalize, repeat. The largest loading of every direction is positive, so that the same map
/// always has the same colors.
struct PrincipalComponents {
  /// The directions in order of importance, each with one number per channel.
  let directions: [[Double]]
  /// The share of the variance that the directions explain, 0 … 1.
  let explained: Double
  private let scores: [[Double]]
  private let spreads: [Double]

  /// Analyzes a map `[C, H, W]`.
  init(_ map: Tensor, count: Int, rounds: Int = 40) {
    let channels = map.shape[0]
    let pixels = map.count / max(1, channels)
    var centered = map.scalars.map { $0.isFinite ? $0 : 0 }
    for channel in 0..<channels {
      let range = channel * pixels..<(channel + 1) * pixels
      let mean = centered[range].reduce(0, +) / Double(max(1, pixels))
      for i in range { centered[i] -= mean }
    }
    let covariance = Self.covariance(centered, channels: channels, pixels: pixels)
    // The iteration starts from cosines, which are orthogonal and favor no channel.
    var basis = (0..<count).map { order in
      (0..<channels).map {
        cos(.pi * (Double($0) + 0.5) * (Double(order) + 0.5) / Double(channels))
      }
    }
    Self.orthonormalize(&basis)
    for _ in 0..<rounds {
      basis = basis.map { Self.product(covariance, $0) }
      Self.orthonormalize(&basis)
    }
    directions = basis.map(Self.withPositiveLead)
    scores = directions.map { direction in
      var score = [Double](repeating: 0, count: pixels)
      for channel in 0..<channels {
        let weight = direction[channel]
        for pixel in 0..<pixels { score[pixel] += weight * centered[channel * pixels + pixel] }
      }
      return score
    }
    spreads = scores.map { sqrt($0.reduce(0) { $0 + $1 * $1 } / Double(max(1, pixels))) }
    let total = (0..<channels).reduce(0) { $0 + covariance[$1 * channels + $1] }
    explained = total > 0 ? min(1, spreads.reduce(0) { $0 + $1 * $1 } / total) : 1
  }

  /// Returns the scores of a pixel as red, green and blue.
  ///
  /// The mean is mid gray; two standard deviations from the mean give the full range 0 … 1.
  func levels(at pixel: Int) -> [Double] {
    (0..<3).map { index in
      guard index < scores.count, spreads[index] > 0 else { return 0.5 }
      return 0.5 + scores[index][pixel] / (4 * spreads[index])
    }
  }

  private static func covariance(_ values: [Double], channels: Int, pixels: Int) -> [Double] {
    var result = [Double](repeating: 0, count: channels * channels)
    values.withUnsafeBufferPointer { values in
      for a in 0..<channels {
        for b in a..<channels {
          var sum = 0.0
          for pixel in 0..<pixels { sum += values[a * pixels + pixel] * values[b * pixels + pixel] }
          result[a * channels + b] = sum / Double(max(1, pixels))
          result[b * channels + a] = result[a * channels + b]
        }
      }
    }
    return result
  }

  private static func product(_ matrix: [Double], _ vector: [Double]) -> [Double] {
    vector.indices.map { row in
      vector.indices.reduce(0) { $0 + matrix[row * vector.count + $1] * vector[$1] }
    }
  }

  /// Orthonormalizes by Gram–Schmidt; a vanishing direction becomes zero and explains no variance.
  private static func orthonormalize(_ basis: inout [[Double]]) {
    var longest = 0.0
    for index in basis.indices {
      for earlier in 0..<index {
        let overlap = zip(basis[index], basis[earlier]).reduce(0) { $0 + $1.0 * $1.1 }
        for i in basis[index].indices { basis[index][i] -= overlap * basis[earlier][i] }
      }
      let length = sqrt(basis[index].reduce(0) { $0 + $1 * $1 })
      longest = max(longest, length)
      // A tiny remainder after cancellation is rounding error, not data.
      let scale = length > 1e-10 * longest ? 1 / length : 0
      for i in basis[index].indices { basis[index][i] *= scale }
    }
  }

  private static func withPositiveLead(_ direction: [Double]) -> [Double] {
    let lead = direction.max { $0.magnitude < $1.magnitude } ?? 0
    return lead < 0 ? direction.map { -$0 } : direction
  }
}
