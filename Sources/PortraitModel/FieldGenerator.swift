import Camera
import MaskSoftmax
import ModelConfiguration
import Networks
import Probes
import Tensors
import VolumeRendering

/// The output of a model with a 3D generator per part.
public struct FieldPortraits: Sendable {
  /// The portraits, `[B, 3, S, S]`, about −1 … 1.
  public let image: Tensor
  /// The final masks m_hr, `[B, K, S, S]`, about −1 … 1.
  public let mask: Tensor
  /// The mask residuals Δm, `[B, K, S, S]`.
  public let maskResidual: Tensor
  /// The coarse masks 2m − 1, `[B, K, H, W]`.
  public let coarseMask: Tensor
  /// The rendered view with its rays.
  public let view: RenderedView
  /// The latents, one for every layer of every part, `[B, K · layers, L]`.
  public let latents: Tensor
}

/// A generator with a 3D generator per part (CNeRF-style), the baseline of Table 1.
///
/// The paper compares lifted maps with CNeRF, which has a 3D generator for every part. Here everything
/// else is equal (PaperNotes 58): the parts' networks, the rendering of equations 2–4 and 9–10, render
/// net, discriminator and training are those of `Generator`. Only the source of a part's density and
/// feature differs. They are computed at every sample point Xᵢ, from Fourier features of its position:
///
///     X → (x, y, z) in the box, −1 … 1 → Fourier features → base, shape, texture layers
///     σᵢ = Σ_k σ_k,i          fᵢ = Σ_k σ_k,i / (σᵢ + 1e-8) · f_k,i
///
/// There is no ToDepth, no ψ, none of equations 5–7 and 13. Positions outside the box lie beyond −1 … 1
/// and are not clamped.
public struct FieldGenerator: Sendable {
  /// The configuration of the model.
  public let configuration: Configuration
  /// The weights of the model.
  public let parameters: Parameters

  /// Creates a generator with the given weights; `partSource` of the configuration is `field`.
  public init(_ configuration: Configuration, _ parameters: Parameters) {
    require(
      configuration.kind == .field,
      "FieldGenerator: the model's kind is \(configuration.kind), expected field")
    self.configuration = configuration
    self.parameters = parameters
  }

  /// The largest number of activations of one layer that are in memory at a time without gradients.
  static let activationsTogether = 1 << 22

  /// Generates portraits from one latent for every layer of every part.
  ///
  /// Without gradients, some rays are rendered after the other, so that the activations of all parts at
  /// all points never exist together. With gradients, the graph keeps all of them.
  ///
  /// - Parameters:
  ///   - expandedLatents: `[B, K · layers, L]`.
  ///   - poses: yaw and pitch, `[B, 2]`, radians.
  ///   - chosen: the parts that compose the portraits; the densities of all others are 0. Nil for all.
  ///   - options: mask weights, jitter, noise, samples.
  /// - Returns: portraits and masks with their intermediate results.
  public func callAsFunction(
    expandedLatents: Tensor, poses: Tensor, parts chosen: Set<Int>? = nil,
    options: Generator.Options = Generator.Options()
  ) -> FieldPortraits {
    let field = self.field(expandedLatents, chosen)
    let renderer = Generator(configuration, parameters).renderer(options)
    let perRay =
      configuration.parts * configuration.localChannels
      * (renderer.samples + renderer.importanceSamples) * expandedLatents.shape[0]
    let view = Parallel.withoutSubnormals {
      renderer.view(
        of: field, from: poses, size: configuration.coarseSize, jitter: options.jitter,
        rayDepths: options.rayDepths,
        raysTogether: field.isTracked ? nil : max(1, Self.activationsTogether / perRay))
    }
    let coarseMask = MaskSoftmax.coarseMask(view.maskProbabilities)
    let portraits = RenderNet(configuration, parameters)(
      view.feature, coarseMask: coarseMask, noise: options.noise)
    return FieldPortraits(
      image: portraits.image, mask: portraits.mask, maskResidual: portraits.maskResidual,
      coarseMask: coarseMask, view: view, latents: expandedLatents)
  }

  /// Returns the parts' generators with the latents of some portraits.
  ///
  /// - Parameters:
  ///   - expandedLatents: `[B, K · layers, L]`.
  ///   - chosen: the parts with density; nil for all.
  /// - Returns: the field at any points.
  func field(_ expandedLatents: Tensor, _ chosen: Set<Int>? = nil) -> GeneratedField {
    let (parts, layers) = (configuration.parts, configuration.layersPerPart)
    requireShape(
      expandedLatents, [nil, parts * layers, configuration.latentWidth], "expandedLatents",
      axes: "[B, K · layers, L]")
    if let chosen {
      require(
        chosen.allSatisfy((0..<parts).contains),
        "FieldGenerator: parts are \(chosen.sorted()), expected numbers in 0 ..< \(parts)")
    }
    return GeneratedField(
      generators: PartFields(
        parameters, parts: parts, baseStyle: configuration.baseStyle,
        baseLayers: configuration.baseLayers, shapeLayers: configuration.shapeLayers,
        textureLayers: configuration.textureLayers,
        densityActivation: configuration.densityActivation),
      embedding: FourierFeatures(parameters, frequencies: configuration.fourierFrequencies),
      latents: expandedLatents.reshaped([-1, parts, layers, configuration.latentWidth]),
      box: configuration.volumeBox,
      gain: chosen.map { chosen in
        Tensor([parts], (0..<parts).map { chosen.contains($0) ? 1 : 0 })
          .cast(to: expandedLatents.scalarType)
      },
      isTracked: expandedLatents.isTracked || parameters.tensors.values.contains(where: \.isTracked)
    )
  }

