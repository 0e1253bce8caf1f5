/// The symbols for TeX commands and characters.
enum FormulaSigns {
  static let letters: [String: String] = [
    "alpha": "α", "beta": "β", "gamma": "γ", "delta": "δ", "epsilon": "ε", "zeta": "ζ",
    "eta": "η", "theta": "θ", "iota": "ι", "kappa": "κ", "lambda": "λ", "mu": "μ", "nu": "ν",
    "xi": "ξ", "pi": "π", "rho": "ρ", "sigma": "σ", "tau": "τ", "phi": "φ", "varphi": "φ",
    "chi": "χ", "psi": "ψ", "omega": "ω", "ell": "ℓ", "infty": "∞", "varepsilon": "ε",
  ]

  static let uprightLetters: [String: String] = [
    "Gamma": "Γ", "Delta": "Δ", "Theta": "Θ", "Lambda": "Λ", "Xi": "Ξ", "Pi": "Π", "Sigma": "Σ",
    "Phi": "Φ", "Psi": "Ψ", "Omega": "Ω", "partial": "∂", "nabla": "∇", "top": "⊤",
  ]

  static let functions: Set<String> = [
    "exp", "log", "ln", "sin", "cos", "tan", "det", "tanh", "sinh", "cosh", "arctan", "sgn",
  ]

  static let limitedFunctions: Set<String> = ["max", "min", "lim", "sup", "inf", "arg"]

  static let signs: [String: (String, SignKind)] = [
    "cdot": ("·", .binary), "times": ("×", .binary), "pm": ("±", .binary), "odot": ("⊙", .binary),
    "circ": ("∘", .binary), "ast": ("∗", .binary), "setminus": ("∖", .binary),
    "cup": ("∪", .binary), "cap": ("∩", .binary), "oplus": ("⊕", .binary), "div": ("÷", .binary),
    "le": ("≤", .relation), "leq": ("≤", .relation), "ge": ("≥", .relation),
    "geq": ("≥", .relation), "ne": ("≠", .relation), "neq": ("≠", .relation),
    "approx": ("≈", .relation), "sim": ("∼", .relation), "propto": ("∝", .relation),
    "equiv": ("≡", .relation), "in": ("∈", .relation), "notin": ("∉", .relation),
    "subset": ("⊂", .relation), "to": ("→", .relation), "rightarrow": ("→", .relation),
    "leftarrow": ("←", .relation), "mapsto": ("↦", .relation), "Rightarrow": ("⇒", .relation),
    "ll": ("≪", .relation), "gg": ("≫", .relation), "mid": ("|", .relation),
    "sum": ("∑", .large), "prod": ("∏", .large), "int": ("∫", .large),
    "dots": ("…", .plain), "ldots": ("…", .plain), "cdots": ("⋯", .plain),
    "forall": ("∀", .plain), "exists": ("∃", .plain), "|": ("‖", .plain), "lvert": ("|", .opening),
    "rvert": ("|", .closing), "lVert": ("‖", .opening), "rVert": ("‖", .closing),
    "{": ("{", .opening), "}": ("}", .closing), "langle": ("⟨", .opening),
    "rangle": ("⟩", .closing), "lfloor": ("⌊", .opening), "rfloor": ("⌋", .closing),
    "lceil": ("⌈", .opening), "rceil": ("⌉", .closing), "prime": ("′", .plain),
    "%": ("%", .plain), "#": ("#", .plain), "_": ("_", .plain), "&": ("&", .plain),
  ]

  static let characters: [Character: (String, SignKind)] = [
    "+": ("+", .binary), "-": ("−", .binary), "*": ("∗", .binary), "/": ("/", .plain),
    "=": ("=", .relation), "<": ("<", .relation), ">": (">", .relation), ":": (":", .relation),
    "(": ("(", .opening), ")": (")", .closing), "[": ("[", .opening), "]": ("]", .closing),
    "|": ("|", .plain), ",": (",", .comma), ";": (";", .comma), "!": ("!", .plain),
    "'": ("′", .plain), ".": (".", .plain), "−": ("−", .binary), "·": ("·", .binary),
    "×": ("×", .binary), "…": ("…", .plain), "≤": ("≤", .relation), "≥": ("≥", .relation),
    "→": ("→", .relation), "∈": ("∈", .relation), "∞": ("∞", .plain),
  ]

  static let spaces: [String: String] = [
    ",": "0.17em", ":": "0.22em", ";": "0.28em", " ": "0.28em", "quad": "1em", "qquad": "2em",
    "!": "",
  ]

  static let accents: [String: Accent] = [
    "hat": .hat, "widehat": .hat, "bar": .bar, "overline": .bar, "tilde": .tilde, "vec": .vector,
  ]

  static let script: [Character: String] = [
    "L": "ℒ", "N": "𝒩", "W": "𝒲", "Z": "𝒵", "D": "𝒟", "G": "𝒢", "R": "ℛ", "F": "ℱ", "M": "ℳ",
    "I": "ℐ", "H": "ℋ", "B": "ℬ", "S": "𝒮", "X": "𝒳", "U": "𝒰",
  ]

  static let doubleStruck: [Character: String] = [
    "R": "ℝ", "N": "ℕ", "Z": "ℤ", "E": "𝔼", "C": "ℂ", "P": "ℙ",
  ]

  static let raised: [Character: Character] = table(
    "0123456789+−=()abcdefghijklmnoprstuvwxyzABDEGHIJKLMNOPRTUVW",
    "⁰¹²³⁴⁵⁶⁷⁸⁹⁺⁻⁼⁽⁾ᵃᵇᶜᵈᵉᶠᵍʰⁱʲᵏˡᵐⁿᵒᵖʳˢᵗᵘᵛʷˣʸᶻᴬᴮᴰᴱᴳᴴᴵᴶᴷᴸᴹᴺᴼᴾᴿᵀᵁⱽᵂ")

  static let lowered: [Character: Character] = table(
    "0123456789+−=()aehijklmnoprstuvx", "₀₁₂₃₄₅₆₇₈₉₊₋₌₍₎ₐₑₕᵢⱼₖₗₘₙₒₚᵣₛₜᵤᵥₓ")

  private static func table(_ from: String, _ to: String) -> [Character: Character] {
    Dictionary(uniqueKeysWithValues: zip(from, to))
  }
}
