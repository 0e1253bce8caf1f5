/// The style of the index, in addition to that of all pages.
enum IndexStyle {
  static let text = """
    body { max-width: 84rem; }
    .overview p { max-width: 60rem; }
    .map { display: block; width: 100%; height: auto; margin: 1.4rem 0; overflow: visible; }
    .map.narrow { display: none; margin-inline: auto; }
    @media (max-width: 62rem) { .map.wide { display: none; } .map.narrow { display: block; } }
    .map a { text-decoration: none; }
    .map text { fill: var(--ink); font-size: 13px; }
    .map .name { fill: var(--link); font-weight: 600; }
    .map .equation { fill: var(--soft); font-size: 12px; }
    .map .index { font-size: 10px; }
    .map .label { paint-order: stroke; stroke: var(--paper); stroke-width: 4px; }
    .map .plate { fill: var(--card); stroke: var(--soft); }
    .map .frame { fill: none; stroke: var(--soft); stroke-dasharray: 5 4; pointer-events: all; }
    .map .strip { fill: transparent; }
    .map polyline { fill: none; stroke: var(--ink); stroke-width: 1.5; }
    .map polygon { fill: var(--ink); }
    .map .masks polyline { stroke: var(--good); stroke-width: 2; }
    .map .masks polygon, .map .masks text { fill: var(--good); }
    .map a:hover .plate, .map a:hover .frame { stroke: var(--link); stroke-width: 2; }
    .map a:hover .name { text-decoration: underline; }
    .map .arrow:hover polyline { stroke: var(--link); stroke-width: 3; }
    .map .arrow:hover polygon, .map .arrow:hover text { fill: var(--link); }
    .map a:focus-visible { outline-width: 3px; }
    .paths {
      display: grid; gap: 1rem 2rem;
      grid-template-columns: repeat(auto-fit, minmax(min(20rem, 100%), 1fr));
    }
    .paths h3 { margin: .2rem 0; font-size: 1.1rem; }
    .paths ol { list-style: none; padding: 0; margin: .6rem 0; }
    .paths li { border-top: 1px solid var(--line); }
    .paths a { display: block; padding: .4rem 0; text-decoration: none; line-height: 1.4; }
    .paths a:hover, .cards a:hover { text-decoration: underline; }
    .cards {
      list-style: none; padding: 0; margin: 0; max-width: none; display: grid; gap: 1.2rem;
      grid-template-columns: repeat(auto-fill, minmax(min(18rem, 100%), 1fr));
    }
    .cards li {
      position: relative; display: grid; grid-template-rows: 12.5rem auto; background: var(--card);
      border: 1px solid var(--line); border-radius: 10px; overflow: hidden;
    }
    .cards li > div { padding: .7rem 1rem .9rem; }
    .cards h3 { margin: .2rem 0; font-size: 1.05rem; line-height: 1.35; }
    .cards p { margin: 0; font-size: .9375rem; }
    .cards a { text-decoration: none; }
    /* The whole card leads to the chapter. */
    .cards a::after { content: ""; position: absolute; inset: 0; }
    .cards a:focus-visible { outline: none; }
    .cards a:focus-visible::after {
      outline: 3px solid var(--link); outline-offset: -3px; border-radius: 10px;
    }
    .thumbnail { display: grid; place-items: center; background: #ffffff; min-height: 0; }
    .thumbnail img {
      border: 0; border-radius: 0; max-width: 100%; max-height: 12.5rem; width: auto; height: auto;
    }
    @media (prefers-color-scheme: dark) { .thumbnail { background: #e6e6e6; } }
    """
}
