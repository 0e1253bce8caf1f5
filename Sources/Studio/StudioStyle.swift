/// The style of the studio, in addition to that of all pages.
enum StudioStyle {
  static let text = """
    body { max-width: 96rem; }
    header p { margin: .2rem 0; }
    .desk { display: grid; gap: 1rem 2rem; grid-template-columns: minmax(0, 1fr); }
    .desk .portrait { border: 0; margin: 0; padding: 0; min-width: 0; }
    .faces { display: grid; gap: .8rem; grid-template-columns: repeat(2, minmax(0, 1fr)); }
    .face { min-width: 0; }
    .frame { position: relative; cursor: grab; touch-action: none; user-select: none; }
    .frame:active { cursor: grabbing; }
    .frame img {
      width: 100%; aspect-ratio: 1; object-fit: fill; pointer-events: none; filter: none;
      border: 1px solid var(--line); border-radius: 6px; min-height: 0;
    }
    .frame img:not([src]) { visibility: hidden; }
    .frame .cross {
      position: absolute; width: 18px; height: 18px; margin: -9px; pointer-events: none;
      border: 2px solid #ffffff; border-radius: 50%; box-shadow: 0 0 0 1.5px #000000; display: none;
    }
    .has-pixel .cross { display: block; }
    .face[data-view=difference].empty .frame { background: var(--card); border-radius: 6px; }
    .face[data-view=difference].empty .frame::after {
      content: "Pin a portrait to see what an edit changes"; position: absolute; inset: 0;
      display: grid; place-items: center; text-align: center; padding: 1rem; color: var(--soft);
    }
    .face figcaption { font-size: .875rem; color: var(--soft); }
    .views { display: none; }
    fieldset {
      border: 1px solid var(--line); border-radius: 8px; margin: 0; padding: .5rem .8rem .8rem;
      min-width: 0;
    }
    legend { font-weight: 600; font-size: .9375rem; padding: 0 .3rem; }
    #controls { display: grid; gap: .8rem; align-content: start; min-width: 0; }
    .control { margin: .35rem 0; font-size: .9375rem; }
    .control label { display: flex; justify-content: space-between; gap: 1rem; }
    .control output { font-variant-numeric: tabular-nums; font-weight: 600; }
    .control input[type=range], .sample input {
      width: 100%; height: 1.6rem; margin: 0; accent-color: var(--link);
    }
    .line { display: flex; flex-wrap: wrap; gap: .6rem 1rem; align-items: center; }
    .line .control { margin: 0; } .number { font-size: .9375rem; }
    .number input { width: 8rem; }
    input[type=number], select, button, .buttons a {
      font: inherit; font-size: .9375rem; color: var(--ink); background: var(--card);
      border: 1px solid var(--soft); border-radius: 6px; padding: .2rem .6rem; min-height: 1.9rem;
    }
    button { cursor: pointer; } button:hover:enabled, .buttons a:hover { border-color: var(--link); }
    button:disabled { opacity: .5; cursor: default; }
    .buttons { display: flex; flex-wrap: wrap; gap: .5rem; align-items: center; max-width: none; }
    .buttons a { text-decoration: none; }
    .switch { display: flex; gap: .5rem; align-items: center; font-size: .9375rem; }
    input[type=checkbox] { width: 1.5rem; height: 1.5rem; margin: 0; accent-color: var(--link); }
    .part-table { width: 100%; margin: 0; font-size: .875rem; }
    .part-table caption { font-weight: 400; color: var(--soft); font-size: .8125rem; }
    .part-table th, .part-table td { padding: .1rem .3rem .1rem 0; vertical-align: middle; }
    .part-table tbody th { color: var(--ink); font-size: .875rem; font-weight: 400; }
    .part-table i {
      display: inline-block; width: .9rem; height: .9rem; margin-right: .4rem; border-radius: 3px;
      vertical-align: -.1rem; border: 1px solid var(--soft);
    }
    .seed { display: flex; gap: .2rem; }
    .seed input { width: 5rem; min-width: 0; padding: .1rem .3rem; appearance: textfield; }
    .seed .dice { padding: 0; width: 1.9rem; flex: none; }
    .problem, .panel-problem { color: var(--bad); font-weight: 600; min-height: 1.6em; margin: 0; }
    .gone { color: var(--bad); font-weight: 600; }
    #warnings { margin: 0; padding-left: 1.2rem; color: var(--soft); font-size: .9375rem; }
    .small { font-size: 1rem; margin: .8rem 0 .2rem; }
    .part-table td:nth-child(2) { text-align: center; }
    .portrait pre { white-space: pre-wrap; overflow-wrap: anywhere; }
    .portrait .numbers { margin: .4rem 0; grid-template-columns: repeat(auto-fill, minmax(15rem, 1fr)); }
    .portrait .numbers dd { font-size: 1rem; }
    .flow {
      list-style: none; padding: 0; margin: 1rem 0; max-width: none; display: grid; gap: .9rem;
      grid-template-columns: minmax(0, 1fr);
    }
    .stage-box {
      position: relative; background: var(--card); border: 1px solid var(--line); border-radius: 10px;
      padding: .6rem .7rem .7rem; min-width: 0;
    }
    .stage-box h3 { margin: 0; font-size: 1rem; line-height: 1.3; }
    .stage-box ul {
      list-style: none; padding: 0; margin: .5rem 0 0; display: grid; gap: .5rem; max-width: none;
      grid-template-columns: repeat(auto-fill, minmax(6.4rem, 1fr));
    }
    .stage-box:not(:last-child)::after {
      content: "↓"; position: absolute; left: 50%; bottom: -1.25rem; transform: translateX(-50%);
      font-size: 1.2rem; line-height: 1.2; z-index: 1;
    }
    .masks { border-color: var(--good); } .masks h3, .masks::after { color: var(--good); }
    .tensor {
      width: 100%; height: 100%; padding: .3rem; text-align: left; background: var(--paper);
      border-color: var(--line); line-height: 1.25;
    }
    .tensor img {
      width: 100%; aspect-ratio: 1; object-fit: contain; border: 0; border-radius: 4px; filter: none;
      background: #ffffff;
    }
    .tensor img:not([src]) { visibility: hidden; }
    .tensor b { display: block; margin-top: .2rem; } .tensor span { font-size: .8125rem; color: var(--soft); overflow-wrap: anywhere; }
    .masks .tensor b { color: var(--good); }
    .tensor[aria-pressed=true] { border-color: var(--link); outline: 2px solid var(--link); }
    #panel { scroll-margin-top: 1rem; }
    #panel h3 { margin: .2rem 0; font-size: 1.15rem; } #panel h4 { margin: .6rem 0 .3rem; font-size: 1rem; }
    .ray-charts, .ray-numbers, .volume {
      display: grid; gap: 1.2rem 2.4rem; margin: 1rem 0; grid-template-columns: minmax(0, 1fr);
    }
    .ray-charts .chart { max-width: 40rem; }
    .equalities { list-style: none; padding: 0; margin: 0; max-width: none; overflow-x: auto; }
    .equalities li { padding: .3rem 0; font-size: 1.125rem; display: block; }
    .equalities math { display: inline math; }
    .equalities .fails { color: var(--bad); }
    .samples { max-height: 22rem; overflow: auto; }
    .samples th { position: sticky; top: 0; background: var(--paper); white-space: nowrap; }
    .samples .chosen { background: var(--mark); }
    .ray-numbers > div { min-width: 0; overflow-x: auto; }
    .volume img { width: 100%; max-width: 26rem; aspect-ratio: 1; object-fit: contain; filter: none; }
    .volume .control { max-width: 26rem; }
    \(StudioWorkshop.style)
    @media (max-width: 62rem) {
      .seed input { width: 4.2rem; }
      .views { display: flex; flex-wrap: wrap; gap: .2rem 1rem; margin-bottom: .6rem; }
      .views label { padding: .2rem 0; }
      .faces { grid-template-columns: minmax(0, 1fr); justify-items: center; }
      .face { display: none; width: min(100%, 24rem); }
      .portrait:has(#view-image:checked) .face[data-view=image],
      .portrait:has(#view-mask:checked) .face[data-view=mask],
      .portrait:has(#view-depth:checked) .face[data-view=depth],
      .portrait:has(#view-difference:checked) .face[data-view=difference] { display: block; }
    }
    @media (min-width: 62rem) {
      .desk { grid-template-columns: minmax(0, 1fr) 26rem; }
      .portrait { position: sticky; top: 1rem; align-self: start; }
      .ray-charts, .ray-numbers, .volume { grid-template-columns: minmax(0, 1fr) minmax(0, 1fr); }
      .flow { grid-template-columns: 6.5rem repeat(6, minmax(0, 1fr)); gap: 1.3rem; }
      .stage-box:not(:last-child)::after { content: "→"; left: auto; right: -1.3rem; top: 3.2rem;
        bottom: auto; transform: none; }
      .stage-box { padding: .5rem .5rem .6rem; }
      .stage-box ul { grid-template-columns: repeat(2, minmax(0, 1fr)); gap: .4rem; }
      .stage-box:first-child ul { grid-template-columns: minmax(0, 1fr); }
    }
    @media (min-width: 82rem) {
      .desk { grid-template-columns: minmax(34rem, 1fr) minmax(0, 44rem); }
      #controls { grid-template-columns: minmax(0, 1fr) 25.5rem; }
      .wide { grid-column: 2; grid-row: 1 / span 4; align-self: start; }
      #controls > fieldset:not(.wide) { grid-column: 1; }
    }
    """
}
