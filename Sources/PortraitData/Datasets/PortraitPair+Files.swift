import Foundation

extension PortraitPair {
  /// Reads one photograph, and its label map where there is one, at the size of a model.
  ///
  /// - Parameters:
  ///   - photograph: a square JPEG or PNG, by its name.
  ///   - labels: a square PNG of class numbers, and how they count; without it all is background.
  ///   - size: rows and columns wanted, S; nothing is enlarged.
  /// - Throws: an error of one line that names the file.
  public init(
    photograph: URL, labels: (file: URL, scheme: LabelScheme)?, size: Int
  ) throws {
    func requireSide(_ side: Int, _ file: URL) throws(DatasetError) {
      guard side < size else { return }
      throw DatasetError(
        file.path, "has \(side) × \(side) pixels, the model \(size) × \(size)",
        "take a larger one, or a model of smaller pictures")
    }
    let picture = try PictureFile.photograph(photograph)
    try requireSide(picture.side, photograph)
    var (side, parts) = (size, [UInt8](repeating: 0, count: size * size))
    if let labels {
      let map = try PictureFile.labels(labels.file)
      try requireSide(map.side, labels.file)
      (side, parts) = (map.side, try labels.scheme.parts(of: map.labels, name: labels.file.path))
    }
    let pair = SourcePair(
      imageSide: picture.side, rgb: picture.rgb, labelSide: side, parts: parts)
    self = try pair.reduced(to: size, name: photograph.path)
  }
}
