"""How the numbers of the model are learned from documents with known values, and what reading is worth. Not needed to read.

truth.py         whether a value is the one of a truth line
examples.py      documents with known values -> candidates of each field, and which of them are right
fit.py           those choices -> weights
training.py      weights learned and taken only where they read vendors better that were left out
calibrating.py   answers of known rightness -> confidence
judging.py       the whole training, judged on vendors that were left out
measure.py       answers beside the truth: shares, calibration error, what may pass unseen
report.py        the same as tables
chart.py         threshold against error as a picture
replay.py        what a layout memory would have learned from one document to the next
by_hand.json     the weights that people set, from which learning starts
"""
