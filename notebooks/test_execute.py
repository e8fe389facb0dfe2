"""Tests of execute; that the committed outputs are those of the notebooks is what --check finds out."""

import unittest

try:
    from nbformat.v4 import new_output

    from execute import whole
except ImportError as missing:
    raise unittest.SkipTest(f"needs nbconvert: {missing}") from missing


class ExecuteTest(unittest.TestCase):
    def test_printed_text_that_came_in_pieces_is_whole_again(self):
        def printed(text, name="stdout"):
            return new_output("stream", name=name, text=text)

        table = new_output("display_data", data={"text/plain": "table"})
        sent = [printed("one"), printed("\n"), printed("warning", "stderr"), table, printed("two\n"), table]
        expected = [printed("one\n"), printed("warning", "stderr"), table, printed("two\n"), table]
        self.assertEqual(expected, whole(sent))


if __name__ == "__main__":
    unittest.main()
