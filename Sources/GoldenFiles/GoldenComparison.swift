import Tensors

/// An implementation as a golden case uses it: named inputs in, named outputs out.
public typealias GoldenAnswers = (_ inputs: [String: Tensor]) throws -> [String: Tensor]

extension GoldenCase {
  /// Returns one line for each array of the case that an implementation misses.
  ///
  /// Each line begins with the array's name. An array is missed where its shape differs, or where an
  /// element is farther from the golden value than the file's tolerance; gradients are compared in the
  /// same way. `Fixtures/README.md` states the rule.
  ///
  /// - Parameters:
  ///   - names: the expected arrays to compare; all of them by default.
  ///   - answers: the implementation; it must answer each of these arrays under its name.
  /// - Returns: the lines; none if the implementation is right.
  /// - Throws: what the implementation throws, and errors of reading the case's files.
  public func misses(in names: Set<String>? = nil, of answers: GoldenAnswers) throws -> [String] {
    let inputs = try inputs()
    let outputs = try answers(inputs)
    let expected = files.filter { $0.role == .expected && names?.contains($0.name) ?? true }
    guard !expected.isEmpty else { return ["\(description) expects nothing"] }
    var misses: [String] = []
    for file in expected {
      guard let output = outputs[file.name] else {
        misses.append("\(file.name): no answer")
        continue
      }
      misses += try miss(file, of: self, output)
    }
    for cotangent in files where cotangent.role == .cotangent {
      guard let name = cotangent.of, let output = outputs[name] else { continue }
      misses += try gradientMisses(self, cotangent, of: name, output, inputs)
    }
    return misses
  }
}

/// Compares the gradients of Σ cotangent · output; a gradient without a file must be 0 everywhere.
private func gradientMisses(
  _ golden: GoldenCase, _ cotangent: GoldenFile, of name: String, _ output: Tensor,
  _ inputs: [String: Tensor]
) throws -> [String] {
  let direction = try golden.array(cotangent.name)
  guard direction.shape == output.shape else { return ["\(cotangent.name): shape of \(name)"] }
  let scalar = (output * direction).sum()
  return try (cotangent.differentiatedBy ?? []).flatMap { input -> [String] in
    guard let tensor = inputs[input] else { return ["\(cotangent.name): no input \(input)"] }
    let found = try gradientOrNothing(of: scalar, withRespectTo: tensor)
    if let file = golden.files.first(where: { $0.name == "grad_\(input)_of_\(name)" }) {
      guard let found else { return ["\(file.name): \(name) does not depend on \(input)"] }
      return try miss(file, of: golden, found)
    }
    let isZero = found?.scalars.allSatisfy { $0 == 0 } ?? true
    return isZero ? [] : ["grad_\(input)_of_\(name): \(name) depends on \(input), expected not to"]
  }
}

/// Returns the gradient, or nil if the number does not depend on the tensor.
private func gradientOrNothing(of scalar: Tensor, withRespectTo tensor: Tensor) throws -> Tensor? {
  do {
    return try gradient(of: scalar, withRespectTo: tensor)
  } catch GradientError.notInGraph {
    return nil
  } catch GradientError.notTracked {
    return nil
  }
}

/// Returns one line if the answer misses the file by the file's own tolerance.
private func miss(_ file: GoldenFile, of golden: GoldenCase, _ answer: Tensor) throws -> [String] {
  guard let tolerance = file.tolerance else { return ["\(file.name): has no tolerance"] }
  let expected = try golden.array(file.name)
  guard answer.shape == expected.shape else {
    return ["\(file.name): shape is \(answer.shape), expected \(expected.shape)"]
  }
  let (a, e) = (answer.scalars, expected.scalars)
  let misses = a.indices.filter { index in
    let allowed = tolerance.relative * e[index].magnitude + tolerance.absolute
    // Written so that NaN is a miss.
    return !(a[index] == e[index] || (a[index] - e[index]).magnitude <= allowed)
  }
  guard let worst = misses.max(by: { (a[$0] - e[$0]).magnitude < (a[$1] - e[$1]).magnitude }) else {
    return []
  }
  return [
    "\(file.name): \(misses.count) of \(a.count) elements miss; worst is element \(worst): "
      + "\(a[worst]), expected \(e[worst]) (\(tolerance.reason))"
  ]
}
