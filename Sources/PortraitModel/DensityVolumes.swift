import Camera
import PartFusion
import Tensors

extension Generator {
  /// The voxel grid of the model's volumes: axes and units of the world, see `Docs/Camera.md`.
  ///
  /// The grid is that of the volumes `[D, H, W]` with `depthPlanes` planes and `coarseSize` rows and
  /// columns. A flat model has no volumes; its grid means nothing.
  public var voxelGrid: VoxelGrid {
    VoxelGrid(
      box: configuration.volumeBox, planes: configuration.depthPlanes,
      rows: configuration.coarseSize, columns: configuration.coarseSize,
      rowAxis: configuration.rowAxis)
  }

  /// Returns the lifted densities σ³ᵈ_k of a portrait's parts, equations 6 and 7.
  ///
  /// - Parameters:
  ///   - made: the output of the generator.
  ///   - image: the index of the image in the batch.
  /// - Returns: `[K, D, H, W]`, ≥ 0.
  public func partDensities(of made: GeneratedPortraits, image: Int = 0) -> Tensor {
    guard let densityMap = made.maps.densityMap else {
      fatalError("partDensities(of:image:): the model is flat (rendering=flat), expected volume")
    }
    let lifting = renderer().lifting
    return lifting.lifted(
      densityMap: densityMap[image], weights: lifting.weights(at: made.absoluteDepth[image]))
  }

  /// Returns the densities of a portrait's parts at the voxel centers, of a model with a volume.
  ///
  /// - Parameters:
  ///   - made: the output of the generator.
  ///   - image: the index of the image in the batch.
  /// - Returns: `[K, D, H, W]`, ≥ 0: lifted, or evaluated by the part's 3D generator.
  public func partDensities(of made: MadePortraits, image: Int = 0) -> Tensor {
    switch made {
    case .lifted(let made): partDensities(of: made, image: image)
    case .field(let made):
      FieldGenerator(configuration, parameters).partDensities(
        of: made.latents.sliced(axis: 0, from: image, length: 1))
    case .flat:
      fatalError("partDensities(of:image:): the model is flat (rendering=flat), expected volume")
    }
  }

  /// Returns the fused density of parts, equation 8: `[K, D, H, W]` → `[D, H, W]`.
  public func fusedDensity(of partDensities: Tensor) -> Tensor {
    PartFusion(configuration.fusion).fused(densities: partDensities)
  }
}
