import Foundation
import TensorFiles
import TestSupport
import Testing

@testable import Inspection

@Suite("Films")
struct FilmTests {
  private let frames = (0..<3).map { number in
    Picture(width: 4, height: 2) { row, column in
      Color(UInt8(number * 60), UInt8(row), UInt8(column))
    }
  }

  /// Returns the body of the first chunk of a name; a chunk is its length (4 bytes), name and body.
  private func chunk(_ name: String, of file: Data) -> [UInt8]? {
    guard let place = file.range(of: Data(name.utf8)) else { return nil }
    let length = file[place.lowerBound - 4..<place.lowerBound].reduce(0) { $0 << 8 | Int($1) }
    return Array(file[place.upperBound..<place.upperBound + length])
  }

  @Test func aFilmIsAnAnimatedPNGThatBeginsWithItsPicture() throws {
    let film = Rendering(film: frames, secondsPerFrame: 0.25)
    #expect(film.picture == frames[0] && film.compact == frames[0])
    let data = try film.pngData()
    // Three frames, repeated forever.
    #expect(chunk("acTL", of: data) == [0, 0, 0, 3, 0, 0, 0, 0])
    // 250 / 1000 seconds, after the number, size and position of the frame.
    #expect(chunk("fcTL", of: data)?[20..<24] == [0, 250, 3, 232])
    #expect(try PNGFile.read(data, alpha: .drop).samples == frames[0].bytes.map(UInt16.init))
  }

  @Test func aStillHasOneFrame() throws {
    let still = Rendering(frames[1], colorMap: "rgb")
    #expect(chunk("acTL", of: try still.pngData()) == nil)
    #expect(try still.pngData() == frames[1].pngData())
  }

  /// The page embeds the film of the dump and enlarges its pixels; its legend names all classes.
  @Test func filmsReachTheDumpAndThePage() throws {
    let folder = try TemporaryFolder()
    let chapter = Chapter("film", title: "Film", equations: "", introduction: "") {
      Step("Film", "Does it move?") { [frames] page in
        page.film(
          "turn", frames, secondsPerFrame: 0.25,
          palette: ClassPalette(names: ["one", "two"], colors: [.black, .white]),
          caption: "it moves")
      }
    }
    let walkthrough = Walkthrough("Films", introduction: "", chapters: [chapter])
    try walkthrough.runUnattended(
      into: folder.url, console: Console(FileHandle.nullDevice, hasColor: false))
    let file = try Data(contentsOf: folder("film/step1/turn.png"))
    // The file in the dump also says in words what it shows; its pixels are those of the page.
    #expect(try PNGFile.read(file, alpha: .keep).samples == frames[0].bytes.map(UInt16.init))
    let film = try Rendering(film: frames, secondsPerFrame: 0.25).pngData()
    let page = try folder.text("film.html")
    #expect(page.contains(film.base64EncodedString()))
    #expect(page.contains("class=\"pixels\"") && page.contains("width=\"256\""))
    #expect(page.contains("#000000\"></i>one</li>") && page.contains("#FFFFFF\"></i>two</li>"))
  }
}
