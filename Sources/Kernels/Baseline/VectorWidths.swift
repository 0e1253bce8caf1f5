// Vector types of loops that fix their width: one register of the processor, or two of the
// baseline's registers for tiles.

#if KERNELS_V4
  typealias TileVector = SIMD16<Float>
  typealias DoubleTileVector = SIMD8<Double>
  typealias RowVector<T: SIMDScalar> = SIMD16<T>
#elseif KERNELS_V3
  typealias TileVector = SIMD8<Float>
  typealias DoubleTileVector = SIMD4<Double>
  typealias RowVector<T: SIMDScalar> = SIMD8<T>
#else
  typealias TileVector = SIMD8<Float>
  typealias DoubleTileVector = SIMD4<Double>
  typealias RowVector<T: SIMDScalar> = SIMD4<T>
#endif
