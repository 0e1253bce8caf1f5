/// The script of the pages, which turns the frames of the sliders; nothing else needs it.
///
/// Without scripts a page shows every step at its current settings and the numbers of all frames.
enum PageScript {
  /// The `script` element, valid both as HTML and as well-formed XML.
  static let element = """
    <script>
    //<![CDATA[
    document.documentElement.classList.add("scripts");
    for (const step of document.querySelectorAll(".flipbook")) {
      const slider = step.querySelector("input[type=range]");
      const output = step.querySelector("output");
      const labels = slider.dataset.labels.split("|");
      const frames = step.querySelectorAll("[data-frame]");
      const show = () => {
        for (const frame of frames) frame.hidden = frame.dataset.frame !== slider.value;
        output.textContent = labels[slider.value];
        slider.setAttribute("aria-valuetext", labels[slider.value]);
      };
      slider.addEventListener("input", show);
      show();
    }
    //]]>
    </script>
    """
}
