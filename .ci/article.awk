# Turns a page of Docs/Equations into an article for DocC, which shows neither TeX nor files beside it:
# - A formula becomes text, as in the documentation comments: $\psi_k$ becomes ψ_k.
# - A link to another page becomes a link to the article of that module.
# - A link to another file leads to REPOSITORY on the web, or stays text where REPOSITORY is empty.
#
#     awk -v repository=URL -v modules="A B" -f .ci/article.awk Docs/Equations/A.md
#
# Ends with status 1 and a message if a formula uses a command that is not in the table below.

{ page = page $0 "\n" }

END {
  folder = FILENAME
  sub(/[^\/]*$/, "", folder)
  while (match(page, /(^|\n)```[^`]*\n```/)) {
    before = substr(page, 1, RSTART - 1)
    block = substr(page, RSTART, RLENGTH)
    page = substr(page, RSTART + RLENGTH)
    result = result prose(before) fence(block)
  }
  printf "%s", result prose(page)
  exit failed
}

# A block of code stays as it is, unless it is a formula.
function fence(block) {
  if (!sub(/^\n*```math\n/, "", block)) return block
  sub(/\n```$/, "", block)
  return "\n```text\n" formula(block) "\n```"
}

function prose(text) { return links(inlineFormulas(text)) }

function inlineFormulas(text,  done, span) {
  # A code span is skipped, so that a dollar sign inside it begins no formula.
  while (match(text, /`[^`]*`|\$[^$]+\$/)) {
    span = substr(text, RSTART, RLENGTH)
    done = done substr(text, 1, RSTART - 1)
    text = substr(text, RSTART + RLENGTH)
    if (span ~ /^`/) done = done span
    else done = done escaped(formula(substr(span, 2, length(span) - 2)))
  }
  return done text
}

# Keeps Markdown from reading the signs of a formula as markup.
function escaped(text) {
  gsub(/[*<|]/, "\\\\&", text)
  return text
}

# MARK: Links

function links(text,  done, target, start) {
  while (match(text, /\]\([^()]*\)/)) {
    target = substr(text, RSTART + 2, RLENGTH - 3)
    done = done substr(text, 1, RSTART - 1)
    text = substr(text, RSTART + RLENGTH)
    if (target ~ /^[a-z]+:/ || target ~ /^#/ || target ~ /\.png$/) {
      done = done "](" target ")"
    } else if (target ~ /^[A-Za-z]+\.md(#.*)?$/) {
      done = done "](" article(target) ")"
    } else if (repository != "") {
      done = done "](" repository "/blob/HEAD/" fromTheRoot(target) ")"
    } else {
      # Removes the bracket that opens the text of the link, and names the file.
      start = lastBracket(done)
      done = substr(done, 1, start - 1) substr(done, start + 1) named(target, substr(done, start + 1))
    }
  }
  return done text
}

# A page of this folder is the article of its module. DocC writes an anchor with the capitals of its
# heading, so the heading is looked up.
function article(target,  module, anchor, line, heading) {
  module = anchor = target
  sub(/\.md.*/, "", module)
  if (index(" " modules " ", " " module " ") == 0) complain("no module has the page " target)
  if (!sub(/^[^#]*#/, "", anchor)) return "doc:/" module "/EquationPage"
  while ((getline line < (folder module ".md")) > 0) {
    if (line !~ /^#+ /) continue
    sub(/^#+ +/, "", line)
    gsub(/ /, "-", line)
    if (tolower(line) == anchor) heading = line
  }
  close(folder module ".md")
  if (heading == "") complain("no heading for " target)
  return "/documentation/" tolower(module) "/equationpage#" heading
}

function fromTheRoot(target) {
  if (!sub(/^\.\.\/\.\.\//, "", target)) sub(/^\.\.\//, "Docs/", target)
  return target
}

function lastBracket(text,  depth, at, sign) {
  for (at = length(text); at > 0; at--) {
    sign = substr(text, at, 1)
    if (sign == "]") depth++
    if (sign == "[" && depth-- == 0) return at
  }
  complain("a link without its opening bracket")
  return 1
}

# Names the file of a link in parentheses, unless its text is code already or the file is a page.
function named(target, label) {
  if (label ~ /`/ || target ~ /\.md(#.*)?$/) return ""
  return " (`" fromTheRoot(target) "`)"
}

# MARK: Formulas

function formula(tex,  text) {
  text = tex
  gsub(/\\left|\\right|\\[Bb]ig/, "", text)
  gsub(/\\\|/, "‖", text)
  gsub(/\n\\qquad \(/, "    (", text)
  gsub(/\\qquad|\\quad/, "  ", text)
  gsub(/\\[,;]/, " ", text)
  gsub(/\\begin\{cases\}[ \n]*/, "", text)
  gsub(/[ \n]*\\end\{cases\}/, "", text)
  gsub(/\\\\[ \n]*/, "\n", text)
  gsub(/ *& */, "    ", text)
  gsub(/\\mathcal L/, "ℒ", text)
  gsub(/\\mathbf */, " ", text)
  text = withoutBraces(text, "\\\\(text|mathrm)\\{[^{}]*\\}")
  gsub(/\\hat d/, "d̂", text)
  gsub(/\\hat C/, "Ĉ", text)
  gsub(/\\alpha/, "α", text); gsub(/\\delta/, "δ", text); gsub(/\\lambda/, "λ", text)
  gsub(/\\psi/, "ψ", text); gsub(/\\sigma/, "σ", text); gsub(/\\Delta */, "Δ", text)
  gsub(/\\sum/, "Σ", text); gsub(/\\partial */, "∂", text); gsub(/\\exp/, "exp", text)
  gsub(/\\cdots|\\ldots/, "…", text); gsub(/\\cdot/, "·", text); gsub(/\\times/, "×", text)
  gsub(/\\le/, "≤", text); gsub(/\\ge/, "≥", text); gsub(/\\ne/, "≠", text)
  gsub(/\\in/, "∈", text)
  # Other braces group: those of a script and of a sum become \001 … \002 until the end.
  gsub(/=1\}\^\{/, "=1…", text); gsub(/=2\}\^\{/, "=2…", text)
  gsub(/\^\{2d\}/, "²ᵈ", text); gsub(/\^\{3d\}/, "³ᵈ", text); gsub(/\^\{\+\}/, "⁺", text)
  gsub(/\^1/, "¹", text); gsub(/\^2/, "²", text); gsub(/\^0/, "⁰", text)
  gsub(/\^\{10\}/, "¹⁰", text); gsub(/\^\{-18\}/, "⁻¹⁸", text)
  text = scripts(text)
  gsub(/_i/, "ᵢ", text); gsub(/ᵢ([a-z])/, "_i&", text); gsub(/_iᵢ/, "_i", text)
  gsub(/_j/, "ⱼ", text); gsub(/_1/, "₁", text); gsub(/_2/, "₂", text)
  text = fractions(text)
  while (match(text, /\\underbrace\{[^{}]*\}_\001[^\001\002]*\002/)) {
    text = substr(text, 1, RSTART - 1) underbrace(substr(text, RSTART, RLENGTH)) \
      substr(text, RSTART + RLENGTH)
  }
  gsub(/ - /, " − ", text); gsub(/\(-/, "(−", text); gsub(/\n-/, "\n−", text); sub(/^-/, "−", text)
  gsub(/\001/, "{", text); gsub(/\002/, "}", text)
  gsub(/\( +/, "(", text); gsub(/\) +\)/, "))", text); gsub(/Δ +/, "Δ", text)
  gsub(/:  +/, ": ", text); gsub(/ *\n[ \n]*/, "\n", text); sub(/^ +/, "", text); sub(/ +$/, "", text)
  if (text ~ /\\/) complain("a command of this formula is missing in .ci/article.awk: " tex)
  return text
}

# Takes the content of each match out of its braces and the command before them.
function withoutBraces(text, pattern,  inside) {
  while (match(text, pattern)) {
    inside = substr(text, RSTART, RLENGTH)
    sub(/^[^{]*\{/, "", inside)
    sub(/\}$/, "", inside)
    text = substr(text, 1, RSTART - 1) inside substr(text, RSTART + RLENGTH)
  }
  return text
}

# A name keeps no braces (m_{hr} is m_hr); anything else does (Σ_{x,y}).
function scripts(text,  mark, inside) {
  while (match(text, /[_^]\{[^{}]*\}/)) {
    mark = substr(text, RSTART, 1)
    inside = substr(text, RSTART + 2, RLENGTH - 3)
    gsub(/-1/, "−1", inside)
    if (inside !~ /^[A-Za-z0-9-]*$/) inside = "\001" inside "\002"
    text = substr(text, 1, RSTART - 1) mark inside substr(text, RSTART + RLENGTH)
  }
  return text
}

function fractions(text,  above, below) {
  while (match(text, /\\frac\{[^{}]*\}\{[^{}]*\}/)) {
    above = below = substr(text, RSTART, RLENGTH)
    sub(/^\\frac\{/, "", above)
    sub(/\}\{[^{}]*\}$/, "", above)
    sub(/^\\frac\{[^{}]*\}\{/, "", below)
    sub(/\}$/, "", below)
    if (below ~ /[ ·]/) below = "(" below ")"
    # A number over something is a factor of what follows it.
    above = above ~ /^[0-9]+$/ ? "(" above " / " below ")" : above " / " below
    text = substr(text, 1, RSTART - 1) above substr(text, RSTART + RLENGTH)
  }
  return text
}

# What stands below the brace follows in brackets.
function underbrace(text) {
  sub(/^\\underbrace\{/, "", text)
  sub(/\}_\001/, "   [", text)
  sub(/\002$/, "]", text)
  return text
}

function complain(message) {
  print FILENAME ": " message | "cat >&2"
  failed = 1
}
