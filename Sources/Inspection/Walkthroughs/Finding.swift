/// An entry of a page as a terminal writes and compares it.
enum Finding {
  /// A number or a formula with numbers: what stands left of the equals sign, the value and its unit.
  case line(label: String, value: String, unit: String)
  case view(View)
  case table(Table)
  /// An explanation, which only `why` shows.
  case note(String)
  case claim(Claim)

  /// What the finding is about: two findings with the same key are compared.
  var key: String {
    switch self {
    case .line(let label, _, _): "line \(label)"
    case .view(let view): "view \(view.name)"
    case .table(let table): "table \(table.title)"
    case .note: "note"
    case .claim(let claim): "claim \(claim.text)"
    }
  }

  /// The kind of the finding: two pages whose kinds agree one by one are compared in order.
  var kind: Int {
    switch self {
    case .line: 0
    case .view: 1
    case .table: 2
    case .note: 3
    case .claim: 4
    }
  }
}

extension Page {
  /// The entries in order, as a terminal shows them.
  var findings: [Finding] { entries.flatMap(Self.findings) }

  // The only place where the terminal tells the kinds of entries apart.
  private static func findings(of entry: Entry) -> [Finding] {
    switch entry {
    case .number(let reading):
      [.line(label: reading.label, value: reading.value.brief, unit: reading.unit)]
    case .equality(let equality):
      [.line(label: equality.symbol.text, value: equality.rightSide, unit: equality.unit)]
        + (equality.claim.holds ? [] : [.claim(equality.claim)])
    case .view(let view): [.view(view)]
    case .table(let table): [.table(table)]
    case .note(let note): [.note(note)]
    case .claim(let claim): [.claim(claim)]
    }
  }
}
