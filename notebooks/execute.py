"""Executes the notebooks: python3 notebooks/execute.py [--check | --to FOLDER]

Without an option it writes the outputs into the notebooks. --check compares them with those that are there, pictures
apart, whose bytes depend on the fonts of a machine, and fails where they differ. --to writes to another folder.
"""

import argparse
import base64
import difflib
import os
import sys
from pathlib import Path

import nbformat
from nbconvert.preprocessors import ExecutePreprocessor

HERE = Path(__file__).resolve().parent
NOTEBOOKS = ("pareto.ipynb", "flat-vs-layerwise.ipynb", "studies.ipynb")
PICTURE_BYTES = 150_000
METADATA = {
    "kernelspec": {"display_name": "Python 3", "language": "python", "name": "python3"},
    "language_info": {"name": "python"},
}


# The kernel's debugger, which nobody uses here, warns of Python's own modules.
os.environ["PYDEVD_DISABLE_FILE_VALIDATION"] = "1"


def executed(file):
    """The notebook with fresh outputs, and with nothing in it that the next execution would change."""
    notebook = nbformat.read(file, as_version=4)
    ExecutePreprocessor(timeout=600, kernel_name="python3").preprocess(notebook, {"metadata": {"path": HERE}})
    notebook.metadata = nbformat.from_dict(METADATA)
    for cell in notebook.cells:
        cell.metadata = nbformat.from_dict({})
        if "outputs" in cell:
            cell.outputs = whole(cell.outputs)
        for output in cell.get("outputs", []):
            if "metadata" in output:
                output.metadata = nbformat.from_dict({})
    nbformat.validate(notebook)
    return notebook


def whole(outputs):
    """The outputs with printed text in one piece, which a slow machine may send in several."""
    joined = []
    for output in outputs:
        if joined and "name" in output and output.name == joined[-1].get("name"):
            joined[-1].text += output.text
        else:
            joined.append(output)
    return joined


def problems(name, notebook):
    """What keeps outputs from being committed, a line each: warnings and large pictures."""
    for cell in notebook.cells:
        for output in cell.get("outputs", []):
            place = f"{name}: cell {cell.id}"
            if output.get("name") == "stderr":
                yield f"{place}: must not warn, found {output.text}"
            size = len(base64.b64decode(output.get("data", {}).get("image/png", "")))
            if size > PICTURE_BYTES:
                yield f"{place}: a picture must have at most {PICTURE_BYTES} bytes, found {size}"


def text(notebook):
    """The lines of a notebook without its pictures."""
    plain = nbformat.from_dict(notebook)
    for cell in plain.cells:
        for output in cell.get("outputs", []):
            if "image/png" in output.get("data", {}):
                output.data["image/png"] = "a picture"
    return nbformat.writes(plain).splitlines()


def main():
    parser = argparse.ArgumentParser(description="Executes the notebooks and writes their outputs into them.")
    parser.add_argument("--check", action="store_true", help="write nothing, fail where the outputs would change")
    parser.add_argument("--to", type=Path, default=HERE, metavar="FOLDER", help="write to another folder")
    arguments = parser.parse_args()
    found = []
    for name in NOTEBOOKS:
        notebook = executed(HERE / name)
        found += problems(name, notebook)
        if arguments.check:
            committed = text(nbformat.read(HERE / name, as_version=4))
            found += difflib.unified_diff(committed, text(notebook), "committed " + name, "executed " + name, lineterm="")
        else:
            nbformat.write(notebook, arguments.to / name)
    if found:
        sys.exit("\n".join(found))
    print(f"{len(NOTEBOOKS)} notebooks executed{', outputs as committed' if arguments.check else ''}")


if __name__ == "__main__":
    main()
