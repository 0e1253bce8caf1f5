import Foundation

extension PortraitPair {
  /// Reads one photograph and, if given, its label map, at the size of a model.
  ///
  /// - Parameters:
  ///   - photograph: a square JPEG or PNG file, recognized by its content.
  ///   - labels: its label map; without it every pixel is background.
  ///   - size: the number of rows and columns, S; files with fewer pixels are not enlarged.
  /// - Throws: a one-line error that names the file.
  public init(
    photograph: URL, labels: LabelMap?, size: Int
  ) throws {
    func requireSide(_ side: Int, _ file: URL) throws(DatasetError) {
      guard side < size else { return }
      throw DatasetError(
        file.path, "has \(side) × \(side) pixels, but the model has \(size) × \(size)",
        "use a larger file, or a model with smaller pictures")
    }
    let picture = try PictureFile.photograph(photograph)
    try requireSide(picture.side, photograph)
    var (side, parts) = (size, [UInt8](repeating: 0, count: size * size))
    if let labels {
      try requireSide(labels.side, labels.file)
      (side, parts) = (labels.side, labels.parts)
    }
    let pair = SourcePair(
      imageSide: picture.side, rgb: picture.rgb, labelSide: side, parts: parts)
    self = try pair.reduced(to: size, name: photograph.path)
  }
}
