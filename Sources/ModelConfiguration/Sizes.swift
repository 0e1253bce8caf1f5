// The memory that a configuration needs, in closed form. A typing error of a few digits must end in one
// line of text before anything of that size is allocated.
extension Configuration {
  /// The largest number of layers of the mapping network, and of a part for one of its latents.
  static let mostLayers = 64
  /// The largest size of a network's weights in single precision, in bytes.
  static let mostWeightBytes = 2 << 30
  /// The largest size of one portrait's maps in single precision, in bytes.
  static let mostMapBytes = 4 << 30

  /// A count of numbers that must fit in memory, with the fields that determine it.
  struct Amount {
    let fields: [String]
    /// The count as a floating-point number, because the largest possible count exceeds `Int`.
    let count: Double

    init(_ factors: Int..., fields: String...) {
      self.fields = fields
      count = factors.reduce(1) { $0 * Double($1) }
    }
  }

  /// The size of the largest maps of one portrait in single precision, in bytes.
  public var mapBytes: Double { maps.reduce(0) { $0 + 4 * $1.count } }

  /// Returns the size of the largest maps of a training iteration in single precision, in bytes.
  ///
  /// Gradients need the steps of equations 6 and 7 at every voxel. Measured with the preset mini at 512
  /// and 2048 planes, they are seven numbers per part and voxel for each image; batches of one image take
  /// as much as those of two.
  ///
  /// With a 3D generator per part, the gradients need the activations of all layers at every sample point.
  /// Measured with mini (batches of 4 to 16) and small, the growth with the batch is that of 2 layers + 1
  /// activations for each image.
  ///
  /// - Parameter batch: the number of images in a batch.
  /// - Returns: bytes; a product, not rounded.
  public func trainingBytes(batch: Int) -> Double {
    let voxels = Double(coarseSize) * Double(coarseSize) * Double(depthPlanes)
    let (counted, needed) = (
      Double(batch) * Double(numbersPerVoxel), Double(max(batch, 2)) * Double(7 * parts)
    )
    let points = Double(coarseSize * coarseSize) * Double(samples + importanceSamples)
    let activation = Double(batch) * points * Double(parts * localChannels)
    let more =
      switch kind {
      case .lifted: voxels * max(0, needed - counted)
      case .field: activation * Double(2 * layersPerPart + 1)
      case .flat: 0.0
      }
    return Double(batch) * mapBytes + 4 * more
  }

  /// The numbers that a rendering holds at every voxel, at the most: ψ, σ³ᵈ and one step more for every
  /// part, or the feature and the densities of `dump`.
  private var numbersPerVoxel: Int { max(featureChannels + parts, 3 * parts) }

  /// Throws an error if weights or maps would exceed the largest sizes.
  func validateAmounts() throws(ConfigurationError) {
    for weights in [generatorWeights, discriminatorWeights] {
      try Self.require(weights, "of weights", Self.mostWeightBytes)
    }
    try Self.require(maps, "of maps for one portrait", Self.mostMapBytes)
  }

  /// Throws an error if the amounts exceed a number of bytes; it names the fields of the largest
  /// amount.
  private static func require(
    _ amounts: [Amount], _ what: String, _ most: Int
  ) throws(ConfigurationError) {
    let total = amounts.reduce(0) { $0 + 4 * $1.count }
    guard total > Double(most), let largest = amounts.max(by: { $0.count < $1.count }),
      let field = largest.fields.first
    else { return }
    let others = largest.fields.dropFirst().joined(separator: ", ")
    throw ConfigurationError(
      field,
      "with \(others) asks for \(gibibytes(total)) GiB \(what), expected at most "
        + "\(gibibytes(Double(most)))")
  }

  private static func gibibytes(_ bytes: Double) -> String {
    let value = bytes / Double(1 << 30)
    return value < 100 ? "\((value * 10).rounded() / 10)" : "\(Int(value.rounded()))"
  }

  /// The sizes of the render net's maps, without the first.
  private var renderSizes: [Int] {
    Array(
      sequence(first: minFeatureSize) { $0 < imageSize ? 2 * $0 : nil }.dropFirst())
  }

  /// The amounts of the generator's weights in closed form.
  private var generatorWeights: [Amount] {
    let layer = localChannels * (localChannels + latentWidth + 2)
    var amounts = [
      Amount(mappingLayers, latentWidth, latentWidth + 1, fields: "latentWidth", "mappingLayers"),
      Amount(
        parts, layersPerPart, layer, fields: "localChannels", "latentWidth", "parts",
        "baseLayers", "shapeLayers", "textureLayers"),
      Amount(
        parts, localChannels, featureChannels, fields: "featureChannels", "localChannels", "parts"),
    ]
    var from = featureChannels
    for size in renderSizes {
      if size == 2 * coarseSize { from += featureChannels }
      let to = width(at: size)
      amounts.append(
        Amount(9, to, from + to, fields: "featureChannels", "channelBase", "channelMax"))
      amounts.append(Amount(2, size, size, fields: "imageSize", "coarseSize"))
      from = to
    }
    return amounts
  }

  /// The amounts of the discriminator's weights in closed form.
  private var discriminatorWeights: [Amount] {
    var (size, from) = (imageSize, width(at: imageSize))
    var amounts = [Amount(from, parts + 3, fields: "channelMax", "channelBase", "parts")]
    while size > 4 {
      size /= 2
      let to = width(at: size)
      amounts.append(Amount(from, 9 * from + 10 * to, fields: "channelMax", "channelBase"))
      from = to
    }
    let last = width(at: 4)
    amounts.append(Amount(last, 9 * (from + 1) + 16 * last, fields: "channelMax", "channelBase"))
    return amounts
  }

  /// The amounts of the largest maps of one portrait.
  private var maps: [Amount] {
    var amounts = [
      Amount(
        parts, localChannels, coarseSize, coarseSize, fields: "coarseSize", "localChannels", "parts"
      ),
      Amount(
        parts, featureChannels, coarseSize, coarseSize, fields: "coarseSize", "featureChannels",
        "parts"),
      Amount(parts + 3, imageSize, imageSize, fields: "imageSize", "parts"),
    ]
    amounts += renderSizes.map { size in
      Amount(2, width(at: size), size, size, fields: "imageSize", "channelBase", "channelMax")
    }
    guard rendering == .volume else { return amounts }
    // Both in training and in evaluation, the values of the parts are fused at every voxel and
    // sampled on every ray.
    let channels = featureChannels + parts
    // A sample also has a position, a depth and densities, and all of it is stored about twice.
    let held = 2 * (channels + 16)
    let training = Amount(
      coarseSize, coarseSize, samples + importanceSamples, held,
      fields: "samples", "importanceSamples", "coarseSize", "featureChannels")
    let evaluation = Amount(
      coarseSize, coarseSize, evaluationSamples + evaluationImportanceSamples, held,
      fields: "evaluationSamples", "evaluationImportanceSamples", "coarseSize", "featureChannels")
    // A 3D generator per part has no voxels, except for the densities of `dump` and `mesh`.
    let numbers = kind == .field ? parts : numbersPerVoxel
    return amounts + [
      Amount(
        coarseSize, coarseSize, depthPlanes, numbers,
        fields: "depthPlanes", "coarseSize", "featureChannels", "parts"),
      training.count > evaluation.count ? training : evaluation,
    ]
  }
}
