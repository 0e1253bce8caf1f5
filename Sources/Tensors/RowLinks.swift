import Synchronization

/// Which rows of one table go into which rows of another: pairs (source, target), the links.
///
/// A trilinear sample links eight voxels to a point, a ray links the map pixels it passes to itself.
/// The links of neighbouring targets stand together, so that threads can share out targets and
/// still add in a fixed order; the order for the way back, by source, is made once when a gradient
/// first needs it.
public final class RowLinks: Sendable {
  /// Source rows, int32, `[J]`.
  public let sources: Tensor
  /// Target rows, int32, `[J]`.
  public let targets: Tensor
  /// Rows of the table that is read.
  public let sourceRows: Int
  /// Rows of the result.
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

  /// Every target reads the same number of rows: target p those in row p of `rows`.
  ///
  /// - Parameters:
  ///   - rows: source rows, int32, `[P, J]`.
  ///   - sourceRows: rows of the table that is read.
  ///   - sourcesPerGroup: how many neighbouring source rows are handled together on the way back.
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

  /// The same for row numbers that are known to be inside the table.
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

/// Links in groups of which no two touch the same row: each may run on a thread of its own.
struct LinkGroups: Sendable {
  /// The link at every position; nothing where links are visited as they stand.
  var order: [Int32]?
  /// Where each group's positions start, and the end of the last.
  var starts: [Int32]
  /// The first row that only this group's links touch, and the end of the last.
  var rows: [Int32]

  /// The same number of links for every target, each target a group.
  static func uniform(targets: Int, perTarget: Int) -> LinkGroups {
    LinkGroups(
      order: nil, starts: (0...targets).map { Int32($0 * perTarget) },
      rows: (0...targets).map(Int32.init))
  }
}

/// The links by source: groups of neighbouring source rows, made when first asked for.
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

  /// Links that one thread counts and places at a time, or more where there are more groups.
  private static let chunk = 1 << 17

  /// Sorted by counting, which keeps the links of a group in ascending order.
  ///
  /// Each chunk of links counts its own groups; group after group, and within it chunk after chunk,
  /// the counts become places, and every chunk then puts its links where they belong.
  private func sorted() -> LinkGroups {
    let (groups, links) = (sourceRows / perGroup, sources.count)
    // Never more counters than links and groups together: a chunk is as long as there are groups.
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
