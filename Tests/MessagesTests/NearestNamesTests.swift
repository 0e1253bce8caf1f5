import Messages
import Testing

@Suite("Names for messages")
struct NearestNamesTests {
  private let names = ["z", "part01_psi", "part10_psi", "mask_final", "mask_coarse", "image"]

  @Test func theNearestNameComesFirst() {
    #expect(nearestNames(to: "part1_psi", in: names).first == "part01_psi")
    #expect(nearestNames(to: "masks_final", in: names).first == "mask_final")
  }

  /// Distances from "imge": image 1, z 4 (three letters deleted, one replaced).
  @Test func noMoreThanAskedFor() {
    #expect(nearestNames(to: "imge", in: names, count: 1) == ["image"])
    #expect(nearestNames(to: "imge", in: names, count: 2) == ["image", "z"])
    #expect(nearestNames(to: "x", in: []).isEmpty)
  }

  /// Names at the same distance come in alphabetical order.
  @Test func tiesAreInAlphabeticalOrder() {
    #expect(nearestNames(to: "b", in: ["d", "c", "a"]) == ["a", "c", "d"])
  }

  @Test func countedThingsHaveTheirPlural() {
    #expect(counted(1, "pair") == "1 pair")
    #expect(counted(0, "pair") == "0 pairs" && counted(2, "pair") == "2 pairs")
  }
}
