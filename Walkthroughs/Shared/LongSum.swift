import Inspection
import Tensors

/// A sum of many terms in the form in which a page prints it.
enum LongSum {
  /// Returns a sum that shows its largest terms in their order, and adds up all others to one number.
  ///
  /// - Parameters:
  ///   - terms: the terms; those that are negligible (less than 1e-13 of the largest) are left out.
  ///   - count: how many terms are shown.
  /// - Returns: the sum, without the rest if that is negligible.
  static func of(_ terms: [Arithmetic], showing count: Int = 3) -> Arithmetic {
    let sizes = terms.map(\.value.magnitude)
    let negligible = 1e-13 * (sizes.max() ?? 0)
    let bySize = terms.indices.sorted { sizes[$0] > sizes[$1] }
    let shown = bySize.prefix(count).filter { sizes[$0] > negligible }.sorted()
    let rest = bySize.dropFirst(count).reduce(0) { $0 + terms[$1].value }
    return .sum(
      shown.map { terms[$0] } + (rest.magnitude > negligible ? [.number(rest)] : []))
  }

  /// Returns Σ aᵢ bᵢ in this form, for two rows of equal length.
  static func of(_ a: Tensor, times b: Tensor, showing count: Int = 3) -> Arithmetic {
    of(zip(a.scalars, b.scalars).map { .number($0) * .number($1) }, showing: count)
  }
}
