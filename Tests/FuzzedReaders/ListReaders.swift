import Datasets
import Foundation

extension FuzzedReader {
  /// A list of camera poses in one of its two forms.
  static let poses: FuzzedReader = {
    let scratch = Scratch("poses")
    return FuzzedReader(
      "poses", longest: 1024, refusals: [DatasetError.self],
      seeds: {
        let matrix = "1,0,0,0, 0,-1,0,0, 0,0,-1,2.7, 0,0,0,1, 4.26,0,0.5, 0,4.26,0.5, 0,0,1"
        return [
          #"{"poses": [["00001.jpg", 1.62, 1.55], ["2", 1.5, 1.6]]}"#,
          #"{"labels": [["a/00001.png", [\#(matrix)]]]}"#,
        ].map { Data($0.utf8) }
      },
      body: { data in
        try scratch.write(data, "poses.json")
        let list = try PoseList(contentsOf: scratch("poses.json"))
        try expect((0...list.count).contains(list.tilted), "\(list.tilted) of \(list.count)")
        for name in ["00001.jpg", "1", "a.b", ""] {
          guard let pose = list.pose(of: name) else { continue }
          try expect(pose.yaw.isFinite && pose.pitch.isFinite, "\(name): \(pose)")
        }
      })
  }()

  /// A list of the landmarks of faces in one of its three forms.
  static let landmarks: FuzzedReader = {
    let scratch = Scratch("landmarks")
    let columns = LandmarkList.columns
    let face = ["69", "109", "106", "113", "77", "142", "73", "152", "108.5", "154"]
    return FuzzedReader(
      "landmarks", longest: 1024, refusals: [DatasetError.self],
      seeds: {
        [
          #"{"landmarks": [["1.jpg", [[69, 109], [106, 113], [77, 142], [73, 152], [108, 154]]]]}"#,
          "1\n\(columns.joined(separator: " "))\n000001.jpg \(face.joined(separator: "  "))\n",
          "1.jpg \(face.joined(separator: " "))\r\na b.png \(face.joined(separator: "\t"))",
          "image_id,\(columns.reversed().joined(separator: ","))\n"
            + "000001.jpg,\(face.joined(separator: ","))\n",
        ].map { Data($0.utf8) }
      },
      body: { data in
        try scratch.write(data, "landmarks")
        let list = try LandmarkList(contentsOf: scratch("landmarks"))
        try expect(list.count > 0, "no landmarks")
        for name in ["1.jpg", "000001.jpg", "a b", ""] {
          guard let face = list.face(of: name) else { continue }
          let points = [face.leftEye, face.rightEye, face.nose, face.leftMouth, face.rightMouth]
          try expect(points.allSatisfy { $0.x.isFinite && $0.y.isFinite }, "\(name): \(face)")
        }
      })
  }()
}
