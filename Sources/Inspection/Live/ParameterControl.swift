/// The control of a parameter on a live page: a switch, a menu, or a slider with a field for any number.
struct ParameterControl {
  let parameter: Parameter
  let value: Double
  /// The identifier of the control on the page.
  let id: String

  /// The HTML of the control with its label and meaning.
  var html: String {
    let common = "name=\"\(escaped(parameter.name))\" aria-describedby=\"\(id)-meaning\""
    let control: String
    if let choices = parameter.choices {
      control = menu(choices, common)
    } else if parameter.isSwitch {
      control =
        "<input type=\"checkbox\" role=\"switch\" id=\"\(id)\" \(common)"
        + "\(value == 1 ? " checked=\"checked\"" : "")/>"
    } else {
      control = slider(common)
    }
    return """
      <div class="control"><label for="\(id)"><b>\(escaped(parameter.name))</b></label>\
      \(control)\
      <small id="\(id)-meaning">\(escaped(parameter.meaning))</small></div>
      """
  }

  private func menu(_ choices: [String], _ common: String) -> String {
    let options = choices.enumerated().map { index, name in
      "<option value=\"\(index)\"\(Double(index) == value ? " selected=\"selected\"" : "")>"
        + "\(escaped(name))</option>"
    }
    return "<select id=\"\(id)\" \(common)>\(options.joined())</select>"
  }

  private func slider(_ common: String) -> String {
    let (low, high) = (parameter.range.lowerBound.attribute, parameter.range.upperBound.attribute)
    let step = parameter.sliderStep.map(\.attribute) ?? "any"
    let unit =
      parameter.unit.isEmpty ? "" : " <span class=\"unit\">\(escaped(parameter.unit))</span>"
    return """
      <span class="value"><input type="number" name="\(escaped(parameter.name))" \
      aria-label="\(escaped(parameter.name)), as a number" min="\(low)" max="\(high)" \
      step="\(parameter.isWhole ? "1" : "any")" value="\(value.attribute)"/>\(unit)</span>\
      <input type="range" id="\(id)" \(common) min="\(low)" max="\(high)" step="\(step)" \
      value="\(value.attribute)" aria-valuetext="\(escaped(value.brief.withUnit(parameter.unit)))" \
      data-unit="\(escaped(parameter.unit))"/>
      """
  }
}

extension Parameter {
  /// Whether the values are only 0 and 1.
  var isSwitch: Bool { isWhole && range == 0...1 }

  /// The distance between neighboring values of a slider; nil if no round number suits.
  ///
  /// The default value and both ends lie on the steps, of which there are 200 to 10 000.
  var sliderStep: Double? {
    guard !isWhole else { return 1 }
    let length = range.upperBound - range.lowerBound
    func divides(_ step: Double) -> Bool {
      [value - range.lowerBound, length].allSatisfy { part in
        abs(part / step - (part / step).rounded()) < 1e-6
      }
    }
    var step = Axis.roundStep(atLeast: length / 200)
    while step >= length / 10_000 {
      if divides(step) { return step }
      step = Axis.roundStep(atLeast: step / 2.6)
    }
    return nil
  }
}

extension Double {
  /// The number as attributes of HTML need it: all its digits, without an exponent for usual sizes.
  var attribute: String {
    let text = "\(self)"
    return text.hasSuffix(".0") ? String(text.dropLast(2)) : text
  }
}
