extension RowLinks {
  /// Splits sums along rays into two steps: first over the links from a ray to one pixel, then over the
  /// pixels.
  ///
  /// The N samples of a ray read the same map pixels repeatedly, at different planes. With the sum
  /// over planes taken first, the features of a pixel are read once per ray instead of once per
  /// sample. A pixel is a group of source rows, the D planes above it.
  ///
  /// - Parameter targetsPerRay: N, the number of neighboring targets that are added up.
  /// - Returns: links from source rows to pairs of a ray and a pixel, ray by ray in the order in which
  ///   the ray passes them; and links from pixels to rays, one for each pair.
  public func byRay(targetsPerRay: Int) -> (toPairs: RowLinks, toRays: RowLinks) {
    require(
      targetsPerRay > 0 && targetRows % targetsPerRay == 0,
      "byRay(targetsPerRay:): \(targetRows) targets do not split into rays of \(targetsPerRay)")
    require(
      byTarget.starts.count == targetRows + 1,
      "byRay(targetsPerRay:): the links are those of rays already, expected those of single targets"
    )
    let rays = targetRows / targetsPerRay
    let linkStarts = (0...rays).map { byTarget.starts[$0 * targetsPerRay] }
    let perGroup = bySource.perGroup
    let found = rayPixelPairs(linkStarts, perGroup: Int32(perGroup))
    let toPairs = RowLinks(
      sources: sources, targets: found.pairOfLink, sourceRows: sourceRows,
      targetRows: Int(found.starts[rays]),
      byTarget: LinkGroups(order: nil, starts: linkStarts, rows: found.starts), bySource: bySource)
    let toRays = RowLinks(
      sources: found.groups, targets: found.rays, sourceRows: sourceRows / perGroup,
      targetRows: rays,
      byTarget: LinkGroups(order: nil, starts: found.starts, rows: (0...rays).map(Int32.init)),
      bySource: SourceOrder(found.groups, sourceRows: sourceRows / perGroup, perGroup: 1))
    return (toPairs, toRays)
  }

  /// The number of most recent pixels of a ray among which a link's pixel is searched for.
  ///
  /// A straight ray never returns to a pixel that it has left, so the last few are enough. A pixel
  /// that is missed becomes two pairs, which costs time but does not change the result.
  private static let memory = 12

  /// Finds the distinct pixels of every ray, and the pair that each link belongs to.
  private func rayPixelPairs(
    _ linkStarts: [Int32], perGroup: Int32
  ) -> (starts: [Int32], groups: Tensor, rays: Tensor, pairOfLink: Tensor) {
    let rays = linkStarts.count - 1
    let from = sources.pointer(Int32.self)
    // The pixels of a ray are stored at the places of its links: there are never more pixels than
    // links.
    let waiting = Storage(byteCount: count * 4)
    let group = waiting.bytes.assumingMemoryBound(to: Int32.self)
    let counts = Storage(byteCount: (rays + 1) * 4)
    let found = counts.bytes.assumingMemoryBound(to: Int32.self)
    let numbers = Tensor([count], filling: Int32.self) { out in
      guard let pair = out.baseAddress, !out.isEmpty else { return }
      Parallel.forEachRange(rays, tile: 64) { range in
        for ray in range {
          let (first, end) = (Int(linkStarts[ray]), Int(linkStarts[ray + 1]))
          let own = group + first
          var passed = 0
          for link in first..<end {
            let wanted = from[link] / perGroup
            var place = passed - 1
            let stop = max(0, passed - Self.memory)
            while place >= stop && own[place] != wanted { place -= 1 }
            if place < stop {
              place = passed
              own[passed] = wanted
              passed += 1
            }
            pair[link] = Int32(place)
          }
          found[ray] = Int32(passed)
        }
      }
    }
    var starts = [Int32](repeating: 0, count: rays + 1)
    for ray in 0..<rays where count > 0 { starts[ray + 1] = starts[ray] + found[ray] }
    let total = Int(starts[rays])
    let owners = Tensor.uninitialized([total], .int32)
    let groups = Tensor.uninitialized([total], .int32)
    let owner = owners.storage.bytes.assumingMemoryBound(to: Int32.self)
    let passed = groups.storage.bytes.assumingMemoryBound(to: Int32.self)
    let pair = numbers.storage.bytes.assumingMemoryBound(to: Int32.self)
    // So far, pairs are numbered from the first pair of their ray; now they are numbered from the
    // first pair of all rays.
    Parallel.forEachRange(rays, tile: 64) { range in
      for ray in range {
        let (first, end) = (Int(linkStarts[ray]), Int(linkStarts[ray + 1]))
        let (start, count) = (Int(starts[ray]), Int(starts[ray + 1] - starts[ray]))
        (owner + start).update(repeating: Int32(ray), count: count)
        (passed + start).update(from: group + first, count: count)
        for link in first..<end { pair[link] += starts[ray] }
      }
    }
    withExtendedLifetime((waiting, counts)) {}
    return (starts, groups, owners, numbers)
  }
}
