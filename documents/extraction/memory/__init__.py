"""What corrections taught about a layout: known again by its fingerprint, recalled field by field. Plain values in and out.

fingerprint.py   stable words, numbers and web addresses of a page, and how alike two are
locating.py      where a given value stands on the pages
anchors.py       the words beside a value, its place and shape, and how well another candidate fits them
lessons.py       lessons, layouts and their JSON form with its limits
teaching.py      a person's decisions -> lessons
recall.py        lessons -> what they say about the candidates of the next document
blocks.py        addresses again, another branch's too, in the same block of lines
words_there.py   words at a place that was taught, where no finder took them for a value

What a memory is worth is measured by learning/replay.py.
"""
