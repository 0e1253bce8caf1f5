import Foundation
import Messages
import Tensors

/// A writer of volumes in the NRRD format, which ParaView, 3D Slicer and other viewers open.
///
/// NRRD lists axes with the fastest first, so the axes of a row-major tensor are named in reverse: a
/// volume `[Z, Y, X]` has the sizes `X Y Z`. In `[C, Z, Y, X]` the components of a voxel become the
/// fastest axis, which viewers read as one vector for each voxel.
///
///     line 1      NRRD0004
///     then        fields, one a line; an empty line
///     then        the elements, little-endian, and nothing after them (encoding raw)
///
/// `sizes` comes before `space`: the reader of VTK and ParaView drops the fourth axis otherwise. That
/// reader also takes a volume of fewer than ten columns for a picture of vectors, whatever the file says.
public enum NRRDFile {
  /// The place of a volume in space.
  public struct Placement: Sendable, Equatable {
    /// The name of the space by NRRD's list, for example `left-posterior-superior`.
    public var space: String
    /// The position of the first voxel's center.
    public var origin: SIMD3<Double>
    /// The steps from a voxel's center to those of its neighbors along x, y and z.
    public var steps: [SIMD3<Double>]

    /// Describes a place in space.
    ///
    /// - Parameters:
    ///   - space: the name of the space by NRRD's list.
    ///   - origin: the position of the first voxel's center.
    ///   - steps: the three steps between neighbors, along the last axis of the tensor first.
    public init(space: String, origin: SIMD3<Double>, steps: [SIMD3<Double>]) {
      require(
        steps.count == 3,
        "NRRDFile.Placement(space:origin:steps:): there are \(steps.count) steps, expected 3")
      self.space = space
      self.origin = origin
      self.steps = steps
    }
  }

  /// Writes a volume to a file.
  ///
  /// - Parameters:
  ///   - volume: `[Z, Y, X]` or `[C, Z, Y, X]`, float32 or float64.
  ///   - placement: where the volume lies.
  ///   - notes: texts by key, which viewers show; line breaks and control characters are spelled out.
  ///   - url: the file; its folder must exist.
  /// - Throws: `TensorFileError` when the file cannot be written.
  public static func write(
    _ volume: Tensor, at placement: Placement, notes: [(key: String, text: String)] = [],
    to url: URL
  ) throws {
    try AtomicFile.write(encode(volume, at: placement, notes: notes), to: url)
  }

  /// Returns the bytes of an NRRD file, see `write(_:at:notes:to:)`.
  public static func encode(
    _ volume: Tensor, at placement: Placement, notes: [(key: String, text: String)] = []
  ) throws -> Data {
    require(
      volume.rank == 3 || volume.rank == 4,
      "NRRDFile.encode: volume has shape \(volume.shape), expected [Z, Y, X] or [C, Z, Y, X]")
    require(
      volume.scalarType.isFloatingPoint,
      "NRRDFile.encode: volume holds \(volume.scalarType), expected float32 or float64")
    let inOrder = volume.rank == 4 ? volume.permuted(axes: [1, 2, 3, 0]) : volume
    var data = Data(header(inOrder, placement, notes).utf8)
    try ArrayElement(volume.scalarType).send(inOrder) { data.append(contentsOf: $0) }
    return data
  }

  /// Returns the fields and the empty line after them; the axes of the volume are slowest first.
  private static func header(
    _ volume: Tensor, _ placement: Placement, _ notes: [(key: String, text: String)]
  ) -> String {
    func point(_ place: SIMD3<Double>) -> String { "(\(place.x),\(place.y),\(place.z))" }
    let hasComponents = volume.rank == 4
    let fields = [
      "NRRD0004",
      "type: \(volume.scalarType == .float64 ? "double" : "float")",
      "dimension: \(volume.rank)",
      "sizes: \(volume.shape.reversed().map(String.init).joined(separator: " "))",
      "space: \(placement.space)",
      "space directions: "
        + ((hasComponents ? ["none"] : []) + placement.steps.map(point)).joined(separator: " "),
      "kinds: \(hasComponents ? "list " : "")domain domain domain",
      "endian: little",
      "encoding: raw",
      "space origin: \(point(placement.origin))",
    ]
    let texts = notes.map { "\($0.key):=\($0.text.visible(limit: 2000))" }
    return (fields + texts).joined(separator: "\n") + "\n\n"
  }
}
