"""Writes internal/riegeli/testdata: files of records, by Google's own writer.

Run: python conformance/goldens/riegeli.py   (the package array_record 0.8)

Record i is the text "record i " i*i times, and the last is longer than a block of the format. The files are compressed with
gzip to be kept: the writer fills blocks with zeros.
"""

import gzip
import pathlib
import tempfile

from array_record.python.array_record_module import ArrayRecordWriter

OUT = pathlib.Path(__file__).parents[2] / "internal/riegeli/testdata"


def main():
    OUT.mkdir(exist_ok=True)
    for name, options in (("brotli", "group_size:5,brotli:6"), ("none", "group_size:4,uncompressed"),
                          ("zstd", "group_size:5,zstd"), ("transposed", "group_size:5,transpose,brotli")):
        with tempfile.TemporaryDirectory() as folder:
            path = pathlib.Path(folder) / name
            writer = ArrayRecordWriter(str(path), options)
            for i in range(20):
                writer.write(b"record %d " % i * (i * i))
            writer.write(b"record 20 " * 9000)
            writer.close()
            (OUT / f"{name}.gz").write_bytes(gzip.compress(path.read_bytes(), mtime=0))


if __name__ == "__main__":
    main()
