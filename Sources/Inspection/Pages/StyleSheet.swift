/// The style of the pages: system fonts, light or dark like the reader's system; on wide screens the
/// picture of a step stays beside its formula and code.
enum StyleSheet {
  static let text = """
    :root {
      --paper: #fdfdfc; --ink: #1d2126; --soft: #5c6570; --line: #dfe3e8; --card: #f4f6f8;
      --link: #1a5fb4; --good: #0b6b50; --bad: #b3261e; --mark: #ffe9a8; --plate: #ffffff;
    }
    @media (prefers-color-scheme: dark) {
      :root {
        --paper: #15181c; --ink: #e4e7eb; --soft: #9aa4b0; --line: #323943; --card: #1e2329;
        --link: #8ab8ff; --good: #63d2a9; --bad: #ff9b90; --mark: #5a4a12; --plate: #f2f3f4;
      }
    }
    * { box-sizing: border-box; }
    html { -webkit-text-size-adjust: 100%; }
    body {
      margin: 0 auto; padding: 1.5rem clamp(1rem, 4vw, 3rem) 4rem; max-width: 84rem;
      background: var(--paper); color: var(--ink);
      font: 1.0625rem/1.6 system-ui, -apple-system, "Segoe UI", Roboto, "Noto Sans", sans-serif;
    }
    p, h1, h2, ul, ol, dl { max-width: 46rem; }
    p { margin: .6rem 0; }
    h1 { font-size: clamp(1.6rem, 5vw, 2.2rem); line-height: 1.2; margin: .1rem 0 .8rem; max-width: none; }
    h2 { font-size: 1.3rem; line-height: 1.3; margin: .1rem 0 1rem; }
    a { color: var(--link); text-underline-offset: .18em; text-decoration-thickness: 1px; }
    :focus-visible { outline: 2px solid var(--link); outline-offset: 2px; border-radius: 3px; }
    code, pre { font-family: ui-monospace, "SF Mono", Menlo, Consolas, "DejaVu Sans Mono", monospace; }
    code { font-size: .875em; overflow-wrap: anywhere; }
    sub { font-size: .75em; line-height: 1; }
    small { color: var(--soft); font-size: .85em; }
    nav { display: flex; flex-wrap: wrap; gap: .3rem 1.5rem; margin-bottom: 1.6rem; }
    footer nav { margin: 3rem 0 0; padding-top: 1rem; border-top: 1px solid var(--line); }
    section { border-top: 1px solid var(--line); margin-top: 2.8rem; padding-top: 1.6rem; }
    .equations {
      margin: 0; color: var(--soft); font-size: .875rem; font-weight: 600; letter-spacing: .02em;
    }
    .summary { font-weight: 600; }
    .good { color: var(--good); } .bad { color: var(--bad); }
    .contents { padding-left: 1.4rem; margin: 1.2rem 0; }
    .contents li { margin: .25rem 0; } .contents b { font-weight: 600; }
    .formula {
      margin: 1rem 0; padding: .9rem 1rem; background: var(--card); border-radius: 8px;
      overflow-x: auto; font-size: 1.25rem;
    }
    math {
      font-family:
        "STIX Two Math", "Cambria Math", "Latin Modern Math", "DejaVu Math TeX Gyre", math, serif;
    }
    .lead { display: grid; gap: 0 2rem; grid-template-columns: minmax(0, 1fr); }
    .stage { min-width: 0; } .text { min-width: 0; }
    .stage figure { width: auto !important; max-width: 46rem; }
    .stage img, .stage .wide img { width: 100%; min-width: 0; max-width: 40rem; }
    @media (min-width: 68rem) {
      .pair { grid-template-columns: minmax(0, 1fr) minmax(0, 1fr); }
      .pair .stage {
        position: sticky; top: 1rem; align-self: start; max-height: calc(100vh - 2rem);
        overflow-y: auto;
      }
    }
    .slider { margin: .4rem 0 1rem; padding: .7rem 1rem; background: var(--card);
      border-radius: 8px; }
    .slider input { display: none; } .scripts .slider input { display: block; }
    .slider label { display: flex; gap: 1rem; justify-content: space-between; }
    .slider output { font-variant-numeric: tabular-nums; font-weight: 600; }
    .slider input { width: 100%; height: 1.75rem; margin: .2rem 0;
      accent-color: var(--link); }
    .slider small { display: block; }
    .live { font-size: 1.1rem; border-left: 4px solid var(--link); text-align: center; }
    .live math { display: inline math; }
    .live .claims { font-size: 1rem; }
    .every-frame, .parameters { margin: 1rem 0; }
    .every-frame summary, .parameters summary { cursor: pointer; color: var(--soft); }
    .answers { margin: 1rem 0; padding: .8rem 1rem; border: 1px solid var(--line);
      border-radius: 8px; }
    .answers h3 { margin: 0 0 .4rem; font-size: 1rem; }
    .answers dl, .answers ul { margin: 0; padding: 0; max-width: none; }
    .answers dt { color: var(--soft); font-size: .9rem; margin-top: .6rem; }
    .answers dd { margin: 0; } .answers li { margin-left: 1.2rem; }
    .source { margin: 0; font-size: .9rem; } .source a { display: inline-block; padding: .35rem 0; }
    pre mark .comment { color: inherit; }
    pre mark { background: var(--mark); color: inherit; display: inline-block; min-width: 100%; }
    .reference { margin: 1rem 0; display: grid; gap: .8rem; grid-template-columns: minmax(0, 1fr); }
    .scroll { overflow-x: auto; max-width: 100%; }
    table { border-collapse: collapse; font-size: .9375rem; margin: .4rem 0; }
    caption { text-align: left; font-weight: 600; padding: .2rem 0; }
    th, td {
      text-align: left; padding: .3rem 1.1rem .3rem 0; border-bottom: 1px solid var(--line);
      vertical-align: baseline;
    }
    th { color: var(--soft); font-weight: 600; font-size: .85em; }
    td code { white-space: nowrap; }
    tbody td { font-variant-numeric: tabular-nums; }
    .code summary { cursor: pointer; color: var(--soft); font-size: .9rem; padding: .2rem 0; }
    pre {
      margin: .3rem 0; padding: .9rem 1rem; background: var(--card); border-radius: 8px;
      overflow-x: auto; line-height: 1.5; font-size: .8125rem; tab-size: 2;
      white-space: pre-wrap; overflow-wrap: anywhere;
    }
    pre code { font-size: 1em; }
    .comment { color: var(--soft); }
    .missing { color: var(--soft); font-style: italic; }
    .numbers {
      display: grid; gap: .7rem; margin: 1.1rem 0; max-width: none;
      grid-template-columns: repeat(auto-fill, minmax(10.5rem, 1fr));
    }
    .numbers div { border-left: 3px solid var(--line); padding-left: .7rem; }
    .numbers dt { color: var(--soft); font-size: .875rem; }
    .numbers dd { margin: 0; font-size: 1.15rem; font-variant-numeric: tabular-nums; }
    .figures > div { min-width: 0; max-width: 100%; }
    .figures { display: flex; flex-wrap: wrap; gap: 1.3rem 1.6rem; margin: 1.3rem 0; }
    .parts { display: grid; grid-template-columns: repeat(auto-fill, minmax(12rem, 1fr)); }
    .sheets { display: grid; grid-template-columns: repeat(auto-fill, minmax(min(28rem, 100%), 1fr)); }
    .parts figure, .sheets figure { width: auto !important; }
    .sheets .wide img { min-width: 0; }
    figure { margin: 0; max-width: 100%; }
    img {
      display: block; max-width: 100%; height: auto; background: var(--plate); border-radius: 6px;
      border: 1px solid var(--line); image-rendering: auto;
    }
    /* Data keep their colors on white; in the dark the plate is a little less bright. */
    @media (prefers-color-scheme: dark) {
      img { border: 3px solid var(--plate); border-radius: 10px; filter: brightness(.9); }
    }
    .wide img { min-width: 40rem; }
    /* Pictures of one kind: at least 256 pixels wide, as many in a line as fit. */
    .tiles { display: grid; gap: .8rem; align-items: end;
      grid-template-columns: repeat(auto-fill, minmax(min(256px, 100%), 1fr)); }
    .tiles span { display: block; font-size: .9375rem; }
    .tiles img { width: 100%; margin-bottom: .3rem; }
    .legend { list-style: none; display: flex; flex-wrap: wrap; gap: .1rem 1rem; margin: .5rem 0 0;
      padding: 0; font-size: .9375rem; }
    .legend i { display: inline-block; width: .9em; height: .9em; margin-right: .4em;
      border: 1px solid var(--ink); vertical-align: -.1em; }
    \(ChartStyle.text)
    figcaption { margin-top: .4rem; font-size: .9375rem; max-width: 46rem; }
    figcaption small { display: block; font-variant-numeric: tabular-nums; }
    .why {
      margin: 1rem 0; padding: .1rem 0 .1rem 1rem; border-left: 3px solid var(--link);
      max-width: 46rem;
    }
    .claims { list-style: none; padding: 0; margin: 1.1rem 0; display: grid; gap: .45rem; }
    .holds, .fails { display: flex; gap: .8rem; align-items: baseline; }
    .holds b, .fails b { flex: none; width: 4.6rem; }
    [hidden] { display: none !important; }
    .holds b { color: var(--good); }
    .fails b { color: var(--bad); }
    .fails span { font-weight: 600; }
    .measured { color: var(--soft); font-weight: 400; white-space: nowrap; font-size: .9em; }
    .symbols a { display: inline-block; min-height: 24px; }
    pre :target { outline: 2px solid var(--link); outline-offset: 1px; }
    [data-symbol] { border-radius: 3px; transition: background-color .15s; }
    \(highlighting)
    @media print { nav, .contents { display: none; } section { break-inside: avoid-page; } }
    """

  /// Highlights a letter, its table row and its name in the code together, without a script.
  private static let highlighting = (0..<24).map { mark in
    let target = "[data-symbol=\"\(mark)\"]"
    return "section:has(\(target):hover) \(target), section:has(tr\(target):focus) \(target) "
      + "{ background: var(--mark); }"
  }.joined(separator: "\n")
}
