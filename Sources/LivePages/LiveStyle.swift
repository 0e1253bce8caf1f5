/// The style of live pages, in addition to that of all pages.
enum LiveStyle {
  static let text = """
    .controls {
      display: grid; gap: .7rem; margin: .4rem 0;
      grid-template-columns: repeat(auto-fill, minmax(min(19rem, 100%), 1fr));
    }
    .control {
      display: grid; grid-template-columns: minmax(0, 1fr) auto; gap: .3rem .8rem;
      align-items: center; align-content: start; padding: .6rem .9rem; background: var(--card);
      border-radius: 8px;
    }
    .control small, .control input[type=range], .control select { grid-column: 1 / -1; }
    .control input[type=range] {
      width: 100%; height: 1.75rem; margin: 0; accent-color: var(--link);
    }
    .control input[type=checkbox] { width: 1.5rem; height: 1.5rem; accent-color: var(--link); }
    .control input[type=number], .control select {
      font: inherit; font-variant-numeric: tabular-nums; color: var(--ink);
      background: var(--paper); border: 1px solid var(--soft); border-radius: 5px;
      min-height: 1.75rem; max-width: 100%;
    }
    .control input[type=number] { width: 6rem; text-align: right; }
    .control .unit { color: var(--soft); font-size: .9rem; }
    .state { min-height: 1.6em; margin: .2rem 0; color: var(--soft); }
    .clock { font-variant-numeric: tabular-nums; }
    .outcome { min-height: 4rem; }
    .outcome[aria-busy=true] { opacity: .65; }
    .before { display: block; color: var(--soft); font-size: .8rem; }
    .previous { margin-top: .6rem; }
    .previous summary { cursor: pointer; color: var(--soft); padding: .2rem 0; }
    .gone {
      position: fixed; inset: auto 1rem 1rem; z-index: 2; margin: 0 auto; padding: .7rem 1rem;
      border: 1px solid var(--ink); border-radius: 8px; background: var(--mark);
      color: var(--ink);
    }
    /* There are no files to open behind a live page. */
    .source { display: none; }
    """
}
