import Synchronization

/// Links between the rows of two tables: pairs (source, target).
///
/// A trilinear sample links eight voxels to one point. For sums along rays, the map pixels under a
/// ray are linked to the ray. The links of neighboring targets are adjacent, so that threads can
/// share the targets and still add in a fixed order. The order by source, which gradients need, is
/// computed once, when it is first needed.
public final class RowLinks: Sendable {
  /// The source row of each link, int32, `[J]`.
  public let sources: Tensor
  /// The target row of each link, int32, `[J]`.
  public let targets: Tensor
  /// The number of rows of the table that is read.
  public let sourceRows: Int
  /// The number of rows of the result.
  public let targetRows: Int
  let byTarget: LinkGroups
  let bySource: SourceOrder

  init(
    sources: Tensor, targets: Tensor, sourceRows: Int, targetRows: Int, byTarget: LinkGroups,
    bySource: SourceOrder
  ) {
    self.sources = sources
    self.targets = targets
    self.sourceRows = sourceRows
    self.targetRows = targetRows
    self.byTarget = byTarget
    self.bySource = bySource
  }

  /// Creates links with the same number for every target: target p reads the rows in row p of
  /// `rows`.
  ///
  /// - Parameters:
  ///   - rows: source rows, int32, `[P, J]`.
  ///   - sourceRows: the number of rows of the table that is read.
  ///   - sourcesPerGroup: how many neighboring source rows the gradient handles together.
  public convenience init(_ rows: Tensor, sourceRows: Int, sourcesPerGroup: Int = 1) {
    requireShape(rows, [nil, nil], "rows", axes: "[P, J]")
    let rows = rows.contiguousValues()
    rows.withElements(of: Int32.self) { indices in
      for row in indices {
        require(
          row >= 0 && row < sourceRows,
          "RowLinks: row \(row) is outside a table of \(sourceRows) rows")
      }
    }
    self.init(checked: rows, sourceRows: sourceRows, sourcesPerGroup: sourcesPerGroup)
  }

  /// Creates the same links from row numbers that are known to be inside the table.
  convenience init(checked rows: Tensor, sourceRows: Int, sourcesPerGroup: Int) {
    let (count, perTarget) = (rows.shape[0], rows.shape[1])
    let targets = Tensor([count * perTarget], filling: Int32.self) { out in
      guard let link = out.baseAddress, perTarget > 0 else { return }
      Parallel.forEachRange(count, tile: 4096) { range in
        for target in range {
          (link + target * perTarget).update(repeating: Int32(target), count: perTarget)
        }
      }
    }
    let sources = rows.flattened()
    self.init(
      sources: sources, targets: targets, sourceRows: sourceRows, targetRows: count,
      byTarget: .uniform(targets: count, perTarget: perTarget),
      bySource: SourceOrder(sources, sourceRows: sourceRows, perGroup: sourcesPerGroup))
  }

  /// J, the number of links.
  public var count: Int { sources.count }
}

/// Groups of links, no two of which touch the same row; each group may run on its own thread.
struct LinkGroups: Sendable {
  /// The link at every position; nil if links are visited in their own order.
  var order: [Int32]?
  /// The first position of each group, and the end of the last group.
  var starts: [Int32]
  /// The first of the rows that only this group's links touch, and the end of the last group's
  /// rows.
  var rows: [Int32]

  /// Returns groups with the same number of links for every target, one group for each target.
  static func uniform(targets: Int, perTarget: Int) -> LinkGroups {
    LinkGroups(
      order: nil, starts: (0...targets).map { Int32($0 * perTarget) },
      rows: (0...targets).map(Int32.init))
  }
}

/// The links by source, in groups of neighboring source rows; computed when they are first needed.
final class SourceOrder: Sendable {
  private let sources: Tensor
  let sourceRows: Int
  let perGroup: Int
  private let cached = Mutex<LinkGroups?>(nil)

  init(_ sources: Tensor, sourceRows: Int, perGroup: Int) {
    require(
      perGroup > 0 && sourceRows % perGroup == 0,
      "RowLinks: \(sourceRows) source rows do not split into groups of \(perGroup)")
    self.sources = sources
    self.sourceRows = sourceRows
    self.perGroup = perGroup
  }

  var groups: LinkGroups {
    cached.withLock { cached in
      if let cached { return cached }
      let made = sorted()
      cached = made
      return made
    }
  }

  /// The least number of links that one thread counts and places at a time; the number of groups if
  /// that is larger.
  private static let chunk = 1 << 17

  /// Returns the groups from a counting sort, which keeps the links of a group in ascending order.
  ///
  /// Each chunk of links counts its links in every group. The counts are then turned into start
  /// positions, group by group and, within a group, chunk by chunk. Every chunk writes its links
  /// from these positions on.
  private func sorted() -> LinkGroups {
    let (groups, links) = (sourceRows / perGroup, sources.count)
    // A chunk has at least as many links as there are groups, so there are never more counters than
    // links and groups together.
    let chunk = max(Self.chunk, groups)
    let chunks = max(1, (links + chunk - 1) / chunk)
    let perGroup = Int32(perGroup)
    var starts = [Int32](repeating: 0, count: groups + 1)
    let order = sources.withElements(of: Int32.self) { sources in
      var next = [Int32](repeating: 0, count: chunks * groups)
      return next.withUnsafeMutableBufferPointer { next in
        guard let next = next.baseAddress else { return [Int32]() }
        func forEachLink(_ number: Int, _ body: (Int, UnsafeMutablePointer<Int32>) -> Void) {
          let own = next + number * groups
          for link in number * chunk..<min(links, (number + 1) * chunk) {
            body(link, own + Int(sources[link] / perGroup))
          }
        }
        Parallel.forEachTile(chunks) { forEachLink($0) { $1.pointee &+= 1 } }
        var place: Int32 = 0
        for group in 0..<groups {
          starts[group] = place
          for number in 0..<chunks {
            let count = next[number * groups + group]
            next[number * groups + group] = place
            place += count
          }
        }
        starts[groups] = place
        return [Int32](unsafeUninitializedCapacity: links) { order, filled in
          let order = UnsafeMutablePointer(order.baseAddress ?? next)
          Parallel.forEachTile(chunks) {
            forEachLink($0) { link, place in
              order[Int(place.pointee)] = Int32(truncatingIfNeeded: link)
              place.pointee &+= 1
            }
          }
          filled = links
        }
      }
    }
    return LinkGroups(
      order: order, starts: starts, rows: (0...groups).map { Int32($0) * perGroup })
  }
}
