extension RowLinks {
  /// The same sums in two steps, for targets that are added up along rays: first every ray's links
  /// to each distinct group of source rows it meets, then the groups.
  ///
  /// The N samples of a ray read the same map pixels over and over, at other planes. Added up by
  /// pixel first, a row of pixel features is read once for a ray in place of once for a sample.
  ///
  /// - Parameter targetsPerRay: N, neighbouring targets that are added up.
  /// - Returns: links from source rows to meetings (a ray with a group of rows), ray by ray in the
  ///   order in which groups are met, and links from groups of rows to rays, one for each meeting.
  public func byRay(targetsPerRay: Int) -> (toMeetings: RowLinks, toRays: RowLinks) {
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
    let found = meetings(linkStarts, perGroup: Int32(perGroup))
    let meetings = found.starts[rays]
    let toMeetings = RowLinks(
      sources: sources, targets: found.meetingOfLink, sourceRows: sourceRows,
      targetRows: Int(meetings),
      byTarget: LinkGroups(order: nil, starts: linkStarts, rows: found.starts), bySource: bySource)
    let toRays = RowLinks(
      sources: found.groups, targets: found.rays, sourceRows: sourceRows / perGroup,
      targetRows: rays,
      byTarget: LinkGroups(order: nil, starts: found.starts, rows: (0...rays).map(Int32.init)),
      bySource: SourceOrder(found.groups, sourceRows: sourceRows / perGroup, perGroup: 1))
    return (toMeetings, toRays)
  }

  /// How far back along the ray a group is looked for.
  ///
  /// A straight ray never comes back to a pixel it has left, so the last few are enough; a group that
  /// is missed is met twice, which costs time and changes nothing.
  private static let memory = 12

  /// Every ray's distinct groups, and the meeting that each link belongs to.
  private func meetings(
    _ linkStarts: [Int32], perGroup: Int32
  ) -> (starts: [Int32], groups: Tensor, rays: Tensor, meetingOfLink: Tensor) {
    let rays = linkStarts.count - 1
    let from = sources.pointer(Int32.self)
    // A ray's groups wait where its links stand, since there are never more of them.
    let waiting = Storage(byteCount: count * 4)
    let group = waiting.bytes.assumingMemoryBound(to: Int32.self)
    let counts = Storage(byteCount: (rays + 1) * 4)
    let found = counts.bytes.assumingMemoryBound(to: Int32.self)
    let numbers = Tensor([count], filling: Int32.self) { out in
      guard let meeting = out.baseAddress, !out.isEmpty else { return }
      Parallel.forEachRange(rays, tile: 64) { range in
        for ray in range {
          let (first, end) = (Int(linkStarts[ray]), Int(linkStarts[ray + 1]))
          let own = group + first
          var met = 0
          for link in first..<end {
            let wanted = from[link] / perGroup
            var place = met - 1
            let stop = max(0, met - Self.memory)
            while place >= stop && own[place] != wanted { place -= 1 }
            if place < stop {
              place = met
              own[met] = wanted
              met += 1
            }
            meeting[link] = Int32(place)
          }
          found[ray] = Int32(met)
        }
      }
    }
    var starts = [Int32](repeating: 0, count: rays + 1)
    for ray in 0..<rays where count > 0 { starts[ray + 1] = starts[ray] + found[ray] }
    let total = Int(starts[rays])
    let owners = Tensor.uninitialized([total], .int32)
    let groups = Tensor.uninitialized([total], .int32)
    let owner = owners.storage.bytes.assumingMemoryBound(to: Int32.self)
    let met = groups.storage.bytes.assumingMemoryBound(to: Int32.self)
    let meeting = numbers.storage.bytes.assumingMemoryBound(to: Int32.self)
    // Numbers that counted from the ray's own start now count from the first.
    Parallel.forEachRange(rays, tile: 64) { range in
      for ray in range {
        let (first, end) = (Int(linkStarts[ray]), Int(linkStarts[ray + 1]))
        let (start, count) = (Int(starts[ray]), Int(starts[ray + 1] - starts[ray]))
        (owner + start).update(repeating: Int32(ray), count: count)
        (met + start).update(from: group + first, count: count)
        for link in first..<end { meeting[link] += starts[ray] }
      }
    }
    withExtendedLifetime((waiting, counts)) {}
    return (starts, groups, owners, numbers)
  }
}
