"""From cells to blocks: which columns and arrays hold what, set side by side and checked.

``reading`` is the way in: a job's input as splits, and a split as checked blocks. ``cuts`` cuts
large files. ``selectors`` picks columns, ``arguments`` are arrays of options and ``array_files``
those in files. ``side_by_side`` lays rows beside each other, ``shapes`` fits them, ``ranges`` reads
what is still in files, ``labels`` and ``checks`` check all of it.
"""
