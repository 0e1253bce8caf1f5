/// The map of a tour: a block diagram whose boxes and arrows are links to steps, and paths through the
/// chapters.
///
/// The index page draws the diagram twice, wide for large windows and narrow for phones. Positions are in
/// cells of a grid: the first column and the first row are 0.
public struct TourMap: Sendable {
  /// A link to a chapter, or to one of its steps.
  public struct Target: Sendable, Hashable {
    /// The name of the chapter.
    public var chapter: String
    /// The title of the step; nil for the whole chapter.
    public var step: String?

    /// Creates a link to a chapter, or to the first of its steps that has this title.
    public init(_ chapter: String, step: String? = nil) {
      self.chapter = chapter
      self.step = step
    }
  }

  /// The cells that a box covers.
  public struct Place: Sendable {
    /// The first column.
    public var column: Int
    /// The first row.
    public var row: Int
    /// The number of columns.
    public var columns: Int
    /// The number of rows.
    public var rows: Int

    /// Creates a place of one or several cells.
    public init(_ column: Int, _ row: Int, columns: Int = 1, rows: Int = 1) {
      self.column = column
      self.row = row
      self.columns = columns
      self.rows = rows
    }
  }

  /// A point in the grid; whole numbers are the centers of cells.
  public struct Point: Sendable, Hashable {
    /// The column.
    public var column: Double
    /// The row.
    public var row: Double

    /// Creates a point.
    public init(_ column: Double, _ row: Double) {
      self.column = column
      self.row = row
    }
  }

  /// A computation, or a frame around several.
  public struct Box: Sendable {
    /// The name by which arrows refer to the box.
    public var name: String
    /// The text in the box; a line break separates lines.
    public var text: String
    /// The equation or figure below the text; empty if there is none.
    public var equation: String
    /// What the box does, in a few words, for screen readers and as a tooltip.
    public var meaning: String
    /// The chapter or step that explains the box.
    public var target: Target
    /// The place in the wide diagram.
    public var wide: Place
    /// The place in the narrow diagram.
    public var narrow: Place
    /// Whether the box is a frame around other boxes.
    public var isFrame: Bool

    /// Creates a box.
    public init(
      _ name: String, _ text: String, equation: String = "", meaning: String, target: Target,
      wide: Place, narrow: Place, isFrame: Bool = false
    ) {
      self.name = name
      self.text = text
      self.equation = equation
      self.meaning = meaning
      self.target = target
      self.wide = wide
      self.narrow = narrow
      self.isFrame = isFrame
    }
  }

  /// A tensor on its way from one box to another.
  public struct Arrow: Sendable {
    /// The name of the box where the arrow begins.
    public var start: String
    /// The name of the box where the arrow ends.
    public var end: String
    /// The symbol beside the arrow.
    public var label: String
    /// The tensor, in a few words, for screen readers and as a tooltip.
    public var meaning: String
    /// The chapter or step that explains the tensor.
    public var target: Target
    /// The corners of the line in the wide diagram, from inside the first box to inside the last.
    public var wide: [Point]
    /// The corners of the line in the narrow diagram.
    public var narrow: [Point]
    /// Whether the arrow belongs to the masks, which have their own color.
    public var isOfMasks: Bool

    /// Creates an arrow.
    public init(
      _ start: String, to end: String, _ label: String, meaning: String, target: Target,
      wide: [Point], narrow: [Point], isOfMasks: Bool = false
    ) {
      self.start = start
      self.end = end
      self.label = label
      self.meaning = meaning
      self.target = target
      self.wide = wide
      self.narrow = narrow
      self.isOfMasks = isOfMasks
    }
  }

  /// A selection of chapters and steps in reading order.
  public struct Path: Sendable {
    /// The title.
    public var title: String
    /// For whom the path is, in a sentence.
    public var text: String
    /// The chapters and steps.
    public var targets: [Target]

    /// Creates a path.
    public init(_ title: String, text: String, targets: [Target]) {
      self.title = title
      self.text = text
      self.targets = targets
    }
  }

  /// The heading above the diagram.
  public var title: String
  /// An explanation below the heading.
  public var caption: String
  /// The boxes in reading order, frames before what they contain.
  public var boxes: [Box]
  /// The arrows; Tab reaches the arrows that leave a box after the box.
  public var arrows: [Arrow]
  /// The paths through the chapters.
  public var paths: [Path]

  /// Creates a map.
  public init(title: String, caption: String, boxes: [Box], arrows: [Arrow], paths: [Path]) {
    self.title = title
    self.caption = caption
    self.boxes = boxes
    self.arrows = arrows
    self.paths = paths
  }

  /// The links of all boxes, arrows and paths.
  public var targets: [Target] {
    boxes.map(\.target) + arrows.map(\.target) + paths.flatMap(\.targets)
  }
}

extension TourMap.Target {
  /// Returns the address of the page and the section; nil if there is no such chapter or step.
  func address(among chapters: [Chapter]) -> String? {
    guard let chapter = chapters.first(where: { $0.name == self.chapter }) else { return nil }
    guard let step else { return "\(chapter.name).html" }
    guard let index = chapter.steps.firstIndex(where: { $0.title == step }) else { return nil }
    return "\(chapter.name).html#step\(index + 1)"
  }
}
