extension InceptionNetwork {
  /// The kernels of all layers by their names in torchvision, `[Cout, Cin, kh, kw]`.
  static let kernels: [(name: String, shape: [Int])] =
    [
      ("Conv2d_1a_3x3", [32, 3, 3, 3]), ("Conv2d_2a_3x3", [32, 32, 3, 3]),
      ("Conv2d_2b_3x3", [64, 32, 3, 3]), ("Conv2d_3b_1x1", [80, 64, 1, 1]),
      ("Conv2d_4a_3x3", [192, 80, 3, 3]),
    ] + wide("Mixed_5b", 192, pooled: 32) + wide("Mixed_5c", 256, pooled: 64)
    + wide("Mixed_5d", 288, pooled: 64)
    + named(
      "Mixed_6a",
      [
        ("branch3x3", [384, 288, 3, 3]), ("branch3x3dbl_1", [64, 288, 1, 1]),
        ("branch3x3dbl_2", [96, 64, 3, 3]), ("branch3x3dbl_3", [96, 96, 3, 3]),
      ])
    + crossed("Mixed_6b", 128) + crossed("Mixed_6c", 160) + crossed("Mixed_6d", 160)
    + crossed("Mixed_6e", 192)
    + named(
      "Mixed_7a",
      [
        ("branch3x3_1", [192, 768, 1, 1]), ("branch3x3_2", [320, 192, 3, 3]),
        ("branch7x7x3_1", [192, 768, 1, 1]), ("branch7x7x3_2", [192, 192, 1, 7]),
        ("branch7x7x3_3", [192, 192, 7, 1]), ("branch7x7x3_4", [192, 192, 3, 3]),
      ]) + forked("Mixed_7b", 1280) + forked("Mixed_7c", 2048)

  private static func named(
    _ block: String, _ kernels: [(String, [Int])]
  ) -> [(name: String, shape: [Int])] {
    kernels.map { ("\(block).\($0)", $1) }
  }

  private static func wide(
    _ block: String, _ inputs: Int, pooled: Int
  ) -> [(name: String, shape: [Int])] {
    named(
      block,
      [
        ("branch1x1", [64, inputs, 1, 1]), ("branch5x5_1", [48, inputs, 1, 1]),
        ("branch5x5_2", [64, 48, 5, 5]), ("branch3x3dbl_1", [64, inputs, 1, 1]),
        ("branch3x3dbl_2", [96, 64, 3, 3]), ("branch3x3dbl_3", [96, 96, 3, 3]),
        ("branch_pool", [pooled, inputs, 1, 1]),
      ])
  }

  private static func crossed(
    _ block: String, _ inner: Int
  ) -> [(name: String, shape: [Int])] {
    named(
      block,
      [
        ("branch1x1", [192, 768, 1, 1]), ("branch7x7_1", [inner, 768, 1, 1]),
        ("branch7x7_2", [inner, inner, 1, 7]), ("branch7x7_3", [192, inner, 7, 1]),
        ("branch7x7dbl_1", [inner, 768, 1, 1]), ("branch7x7dbl_2", [inner, inner, 7, 1]),
        ("branch7x7dbl_3", [inner, inner, 1, 7]), ("branch7x7dbl_4", [inner, inner, 7, 1]),
        ("branch7x7dbl_5", [192, inner, 1, 7]), ("branch_pool", [192, 768, 1, 1]),
      ])
  }

  private static func forked(
    _ block: String, _ inputs: Int
  ) -> [(name: String, shape: [Int])] {
    named(
      block,
      [
        ("branch1x1", [320, inputs, 1, 1]), ("branch3x3_1", [384, inputs, 1, 1]),
        ("branch3x3_2a", [384, 384, 1, 3]), ("branch3x3_2b", [384, 384, 3, 1]),
        ("branch3x3dbl_1", [448, inputs, 1, 1]), ("branch3x3dbl_2", [384, 448, 3, 3]),
        ("branch3x3dbl_3a", [384, 384, 1, 3]), ("branch3x3dbl_3b", [384, 384, 3, 1]),
        ("branch_pool", [192, inputs, 1, 1]),
      ])
  }
}