  /// Returns the densities of the parts at the voxel centers of `Generator.voxelGrid`.
  ///
  /// - Parameter expandedLatents: the latents of one portrait, `[1, K · layers, L]`.
  /// - Returns: `[K, D, H, W]`, ≥ 0.
  public func partDensities(of expandedLatents: Tensor) -> Tensor {
    let grid = Generator(configuration, parameters).voxelGrid
    let field = field(expandedLatents)
    let planes = (0..<grid.planes).map { plane -> Tensor in
      let points = (0..<grid.rows).flatMap { row in
        (0..<grid.columns).flatMap { column -> [Double] in
          let world = grid.world(
            at: VoxelPosition(plane: Double(plane), row: Double(row), column: Double(column)))
          return [world.x, world.y, world.z]
        }
      }
      let centers = Tensor([1, grid.rows * grid.columns, 3], points)
        .cast(to: expandedLatents.scalarType)
      return Parallel.withoutSubnormals { field.densities(at: centers) }[0].transposed()
        .reshaped([configuration.parts, grid.rows, grid.columns])
    }
    return .stacked(planes, axis: 1)
  }

  /// Passes the tensors of this model to a probe, named like their counterparts in the lifted model.
  ///
  /// - Parameters:
  ///   - made: the output of the generator, with all parts.
  ///   - image: the index of the image in the batch.
  ///   - weighting: the weights of equation 10 with which the portraits were made; nil for those of the
  ///     configuration.
  ///   - probe: the receiver of the tensors.
  public func record(
    _ made: FieldPortraits, image: Int = 0, weighting: MaskWeighting? = nil, into probe: Probe
  ) {
    guard probe.isInstalled else { return }
    recordVolumes(made.latents.sliced(axis: 0, from: image, length: 1).detached(), probe)
    made.view.record(
      of: configuration, image: image, weighting: weighting ?? configuration.maskWeights,
      into: probe)
    probe.recordPortrait(made.image, made.maskResidual, made.mask, image)
  }

  /// Records the densities at the voxel centers, which are evaluated only if the probe wants them.
  private func recordVolumes(_ latents: Tensor, _ probe: Probe) {
    guard DumpNames.volumes(configuration).contains(where: probe.wants) else { return }
    let densities = withoutGradients { partDensities(of: latents) }
    let meaning = DumpMeanings.fieldDensity(densities)
    for part in 0..<configuration.parts {
      probe.record(
        "\(DumpNames.part(part))_density3d", axes: "[D, H, W]", unit: "density", meaning: meaning,
        densities[part])
    }
    probe.record(
      "fused_density3d", axes: "[D, H, W]", unit: "density", meaning: DumpMeanings.fusedDensity,
      densities.sum(axes: [0]))
  }
}

/// The 3D generators of all parts with the latents of some portraits.
struct GeneratedField: PartField {
  let generators: PartFields
  let embedding: FourierFeatures
  /// A latent for every layer of every part, `[B, K, layers, L]`.
  let latents: Tensor
  let box: VolumeBox
  /// A factor on the density of every part, `[K]`; nil for 1.
  let gain: Tensor?
  /// Whether gradients with respect to latents or weights may be asked for.
  let isTracked: Bool

  func densities(at points: Tensor) -> Tensor { density(shaped(points)) }

  func samples(at points: Tensor) -> FieldSamples {
    let shaped = shaped(points)
    return FieldSamples(densities: density(shaped)) { coefficients in
      generators.feature(generators.textured(shaped, latents), coefficients)
    }
  }

  private func shaped(_ points: Tensor) -> Tensor {
    generators.shaped(embedding(at: box.unitCoordinates(of: points)), latents)
  }

  /// Returns the densities, `[B, P, K]`.
  private func density(_ shaped: Tensor) -> Tensor {
    let density = generators.density(shaped).transposed()
    return gain.map { density * $0 } ?? density
  }
}

extension VolumeBox {
  /// Returns world points, `[…, 3]`, in coordinates that are −1 at `min` and 1 at `max`.
  func unitCoordinates(of points: Tensor) -> Tensor {
    let (scale, shift) = (2 / extent, -(min + max) / extent)
    let type = points.scalarType
    return points * Tensor([3], [scale.x, scale.y, scale.z]).cast(to: type)
      + Tensor([3], [shift.x, shift.y, shift.z]).cast(to: type)
  }
}
