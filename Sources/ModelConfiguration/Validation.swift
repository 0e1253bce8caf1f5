extension Configuration {
  /// Throws an error for the first field whose value is impossible, alone or with the other fields.
  public func validate() throws(ConfigurationError) {
    try validateNumbers()
    try validateSizes()
    try validateChoices()
    try validateAmounts()
    try requireSinglePrecision()
  }

  private func validateNumbers() throws(ConfigurationError) {
    let positive = [
      ("imageSize", imageSize), ("coarseSize", coarseSize), ("depthPlanes", depthPlanes),
      ("minFeatureSize", minFeatureSize), ("latentWidth", latentWidth),
      ("localChannels", localChannels), ("featureChannels", featureChannels),
      ("channelBase", channelBase), ("channelMax", channelMax),
    ]
    for (field, value) in positive where value < 1 || value > 1 << 20 {
      throw ConfigurationError(field, "is \(value), expected 1 … \(1 << 20)")
    }
    let layers = [
      ("mappingLayers", mappingLayers, 1), ("baseLayers", baseLayers, 1),
      ("shapeLayers", shapeLayers, 0), ("textureLayers", textureLayers, 0),
    ]
    for (field, value, least) in layers where value < least || value > Self.mostLayers {
      throw ConfigurationError(field, "is \(value), expected \(least) … \(Self.mostLayers)")
    }
    if fourierFrequencies < 0 || fourierFrequencies > 30 {
      throw ConfigurationError("fourierFrequencies", "is \(fourierFrequencies), expected 0 … 30")
    }
    if parts < 2 || parts > 255 {
      throw ConfigurationError("parts", "is \(parts), expected 2 … 255")
    }
    if maskWarmup < 0 {
      throw ConfigurationError("maskWarmup", "is \(maskWarmup), expected 0 or more")
    }
    try validateSamples("samples", samples, "importanceSamples", importanceSamples)
    try validateSamples(
      "evaluationSamples", evaluationSamples, "evaluationImportanceSamples",
      evaluationImportanceSamples)
    for (field, value) in [("liftingAlpha", liftingAlpha), ("opticalScale", opticalScale)]
    where !(value > 0 && value <= Self.largestNumber) {
      throw ConfigurationError(
        field, "is \(value), expected a number above 0, at most \(Self.largestNumber)")
    }
  }

  /// The largest value accepted: far above useful values, and far below overflow of products in single
  /// precision.
  private static let largestNumber = 1e9

  private func validateSamples(
    _ coarseField: String, _ coarse: Int, _ importanceField: String, _ importance: Int
  ) throws(ConfigurationError) {
    if importance < 0 || importance > 4096 {
      throw ConfigurationError(importanceField, "is \(importance), expected 0 … 4096")
    }
    let least = importance > 0 ? 3 : 2
    if coarse < least || coarse > 4096 {
      let reason = importance > 0 ? " with an importance pass" : ""
      throw ConfigurationError(coarseField, "is \(coarse), expected \(least) … 4096\(reason)")
    }
  }

  private func validateSizes() throws(ConfigurationError) {
    let steps = [
      ("coarseSize", coarseSize, "minFeatureSize", minFeatureSize, false),
      ("imageSize", imageSize, "coarseSize", coarseSize, true),
    ]
    for (field, size, smallerField, smaller, mayBeEqual) in steps {
      if size < smaller || (size == smaller && !mayBeEqual) {
        let relation = mayBeEqual ? "at least" : "more than"
        throw ConfigurationError(
          field, "is \(size), expected \(relation) \(smallerField) (\(smaller))")
      }
      if size % smaller != 0 || (size / smaller).nonzeroBitCount != 1 {
        throw ConfigurationError(
          field, "is \(size), expected a power of two times \(smallerField) (\(smaller))")
      }
    }
    if coarseSize < 2 {
      throw ConfigurationError("coarseSize", "is \(coarseSize), expected 2 or more")
    }
    if depthPlanes < 2 {
      throw ConfigurationError("depthPlanes", "is \(depthPlanes), expected 2 or more")
    }
    if channelBase < imageSize {
      throw ConfigurationError(
        "channelBase", "is \(channelBase), expected imageSize (\(imageSize)) or more")
    }
  }

  /// Throws an error if a discriminator cannot process the image size; its blocks halve it down to 4.
  ///
  /// - Throws: `ConfigurationError` that names `imageSize`.
  public func validateForDiscriminator() throws(ConfigurationError) {
    if imageSize < 4 || imageSize.nonzeroBitCount != 1 {
      throw ConfigurationError(
        "imageSize", "is \(imageSize), expected a power of two, 4 or more, for a discriminator")
    }
  }

  private func validateChoices() throws(ConfigurationError) {
    if baseStyle == .scaleShift && baseLayers != 1 {
      throw ConfigurationError(
        "baseLayers", "is \(baseLayers), expected 1 with baseStyle scaleShift")
    }
    if partSource == .field && rendering == .flat {
      throw ConfigurationError(
        "partSource", "is field, expected lifted with rendering flat, which has no space to sample")
    }
    if let initialDepth {
      if initialDepth.count != parts {
        throw ConfigurationError(
          "initialDepth",
          "has \(initialDepth.count) numbers, expected one for each of \(parts) parts")
      }
      if let bad = initialDepth.first(where: { !$0.isFinite }) {
        throw ConfigurationError("initialDepth", "holds \(bad), expected finite numbers")
      }
    }
    if let flaw = camera.flaw { throw ConfigurationError("camera.\(flaw.field)", flaw.complaint) }
    for part in transparentParts where part < 0 || part >= parts {
      throw ConfigurationError("transparentParts", "holds \(part), expected 0 ..< \(parts)")
    }
  }
}
