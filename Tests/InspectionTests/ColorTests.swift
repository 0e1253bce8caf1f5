import PortraitClasses
import Foundation
import Testing

@testable import Inspection

@Suite("Colors")
struct ColorTests {
  @Test func scalarMapRunsFromVioletToYellow() {
    #expect(ColorMap.scalar.color(at: 0) == Color(0x44, 0x01, 0x54))
    #expect(ColorMap.scalar.color(at: 1) == Color(0xFD, 0xE7, 0x25))
    #expect(ColorMap.scalar.color(at: -3) == ColorMap.scalar.color(at: 0))
    #expect(ColorMap.scalar.color(at: 7) == ColorMap.scalar.color(at: 1))
    #expect(ColorMap.scalar.color(at: .nan) == .notFinite)
  }

  /// Lightness must rise evenly: each of 32 steps is between 0.5 and 1.5 times the mean step.
  @Test func scalarMapRisesEvenlyInLightness() {
    let steps = (0...32).map { Lab(ColorMap.scalar.color(at: Double($0) / 32)).lightness }
    let rises = zip(steps, steps.dropFirst()).map { $1 - $0 }
    let mean = rises.reduce(0, +) / Double(rises.count)
    #expect(rises.allSatisfy { $0 > 0.5 * mean && $0 < 1.5 * mean }, "\(rises)")
  }

  @Test func signedMapIsNeutralAtZeroAndEquallyDarkBothWays() {
    #expect(ColorMap.signed.color(at: 0.5) == Color(0xF7, 0xF7, 0xF7))
    for distance in [0.1, 0.25, 0.5] {
      let below = Lab(ColorMap.signed.color(at: 0.5 - distance))
      let above = Lab(ColorMap.signed.color(at: 0.5 + distance))
      #expect(abs(below.lightness - above.lightness) < 8)
      #expect(below.blueYellow < -4 && above.greenRed > 4)
    }
  }

  @Test func paletteHasThirteenNamedColors() {
    #expect(ClassPalette.portrait.colors.count == 13 && ClassPalette.portrait.names.count == 13)
    #expect(ClassPalette.portrait.color(0) == Color(0xBD, 0xF0, 0xF1))
    #expect(ClassPalette.portrait.color(-1) == .notFinite)
    #expect(
      ClassPalette.portrait.name(12) == "earrings" && ClassPalette.portrait.name(13) == "part 13")
  }

  @Test(arguments: Vision.allCases)
  func paletteColorsAreDistinguishable(vision: Vision) {
    let seen = ClassPalette.portrait.colors.map { Lab($0, as: vision) }
    let bound = 24.0
    for a in seen.indices {
      for b in 0..<a {
        let distance = seen[a].distance(to: seen[b])
        #expect(
          distance >= bound,
          "\(ClassPalette.portrait.name(a)) and \(ClassPalette.portrait.name(b)): \(distance)")
      }
    }
  }

  /// Models may have up to 255 parts; a mask in which two of them share a color cannot be read.
  @Test func colorsBeyondTheNamesDoNotRepeat() {
    let palette = ClassPalette.portrait
    let all = (0..<256).map(palette.color)
    #expect(Array(all.prefix(13)) == palette.colors && Set(all).count == 256)
    #expect(palette.color(256) == .notFinite)
    // As many parts as a model is likely to have stay as far apart as the thirteen.
    for (count, bound) in [(64, 24.0), (255, 13)] {
      let seen = all.prefix(count).map { Lab($0) }
      for a in seen.indices {
        for b in 0..<a {
          let distance = seen[a].distance(to: seen[b])
          #expect(distance >= bound, "parts \(a) and \(b) of \(count): \(distance)")
        }
      }
    }
  }

  @Test func unitColorsRoundAndClamp() {
    #expect(Color(unit: 0, 0.5, 1) == Color(0, 128, 255))
    #expect(Color(unit: -1, 2, .nan) == Color(0, 255, 0))
    #expect(Color.black.luminance == 0)
    #expect(abs(Color.white.luminance - 1) < 1e-12)
  }
}

/// Kinds of color vision, by the matrices of Machado, Oliveira and Fernandes (2009), severity 1.
enum Vision: CaseIterable {
  case usual, withoutRed, withoutGreen, withoutBlue

  var matrix: [[Double]] {
    switch self {
    case .usual: [[1, 0, 0], [0, 1, 0], [0, 0, 1]]
    case .withoutRed:
      [
        [0.152286, 1.052583, -0.204868], [0.114503, 0.786281, 0.099216],
        [-0.003882, -0.048116, 1.051998],
      ]
    case .withoutGreen:
      [
        [0.367322, 0.860646, -0.227968], [0.280085, 0.672501, 0.047413],
        [-0.011820, 0.042940, 0.968881],
      ]
    case .withoutBlue:
      [
        [1.255528, -0.076749, -0.178779], [-0.078411, 0.930809, 0.147602],
        [0.004733, 0.691367, 0.303900],
      ]
    }
  }
}

/// A color in CIELAB under daylight.
struct Lab {
  let lightness: Double
  let greenRed: Double
  let blueYellow: Double

  init(_ color: Color, as vision: Vision = .usual) {
    func linear(_ value: Double) -> Double {
      value <= 0.04045 ? value / 12.92 : pow((value + 0.055) / 1.055, 2.4)
    }
    func times(_ matrix: [[Double]], _ vector: [Double]) -> [Double] {
      matrix.map { row in zip(row, vector).reduce(0) { $0 + $1.0 * $1.1 } }
    }
    let unit = color.unit
    let seen = times(vision.matrix, [unit.red, unit.green, unit.blue].map(linear))
      .map { max(0, min(1, $0)) }
    let tristimulus = times(
      [[0.4124, 0.3576, 0.1805], [0.2126, 0.7152, 0.0722], [0.0193, 0.1192, 0.9505]], seen)
    let f = zip(tristimulus, [0.9505, 1, 1.089]).map { value, white in
      value / white > 0.008856 ? cbrt(value / white) : 7.787 * value / white + 16.0 / 116
    }
    lightness = 116 * f[1] - 16
    greenRed = 500 * (f[0] - f[1])
    blueYellow = 200 * (f[1] - f[2])
  }

  func distance(to other: Lab) -> Double {
    let (l, a) = (lightness - other.lightness, greenRed - other.greenRed)
    let b = blueYellow - other.blueYellow
    return (l * l + a * a + b * b).squareRoot()
  }
}
