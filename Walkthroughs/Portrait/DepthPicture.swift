import Camera
import Foundation
import TensorFiles
import Tensors

/// The depth of a user's portrait: a 16-bit gray PNG.
///
/// A picture that `ssgan3d` wrote says what its values mean (`DepthCoding`): distances along the rays,
/// dark or bright in front, in a size of its own. In any other picture, a value v means plane
/// v / 65535 · 31, so bright is near, and the picture has the size of the photograph.
public struct DepthPicture {
  /// What the picture says about its values; nil if it says nothing.
  public let coding: DepthCoding?
  private let image: Image
  private let file: String
  private let size: Int

  /// Reads the picture for a photograph of `size` rows and columns.
  ///
  /// - Parameters:
  ///   - url: the file.
  ///   - size: the number of rows and columns of the photograph.
  /// - Throws: `UserPortraitError` or the reader's error if the picture does not fit.
  public init(_ url: URL, size: Int) throws {
    (file, self.size) = (url.path, size)
    image = try PNGFile.read(url, alpha: .drop)
    let text = PNGFile.texts(url)[DepthCoding.keyword]
    coding = text.flatMap { DepthCoding(json: $0) }
    guard text == nil || coding != nil else {
      throw UserPortraitError(
        description: "\(file): its text '\(DepthCoding.keyword)' is damaged or of another version; "
          + "generate the picture again")
    }
    let wanted = coding.map { ($0.width, $0.height) } ?? (size, size)
    guard image.width == wanted.0, image.height == wanted.1, image.channels == 1,
      image.bitsPerSample == 16, image.width == image.height, image.width >= 2
    else {
      throw UserPortraitError(
        description:
          "\(file): is \(image.height) × \(image.width) with \(image.channels) "
          + "channels of \(image.bitsPerSample) bits, expected \(wanted.1) × \(wanted.0) with 1 channel "
          + "of 16 bits; save it as a 16-bit gray PNG")
    }
  }

  /// Returns the depth at the pixels of the photograph.
  ///
  /// - Parameters:
  ///   - grid: the voxel grid.
  ///   - camera: the camera of the photograph, which is frontal.
  /// - Throws: `UserPortraitError` if the picture is the view of another camera.
  /// - Returns: planes, `[1, size, size]`.
  func planes(of grid: VoxelGrid, _ camera: Camera) throws -> Tensor {
    guard let coding else {
      return image.unitTensor.permuted(axes: [2, 0, 1]) * Double(grid.planes - 1)
    }
    guard coding.radius == camera.radius, coding.fov == camera.fieldOfView else {
      throw UserPortraitError(
        description:
          "\(file): was rendered with radius \(coding.radius) and fov \(coding.fov), expected "
          + "\(camera.radius) and \(camera.fieldOfView); generate the portrait with this camera")
    }
    let frame = camera.frame(at: .frontal)
    let values = image.unitTensor.scalars
    let planes = values.indices.map { pixel -> Double in
      let ray = camera.pixelRay(
        row: pixel / image.width, column: pixel % image.width, size: image.width, from: frame)
      let point = ray.point(at: coding.distance(of: values[pixel]))
      return min(max(grid.position(of: point).plane, 0), Double(grid.planes - 1))
    }
    let map = Tensor([1, image.height, image.width], planes).cast(to: .float32)
    // Both grids begin and end at the border of the field of view.
    let step = Double(image.width - 1) / Double(size - 1)
    let places = (0..<size * size).flatMap { [Double($0 % size) * step, Double($0 / size) * step] }
    return map.sampled(at: Tensor([size * size, 2], places).cast(to: .float32))
      .reshaped([1, size, size])
  }
}
